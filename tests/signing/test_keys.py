"""P-256 keys: make, write, read, sign, check."""

import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from armoury.signing.errors import CertificateError, DamagedSlotError
from armoury.signing.keys import (
    fingerprint,
    new_private_key,
    point_to_der,
    private_from_der,
    private_to_der,
    public_from_der,
    public_key_hash,
    public_to_der,
    sign,
    verify,
)


@pytest.fixture
def private():
    return new_private_key()


@pytest.fixture
def public(private):
    return public_to_der(private.public_key())


def point(private) -> bytes:
    encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    return private.public_key().public_bytes(encoding, form)


def test_a_signature_holds_for_its_bytes(private, public):
    assert verify(public, b"entry", sign(private, b"entry"))


def test_a_signature_does_not_hold_for_other_bytes(private, public):
    assert not verify(public, b"entrY", sign(private, b"entry"))


def test_a_signature_does_not_hold_for_another_key(private):
    assert not verify(public_to_der(new_private_key().public_key()), b"entry", sign(private, b"entry"))


@pytest.mark.parametrize("signature", [b"", b"\x30\x00", bytes(64), b"\x30\x06\x02\x01\x00\x02\x01\x00"])
def test_what_is_no_signature_does_not_hold(public, signature):
    assert not verify(public, b"entry", signature)


def test_openssl_checks_a_signature(private, openssl):
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    pem = private.public_key().public_bytes(encoding, form)
    words = ("dgst", "-sha256", "-verify", "key", "-signature", "signature", "data")
    assert openssl(*words, key=pem, signature=sign(private, b"entry"), data=b"entry") == "Verified OK\n"


def test_a_private_key_is_read_back(private):
    assert private_from_der(private_to_der(private)).private_numbers() == private.private_numbers()


def test_a_public_key_is_read_back(private, public):
    assert public_from_der(public) == private.public_key()


def test_a_damaged_private_key_is_refused(private):
    with pytest.raises(DamagedSlotError, match="backup"):
        private_from_der(private_to_der(private)[:-1])


def test_a_private_key_of_another_curve_is_refused():
    with pytest.raises(DamagedSlotError):
        private_from_der(private_to_der(ec.generate_private_key(ec.SECP384R1())))


def test_a_public_key_of_another_kind_is_refused():
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    der = other.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(CertificateError, match="P-256"):
        public_from_der(der)


def test_bytes_that_are_no_public_key_are_refused():
    with pytest.raises(CertificateError):
        public_from_der(b"not a key")


def test_names_are_sha256():
    assert fingerprint(b"certificate") == hashlib.sha256(b"certificate").hexdigest()
    assert public_key_hash(b"key") == hashlib.sha256(b"key").digest()


def test_a_wrapped_point_of_a_token_is_read(private, public):
    assert point_to_der(b"\x04\x41" + point(private)) == public


def test_a_bare_point_that_looks_wrapped_is_read():
    private = next(key for key in iter(new_private_key, None) if point(key)[1] == 0x41)
    assert point_to_der(point(private)) == public_to_der(private.public_key())


def test_a_point_off_the_curve_is_refused():
    with pytest.raises(CertificateError):
        point_to_der(b"\x04" + bytes(64))
