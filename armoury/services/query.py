"""What an officer asks for in a search or list: text, filters and order; and the filters as conditions."""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from armoury.domain.errors import RuleError
from armoury.domain.fields import declared_fields
from armoury.domain.kinds import WEAPON
from armoury.domain.records.weapon import Weapon
from armoury.i18n import _
from armoury.store.register import Driver


@dataclass(frozen=True)
class Query:
    """A search or list. Several values of one filter mean any of them; several filters mean all of them.

    Attributes:
        text: words that must all match.
        place: id of a place; what lies anywhere inside it counts.
        type, maker, calibre: ids of the reference data, or the words of an old book where nothing was matched.
        made, received, sighted: first and last day, `2026-03-09`, either may be None; a year counts if any of its days
            does.
        high_risk, claimed, museum, temporary, not_authentic: True, False, or None for both.
        sort: a column of the weapon; `place` sorts by the place's code.
    """

    text: str = ""
    custody: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    fitness: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    place: str | None = None
    holder: str | None = None
    type: tuple[str, ...] = ()
    maker: tuple[str, ...] = ()
    calibre: tuple[str, ...] = ()
    made: tuple[str | None, str | None] = (None, None)
    received: tuple[str | None, str | None] = (None, None)
    sighted: tuple[str | None, str | None] = (None, None)
    high_risk: bool | None = None
    claimed: bool | None = None
    museum: bool | None = None
    temporary: bool | None = None
    not_authentic: bool | None = None
    sort: str = "number"
    descending: bool = False


_COLUMNS = {
    "custody": "custody", "legal": "legal", "fitness": "fitness", "plan": '"plan"',
    "type": "type", "maker": "maker_sort", "calibre": "calibre_sort",
}  # fmt: skip
_FLAGS = {
    "high_risk": "w.high_risk IS NOT NULL",
    "claimed": "w.sighting = 'claimed'",
    "museum": "w.museum_piece = 1",
    "temporary": "w.temporary_import = 1",
    "not_authentic": "w.markings_not_authentic = 1",
}
SORTED_BY = {"serial": "serial_key", "maker": "maker_sort", "model": "model_sort", "calibre": "calibre_sort"}
"""Sorting by these goes by a derived column."""

INSIDE = (
    "WITH RECURSIVE inside(id) AS (SELECT id FROM place WHERE id = ?"
    " UNION SELECT p.id FROM place AS p JOIN inside ON p.parent = inside.id) SELECT id FROM inside"
)
"""A place and all places inside it."""

FEW = 20_000
LAST = "\U0010ffff"
"""After every text that begins with what stands before it."""


