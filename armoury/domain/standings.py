"""The four standings of a weapon and the moves between their values.

Values and moves are data (`resources/standings.json`), so that a national authority can replace them; the conditions a
move may name are the functions below. Custody ties a weapon to exactly one of place, holder, transfer and end.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from armoury.domain.errors import RuleError
from armoury.domain.kinds import WEAPON
from armoury.domain.records.weapon import Weapon
from armoury.i18n import _
from armoury.paths import resource


class Standing(StrEnum):
    """Which of the four standings."""

    CUSTODY = "custody"
    LEGAL = "legal"
    FITNESS = "fitness"
    PLAN = "plan"


@dataclass(frozen=True)
class Value:
    """One value of a standing.

    Attributes:
        held_by: the field that says where a weapon with this custody is: place, holder, transfer or end.
        gone: the weapon has left the register's care for good.
        service_entry: reaching it puts the weapon into official service.
    """

    id: str
    name: str
    held_by: str | None = None
    gone: bool = False
    service_entry: bool = False


@dataclass(frozen=True)
class Move:
    """A permitted change of one standing, the event it is in history, and what must be present.

    Attributes:
        requires: names of `CONDITIONS`.
        permission: what it needs beside the permission of its event; None for nothing more.
        second_officer: a second officer must approve it, also where its event does not ask for one.
    """

    standing: Standing
    from_values: frozenset[str]
    to_values: frozenset[str]
    event: str
    requires: tuple[str, ...]
    permission: str | None = None
    second_officer: bool = False


@dataclass(frozen=True)
class Standings:
    """All values and moves."""

    values: Mapping[Standing, Mapping[str, Value]]
    moves: tuple[Move, ...]


@cache
def load_standings(national: str | None = None) -> Standings:
    """Read the shipped standings, or a national file that replaces them (its JSON text).

    Raises:
        RuleError: the file is not an edition of the standings; every fault is named.
    """
    data = _read(national or resource("standings.json").read_text(encoding="utf-8"))
    faults = list(_faults(data))
    if faults:
        raise RuleError("\n".join(faults))
    values = {standing: {each["id"]: Value(**each) for each in data[standing.value]} for standing in Standing}
    return Standings(values, tuple(_read_move(each) for each in data["moves"]))


def _read(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise RuleError(_("The file of standings is not JSON: {problem}.").format(problem=problem)) from problem
    if not isinstance(data, dict):
        raise RuleError(_("The file of standings is not an edition: it holds no object."))
    return data


def _read_move(data: Mapping[str, Any]) -> Move:
    return Move(
        Standing(data["standing"]),
        frozenset(data["from"]),
        frozenset(data["to"]),
        data["event"],
        tuple(data.get("requires", ())),
        data.get("permission"),
        data.get("second_officer", False),
    )


# What a national file must keep, because rules, the database and certificates rely on it.
_KEPT: Mapping[Standing, Mapping[str, str | None]] = {
    Standing.CUSTODY: {
        "in_store": "place", "issued": "holder", "in_transit": "transfer", "not_located": "end", "destroyed": "end",
    },
    Standing.LEGAL: dict.fromkeys(("state_property", "exhibit", "forfeited", "safekeeping")),
    Standing.FITNESS: dict.fromkeys(("not_examined",)),
    Standing.PLAN: dict.fromkeys(("none",)),
}  # fmt: skip
_HOLDERS = ("place", "holder", "transfer", "end")
_VALUE_FIELDS = {"id", "name", "held_by", "gone", "service_entry"}


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Name everything that keeps a file from being an edition of the standings."""
    for standing in Standing:
        yield from _value_faults(standing, data.get(standing.value))
    moves = data.get("moves")
    if not isinstance(moves, list) or not moves:
        yield _("The file of standings names no moves.")
        return
    for number, move in enumerate(moves, 1):
        problem = _move_fault(move, data) if isinstance(move, dict) else _("it is not an object")
        if problem:
            yield _("Move {number} of the standings: {problem}.").format(number=number, problem=problem)


def _value_faults(standing: Standing, values: object) -> Iterator[str]:
    rows = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    if not rows or not all(isinstance(each.get(name), str) for each in rows for name in ("id", "name")):
        text = _("The standing “{standing}” needs a list of values, each with id and name.")
        yield text.format(standing=standing.value)
        return
    there = {each["id"]: each for each in rows}
    for each in rows:
        if set(each) - _VALUE_FIELDS or (standing is Standing.CUSTODY and each.get("held_by") not in _HOLDERS):
            text = _("The value “{value}” of “{standing}” is not declared as it must be.")
            yield text.format(value=each["id"], standing=standing.value)
    for name, held_by in _KEPT[standing].items():
        if name not in there or there[name].get("held_by") != held_by:
            text = _("The standing “{standing}” must keep its value “{value}”.")
            yield text.format(standing=standing.value, value=name)
    if len(there) != len(rows):
        yield _("The standing “{standing}” names a value twice.").format(standing=standing.value)


