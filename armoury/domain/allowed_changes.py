"""Which fields each event may change: what a service refuses to do, the check does not believe when it finds it done.

An event of a weapon's standing changes that standing and what belongs to it; a correction changes neither where a
weapon is nor what it stands for; a sighting changes nothing but when and by whom it was seen.
"""

from collections.abc import Collection, Mapping

from armoury.domain.fields import declared_fields
from armoury.domain.records.weapon import Weapon
from armoury.domain.standings import Standing, Standings

FIXED = ("id", "number", "tag", "entry", "personal")
"""What a record is known by; it can never be corrected."""

SIGHTING = ("sighting", "last_sighted", "sighted_by", "sighted_in")

HOLDING = ("place", "position", "holder", "holder_unlisted", "holder_text", "transfer", "end", "due_back")
"""Where a weapon is: all of it is said anew by every move of custody."""

COURT = (
    "legal_holder", "case_number", "court", "exhibit_number", "bag_number", "seal_number", "investigator",
    "next_court_date", "release_order", "court_consent",
)  # fmt: skip
SAFEKEEPING = (
    "depositor", "depositor_licence", "safekeeping_reason", "receipt_number", "release_conditions", "review_date",
)  # fmt: skip
_LEGAL = (
    *COURT, *SAFEKEEPING, "ownership", "source", "source_document", "legal_basis", "illicit_basis", "offence_context",
)  # fmt: skip

MOVE_FIELDS: Mapping[Standing, Collection[str]] = {
    Standing.CUSTODY: (*HOLDING, "release_order", "source_document"),
    Standing.LEGAL: _LEGAL,
    Standing.FITNESS: ("condition", "last_inspected", "source_document"),
    Standing.PLAN: ("release_order", "source_document"),
}
"""The fields that may change together with each standing."""

MOVED = (
    *(each.value for each in Standing), *SIGHTING,
    *(each for each in HOLDING if each not in ("position", "due_back")),
)  # fmt: skip
"""What changes by a move or a sighting, never by a correction."""

_CORRECTED = {each.name for each in declared_fields(Weapon)} - set(FIXED) - set(MOVED)

_FIXED_EVENTS: Mapping[str, frozenset[str]] = {
    "weapon.corrected": frozenset({*_CORRECTED, "personal"}),
    "weapon.sighted": frozenset(SIGHTING),
    "weapon.purged": frozenset({"personal"}),
    "register.changed": frozenset({"name", "country", "time_zone"}),
    "register.site_key_changed": frozenset({"certificate", "certified_by"}),
    "register.recovery_key_changed": frozenset({"recovery_mark", "recovery_certificate"}),
    "register.restored": frozenset({"restored_from", "last_known"}),
}
"""`personal` is the digest over all personal fields of the record: it changes with any of them."""


def may_change(event: str, standings: Standings) -> frozenset[str] | None:
    """Return the fields that an event of a weapon or of the register may change; None where no rule says it.

    Args:
        event: such as `weapon.issued`.
        standings: the moves in force, which say to which standing an event belongs.
    """
    fixed = _FIXED_EVENTS.get(event)
    if fixed is not None or not event.startswith("weapon."):
        return fixed
    moved = {each.standing for each in standings.moves if each.event == event}
    fields = {name for standing in moved for name in (standing.value, *MOVE_FIELDS[standing])}
    return frozenset({*fields, *SIGHTING, "personal"})
