"""Putting a built register in its place: the former one or the restored one is there, whatever is cut short."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, RuleError, StorageError
from armoury.history.checkpoints import Checkpoint
from armoury.services.backups import Credentials, Declared, backups_of, restore_backup
from armoury.services.desk import Desk
from armoury.services.site import note
from armoury.store import restore as steps
from armoury.store.backup import Backup, make_backup
from armoury.store.checking import check_register
from armoury.store.files import RegisterFolder
from armoury.store.last_seen import replace_last_seen
from armoury.store.restore import READY, finish_restore, stage, staging_of
from tests.registers import COST, PASSPHRASES, desk_of

OFFICERS = [Credentials(name, PASSPHRASES[name]) for name in ("cdr", "adm")]
DECLARED = Declared(OFFICERS[0], OFFICERS[1], "disk failed")


@pytest.fixture
def made(desk: Desk) -> Backup:
    """A backup in the register's own folder, and an entry after it; the register is closed."""
    backup = make_backup(desk.register)
    note(desk, "visit", "after the backup")
    desk.close()
    return backup


def folder_of(desk: Desk) -> RegisterFolder:
    return desk.register.folder


def test_a_copy_that_is_not_ready_is_never_put_in_place(made: Backup, desk: Desk):
    folder = folder_of(desk)
    stage(made, folder)
    folder.path.rename(folder.path.with_name("away"))
    finish_restore(folder)
    assert not folder.path.exists()


def test_what_is_copied_is_its_owner_s_alone(made: Backup, desk: Desk):
    staging = stage(made, folder_of(desk))
    assert staging.path.stat().st_mode & 0o077 == 0
    assert all(each.stat().st_mode & 0o077 == 0 for each in staging.path.iterdir())


def test_a_swap_cut_before_the_first_rename_leaves_the_former_register(made: Backup, desk: Desk):
    folder = folder_of(desk)
    stage(made, folder)
    (staging_of(folder).path / READY).touch()
    with desk_of(folder.path, "cdr", desk.around) as again:
        assert again.register.warnings == []


def test_a_swap_cut_between_its_renames_is_finished_on_opening(
    made: Backup, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    folder = folder_of(desk)

    def cut(_folder: RegisterFolder) -> None:
        raise OSError(5, "The power went")

    with monkeypatch.context() as patch:
        patch.setattr(steps, "finish_restore", cut)
        with pytest.raises(StorageError):
            restore_backup(made.path, folder.path, DECLARED, around=desk.around, cost=COST)
    assert not folder.path.exists()
    with desk_of(folder.path, "cdr", desk.around) as again:
        assert check_register(again.register, deep=True).whole
        assert again.register.warnings == []
    assert not (folder.path / READY).exists()


def test_what_an_earlier_attempt_left_is_no_hindrance(made: Backup, desk: Desk):
    folder = folder_of(desk)
    staging_of(folder).path.mkdir()
    (staging_of(folder).path / "register.db").write_bytes(b"half")
    restore_backup(made.path, folder.path, DECLARED, around=desk.around, cost=COST)
    with desk_of(folder.path, "adm", desk.around) as again:
        assert check_register(again.register, deep=True).whole


def test_the_backups_of_the_former_register_are_found_still(made: Backup, desk: Desk):
    folder = folder_of(desk)
    restored = restore_backup(made.path, folder.path, DECLARED, around=desk.around, cost=COST)
    assert restored.kept is not None
    (found,) = backups_of(folder.path)
    assert found.path.is_relative_to(restored.kept)
    assert found.checkpoint == made.checkpoint


def test_a_second_restore_keeps_the_first_one_too(made: Backup, desk: Desk):
    folder = folder_of(desk)
    kept = []
    for _turn in range(2):
        (backup,) = backups_of(folder.path)
        kept.append(restore_backup(backup.path, folder.path, DECLARED, around=desk.around, cost=COST).kept)
    assert len({each for each in kept if each and each.is_dir()}) == 2


def test_a_computer_whose_last_seen_was_declared_says_nothing(made: Backup, desk: Desk):
    """The power went after the swap and before the new state was remembered."""
    folder, memory = folder_of(desk), desk.around.memory
    (remembered,) = memory.iterdir()
    before = remembered.read_bytes()
    restore_backup(made.path, folder.path, DECLARED, around=desk.around, cost=COST)
    remembered.write_bytes(before)
    with desk_of(folder.path, "cdr", desk.around) as again:
        assert again.register.warnings == []


def test_a_computer_that_saw_more_than_was_declared_is_told(made: Backup, desk: Desk, tmp_path: Path):
    folder = folder_of(desk)
    (remembered,) = desk.around.memory.iterdir()
    before = remembered.read_bytes()
    elsewhere = type(desk.around)(desk.around.clock, tmp_path / "other computer")
    restore_backup(made.path, folder.path, DECLARED, around=elsewhere, cost=COST)
    remembered.write_bytes(before)
    with desk_of(folder.path, "cdr", desk.around) as again:
        assert len(again.register.warnings) == 1


def test_another_register_is_not_pushed_aside(made: Backup, desk: Desk, tmp_path: Path):
    other = tmp_path / "other.armoury"
    other.mkdir()
    text = (folder_of(desk).path / "keyslots.json").read_text().replace(made.register, made.register[:-1] + "f", 1)
    (other / "keyslots.json").write_text(text)
    with pytest.raises(RuleError, match="another register"):
        restore_backup(made.path, other, DECLARED, around=desk.around, cost=COST)


def test_a_manifest_with_a_checkpoint_of_later_records_is_refused(made: Backup, desk: Desk):
    with desk_of(folder_of(desk).path, "cdr", desk.around) as again:
        later = make_backup(again.register)
    manifest = made.path / "backup.json"
    (later.path / "register.db").write_bytes((made.path / "register.db").read_bytes())
    text = (later.path / "backup.json").read_text()
    old, new = _digest(text, "register.db"), _digest(manifest.read_text(), "register.db")
    (later.path / "backup.json").write_text(text.replace(old, new))
    with pytest.raises(IntegrityError, match="cut off"):
        restore_backup(later.path, folder_of(desk).path, DECLARED, around=desk.around, cost=COST)


def _digest(manifest: str, name: str) -> str:
    return manifest.split(f'"{name}": "')[1][:64]


def test_a_declared_restore_needs_a_reason(made: Backup, desk: Desk):
    with pytest.raises(RuleError, match="why"):
        restore_backup(made.path, folder_of(desk).path, replace(DECLARED, reason="  "), around=desk.around, cost=COST)


def test_both_officers_stand_in_the_entry(made: Backup, desk: Desk):
    restore_backup(made.path, folder_of(desk).path, DECLARED, around=desk.around, cost=COST)
    with desk_of(folder_of(desk).path, "cdr", desk.around) as again, again.read() as connection:
        query = "SELECT body FROM entry WHERE kind = 'register.restored'"
        entry = json.loads(connection.exec_driver_sql(query).scalar_one())
    assert len({each["statement"]["officer"] for each in entry["approvals"]}) == 2


def test_the_last_seen_of_another_register_is_not_touched(made: Backup, desk: Desk):
    replace_last_seen(desk.around.memory, "other", Checkpoint("o", 3, bytes(32)), at="t")
    before = (desk.around.memory / "other.json").read_bytes()
    restore_backup(made.path, folder_of(desk).path, DECLARED, around=desk.around, cost=COST)
    assert (desk.around.memory / "other.json").read_bytes() == before
