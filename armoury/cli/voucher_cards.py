"""A voucher as its paper shows it: before it is approved, after it was written, and whenever it is looked up."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from armoury.cli.ammunition_words import counted, kilograms, pointed
from armoury.cli.cards import reference_words
from armoury.cli.output import Columns, is_terminal, plain, table_lines, terminal_width
from armoury.cli.words import field_words
from armoury.domain.record_form import to_json
from armoury.domain.records.ammunition import Voucher
from armoury.i18n import _
from armoury.services.ammunition_reports import ReportLine, VoucherReport, lines_of
from armoury.services.ammunition_vouchers import PlannedVouchers, number_of
from armoury.services.desk import Desk

Line = tuple[str, str]
Table = tuple[list[str], list[list[str]], Columns]
"""Headings, rows, and how they are laid out."""


def voucher_heading(voucher: Voucher) -> str:
    """Name a voucher by number and kind."""
    kind = kind_of(voucher.voucher_kind)
    return _("Voucher {number}: {kind}").format(number=voucher.number, kind=kind)


def kind_of(kind: str) -> str:
    """Name a kind of voucher briefly, as the commands do."""
    said = _KINDS.get(kind)
    return said() if said else kind


_KINDS: Mapping[str, Callable[[], str]] = {
    "receipt": lambda: _("Receipt"),
    "issue": lambda: _("Issue"),
    "return": lambda: _("Return"),
    "transfer": lambda: _("Move"),
    "adjustment": lambda: _("Adjustment"),
    "destruction": lambda: _("Destruction"),
    "reversal": lambda: _("Reversal"),
}


def voucher_card(desk: Desk, voucher: Voucher) -> list[Line]:
    """Return what a voucher says beside its lines; empty values too."""
    names = ("giver", "taker", "document", "reason", "salvage", "remarks")
    return [
        (field_words("day"), voucher.day),
        (field_words("authority"), voucher.authority),
        (_party_words(voucher.voucher_kind), voucher.party or ""),
        (field_words("holder"), person_words(desk, voucher.holder)),
        *((field_words(each), _number(desk, getattr(voucher, each))) for each in ("issue", "reverses")),
        *((field_words(each), _text(getattr(voucher, each))) for each in names),
    ]


def _party_words(kind: str) -> str:
    words = {"receipt": _("From"), "return": _("From"), "issue": _("To")}
    return words.get(kind) or field_words("party")


def person_words(desk: Desk, person: str | None) -> str:
    """Name the person on the other side by the badge; empty where the register knows nobody."""
    return reference_words(desk, "person", person) if person else ""


def _number(desk: Desk, voucher: str | None) -> str:
    return _("voucher {number}").format(number=number_of(desk, voucher)) if voucher else ""


def _text(value: object) -> str:
    return "" if value is None else str(value)


def line_table(desk: Desk, lines: Sequence[ReportLine]) -> Table:
    """Return the lines of a voucher as a table: what came is above 0, what went below; in single items."""
    headings = [_("Item"), _("Lot"), _("Place"), _("Single items"), _("In units"), _("NEQ, kg")]
    masses = pointed([kilograms(each.neq_micrograms) for each in lines])
    rows = [
        [each.item.code, each.lot.lot_number, each.place.code, f"{each.quantity:+d}",
         counted(desk, each.item, each.quantity), mass]
        for each, mass in zip(lines, masses, strict=True)
    ]  # fmt: skip
    numbers = {3, 5}
    if any(each.expended is not None for each in lines):
        headings.append(_("Fired"))
        rows = [[*row, _text(each.expended)] for row, each in zip(rows, lines, strict=True)]
        numbers.add(6)
    return headings, rows, Columns(frozenset(range(len(headings))), frozenset(numbers))


def to_be_approved(desk: Desk, planned: PlannedVouchers) -> Iterator[str]:
    """Say all that the second officer signs, line by line."""
    for voucher in planned.vouchers:
        yield "  " + voucher_heading(voucher)
        for label, value in voucher_card(desk, voucher):
            if value:
                yield f"    {label}: {value}"
        headings, rows, columns = line_table(desk, lines_of(desk, voucher))
        width = terminal_width() - 4 if is_terminal(sys.stderr) else None
        yield from ("    " + line for line in table_lines(headings, rows, width, columns))
    for rule in planned.act.overrides:
        yield "    " + _("Set aside: {rule}").format(rule=rule)


def voucher_json(said: VoucherReport) -> dict[str, Any]:
    """Return a voucher as values for machines, with its lines in words."""
    voucher = said.voucher
    beside = {
        "issue_number": said.issue_number, "reverses_number": said.reverses_number, "reversed_by": said.reversed_by,
        "entered_by": said.entered_by, "approved_by": list(said.approved_by), "recorded_at": said.recorded_at,
        "overrides": list(said.overrides),
        "still_out": [{"lot_number": lot, "quantity": count} for lot, count in said.still_out],
        "lines": [_line_json(each) for each in said.lines],
    }  # fmt: skip
    return {**to_json(voucher), **to_json(voucher, personal=True), **plain(beside)}


def _line_json(line: ReportLine) -> dict[str, Any]:
    return plain(
        {"item_code": line.item.code, "lot": line.lot.id, "lot_number": line.lot.lot_number,
         "lot_tag": line.lot.tag, "place": line.place.code, "quantity": line.quantity,
         "expended": line.expended, "neq_micrograms": line.neq_micrograms}
    )  # fmt: skip
