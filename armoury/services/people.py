"""People without an account: those who hold weapons. Officers' accounts are the business of `officers`.

Names are personal data and never enter the history. National law may ask that they be removed after a time: a purge
takes the values away for ever, is itself an entry that two officers stand for, and breaks no proof.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from armoury.domain.errors import RuleError
from armoury.domain.fields import declared_fields, personal_names
from armoury.domain.ids import new_uuid7
from armoury.domain.kinds import KINDS
from armoury.domain.records.site import Person
from armoury.domain.serials import serial_key
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record
from armoury.services.desk import Desk
from armoury.services.tagging import free_tags
from armoury.store.reading import get, several
from armoury.store.steps import Act, Changes, step

CHANGEABLE = ("name", "service_number", "badge", "rank", "unit", "agency", "status")
"""What may be said of a person here; rights and keys are given elsewhere."""

PURGED_KINDS = {
    "person": "person.purged", "weapon": "weapon.purged", "site": "site.purged", "voucher": "voucher.purged",
}  # fmt: skip
"""The kinds that hold personal data, and the event of taking them away."""


def add_person(desk: Desk, name: str, **fields: Any) -> Changes:
    """Enter a person who may hold weapons.

    Args:
        desk: who does it.
        name: as in the personnel file.
        **fields: `service_number`, `badge`, `rank`, `unit`, `agency`.

    Raises:
        RuleError: the name is missing, the badge is another person's, or a field is unknown.
    """
    _check_fields(fields)
    with desk.read() as connection:
        tag = free_tags(connection, 1)[0]
    person = Person(new_uuid7(desk.now()), tag, name.strip() or None, **fields)
    _check(desk, person)
    return carry_out(desk, plan(desk, "person.added", [step("person.added", None, person)]))


def change_person(desk: Desk, person_id: str, changes: Mapping[str, Any], *, reason: str | None = None) -> Changes:
    """Change what is said of a person, or record that he has left (`status` “left”).

    Raises:
        RuleError: there is no such person; the badge is another's; he leaves and still holds weapons or has an account.
    """
    before = person_of(desk, person_id)
    _check_fields(changes)
    after = replace(before, **changes)
    if before.status != after.status and before.sign_in is not None:
        raise RuleError(_("This person has an account. Remove the officer first."))
    _check(desk, after)
    act = plan(desk, "person.changed", [step("person.changed", before, after)], reason=reason)
    return carry_out(desk, act)


def plan_purge_person(desk: Desk, person_id: str, reason: str) -> Act:
    """Plan to take a person's personal data away for ever; a second officer must approve it.

    Raises:
        RuleError: there is no such person; he is still active or holds weapons; no reason is given; nothing is left.
    """
    person = person_of(desk, person_id)
    if person.status == "active":
        raise RuleError(_("This person is still active. Personal data are removed only of those who have left."))
    _check_holds_nothing(desk, person)
    return plan_purge(desk, "person", person_id, reason)


def plan_purge(desk: Desk, kind: str, subject_id: str, reason: str) -> Act:
    """Plan to take the personal data of a record away for ever, such as a weapon's former holder or depositor.

    The digests stay in the history, so every proof holds; backups made before still hold the values.

    Raises:
        RuleError: there is no such record, it holds no personal data, or no reason is given.
    """
    if not reason.strip():
        raise RuleError(_("Name the law or order under which personal data are removed."))
    if kind not in PURGED_KINDS:
        raise RuleError(_("A record of this kind holds no personal data."))
    record = KINDS[kind].record
    with desk.read() as connection:
        before: Any = get(connection, record, subject_id)
    if before is None:
        raise RuleError(_("The register has no such record."))
    if before.personal is None:
        raise RuleError(_("The record holds no personal data."))
    names = personal_names(record)
    empty: dict[str, Any] = {each.name: each.default for each in declared_fields(record) if each.name in names}
    after = replace(before, **empty, personal=None)
    return plan(desk, PURGED_KINDS[kind], [step(PURGED_KINDS[kind], before, after)], reason=reason)


def person_of(desk: Desk, person_id: str) -> Person:
    """Return a person by the id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Person, person_id)
    if found is None:
        raise RuleError(_("The register does not know this person."))
    return found


def people(desk: Desk, *, status: str | None = "active") -> list[Person]:
    """Return all people of a status, or all there are (None), by name."""
    with desk.read() as connection:
        found = several(connection, Person)
        chosen = [each for each in found if status is None or each.status == status]
    return sorted(chosen, key=lambda each: ((each.name or "").casefold(), each.id))


def _check_fields(fields: Mapping[str, Any]) -> None:
    if strange := [each for each in fields if each not in CHANGEABLE]:
        raise RuleError(_("{fields} cannot be said of a person here.").format(fields=", ".join(sorted(strange))))


def _check(desk: Desk, person: Person) -> None:
    if not (person.name or "").strip():
        raise RuleError(_("A person needs a name."))
    check_record(desk, person)
    with desk.read() as connection:
        _check_badge(connection, person)
    if person.status != "active":
        _check_holds_nothing(desk, person)


def _check_badge(connection: Connection, person: Person) -> None:
    if person.badge is None:
        return
    key = serial_key(person.badge) or person.badge
    rows = connection.exec_driver_sql("SELECT subject FROM code WHERE scheme = 'badge' AND key = ?", (key,)).fetchall()
    for (subject,) in rows:
        other = get(connection, Person, subject)
        if other is not None and other.id != person.id and other.status == "active":
            text = _("The badge {badge} belongs to {name}.")
            raise RuleError(text.format(badge=person.badge, name=other.name or "?"))


def _check_holds_nothing(desk: Desk, person: Person) -> None:
    with desk.read() as connection:
        held = connection.exec_driver_sql("SELECT count(*) FROM weapon WHERE holder = ?", (person.id,)).scalar_one()
    if held:
        raise RuleError(_("This person still holds {count} weapons. Take them back first.").format(count=held))
