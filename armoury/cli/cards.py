"""Cards as an officer reads them: what was written and what it was matched to, where it is, its standings in words."""

from collections.abc import Iterator
from typing import Any

from armoury.cli.words import act_words, field_words, kind_words, moment_words, value_words
from armoury.domain.dates import local_date
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import to_json
from armoury.domain.records.site import Evidence
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import label
from armoury.domain.standings import Standing
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.evidence import evidence_on
from armoury.services.lookup import Hit, WeaponCard
from armoury.store.reading import get

Line = tuple[str, str]

_IDENTITY = ("scheme", "maker", "model", "variant", "type", "action", "fire_modes", "calibre", "symbol_code", "country",
             "made")  # fmt: skip
_APART = frozenset({"id", "number", "tag", "entry", "personal", "certificate", "sighting", "last_sighted", "sighted_by",
                    "sighted_in", "serial", "serial_status", "place", "position", "holder", "holder_text",
                    "holder_unlisted", "custody", "legal", "fitness", "plan", *_IDENTITY})  # fmt: skip


def card(desk: Desk, hit: Hit, zone: str) -> tuple[str, list[Line]]:
    """Return the heading and the lines of a card."""
    record: Any = record_of(hit)
    if isinstance(hit.found, WeaponCard):
        heading = _("Weapon {tag}, number {number}").format(tag=printed_tag(record.tag), number=record.number)
        lines = [*_weapon_lines(desk, hit.found, zone)]
    else:
        heading = f"{kind_words(hit.kind)} {printed_tag(record.tag)}"
        lines = [*_other_lines(desk, record, frozenset({"id", "tag", "entry", "personal", "certificate"}))]
    return heading, [*lines, *_evidence_lines(desk, hit, zone)]


def record_of(hit: Hit) -> Any:
    """Return the record that was found."""
    return hit.found.weapon if isinstance(hit.found, WeaponCard) else hit.found


def card_json(desk: Desk, hit: Hit) -> dict[str, Any]:
    """Return the same as values for machines: the whole record, and what belongs to it."""
    record = record_of(hit)
    personal = to_json(record, personal=True)
    beside: dict[str, Any] = {"kind": hit.kind, "record": {**to_json(record), **personal}}
    if isinstance(hit.found, WeaponCard):
        beside["place_code"] = hit.found.place_code
        beside["holder_name"] = hit.found.holder_name
        beside["next_duty"] = next_duty(hit.found.weapon)
    beside["evidence"] = [to_json(each) for each in evidence_on(desk, hit.kind, hit.id)]
    return beside


def _weapon_lines(desk: Desk, found: WeaponCard, zone: str) -> Iterator[Line]:
    weapon = found.weapon
    every = {each.name: each for each in declared_fields(Weapon)}
    for name in _IDENTITY:
        yield field_words(name), _shown(desk, weapon, every[name])
    yield field_words("serial"), _serial(desk, weapon)
    for name in ("serials", "components", "kit"):
        yield field_words(name), _shown(desk, weapon, every[name])
    yield _("Where"), _where(found)
    for standing in Standing:
        value = desk.standings.values[standing].get(getattr(weapon, standing.value))
        yield field_words(standing.value), value.name if value else getattr(weapon, standing.value)
    yield field_words("last_sighted"), _sighted(desk, weapon, zone)
    yield _("Next duty"), _duty_words(desk, weapon, zone)
    yield from _other_lines(desk, weapon, _APART | {"serials", "components", "kit"})


def _other_lines(desk: Desk, record: Any, apart: frozenset[str]) -> Iterator[Line]:
    for each in declared_fields(type(record)):
        if each.name in apart or each.name.removesuffix("_text") in apart or _is_partner(record, each.name):
            continue
        yield field_words(each.name), _shown(desk, record, each)


def _is_partner(record: Any, name: str) -> bool:
    """A text as written is shown on the line of what it was matched to."""
    return name.endswith("_text") and hasattr(record, name.removesuffix("_text"))


