"""The weapon record: identity, serials, components, source, court, safekeeping, standings.

Fields follow the UN International Tracing Instrument (ITI, A/60/88) paragraphs 8 and 17, MOSAIC 05.30 (records for
every weapon) and CIFTA article VII (importer). What was written is kept beside what it was matched to.
"""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.dates import PartialDate
from armoury.domain.fields import (
    AsMarked,
    Day,
    EntryNumber,
    Field,
    FieldType,
    Flag,
    Instant,
    PersonalDigest,
    PersonalText,
    Text,
    Whole,
)

PartialDay = Annotated[PartialDate | None, Field(FieldType.DATE)]


@dataclass(frozen=True)
class Serial:
    """A further legitimate serial of a weapon: state, arsenal, import, component (a weapon may have several)."""

    text: Annotated[str, Field(FieldType.AS_MARKED)]
    kind: Annotated[str, Field(vocabulary="serial_kinds")] = "state"
    status: Annotated[str, Field(vocabulary="serial_status")] = "ok"
    component: Text = None
    ended: Text = None
    """Why the number no longer counts; the row stays."""


@dataclass(frozen=True)
class Component:
    """A serialised or controlled part (Firearms Protocol article 3), fitted to the weapon."""

    type: Annotated[str, Field(vocabulary="types")]
    serial: AsMarked = None
    serial_status: Annotated[str, Field(vocabulary="serial_status")] = "ok"
    material: Text = None
    remark: Text = None
    ended: Text = None
    """Why and when it left the weapon; the row stays."""


@dataclass(frozen=True)
class KitItem:
    """A counted accessory that belongs to the weapon: magazines, sling, optic."""

    accessory: Annotated[str, Field(vocabulary="accessories")]
    quantity: Annotated[int, Field(FieldType.INTEGER)]
    serial: AsMarked = None
    remark: Text = None


@dataclass(frozen=True)
class Weapon:
    """One weapon. `number` is its line in this register for ever; `tag` is what the label carries."""

    id: Annotated[str, Field()]
    number: Annotated[int, Field(FieldType.INTEGER, unique=True)]
    tag: Annotated[str, Field()]
    scheme: Annotated[str, Field(vocabulary="schemes")] = "maker"
    """maker + country + serial, or symbol + code (both ITI 8(a)), or no maker's identity."""

    type: Annotated[str | None, Field(vocabulary="types")] = None
    type_text: Text = None
    action: Annotated[str | None, Field(vocabulary="actions")] = None
    fire_modes: Annotated[tuple[str, ...], Field(FieldType.WORDS, vocabulary="fire_modes")] = ()
    maker: Annotated[str | None, Field(vocabulary="makers")] = None
    maker_text: Text = None
    symbol_code: AsMarked = None
    country: Annotated[str | None, Field(vocabulary="countries")] = None
    """Country of manufacture as it was then: ISO 3166-1, or 3166-3 for a vanished state."""
    country_text: Text = None
    model: Annotated[str | None, Field(vocabulary="models")] = None
    model_text: Text = None
    variant: Text = None
    calibre: Annotated[str | None, Field(vocabulary="calibres")] = None
    calibre_text: Text = None
    serial: AsMarked = None
    serial_status: Annotated[str, Field(vocabulary="serial_status")] = "ok"
    serials: Annotated[tuple[Serial, ...], Field(FieldType.PARTS, part=Serial)] = ()
    control_component: Annotated[str | None, Field(vocabulary="types")] = None
    """The component that carries the serial: frame or receiver (ITI 10)."""
    components: Annotated[tuple[Component, ...], Field(FieldType.PARTS, part=Component)] = ()
    markings_not_authentic: Flag = False
    made: PartialDay = None
    barrel_length_mm: Whole = None
    overall_length_mm: Whole = None
    capacity: Whole = None
    """Rounds."""
    finish: Annotated[str | None, Field(vocabulary="finishes")] = None
    features: Text = None
    """What tells this weapon from any other where no maker's identity does."""

    importer: Text = None
    import_country: Annotated[str | None, Field(vocabulary="countries")] = None
    import_year: Whole = None
    import_licence: Text = None
    exporter: Text = None
    transit_countries: Annotated[tuple[str, ...], Field(FieldType.WORDS, vocabulary="countries")] = ()
    temporary_import: Flag = False
    museum_piece: Flag = False

    agency: Annotated[str | None, Field(vocabulary="agencies")] = None
    unit: Text = None
    ownership: Annotated[str | None, Field(vocabulary="ownership_categories")] = None
    butt_number: Text = None
    """Rack or butt number painted on the weapon."""
    high_risk: Annotated[str | None, Field(vocabulary="high_risk")] = None
    classification: Text = None
    ledger_volume: Text = None
    ledger_page: Text = None
    ledger_line: Text = None

    source: Annotated[str | None, Field(vocabulary="sources")] = None
    legal_basis: Annotated[str | None, Field(vocabulary="legal_basis")] = None
    illicit_basis: Text = None
    offence_context: Text = None
    source_document: Text = None
    received: PartialDay = None
    source_from: PersonalText = None
    """Supplier or previous holder, where that is a person."""
    acquisition: Annotated[str | None, Field(refers_to="acquisition")] = None

    custody: Annotated[str, Field(vocabulary="custody")] = "in_store"
    legal: Annotated[str, Field(vocabulary="legal")] = "state_property"
    fitness: Annotated[str, Field(vocabulary="fitness")] = "not_examined"
    plan: Annotated[str, Field(vocabulary="plan")] = "none"
    place: Annotated[str | None, Field(refers_to="place")] = None
    position: Text = None
    """Position in its rack, where positions are not places of their own."""
    holder: Annotated[str | None, Field(refers_to="person")] = None
    holder_unlisted: Flag = False
    """The holder is known only as written in an old book, in `holder_text`."""
    holder_text: PersonalText = None
    transfer: Text = None
    """Movement, laboratory or court that has it, with the reference."""
    end: Text = None
    """Why it is no longer held or not located: certificate, receipt, loss report."""
    due_back: Day = None

    sighting: Annotated[str, Field(vocabulary="sighting")] = "claimed"
    last_sighted: Instant = None
    sighted_by: Annotated[str | None, Field(refers_to="person")] = None
    sighted_in: Text = None

    legal_holder: PersonalText = None
    case_number: Text = None
    court: Text = None
    exhibit_number: Text = None
    bag_number: Text = None
    seal_number: Text = None
    investigator: PersonalText = None
    next_court_date: Day = None
    release_order: Text = None
    court_consent: Text = None
    """The court's written consent to mark or clean an exhibit."""

    depositor: PersonalText = None
    depositor_licence: PersonalText = None
    safekeeping_reason: Text = None
    receipt_number: Text = None
    release_conditions: Text = None
    review_date: Day = None

    condition: Text = None
    last_inspected: Day = None
    kit: Annotated[tuple[KitItem, ...], Field(FieldType.PARTS, part=KitItem)] = ()
    remarks: Text = None
    personal: PersonalDigest = None
    entry: EntryNumber = 0
