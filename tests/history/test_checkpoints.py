"""Signed notes: written, checked with a real key, and refused with what is wrong in them."""

import base64
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import IntegrityError
from armoury.history.checkpoints import Checkpoint, check_note, key_id, note_text, read_note, write_note

ECDSA = ec.ECDSA(hashes.SHA256())
SECRET = ec.derive_private_key(0xA11CE, ec.SECP256R1())
ORIGIN = "armoury/JM-BCDFGHJK"
ROOT = sha256(b"root").digest()
CHECKPOINT = Checkpoint(ORIGIN, 1042, ROOT)


def spki(secret):
    return secret.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


SPKI = spki(SECRET)


def sign(data):
    return SECRET.sign(data, ECDSA)


def verify(key, data, signature):
    public = serialization.load_der_public_key(key)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    try:
        public.verify(signature, data, ECDSA)
    except InvalidSignature:
        return False
    return True


NOTE = write_note(CHECKPOINT, SPKI, sign)
SIGNATURE_LINE = NOTE.split("\n")[4]


def note_of(*lines):
    return "\n".join([*lines, "", SIGNATURE_LINE, ""])


def base64_of(data):
    return base64.b64encode(data).decode()


def test_a_note_is_checked_with_its_key():
    assert check_note(read_note(NOTE), SPKI, verify) == CHECKPOINT


def test_the_form_of_a_note():
    blob = base64.b64decode(SIGNATURE_LINE.split(" ")[2])
    assert NOTE.splitlines() == [ORIGIN, "1042", base64_of(ROOT), "", f"— {ORIGIN} {base64_of(blob)}"]
    assert blob[:4] == sha256(SPKI).digest()[:4] == key_id(SPKI)
    assert verify(SPKI, note_text(CHECKPOINT).encode(), blob[4:])


def test_another_key_is_not_believed():
    other = spki(ec.derive_private_key(0xB0B, ec.SECP256R1()))
    with pytest.raises(IntegrityError, match="not signed by the expected key"):
        check_note(read_note(NOTE), other, verify)


def test_a_key_of_another_name_is_not_believed():
    with pytest.raises(IntegrityError, match="not signed by the expected key"):
        check_note(read_note(NOTE.replace(f"— {ORIGIN}", "— armoury/JM-KJHGFDCB")), SPKI, verify)


def test_a_changed_size_breaks_the_signature():
    with pytest.raises(IntegrityError, match=f"signature on the checkpoint of {ORIGIN} is wrong"):
        check_note(read_note(NOTE.replace("\n1042\n", "\n1041\n")), SPKI, verify)


def test_signatures_of_strangers_are_passed_over():
    note = read_note(f"{NOTE}— registry {base64_of(b'1234' + b'signature')}\n")
    assert check_note(note, SPKI, verify) == CHECKPOINT
    assert note.signatures[1].signature == b"signature"


def test_every_signature_of_the_key_must_be_right():
    wrong = f"— {ORIGIN} {base64_of(key_id(SPKI) + b'wrong')}\n"
    with pytest.raises(IntegrityError, match="is wrong"):
        check_note(read_note(NOTE + wrong), SPKI, verify)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty line"),
        (NOTE * 100, "too long"),
        (NOTE.replace("\n", "\r\n"), "control characters"),
        (NOTE[:-1], "does not end"),
        (note_text(CHECKPOINT), "empty line"),
        (note_of(ORIGIN, "1042"), "three lines"),
        (note_of(ORIGIN, "1042", base64_of(ROOT), "extension"), "three lines"),
        (note_of("", "1042", base64_of(ROOT)), "origin"),
        (note_of("two words", "1042", base64_of(ROOT)), "origin"),
        (note_of("a+b", "1042", base64_of(ROOT)), "origin"),
        (note_of(ORIGIN, "01042", base64_of(ROOT)), "number of entries"),
        (note_of(ORIGIN, "-1", base64_of(ROOT)), "number of entries"),
        (note_of(ORIGIN, "\u0661", base64_of(ROOT)), "number of entries"),
        (note_of(ORIGIN, "1" * 17, base64_of(ROOT)), "number of entries"),
        (note_of(ORIGIN, "1042", base64_of(ROOT[1:])), "32 bytes"),
        (note_of(ORIGIN, "1042", base64_of(ROOT)[:-2] + "l="), "32 bytes"),
        (note_of(ORIGIN, "1042", "é"), "32 bytes"),
        (NOTE.replace("—", "-"), "dash"),
        (NOTE.replace("— ", "—  "), "dash"),
        (NOTE + "\n", "does not end"),
        (f"{NOTE}— name\n", "dash"),
        (f"{NOTE}— na+me AAAAAAAA\n", "dash"),
        (f"{NOTE}— name AAAA=\n", "base64"),
        (f"{NOTE}— name {base64_of(b'1234')}\n", "base64"),
    ],
)
def test_a_malformed_note_is_named(text, message):
    with pytest.raises(IntegrityError, match=f"The checkpoint is malformed: .*{message}"):
        read_note(text)


@given(st.integers(0, len(NOTE) - 1), st.characters())
def test_any_changed_character_is_found(place, character):
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    if changed == NOTE:
        return
    with pytest.raises(IntegrityError):
        check_note(read_note(changed), SPKI, verify)


@given(st.text())
def test_any_text_is_refused_with_a_sentence(text):
    with pytest.raises(IntegrityError, match="malformed"):
        read_note(text)