@dataclass
class Conditions:
    """What weapons must fulfil: to be among some numbers, which an index gives, or a test of the weapon `w` itself."""

    sets: list[tuple[str, list[Any]]] = field(default_factory=list)
    tests: list[tuple[str, list[Any]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.sets or self.tests)

    def joined(self, other: "Conditions") -> "Conditions":
        """Return both together."""
        return Conditions([*self.sets, *other.sets], [*self.tests, *other.tests])

    def over(self, number: str) -> tuple[str, list[Any]]:
        """Return them as SQL that begins with AND, over a column that holds the number, and their values."""
        parts = [f" AND {number} IN ({sql})" for sql, _values in self.sets]
        parts += [f" AND {sql}" for sql, _values in self.tests]
        return "".join(parts), [each for _sql, values in (*self.sets, *self.tests) for each in values]


def conditions(connection: Driver, query: Query) -> Conditions:
    """Return the filters of a query; empty where there are none."""
    found = Conditions()
    for name, column in _COLUMNS.items():
        if chosen := getattr(query, name):
            any_of(connection, column, list(chosen), found)
    if query.holder is not None:
        any_of(connection, "holder", [query.holder], found)
    if query.place is not None:
        any_of(connection, "place", [row[0] for row in connection.execute(INSIDE, (query.place,))], found)
    for column in ("made", "received"):
        _overlap(f"w.{column}", getattr(query, column), found)
    _between("w.last_sighted", query.sighted, found)
    for name, flag in _FLAGS.items():
        wanted = getattr(query, name)
        if wanted is not None:
            found.tests.append((flag if wanted else f"NOT ({flag})", []))
    return found


def any_of(connection: Driver, column: str, chosen: Sequence[str], found: Conditions) -> None:
    """Add the condition that an indexed column holds one of some values.

    Few weapons are fetched from the index at once; many are better tested one by one as they come.
    """
    listed = json.dumps(list(chosen))
    condition = f"{column} IN (SELECT value FROM json_each(?))"
    if count_up_to(connection, f"SELECT 1 FROM weapon WHERE {condition}", [listed]) < FEW:
        found.sets.append((f"SELECT number FROM weapon WHERE {condition}", [listed]))
    else:
        found.tests.append((f"+w.{condition}", [listed]))


def count_up_to(connection: Driver, sql: str, values: Sequence[Any]) -> int:
    """Count rows, but not beyond the number that is no longer few."""
    row = connection.execute(f"SELECT count(*) FROM ({sql} LIMIT {FEW})", tuple(values)).fetchone()
    return int(row[0])


def _overlap(name: str, days: tuple[str | None, str | None], found: Conditions) -> None:
    """A date known to the month or year counts if any day of it lies between the two."""
    if days != (None, None):
        found.tests.append((f"{name} <> ''", []))
    for day, sign in zip(days, (">=", "<="), strict=True):
        if day is not None:
            found.tests.append((f"{name} {sign} substr(?, 1, length({name}))", [day]))


def _between(name: str, days: tuple[str | None, str | None], found: Conditions) -> None:
    for day, sign, ending in zip(days, (">=", "<="), ("", "T99"), strict=True):
        if day is not None:
            found.tests.append((f"{name} {sign} ?", [day + ending]))


_SORTABLE = frozenset(each.name for each in declared_fields(Weapon) if not each.field.personal)


def sort_column(query: Query) -> str:
    """Return the column that a query sorts by.

    Raises:
        RuleError: weapons have no such column.
    """
    column = SORTED_BY.get(query.sort, query.sort)
    if query.sort not in _SORTABLE:
        raise RuleError(_("Weapons cannot be sorted by “{column}”.").format(column=query.sort))
    return column


def has_index(query: Query) -> bool:
    """Tell whether weapons can be given in the order of the query without sorting them."""
    column = sort_column(query)
    return column == "number" or (column in WEAPON.indexes and column != "place")


def first_sorted(connection: Driver, query: Query, limit: int) -> list[int]:
    """Return the first weapons that the filters let through, in the order of an indexed column."""
    where, values = conditions(connection, query).over("w.number")
    column = sort_column(query)
    direction = "DESC" if query.descending else "ASC"
    numbers: list[int] = []
    for present in (f'w."{column}" IS NOT NULL', f'w."{column}" IS NULL'):
        sql = (
            f"SELECT w.number FROM weapon AS w WHERE {present}{where}"
            f' ORDER BY w."{column}" {direction}, w.number {direction} LIMIT ?'
        )
        numbers += [row[0] for row in connection.execute(sql, (*values, limit - len(numbers)))]
        if len(numbers) >= limit:
            break
    return numbers


def sorted_numbers(connection: Driver, numbers: Iterable[int], query: Query) -> list[int]:
    """Put the given weapons in the order of the query; those without a value come last, equal ones by number."""
    column = sort_column(query)
    wanted = list(numbers)
    if column == "number":
        return sorted(wanted, reverse=query.descending)
    source, value = "", f'w."{column}"'
    if column == "place":
        source, value = " LEFT JOIN place AS p ON p.id = w.place", "p.code"
    direction = "DESC" if query.descending else "ASC"
    rows = connection.execute(
        f"SELECT w.number FROM json_each(?) AS j CROSS JOIN weapon AS w ON w.number = j.value{source}"
        f" ORDER BY {value} IS NULL, {value} {direction}, w.number {direction}",
        (json.dumps(wanted),),
    )
    return [row[0] for row in rows]
