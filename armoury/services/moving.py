"""Moves of the four standings: who may, what must be present, and what a weapon's place, holder or end becomes.

What moves there are is data (`resources/standings.json`, or a national file). One weapon and a thousand go through the
same lines, and either all are moved or none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import Connection

from armoury.domain.allowed_changes import HOLDING, MOVE_FIELDS
from armoury.domain.clock import format_instant, parse_instant
from armoury.domain.conformity import conformity_remarks
from armoury.domain.dates import PartialDate, Precision, earliest, local_date, moment_shown, shown
from armoury.domain.errors import RuleError
from armoury.domain.records.site import Acquisition, Person
from armoury.domain.records.weapon import Weapon
from armoury.domain.remarks import Remark, refuse_stops
from armoury.domain.standings import Move, Standing, Standings, check_holding, check_move, check_value, find_move
from armoury.domain.tags import printed_tag
from armoury.domain.weapon_rules import standing_remarks
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import batches, known_words, reference_remarks
from armoury.services.desk import Desk
from armoury.services.places import check_open
from armoury.store.checkpoints import register_record
from armoury.store.reading import get, several
from armoury.store.steps import Act, Changes, Step, step


class MoveDetails(TypedDict):
    """What is said beside the move itself.

    Attributes:
        changes: fields that change with the standing, such as `place`, `holder`, `due_back`, `transfer`, `end`.
        reason: why; many moves ask for it.
        occurred_at: when it happened, where that was earlier (UTC instant); it then needs a reason.
        sighted: the weapons were in hand, and in which act: they become sighted.
        consent: reference of the supplier's or donor's consent, where the acquisition file asks for one.
    """

    changes: NotRequired[Mapping[str, Any]]
    reason: NotRequired[str | None]
    occurred_at: NotRequired[str | None]
    sighted: NotRequired[str | None]
    consent: NotRequired[str | None]


_MOST_NAMED = 5


@dataclass(frozen=True)
class _Wanted:
    """One move for all the weapons of an act."""

    standing: Standing
    value: str
    details: MoveDetails
    standings: Standings
    now: str
    officer: str


def plan_move(
    desk: Desk, weapon_ids: Iterable[str], standing: Standing | str, value: str, **details: Unpack[MoveDetails]
) -> Act:
    """Plan to move weapons to a value of one standing; nothing is written.

    Raises:
        RuleError: there is no such move for one of them, something it requires is missing, a place was closed, a holder
            left; the sentence names the weapons.
    """
    wanted = _Wanted(Standing(standing), value, details, desk.standings, format_instant(desk.now()), desk.officer.id)
    check_value(wanted.standings, wanted.standing, value)
    _check_fields(wanted)
    with desk.read() as connection:
        weapons = weapons_by_id(connection, list(dict.fromkeys(weapon_ids)))
        pairs = _moved(weapons, wanted)
        _check_targets(connection, wanted, weapons)
        refuse_stops(_remarks(desk, connection, wanted, [after for _before, after, _move in pairs]))
        _check_moment(desk, connection, wanted, weapons)
    steps = [_step(wanted, *each) for each in pairs]
    act = plan(desk, f"weapon.{wanted.standing.value}_moved", steps, reason=details.get("reason"))
    moves = [move for _before, _after, move in pairs]
    return replace(
        act,
        permissions=tuple(dict.fromkeys(each.permission for each in moves if each.permission)),
        second_officer=any(each.second_officer for each in moves),
    )


def move(
    desk: Desk, weapon_ids: Iterable[str], standing: Standing | str, value: str, **details: Unpack[MoveDetails]
) -> Changes:
    """Move weapons to a value of one standing.

    Raises:
        RuleError: as `plan_move`.
        PermissionRefusedError: the officer may not, or a second officer must approve (then plan, approve, carry out).
    """
    return carry_out(desk, plan_move(desk, weapon_ids, standing, value, **details))


def weapons_by_id(connection: Connection, ids: Sequence[str]) -> list[Weapon]:
    """Return weapons in the order of their ids.

    Raises:
        RuleError: the register has no such weapon.
    """
    found: dict[str, Weapon] = {}
    for part in batches(ids):
        where = f"WHERE t.id IN ({', '.join('?' * len(part))})"
        found.update((each.id, each) for each in several(connection, Weapon, where, tuple(part)))
    missing = next((each for each in ids if each not in found), None)
    if missing is not None:
        raise RuleError(_("The register has no weapon with the number {id}.").format(id=missing))
    return [found[each] for each in ids]


def _check_fields(wanted: _Wanted) -> None:
    strange = set(wanted.details.get("changes", {})) - set(MOVE_FIELDS[wanted.standing])
    if strange:
        text = _("{fields} cannot change together with the standing “{standing}”. Correct the record instead.")
        raise RuleError(text.format(fields=", ".join(sorted(strange)), standing=wanted.standing.value))
    if wanted.standing is Standing.CUSTODY and wanted.value == "destroyed":
        raise RuleError(_("A weapon becomes “destroyed” only by a certificate of destruction."))


def _moved(weapons: Sequence[Weapon], wanted: _Wanted) -> list[tuple[Weapon, Weapon, Move]]:
    """Make the records after the move, or say for which weapons it cannot be and why."""
    pairs, refused = [], dict[str, list[str]]()
    for before in weapons:
        try:
            pairs.append(_moved_one(before, wanted))
        except RuleError as problem:
            refused.setdefault(problem.text(), []).append(printed_tag(before.tag))
    if refused:
        raise RuleError("\n".join(_refusal(text, tags, len(weapons)) for text, tags in refused.items()))
    return pairs


def _refusal(text: str, tags: Sequence[str], of: int) -> str:
    if of == 1:
        return text
    named = ", ".join(tags[:_MOST_NAMED]) + (" …" if len(tags) > _MOST_NAMED else "")
    return _("{text} ({count} weapons: {tags})").format(text=text, count=len(tags), tags=named)


def _moved_one(before: Weapon, wanted: _Wanted) -> tuple[Weapon, Weapon, Move]:
    found = find_move(wanted.standings, wanted.standing, getattr(before, wanted.standing.value), wanted.value)
    changes: dict[str, Any] = dict(wanted.details.get("changes", {}))
    if wanted.standing is Standing.CUSTODY:
        changes = {**dict.fromkeys(HOLDING), "holder_unlisted": False, **changes}
    if sighted := wanted.details.get("sighted"):
        changes.update(sighting="sighted", last_sighted=wanted.now, sighted_by=wanted.officer, sighted_in=sighted)
    changes[wanted.standing.value] = wanted.value
    after = replace(before, **changes)
    check_move(found, before, after, wanted.details.get("reason"))
    check_holding(after, wanted.standings)
    if sighted and wanted.standings.values[Standing.CUSTODY][after.custody].held_by == "end":
        raise RuleError(_("A weapon that is not here cannot be sighted."))
    return before, after, found


def _check_targets(connection: Connection, wanted: _Wanted, weapons: Sequence[Weapon]) -> None:
    changes = wanted.details.get("changes", {})
    check_open(connection, changes.get("place"))
    check_holder(connection, changes.get("holder"))
    if wanted.value in ("transferred", "exported") and not wanted.details.get("consent"):
        _check_consent(connection, weapons)


def _check_moment(desk: Desk, connection: Connection, wanted: _Wanted, weapons: Sequence[Weapon]) -> None:
    """A weapon is not given out to be back yesterday, nor moved before it came or before its move before (rule 18)."""
    happened = wanted.details.get("occurred_at")
    moment = parse_instant(happened) if happened else desk.now()
    day = local_date(moment, register_record(connection).time_zone)
    due_back = wanted.details.get("changes", {}).get("due_back")
    if due_back and due_back < day.isoformat():
        text = _("It would have to be back on {due}, before it goes out on {day}.")
        raise RuleError(text.format(due=due_back, day=day))
    if happened:
        for each in weapons:
            _check_order(desk, connection, wanted.standing, each, happened=happened)


def _check_order(desk: Desk, connection: Connection, standing: Standing, weapon: Weapon, *, happened: str) -> None:
    zone, tag = register_record(connection).time_zone, printed_tag(weapon.tag)
    day = local_date(parse_instant(happened), zone)
    came = next((each for each in _came(desk, weapon) if (earliest(each) or day) > day), None)
    if came is not None:
        text = _("{tag} cannot have been here before {came}, so it was not moved on {day}.")
        raise RuleError(text.format(tag=tag, came=shown(came), day=day))
    last = _last_move(connection, standing, weapon)
    if last > happened:
        text = _("{tag}: the move before this one happened at {last}, which is later. Give the right time.")
        raise RuleError(text.format(tag=tag, last=moment_shown(last, zone)))
    entered = local_date(parse_instant(_entered(connection, weapon)), zone)
    if weapon.received is None and day < entered:
        text = _("{tag} was entered on {entered}, and nobody said when it was received. Correct that first (--set "
                 "received=DATE); then say what happened on {day}.")  # fmt: skip
        raise RuleError(text.format(tag=tag, entered=entered, day=day))


def _came(desk: Desk, weapon: Weapon) -> Iterator[PartialDate]:
    """Give the days before which the weapon cannot have been here: received, made, imported, first of its model."""
    model = desk.reference.models.get(weapon.model or "")
    yield from (each for each in (weapon.received, weapon.made) if each)
    for year in (weapon.import_year, model.from_year if model else None):
        if year is not None:
            yield PartialDate(str(year), Precision.YEAR)


def _entered(connection: Connection, weapon: Weapon) -> str:
    """Return when a weapon was registered, an instant."""
    query = "SELECT recorded_at FROM entry WHERE subject_kind = 'weapon' AND subject = ? ORDER BY seq LIMIT 1"
    return str(connection.exec_driver_sql(query, (weapon.id,)).scalar_one())


def _last_move(connection: Connection, standing: Standing, weapon: Weapon) -> str:
    """Return when a weapon's standing last changed, an instant; empty where it never did."""
    rows = connection.exec_driver_sql(
        "SELECT CAST(body AS TEXT) FROM entry WHERE subject_kind = 'weapon' AND subject = ? ORDER BY seq DESC",
        (weapon.id,),
    )
    for (body,) in rows:
        entry = json.loads(body)
        if standing.value in entry.get("before", {}):
            return str(entry.get("occurred_at") or entry["recorded_at"])
    return ""


