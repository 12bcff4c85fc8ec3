"""What the vouchers add up to: `armoury ammunition stock`, `ledger`, `vouchers`, `voucher`."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click

from armoury.cli.ammunition_words import (
    counted,
    day_typed,
    hazard_words,
    issue_words,
    item_words,
    kilograms,
    lot_words,
    pointed,
)
from armoury.cli.output import Columns, plain, say, say_card, say_json, say_lines, say_table, tell
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.typed import known_calibre
from armoury.cli.vocabulary import chosen_values
from armoury.cli.voucher_cards import kind_of, line_table, person_words, voucher_card, voucher_heading, voucher_json
from armoury.cli.words import moment_words
from armoury.domain.record_form import to_json
from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher
from armoury.domain.voucher_rules import RULES
from armoury.i18n import _, ngettext
from armoury.services import ammunition, ammunition_stock
from armoury.services import ammunition_reports as reports
from armoury.services.ammunition import item_of
from armoury.services.ammunition_named import item_named, lot_named
from armoury.services.ammunition_reports import VoucherFilter, VoucherReport
from armoury.services.ammunition_stock import HazardLine, LedgerLine, StockFilter, StockLine, by_hazard
from armoury.services.checks import today
from armoury.services.desk import Desk
from armoury.services.places import place_by_code


@click.command(help=_("List what lies where by the vouchers. By item, lot and place; the net explosive quantity (NEQ) "
                      "is added up by hazard division and compatibility group."))  # fmt: skip
@click.option("--item", metavar="ITEM", help=_("Only of this item."))
@click.option("--lot", metavar="LOT", help=_("Only of this lot."))
@click.option("--place", metavar="CODE", help=_("Only in this place and all places inside it."))
@click.option("--calibre", metavar="TEXT", help=_("Only of this calibre."))
@click.option("--division", metavar="TEXT", help=_("Only of this hazard division, with its sub-divisions."))
@click.option("--condition", metavar="TEXT", help=_("Only of this condition, such as iatg_a."))
@click.option("--expires-before", metavar="DAY", help=_("Only whose shelf life may end before this day, 2026-03-09."))
@click.option("--day", metavar="DAY", help=_("As it was at the end of this day; now, if not said."))
@at_register()
def stock(door: Door, **typed: str | None) -> None:
    """List stock."""
    with at_desk(door) as desk:
        lines = ammunition_stock.stock(desk, _stock_filter(desk, typed))
        lines = sorted(lines, key=lambda each: (each.item_code, each.item, each.lot_number, each.lot, each.place_code))
        if not door.json:
            if lines and typed["day"]:
                say(_("At the end of {day}; what may be issued is said as of today.").format(day=typed["day"]))
            _say_stock(desk, lines)
    sums = by_hazard(lines)
    if door.json:
        say_json({"lines": [plain(asdict(each)) for each in lines], "hazards": [plain(asdict(each)) for each in sums]})
    elif lines:
        _say_hazards(sums)
    else:
        tell(_("Nothing lies there by the vouchers."))


def _stock_filter(desk: Desk, typed: dict[str, str | None]) -> StockFilter:
    item, lot, place = typed["item"], typed["lot"], typed["place"]
    return StockFilter(
        item=item_named(desk, item).id if item else None,
        lot=lot_named(desk, lot).id if lot else None,
        place=place_by_code(desk, place).id if place else None,
        calibre=known_calibre(desk, typed["calibre"]),
        division=chosen_values(desk, AmmunitionItem, {"hazard_division": typed["division"]})["hazard_division"],
        condition=chosen_values(desk, Lot, {"condition": typed["condition"]})["condition"],
        expires_before=day_typed(typed["expires_before"]),
        day=day_typed(typed["day"]),
    )


def _say_stock(desk: Desk, lines: Sequence[StockLine]) -> None:
    known = {each.id: each for each in ammunition.items(desk)}
    records = {each.lot.id: each.lot for each in ammunition_stock.lots(desk)}
    day = today(desk)
    for item_id, some in groupby(lines, lambda each: each.item):
        item, several = known[item_id], list(some)
        rows = [
            (each.lot_number, each.place_code, each.quantity, counted(desk, item, each.quantity), _mass(each),
             issue_words(desk, records[each.lot], day))
            for each in several
        ]  # fmt: skip
        if len(rows) > 1:
            rows.append(_sum_row(desk, item, several))
        masses = pointed([row[4] for row in rows])
        headings = [_("Lot"), _("Place"), _("Single items"), _("In units"), _("NEQ, kg"), _("May be issued")]
        say_lines(item_words(desk, item))
        say_table(headings, [(*row[:4], mass, row[5]) for row, mass in zip(rows, masses, strict=True)], _STOCK)
        say()


_STOCK = Columns(frozenset(range(5)), frozenset({2, 4}))


def _mass(line: StockLine) -> str:
    return kilograms(None if line.neq_micrograms is None else line.neq_micrograms * line.quantity)


def _sum_row(desk: Desk, item: AmmunitionItem, lines: Sequence[StockLine]) -> tuple[Any, ...]:
    quantity = sum(each.quantity for each in lines)
    mass = kilograms(None if item.neq_micrograms is None else item.neq_micrograms * quantity)
    return (_("Sum"), "", quantity, counted(desk, item, quantity), mass, "")


def _say_hazards(sums: Sequence[HazardLine]) -> None:
    sums = list(_with_divisions(sums))
    masses = pointed([kilograms(None if each.unknown == each.items else each.neq_micrograms) for each in sums])
    say(_("Net explosive quantity (NEQ) by hazard division and compatibility group:"))
    headings = [_("Division"), _("Group"), _("Single items"), _("NEQ, kg"), _("Items without known NEQ")]
    rows = [
        (each.division or hazard_words(None, None), each.group or "", each.items, mass, each.unknown or "")
        for each, mass in zip(sums, masses, strict=True)
    ]
    say_table(headings, rows, Columns(frozenset(range(5)), frozenset({2, 3, 4})))


def _with_divisions(sums: Sequence[HazardLine]) -> Iterator[HazardLine]:
    """Add a line for the whole division below those of its groups, where it has several."""
    for division, some in groupby(sums, lambda each: each.division):
        several = list(some)
        yield from several
        if len(several) > 1:
            items, mass, unknown = (sum(getattr(each, name) for each in several) for name in _SUMMED)
            yield HazardLine(division, _("all"), items, mass, unknown)


_SUMMED = ("items", "neq_micrograms", "unknown")


@click.command(help=_("Show the ledger of a lot. Every voucher that names LOT (its number or tag) in the order of "
                      "days, with the balance after it."))  # fmt: skip
@click.argument("typed", metavar="LOT")
@click.option("--place", metavar="CODE", help=_("Only at this place: its stack tally card."))
@at_register()
def ledger(door: Door, typed: str, place: str | None) -> None:
    """Show a ledger."""
    with at_desk(door) as desk:
        lot = lot_named(desk, typed)
        item, only = item_of(desk, lot.item), place_by_code(desk, place) if place else None
        lines = [each for each in ammunition_stock.ledger(desk, lot.id) if only is None or each.place == only.id]
        rows = [_ledger_row(desk, each) for each in lines]
    left = (lines[-1].everywhere if only is None else lines[-1].here) if lines else 0
    if door.json:
        say_json({"lot": to_json(lot), "item_code": item.code, "balance": left,
                  "lines": [plain(asdict(each)) for each in lines]})  # fmt: skip
        return
    say_lines(_("{lot}; all quantities are single items").format(lot=lot_words(item, lot)))
    if not lines:
        tell(_("No voucher names it there."))
        return
    _say_ledger(rows, whole=only is None)


def _ledger_row(desk: Desk, line: LedgerLine) -> tuple[Any, ...]:
    kind = kind_of(line.voucher_kind)
    if line.reverses is not None:
        kind = _("{kind} of {number}").format(kind=kind, number=line.reverses)
    mark = _REVERSED if line.reversed_by is not None else ""
    other = line.party or person_words(desk, line.holder)
    return (line.day, line.number, kind + mark, other, line.place_code, f"{line.quantity:+d}", line.expended or "",
            line.here, line.everywhere)  # fmt: skip


_REVERSED = "*"


def _say_ledger(rows: Sequence[tuple[Any, ...]], *, whole: bool) -> None:
    """Lay a ledger out; the columns of what was fired and of all places are there only where they say something."""
    headings = [_("Day"), _("No."), _("Kind"), _("From or to"), _("Place"), _("Change"), _("Fired"), _("At place"),
                _("In all")]  # fmt: skip
    idle = {place for place, empty in ((6, not any(row[6] for row in rows)), (8, not whole)) if empty}
    kept = [place for place in range(len(headings)) if place not in idle]
    columns = Columns(frozenset({*range(len(kept))} - {3}), frozenset({1, *range(5, len(kept))}))
    say_table([headings[place] for place in kept], [[row[place] for place in kept] for row in rows], columns)
    if any(row[2].endswith(_REVERSED) for row in rows):
        say(_("* taken back by another voucher"))


@click.command(help=_("List vouchers, the latest first."))
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(RULES)), help=_("Only of this kind."))
@click.option("--open", "open_issues", is_flag=True, help=_("Only issues that are not accounted for, and what is out."))
@click.option("--lot", metavar="LOT", help=_("Only with this lot."))
@click.option("--place", metavar="CODE", help=_("Only at this place."))
@click.option("--since", metavar="DAY", help=_("Since this day, 2026-03-09."))
@click.option("--until", metavar="DAY", help=_("Up to the end of this day."))
@click.option("--count", default=100, show_default=True, type=click.IntRange(1, reports.MOST_VOUCHERS),
              help=_("At most so many."))  # fmt: skip
@click.option("--skip", default=0, type=click.IntRange(0), help=_("Pass over so many of the latest."))
@at_register()
def vouchers(door: Door, *, count: int, skip: int, **typed: Any) -> None:
    """List vouchers."""
    lot, place = typed["lot"], typed["place"]
    with at_desk(door) as desk:
        filters = VoucherFilter(
            typed["kinds"], day_typed(typed["since"]), day_typed(typed["until"]),
            lot_named(desk, lot).id if lot else None, place_by_code(desk, place).id if place else None,
            typed["open_issues"],
        )  # fmt: skip
        found = reports.vouchers(desk, filters, count, skip)
        out = {each.number: reports.report(desk, each.number).still_out for each in found if filters.open_issues}
        rows = [_voucher_row(desk, each, out.get(each.number)) for each in found]
    if door.json:
        say_json([_voucher_line(each, out.get(each.number)) for each in found])
        return
    if not found:
        tell(_("There is no such voucher."))
        return
    headings = [_("Voucher"), _("Day"), _("Kind"), _("From or to"), _("Authority"), _("Lines")]
    headings += [_("Still out, single items")] if filters.open_issues else []
    say_table(headings, rows, Columns(frozenset({0, 1, 2, 5, 6}), frozenset({0, 5})))
    if len(found) == count:
        tell(_("Shown: the latest {count}. More with --skip.").format(count=count))


def _voucher_row(desk: Desk, voucher: Voucher, out: Sequence[tuple[str, int]] | None) -> tuple[Any, ...]:
    other = voucher.party or person_words(desk, voucher.holder)
    row = (voucher.number, voucher.day, kind_of(voucher.voucher_kind), other,
           voucher.authority, len(voucher.lines))  # fmt: skip
    return row if out is None else (*row, "; ".join(f"{lot}: {count}" for lot, count in out))


def _voucher_line(voucher: Voucher, out: Sequence[tuple[str, int]] | None) -> dict[str, Any]:
    still = {} if out is None else {"still_out": [{"lot_number": lot, "quantity": count} for lot, count in out]}
    return {**to_json(voucher), **to_json(voucher, personal=True), **still}


@click.command(help=_("Show one voucher. Everything that the paper of the voucher NUMBER shows, with both signatures."))
@click.argument("number", type=int)
@at_register()
def voucher(door: Door, number: int) -> None:
    """Show a voucher."""
    with at_desk(door) as desk:
        said = reports.report(desk, number)
        heading, card = voucher_heading(said.voucher), voucher_card(desk, said.voucher)
        table, zone = line_table(desk, said.lines), zone_of(desk)
    if door.json:
        say_json(voucher_json(said))
        return
    say_card(heading, [*card, *_beside(said, zone)])
    say_table(*table)
    for lot, count in said.still_out:
        text = ngettext("Still out of lot {lot}: {count} single item.", "Still out of lot {lot}: {count} single items.",
                        count)  # fmt: skip
        say(text.format(lot=lot, count=count))


def _beside(said: VoucherReport, zone: str) -> list[tuple[str, str]]:
    when = moment_words(said.recorded_at, zone)
    number = said.reversed_by
    return [
        (_("Reversed by"), _("voucher {number}").format(number=number) if number else ""),
        (_("Entered by"), _("{who}, {when}").format(who=said.entered_by, when=when)),
        (_("Approved by"), ", ".join(said.approved_by)),
        (_("Set aside"), "; ".join(said.overrides)),
    ]
