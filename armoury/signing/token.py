"""Signing keys in a PKCS#11 token (OASIS PKCS #11 v2.40): sign in, list and make keys, sign.

The key never leaves the token. The token signs a digest made here (CKM_ECDSA), because many tokens know no mechanism
that hashes by itself. Everything a token or its driver refuses becomes a sentence.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key, certificate_subject, describe
from armoury.signing.errors import CertificateError, MissingKeyError, WrongPinError
from armoury.signing.keys import point_to_der
from armoury.signing.token_drivers import find_token, pkcs11_names, token_facts
from armoury.signing.token_errors import locked_error, token_errors, wrong_pin_error

if TYPE_CHECKING:
    from pkcs11.types import Session, Token

Secret = Callable[[str], str]
"""Asks the officer for a secret by its name (`pin`); raises if the officer refuses."""

_P256_PARAMETERS = bytes.fromhex("06082a8648ce3d030107")
"""The named curve secp256r1 as DER (RFC 5480, 2.1.1.1)."""

_KEY_ID_BYTES = 16


@dataclass(frozen=True)
class TokenKey:
    """One P-256 signing key on a token; `key_id` (hexadecimal) is what names it, labels may repeat."""

    key_id: str
    label: str
    public_key_der: bytes
    certificate_der: bytes | None


@dataclass(frozen=True)
class TokenSession:
    """A token that an officer has signed in to; valid inside `open_token` only."""

    session: "Session" = field(repr=False)
    secret: Secret = field(repr=False)


@dataclass(frozen=True)
class TokenSigner:
    """Signs with a key that stays in its token, while the token's session is open."""

    key: TokenKey
    private: Any = field(repr=False)
    secret: Secret = field(repr=False)

    @property
    def certificate_der(self) -> bytes | None:
        """The certificate that lies beside the key on the token, if any."""
        return self.key.certificate_der

    @property
    def public_key_der(self) -> bytes:
        """The SubjectPublicKeyInfo of the key."""
        return self.key.public_key_der

    def sign(self, data: bytes) -> bytes:
        """Sign bytes: ECDSA P-256 over SHA-256, ASN.1 DER.

        Raises:
            TokenError: the token was removed, or refuses.
        """
        pkcs11 = pkcs11_names()
        with token_errors():
            pin = {"pin": self.secret("pin")} if _asks_each_time(self.private) else {}
            raw = self.private.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA, **pin)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


@contextmanager
def open_token(
    module: Path, serial: str, secret: Secret, *, label: str | None = None, writing: bool = False
) -> Iterator[TokenSession]:
    """Sign in to one token with its PIN, for as long as the block lasts; `writing` is needed to make a key.

    `label` is needed only where a driver shows one card as several tokens with the same serial number.

    Raises:
        MissingModuleError: the driver is missing or is none.
        MissingTokenError: this token is not plugged in.
        WrongPinError: the token refused the PIN.
        LockedPinError: the token is locked.
        TokenError: the driver fails.
    """
    with token_errors():
        found = find_token(module, serial, label)
    session = _sign_in(found, secret, writing)
    try:
        yield TokenSession(session, secret)
    finally:
        with token_errors():
            session.close()


def list_keys(token: TokenSession) -> list[TokenKey]:
    """List the P-256 signing keys of a token, each with its certificate where there is one.

    Keys of other kinds, and keys whose public half the token does not show, are left out.
    """
    names = pkcs11_names()
    wanted = {names.Attribute.CLASS: names.ObjectClass.PRIVATE_KEY, names.Attribute.KEY_TYPE: names.KeyType.EC}
    with token_errors():
        privates = _search(token.session, wanted)
        found = [_token_key(token.session, key.id, key.label) for key in privates]
    return [key for key in found if key is not None]


def token_signer(token: TokenSession, key_id: str) -> TokenSigner:
    """Take one key of the token to sign with.

    Raises:
        MissingKeyError: the token holds no such P-256 key, or two with the same id.
    """
    with token_errors():
        private = _private_key(token.session, key_id)
        key = _token_key(token.session, private.id, private.label)
    if key is None:
        raise MissingKeyError(_missing_key(key_id))
    return TokenSigner(key, private, token.secret)


def make_key(token: TokenSession, label: str) -> TokenKey:
    """Make a P-256 key pair on the token; its private half can never be read out.

    Raises:
        TokenError: the session is not for writing, or the token is full or cannot make such keys.
    """
    names = pkcs11_names()
    hidden = {names.Attribute.SENSITIVE: True, names.Attribute.EXTRACTABLE: False}
    curve = {names.Attribute.EC_PARAMS: _P256_PARAMETERS}
    with token_errors():
        domain = token.session.create_domain_parameters(names.KeyType.EC, curve, local=True)
        public, private = domain.generate_keypair(
            id=os.urandom(_KEY_ID_BYTES), label=label, store=True, private_template=hidden,
            capabilities=names.MechanismFlag.SIGN | names.MechanismFlag.VERIFY,
        )  # fmt: skip
        return TokenKey(private.id.hex(), label, point_to_der(bytes(public[names.Attribute.EC_POINT])), None)


