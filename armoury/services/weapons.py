"""Weapons: registered by hand, one or a crate, corrected with a reason, sighted.

A draft is a whole record that is not written yet. Planning checks it by every rule at once: what stands in the way is
told together, what is only worth a second look comes back as remarks. One weapon and a thousand go through the same
lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from armoury.domain.allowed_changes import FIXED, MOVED
from armoury.domain.clock import format_instant
from armoury.domain.conformity import conformity_remarks
from armoury.domain.dates import parse_partial
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.ids import new_uuid7
from armoury.domain.record_form import clean
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import Reference
from armoury.domain.remarks import Remark, refuse_stops, stop, warn
from armoury.domain.serials import expand_range
from armoury.domain.standings import Standing, Standings, check_holding
from armoury.domain.tags import printed_tag
from armoury.domain.weapon_rules import high_risk_of, weapon_remarks
from armoury.domain.weapon_words import MATCHED, described_by_model, matched, near_remarks
from armoury.i18n import _
from armoury.services.acts import Approval, carry_out, plan
from armoury.services.checks import found_ids, known_words, reference_remarks, today
from armoury.services.desk import Desk
from armoury.services.duplicates import find_duplicates
from armoury.services.evidence import Prepared, evidence_keys, evidence_steps, scale_photographs
from armoury.services.moving import check_holder, weapons_by_id
from armoury.services.places import check_open
from armoury.services.tagging import free_tags, taken_tags
from armoury.store.steps import Act, Changes, Step, step


@dataclass(frozen=True)
class Registration:
    """A planned registration: the act to carry out, and what is worth a second look before."""

    act: Act
    remarks: tuple[Remark, ...]


def draft(desk: Desk, **fields: Any) -> Weapon:
    """Make the record of a new weapon; nothing is written, `number` stays 0 until it is planned.

    What was written (`maker_text`, `model_text` …) is matched to the reference data where that is certain; type and
    action follow the model, and the legal standing follows the source, where they are not said. Dates may be texts.

    Raises:
        RuleError: there is no such field, or a date cannot be read.
    """
    known = _declared()
    if strange := [each for each in fields if each not in known or each in FIXED]:
        raise RuleError(_("A new weapon has no field {fields}.").format(fields=", ".join(sorted(strange))))
    reference = desk.reference
    with desk.read() as connection:
        tag = free_tags(connection, 1)[0]
    weapon = Weapon(new_uuid7(desk.now()), 0, tag, **_read_dates(desk, fields))
    source = reference.lists["sources"].get(weapon.source or "")
    if source and "legal" not in fields and "legal" in source.details:
        weapon = replace(weapon, legal=str(source.details["legal"]))
    return _completed(clean(weapon), reference)


def draft_crate(desk: Desk, serials: str, **fields: Any) -> list[Weapon]:
    """Make the records of a crate: the same weapon many times, with the serials of a range such as `A0001-A0200`.

    Raises:
        RuleError: the range makes no sense; or as `draft`.
    """
    numbers = expand_range(serials)
    pattern = draft(desk, **fields)
    with desk.read() as connection:
        tags = free_tags(connection, len(numbers))
    return [
        replace(pattern, id=new_uuid7(desk.now()), tag=tag, serial=serial)
        for tag, serial in zip(tags, numbers, strict=True)
    ]


def plan_registration(
    desk: Desk,
    drafts: Sequence[Weapon],
    *,
    reason: str | None = None,
    claimed: bool = False,
    photographs: Sequence[Prepared] = (),
) -> Registration:
    """Plan to register weapons; nothing is written.

    Args:
        desk: who does it.
        drafts: from `draft`, `draft_crate`, or made elsewhere with ids of their own.
        reason: why, where there is something to say.
        claimed: the records come from a book and nobody has the weapons before him.
        photographs: prepared evidence of these weapons, written in the same act.

    Raises:
        RuleError: something stands in the way; every stop is named. An exact duplicate does not: it comes as an
            override of the act, which a second officer must approve.
    """
    if not drafts:
        raise RuleError(_("There is nothing to register."))
    reference = desk.reference
    with desk.read() as connection:
        last = connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM weapon").scalar_one()
        weapons = [
            _sighted(desk, _completed(clean(each), reference), claimed=claimed, number=last + count)
            for count, each in enumerate(drafts, 1)
        ]
        found = find_duplicates(connection, weapons)
        remarks = [*_remarks(desk, connection, weapons), *_new_remarks(desk, connection, weapons, photographs)]
    kept = refuse_stops([*remarks, *found.remarks])
    steps = [step("weapon.registered", None, each) for each in weapons] + evidence_steps(photographs)
    act = plan(desk, "weapon.registered", steps, reason=reason, overrides=found.overrides)
    return Registration(replace(act, evidence_keys=evidence_keys(photographs)), kept)


def register(desk: Desk, drafts: Sequence[Weapon], *, reason: str | None = None, claimed: bool = False) -> Changes:
    """Register weapons at once.

    Raises:
        RuleError: as `plan_registration`.
        PermissionRefusedError: the officer may not, or a duplicate needs a second officer (plan and approve it).
    """
    return carry_out_registration(desk, plan_registration(desk, drafts, reason=reason, claimed=claimed))


def carry_out_registration(desk: Desk, registration: Registration, approvals: Sequence[Approval] = ()) -> Changes:
    """Carry out a planned registration.

    Raises:
        RuleError: other weapons were registered since it was planned, so the numbers are taken.
        PermissionRefusedError: the officer may not, or a second officer must approve.
    """
    first = next(each.after for each in registration.act.steps if each.kind == "weapon")
    with desk.read() as connection:
        last = connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM weapon").scalar_one()
    if first.number != last + 1:
        raise RuleError(_("Other weapons were registered meanwhile. Look at the list and repeat the registration."))
    return carry_out(desk, registration.act, approvals)


def weapon_of(desk: Desk, weapon_id: str) -> Weapon:
    """Return a weapon by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        return weapons_by_id(connection, [weapon_id])[0]


