"""A data key sealed to an unlocking key."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from armoury.signing.errors import CertificateError, WrongKeyError
from armoury.signing.keys import new_private_key, public_to_der
from armoury.signing.sealing import SEALED_BYTES, open_sealed, seal

KEY = bytes(range(32))


@pytest.fixture
def private():
    return new_private_key()


@pytest.fixture
def sealed(private):
    return seal(KEY, public_to_der(private.public_key()), register="register-1", slot="sample")


def test_the_right_key_opens(private, sealed):
    assert open_sealed(sealed, private, register="register-1", slot="sample") == KEY


def test_another_key_does_not_open(sealed):
    with pytest.raises(WrongKeyError, match="backup"):
        open_sealed(sealed, new_private_key(), register="register-1", slot="sample")


@pytest.mark.parametrize(
    ("register", "slot"), [("register-2", "sample"), ("register-1", "other"), ("register-1s", "ample")]
)
def test_a_sealed_key_moved_elsewhere_does_not_open(private, sealed, register, slot):
    with pytest.raises(WrongKeyError):
        open_sealed(sealed, private, register=register, slot=slot)


@pytest.mark.parametrize("place", [0, 1, 64, 65, 112])
def test_a_changed_byte_is_noticed(private, sealed, place):
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(WrongKeyError):
        open_sealed(bytes(changed), private, register="register-1", slot="sample")


def test_a_sealed_key_has_one_length(private, sealed):
    assert len(sealed) == SEALED_BYTES
    with pytest.raises(WrongKeyError):
        open_sealed(sealed[:-1], private, register="register-1", slot="sample")


def test_only_a_whole_key_is_sealed(private):
    with pytest.raises(ValueError, match="32 bytes"):
        seal(KEY[:16], public_to_der(private.public_key()), register="register-1", slot="sample")


def test_nothing_is_sealed_to_a_foreign_key():
    with pytest.raises(CertificateError):
        seal(KEY, b"not a key", register="register-1", slot="sample")


def test_a_sealed_key_opens_step_by_step_as_rfc_9180_says(private, sealed):
    """The same key schedule written out from RFC 9180, sections 4.1, 5.1 and 5.2, with HMAC alone."""
    enc, ciphertext = sealed[:65], sealed[65:]
    encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    own = private.public_key().public_bytes(encoding, form)
    shared_point = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc))
    kem, suite = b"KEM\x00\x10", b"HPKE\x00\x10\x00\x01\x00\x02"
    shared = _expand(kem, _extract(kem, b"", b"eae_prk", shared_point), b"shared_secret", enc + own, 32)
    info = b"\0\0\0\x0earmoury/seal/1\0\0\0\x0aregister-1\0\0\0\x06sample"
    context = b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared, b"secret", b"")
    key, nonce = _expand(suite, secret, b"key", context, 32), _expand(suite, secret, b"base_nonce", context, 12)
    assert AESGCM(key).decrypt(nonce, ciphertext, b"") == KEY


def _extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, hashlib.sha256)


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labelled + b"\x01", hashlib.sha256)[:size]
