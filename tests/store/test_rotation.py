"""A new data key: whatever step it is cut short at, the next opening finishes it, and who left opens nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import ArmouryError, PermissionRefusedError, StorageError
from armoury.services.acts import authorise, officer_named
from armoury.services.desk import Desk, sign_in, sign_in_by_recovery
from armoury.services.officers import NewOfficer, plan_new_officer, plan_removal, write_with_slot
from armoury.services.site import note
from armoury.signing.recovery import RecoveryKey
from armoury.store import rotation
from armoury.store.checking import check_register
from armoury.store.keyslots import promoted, read_keyslots, with_next_key, write_keyslots
from armoury.store.opening import Surroundings
from armoury.store.pending import seal_act
from armoury.store.rotation import rotate
from armoury.store.steps import Act, Authority
from tests.registers import COST, Second, desk_of, second_approval

NEXT = bytes(range(32))
THEIRS = "green boats at anchor"


@pytest.fixture
def staffed(desk: Desk, second: Second) -> Desk:
    """A desk with a third officer, who will be removed."""
    planned = plan_new_officer(desk, NewOfficer("arm", THEIRS, ("armourer",), "Sample Armourer"))
    write_with_slot(desk, planned, [second(desk, planned.act)])
    return desk


def removal(desk: Desk) -> tuple[Act, Authority, str]:
    act = plan_removal(desk, "arm", reason="left the service")
    (only,) = act.steps
    return act, authorise(desk, act, [second_approval(desk, act)]), only.after.id


def slots_written(desk: Desk) -> None:
    """Step one."""
    act, authority, leaving = removal(desk)
    sealed = seal_act(act, authority, key=NEXT, register=desk.register.id)
    write_keyslots(
        desk.register.folder,
        with_next_key(read_keyslots(desk.register.folder), NEXT, leaving=leaving, pending=sealed),
    )


def encrypted_anew(desk: Desk) -> None:
    """Steps one and two."""
    slots_written(desk)
    rotation._rekey(desk.register, NEXT)


def slots_promoted(desk: Desk) -> None:
    """Steps one to three."""
    encrypted_anew(desk)
    write_keyslots(desk.register.folder, promoted(read_keyslots(desk.register.folder)))


def entry_written(desk: Desk) -> None:
    """All four, but the key slots still carry the act."""
    act, authority, leaving = removal(desk)
    rotate(desk.register, act, authority, leaving=leaving)
    sealed = seal_act(act, authority, key=desk.register.data_key, register=desk.register.id)
    folder = desk.register.folder
    write_keyslots(folder, replace(read_keyslots(folder), pending=sealed))


CUTS: list[Callable[[Desk], None]] = [slots_written, encrypted_anew, slots_promoted, entry_written]


@pytest.mark.parametrize("cut", CUTS)
def test_what_was_cut_short_is_finished_by_any_officer_who_stays(cut, staffed: Desk):
    cut(staffed)
    path = staffed.register.folder.path
    staffed.close()
    with desk_of(path, "adm", staffed.around) as again:
        slots = read_keyslots(again.register.folder)
        assert officer_named(again, "arm").status == "left"
        assert {each.sign_in for each in slots.slots} == {"adm", "cdr"}
        assert slots.pending is None
        assert slots.recovery_next is None
        assert check_register(again.register, deep=True).whole


@pytest.mark.parametrize("cut", CUTS)
def test_it_is_finished_by_the_recovery_key(cut, staffed: Desk, recovery_key: RecoveryKey):
    cut(staffed)
    staffed.close()
    path = staffed.register.folder.path
    with sign_in_by_recovery(path, recovery_key, around=staffed.around, cost=COST) as again:
        assert check_register(again.register, deep=True).whole
        assert read_keyslots(again.register.folder).pending is None


@pytest.mark.parametrize("cut", CUTS)
def test_who_was_removed_opens_nothing_however_far_it_came(cut, staffed: Desk):
    cut(staffed)
    path = staffed.register.folder.path
    staffed.close()
    before = (path / "keyslots.json").read_bytes()
    with pytest.raises(ArmouryError):
        sign_in(path, "arm", THEIRS, around=staffed.around, cost=COST)
    assert (path / "keyslots.json").read_bytes() == before
    desk_of(path, "cdr", staffed.around).close()


def test_who_is_being_removed_is_told_so(staffed: Desk):
    slots_written(staffed)
    staffed.close()
    with pytest.raises(PermissionRefusedError, match="being ended"):
        sign_in(staffed.register.folder.path, "arm", THEIRS, around=staffed.around, cost=COST)


def test_key_slots_of_before_open_nothing_afterwards(staffed: Desk):
    """An officer who left and kept a copy of the key slots puts it back."""
    path = staffed.register.folder.path
    old = (path / "keyslots.json").read_bytes()
    act, authority, leaving = removal(staffed)
    rotate(staffed.register, act, authority, leaving=leaving)
    staffed.close()
    (path / "keyslots.json").write_bytes(old)
    with pytest.raises(ArmouryError, match="does not belong"):
        sign_in(path, "arm", THEIRS, around=staffed.around, cost=COST)


def test_the_desk_goes_on_working(staffed: Desk):
    act, authority, leaving = removal(staffed)
    changes = rotate(staffed.register, act, authority, leaving=leaving)
    assert note(staffed, "visit", "under the new key").first == changes.last + 1
    path = staffed.register.folder.path
    staffed.close()
    with desk_of(path, "cdr", staffed.around) as again:
        assert check_register(again.register, deep=True).whole


def test_the_act_is_not_readable_in_the_key_slots(staffed: Desk):
    slots_written(staffed)
    text = staffed.register.folder.keyslots.read_text()
    assert "left the service" not in text
    assert "officer.removed" not in text


def test_no_other_change_of_keys_begins_before_it_is_finished(staffed: Desk):
    slots_written(staffed)
    planned = plan_new_officer(staffed, NewOfficer("new", THEIRS, ("armourer",), "Sample New"))
    with pytest.raises(StorageError, match="under way"):
        write_with_slot(staffed, planned, [second_approval(staffed, planned.act)])


def test_a_disk_that_fails_leaves_the_old_key_in_force(
    staffed: Desk, monkeypatch: pytest.MonkeyPatch, around: Surroundings
):
    act, authority, leaving = removal(staffed)
    path: Path = staffed.register.folder.path

    def failing(_register: object, _key: bytes) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(rotation, "_rekey", failing)
    with pytest.raises(StorageError, match="Nothing was changed"):
        rotate(staffed.register, act, authority, leaving=leaving)
    monkeypatch.undo()
    note(staffed, "visit", "still under the old key")
    staffed.close()
    with sign_in(path, "arm", THEIRS, around=around, cost=COST) as theirs:
        assert check_register(theirs.register, deep=True).whole