def store_certificate(token: TokenSession, key: TokenKey, certificate_der: bytes) -> TokenKey:
    """Put the certificate of a key beside it on the token.

    Raises:
        CertificateError: it is the certificate of another key.
        TokenError: the session is not for writing, or the token refuses.
    """
    if certificate_public_key(certificate_der) != key.public_key_der:
        raise CertificateError(_("This certificate belongs to another key than the one on the token."))
    names = pkcs11_names()
    template = {
        names.Attribute.CLASS: names.ObjectClass.CERTIFICATE,
        names.Attribute.CERTIFICATE_TYPE: names.CertificateType.X_509,
        names.Attribute.TOKEN: True,
        names.Attribute.ID: bytes.fromhex(key.key_id),
        names.Attribute.LABEL: key.label,
        names.Attribute.SUBJECT: certificate_subject(certificate_der),
        names.Attribute.VALUE: certificate_der,
    }
    with token_errors():
        token.session.create_object(template)
    return TokenKey(key.key_id, key.label, key.public_key_der, certificate_der)


def _sign_in(token: "Token", secret: Secret, writing: bool) -> "Session":
    facts = token_facts(token)
    if facts.pin_locked:
        raise locked_error()
    pin = pkcs11_names().PROTECTED_AUTH if facts.has_pin_pad else secret("pin")
    try:
        with token_errors():
            return token.open(rw=writing, user_pin=pin)
    except WrongPinError as problem:
        with token_errors():
            after = token_facts(token.slot.get_token())
        raise wrong_pin_error(locked=after.pin_locked, last_try=after.pin_last_try) from problem


def _private_key(session: "Session", key_id: str) -> Any:
    found = _objects(session, "PRIVATE_KEY", bytes.fromhex(key_id))
    if not found:
        raise MissingKeyError(_missing_key(key_id))
    if len(found) > 1:
        raise MissingKeyError(
            _("The token holds two keys with the id {key}. Delete one with the tool of its maker.").format(key=key_id)
        )
    return found[0]


def _objects(session: "Session", kind: str, key_id: bytes) -> list[Any]:
    names = pkcs11_names()
    return _search(session, {names.Attribute.CLASS: names.ObjectClass[kind], names.Attribute.ID: key_id})


def _search(session: "Session", wanted: dict[Any, Any]) -> list[Any]:
    """A session runs one search at a time (PKCS #11 v2.40, 5.7.6), so each is read to its end before the next."""
    return list(session.get_objects(wanted))


def _token_key(session: "Session", key_id: bytes, label: str) -> TokenKey | None:
    certificates = _certificates(session, key_id)
    public_key = _public_key(session, key_id) or next((certificate_public_key(one) for one in certificates), None)
    if public_key is None:
        return None
    fitting = [one for one in certificates if certificate_public_key(one) == public_key]
    newest = max(fitting, key=lambda one: describe(one).not_after, default=None)
    return TokenKey(key_id.hex(), label, public_key, newest)


def _public_key(session: "Session", key_id: bytes) -> bytes | None:
    names = pkcs11_names()
    for key in _objects(session, "PUBLIC_KEY", key_id):
        if key.key_type == names.KeyType.EC and bytes(key[names.Attribute.EC_PARAMS]) == _P256_PARAMETERS:
            return point_to_der(bytes(key[names.Attribute.EC_POINT]))
    return None


def _certificates(session: "Session", key_id: bytes) -> list[bytes]:
    """The P-256 certificates beside a key; what else lies there is none of our business."""
    value = pkcs11_names().Attribute.VALUE
    readable = []
    for entry in _objects(session, "CERTIFICATE", key_id):
        der = bytes(entry[value])
        try:
            certificate_public_key(der)
        except CertificateError:
            continue
        readable.append(der)
    return readable


def _asks_each_time(key: Any) -> bool:
    """Some cards want the PIN before each signature (CKA_ALWAYS_AUTHENTICATE); those that do not know it do not."""
    names = pkcs11_names()
    try:
        return bool(key[names.Attribute.ALWAYS_AUTHENTICATE])
    except (names.AttributeTypeInvalid, names.AttributeSensitive):
        return False


def _missing_key(key_id: str) -> str:
    return _("The token does not hold the key {key}. Put in the token on which the key was made.").format(key=key_id)
