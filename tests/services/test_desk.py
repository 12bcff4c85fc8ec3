"""The desk is taken by whom the history knows, with the key that the site certified."""

from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import approve, carry_out, officer_named
from armoury.services.desk import Desk, look_in, sign_in
from armoury.services.officers import NewOfficer, plan_new_officer, plan_removal, remove_officer, write_with_slot
from armoury.services.proof import check
from armoury.signing.keys import new_private_key
from armoury.store.keyslots import SlotKeys, make_slot, read_keyslots, with_slot, write_keyslots
from armoury.store.opening import Surroundings
from armoury.store.steps import Act, step
from tests.registers import COST, PASSPHRASES, desk_of, second_approval

OWN = "yellow boats at anchor"


def exchange_slot(desk: Desk, name: str) -> Path:
    """Put another slot in an officer's place, as one who holds the data key can."""
    person, folder = officer_named(desk, name), desk.register.folder
    keys = SlotKeys(new_private_key(), new_private_key(), desk.register.data_key)
    slot = make_slot(desk.register.id, person.id, sign_in=name, passphrase=OWN, keys=keys, cost=COST)
    write_keyslots(folder, with_slot(read_keyslots(folder), slot))
    desk.close()
    return folder.path


def test_a_slot_that_somebody_else_made_takes_no_desk(desk: Desk):
    path = exchange_slot(desk, "adm")
    for way in (sign_in, look_in):
        with pytest.raises(PermissionRefusedError, match="certified"):
            way(path, "adm", OWN, around=desk.around)


def test_a_slot_without_a_signing_key_takes_no_desk(desk: Desk):
    folder, person = desk.register.folder, officer_named(desk, "adm")
    keys = SlotKeys(new_private_key(), None, desk.register.data_key)
    slot = make_slot(desk.register.id, person.id, sign_in="adm", passphrase=OWN, keys=keys, cost=COST)
    write_keyslots(folder, with_slot(read_keyslots(folder), slot))
    desk.close()
    with pytest.raises(PermissionRefusedError, match="certified"):
        sign_in(folder.path, "adm", OWN, around=desk.around)


def test_it_is_free_again_after_a_refusal(desk: Desk):
    path = exchange_slot(desk, "adm")
    with pytest.raises(PermissionRefusedError):
        sign_in(path, "adm", OWN, around=desk.around)
    desk_of(path, "cdr", desk.around).close()


def test_no_key_is_shown(desk: Desk):
    assert desk.register.data_key.hex() not in repr(desk)
    assert "PrivateKey" not in repr(desk)


def test_who_looks_in_changes_nothing(register_path: Path, around: Surroundings):
    with look_in(register_path, "CDR", PASSPHRASES["cdr"], around=around) as desk:
        person = officer_named(desk, "adm")
        act = Act("a", "person.changed", [step("person.changed", person, replace(person, unit="A"))])
        with pytest.raises(RuleError, match="checking only"):
            carry_out(desk, act, [approve(desk, act, "adm", PASSPHRASES["adm"])])


def test_a_name_with_an_accent_is_one_name(desk: Desk):
    planned = plan_new_officer(desk, NewOfficer("Éva", OWN, ("armourer",), "Sample Éva"))
    write_with_slot(desk, planned, [second_approval(desk, planned.act)])
    with pytest.raises(RuleError, match="once signed in"):
        plan_new_officer(desk, NewOfficer("éVA", OWN, ("auditor",), "Another"))
    assert officer_named(desk, "e\u0301va").name == "Sample Éva"


def test_the_signatures_of_who_left_stay_valid(staffed_path: Path, around: Surroundings):
    with desk_of(staffed_path, "cdr", around) as desk:
        planned = plan_new_officer(desk, NewOfficer("third", OWN, ("commander",), "Sample Third"))
        write_with_slot(desk, planned, [second_approval(desk, planned.act)])
        act = plan_removal(desk, "arm", reason="left")
        remove_officer(desk, act, [approve(desk, act, "third", OWN)])
        act = plan_removal(desk, "third", reason="left too")
        remove_officer(desk, act, [second_approval(desk, act)])
        assert check(desk, deep=True).whole


def test_nobody_ends_the_own_account(staffed_path: Path, around: Surroundings):
    with desk_of(staffed_path, "cdr", around) as desk, pytest.raises(RuleError, match="own account"):
        plan_removal(desk, "cdr", reason="enough")
