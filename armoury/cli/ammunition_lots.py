"""`armoury ammunition lots`: each lot as it is marked, its condition, and whether it may be issued."""

from collections.abc import Iterator
from typing import Any

import click

from armoury.cli.ammunition_words import counted, day_typed, issue_words, lot_words
from armoury.cli.approving import approvals_for, do, told
from armoury.cli.cards import reference_words
from armoury.cli.groups import ListingGroup
from armoury.cli.output import Columns, say, say_card, say_json, say_table, tell
from armoury.cli.remarks import remarks_json, tell_remarks
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.typed import SETTINGS, field_options, option_name, set_values, typed_fields, values_of
from armoury.cli.vocabulary import chosen_values, entry_words
from armoury.cli.words import field_words, value_words
from armoury.domain.ammunition_rules import hindrances
from armoury.domain.dates import shown
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, declared_fields
from armoury.domain.record_form import to_json
from armoury.domain.records.ammunition import Lot
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services import ammunition_stock
from armoury.services.acts import carry_out
from armoury.services.ammunition import LOCAL, Planned, item_of, lot_of, plan_lot, plan_lot_correction
from armoury.services.ammunition_named import item_named, lot_named
from armoury.services.ammunition_stock import LotLine, StockFilter, StockLine, stock
from armoury.services.checks import today
from armoury.services.desk import Desk
from armoury.services.places import place_by_code

_FIXED = ("id", "tag", "entry", "item")
_RELEASED = "lot.released"
_REASON = click.option("--reason", required=True, metavar="TEXT", help=_("Why; the order or report it follows."))


@click.group(cls=ListingGroup, help=_("List, show, enter, correct or release lots. Lots are never merged."))
def lots() -> None:
    """Work on lots."""


@lots.command("list", help=_("List the lots by item and number. With the single items in stock of each."))
@click.option("--item", metavar="ITEM", help=_("Only of this item."))
@click.option("--place", metavar="CODE", help=_("Only what lies in this place and all places inside it."))
@click.option("--condition", metavar="TEXT", help=_("Only of this condition, such as iatg_a."))
@click.option("--expires-before", metavar="DAY", help=_("Only whose shelf life may end before this day, 2026-03-09."))
@click.option("--in-stock", is_flag=True, help=_("Only those of which something is left."))
@at_register()
def list_(door: Door, item: str | None, place: str | None, *, in_stock: bool, **filters: str | None) -> None:
    """List lots."""
    with at_desk(door) as desk:
        asked = StockFilter(
            item=item_named(desk, item).id if item else None,
            place=place_by_code(desk, place).id if place else None,
            condition=chosen_values(desk, Lot, filters)["condition"],
            expires_before=day_typed(filters["expires_before"]),
        )
        found = [each for each in ammunition_stock.lots(desk, asked) if each.quantity or not in_stock]
        rows, as_json = [_row(desk, each) for each in found], [_as_json(desk, each) for each in found]
    if door.json:
        say_json(as_json)
        return
    if not found:
        tell(_("There is no such lot. Enter one with: armoury ammunition lots add"))
        return
    headings = [_("Item"), _("Lot"), _("Tag"), _("Single items"), _("Expires"), _("May be issued")]
    say_table(headings, rows, Columns(frozenset(range(5)), frozenset({3})))


def _row(desk: Desk, line: LotLine) -> tuple[object, ...]:
    lot = line.lot
    expires = shown(lot.expires) if lot.expires else ""
    return (line.item.code, lot.lot_number, printed_tag(lot.tag), line.quantity, expires,
            issue_words(desk, lot, today(desk)))  # fmt: skip


def _as_json(desk: Desk, line: LotLine) -> dict[str, Any]:
    against = hindrances(line.lot, desk.reference, today(desk))
    return {**to_json(line.lot), "item_code": line.item.code, "quantity": line.quantity,
            "hindrances": [each.code for each in against]}  # fmt: skip


