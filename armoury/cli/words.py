"""Plain words for what the register keeps under short ids: events, fields, kinds of subject; dates as people read."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from armoury.domain.dates import PartialDate, moment_shown
from armoury.domain.records.stocktake import CountLine
from armoury.i18n import _

Words = Mapping[str, Callable[[], str]]
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")

EVENTS: Words = {
    "weapon.registered": lambda: _("Registered"),
    "weapon.corrected": lambda: _("Corrected"),
    "weapon.sighted": lambda: _("Sighted"),
    "weapon.placed": lambda: _("Placed"),
    "weapon.issued": lambda: _("Issued"),
    "weapon.returned": lambda: _("Returned"),
    "weapon.sent": lambda: _("Sent"),
    "weapon.received": lambda: _("Received"),
    "weapon.missing": lambda: _("Missing"),
    "weapon.found_again": lambda: _("Found again"),
    "weapon.gone": lambda: _("Gone"),
    "weapon.legal_changed": lambda: _("Legal standing changed"),
    "weapon.retained": lambda: _("Retained for the state"),
    "weapon.examined": lambda: _("Examined"),
    "weapon.planned": lambda: _("Plan changed"),
    "place.added": lambda: _("Place added"),
    "place.changed": lambda: _("Place changed"),
    "person.added": lambda: _("Person added"),
    "person.changed": lambda: _("Person changed"),
    "person.purged": lambda: _("Personal data removed"),
    "weapon.purged": lambda: _("Personal data removed"),
    "site.purged": lambda: _("Personal data removed"),
    "officer.added": lambda: _("Officer added"),
    "officer.removed": lambda: _("Officer removed"),
    "officer.reset": lambda: _("Officer's access reset"),
    "officer.roles_changed": lambda: _("Officer's roles changed"),
    "officer.passphrase_changed": lambda: _("Passphrase changed"),
    "register.created": lambda: _("Register created"),
    "register.changed": lambda: _("Register changed"),
    "register.restored": lambda: _("Register restored from a backup"),
    "register.site_key_changed": lambda: _("Site key changed"),
    "register.recovery_key_changed": lambda: _("Recovery key changed"),
    "site.described": lambda: _("Site described"),
    "holding.authorised": lambda: _("Holding authorised"),
    "holding.ended": lambda: _("Holding ended"),
    "acquisition.opened": lambda: _("Acquisition opened"),
    "acquisition.changed": lambda: _("Acquisition changed"),
    "ammunition.added": lambda: _("Ammunition entered"),
    "ammunition.corrected": lambda: _("Ammunition corrected"),
    "lot.added": lambda: _("Lot entered"),
    "lot.corrected": lambda: _("Lot corrected"),
    "lot.released": lambda: _("Lot released for issue"),
    "voucher.received": lambda: _("Ammunition received"),
    "voucher.issued": lambda: _("Ammunition issued"),
    "voucher.returned": lambda: _("Ammunition returned"),
    "voucher.moved": lambda: _("Ammunition moved"),
    "voucher.adjusted": lambda: _("Account of ammunition adjusted"),
    "voucher.destroyed": lambda: _("Ammunition destroyed"),
    "voucher.reversed": lambda: _("Voucher reversed"),
    "voucher.purged": lambda: _("Personal data removed"),
    "log.noted": lambda: _("Noted in the site log"),
    "edition.adopted": lambda: _("National file adopted"),
    "intake.applied": lambda: _("Old book taken in"),
    "bundle.prepared": lambda: _("Bundle begun"),
    "bundle.exported": lambda: _("Bundle exported"),
    "bundle.abandoned": lambda: _("Bundle abandoned"),
    "evidence.added": lambda: _("Evidence added"),
    "evidence.withdrawn": lambda: _("Evidence withdrawn"),
    "stocktake.opened": lambda: _("Stock-take opened"),
    "stocktake.abandoned": lambda: _("Stock-take given up"),
    "stocktake.closed": lambda: _("Stock-take closed"),
    "stocktake.certified": lambda: _("Stock-take certified"),
    "count_line.found": lambda: _("Found in a stock-take"),
    "count_line.settled": lambda: _("Line of a stock-take settled"),
    "count_line.struck": lambda: _("Line of a stock-take struck"),
    "count_line.not_seen": lambda: _("Not seen in a stock-take"),
    "certificate.prepared": lambda: _("Certificate prepared"),
    "certificate.issued": lambda: _("Certificate issued"),
    "certificate.voided": lambda: _("Certificate void"),
}

FIELDS: Words = {
    "number": lambda: _("Number"),
    "tag": lambda: _("Tag"),
    "scheme": lambda: _("Identity scheme"),
    "type": lambda: _("Type"),
    "action": lambda: _("Action"),
    "fire_modes": lambda: _("Fire modes"),
    "maker": lambda: _("Maker"),
    "symbol_code": lambda: _("Symbol and code"),
    "country": lambda: _("Country of manufacture"),
    "model": lambda: _("Model"),
    "variant": lambda: _("Variant"),
    "calibre": lambda: _("Calibre"),
    "serial": lambda: _("Serial"),
    "serial_status": lambda: _("Serial is"),
    "serials": lambda: _("Further serials"),
    "control_component": lambda: _("Part with the serial"),
    "components": lambda: _("Components"),
    "markings_not_authentic": lambda: _("Markings not authentic"),
    "made": lambda: _("Made"),
    "barrel_length_mm": lambda: _("Barrel length, mm"),
    "overall_length_mm": lambda: _("Overall length, mm"),
    "capacity": lambda: _("Capacity, rounds"),
    "finish": lambda: _("Finish"),
    "features": lambda: _("Features"),
    "importer": lambda: _("Importer"),
    "import_country": lambda: _("Country of import"),
    "import_year": lambda: _("Year of import"),
    "import_licence": lambda: _("Import licence"),
    "exporter": lambda: _("Exporter"),
    "transit_countries": lambda: _("Transit countries"),
    "temporary_import": lambda: _("Temporary import"),
    "museum_piece": lambda: _("Museum piece"),
    "agency": lambda: _("Agency"),
    "unit": lambda: _("Unit"),
    "ownership": lambda: _("Ownership"),
    "butt_number": lambda: _("Butt or rack number"),
    "high_risk": lambda: _("High-risk category"),
    "classification": lambda: _("Classification"),
    "ledger_volume": lambda: _("Ledger volume"),
    "ledger_page": lambda: _("Ledger page"),
    "ledger_line": lambda: _("Ledger line"),
    "source": lambda: _("Source"),
    "legal_basis": lambda: _("Legal basis"),
    "illicit_basis": lambda: _("Illicit basis"),
    "offence_context": lambda: _("Offence"),
    "source_document": lambda: _("Source document"),
    "received": lambda: _("Received"),
    "source_from": lambda: _("Received from"),
    "acquisition": lambda: _("Acquisition"),
    "custody": lambda: _("Custody"),
    "legal": lambda: _("Legal standing"),
    "fitness": lambda: _("Fitness"),
    "plan": lambda: _("Plan"),
    "place": lambda: _("Place"),
    "position": lambda: _("Position"),
    "holder": lambda: _("Holder"),
    "holder_text": lambda: _("Holder as written"),
    "transfer": lambda: _("Sent to"),
    "end": lambda: _("Report or document of the end"),
    "due_back": lambda: _("Due back"),
    "sighting": lambda: _("Claimed or sighted"),
    "last_sighted": lambda: _("Last sighted"),
    "sighted_by": lambda: _("Sighted by"),
    "sighted_in": lambda: _("Sighted in"),
    "legal_holder": lambda: _("Legal holder"),
    "case_number": lambda: _("Case"),
    "court": lambda: _("Court"),
    "exhibit_number": lambda: _("Exhibit number"),
    "bag_number": lambda: _("Bag"),
    "seal_number": lambda: _("Seal"),
    "investigator": lambda: _("Investigator"),
    "next_court_date": lambda: _("Next court date"),
    "release_order": lambda: _("Release order"),
    "court_consent": lambda: _("Court's consent"),
    "depositor": lambda: _("Depositor"),
    "depositor_licence": lambda: _("Depositor's licence"),
    "safekeeping_reason": lambda: _("Reason of safekeeping"),
    "receipt_number": lambda: _("Receipt"),
    "release_conditions": lambda: _("Release conditions"),
    "review_date": lambda: _("Review on"),
    "condition": lambda: _("Condition"),
    "last_inspected": lambda: _("Last inspected"),
    "kit": lambda: _("Kit"),
    "remarks": lambda: _("Remarks"),
    "code": lambda: _("Code"),
    "name": lambda: _("Name"),
    "level": lambda: _("Level"),
    "parent": lambda: _("Within"),
    "closed": lambda: _("Closed"),
    "service_number": lambda: _("Service number"),
    "badge": lambda: _("Badge"),
    "rank": lambda: _("Rank"),
    "sign_in": lambda: _("Sign-in name"),
    "roles": lambda: _("Roles"),
    "status": lambda: _("Status"),
    "reference": lambda: _("Reference"),
    "contract": lambda: _("Contract"),
    "supplier": lambda: _("Supplier"),
    "donor": lambda: _("Donor"),
    "end_user_certificate": lambda: _("End-user certificate"),
    "consent_to_retransfer": lambda: _("Consent needed to pass on"),
    "consent_to_destroy": lambda: _("Consent needed to destroy"),
    "consent_authority": lambda: _("Who gives consent"),
    "dated": lambda: _("Dated"),
    "site_type": lambda: _("Type of site"),
    "address": lambda: _("Address"),
    "registry_recipient": lambda: _("Bundles are sealed to"),
    "time_zone": lambda: _("Time zone"),
    "quantity": lambda: _("Quantity"),
    "authority": lambda: _("Authority"),
    "nature": lambda: _("Nature"),
    "un_number": lambda: _("UN number"),
    "hazard_division": lambda: _("Hazard division"),
    "compatibility_group": lambda: _("Compatibility group"),
    "neq_micrograms": lambda: _("Net explosive quantity of one item, micrograms"),
    "unit_of_issue": lambda: _("Unit of issue"),
    "unit_quantity": lambda: _("Single items in a unit of issue"),
    "packaging": lambda: _("Outer package"),
    "package_quantity": lambda: _("Single items in a full outer package"),
    "stock_number": lambda: _("Stock number"),
    "item": lambda: _("Item"),
    "lot_number": lambda: _("Lot number"),
    "lot_kind": lambda: _("Lot, batch or local number"),
    "expires": lambda: _("Shelf life ends"),
    "ban": lambda: _("Ban"),
    "restriction": lambda: _("Used only within limits"),
    "voucher_kind": lambda: _("Kind of voucher"),
    "day": lambda: _("Day"),
    "lines": lambda: _("Lines"),
    "party": lambda: _("From or to"),
    "giver": lambda: _("Handed over by"),
    "taker": lambda: _("Taken by"),
    "document": lambda: _("Paper"),
    "issue": lambda: _("Returned from"),
    "reverses": lambda: _("Takes back"),
    "salvage": lambda: _("Empty cases handed in"),
    "expended": lambda: _("Fired"),
    "reason": lambda: _("Reason"),
    "caption": lambda: _("Caption"),
    "role": lambda: _("Shows"),
    "log_kind": lambda: _("Kind"),
    "text": lambda: _("Text"),
    "outcome": lambda: _("Outcome"),
    "file_name": lambda: _("File"),
    "sha256": lambda: _("SHA-256"),
    "mapping": lambda: _("Columns and decisions"),
    "rows_read": lambda: _("Rows read"),
    "rows_new": lambda: _("Rows registered"),
    "rows_same": lambda: _("Rows that were there already"),
    "rows_changed": lambda: _("Rows that corrected a record"),
    "rows_left_out": lambda: _("Rows left out"),
    "weapons": lambda: _("Weapons registered"),
    "sheet": lambda: _("Sheet"),
    "encoding": lambda: _("Encoding"),
    "header_line": lambda: _("Line of the header"),
    "report": lambda: _("SHA-256 of the report"),
}

KINDS: Words = {
    "weapon": lambda: _("Weapon"),
    "place": lambda: _("Place"),
    "person": lambda: _("Person"),
    "register": lambda: _("Register"),
    "site": lambda: _("Site"),
    "holding": lambda: _("Holding"),
    "acquisition": lambda: _("Acquisition"),
    "ammunition": lambda: _("Ammunition"),
    "lot": lambda: _("Lot"),
    "voucher": lambda: _("Voucher"),
    "log": lambda: _("Site log"),
    "edition": lambda: _("National file"),
    "evidence": lambda: _("Evidence"),
    "intake": lambda: _("Old book taken in"),
    "bundle": lambda: _("Bundle"),
    "stocktake": lambda: _("Stock-take"),
    "count_line": lambda: _("Line of a stock-take"),
    "certificate": lambda: _("Certificate"),
}


def act_words(text: str) -> str:
    """Say in which act something happened: an event of the program in its words, else what an officer wrote."""
    return EVENTS[text]() if text in EVENTS else text


def _word(words: Words, name: str) -> str:
    said = words.get(name)
    return said() if said else name.replace("_", " ").replace(".", " ").capitalize()


def event_words(name: str) -> str:
    """Say what an event is: `weapon.corrected` is “Corrected”."""
    return _word(EVENTS, name)


def field_words(name: str) -> str:
    """Say what a field is; a text as written and what it was matched to share their words."""
    return _word(FIELDS, name if name in FIELDS else name.removesuffix("_text"))


def kind_words(name: str) -> str:
    """Say what a kind of subject is."""
    return _word(KINDS, name)


_EDITION = ("dataset", "edition", "authority")


def subject_words(record: Any) -> str:
    """Name a record briefly: by tag, code, name or reference, whichever it has."""
    names = ("tag", "code", "lot_number", "sign_in", "name", "serial", "reference", "caption", "type", "file_name",
             *_EDITION)  # fmt: skip
    parts = [_part(record, name) for name in names]
    if isinstance(record, CountLine):
        parts = [_("line {line}").format(line=record.line), record.text or ""]
    return " ".join(dict.fromkeys(each for each in parts if each)) or str(record.id)


def _part(record: Any, name: str) -> str:
    value = getattr(record, name, None)
    return value if isinstance(value, str) else ""


def value_words(value: object) -> str:
    """Write a value of a record or of a history line for people."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, PartialDate):
        return value.value or _("unknown")
    if isinstance(value, Mapping):
        return _mapping_words(value)
    if isinstance(value, list | tuple):
        return ", ".join(value_words(each) for each in value)
    return "" if value is None else str(value)


def _mapping_words(value: Mapping[str, object]) -> str:
    if set(value) == {"value", "precision"}:
        return str(value["value"]) or _("unknown")
    return " ".join(value_words(each) for each in value.values())


def is_instant(text: str) -> bool:
    """Tell whether a text is an instant as the register writes it."""
    return bool(_INSTANT.fullmatch(text))


def moment_words(instant: str | None, time_zone: str) -> str:
    """Write an instant in the site's time: `2026-03-09 14:05`."""
    return moment_shown(instant, time_zone) if instant else ""
