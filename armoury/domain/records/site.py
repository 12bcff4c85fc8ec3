"""Records about the site: register, profile, places, holding scale, acquisitions, site log, national files."""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.fields import (
    Day,
    EntryNumber,
    Field,
    FieldType,
    Flag,
    Instant,
    PersonalDigest,
    Text,
    Words,
)


@dataclass(frozen=True)
class RegisterRecord:
    """The register itself: entry 1 of its history carries this with the site's certificate."""

    id: Annotated[str, Field()]
    site: Annotated[str, Field()]
    """Site id, `CC-XXXXXXXX`."""
    name: Annotated[str, Field()]
    country: Annotated[str, Field(vocabulary="countries")]
    time_zone: Annotated[str, Field()]
    certificate: Annotated[str, Field()]
    """The site's certificate, DER in base64."""
    certified_by: Text = None
    """Signature of the former site key over this certificate, DER in base64, after a change of the site key."""
    restored_from: Text = None
    """Checkpoint of the backup that was put in place."""
    last_known: Text = None
    """The last checkpoint seen before that."""
    recovery_mark: Text = None
    """The mark that both half-sheets of the recovery key carry, in hex."""
    recovery_certificate: Text = None
    """The site's certificate over the recovery key's signing key, DER in base64."""
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Contact:
    """A person to be reached about the site."""

    role: Annotated[str, Field()]
    name: Annotated[str, Field()]
    telephone: Text = None
    address: Text = None


@dataclass(frozen=True)
class Licence:
    """A licence of the site, such as the explosives limit licence (IATG 02.30)."""

    number: Annotated[str, Field()]
    kind: Annotated[str, Field()]
    authority: Text = None
    issued: Day = None
    expires: Day = None
    conditions: Text = None


@dataclass(frozen=True)
class SiteProfile:
    """Agency, type, contacts and licences of the site."""

    id: Annotated[str, Field()]
    name: Annotated[str, Field()]
    agency: Annotated[str | None, Field(vocabulary="agencies")] = None
    site_type: Annotated[str | None, Field(vocabulary="site_types")] = None
    address: Text = None
    contacts: Annotated[tuple[Contact, ...], Field(FieldType.PARTS, part=Contact, personal=True)] = ()
    licences: Annotated[tuple[Licence, ...], Field(FieldType.PARTS, part=Licence)] = ()
    registry_recipient: Text = None
    """To whom bundles are sealed: the national registry's public key of age, `age1…`."""
    personal: PersonalDigest = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Place:
    """A site, building, room, rack or position; weapons lie in places."""

    id: Annotated[str, Field()]
    tag: Annotated[str, Field()]
    code: Annotated[str, Field(unique=True)]
    name: Annotated[str, Field()]
    level: Annotated[str, Field(vocabulary="place_levels")]
    parent: Annotated[str | None, Field(refers_to="place")] = None
    remarks: Text = None
    closed: Flag = False
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Holding:
    """One line of the authorised holding scale: so many of a type, on whose authority."""

    id: Annotated[str, Field()]
    type: Annotated[str, Field(vocabulary="types")]
    quantity: Annotated[int, Field(FieldType.INTEGER)]
    authority: Annotated[str, Field()]
    dated: Annotated[str, Field(FieldType.DAY)]
    calibre: Annotated[str | None, Field(vocabulary="calibres")] = None
    ended: Day = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Acquisition:
    """How weapons came: contract, supplier or donor, end-user certificate, and whose consent is needed later."""

    id: Annotated[str, Field()]
    reference: Annotated[str, Field(unique=True)]
    contract: Text = None
    supplier: Text = None
    donor: Text = None
    end_user_certificate: Text = None
    consent_to_retransfer: Flag = False
    """The supplier's or donor's consent is needed before the weapon is passed on."""
    consent_to_destroy: Flag = False
    consent_authority: Text = None
    dated: Day = None
    remarks: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class LogNote:
    """A dated entry of the site log: count, drill, lock change, alarm test, visit, key check, lock-up."""

    id: Annotated[str, Field()]
    log_kind: Annotated[str, Field(vocabulary="log_kinds")]
    at: Annotated[str, Field(FieldType.INSTANT)]
    text: Annotated[str, Field()]
    place: Annotated[str | None, Field(refers_to="place")] = None
    people: Annotated[tuple[str, ...], Field(FieldType.WORDS)] = ()
    """Ids of the officers who took part."""
    outcome: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Edition:
    """A national file of reference data that the register has adopted; rules read it from here."""

    id: Annotated[str, Field()]
    dataset: Annotated[str, Field(unique=True)]
    edition: Annotated[str, Field()]
    sha256: Annotated[str, Field()]
    content: Annotated[str, Field()]
    authority: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Evidence:
    """A photograph or document bound by its digest to what it shows."""

    id: Annotated[str, Field()]
    subject_kind: Annotated[str, Field()]
    subject: Annotated[str, Field()]
    role: Annotated[str, Field(vocabulary="evidence_roles")]
    sha256: Annotated[str, Field()]
    """SHA-256 of the file as kept."""
    original_sha256: Annotated[str, Field()]
    """SHA-256 of the file as it was handed in, before location data were removed."""
    media_type: Annotated[str, Field()]
    size: Annotated[int, Field(FieldType.INTEGER)]
    caption: Text = None
    taken: Instant = None
    thumbnail: Text = None
    """SHA-256 of the stored thumbnail."""
    withdrawn: Text = None
    """Why it no longer counts; the file stays."""
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Person:
    """An officer, or a holder without an account. Names are personal data and never enter an entry."""

    id: Annotated[str, Field()]
    tag: Annotated[str, Field()]
    name: Annotated[str | None, Field(personal=True)] = None
    service_number: Annotated[str | None, Field(personal=True)] = None
    badge: Text = None
    rank: Text = None
    unit: Text = None
    agency: Annotated[str | None, Field(vocabulary="agencies")] = None
    sign_in: Annotated[str | None, Field(unique=True)] = None
    """Name typed at sign-in; only people with an account have one."""
    roles: Words = ()
    certificate: Text = None
    """The officer's certificate, DER in base64."""
    token: Text = None
    """Serial number and key id of the PKCS#11 token that holds the signing key."""
    passphrase_set: Instant = None
    """When the officer's passphrase was last set."""
    status: Annotated[str, Field(vocabulary="person_status")] = "active"
    personal: PersonalDigest = None
    entry: EntryNumber = 0
