"""How ammunition is written for people: hazards, explosive quantities, units of issue, whether a lot may be issued.

Every quantity is a number of single items unless it is said to be in units of issue; explosive quantities carry their
unit in the heading.
"""

from collections.abc import Sequence
from datetime import date

from armoury.cli.vocabulary import entry_words, short
from armoury.domain.ammunition_rules import hindrances, in_grams, in_kilograms, in_units
from armoury.domain.dates import Precision, parse_partial
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk


def hazard_words(division: str | None, group: str | None) -> str:
    """Write division and group as the label does, `1.4S`."""
    return f"{division}{group or ''}" if division else _("not classified")


def grams(micrograms: int | None) -> str:
    """Write the net explosive quantity of one item in grams, without the unit."""
    return _("not known") if micrograms is None else in_grams(micrograms)


def kilograms(micrograms: int | None) -> str:
    """Write a net explosive quantity in kilograms, without the unit."""
    return _("not known") if micrograms is None else in_kilograms(micrograms)


def pointed(cells: Sequence[str]) -> list[str]:
    """Fill numbers up on the right so that, set to the right, their decimal points stand below each other."""
    tails = [len(each) - each.index(".") if "." in each else 0 for each in cells]
    most = max(tails, default=0)
    return [each + " " * (most - tail) for each, tail in zip(cells, tails, strict=True)]


def unit_words(desk: Desk, item: AmmunitionItem) -> str:
    """Name the unit of issue and what it holds: “Box of 50”."""
    name = entry_words(desk, "units_of_issue", item.unit_of_issue)
    if item.unit_quantity == 1:
        return name
    return _("{unit} of {count}").format(unit=name, count=item.unit_quantity)


def counted(desk: Desk, item: AmmunitionItem, quantity: int) -> str:
    """Write a quantity in units of issue and loose items, “6 Box + 7”; empty where the unit is the single item."""
    units, rest = in_units(abs(quantity), item)
    if item.unit_quantity == 1 or not quantity:
        return ""
    name = entry_words(desk, "units_of_issue", item.unit_of_issue)
    return f"{units} {name} + {rest}" if rest else f"{units} {name}"


def item_words(desk: Desk, item: AmmunitionItem) -> str:
    """Say in one line what an item is: code, name, hazard, explosive quantity, unit of issue."""
    text = _("{code}  {name}: {hazard}, {neq} g NEQ each, {unit}")
    if item.neq_micrograms is None:
        text = _("{code}  {name}: {hazard}, NEQ not known, {unit}")
    return text.format(
        code=item.code, name=item.name, hazard=hazard_words(item.hazard_division, item.compatibility_group),
        neq=grams(item.neq_micrograms), unit=unit_words(desk, item),
    )  # fmt: skip


def lot_words(item: AmmunitionItem, lot: Lot) -> str:
    """Name a lot in one line, with its tag and item."""
    text = _("Lot {number} ({tag}) of {code}, {name}")
    return text.format(number=lot.lot_number, tag=printed_tag(lot.tag), code=item.code, name=item.name)


def issue_words(desk: Desk, lot: Lot, day: date) -> str:
    """Say briefly whether a lot may be issued on a day: its condition, or why not."""
    condition = short(entry_words(desk, "ammunition_conditions", lot.condition))
    causes = {"expired": _("expired"), "banned": _("banned"), "ungraded": _("not examined"), "condition": condition}
    against = [causes.get(each.code, each.code) for each in hindrances(lot, desk.reference, day)]
    if against:
        return _("no: {causes}").format(causes=", ".join(against))
    if lot.restriction:
        return _("within limits, {condition}").format(condition=condition)
    return _("yes, {condition}").format(condition=condition)


def day_typed(typed: str | None) -> str | None:
    """Return a whole day that was typed, `2026-03-09`; None where nothing was.

    Raises:
        RuleError: it is no day.
    """
    if typed is None:
        return None
    when = parse_partial(typed, last_year=date.max.year)
    if when.precision is not Precision.DAY:
        raise RuleError(_("“{typed}” is not a day. Write it like 2026-03-09.").format(typed=typed))
    return when.value
