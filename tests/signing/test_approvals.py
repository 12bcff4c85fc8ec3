"""Approvals: signed, kept, checked."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import serialization

from armoury.domain.errors import IntegrityError
from armoury.signing.approvals import content_digest, sign_approval, statement_bytes, verify_approval
from armoury.signing.errors import CertificateError
from armoury.signing.keys import fingerprint, new_private_key, public_from_der
from armoury.signing.signer import SoftwareSigner

STATEMENT: dict[str, object] = {
    "type": "armoury/approval/1",
    "register": "0190-register",
    "action": "0190-action",
    "act": "destruction.prepare",
    "subjects": [{"kind": "weapon", "id": "0190-weapon"}],
    "content": hashlib.sha256(b"[]").hexdigest(),
    "reason": "Beyond repair, “cracked receiver”",
    "officer": "officer-1",
    "at": "2026-03-08T20:00:00.000Z",
}


@pytest.fixture
def approval(officer):
    return sign_approval(STATEMENT, officer)


def test_an_approval_holds(approval, officer):
    verify_approval(approval, officer.certificate_der)


def test_an_approval_holds_after_a_trip_through_json(approval, officer):
    verify_approval(json.loads(json.dumps(approval)), officer.certificate_der)


def test_an_approval_is_kept_whole(approval):
    assert approval["statement"] == STATEMENT


@pytest.mark.parametrize("name", [name for name in STATEMENT if name not in ("type", "subjects", "content")])
def test_a_changed_word_is_noticed(approval, officer, name):
    changed = {**approval, "statement": {**STATEMENT, name: "other"}}
    with pytest.raises(IntegrityError, match="does not hold"):
        verify_approval(changed, officer.certificate_der)


def test_another_subject_is_noticed(approval, officer):
    changed = {**STATEMENT, "subjects": [{"kind": "weapon", "id": "another"}]}
    with pytest.raises(IntegrityError, match="0190-action does not hold"):
        verify_approval({**approval, "statement": changed}, officer.certificate_der)


def test_a_missing_field_is_noticed(approval, officer):
    changed = {name: value for name, value in STATEMENT.items() if name != "reason"}
    with pytest.raises(IntegrityError, match="does not hold"):
        verify_approval({**approval, "statement": changed}, officer.certificate_der)


@pytest.mark.parametrize("signature", ["", "*", None, "AAAA", 3])
def test_a_damaged_signature_is_noticed(approval, officer, signature):
    with pytest.raises(IntegrityError, match="does not hold"):
        verify_approval({**approval, "signature": signature}, officer.certificate_der)


def test_another_certificate_is_noticed(approval, site):
    with pytest.raises(IntegrityError, match="another certificate"):
        verify_approval(approval, site.certificate_der)


def test_a_claimed_certificate_is_not_believed(approval, site):
    with pytest.raises(IntegrityError, match="does not hold"):
        verify_approval({**approval, "certificate": fingerprint(site.certificate_der)}, site.certificate_der)


@pytest.mark.parametrize("broken", [{}, {"statement": "text", "signature": "", "certificate": ""}])
def test_an_incomplete_approval_is_noticed(officer, broken):
    with pytest.raises(IntegrityError, match="incomplete"):
        verify_approval(broken, officer.certificate_der)


def test_an_approval_with_more_than_belongs_there_is_noticed(approval, officer):
    with pytest.raises(IntegrityError, match="incomplete"):
        verify_approval({**approval, "note": "x"}, officer.certificate_der)


@pytest.mark.parametrize(
    "change",
    [{"type": "armoury/approval/2"}, {"content": "abc"}, {"at": 3}, {"subjects": []}, {"subjects": "x"}, {"more": "x"}],
)
def test_what_is_no_statement_is_not_signed(officer, change):
    with pytest.raises(ValueError, match="not an approval"):
        sign_approval({**STATEMENT, **change}, officer)


def test_a_key_without_a_certificate_cannot_approve():
    with pytest.raises(CertificateError, match="no certificate yet"):
        sign_approval(STATEMENT, SoftwareSigner(new_private_key()))


def test_the_content_is_the_digest_of_the_canonical_list():
    expected = hashlib.sha256('[{"a":"é","b":1}]'.encode()).hexdigest()
    assert content_digest([{"b": 1, "a": "é"}]) == expected


def test_openssl_checks_an_approval(approval, officer, openssl):
    pem = public_from_der(officer.public_key_der).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    data = json.dumps(STATEMENT, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert data == statement_bytes(STATEMENT)
    said = openssl(
        "dgst", "-sha256", "-verify", "key", "-signature", "signature", "data",
        key=pem, signature=base64.b64decode(approval["signature"]), data=data,
    )  # fmt: skip
    assert said == "Verified OK\n"