@lots.command(help=_("Show a lot. LOT is its number or tag; its card, what stands against its issue, where it lies."))
@click.argument("typed", metavar="LOT")
@at_register()
def show(door: Door, typed: str) -> None:
    """Show a lot."""
    with at_desk(door) as desk:
        lot = lot_named(desk, typed)
        item, lines = item_of(desk, lot.item), stock(desk, StockFilter(lot=lot.id))
        line = LotLine(lot, item, sum(each.quantity for each in lines))
        as_json, card = _as_json(desk, line), _card(desk, line)
        rows = [(each.place_code, each.quantity, counted(desk, item, each.quantity)) for each in lines]
    if door.json:
        say_json({**as_json, "places": [_place_json(each) for each in lines]})
        return
    say_card(lot_words(item, lot), card)
    if rows:
        say_table([_("Place"), _("Single items"), _("In units of issue")], rows, _WHERE)


_WHERE = Columns(frozenset({0, 1, 2}), frozenset({1}))


def _place_json(line: StockLine) -> dict[str, Any]:
    return {"place": line.place_code, "quantity": line.quantity}


def _card(desk: Desk, line: LotLine) -> list[tuple[str, str]]:
    lot = line.lot
    against = [each.text for each in hindrances(lot, desk.reference, today(desk))]
    came = reference_words(desk, "acquisition", lot.acquisition) if lot.acquisition else ""
    return [
        (field_words("lot_kind"), entry_words(desk, "lot_kinds", lot.lot_kind)),
        (field_words("maker"), lot.maker_text or entry_words(desk, "makers", lot.maker)),
        (field_words("country"), lot.country_text or entry_words(desk, "countries", lot.country)),
        (field_words("made"), shown(lot.made) if lot.made else ""),
        (field_words("expires"), shown(lot.expires) if lot.expires else ""),
        (field_words("condition"), entry_words(desk, "ammunition_conditions", lot.condition)),
        (field_words("ban"), lot.ban or ""),
        (field_words("restriction"), lot.restriction or ""),
        (_("May be issued"), _("no: {causes}").format(causes="; ".join(against)) if against else _("yes")),
        (field_words("acquisition"), came),
        (field_words("remarks"), lot.remarks or ""),
        (_("Single items in stock"), str(line.quantity)),
    ]


@lots.command(help=_("Enter a lot of ITEM under its NUMBER as marked. Loose rounds of an unknown lot have no number: "
                     "with --lot-kind local the program gives one."))  # fmt: skip
@click.argument("item", metavar="ITEM")
@click.argument("number", metavar="[NUMBER]", required=False)
@field_options(Lot, (*_FIXED, "lot_number"))
@at_register()
def add(door: Door, item: str, number: str | None, **given: Any) -> None:
    """Enter a lot."""
    with at_desk(door) as desk:
        values = chosen_values(desk, Lot, values_of(desk, Lot, given))
        if number is None and values.get("lot_kind") != LOCAL:
            raise RuleError(_("Give the number as it is marked; or --lot-kind local for rounds of an unknown lot."))
        numbered = {} if number is None else {"lot_number": number}
        planned = plan_lot(desk, item_named(desk, item).id, **numbered, **values)
        tell_remarks(planned.remarks)
        changes = do(door, desk, planned.act)
        made = lot_of(desk, changes.ids[0])
    if door.json:
        say_json({"id": made.id, "tag": made.tag, "lot_number": made.lot_number,
                  "entries": [changes.first, changes.last], "remarks": remarks_json(planned.remarks)})  # fmt: skip
        return
    say(_("{tag}  lot {number}").format(tag=printed_tag(made.tag), number=made.lot_number))


@lots.command(help=_("Correct what the register says of LOT, grade it or ban it. What lets a lot be issued that could "
                     "not be before is a release and needs a second officer."))  # fmt: skip
