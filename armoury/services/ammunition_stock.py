"""What lies where by the vouchers: balances by lot and place, explosive quantities, tally cards.

Nothing is kept beside the vouchers: every balance is summed from their lines when it is asked for, over indexes that
hold the quantities.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, TypeVar

from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.services.ammunition_checks import balance_now
from armoury.services.desk import Desk
from armoury.services.query import INSIDE
from armoury.store.reading import several
from armoury.store.register import Driver


@dataclass(frozen=True)
class StockFilter:
    """Which lots and places. What is not said lets everything through.

    Attributes:
        place: id of a place; what lies anywhere inside it counts.
        division: a hazard division; its sub-divisions count.
        expires_before: a day; lots that may have expired before it, as far as their expiry is known.
        day: as things stood at the end of a day; None for now.
    """

    place: str | None = None
    item: str | None = None
    lot: str | None = None
    calibre: str | None = None
    division: str | None = None
    condition: str | None = None
    expires_before: str | None = None
    day: str | None = None


@dataclass(frozen=True)
class StockLine:
    """How many items of a lot lie at a place, with what a list shows of lot, item and place."""

    lot: str
    lot_tag: str
    lot_number: str
    lot_kind: str
    condition: str | None
    expires: str | None
    ban: str | None
    item: str
    item_code: str
    item_name: str
    calibre: str | None
    division: str | None
    group: str | None
    neq_micrograms: int | None
    unit_of_issue: str
    unit_quantity: int
    place: str
    place_code: str
    quantity: int


@dataclass(frozen=True)
class LotLine:
    """A lot with its item, and how many items of it lie anywhere in the register's places."""

    lot: Lot
    item: AmmunitionItem
    quantity: int


@dataclass(frozen=True)
class NeqLine:
    """The net explosive quantity of one hazard division at a place, in micrograms.

    Attributes:
        unknown: items of which nobody knows the quantity; they are left out of the sum.
    """

    place: str
    place_code: str
    division: str | None
    items: int
    neq_micrograms: int
    unknown: int


@dataclass(frozen=True)
class HazardLine:
    """The net explosive quantity of one hazard division and compatibility group, in micrograms.

    Attributes:
        group: None where a line stands for all groups of its division.
        unknown: items of which nobody knows the quantity; they are left out of the sum.
    """

    division: str | None
    group: str | None
    items: int
    neq_micrograms: int
    unknown: int


