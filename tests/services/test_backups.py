"""Backups and what is put in place from them."""

import shutil
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, PermissionRefusedError, StorageError
from armoury.services.backups import Credentials, Declared, Restored, back_up, backups_in, restore_backup
from armoury.services.desk import Desk
from armoury.services.proof import check, check_against, checkpoint
from armoury.services.site import note
from armoury.signing.errors import WrongPassphraseError
from armoury.store.backup import read_backup
from armoury.store.opening import Surroundings
from tests.registers import COST, PASSPHRASES, SetClock, desk_of

CDR, ADM = Credentials("cdr", PASSPHRASES["cdr"]), Credentials("adm", PASSPHRASES["adm"])


def write(desk: Desk, text: str) -> None:
    note(desk, "visit", text)


def put_back(backup: Path, target: Path, around: Surroundings, *, second: Credentials = ADM) -> Restored:
    return restore_backup(backup, target, Declared(CDR, second, "disk failed"), around=around, cost=COST)


def test_a_backup_holds_everything_up_to_now(desk: Desk, tmp_path: Path) -> None:
    write(desk, "before")
    made = back_up(desk, tmp_path / "stick")
    assert made.entries == check(desk).entries
    assert backups_in(tmp_path / "stick") == (made,)


def test_a_restored_register_declares_where_it_comes_from(desk: Desk, tmp_path: Path, clock: SetClock) -> None:
    made = back_up(desk, tmp_path / "stick")
    write(desk, "after the backup")
    clock.forward(1000)
    path, around = desk.register.folder.path, desk.around
    desk.close()
    restored = put_back(made.path, path, around)
    assert restored.kept is not None
    with desk_of(path, "adm", around) as again:
        assert again.register.warnings == []
        assert check(again, deep=True).whole
        assert check_against(again, made.checkpoint).continues
        with again.read() as connection:
            known = connection.exec_driver_sql("SELECT last_known FROM register").scalar_one()
    assert known.split()[1] == str(made.entries + 1)


def test_an_older_copy_put_in_place_by_hand_is_told(desk: Desk, tmp_path: Path) -> None:
    path, around = desk.register.folder.path, desk.around
    made = back_up(desk, tmp_path / "stick")
    write(desk, "after the backup")
    note_of_today = checkpoint(desk)
    desk.close()
    for name in ("register.db", "evidence.db", "keyslots.json"):
        shutil.copyfile(made.path / name, path / name)
    for round_ in range(2):
        with desk_of(path, "cdr", around) as again:
            assert any("cut off" in each for each in again.register.warnings), round_
            assert not check_against(again, note_of_today).continues


def test_a_register_is_restored_where_none_lies(desk: Desk, tmp_path: Path) -> None:
    made = back_up(desk, tmp_path / "stick")
    fresh = Surroundings(desk.around.clock, tmp_path / "other computer")
    restored = put_back(made.path, tmp_path / "elsewhere.armoury", fresh)
    assert restored.kept is None
    with desk_of(tmp_path / "elsewhere.armoury", "cdr", fresh) as again:
        assert check(again, deep=True).whole


def test_one_officer_alone_restores_nothing(desk: Desk, tmp_path: Path) -> None:
    made = back_up(desk, tmp_path / "stick")
    target = tmp_path / "elsewhere.armoury"
    with pytest.raises(PermissionRefusedError):
        put_back(made.path, target, desk.around, second=CDR)
    assert [each.name for each in tmp_path.glob("elsewhere*")] == []


def test_a_wrong_passphrase_leaves_nothing_behind(desk: Desk, tmp_path: Path) -> None:
    made = back_up(desk, tmp_path / "stick")
    with pytest.raises(WrongPassphraseError):
        put_back(made.path, tmp_path / "e.armoury", desk.around, second=Credentials("adm", "not the right one"))
    assert not list(tmp_path.glob("e.armoury*"))


def test_a_register_in_use_is_not_replaced(desk: Desk, tmp_path: Path) -> None:
    made = back_up(desk, tmp_path / "stick")
    with pytest.raises(StorageError, match="in use"):
        put_back(made.path, desk.register.folder.path, desk.around)


@pytest.mark.parametrize("name", ["register.db", "evidence.db", "keyslots.json"])
def test_a_changed_backup_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    made = back_up(desk, tmp_path / "stick")
    data = bytearray((made.path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (made.path / name).write_bytes(data)
    with pytest.raises(IntegrityError, match=name):
        read_backup(made.path)


def test_a_folder_that_is_no_backup_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"backup\.json"):
        read_backup(tmp_path)


def test_a_stranger_s_checkpoint_is_refused(desk: Desk) -> None:
    text = checkpoint(desk)
    forged = text.replace("armoury/", "armoury/X", 1)
    with pytest.raises(IntegrityError):
        check_against(desk, forged)
