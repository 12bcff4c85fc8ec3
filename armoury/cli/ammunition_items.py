"""`armoury ammunition items`: the kinds of ammunition that are held, each under its code."""

from collections import Counter
from typing import Any

import click

from armoury.cli.ammunition_words import grams, hazard_words, issue_words, pointed, unit_words
from armoury.cli.approving import do
from armoury.cli.groups import ListingGroup
from armoury.cli.output import Columns, say, say_card, say_json, say_table, tell
from armoury.cli.remarks import remarks_json, tell_remarks
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.typed import SETTINGS, field_options, option_name, pairs, set_values, typed_fields, values_of
from armoury.cli.vocabulary import chosen_values, entry_words
from armoury.cli.words import field_words
from armoury.cli.written import say_written
from armoury.domain.ammunition_rules import read_grams
from armoury.domain.record_form import to_json
from armoury.domain.records.ammunition import AmmunitionItem
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services import ammunition
from armoury.services.ammunition import item_of, plan_item, plan_item_correction
from armoury.services.ammunition_named import item_named
from armoury.services.ammunition_stock import LotLine, StockFilter, lots
from armoury.services.checks import today
from armoury.services.desk import Desk

_FIXED = ("id", "tag", "entry")
_NEQ = "neq"
"""Under this name the net explosive quantity of one item is typed, in grams."""


@click.group(cls=ListingGroup, help=_("List, show, enter or correct kinds of ammunition."))
def items() -> None:
    """Work on items."""


@items.command("list", help=_("List the items by code. With the single items in stock of each."))
@at_register()
def list_(door: Door) -> None:
    """List items."""
    with at_desk(door) as desk:
        found, held = ammunition.items(desk), _held(lots(desk))
        neq = pointed([grams(each.neq_micrograms) for each in found])
        rows = [_row(desk, each, held[each.id], mass) for each, mass in zip(found, neq, strict=True)]
    if door.json:
        say_json([{**to_json(each), "quantity": held[each.id]} for each in found])
        return
    if not found:
        tell(_("There is no ammunition yet. Enter a kind of it with: armoury ammunition items add"))
        return
    headings = [_("Code"), _("Name"), _("Calibre"), _("Hazard"), _("NEQ each, g"), _("Unit"),
                _("Single items")]  # fmt: skip
    say_table(headings, rows, Columns(frozenset({0, 3, 4, 5, 6}), frozenset({4, 6})))


def _held(lines: list[LotLine]) -> Counter[str]:
    held: Counter[str] = Counter()
    for each in lines:
        held[each.item.id] += each.quantity
    return held


def _row(desk: Desk, item: AmmunitionItem, quantity: int, neq: str) -> tuple[object, ...]:
    hazard = hazard_words(item.hazard_division, item.compatibility_group)
    calibre = item.calibre_text or item.calibre
    return (item.code, item.name, calibre, hazard, neq, unit_words(desk, item), quantity)


@items.command(help=_("Show an item with its lots. ITEM is its code, stock number or tag."))
@click.argument("typed", metavar="ITEM")
@at_register()
def show(door: Door, typed: str) -> None:
    """Show an item."""
    with at_desk(door) as desk:
        item = item_named(desk, typed)
        lines = lots(desk, StockFilter(item=item.id))
        card, day = _card(desk, item), today(desk)
        rows = [(each.lot.lot_number, printed_tag(each.lot.tag), each.quantity, issue_words(desk, each.lot, day))
                for each in lines]  # fmt: skip
    if door.json:
        held = [{"id": e.lot.id, "lot_number": e.lot.lot_number, "quantity": e.quantity} for e in lines]
        say_json({**to_json(item), "quantity": _held(lines)[item.id], "lots": held})
        return
    say_card(_("Ammunition {code}: {name}").format(code=item.code, name=item.name), card)
    if rows:
        headings = [_("Lot"), _("Tag"), _("Single items"), _("May be issued")]
        say_table(headings, rows, Columns(frozenset({0, 1, 2}), frozenset({2})))


