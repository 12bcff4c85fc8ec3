"""Vouchers read back: lists of them, and each with everything that its paper shows."""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher
from armoury.domain.records.site import Place
from armoury.services.ammunition_checks import open_quantities
from armoury.services.ammunition_vouchers import voucher_numbered
from armoury.services.desk import Desk
from armoury.services.lookup import sees_names
from armoury.services.timeline import history_of
from armoury.store.reading import get, several

MOST_VOUCHERS = 1_000
"""What one list of vouchers holds at most."""


@dataclass(frozen=True)
class VoucherFilter:
    """Which vouchers: of some kinds, between two days, of a lot, at a place; or the issues that are not closed."""

    kinds: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    lot: str | None = None
    place: str | None = None
    open_issues: bool = False


@dataclass(frozen=True)
class VoucherReport:
    """A voucher with everything that its paper shows.

    Attributes:
        lines: each line with lot, item and place; for the lines of a return also what was fired.
        issue_number, reverses_number, reversed_by: numbers of the vouchers that belong to it.
        still_out: of an issue, by lot number, what is not accounted for.
        entered_by, approved_by, recorded_at, overrides: the two signatures, and rules that were set aside.
    """

    voucher: Voucher
    lines: tuple["ReportLine", ...]
    entered_by: str
    approved_by: tuple[str, ...]
    recorded_at: str
    overrides: tuple[str, ...]
    issue_number: int | None = None
    reverses_number: int | None = None
    reversed_by: int | None = None
    still_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class ReportLine:
    """A line of a voucher in words."""

    lot: Lot
    item: AmmunitionItem
    place: Place
    quantity: int
    expended: int | None

    @property
    def neq_micrograms(self) -> int | None:
        """Return the net explosive quantity that the line moves; None where that of one item is not known."""
        each = self.item.neq_micrograms
        return None if each is None else each * abs(self.quantity)


def vouchers(desk: Desk, filters: VoucherFilter = VoucherFilter(), count: int = 100, skip: int = 0) -> list[Voucher]:
    """Return vouchers, the latest number first.

    Args:
        desk: who looks; personal names are there only where the officer's work needs them.
        filters: which of them.
        count: how many at most, up to 1,000.
        skip: how many of the latest to pass over.
    """
    parts: list[tuple[str, Sequence[Any]]] = [
        (f"t.voucher_kind IN ({', '.join('?' * len(filters.kinds))})", filters.kinds),
        ("t.day >= ?", [filters.since] if filters.since else ()),
        ("t.day <= ?", [filters.until] if filters.until else ()),
        ("t.id IN (SELECT subject FROM voucher_line WHERE lot = ?)", [filters.lot] if filters.lot else ()),
        ("t.id IN (SELECT subject FROM voucher_line WHERE place = ?)", [filters.place] if filters.place else ()),
        (f"t.voucher_kind = 'issue' AND ? {_STILL_OUT}", [1] if filters.open_issues else ()),
    ]
    asked = [(sql, values) for sql, values in parts if values]
    where = " AND ".join(["1", *(sql for sql, _values in asked)])
    bound = tuple(value for _sql, values in asked for value in values)
    with desk.read() as connection:
        found = several(
            connection, Voucher, f"WHERE {where} ORDER BY t.number DESC LIMIT ? OFFSET ?",
            (*bound, min(count, MOST_VOUCHERS), skip),
        )  # fmt: skip
        return [_seen(desk, each) for each in found]


_STILL_OUT = (
    "AND NOT EXISTS (SELECT 1 FROM voucher AS r WHERE r.reverses = t.id)"
    " AND (SELECT -sum(quantity) FROM voucher_line WHERE subject = t.id)"
    " > (SELECT coalesce(sum(l.quantity + coalesce(l.expended, 0)), 0) FROM voucher AS b"
    " JOIN voucher_line AS l ON l.subject = b.id WHERE b.issue = t.id"
    " AND NOT EXISTS (SELECT 1 FROM voucher AS r WHERE r.reverses = b.id))"
)
"""An issue that was not reversed, of which less came back or was fired than went out."""


def _seen(desk: Desk, voucher: Voucher) -> Voucher:
    """Leave the names out for those whose work does not need them."""
    return voucher if sees_names(desk) else replace(voucher, giver=None, taker=None)


def report(desk: Desk, number: int) -> VoucherReport:
    """Return a voucher with everything that its paper shows.

    Raises:
        RuleError: there is no such voucher.
    """
    voucher = voucher_numbered(desk, number)
    written = history_of(desk, "voucher", voucher.id)[0]
    lines = lines_of(desk, voucher)
    with desk.read() as connection:
        numbers = {
            name: connection.exec_driver_sql(f"SELECT number FROM voucher WHERE {column} = ?", (id_,)).scalar()
            for name, column, id_ in (
                ("issue_number", "id", voucher.issue),
                ("reverses_number", "id", voucher.reverses),
                ("reversed_by", "reverses", voucher.id),
            )
        }
        out = open_quantities(connection, voucher) if voucher.voucher_kind == "issue" else {}
    named = {each.lot.id: each.lot.lot_number for each in lines}
    return VoucherReport(
        _seen(desk, voucher), lines, written.actor, written.approved_by, written.recorded_at, written.overrides,
        still_out=tuple((named.get(lot, lot), count) for lot, count in out.items() if count), **numbers,
    )  # fmt: skip


def lines_of(desk: Desk, voucher: Voucher) -> tuple[ReportLine, ...]:
    """Return the lines of a voucher in words, also of one that is only planned; lots and places must exist."""
    lines = []
    with desk.read() as connection:
        for line in voucher.lines:
            lot, place = get(connection, Lot, line.lot), get(connection, Place, line.place)
            item = get(connection, AmmunitionItem, lot.item) if lot else None
            if lot is not None and item is not None and place is not None:
                lines.append(ReportLine(lot, item, place, line.quantity, line.expended))
    return tuple(lines)