def _shown(desk: Desk, record: Any, declared: Declared) -> str:
    value = getattr(record, declared.name)
    written = getattr(record, f"{declared.name}_text", None)
    if declared.field.form is FieldType.FLAG:
        return value_words(True) if value else ""
    chosen = _named(desk, declared, value)
    if written and chosen and written.casefold() != chosen.casefold():
        return _("{chosen} (written “{written}”)").format(chosen=chosen, written=written)
    return chosen or (written or "")


def _named(desk: Desk, declared: Declared, value: Any) -> str:
    if value is None or value == ():
        return ""
    if declared.field.form is FieldType.PARTS:
        return "; ".join(_part(each) for each in value)
    if declared.field.form is FieldType.WORDS:
        return ", ".join(_label(desk, declared.field.vocabulary or declared.name, each) for each in value)
    if declared.field.vocabulary:
        return _label(desk, declared.field.vocabulary, value)
    if declared.field.refers_to:
        return reference_words(desk, declared.field.refers_to, value)
    return value_words(value)


def _part(part: Any) -> str:
    texts = [value_words(getattr(part, each.name)) for each in declared_fields(type(part))]
    return " ".join(text for text in texts if text and text != "ok")


def _label(desk: Desk, vocabulary: str, id_: str) -> str:
    reference = desk.reference
    try:
        entry = reference.dataset(vocabulary).get(id_)
    except KeyError:
        return id_.replace("_", " ")
    return label(entry, "en") if entry else id_


def reference_words(desk: Desk, kind: str, id_: str) -> str:
    """Name what a record refers to by its id: a place's code, a file's reference, a sign-in name, a badge."""
    with desk.read() as connection:
        found: Any = get(connection, KINDS[kind].record, id_)
    names = ("code", "reference", "sign_in", "badge", "tag")
    return next((str(value) for name in names if (value := getattr(found, name, None))), id_)


def _serial(desk: Desk, weapon: Weapon) -> str:
    status = weapon.serial_status.replace("_", " ")
    if not weapon.serial:
        return _("none ({status})").format(status=status)
    return weapon.serial if weapon.serial_status == "ok" else f"{weapon.serial} ({status})"


def _where(found: WeaponCard) -> str:
    weapon = found.weapon
    if found.place_code:
        position = _("position {position}").format(position=weapon.position) if weapon.position else ""
        return " ".join(each for each in (found.place_code, found.place_name or "", position) if each)
    if weapon.holder:
        return found.holder_name or found.holder_badge or _("a person whose name you need not see")
    return weapon.holder_text or weapon.transfer or weapon.end or ""


def _sighted(desk: Desk, weapon: Weapon, zone: str) -> str:
    if not weapon.last_sighted:
        return _("never: claimed by a book, nobody has seen it since")
    by = reference_words(desk, "person", weapon.sighted_by) if weapon.sighted_by else "?"
    act = act_words(weapon.sighted_in or "")
    return _("{when} by {who}, {act}").format(when=moment_words(weapon.last_sighted, zone), who=by, act=act)


def next_duty(record: Any) -> dict[str, str] | None:
    """Return the duty that falls due first for a weapon, with its day."""
    owed = [(getattr(record, each.due), each.name) for each in KINDS["weapon"].duties if getattr(record, each.due)]
    return {"day": min(owed)[0], "duty": min(owed)[1]} if owed else None


def _duty_words(desk: Desk, weapon: Weapon, zone: str) -> str:
    duty = next_duty(weapon)
    if duty is None:
        return ""
    what = {"return": _("return"), "safekeeping_review": _("review of safekeeping"), "court": _("court date")}
    late = _(" (overdue)") if duty["day"] < local_date(desk.now(), zone).isoformat() else ""
    return f"{duty['day']}: {what.get(duty['duty'], duty['duty'])}{late}"


def _evidence_lines(desk: Desk, hit: Hit, zone: str) -> Iterator[Line]:
    for each in evidence_on(desk, hit.kind, hit.id):
        yield kind_words("evidence"), _evidence(each, zone)


def _evidence(each: Evidence, zone: str) -> str:
    when = moment_words(each.taken, zone)
    parts = [each.role.replace("_", " "), each.caption or "", when, f"{each.size // 1024 + 1} kB", each.id]
    return ", ".join(part for part in parts if part)
