"""The register as a list: the numbers of all weapons in the wanted order, pages of lines on demand, jumps and totals.

A million numbers are eight megabytes; the lines themselves are read only where the officer looks.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from armoury.domain.kinds import WEAPON
from armoury.domain.reference import Reference
from armoury.domain.serials import serial_key
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.lookup import sees_names
from armoury.services.query import Query, conditions, sort_column, sorted_numbers
from armoury.services.searching import matching
from armoury.services.words import terms_of
from armoury.store.register import Driver

MOST_SORTED_WITHOUT_INDEX = 20_000


@dataclass(frozen=True)
class Listing:
    """A list: numbers in order, whether the order is the one asked for, and what to say where it is not."""

    numbers: "array[int]"
    sorted: bool = True
    said: str = ""


@dataclass(frozen=True)
class WeaponLine:
    """One weapon as lists show it. `holder_name` only where the officer may see names."""

    number: int
    id: str
    tag: str
    serial: str | None
    serial_status: str
    type: str | None
    type_text: str | None
    maker: str | None
    maker_text: str | None
    model: str | None
    model_text: str | None
    calibre: str | None
    calibre_text: str | None
    butt_number: str | None
    custody: str
    legal: str
    fitness: str
    plan: str
    place: str | None
    holder: str | None
    sighting: str
    last_sighted: str | None
    high_risk: str | None
    due_back: str | None
    remarks: str | None
    place_code: str | None = None
    place_name: str | None = None
    holder_name: str | None = None


@dataclass(frozen=True)
class Totals:
    """How many weapons there are, by each standing, by type and by place (None: no type, no place)."""

    weapons: int
    by: Mapping[str, Mapping[str | None, int]]


def list_ids(desk: Desk, query: Query) -> "array[int]":
    """Return the numbers of all weapons that a query finds, in its order, where that can be kept (`listing`)."""
    return listing(desk, query).numbers


def listing(desk: Desk, query: Query) -> Listing:
    """List all weapons that a query finds.

    Sorted at any size by number, and by the columns with an index: tag, serial, maker, model, calibre, type, place,
    holder, the standings, last sighted. By others up to 20,000 weapons; beyond that by number, and it is said.

    Raises:
        RuleError: weapons cannot be sorted by that column.
    """
    column, reference = sort_column(query), desk.reference
    with desk.register.glance() as connection:
        members = _members(connection, query, reference)
        if members is not None and len(members) <= MOST_SORTED_WITHOUT_INDEX:
            return Listing(array("q", sorted_numbers(connection, members, query)))
        if column == "number" or column in WEAPON.indexes:
            ordered = _whole(connection, column, descending=query.descending)
            return Listing(ordered if members is None else _kept(ordered, members))
        if members is None:
            members = _whole(connection, "number", descending=False)
            if len(members) <= MOST_SORTED_WITHOUT_INDEX:
                return Listing(array("q", sorted_numbers(connection, members, query)))
    said = _("More than {count} weapons: this column cannot sort so many. They are listed by number; filter first.")
    return Listing(array("q", members), False, said.format(count=f"{MOST_SORTED_WITHOUT_INDEX:,}"))


def _members(connection: Driver, query: Query, reference: Reference) -> Sequence[int] | None:
    """Return the numbers that text and filters let through, ascending; None where there are neither."""
    terms = terms_of(query.text)
    if not terms and not conditions(connection, query):
        return None
    return matching(connection, query, terms, reference)


def _kept(ordered: "array[int]", members: Sequence[int]) -> "array[int]":
    wanted = frozenset(members)
    return array("q", filter(wanted.__contains__, ordered))


def _whole(connection: Driver, column: str, *, descending: bool) -> "array[int]":
    """Read all numbers along an index; weapons without a value come last."""
    direction = "DESC" if descending else "ASC"
    if column == "number":
        # Any index is far smaller than the table; the largest of them holds every number.
        return array("q", sorted(_numbers(connection.execute("SELECT number FROM weapon")), reverse=descending))
    if column == "place":
        present = (
            "SELECT w.number FROM place AS p CROSS JOIN weapon AS w ON w.place = p.id"
            f" ORDER BY p.code {direction}, w.number {direction}"
        )
    else:
        order = f'"{column}" {direction}, number {direction}'
        present = f'SELECT number FROM weapon WHERE "{column}" IS NOT NULL ORDER BY {order}'
    numbers = _numbers(connection.execute(present))
    absent = f'SELECT number FROM weapon WHERE "{column}" IS NULL ORDER BY number {direction}'
    numbers.extend(_numbers(connection.execute(absent)))
    return numbers


def _numbers(rows: Iterable[tuple[int]]) -> "array[int]":
    return array("q", (number for (number,) in rows))


def page(desk: Desk, numbers: Sequence[int]) -> list[WeaponLine]:
    """Return the lines of some weapons, in the order of the numbers; those that do not exist are left out."""
    names = sees_names(desk)
    with desk.register.glance() as connection:
        rows = connection.execute(_PAGE, (json.dumps(list(numbers)),)).fetchall()
    lines = {row[0]: _line(row, names) for row in rows}
    return [lines[number] for number in numbers if number in lines]


_JOINED = ("place_code", "place_name", "holder_name")
_OWN = tuple(each.name for each in fields(WeaponLine) if each.name not in _JOINED)
_PAGE = (
    f"SELECT {', '.join(f'w.{chr(34)}{name}{chr(34)}' for name in _OWN)}, p.code, p.name, hp.content"
    " FROM json_each(?) AS j CROSS JOIN weapon AS w ON w.number = j.value"
    " LEFT JOIN place AS p ON p.id = w.place LEFT JOIN person AS h ON h.id = w.holder"
    " LEFT JOIN personal AS hp ON hp.digest = h.personal"
)


def _line(row: Sequence[Any], names: bool) -> WeaponLine:
    *values, content = row
    name = json.loads(content).get("name") if names and content else None
    return WeaponLine(**dict(zip((*_OWN, "place_code", "place_name"), values, strict=True)), holder_name=name)


def jump(desk: Desk, query: Query, numbers: Sequence[int], text: str) -> int:
    """Return the position of the first weapon in a sorted list whose sorted column begins with, or comes after, a text.

    Args:
        desk: whose register it is.
        query: what the list was made with.
        numbers: the list.
        text: what was typed; with a list by number, the number.
    """
    column = sort_column(query)
    if column == "number":
        return _first(len(numbers), lambda place: _after(numbers[place], _whole_number(text), query.descending))
    wanted = serial_key(text) if column in ("serial_key", "tag") else text if column == "place" else text.casefold()
    value = "p.code" if column == "place" else f'w."{column}"'
    ask = f"SELECT {value} FROM weapon AS w LEFT JOIN place AS p ON p.id = w.place WHERE w.number = ?"

    with desk.register.glance() as connection:

        def reached(place: int) -> bool:
            row = connection.execute(ask, (numbers[place],)).fetchone()
            if row is None or row[0] is None:
                return True
            begins = str(row[0])[: len(wanted)] if query.descending else str(row[0])
            return begins <= wanted if query.descending else begins >= wanted

        return _first(len(numbers), reached)


def _whole_number(text: str) -> int:
    digits = "".join(each for each in text if each in "0123456789")[:15]
    return int(digits or 0)


def _after(number: int, wanted: int, descending: bool) -> bool:
    return number <= wanted if descending else number >= wanted


def _first(count: int, reached: Callable[[int], bool]) -> int:
    """Return the first place at which something is reached that stays so; the count where it never is."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if reached(middle):
            high = middle
        else:
            low = middle + 1
    return low


_COUNTED = ("custody", "legal", "fitness", "plan", "type", "place")
_kept_totals: dict[str, tuple[tuple[int, bytes], Totals]] = {}


def totals(desk: Desk) -> Totals:
    """Count the weapons by each standing, type and place; counted anew only after the register has changed."""
    with desk.register.glance() as connection:
        row = connection.execute("SELECT seq, leaf FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        state = (int(row[0]), bytes(row[1])) if row else (0, b"")
        kept = _kept_totals.get(desk.register.id)
        if kept is None or kept[0] != state:
            _kept_totals.clear()
            _kept_totals[desk.register.id] = kept = (state, _count(connection))
    return kept[1]


def _count(connection: Driver) -> Totals:
    by = {
        column: dict(connection.execute(f'SELECT "{column}", count(*) FROM weapon GROUP BY "{column}"').fetchall())
        for column in _COUNTED
    }
    return Totals(sum(by["custody"].values()), by)