def plan_correction(desk: Desk, weapon_id: str, changes: Mapping[str, Any], reason: str) -> Act:
    """Plan to correct fields of a record; the former values stay in the history.

    Raises:
        RuleError: the reason is missing; a field cannot be corrected, or is changed by a move; a new value cannot be.
    """
    if not reason.strip():
        raise RuleError(_("A correction needs its reason."))
    _check_correctable(changes)
    before = weapon_of(desk, weapon_id)
    after = _corrected(desk, before, changes)
    with desk.read() as connection:
        found = find_duplicates(connection, [after])
        worse = set(_remarks(desk, connection, [after])) - set(_remarks(desk, connection, [before]))
        refuse_stops(sorted(worse, key=lambda each: (each.field, each.code)))
        already = find_duplicates(connection, [before]).overrides
    duplicates = () if set(found.overrides) <= set(already) else found.overrides
    steps = [step("weapon.corrected", before, after)]
    return plan(desk, "weapon.corrected", steps, reason=reason, overrides=duplicates)


def correct(desk: Desk, weapon_id: str, changes: Mapping[str, Any], reason: str) -> Changes:
    """Correct fields of a record.

    Raises:
        RuleError: as `plan_correction`.
        PermissionRefusedError: the officer may not, or the correction makes a duplicate (plan and approve it).
    """
    return carry_out(desk, plan_correction(desk, weapon_id, changes, reason))


def remarks_on(desk: Desk, weapon: Weapon) -> tuple[Remark, ...]:
    """Return everything the rules have to say about a record, stops included; nothing is refused."""
    with desk.read() as connection:
        found = find_duplicates(connection, [weapon])
        return (*_remarks(desk, connection, [weapon]), *found.remarks)


def sight(desk: Desk, weapon_ids: Iterable[str], act_text: str) -> Changes:
    """Record that weapons were seen: by a scan, or signed on a list.

    Args:
        desk: who saw them.
        weapon_ids: which.
        act_text: in which act, such as the name of a count.

    Raises:
        RuleError: one of them is not here by its record, so it must be found again first; or no act is named.
    """
    if not act_text.strip():
        raise RuleError(_("Say in which act the weapons were seen."))
    now = format_instant(desk.now())
    places = desk.standings.values[Standing.CUSTODY]
    with desk.read() as connection:
        weapons = weapons_by_id(connection, list(dict.fromkeys(weapon_ids)))
    away = [printed_tag(each.tag) for each in weapons if places[each.custody].held_by == "end"]
    if away:
        text = _("By the record not here: {tags}. Enter first that they were found again.")
        raise RuleError(text.format(tags=", ".join(away)))
    steps = [sighting_step(each, at=now, by=desk.officer.id, act_text=act_text) for each in weapons]
    return carry_out(desk, plan(desk, "weapon.sighted", steps))


def sighting_step(weapon: Weapon, *, at: str, by: str, act_text: str) -> Step:
    """Plan the step that records that a weapon was seen.

    Args:
        weapon: as the register has it.
        at: when (UTC instant).
        by: id of the officer who saw it.
        act_text: in which act.
    """
    after = replace(weapon, sighting="sighted", last_sighted=at, sighted_by=by, sighted_in=act_text)
    return step("weapon.sighted", weapon, after)


def _declared() -> dict[str, Declared]:
    return {each.name: each for each in declared_fields(Weapon)}


def _completed(weapon: Weapon, reference: Reference) -> Weapon:
    """Match what was written, and derive what follows from it."""
    weapon = described_by_model(matched(_unmarked(weapon), reference), reference)
    return replace(weapon, high_risk=weapon.high_risk or high_risk_of(weapon, reference))


