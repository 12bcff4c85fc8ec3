"""X.509 certificates (RFC 5280) of sites and officers, written so that stock tools check them.

A site's certificate is a self-signed CA with path length 0 that may also sign data; it issues its officers'
certificates. All keys are P-256. Times come in as UTC milliseconds; a certificate begins an hour earlier, so that a
reader whose clock is a little slow does not call it "not yet valid", and it lasts 30 years.

A new site key is certified by the old one with a plain signature over the DER of the new self-signed certificate,
kept in the history entry of the change. It is no cross-certificate: path length 0 forbids the old key to issue another
CA, and stock tools refuse such a chain, while `openssl dgst -sha256 -verify` checks this signature as it stands. It
cannot be mistaken for anything else that key signs: a note is text, a CMS signs a SET, an issued certificate its inner
part.
"""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from armoury.domain.errors import RuleError
from armoury.i18n import _
from armoury.signing.errors import CertificateError
from armoury.signing.keys import PrivateKey, PublicKey, fingerprint, public_from_der, public_to_der, sign, verify

YEARS = 30
CLOCK_ALLOWANCE = timedelta(hours=1)
LONGEST_NAME = 64
"""Bytes of UTF-8; the bound of the names used here (RFC 5280, A.1: ub-common-name, ub-organization-name)."""

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""

_KEY_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip

_INHERITED = (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME)
"""What an officer's subject takes from the site's."""


@dataclass(frozen=True)
class SiteName:
    """Whose certificate a site's is: `country` is ISO 3166-1 alpha-2."""

    site_id: str
    name: str
    organisation: str
    country: str


@dataclass(frozen=True)
class Issuer:
    """The site as issuer of its officers' certificates."""

    private: PrivateKey = field(repr=False)
    certificate_der: bytes


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says, for cards and lists; times in UTC milliseconds."""

    subject: str
    common_name: str
    issuer: str
    serial: str
    not_before: int
    not_after: int
    is_site: bool
    fingerprint: str
    public_key_der: bytes


def make_site_certificate(private: PrivateKey, site: SiteName, *, at: int) -> bytes:
    """Make the self-signed CA certificate of a site, DER.

    Raises:
        RuleError: the country is not two letters, or a name is missing.
    """
    name = _subject(_shortened(f"{site.site_id} {site.name}"), _shortened(site.organisation), site.country)
    builder = _builder(name, name, public_to_der(private.public_key()), at=at)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage("digital_signature", "key_cert_sign", "crl_sign"), critical=True)
    return _signed(builder, private)


def make_officer_certificate(issuer: Issuer, public_key_der: bytes, *, name: str, officer: str, at: int) -> bytes:
    """Issue an officer's certificate for a key in memory or in a token, DER.

    `officer` is the record id, written as serialNumber, so that two officers of one name stay two. The certificate ends
    no later than the site's own.

    Raises:
        RuleError: the name is missing.
        CertificateError: the key is not P-256, or the site's certificate is not one of these.
    """
    site = load_certificate(issuer.certificate_der)
    subject = x509.Name(
        [
            *(attribute for oid in _INHERITED for attribute in site.subject.get_attributes_for_oid(oid)),
            _attribute(NameOID.COMMON_NAME, _shortened(name)),
            _attribute(NameOID.SERIAL_NUMBER, officer),
        ]
    )
    builder = _builder(subject, site.subject, public_key_der, at=at, latest=site.not_valid_after_utc)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage("digital_signature", "content_commitment"), critical=True)
    uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING])
    return _signed(builder.add_extension(uses, critical=False), issuer.private)


def certify_successor(old_private: PrivateKey, new_certificate_der: bytes) -> bytes:
    """Sign the DER of a site's new certificate with its old key, so that trust in the old one carries over."""
    load_certificate(new_certificate_der)
    return sign(old_private, new_certificate_der)


def verify_successor(old_certificate_der: bytes, new_certificate_der: bytes, signature: bytes) -> None:
    """Check that a site's old key certified its new certificate.

    Raises:
        CertificateError: the signature does not hold, or a certificate cannot be read.
    """
    load_certificate(new_certificate_der)
    if not verify(certificate_public_key(old_certificate_der), new_certificate_der, signature):
        raise CertificateError(
            _(
                "The new site certificate {new} was not certified by the key of certificate {old}. "
                "Call the site and compare both fingerprints."
            ).format(new=fingerprint(new_certificate_der)[:16], old=fingerprint(old_certificate_der)[:16])
        )


def check_certificate(certificate_der: bytes, issuer_der: bytes, *, at: int) -> None:
    """Check a certificate against its issuer for a moment in UTC milliseconds (a site's is its own issuer).

    Raises:
        CertificateError: names everything that is wrong.
    """
    faults = certificate_faults(certificate_der, issuer_der, at=at)
    if faults:
        raise CertificateError(" ".join(faults))


