"""Ammunition items and their lots: entered, corrected with a reason, released by two officers.

How much of a lot lies where is the business of vouchers (`ammunition_vouchers`). A lot is never merged with another:
the same number of the same maker and item cannot be entered twice, and loose rounds of an unknown lot get a number.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection

from armoury.domain.ammunition_rules import hindrances, item_remarks, lot_remarks
from armoury.domain.conformity import conformity_remarks
from armoury.domain.dates import parse_partial
from armoury.domain.errors import RuleError
from armoury.domain.fields import FieldType, declared_fields
from armoury.domain.ids import new_uuid7
from armoury.domain.matching import Match, match_calibre, match_country, match_maker
from armoury.domain.record_form import clean
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.domain.reference import Reference
from armoury.domain.remarks import Remark, note, refuse_stops, stop, warn
from armoury.domain.serials import fold_serial, serial_key
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.acts import plan
from armoury.services.checks import known_words, reference_remarks, today
from armoury.services.desk import Desk
from armoury.services.tagging import free_tags
from armoury.store.reading import get, several
from armoury.store.steps import Act, step

R = TypeVar("R", AmmunitionItem, Lot)

FIXED = ("id", "tag", "entry")
"""What an item or lot is known by; it can never be corrected."""

LOCAL = "local"
"""The kind of lot whose number this register gives."""

_MATCHED: Mapping[str, Callable[[str, Reference], Match | None]] = {
    "calibre": match_calibre, "maker": match_maker, "country": match_country,
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """A planned act, and what is worth a second look before it is carried out."""

    act: Act
    remarks: tuple[Remark, ...]


def plan_item(desk: Desk, **fields: Any) -> Planned:
    """Plan to enter a new item of ammunition; nothing is written.

    Args:
        desk: who does it.
        **fields: of an `AmmunitionItem`: at least `code`, `name`, `nature`. `calibre_text` is matched.

    Raises:
        RuleError: something stands in the way; every stop is named.
    """
    item = _drafted(desk, AmmunitionItem, fields)
    return Planned(plan(desk, "ammunition.added", [step("ammunition.added", None, item)]), _judged(desk, item))


def plan_lot(desk: Desk, item_id: str, **fields: Any) -> Planned:
    """Plan to enter a new lot of an item; nothing is written.

    Args:
        desk: who does it.
        item_id: of which item.
        **fields: of a `Lot`. `maker_text` and `country_text` are matched, dates may be texts. A lot of the kind `local`
            gets its number here.

    Raises:
        RuleError: something stands in the way; every stop is named.
    """
    if fields.get("lot_kind") == LOCAL:
        if fields.get("lot_number"):
            raise RuleError(_("A lot with a number of its own is no local one. Leave out the number, or the kind."))
        fields["lot_number"] = _next_local_number(desk)
    lot = _drafted(desk, Lot, {**fields, "item": item_id})
    return Planned(plan(desk, "lot.added", [step("lot.added", None, lot)]), _judged(desk, lot))


def plan_item_correction(desk: Desk, item_id: str, changes: Mapping[str, Any], reason: str) -> Planned:
    """Plan to correct an item; the former values stay in the history.

    Raises:
        RuleError: there is no such item, the reason is missing, or as `plan_item`.
    """
    before = item_of(desk, item_id)
    after = _corrected(desk, before, changes, reason)
    steps = [step("ammunition.corrected", before, after)]
    return Planned(plan(desk, "ammunition.corrected", steps, reason=reason), _judged(desk, after))


def plan_lot_correction(desk: Desk, lot_id: str, changes: Mapping[str, Any], reason: str) -> Planned:
    """Plan to correct a lot, grade it, ban it or lift a ban; the former values stay in the history.

    What takes away a reason for which the lot may not be issued is a release, which two officers stand for; what adds
    one is done by one officer at once.

    Raises:
        RuleError: there is no such lot, the reason is missing, or as `plan_lot`.
    """
    before = lot_of(desk, lot_id)
    after = _corrected(desk, before, changes, reason)
    day = today(desk)
    was, is_ = ({each.code for each in hindrances(lot, desk.reference, day)} for lot in (before, after))
    event = "lot.corrected" if was <= is_ else "lot.released"
    return Planned(plan(desk, event, [step(event, before, after)], reason=reason), _judged(desk, after))


def item_of(desk: Desk, item_id: str) -> AmmunitionItem:
    """Return an item by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, AmmunitionItem, item_id)
    if found is None:
        raise RuleError(_("The register has no such ammunition."))
    return found


def lot_of(desk: Desk, lot_id: str) -> Lot:
    """Return a lot by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Lot, lot_id)
    if found is None:
        raise RuleError(_("The register has no such lot."))
    return found


def items(desk: Desk) -> list[AmmunitionItem]:
    """Return all items, by code."""
    with desk.read() as connection:
        return list(several(connection, AmmunitionItem, "ORDER BY t.code"))


def _drafted(desk: Desk, record: type[R], fields: Mapping[str, Any]) -> R:
    _check_names(record, fields)
    missing = [each.name for each in declared_fields(record) if each.required and each.name not in (*FIXED, *fields)]
    if missing:
        raise RuleError(_("Say also: {fields}.").format(fields=", ".join(missing)))
    with desk.read() as connection:
        tag = free_tags(connection, 1)[0]
    values = _read_dates(desk, record, fields)
    return _matched(clean(record(id=new_uuid7(desk.now()), tag=tag, **values)), desk.reference)


def _corrected(desk: Desk, before: R, changes: Mapping[str, Any], reason: str) -> R:
    if not reason.strip():
        raise RuleError(_("A correction needs its reason."))
    _check_names(type(before), changes)
    values = _read_dates(desk, type(before), changes)
    for name in _MATCHED:
        # What was written anew is matched anew.
        if f"{name}_text" in changes and name not in changes:
            values[name] = None
    return _matched(clean(replace(before, **values)), desk.reference)


def _check_names(record: type[Any], fields: Iterable[str]) -> None:
    known = {each.name for each in declared_fields(record)}
    if strange := [each for each in fields if each not in known or each in FIXED]:
        raise RuleError(_("There is no field {fields} to be entered here.").format(fields=", ".join(sorted(strange))))


def _read_dates(desk: Desk, record: type[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read dates that were typed as text; a shelf life ends in the future."""
    dates = {each.name for each in declared_fields(record) if each.field.form is FieldType.DATE}
    last = today(desk).year + 100
    return {
        name: parse_partial(value, last_year=last) if name in dates and isinstance(value, str) else value
        for name, value in fields.items()
    }