@click.argument("typed", metavar="LOT")
@SETTINGS
@_REASON
@at_register(second=True)
def correct(door: Door, typed: str, settings: tuple[str, ...], reason: str) -> None:
    """Correct a lot."""
    if not settings:
        raise click.UsageError(_("Say what to correct, as in: --set condition=iatg_c"))
    fields = {option_name(each): each for each in typed_fields(Lot, _FIXED)}
    unknown = _("A lot has no field “{name}” that can be corrected. See: armoury ammunition lots add --help")
    with at_desk(door) as desk:
        lot = lot_named(desk, typed)
        values = chosen_values(desk, Lot, set_values(desk, fields, settings, unknown))
        _carry_out(door, desk, plan_lot_correction(desk, lot.id, values, reason))


@lots.command(help=_("Release LOT for issue. Give it a condition, a longer shelf life, or lift its ban; two officers "
                     "stand for it."))  # fmt: skip
@click.argument("typed", metavar="LOT")
@click.option("--condition", metavar="TEXT", help=_("The condition found when it was examined, such as iatg_a."))
@click.option("--expires", metavar="DATE", help=_("The new end of its shelf life."))
@click.option("--lift-ban", is_flag=True, help=_("The ban no longer holds."))
@_REASON
@at_register(second=True)
def release(door: Door, typed: str, *, lift_ban: bool, reason: str, **said: str | None) -> None:
    """Release a lot."""
    values: dict[str, Any] = {name: value for name, value in said.items() if value}
    if lift_ban:
        values["ban"] = None
    if not values:
        raise click.UsageError(_("Say what lets it be issued: --condition, --expires or --lift-ban."))
    with at_desk(door) as desk:
        lot = lot_named(desk, typed)
        planned = plan_lot_correction(desk, lot.id, chosen_values(desk, Lot, values), reason)
        if planned.act.name != _RELEASED:
            text = _("This takes away nothing that stands against issuing lot {number}: {why}")
            raise RuleError(text.format(number=lot.lot_number, why=_against(desk, lot)))
        _carry_out(door, desk, planned)


def _against(desk: Desk, lot: Lot) -> str:
    against = [each.text for each in hindrances(lot, desk.reference, today(desk))]
    return "; ".join(against) + "." if against else _("it may be issued already.")


def _carry_out(door: Door, desk: Desk, planned: Planned) -> None:
    """Write a change of a lot and say whether it may now be issued."""
    tell_remarks(planned.remarks)
    approvals = approvals_for(door, desk, planned.act, _to_be_released(desk, planned))
    changes = told(carry_out(desk, planned.act, approvals))
    lot = lot_of(desk, changes.ids[-1])
    against = hindrances(lot, desk.reference, today(desk))
    if door.json:
        say_json({"id": lot.id, "event": planned.act.name, "entries": [changes.first, changes.last],
                  "hindrances": [each.code for each in against]})  # fmt: skip
        return
    say(_("Written in entry {entry}.").format(entry=changes.last))
    if against:
        said = _("Lot {number} may not be issued: {why}.")
        say(said.format(number=lot.lot_number, why="; ".join(each.text for each in against)))


def _to_be_released(desk: Desk, planned: Planned) -> Iterator[str]:
    """Say what the second officer signs: the lot, each field before and after, the reason."""
    for each in planned.act.steps:
        before, after = each.before, each.after
        yield "  " + lot_words(item_of(desk, after.item), after)
        for field in (each for each in declared_fields(Lot) if each.field.recorded):
            was, now = (_said(desk, field, lot) for lot in (before, after))
            if was != now:
                yield f"    {field_words(field.name)}: {was} → {now}"
    yield "  " + _("Reason: {reason}").format(reason=planned.act.reason)


def _said(desk: Desk, field: Declared, lot: Lot) -> str:
    value = getattr(lot, field.name)
    said = entry_words(desk, field.field.vocabulary, value) if field.field.vocabulary else value_words(value)
    return said or _("empty")
