"""Officers come, forget and leave; the register stays theirs."""

from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import approve, carry_out, officer_named
from armoury.services.desk import Desk, sign_in, sign_in_by_recovery
from armoury.services.officers import (
    NewOfficer,
    change_own_passphrase,
    officers,
    plan_new_officer,
    plan_removal,
    plan_reset,
    plan_roles,
    remove_officer,
    write_with_slot,
)
from armoury.services.site_keys import plan_recovery_key, plan_site_key, renew_recovery_key
from armoury.signing.errors import WrongKeyError, WrongPassphraseError
from armoury.signing.recovery import RecoveryKey
from armoury.store.checking import check_register
from armoury.store.keyslots import read_keyslots, with_slot, write_keyslots
from armoury.store.opening import Surroundings
from tests.registers import COST, PASSPHRASES, Second, desk_of

NEW = "green boats at anchor"


def add(desk: Desk, second: Second, name: str = "arm", roles: tuple[str, ...] = ("armourer",)) -> None:
    planned = plan_new_officer(desk, NewOfficer(name, NEW, roles, "Sample Armourer"))
    write_with_slot(desk, planned, [second(desk, planned.act)])


def reopen(desk: Desk, name: str, passphrase: str) -> Desk:
    desk.close()
    return sign_in(desk.register.folder.path, name, passphrase, around=desk.around, cost=COST)


def test_an_officer_who_was_added_signs_in(desk: Desk, second: Second) -> None:
    add(desk, second)
    with reopen(desk, "ARM", NEW) as theirs:
        assert theirs.officer.roles == ("armourer",)
        assert check_register(theirs.register, deep=True).whole


def test_one_officer_alone_adds_nobody(desk: Desk) -> None:
    planned = plan_new_officer(desk, NewOfficer("arm", NEW, ("armourer",), "Sample Armourer"))
    with pytest.raises(PermissionRefusedError):
        write_with_slot(desk, planned, [])
    assert [each.person.sign_in for each in officers(desk)] == ["adm", "cdr"]


def test_a_slot_without_its_entry_opens_no_desk_and_does_not_block_the_name(desk: Desk, second: Second) -> None:
    """A power cut between slot and entry."""
    planned = plan_new_officer(desk, NewOfficer("arm", NEW, ("armourer",), "Sample Armourer"))
    folder = desk.register.folder
    write_keyslots(folder, with_slot(read_keyslots(folder), planned.slot))
    path, around = folder.path, desk.around
    desk.close()
    with pytest.raises(PermissionRefusedError):
        sign_in(path, "arm", NEW, around=around, cost=COST)
    with desk_of(path, "cdr", around) as again:
        add(again, second)
        with reopen(again, "arm", NEW) as theirs:
            assert theirs.officer.sign_in == "arm"


def test_a_name_is_taken_for_ever(desk: Desk) -> None:
    with pytest.raises(RuleError, match="CDR"):
        plan_new_officer(desk, NewOfficer("CDR", NEW, ("armourer",), "Another"))


def test_duties_that_exclude_each_other_need_a_reason(desk: Desk, second: Second) -> None:
    new = NewOfficer("both", NEW, ("armourer", "commander"), "Sample Both")
    with pytest.raises(RuleError, match="exclude"):
        plan_new_officer(desk, new)
    planned = plan_new_officer(desk, new, override="only two officers on the island")
    assert planned.act.overrides
    write_with_slot(desk, planned, [second(desk, planned.act)])
    assert check_register(desk.register).whole


def test_a_removed_officer_opens_nothing_any_more(desk: Desk, second: Second) -> None:
    add(desk, second)
    old_key = desk.register.data_key
    act = plan_removal(desk, "arm", reason="left the service")
    remove_officer(desk, act, [second(desk, act)])
    assert desk.register.data_key != old_key
    assert check_register(desk.register, deep=True).whole
    with pytest.raises(Exception, match="signs in"):
        reopen(desk, "arm", NEW)
    with desk_of(desk.register.folder.path, "adm", desk.around) as other:
        assert officer_named(other, "arm").status == "left"


def test_two_who_decide_on_rights_always_remain(desk: Desk) -> None:
    with pytest.raises(RuleError, match="two officers"):
        plan_removal(desk, "adm", reason="left")
    with pytest.raises(RuleError, match="two officers"):
        plan_roles(desk, "adm", ["auditor"], reason="moved")


