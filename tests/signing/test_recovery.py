"""The recovery key: made, printed, joined, opening its slot."""

import hashlib

import pytest

from armoury.signing.errors import CertificateError, DamagedSlotError, RecoveryTextError, WrongKeyError
from armoury.signing.half_sheets import parse_half
from armoury.signing.keys import public_to_der
from armoury.signing.recovery import (
    RecoveryKey,
    combine,
    make_recovery_slot,
    new_recovery,
    open_recovery_slot,
    reseal_recovery_slot,
    unlocking_key,
)

KEY = RecoveryKey(b"\x12\x34", bytes(range(32)))
DATA_KEY = bytes(range(100, 132))


@pytest.fixture
def slot():
    return make_recovery_slot(KEY, DATA_KEY, register="register-1")


def test_two_half_sheets_give_the_key_back():
    key = new_recovery()
    first, second = key.halves()
    assert combine(parse_half(first, 1), parse_half(second, 2)) == key


def test_half_sheets_of_two_keys_are_told_apart():
    first, _second = KEY.halves()
    _first, second = RecoveryKey(b"\x12\x35", KEY.secret).halves()
    with pytest.raises(RecoveryTextError, match="different recovery keys"):
        combine(parse_half(first, 1), parse_half(second, 2))


def test_no_two_keys_are_alike():
    assert new_recovery().secret != new_recovery().secret


def test_each_half_holds_half_of_the_secret():
    first, second = (parse_half(text, number) for number, text in enumerate(KEY.halves(), start=1))
    assert (first[2:], second[2:]) == (KEY.secret[:16], KEY.secret[16:])


def test_the_key_is_not_shown():
    assert repr(KEY) == "RecoveryKey(mark=b'\\x124')"


def test_the_recovery_key_opens_its_slot(slot):
    assert open_recovery_slot(slot, KEY, register="register-1") == DATA_KEY


def test_a_slot_is_resealed_without_the_key(slot):
    resealed = reseal_recovery_slot(slot, DATA_KEY[::-1], register="register-1")
    assert open_recovery_slot(resealed, KEY, register="register-1") == DATA_KEY[::-1]


def test_resealing_keeps_mark_and_public_key(slot):
    resealed = reseal_recovery_slot(slot, DATA_KEY, register="register-1")
    assert {**resealed, "sealed": ""} == {**slot, "sealed": ""}


def test_another_recovery_key_is_told(slot):
    with pytest.raises(WrongKeyError, match="older one"):
        open_recovery_slot(slot, new_recovery(), register="register-1")


def test_the_same_key_has_another_slot_in_another_register(slot):
    with pytest.raises(WrongKeyError, match="another register"):
        open_recovery_slot(slot, KEY, register="register-2")


@pytest.mark.parametrize("name", ["public", "sealed"])
def test_a_damaged_slot_is_told(slot, name):
    with pytest.raises((DamagedSlotError, WrongKeyError)):
        open_recovery_slot({**slot, name: "*"}, KEY, register="register-1")


def test_a_slot_with_a_foreign_public_key_is_not_resealed(slot):
    with pytest.raises(CertificateError):
        reseal_recovery_slot({**slot, "public": "AAAA"}, DATA_KEY, register="register-1")


def test_the_derived_key_never_changes():
    public = public_to_der(unlocking_key(KEY, register="register-1").public_key())
    assert hashlib.sha256(public).hexdigest() == "4accdbcd8dc9766e85798ef5eae4229ea8f44989fcba704197d097ff6f4dd490"