def _card(desk: Desk, item: AmmunitionItem) -> list[tuple[str, str]]:
    number = item.package_quantity
    package = entry_words(desk, "packagings", item.packaging)
    return [
        (field_words("tag"), printed_tag(item.tag)),
        (field_words("nature"), entry_words(desk, "ammunition_natures", item.nature)),
        (field_words("calibre"), item.calibre_text or item.calibre or ""),
        (field_words("un_number"), item.un_number or ""),
        (_("Hazard"), hazard_words(item.hazard_division, item.compatibility_group)),
        (_("Net explosive quantity of one, g"), grams(item.neq_micrograms)),
        (field_words("unit_of_issue"), unit_words(desk, item)),
        (field_words("packaging"), _("{unit} of {count}").format(unit=package, count=number) if number else package),
        (field_words("stock_number"), item.stock_number or ""),
        (field_words("remarks"), item.remarks or ""),
    ]


@items.command(help=_("Enter a kind of ammunition. CODE is how the store calls it, NAME as on the label; the tag is "
                      "made by the program."))  # fmt: skip
@click.argument("code")
@click.argument("name")
@click.option("--neq", metavar="GRAMS", help=_("Net explosive quantity of one single item, in grams: 0.4"))
@field_options(AmmunitionItem, (*_FIXED, "code", "name", "nature", "neq_micrograms"))
@click.option("--nature", required=True, metavar="TEXT", help=_("What it is: ball, tracer, blank, smoke ..."))
@at_register()
def add(door: Door, code: str, name: str, neq: str | None, **given: Any) -> None:
    """Enter an item."""
    with at_desk(door) as desk:
        values = chosen_values(desk, AmmunitionItem, values_of(desk, AmmunitionItem, given))
        if neq is not None:
            values["neq_micrograms"] = read_grams(neq)
        planned = plan_item(desk, code=code, name=name, **values)
        tell_remarks(planned.remarks)
        changes = do(door, desk, planned.act)
        made = item_of(desk, changes.ids[0])
    if door.json:
        say_json({"id": made.id, "tag": made.tag, "code": made.code, "entries": [changes.first, changes.last],
                  "remarks": remarks_json(planned.remarks)})  # fmt: skip
        return
    say(_("{tag}  {code}  {name}").format(tag=printed_tag(made.tag), code=made.code, name=made.name))


@items.command(help=_("Correct what the register says of ITEM. The former values stay in the history."))
@click.argument("typed", metavar="ITEM")
@SETTINGS
@click.option("--reason", required=True, metavar="TEXT", help=_("Why."))
@at_register()
def correct(door: Door, typed: str, settings: tuple[str, ...], reason: str) -> None:
    """Correct an item."""
    if not settings:
        raise click.UsageError(_("Say what to correct, as in: --set neq=0.4"))
    with at_desk(door) as desk:
        item = item_named(desk, typed)
        planned = plan_item_correction(desk, item.id, _changes(desk, settings), reason)
        tell_remarks(planned.remarks)
        changes = do(door, desk, planned.act)
    say_written(door, changes)


def _changes(desk: Desk, settings: tuple[str, ...]) -> dict[str, Any]:
    """Read `FIELD=VALUE`; the net explosive quantity of one item is typed in grams."""
    fields = {option_name(each): each for each in typed_fields(AmmunitionItem, (*_FIXED, "neq_micrograms"))}
    unknown = _("Ammunition has no field “{name}” that can be corrected. See: armoury ammunition items add --help")
    typed = [(each, *pairs([each])[0]) for each in settings]
    values = set_values(desk, fields, [text for text, name, _value in typed if name != _NEQ], unknown)
    changes = chosen_values(desk, AmmunitionItem, values)
    for _text, name, value in typed:
        if name == _NEQ:
            changes["neq_micrograms"] = read_grams(value) if value else None
    return changes