def certificate_faults(certificate_der: bytes, issuer_der: bytes, *, at: int) -> list[str]:
    """List what is wrong with a certificate, as whole sentences; empty means that it holds.

    Raises:
        CertificateError: one of the two cannot be read at all or is not of the kind P-256.
    """
    certificate, issuer = load_certificate(certificate_der), load_certificate(issuer_der)
    facts, moment = describe(certificate_der), _moment(at)
    checks = (
        (not _issued_by(certificate, issuer), _("The certificate of {name} was not issued by {issuer}.")),
        (not _may_issue(issuer), _("{issuer} is not a site and may not issue certificates.")),
        (not _key_use(certificate, "digital_signature"), _("The certificate of {name} does not allow signing.")),
        (moment < certificate.not_valid_before_utc, _("The certificate of {name} is not valid before {begin}.")),
        (moment > certificate.not_valid_after_utc, _("The certificate of {name} expired on {end}.")),
        (
            certificate_der != issuer_der and not issuer.not_valid_before_utc <= moment <= issuer.not_valid_after_utc,
            _("The certificate of the issuer {issuer} is not valid on {day}."),
        ),
    )
    words = {
        "name": facts.common_name,
        "issuer": _part(issuer.subject, NameOID.COMMON_NAME),
        "begin": f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC",
        "end": f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
        "day": f"{moment:%Y-%m-%d}",
    }
    return [sentence.format(**words) for wrong, sentence in checks if wrong]


def load_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate whose key is P-256, with all its extensions.

    Raises:
        CertificateError: it cannot be read, or its key is of another kind.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        public, *_rest = certificate.public_key(), certificate.extensions, certificate.subject, certificate.issuer
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion) as problem:
        raise CertificateError(_unreadable()) from problem
    public_from_der(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return certificate


def certificate_public_key(der: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate."""
    return public_to_der(_public_key(load_certificate(der)))


def certificate_subject(der: bytes) -> bytes:
    """Return the subject of a certificate as DER."""
    return load_certificate(der).subject.public_bytes()


def describe(der: bytes) -> CertificateFacts:
    """Return what a certificate says.

    Raises:
        CertificateError: it cannot be read or its key is not P-256.
    """
    certificate = load_certificate(der)
    return CertificateFacts(
        subject=certificate.subject.rfc4514_string(),
        common_name=_part(certificate.subject, NameOID.COMMON_NAME),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        not_before=_milliseconds(certificate.not_valid_before_utc),
        not_after=_milliseconds(certificate.not_valid_after_utc),
        is_site=_may_issue(certificate),
        fingerprint=fingerprint(der),
        public_key_der=public_to_der(_public_key(certificate)),
    )


def certificate_to_pem(der: bytes) -> bytes:
    """Write a certificate as PEM, as stock tools like to read it."""
    return load_certificate(der).public_bytes(serialization.Encoding.PEM)


def certificate_from_pem(pem: bytes) -> bytes:
    """Read the first certificate of a PEM file as DER.

    Raises:
        CertificateError: there is none, or its key is not P-256.
    """
    try:
        der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    except ValueError as problem:
        raise CertificateError(_unreadable()) from problem
    load_certificate(der)
    return der


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key_der: bytes, *, at: int, latest: datetime | None = None
) -> x509.CertificateBuilder:
    public = public_from_der(public_key_der)
    begins, ends = _moment(at) - CLOCK_ALLOWANCE, _years_later(_moment(at))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(min(ends, latest) if latest else ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, private: PrivateKey) -> bytes:
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key())
    certificate = builder.add_extension(issuer, critical=False).sign(private, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.DER)


def _subject(common_name: str, organisation: str, country: str) -> x509.Name:
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        raise RuleError(
            _("“{country}” is not a country code. Give two capital letters, for example JM.").format(country=country)
        )
    return x509.Name(
        [
            _attribute(NameOID.COUNTRY_NAME, country),
            _attribute(NameOID.ORGANIZATION_NAME, organisation),
            _attribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _attribute(oid: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    if not value.strip():
        raise RuleError(_("A certificate needs the name of its holder and of the organisation. Fill in both."))
    return x509.NameAttribute(oid, value)


def _shortened(name: str) -> str:
    """Cut a long name visibly; the register itself holds it whole."""
    written = name.encode()
    if len(written) <= LONGEST_NAME:
        return name
    return written[: LONGEST_NAME - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _part(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return " ".join(str(attribute.value) for attribute in name.get_attributes_for_oid(oid))


def _key_usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in names for use in _KEY_USES})


def _key_use(certificate: x509.Certificate, use: str) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return bool(getattr(usage, use))


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and _key_use(certificate, "key_cert_sign")


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _public_key(certificate: x509.Certificate) -> PublicKey:
    public = certificate.public_key()
    if not isinstance(public, PublicKey):
        raise CertificateError(_unreadable())
    return public


def _moment(at: int) -> datetime:
    """Certificates know whole seconds only (RFC 5280, 4.1.2.5)."""
    return datetime.fromtimestamp(at // 1000, UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _years_later(moment: datetime) -> datetime:
    year = moment.year + YEARS
    last_day = calendar.monthrange(year, moment.month)[1]
    return moment.replace(year=year, day=min(moment.day, last_day))


def _unreadable() -> str:
    return _("This certificate cannot be read. Ask its owner for the file again.")
