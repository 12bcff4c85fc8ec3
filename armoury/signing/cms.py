"""Detached CMS signatures (RFC 5652) with ECDSA P-256, for any signer, as `openssl cms -verify` checks them.

One signer, SHA-256, signed attributes with content type, digest, time and the signer's certificate (RFC 5035), so a
signature is also a CAdES-BES one (ETSI EN 319 122-1). Reading asks for the same form and for nothing wider.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from armoury.i18n import _
from armoury.signing import der
from armoury.signing.certificates import certificate_public_key, load_certificate
from armoury.signing.errors import CertificateError
from armoury.signing.keys import settled, verify
from armoury.signing.signer import Signer

_DATA = der.write_oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.write_oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.write_oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.write_oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = der.write_oid("1.2.840.113549.1.9.5")
_SIGNING_CERTIFICATE = der.write_oid("1.2.840.113549.1.9.16.2.47")
_OWN_ATTRIBUTES = (_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME, _SIGNING_CERTIFICATE)
_NO_ATTRIBUTES: Mapping[str, bytes] = {}
_SHA256 = der.write(der.SEQUENCE, der.write_oid("2.16.840.1.101.3.4.2.1"))
_SHA256_FORMS = (_SHA256, der.write(der.SEQUENCE, der.write_oid("2.16.840.1.101.3.4.2.1"), der.write(der.NULL)))
"""Parameters are left out or NULL; a reader takes both (RFC 5754, 2)."""

_ECDSA_SHA256 = der.write(der.SEQUENCE, der.write_oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True)
class DetachedSignature:
    """Who signed, and when by their own word: UTC milliseconds. Trust in the certificate is for the caller to judge.

    Attributes:
        attributes: what the signer signed beside the data, as octets by object identifier; those of CMS left out.
        one_form: of the two values that ECDSA takes for the same signature it holds the lower, as ours do. Whoever has
            one can make the other without the key, so where each byte counts the higher is refused.
    """

    certificate_der: bytes
    signed_at: int
    other_certificates: tuple[bytes, ...]
    attributes: Mapping[str, bytes] = field(default_factory=dict)
    one_form: bool = True


def sign_detached(
    data: bytes,
    signer: Signer,
    *,
    at: int,
    others: Sequence[bytes] = (),
    attributes: Mapping[str, bytes] = _NO_ATTRIBUTES,
) -> bytes:
    """Sign bytes that stay outside the signature, DER (`.p7s`).

    Args:
        data: what is signed.
        signer: whose key signs.
        at: when, UTC milliseconds.
        others: certificates to carry along.
        attributes: octets that are signed with it, by object identifier; stock tools pass over what they do not know.

    Raises:
        CertificateError: the signer has no certificate yet.
    """
    certificate = signer.certificate_der
    if certificate is None:
        raise CertificateError(_("This key has no certificate yet. Let the site issue one, then sign again."))
    signed = [*_attributes(hashlib.sha256(data).digest(), certificate, at), *_octets(attributes)]
    signer_info = der.write(
        der.SEQUENCE,
        der.write_integer(1),
        _issuer_and_serial(certificate),
        _SHA256,
        der.write_set(signed, der.CONTEXT_0),
        _ECDSA_SHA256,
        der.write(der.OCTET_STRING, settled(signer.sign(der.write_set(signed)))),
    )
    signed_data = der.write(
        der.SEQUENCE,
        der.write_integer(1),
        der.write_set([_SHA256]),
        der.write(der.SEQUENCE, _DATA),
        der.write_set({certificate, *others}, der.CONTEXT_0),
        der.write_set([signer_info]),
    )
    return der.write(der.SEQUENCE, _SIGNED_DATA, der.write(der.CONTEXT_0, signed_data))


def verify_detached(data: bytes, signature: bytes) -> DetachedSignature:
    """Check a detached signature over these bytes, and tell whose it is.

    Raises:
        CertificateError: it cannot be read, is for other bytes, or its certificate does not fit.
    """
    try:
        certificates, signer_info = _open(signature)
        return _verify_signer(data, certificates, signer_info)
    except (der.DerError, ValueError, IndexError, KeyError) as problem:
        raise CertificateError(
            _("This signature cannot be read: it is damaged or of a kind that is not used here.")
        ) from problem


def _open(signature: bytes) -> tuple[list[bytes], list[der.Value]]:
    outer = der.read_all(der.read_one(signature, der.SEQUENCE).content)
    signed_data = der.read_all(der.read_one(_wanted(outer, _SIGNED_DATA), der.SEQUENCE).content)
    version, digests, content, certificates, signers = signed_data
    _expect_version(version)
    if der.expect(digests, der.SET).content not in _SHA256_FORMS or der.expect(content, der.SEQUENCE).content != _DATA:
        raise der.DerError("another digest, or the data lie inside")
    carried = [value.raw for value in der.read_all(der.expect(certificates, der.CONTEXT_0).content)]
    signer = der.read_one(der.expect(signers, der.SET).content, der.SEQUENCE)
    return carried, der.read_all(signer.content)


def _expect_version(version: der.Value) -> None:
    """Version 1 belongs to a signer named by issuer and serial number (RFC 5652, 5.1 and 5.3)."""
    if der.read_integer(version) != 1:
        raise der.DerError("another version")


def _wanted(content_info: list[der.Value], kind: bytes) -> bytes:
    oid, body = content_info
    if oid.raw != kind:
        raise der.DerError("not signed data")
    return der.expect(body, der.CONTEXT_0).content


def _verify_signer(data: bytes, certificates: list[bytes], signer_info: list[der.Value]) -> DetachedSignature:
    version, who, digest, attributes, algorithm, signature = signer_info
    _expect_version(version)
    if digest.raw not in _SHA256_FORMS or algorithm.raw != _ECDSA_SHA256:
        raise der.DerError("another algorithm")
    certificate = next((one for one in certificates if _issuer_and_serial(one) == who.raw), None)
    if certificate is None:
        raise CertificateError(
            _("The signature does not carry the certificate of its signer. Ask for it to be made anew.")
        )
    signed = der.write(der.SET, der.expect(attributes, der.CONTEXT_0).content)
    value = der.expect(signature, der.OCTET_STRING).content
    if not verify(certificate_public_key(certificate), signed, value):
        raise CertificateError(_("The signature does not hold: it was changed, or made with another key."))
    found = _read_attributes(attributes.content)
    _check_attributes(found, data, certificate)
    others = tuple(one for one in certificates if one != certificate)
    one_form = settled(value) == value
    return DetachedSignature(certificate, _read_time(found[_SIGNING_TIME]), others, _read_octets(found), one_form)


def _check_attributes(found: dict[bytes, bytes], data: bytes, certificate: bytes) -> None:
    if found[_MESSAGE_DIGEST] != der.write(der.OCTET_STRING, hashlib.sha256(data).digest()):
        raise CertificateError(_("The signature is for other data: the signed file was changed after signing."))
    if found[_CONTENT_TYPE] != _DATA:
        raise der.DerError("another content type")
    if found.get(_SIGNING_CERTIFICATE, _signing_certificate(certificate)) != _signing_certificate(certificate):
        raise CertificateError(_("The signature names another certificate than the one it carries."))


def _attributes(digest: bytes, certificate: bytes, at: int) -> list[bytes]:
    values = (
        (_CONTENT_TYPE, _DATA),
        (_MESSAGE_DIGEST, der.write(der.OCTET_STRING, digest)),
        (_SIGNING_TIME, _write_time(at)),
        (_SIGNING_CERTIFICATE, _signing_certificate(certificate)),
    )
    return [der.write(der.SEQUENCE, oid, der.write_set([value])) for oid, value in values]


def _octets(attributes: Mapping[str, bytes]) -> list[bytes]:
    return [
        der.write(der.SEQUENCE, der.write_oid(oid), der.write_set([der.write(der.OCTET_STRING, value)]))
        for oid, value in attributes.items()
    ]


def _read_octets(found: Mapping[bytes, bytes]) -> dict[str, bytes]:
    """Return the attributes that CMS itself does not use and that are octets."""
    rest = {oid: values for oid, values in found.items() if oid not in _OWN_ATTRIBUTES}
    return {
        der.read_oid(der.read_one(oid, der.OBJECT_IDENTIFIER)): der.read_one(values, der.OCTET_STRING).content
        for oid, values in rest.items()
        if values[:1] == bytes([der.OCTET_STRING])
    }


def _read_attributes(content: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for attribute in der.read_all(content):
        oid, values = der.read_all(der.expect(attribute, der.SEQUENCE).content)
        if oid.raw in found:
            raise der.DerError("an attribute stands twice")
        found[oid.raw] = der.expect(values, der.SET).content
    return found


def _issuer_and_serial(certificate_der: bytes) -> bytes:
    certificate = load_certificate(certificate_der)
    return der.write(der.SEQUENCE, certificate.issuer.public_bytes(), der.write_integer(certificate.serial_number))


def _signing_certificate(certificate_der: bytes) -> bytes:
    """SigningCertificateV2 (RFC 5035, 3): SHA-256 is the default digest and is therefore left out."""
    digest = der.write(der.OCTET_STRING, hashlib.sha256(certificate_der).digest())
    return der.write(der.SEQUENCE, der.write(der.SEQUENCE, der.write(der.SEQUENCE, digest)))


def _write_time(at: int) -> bytes:
    """Years from 2050 on are GeneralizedTime (RFC 5652, 11.3)."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    if moment.year < 2050:
        return der.write(der.UTC_TIME, f"{moment:%y%m%d%H%M%S}Z".encode())
    return der.write(der.GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%S}Z".encode())


def _read_time(raw: bytes) -> int:
    value = der.read_all(raw)[0]
    text = value.content.decode("ascii")
    if value.tag == der.UTC_TIME:
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return int(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()) * 1000