def check_holder(connection: Connection, person_id: str | None) -> None:
    """Check that a person can be given a weapon.

    Raises:
        RuleError: the register does not know the person, or the person has left.
    """
    if person_id is None:
        return
    person = get(connection, Person, person_id)
    if person is None:
        raise RuleError(_("The register does not know this person. Enter the person first."))
    if person.status != "active":
        raise RuleError(_("This person has left and cannot receive a weapon."))


def _check_consent(connection: Connection, weapons: Sequence[Weapon]) -> None:
    """Who sold or gave the weapons may have kept a say in where they go (Arms Trade Treaty article 8, end-use)."""
    for id_ in dict.fromkeys(each.acquisition for each in weapons if each.acquisition):
        file = get(connection, Acquisition, id_)
        if file is not None and file.consent_to_retransfer:
            text = _("The acquisition file “{file}” asks for the consent of {authority}: give its reference.")
            authority = file.consent_authority or file.supplier or file.donor or "?"
            raise RuleError(text.format(file=file.reference, authority=authority))


def _remarks(desk: Desk, connection: Connection, wanted: _Wanted, after: Sequence[Weapon]) -> list[Remark]:
    """Check the fields that the move touches; what an old book left wrong elsewhere does not stand in its way."""
    known, remarks = known_words(desk), list[Remark]()
    names = {wanted.standing.value, *MOVE_FIELDS[wanted.standing]}
    for weapon in after:
        remarks += conformity_remarks(weapon, known, names)
        if wanted.standing is Standing.LEGAL:
            remarks += standing_remarks(weapon, strict=True)
    return [*remarks, *reference_remarks(connection, after, names)]


def _step(wanted: _Wanted, before: Weapon, after: Weapon, found: Move) -> Step:
    reason, consent = wanted.details.get("reason"), wanted.details.get("consent")
    said = _("{reason}; consent: {reference}").format(reason=reason, reference=consent) if consent else None
    return step(found.event, before, after, occurred_at=wanted.details.get("occurred_at"), reason=said)
