"""Signing keys in a real software token."""

import subprocess
import sys

import pkcs11
import pytest

from armoury.signing.certificates import make_officer_certificate
from armoury.signing.cms import sign_detached, verify_detached
from armoury.signing.errors import CertificateError, MissingKeyError, MissingTokenError, TokenError, WrongPinError
from armoury.signing.keys import verify
from armoury.signing.token import TokenKey, list_keys, make_key, open_token, store_certificate, token_signer

AT = 1_773_000_000_000
PIN = "123456"


def right_pin(name: str) -> str:
    return {"pin": PIN}[name]


@pytest.fixture
def token(tokens):
    with open_token(tokens.module, tokens.officer, right_pin, writing=True) as signed_in:
        yield signed_in


@pytest.fixture
def key(token) -> TokenKey:
    return make_key(token, "signing")


def issue(site, key) -> bytes:
    return make_officer_certificate(site, key.public_key_der, name="Sample Officer", officer="officer-1", at=AT)


def test_a_key_on_the_token_signs(token, key):
    signer = token_signer(token, key.key_id)
    assert verify(key.public_key_der, b"data", signer.sign(b"data"))


def test_a_signer_signs_many_times(token, key):
    signer = token_signer(token, key.key_id)
    assert all(verify(signer.public_key_der, bytes([one]), signer.sign(bytes([one]))) for one in range(20))


def test_the_key_cannot_be_read_out(token, key):
    (private,) = token.session.get_objects(
        {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.Attribute.ID: bytes.fromhex(key.key_id)}
    )
    with pytest.raises(pkcs11.AttributeSensitive):
        _ = private[pkcs11.Attribute.VALUE]


def test_two_keys_of_one_label_are_told_apart_by_id(token, key):
    other = make_key(token, "signing")
    signer = token_signer(token, other.key_id)
    assert signer.public_key_der == other.public_key_der != key.public_key_der


def test_keys_are_listed(token, key):
    assert key in list_keys(token)


def test_the_key_is_there_in_the_next_session(tokens):
    with open_token(tokens.module, tokens.officer, right_pin, writing=True) as first:
        key = make_key(first, "lasting")
    with open_token(tokens.module, tokens.officer, right_pin) as second:
        assert key in list_keys(second)


def test_the_certificate_lies_beside_the_key(token, key, site):
    certificate = issue(site, key)
    store_certificate(token, key, certificate)
    assert token_signer(token, key.key_id).certificate_der == certificate


def test_the_newest_certificate_counts(token, key, site):
    older = make_officer_certificate(site, key.public_key_der, name="Sample", officer="officer-1", at=AT - 10**10)
    for certificate in (issue(site, key), older):
        store_certificate(token, key, certificate)
    assert token_signer(token, key.key_id).certificate_der == issue_subject(site, key, token)


def issue_subject(site, key, token) -> bytes:
    """The one certificate beside the key that carries the full sample name."""
    kind = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.ID: bytes.fromhex(key.key_id)}
    stored = [bytes(one[pkcs11.Attribute.VALUE]) for one in token.session.get_objects(kind)]
    return next(one for one in stored if b"Sample Officer" in one)


def test_a_foreign_certificate_is_not_stored(token, key, officer):
    with pytest.raises(CertificateError, match="another key"):
        store_certificate(token, key, officer.certificate_der)


def test_rubbish_beside_the_key_is_ignored(token, key):
    token.session.create_object(
        {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.ID: bytes.fromhex(key.key_id),
            pkcs11.Attribute.SUBJECT: b"",
            pkcs11.Attribute.VALUE: b"rubbish",
        }
    )
    assert token_signer(token, key.key_id).certificate_der is None


def test_a_token_signs_detached(token, key, site):
    stored = store_certificate(token, key, issue(site, key))
    signature = sign_detached(b"data", token_signer(token, key.key_id), at=AT)
    assert verify_detached(b"data", signature).certificate_der == stored.certificate_der


def test_a_missing_key_is_told(token):
    with pytest.raises(MissingKeyError, match="does not hold the key abcd"):
        token_signer(token, "abcd")


def test_two_keys_of_one_id_are_told(token, key):
    curve = {pkcs11.Attribute.EC_PARAMS: bytes.fromhex("06082a8648ce3d030107")}
    domain = token.session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    domain.generate_keypair(id=bytes.fromhex(key.key_id), label="twin", store=True)
    with pytest.raises(MissingKeyError, match="two keys"):
        token_signer(token, key.key_id)


def test_a_key_of_another_curve_is_left_out(token):
    curve = {pkcs11.Attribute.EC_PARAMS: bytes.fromhex("06052b81040022")}
    domain = token.session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
    domain.generate_keypair(id=b"\x03\x84", label="p384", store=True)
    assert "0384" not in {key.key_id for key in list_keys(token)}
    with pytest.raises(MissingKeyError):
        token_signer(token, "0384")


def test_a_card_that_asks_each_time_is_answered(tokens):
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return PIN

    with open_token(tokens.module, tokens.spare, secret, writing=True) as token:
        curve = {pkcs11.Attribute.EC_PARAMS: bytes.fromhex("06082a8648ce3d030107")}
        domain = token.session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        careful = {pkcs11.Attribute.ALWAYS_AUTHENTICATE: True}
        domain.generate_keypair(id=b"\x09", label="careful", store=True, private_template=careful)
        signer = token_signer(token, "09")
        assert verify(signer.public_key_der, b"data", signer.sign(b"data"))
    assert asked == ["pin", "pin"]


def test_a_wrong_pin_is_told(tokens):
    with (
        pytest.raises(WrongPinError, match="refused this PIN"),
        open_token(tokens.module, tokens.officer, lambda _name: "999999"),
    ):
        pass


def test_the_right_pin_works_after_a_wrong_one(tokens):
    with pytest.raises(WrongPinError), open_token(tokens.module, tokens.officer, lambda _name: ""):
        pass
    with open_token(tokens.module, tokens.officer, right_pin) as token:
        assert list_keys(token) is not None


def test_an_officer_who_refuses_the_pin_stops_the_act(tokens):
    def refuse(_name: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_token(tokens.module, tokens.officer, refuse):
        pass


def test_a_missing_token_is_told_before_the_pin_is_asked(tokens):
    with pytest.raises(MissingTokenError), open_token(tokens.module, "none", pytest.fail):
        pass


def test_a_key_is_not_made_in_a_session_for_reading(tokens):
    with (
        open_token(tokens.module, tokens.officer, right_pin) as token,
        pytest.raises(TokenError, match="cannot be written"),
    ):
        make_key(token, "signing")


def test_a_token_in_use_is_told(token, tokens):
    with (
        pytest.raises(TokenError, match="already signed in"),
        open_token(tokens.module, tokens.officer, right_pin),
    ):
        pass


def test_a_signer_without_its_session_is_told(tokens):
    with open_token(tokens.module, tokens.officer, right_pin, writing=True) as token:
        signer = token_signer(token, make_key(token, "short").key_id)
    with pytest.raises(TokenError):
        signer.sign(b"data")


def test_nothing_secret_is_shown(token, key):
    shown = repr(token) + repr(token_signer(token, key.key_id))
    assert "secret" not in shown
    assert PIN not in shown


def test_the_library_is_not_loaded_before_a_token_is_used():
    code = "import sys, armoury.signing.token; sys.exit('pkcs11' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