def _matched(record: R, reference: Reference) -> R:
    """Fill in the ids of what was written, where they were not chosen and are certain."""
    for name, match in _MATCHED.items():
        written = getattr(record, f"{name}_text", None)
        if written and getattr(record, name) is None:
            found = match(written, reference)
            if found is not None and found.how != "near":
                ids: dict[str, Any] = {name: found.id}
                record = replace(record, **ids)
    return record


def _judged(desk: Desk, record: AmmunitionItem | Lot) -> tuple[Remark, ...]:
    """Return what is worth a second look.

    Raises:
        RuleError: something stands in the way.
    """
    remarks = list(conformity_remarks(record, known_words(desk)))
    with desk.read() as connection:
        remarks += reference_remarks(connection, [record])
        if not remarks and isinstance(record, AmmunitionItem):
            remarks += [*item_remarks(record, desk.reference), *_item_clashes(connection, record)]
        elif not remarks and isinstance(record, Lot):
            remarks += [*lot_remarks(record, today(desk, connection)), *_lot_clashes(connection, record)]
    return refuse_stops([*remarks, *_near_remarks(record, desk.reference)])


def _near_remarks(record: AmmunitionItem | Lot, reference: Reference) -> Iterator[Remark]:
    for name, match in _MATCHED.items():
        written = getattr(record, f"{name}_text", None)
        found = match(written, reference) if written and getattr(record, name) is None else None
        if found is not None and found.how == "near":
            text = _("“{written}” is perhaps {name}. If so, choose it.").format(written=written, name=found.name)
            yield note(f"{name}_near", name, text)


_LIKE = "JOIN code AS c ON c.subject = t.id AND c.scheme = ? WHERE {column} = ? AND t.id <> ?"


def _item_clashes(connection: Connection, item: AmmunitionItem) -> Iterator[Remark]:
    for scheme, field, text in (("item", "code", item.code), ("stock_number", "stock_number", item.stock_number)):
        if not text:
            continue
        key = serial_key(text) or text
        for other in several(connection, AmmunitionItem, _LIKE.format(column="c.key"), (scheme, key, item.id)):
            sentence = _("“{text}” is already that of “{name}” ({tag}).")
            said = sentence.format(text=text, name=other.name, tag=printed_tag(other.tag))
            yield stop("clash", field, said)


def _lot_clashes(connection: Connection, lot: Lot) -> Iterator[Remark]:
    """Lots are never merged: the same number of the same maker and item is the same lot, or a mistake."""
    key, folded = serial_key(lot.lot_number) or lot.lot_number, fold_serial(lot.lot_number) or lot.lot_number
    for other in several(connection, Lot, _LIKE.format(column="c.fold"), ("lot", folded, lot.id)):
        tag = printed_tag(other.tag)
        words = {"number": lot.lot_number, "other": other.lot_number, "tag": tag}
        if (serial_key(other.lot_number) or other.lot_number) != key:
            if other.item == lot.item:
                text = _("The lot number {number} looks like {other} on {tag}. Look at the marking again.")
                yield warn("lot_alike", "lot_number", text.format(**words))
        elif other.item != lot.item:
            yield note("lot_elsewhere", "lot_number", _("Another item has a lot {number} too ({tag}).").format(**words))
        elif (ours := _maker(lot)) and (theirs := _maker(other)) and ours != theirs:
            text = _("Another maker has a lot {number} of this item too ({tag}).")
            yield note("lot_elsewhere", "lot_number", text.format(**words))
        elif _maker(lot) != _maker(other):
            text = _("There is a lot {number} of this item already ({tag}), and the maker of one is not known.")
            yield warn("lot_perhaps", "lot_number", text.format(**words))
        else:
            text = _("The lot {number} of this item and maker is entered already ({tag}). Use that one.")
            yield stop("lot_clash", "lot_number", text.format(**words))


def _maker(lot: Lot) -> str | None:
    return lot.maker or (lot.maker_text.casefold() if lot.maker_text else None)


def _next_local_number(desk: Desk) -> str:
    """Return the next number for a lot that nobody knows: `LOCAL-1`, `LOCAL-2` and so on over the whole register."""
    with desk.read() as connection:
        query = "SELECT count(*) FROM lot WHERE lot_kind = ?"
        number = int(connection.exec_driver_sql(query, (LOCAL,)).scalar_one()) + 1
        taken = "SELECT 1 FROM lot WHERE lot_number = ?"
        while connection.exec_driver_sql(taken, (f"LOCAL-{number}",)).first():
            number += 1
    return f"LOCAL-{number}"
