"""Key slots and history: both or neither, whatever happens between the two files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, RuleError, StorageError
from armoury.services.acts import authorise, officer_named
from armoury.services.desk import Desk, sign_in
from armoury.services.officers import NewOfficer, SlotPlan, officers, plan_new_officer, plan_reset, write_with_slot
from armoury.store.checking import check_register
from armoury.store.keyslots import read_keyslots, with_slot, write_keyslots
from armoury.store.pending import change_with_slots, open_act, record_pending, seal_act
from armoury.store.steps import step
from tests.registers import COST, PASSPHRASES, desk_of, second_approval

THEIRS = "green boats at anchor"


def planned(desk: Desk) -> SlotPlan:
    return plan_new_officer(desk, NewOfficer("arm", THEIRS, ("armourer",), "Sample Armourer"))


def cut_behind_the_slots(desk: Desk, planned: SlotPlan) -> None:
    """The power goes when the key slots are written and the history is not."""
    authority = authorise(desk, planned.act, [second_approval(desk, planned.act)])
    folder = desk.register.folder
    sealed = seal_act(planned.act, authority, key=desk.register.data_key, register=desk.register.id)
    write_keyslots(folder, replace(with_slot(read_keyslots(folder), planned.slot), pending=sealed))
    desk.close()


@pytest.mark.parametrize("who", ["cdr", "arm"])
def test_an_officer_whose_entry_is_missing_is_recorded_on_opening(who: str, desk: Desk):
    cut_behind_the_slots(desk, planned(desk))
    passphrase = {**PASSPHRASES, "arm": THEIRS}[who]
    with sign_in(desk.register.folder.path, who, passphrase, around=desk.around, cost=COST) as again:
        assert officer_named(again, "arm").name == "Sample Armourer"
        assert check_register(again.register, deep=True).whole
        assert read_keyslots(again.register.folder).pending is None


def test_a_reset_that_was_cut_short_is_recorded_on_opening(desk: Desk):
    write_with_slot(desk, new := planned(desk), [second_approval(desk, new.act)])
    cut_behind_the_slots(desk, plan_reset(desk, "arm", "yellow boats at anchor", reason="forgotten"))
    path = desk.register.folder.path
    with sign_in(path, "arm", "yellow boats at anchor", around=desk.around, cost=COST) as theirs:
        assert theirs.signer is not None
        assert check_register(theirs.register, deep=True).whole


def test_what_is_recorded_already_is_not_recorded_again(desk: Desk):
    new = planned(desk)
    approval = second_approval(desk, new.act)
    changes = write_with_slot(desk, new, [approval])
    folder = desk.register.folder
    authority = authorise(desk, new.act, [approval])
    sealed = seal_act(new.act, authority, key=desk.register.data_key, register=desk.register.id)
    write_keyslots(folder, replace(read_keyslots(folder), pending=sealed))
    assert record_pending(desk.register) is None
    with desk.read() as connection:
        assert connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one() == changes.last


def test_an_act_that_is_refused_leaves_the_key_slots_as_they_were(desk: Desk):
    before = desk.register.folder.keyslots.read_bytes()
    new = planned(desk)
    stale = replace(officer_named(desk, "adm"), entry=99)
    act = replace(new.act, steps=[step("officer.removed", stale, replace(stale, roles=("auditor",)))])
    authority = authorise(desk, act, [second_approval(desk, act)])
    with pytest.raises(RuleError, match="meanwhile"):
        change_with_slots(desk.register, act, authority, lambda slots: with_slot(slots, new.slot))
    assert desk.register.folder.keyslots.read_bytes() == before


def test_key_slots_that_cannot_be_written_leave_no_entry(desk: Desk):
    new = planned(desk)
    (desk.register.folder.path / "keyslots.json.new").mkdir()
    with pytest.raises(StorageError):
        write_with_slot(desk, new, [second_approval(desk, new.act)])
    assert [each.person.sign_in for each in officers(desk)] == ["adm", "cdr"]


def test_an_act_of_another_register_is_refused(desk: Desk):
    new = planned(desk)
    authority = authorise(desk, new.act, [second_approval(desk, new.act)])
    sealed = seal_act(new.act, authority, key=desk.register.data_key, register="another")
    with pytest.raises(IntegrityError, match="does not belong"):
        open_act(desk.register, sealed)


def test_what_cannot_be_recorded_any_more_stops_nobody(desk: Desk):
    new, other = planned(desk), planned(desk)
    write_with_slot(desk, other, [second_approval(desk, other.act)])
    cut_behind_the_slots(desk, new)
    with desk_of(desk.register.folder.path, "cdr", desk.around) as again:
        assert any("cannot be recorded" in each for each in again.register.warnings)


def test_a_backup_taken_between_the_two_files_opens_and_finishes(desk: Desk, tmp_path: Path):
    path = desk.register.folder.path
    cut_behind_the_slots(desk, planned(desk))
    shutil.copytree(path, tmp_path / "copy.armoury")
    with desk_of(tmp_path / "copy.armoury", "adm", desk.around) as copy:
        assert officer_named(copy, "arm").sign_in == "arm"
