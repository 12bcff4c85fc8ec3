"""The key slots: who opens what, and that nothing in the file opens anything by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError, StorageError
from armoury.signing.errors import WeakPassphraseError, WrongKeyError, WrongPassphraseError
from armoury.signing.keys import new_private_key, private_to_der
from armoury.signing.recovery import make_recovery_slot, new_recovery
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import (
    Keyslots,
    Slot,
    SlotKeys,
    change_passphrase,
    find_slot,
    make_slot,
    promoted,
    read_keyslots,
    unlock,
    unlock_by_recovery,
    with_next_key,
    with_recovery,
    with_slot,
    write_keyslots,
)
from tests.registers import COST

REGISTER = "019a0000-0000-7000-8000-000000000001"
KEY, NEXT = bytes(range(32)), bytes(32)
OPENS = "green boats at anchor"
RECOVERY = new_recovery()


def slot(person: str, name: str, passphrase: str = OPENS) -> Slot:
    keys = SlotKeys(new_private_key(), new_private_key(), KEY)
    return make_slot(REGISTER, person, sign_in=name, passphrase=passphrase, keys=keys, cost=COST)


@pytest.fixture(scope="module")
def slots() -> Keyslots:
    recovery = make_recovery_slot(RECOVERY, KEY, register=REGISTER)
    return Keyslots(REGISTER, (slot("p1", "Éva"), slot("p2", "adm", "quiet lamp over water")), recovery)


def test_the_file_gives_back_what_was_written(slots: Keyslots, tmp_path: Path):
    write_keyslots(RegisterFolder(tmp_path), slots)
    assert read_keyslots(RegisterFolder(tmp_path)) == slots


def test_the_file_is_its_owner_s_alone(slots: Keyslots, tmp_path: Path):
    write_keyslots(RegisterFolder(tmp_path), slots)
    assert (tmp_path / "keyslots.json").stat().st_mode & 0o077 == 0


def test_neither_data_key_nor_signing_key_lies_in_the_file(tmp_path: Path):
    signing = new_private_key()
    mine = make_slot(
        REGISTER, "p1", sign_in="a", passphrase=OPENS, keys=SlotKeys(new_private_key(), signing, KEY), cost=COST
    )
    recovery = make_recovery_slot(RECOVERY, KEY, register=REGISTER)
    write_keyslots(RegisterFolder(tmp_path), Keyslots(REGISTER, (mine,), recovery))
    text = (tmp_path / "keyslots.json").read_bytes()
    assert unlock(read_keyslots(RegisterFolder(tmp_path)), "a", OPENS).signing_key is not None
    assert not any(secret in text for secret in (KEY, KEY.hex().encode(), private_to_der(signing)))


@pytest.mark.parametrize("typed", ["Éva", "éva", " ÉVA ", "E\u0301va"])
def test_a_name_is_found_however_it_is_typed(typed: str, slots: Keyslots):
    assert find_slot(slots, typed).person == "p1"


def test_a_slot_takes_the_place_of_one_with_the_same_name(slots: Keyslots):
    grown = with_slot(slots, slot("p3", "e\u0301va"))
    assert [each.person for each in grown.slots] == ["p2", "p3"]


def test_the_passphrase_of_another_opens_nothing(slots: Keyslots):
    with pytest.raises(WrongPassphraseError):
        unlock(slots, "adm", OPENS)


def test_a_slot_moved_to_another_person_opens_nothing(slots: Keyslots):
    moved = replace(slots.slots[0], person="p2", sign_in="adm")
    with pytest.raises(WrongPassphraseError):
        unlock(with_slot(slots, moved), "adm", OPENS)


def test_a_slot_moved_to_another_register_opens_nothing(slots: Keyslots):
    with pytest.raises(WrongPassphraseError):
        unlock(replace(slots, register=REGISTER[:-1] + "2"), "éva", OPENS)


def test_a_new_passphrase_changes_nothing_but_the_wrapping(slots: Keyslots):
    changed = change_passphrase(slots, "éva", old=OPENS, new="yellow boats at anchor", cost=COST)
    before, after = find_slot(slots, "éva"), find_slot(changed, "éva")
    assert replace(after, wrapped=before.wrapped) == before
    assert unlock(changed, "éva", "yellow boats at anchor").data_keys == (KEY,)
    with pytest.raises(WrongPassphraseError):
        unlock(changed, "éva", OPENS)


def test_a_weak_new_passphrase_is_refused(slots: Keyslots):
    with pytest.raises(WeakPassphraseError):
        change_passphrase(slots, "éva", old=OPENS, new="short", cost=COST)


def test_during_a_rotation_who_stays_opens_both_keys(slots: Keyslots):
    coming = with_next_key(slots, NEXT, leaving="p2", pending="AAAA")
    assert unlock(coming, "éva", OPENS).data_keys == (KEY, NEXT)
    assert unlock_by_recovery(coming, RECOVERY) == (KEY, NEXT)


def test_during_a_rotation_who_leaves_opens_nothing(slots: Keyslots):
    with pytest.raises(PermissionRefusedError):
        unlock(with_next_key(slots, NEXT, leaving="p2", pending="AAAA"), "adm", "quiet lamp over water")


def test_after_a_rotation_the_old_key_is_gone_from_every_slot(slots: Keyslots):
    done = promoted(with_next_key(slots, NEXT, leaving="p2", pending="AAAA"))
    assert unlock(done, "éva", OPENS).data_keys == (NEXT,)
    assert unlock_by_recovery(done, RECOVERY) == (NEXT,)
    with pytest.raises(StorageError, match="Nobody signs in"):
        unlock(done, "adm", "quiet lamp over water")


def test_an_older_recovery_key_opens_nothing(slots: Keyslots):
    with pytest.raises(WrongKeyError):
        unlock_by_recovery(with_recovery(slots, new_recovery(), KEY), RECOVERY)


def test_the_number_of_a_register_is_no_path(slots: Keyslots, tmp_path: Path):
    write_keyslots(RegisterFolder(tmp_path), replace(slots, register="../../elsewhere"))
    with pytest.raises(StorageError, match="damaged"):
        read_keyslots(RegisterFolder(tmp_path))


def test_no_key_is_ever_shown(slots: Keyslots):
    shown = repr(unlock(slots, "éva", OPENS))
    assert not any(each in shown for each in (KEY.hex(), str(KEY), "PrivateKey"))