def test_roles_change_with_two(desk: Desk, second: Second) -> None:
    add(desk, second)
    act = plan_roles(desk, "arm", ["armourer", "marking_officer"], reason="also marks")
    carry_out(desk, act, [second(desk, act)])
    assert officer_named(desk, "arm").roles == ("armourer", "marking_officer")


def test_a_forgotten_passphrase_is_reset_by_two_others(desk: Desk, second: Second) -> None:
    add(desk, second)
    planned = plan_reset(desk, "arm", "yellow boats at anchor", reason="forgotten")
    write_with_slot(desk, planned, [second(desk, planned.act)])
    with pytest.raises(WrongPassphraseError):
        reopen(desk, "arm", NEW)
    with sign_in(desk.register.folder.path, "arm", "yellow boats at anchor", around=desk.around, cost=COST) as theirs:
        assert theirs.signer is not None


def test_nobody_takes_part_in_the_own_reset(desk: Desk, second: Second) -> None:
    planned = plan_reset(desk, "cdr", "yellow boats at anchor", reason="forgotten")
    with pytest.raises(RuleError, match="two other"):
        write_with_slot(desk, planned, [second(desk, planned.act)])


def test_nobody_enters_the_own_roles(desk: Desk, second: Second) -> None:
    act = plan_roles(desk, "cdr", ["commander", "armourer"], reason="short of people", override="small site")
    with pytest.raises(RuleError, match="two other officers"):
        carry_out(desk, act, [second(desk, act)])


def test_nobody_approves_the_own_roles(desk: Desk, second: Second) -> None:
    act = plan_roles(desk, "adm", ["administrator", "storekeeper"], reason="short of people", override="small site")
    with pytest.raises(RuleError, match="add a third one"):
        second(desk, act)


def test_two_officers_add_a_third_one_and_then_change_roles(desk: Desk, second: Second) -> None:
    add(desk, second, "dep", ("administrator",))
    act = plan_roles(desk, "adm", ["administrator", "auditor"], reason="also audits", override="a small site")
    carry_out(desk, act, [approve(desk, act, "dep", NEW)])
    assert officer_named(desk, "adm").roles == ("administrator", "auditor")


def test_the_recovery_key_gives_access_back(
    register_path: Path, recovery_key: RecoveryKey, around: Surroundings
) -> None:
    with sign_in_by_recovery(register_path, recovery_key, around=around, cost=COST) as desk:
        planned = plan_reset(desk, "cdr", "yellow boats at anchor", reason="both forgot")
        write_with_slot(desk, planned)
        renewed = plan_recovery_key(desk, reason="the old one was used")
        renew_recovery_key(desk, renewed)
        assert check_register(desk.register, deep=True).whole
    with sign_in(register_path, "cdr", "yellow boats at anchor", around=around, cost=COST) as theirs:
        assert theirs.officer.sign_in == "cdr"
    with pytest.raises(WrongKeyError):
        sign_in_by_recovery(register_path, recovery_key, around=around)


def test_the_recovery_key_does_nothing_else(
    register_path: Path, recovery_key: RecoveryKey, around: Surroundings
) -> None:
    with sign_in_by_recovery(register_path, recovery_key, around=around, cost=COST) as desk:
        planned = plan_new_officer(desk, NewOfficer("thief", NEW, ("commander",), "Sample Thief"))
        with pytest.raises(PermissionRefusedError):
            write_with_slot(desk, planned)


def test_a_passphrase_is_changed_by_its_owner(desk: Desk) -> None:
    with pytest.raises(WrongPassphraseError):
        change_own_passphrase(desk, "not the old one at all", NEW)
    change_own_passphrase(desk, PASSPHRASES["cdr"], NEW)
    with reopen(desk, "cdr", NEW) as again:
        assert check_register(again.register).whole


def test_a_new_site_key_is_certified_by_the_old_one(desk: Desk, second: Second) -> None:
    act = plan_site_key(desk, reason="an administrator left")
    carry_out(desk, act, [second(desk, act)])
    assert check_register(desk.register, deep=True).whole
    add(desk, second)
    act = plan_removal(desk, "arm", reason="test of the new certificate")
    remove_officer(desk, act, [approve(desk, act, "adm", PASSPHRASES["adm"])])
    assert check_register(desk.register, deep=True).whole