N = TypeVar("N", NeqLine, HazardLine)


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger of a lot over all places: what a voucher changed, and the balances after it.

    Attributes:
        here: how many items then lay at the place of the line.
        everywhere: how many then lay at all places together.
        expended: on a return, how many of those issued were fired.
        reverses: number of the voucher that this one takes back.
        reversed_by: number of the voucher that took this one back.
    """

    voucher: str
    number: int
    voucher_kind: str
    day: str
    party: str | None
    holder: str | None
    place: str
    place_code: str
    quantity: int
    expended: int | None
    reverses: int | None
    reversed_by: int | None
    here: int = 0
    everywhere: int = 0


@dataclass(frozen=True)
class TallyLine:
    """One line of a stack tally card: what a voucher changed, and the balance after it."""

    voucher: str
    number: int
    voucher_kind: str
    day: str
    party: str | None
    quantity: int
    balance: int


def balance(desk: Desk, lot_id: str, place_id: str) -> int:
    """Return how many items of a lot lie at a place."""
    with desk.read() as connection:
        return balance_now(connection, lot_id, place_id)


def stock(desk: Desk, filters: StockFilter = StockFilter()) -> list[StockLine]:
    """Return what lies where, by place, item and lot; lots of which nothing is left are not there."""
    where, values = _conditions(filters)
    dated = ""
    if filters.day is not None:
        dated, values = " JOIN voucher AS v ON v.id = l.subject AND v.day <= ?", [filters.day, *values]
    with desk.register.glance() as connection:
        inside, more = _inside(connection, filters.place)
        rows = connection.execute(_STOCK.format(dated=dated, where=where + inside), (*values, *more)).fetchall()
    return [StockLine(*row) for row in rows]


_COLUMNS = (
    "lot.id, lot.tag, lot.lot_number, lot.lot_kind, lot.condition, lot.expires, lot.ban, a.id, a.code, a.name,"
    " coalesce(a.calibre, a.calibre_text), a.hazard_division, a.compatibility_group, a.neq_micrograms,"
    " a.unit_of_issue, coalesce(a.unit_quantity, 1), p.id, p.code"
)
_STOCK = (
    f"SELECT {_COLUMNS}, s.quantity FROM (SELECT l.lot, l.place, sum(l.quantity) AS quantity"
    " FROM voucher_line AS l{dated} WHERE 1{where} GROUP BY l.lot, l.place) AS s"
    " JOIN lot ON lot.id = s.lot JOIN ammunition AS a ON a.id = lot.item JOIN place AS p ON p.id = s.place"
    " WHERE s.quantity <> 0 ORDER BY p.code, a.code, lot.lot_number, lot.id"
)


def _conditions(filters: StockFilter) -> tuple[str, list[Any]]:
    """Return the filters on lots as SQL over the lines `l` that begins with AND."""
    parts: list[tuple[str, list[Any]]] = []
    if filters.lot is not None:
        parts.append(("lot.id = ?", [filters.lot]))
    if filters.item is not None:
        parts.append(("lot.item = ?", [filters.item]))
    if filters.condition is not None:
        parts.append(("lot.condition = ?", [filters.condition]))
    if filters.expires_before is not None:
        parts.append(("lot.expires <> '' AND lot.expires < ?", [filters.expires_before]))
    if filters.calibre is not None:
        parts.append(("(a.calibre = ? OR a.calibre IS NULL AND a.calibre_text = ?)", [filters.calibre] * 2))
    if filters.division is not None:
        parts.append(("(a.hazard_division = ? OR a.hazard_division LIKE ? || '.%')", [filters.division] * 2))
    if not parts:
        return "", []
    test = " AND ".join(sql for sql, _values in parts)
    chosen = f"SELECT lot.id FROM lot JOIN ammunition AS a ON a.id = lot.item WHERE {test}"
    return f" AND l.lot IN ({chosen})", [value for _sql, values in parts for value in values]


def _inside(connection: Driver, place: str | None) -> tuple[str, list[str]]:
    if place is None:
        return "", []
    ids = [row[0] for row in connection.execute(INSIDE, (place,))]
    return f" AND l.place IN ({', '.join('?' * len(ids))})", ids


def lots(desk: Desk, filters: StockFilter = StockFilter()) -> list[LotLine]:
    """Return lots by item and number, those of which nothing is left too; `place` asks for what lies there now."""
    held: dict[str, int] = {}
    for line in stock(desk, filters):
        held[line.lot] = held.get(line.lot, 0) + line.quantity
    where, values = _conditions(filters)
    with desk.read() as connection:
        known = {each.id: each for each in several(connection, AmmunitionItem)}
        where = f"WHERE 1{where.replace('l.lot IN', 't.id IN')} ORDER BY t.item, t.lot_number, t.id"
        found = list(several(connection, Lot, where, tuple(values)))
    lines = [
        LotLine(each, known[each.item], held.get(each.id, 0)) for each in found if not filters.place or each.id in held
    ]
    return sorted(lines, key=lambda line: (line.item.code, line.lot.lot_number))


def explosive_quantities(desk: Desk, place: str | None = None, day: str | None = None) -> list[NeqLine]:
    """Return the net explosive quantity at each place by hazard division: the sum of quantity times that of one item.

    IATG 01.50: what counts for a place is the quantity by division. The sums are whole micrograms, so nothing is lost
    by rounding.
    """
    found: dict[tuple[str, str], NeqLine] = {}
    for line in stock(desk, StockFilter(place=place, day=day)):
        key = (line.place_code, line.division or "")
        before = found.get(key) or NeqLine(line.place, line.place_code, line.division, 0, 0, 0)
        found[key] = _with(before, line)
    return [found[key] for key in sorted(found)]


def _with(before: N, line: StockLine) -> N:
    """Add what lies there to a sum."""
    known = line.neq_micrograms
    return replace(
        before,
        items=before.items + line.quantity,
        neq_micrograms=before.neq_micrograms + line.quantity * (known or 0),
        unknown=before.unknown + (line.quantity if known is None else 0),
    )


def by_hazard(lines: Iterable[StockLine]) -> list[HazardLine]:
    """Add stock up by hazard division and compatibility group (IATG 01.50), in whole micrograms.

    What has no division comes last.
    """
    found: dict[tuple[str, str], HazardLine] = {}
    for line in lines:
        key = (line.division or _LAST, line.group or "")
        before = found.get(key) or HazardLine(line.division, line.group, 0, 0, 0)
        found[key] = _with(before, line)
    return [found[key] for key in sorted(found)]


_LAST = "~"
"""Sorts behind every division."""


def ledger(desk: Desk, lot_id: str) -> list[LedgerLine]:
    """Return every movement of a lot in the order of days, with the balance at its place and at all places after it."""
    with desk.register.glance() as connection:
        rows = [LedgerLine(*row) for row in connection.execute(_LEDGER, (lot_id,))]
    here: Counter[str] = Counter()
    lines, everywhere = [], 0
    for each in rows:
        here[each.place] += each.quantity
        everywhere += each.quantity
        lines.append(replace(each, here=here[each.place], everywhere=everywhere))
    return lines


_LEDGER = (
    "SELECT v.id, v.number, v.voucher_kind, v.day, v.party, v.holder, l.place, p.code, l.quantity, l.expended,"
    " (SELECT t.number FROM voucher AS t WHERE t.id = v.reverses),"
    " (SELECT r.number FROM voucher AS r WHERE r.reverses = v.id)"
    " FROM voucher_line AS l JOIN voucher AS v ON v.id = l.subject JOIN place AS p ON p.id = l.place"
    " WHERE l.lot = ? ORDER BY v.day, v.number, l.position"
)


def tally(desk: Desk, lot_id: str, place_id: str) -> list[TallyLine]:
    """Return the stack tally card of a lot at a place: every voucher in the order of days, and the balance after it."""
    with desk.register.glance() as connection:
        rows = connection.execute(_TALLY, (lot_id, place_id)).fetchall()
    balances = accumulate(row[-1] for row in rows)
    return [
        TallyLine(id_, number, kind, day, party, quantity, balance)
        for (id_, number, kind, day, party, quantity), balance in zip(rows, balances, strict=True)
    ]


_TALLY = (
    "SELECT v.id, v.number, v.voucher_kind, v.day, v.party, l.quantity FROM voucher_line AS l"
    " JOIN voucher AS v ON v.id = l.subject WHERE l.lot = ? AND l.place = ? ORDER BY v.day, v.number"
)
