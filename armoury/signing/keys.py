"""P-256 keys: make, write, read, sign, check, name by fingerprint.

Private keys are unencrypted in memory only; what is written anywhere goes through `wrapping` first. Signatures are
ECDSA over SHA-256 in the ASN.1 form `ECDSA-Sig-Value` (RFC 3279, 2.2.3), as `openssl dgst -sha256 -verify` reads them.
"""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from armoury.i18n import _
from armoury.signing.errors import CertificateError, DamagedSlotError

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey

_WRAPPED_POINT_BYTES = 67
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm)


def new_private_key() -> PrivateKey:
    """Make a new P-256 key from the machine's random source."""
    return ec.generate_private_key(ec.SECP256R1())


def private_to_der(private: PrivateKey) -> bytes:
    """Write a private key as unencrypted PKCS#8 (RFC 5958): a secret, to be wrapped before it is kept."""
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def private_from_der(der: bytes) -> PrivateKey:
    """Read a private key back from PKCS#8.

    Raises:
        DamagedSlotError: the bytes are not a P-256 private key.
    """
    try:
        private = serialization.load_der_private_key(der, password=None)
    except _UNREADABLE as problem:
        raise DamagedSlotError(_damaged_key()) from problem
    if not isinstance(private, PrivateKey) or not is_p256(private.curve):
        raise DamagedSlotError(_damaged_key())
    return private


def public_to_der(public: PublicKey) -> bytes:
    """Write a public key as SubjectPublicKeyInfo (RFC 5480)."""
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_from_der(der: bytes) -> PublicKey:
    """Read a public key from SubjectPublicKeyInfo.

    Raises:
        CertificateError: the bytes are not a P-256 public key.
    """
    try:
        public = serialization.load_der_public_key(der)
    except _UNREADABLE as problem:
        raise CertificateError(_foreign_key()) from problem
    if not isinstance(public, PublicKey) or not is_p256(public.curve):
        raise CertificateError(_foreign_key())
    return public


def point_to_der(point: bytes) -> bytes:
    """Write the public key of a token (its CKA_EC_POINT) as SubjectPublicKeyInfo.

    Most tokens wrap the point in an OCTET STRING (PKCS #11 v2.40 mechanisms, 2.3.3), some give it bare; only the length
    tells them apart, for a bare point may begin with the same two bytes.

    Raises:
        CertificateError: it is not an uncompressed point of P-256.
    """
    bare = point[2:] if len(point) == _WRAPPED_POINT_BYTES and point.startswith(b"\x04\x41") else point
    try:
        return public_to_der(PublicKey.from_encoded_point(ec.SECP256R1(), bare))
    except ValueError as problem:
        raise CertificateError(_foreign_key()) from problem


def is_p256(curve: ec.EllipticCurve) -> bool:
    """Tell whether a curve is P-256, the only one used here."""
    return isinstance(curve, ec.SECP256R1)


def fingerprint(certificate_der: bytes) -> str:
    """Name a certificate by SHA-256 of its DER, in 64 small hexadecimal letters."""
    return hashlib.sha256(certificate_der).hexdigest()


def public_key_hash(public_key_der: bytes) -> bytes:
    """Name a public key by SHA-256 of its SubjectPublicKeyInfo (the key id of a signed note is its first 4 bytes)."""
    return hashlib.sha256(public_key_der).digest()


def sign(private: PrivateKey, data: bytes) -> bytes:
    """Sign bytes: ECDSA P-256 over SHA-256, ASN.1 DER."""
    return private.sign(data, ec.ECDSA(hashes.SHA256()))


def verify(public_key_der: bytes, data: bytes, signature: bytes) -> bool:
    """Tell whether the holder of this public key signed exactly these bytes.

    Raises:
        CertificateError: the public key itself is not a P-256 key.
    """
    public = public_from_der(public_key_der)
    try:
        public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (SEC 2, 2.4.2)."""


def settled(signature: bytes) -> bytes:
    """Return the one spelling of a signature: of its two values of s, which both verify, the lower one.

    Raises:
        ValueError: it is no signature in ASN.1.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, _ORDER - s))


def _damaged_key() -> str:
    return _("A stored private key is damaged or not of the kind P-256. Restore the key file from a backup.")


def _foreign_key() -> str:
    return _("This public key cannot be used: it is damaged or not of the kind P-256. Ask its owner for a P-256 key.")