def _unmarked(weapon: Weapon) -> Weapon:
    """Take what holds only blanks for what is not marked at all."""
    marked = {name: getattr(weapon, name) for name in ("serial", "symbol_code")}
    blank: dict[str, Any] = {name: None for name, text in marked.items() if isinstance(text, str) and not text.strip()}
    return replace(weapon, **blank) if blank else weapon


def _sighted(desk: Desk, weapon: Weapon, *, claimed: bool, number: int) -> Weapon:
    if claimed:
        return replace(weapon, number=number, sighting="claimed")
    return replace(
        weapon,
        number=number,
        sighting="sighted",
        last_sighted=format_instant(desk.now()),
        sighted_by=desk.officer.id,
        sighted_in="weapon.registered",
    )


def _read_dates(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read dates that were typed as text."""
    known, year = _declared(), today(desk).year
    return {
        name: parse_partial(value, last_year=year)
        if isinstance(value, str) and known[name].field.form is FieldType.DATE
        else value
        for name, value in fields.items()
    }


def _remarks(desk: Desk, connection: Connection, weapons: Sequence[Weapon]) -> list[Remark]:
    """Check records by everything that holds for a new one and an old one alike."""
    known, reference, day, standings = known_words(desk), desk.reference, today(desk, connection), desk.standings
    remarks: list[Remark] = []
    for weapon in weapons:
        formal = list(conformity_remarks(weapon, known))
        remarks += _about(weapon, formal)
        if not formal:
            said = [*weapon_remarks(weapon, reference, day), *near_remarks(weapon, reference)]
            said += _holding_remarks(weapon, standings)
            remarks += _about(weapon, said)
    return remarks + list(reference_remarks(connection, weapons))


def _about(weapon: Weapon, remarks: Iterable[Remark]) -> list[Remark]:
    name = weapon.serial or weapon.symbol_code or printed_tag(weapon.tag)
    return [replace(each, subject=name) for each in remarks]


def _holding_remarks(weapon: Weapon, standings: Standings) -> list[Remark]:
    try:
        check_holding(weapon, standings)
    except RuleError as problem:
        return [stop("holding", "custody", problem.text())]
    return []


def _new_remarks(
    desk: Desk, connection: Connection, weapons: Sequence[Weapon], photographs: Sequence[Prepared]
) -> list[Remark]:
    """Check what holds for new records only: free tags and ids, open places, custody, photographs."""
    places = desk.standings.values[Standing.CUSTODY]
    remarks = _open_remarks(connection, weapons)
    if len({each.tag for each in weapons}) < len(weapons) or taken_tags(connection, [each.tag for each in weapons]):
        remarks.append(stop("tag_taken", "tag", _("A tag is taken already. Make the records anew.")))
    if len({each.id for each in weapons}) < len(weapons) or found_ids(connection, "weapon", [e.id for e in weapons]):
        remarks.append(stop("id_taken", "id", _("One of the weapons is registered already.")))
    for weapon in weapons:
        here = weapon.custody in places and places[weapon.custody].held_by != "end"
        if weapon.sighting == "sighted" and not here:
            text = _("A weapon that lies before you cannot be registered as gone or not located.")
            remarks += _about(weapon, [stop("not_here", "custody", text)])
        if weapon.scheme == "none" and scale_photographs(desk, photographs, weapon.id) < 2:
            text = _("Without a maker's identity it needs two photographs with a scale.")
            level = stop if weapon.sighting == "sighted" else warn
            remarks += _about(weapon, [level("photographs_missing", "scheme", text)])
    return remarks


def _open_remarks(connection: Connection, weapons: Sequence[Weapon]) -> list[Remark]:
    remarks: list[Remark] = []
    for field, check in (("place", check_open), ("holder", check_holder)):
        for id_ in dict.fromkeys(getattr(each, field) for each in weapons):
            try:
                check(connection, id_)
            except RuleError as problem:
                remarks.append(stop(f"{field}_refused", field, problem.text()))
    return remarks


def _check_correctable(changes: Mapping[str, Any]) -> None:
    known = _declared()
    for name in changes:
        if name not in known or name in FIXED:
            raise RuleError(_("“{field}” can never be corrected.").format(field=name))
        if name in MOVED:
            raise RuleError(_("“{field}” is not corrected but moved: record what happened.").format(field=name))


def _corrected(desk: Desk, before: Weapon, changes: Mapping[str, Any]) -> Weapon:
    """Return the record after; what was written anew is matched anew."""
    values = _read_dates(desk, changes)
    for name in MATCHED:
        if f"{name}_text" in changes and name not in changes:
            values[name] = None
    after = matched(_unmarked(clean(replace(before, **values))), desk.reference)
    if "high_risk" not in changes and before.high_risk == high_risk_of(before, desk.reference):
        after = replace(after, high_risk=high_risk_of(after, desk.reference))
    return after