def _move_fault(move: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    if move.get("standing") not in list(Standing):
        return _("it belongs to none of the four standings")
    known = {each.get("id") for each in data.get(move["standing"]) or () if isinstance(each, dict)}
    if set(move.get("from") or ["?"]) - known - {"*"} or set(move.get("to") or ["?"]) - known:
        return _("it goes from or to a value that is not declared")
    if "destroyed" in move["to"] and move["standing"] == Standing.CUSTODY:
        return _("a weapon is destroyed by a certificate, never by a move")
    if move.get("event") not in {each.name for each in WEAPON.events}:
        return _("its event is not one of a weapon's")
    strange = [each for each in move.get("requires", ()) if each not in CONDITIONS]
    return _("nothing is known of the condition “{name}”").format(name=strange[0]) if strange else None


def check_value(standings: Standings, standing: Standing, value: str) -> Value:
    """Return the declared value.

    Raises:
        RuleError: the standing has no such value.
    """
    found = standings.values[standing].get(value)
    if found is None:
        known = ", ".join(standings.values[standing])
        raise RuleError(
            _("“{value}” is not a value of the standing “{standing}”. It may be: {known}.").format(
                value=value, standing=standing.value, known=known
            )
        )
    return found


def check_holding(weapon: Weapon, standings: Standings) -> None:
    """Check that custody and place, holder, transfer, end agree: exactly the one that custody asks for.

    Raises:
        RuleError: none, another or more than one is given.
    """
    value = check_value(standings, Standing.CUSTODY, weapon.custody)
    present = {
        "place": weapon.place is not None,
        "holder": weapon.holder is not None or weapon.holder_unlisted,
        "transfer": weapon.transfer is not None,
        "end": weapon.end is not None,
    }
    given = [name for name, there in present.items() if there]
    if given != [value.held_by]:
        raise RuleError(
            _("Custody “{custody}” needs exactly one thing, the {needed}; given: {given}.").format(
                custody=value.name, needed=_WHERE[value.held_by or "place"](), given=", ".join(given) or _("nothing")
            )
        )


_WHERE: Mapping[str, Callable[[], str]] = {
    "place": lambda: _("place where it lies"),
    "holder": lambda: _("person who holds it"),
    "transfer": lambda: _("movement, workshop, laboratory or court that has it, with its reference"),
    "end": lambda: _("report or document that says why it is no longer held"),
}


def find_move(standings: Standings, standing: Standing, before: str, after: str) -> Move:
    """Return the move from one value of a standing to another.

    Raises:
        RuleError: no such move is permitted, or the value does not exist.
    """
    old, new = check_value(standings, standing, before), check_value(standings, standing, after)
    for move in standings.moves:
        comes = before in move.from_values or "*" in move.from_values
        if move.standing is standing and comes and after in move.to_values:
            return move
    raise RuleError(
        _("A weapon cannot go from “{before}” to “{after}” in its standing “{standing}”.").format(
            before=old.name, after=new.name, standing=standing.value
        )
    )


def check_move(move: Move, before: Weapon, after: Weapon, reason: str | None) -> None:
    """Check everything the move requires.

    Raises:
        RuleError: the first thing that is missing, with what to do.
    """
    for name in move.requires:
        satisfied, sentence = CONDITIONS[name]
        if not satisfied(before, after, reason):
            raise RuleError(sentence())


_FOR_COURT = frozenset({"seized_criminal", "exhibit"})
Condition = Callable[[Weapon, Weapon, str | None], bool]

CONDITIONS: Mapping[str, tuple[Condition, Callable[[], str]]] = {
    "place": (lambda b, a, r: a.place is not None, lambda: _("Say in which place the weapon lies.")),
    "holder": (lambda b, a, r: a.holder is not None, lambda: _("Say who receives the weapon.")),
    "transfer": (lambda b, a, r: a.transfer is not None, lambda: _("Say where it is sent, with the reference.")),
    "end": (lambda b, a, r: a.end is not None, lambda: _("Give the reference of the report or document.")),
    "reason": (lambda b, a, r: bool(r and r.strip()), lambda: _("Give a reason.")),
    "release_order": (
        lambda b, a, r: bool(a.release_order),
        lambda: _("Give the court's release or forfeiture order."),
    ),
    "release_order_if_court": (
        lambda b, a, r: b.legal not in _FOR_COURT or bool(a.release_order),
        lambda: _("The weapon is held for a court: ask the court for a release order and give its number."),
    ),
    "source_document": (
        lambda b, a, r: bool(a.source_document),
        lambda: _("Give the document that permits it (order, certificate, transfer)."),
    ),
    "state_property": (
        lambda b, a, r: b.legal in ("state_property", "loan"),
        lambda: _("Only state property can be issued, lent or declared surplus; the legal standing says otherwise."),
    ),
    "was_state_property": (
        lambda b, a, r: b.ownership == "state_service",
        lambda: _("Only an exhibit that was state service property before can go back to service."),
    ),
    "fit": (
        lambda b, a, r: b.fitness in ("serviceable", "limited", "not_examined"),
        lambda: _("An unserviceable or deactivated weapon cannot be issued. Have it examined first."),
    ),
    "no_end_planned": (
        lambda b, a, r: b.plan not in ("to_destroy", "to_return", "to_transfer"),
        lambda: _("The weapon is planned for destruction, return or transfer. Change the plan before you issue it."),
    ),
    "not_held_for_court": (
        lambda b, a, r: b.legal not in _FOR_COURT or bool(a.release_order),
        lambda: _("The weapon is held for a court: give the court's order first."),
    ),
    "not_forfeited": (
        lambda b, a, r: b.legal != "forfeited",
        lambda: _("A forfeited weapon must not reach private hands (CIFTA article VII). Destroy it or retain it."),
    ),
    "not_deactivated": (
        lambda b, a, r: b.fitness != "deactivated",
        lambda: _("A deactivated weapon stays deactivated."),
    ),
}
"""What a move may require, by name: the test over (weapon before, weapon after, reason), and the sentence if not."""
