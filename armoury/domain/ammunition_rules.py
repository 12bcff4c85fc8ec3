"""What must be said of ammunition items and lots, what of it cannot be, and which lots may not be issued.

Rules after IATG 01.50 (hazard classification), 01.70 (bans), 03.10 (inventory) and 03.20 (lots and batches). Which
codes, divisions, groups and conditions there are is reference data. Nothing here reads a register.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from armoury.domain.dates import PartialDate, definitely_before, earliest, latest, shown
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.domain.reference import Reference
from armoury.domain.remarks import Remark, note, stop, warn
from armoury.domain.serials import serial_key
from armoury.i18n import _

MICROGRAMS = 1_000_000
"""In a gram."""

_UN_NUMBER = re.compile(r"[0-9]{4}")
_UNITS = re.compile(r"([0-9]{1,16})\s*u(?:\s*\+\s*([0-9]{1,16}))?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")

ItemRule = Callable[[AmmunitionItem, Reference], Iterator[Remark]]


@dataclass(frozen=True)
class Hindrance:
    """One reason for which a lot may not be issued: a code without spaces, and the end of a sentence."""

    code: str
    text: str


def item_remarks(item: AmmunitionItem, reference: Reference) -> Iterator[Remark]:
    """Check one item by all rules that need nothing but itself and the reference data."""
    for rule in _ITEM_RULES:
        yield from rule(item, reference)


def _code_remarks(item: AmmunitionItem, _reference: Reference) -> Iterator[Remark]:
    if item.code.strip() and not serial_key(item.code):
        text = _("The code “{code}” needs a letter or a digit, else no scan finds it.")
        yield stop("code", "code", text.format(code=item.code))


def _un_remarks(item: AmmunitionItem, reference: Reference) -> Iterator[Remark]:
    if item.un_number is None:
        return
    if not _UN_NUMBER.fullmatch(item.un_number):
        text = _("“{number}” is not a UN number: it has four figures, such as 0012.")
        yield stop("un_number", "un_number", text.format(number=item.un_number))
        return
    known = reference.lists["un_numbers"].get(item.un_number)
    if known is None:
        text = _("UN {number} is not in the list of usual ammunition. Compare it with the label.")
        yield note("un_unknown", "un_number", text.format(number=item.un_number))
    elif (code := hazard_code(item, reference)) and code != (usual := known.details.get("hazard_code", code)):
        text = _("UN {number} usually goes with {usual}, here it is {code}. Compare it with the label.")
        said = text.format(number=item.un_number, usual=usual, code=code)
        yield warn("un_code", "un_number", said)


def hazard_code(item: AmmunitionItem, reference: Reference) -> str | None:
    """Return the classification code such as `1.4S`; sub-divisions of storage count as their division."""
    if item.hazard_division is None or item.compatibility_group is None:
        return None
    division = reference.lists["hazard_divisions"].get(item.hazard_division)
    whole = division.details.get("division", division.id) if division else item.hazard_division
    return f"{whole}{item.compatibility_group}"


def _hazard_remarks(item: AmmunitionItem, reference: Reference) -> Iterator[Remark]:
    """Hazard divisions and compatibility groups go together in 35 ways only (UN Model Regulations 2.1.2.1.2)."""
    if (item.hazard_division is None) is not (item.compatibility_group is None):
        text = _("Hazard division and compatibility group belong together: give both, such as 1.4 and S.")
        yield stop("hazard_half", "hazard_division", text)
    elif item.hazard_division is None:
        if not _is_inert(item, reference):
            yield warn("hazard_missing", "hazard_division", _("No hazard division is given. It stands on the label."))
    elif (code := hazard_code(item, reference)) not in reference.lists["hazard_codes"]:
        codes = [each.details for each in reference.lists["hazard_codes"].values()]
        groups = ", ".join(str(each.get("group")) for each in codes if each.get("division") == (code or "")[:-1])
        text = _("There is no {code}: with division {division} go the groups {groups}. Look at the label again.")
        said = text.format(code=code, division=item.hazard_division, groups=groups or "-")
        yield stop("hazard_pair", "compatibility_group", said)


def _is_inert(item: AmmunitionItem, reference: Reference) -> bool:
    nature = reference.lists["ammunition_natures"].get(item.nature)
    return nature is not None and bool(nature.details.get("inert"))


def _neq_remarks(item: AmmunitionItem, reference: Reference) -> Iterator[Remark]:
    inert = _is_inert(item, reference)
    if item.neq_micrograms is None and not inert:
        text = _("Without the net explosive quantity of one item totals will be too low. It stands on the label.")
        yield warn("neq_missing", "neq_micrograms", text)
    if inert and item.neq_micrograms:
        text = _("Inert ammunition holds no explosive, but a net explosive quantity is given.")
        yield warn("neq_inert", "neq_micrograms", text)


def _unit_remarks(item: AmmunitionItem, _reference: Reference) -> Iterator[Remark]:
    for name, count in (("unit_quantity", item.unit_quantity), ("package_quantity", item.package_quantity)):
        if count is not None and count < 1:
            yield stop("unit", name, _("A unit or package holds at least one item."))
    if item.unit_of_issue in ("round", "item") and item.unit_quantity != 1:
        text = _("A unit of issue of single items holds one item, not {count}. Choose box, clip or their like.")
        yield stop("unit", "unit_quantity", text.format(count=item.unit_quantity))


_ITEM_RULES: tuple[ItemRule, ...] = (_code_remarks, _un_remarks, _hazard_remarks, _neq_remarks, _unit_remarks)


def lot_remarks(lot: Lot, today: date) -> Iterator[Remark]:
    """Check one lot by all rules that need nothing but itself.

    Args:
        lot: the record as it shall be.
        today: the day at the site.
    """
    if lot.made is not None and (start := earliest(lot.made)) and start > today:
        yield stop("made_future", "made", _("The lot cannot have been made in the future ({day}).").format(
            day=shown(lot.made)))  # fmt: skip
    if lot.made is not None and lot.expires is not None and definitely_before(lot.expires, lot.made):
        text = _("The lot would expire ({expires}) before it was made ({made}).")
        yield stop("expires_before_made", "expires", text.format(expires=shown(lot.expires), made=shown(lot.made)))
    if lot.lot_number.strip() and not serial_key(lot.lot_number):
        text = _("The lot number “{number}” needs a letter or a digit, else no scan finds it.")
        yield stop("lot_number", "lot_number", text.format(number=lot.lot_number))
    if lot.condition is None:
        text = _("No condition is given: until somebody has examined the lot it cannot be issued.")
        yield warn("ungraded", "condition", text)
    if _is_past(lot.expires, today):
        text = _("The lot has expired ({day}).")
        yield warn("expired", "expires", text.format(day=shown(lot.expires) if lot.expires else ""))


def hindrances(lot: Lot, reference: Reference, day: date) -> tuple[Hindrance, ...]:
    """Tell why a lot may not be issued on a day: expired, banned, of a condition that is not issued, or not examined.

    Which conditions may be issued is data (`issue` in `ammunition_conditions`); see IATG 03.10.
    """
    found = []
    if lot.expires is not None and _is_past(lot.expires, day):
        found.append(Hindrance("expired", _("it expired ({day})").format(day=shown(lot.expires))))
    if lot.ban:
        found.append(Hindrance("banned", _("it is banned ({ban})").format(ban=lot.ban)))
    condition = reference.lists["ammunition_conditions"].get(lot.condition or "")
    if condition is None:
        found.append(Hindrance("ungraded", _("nobody has examined its condition")))
    elif not condition.details.get("issue"):
        found.append(Hindrance("condition", _("its condition is “{name}”").format(name=condition.name)))
    return tuple(found)


def _is_past(expires: PartialDate | None, day: date) -> bool:
    """An expiry known only to the month or year has passed when the last of its days has."""
    end = latest(expires) if expires is not None else None
    return end is not None and end < day


def read_quantity(typed: str, item: AmmunitionItem) -> int:
    """Read a quantity: single items (`200`, `-3`), or whole units of issue and loose items (`4u`, `4u+7`).

    Raises:
        RuleError: it is none of these.
    """
    text = typed.strip().replace("\u2212", "-")
    if units := _UNITS.fullmatch(text):
        return int(units[1]) * item.unit_quantity + int(units[2] or 0)
    if _WHOLE.fullmatch(text):
        return int(text)
    raise RuleError(
        _("“{typed}” is not a quantity. Give single items, such as 200, or units of issue, such as 4u or 4u+7.").format(
            typed=typed
        )
    )


def in_units(quantity: int, item: AmmunitionItem) -> tuple[int, int]:
    """Return the whole units of issue in a quantity, and the loose items that are left."""
    return divmod(quantity, max(1, item.unit_quantity))


def read_grams(typed: str) -> int:
    """Read the net explosive quantity of one item in grams (`0.4`, `0,025`) and return it in micrograms.

    Raises:
        RuleError: it is no number, lies below 0, or is finer than a microgram.
    """
    try:
        micrograms = Decimal(typed.strip().replace(",", ".")) * MICROGRAMS
        exact = micrograms.is_finite() and 0 <= micrograms < 2**53 and micrograms == micrograms.to_integral_value()
    except ArithmeticError:
        exact = False
    if not exact:
        text = _("“{typed}” is not a net explosive quantity. Give that of one item in grams, such as 0.4.")
        raise RuleError(text.format(typed=typed))
    return int(micrograms)


def in_grams(micrograms: int) -> str:
    """Write micrograms as grams, without a needless zero: `0.4`."""
    return _decimal(micrograms, 6)


def in_kilograms(micrograms: int) -> str:
    """Write micrograms as kilograms, without a needless zero: `12.345`."""
    return _decimal(micrograms, 9)


def _decimal(value: int, places: int) -> str:
    whole, rest = divmod(value, 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
