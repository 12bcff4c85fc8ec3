"""The lock of a register, and the file systems it does not trust; two processes: tests/fault/test_two_processes.py."""

import errno
import json
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.store.files import RegisterFolder, cannot_write
from armoury.store.lock import filesystem_of, take_lock


def noon() -> int:
    return 1_770_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> RegisterFolder:
    return RegisterFolder(tmp_path)


def test_the_holder_is_named_while_it_is_held(folder: RegisterFolder):
    lock = take_lock(folder, clock=noon)
    assert json.loads(folder.holder.read_text())["since"] == "2026-02-02T02:40:00.000Z"
    lock.release()
    assert not folder.holder.exists()


def test_it_is_held_by_one(folder: RegisterFolder):
    lock = take_lock(folder, clock=noon)
    with pytest.raises(StorageError, match="in use by"):
        take_lock(folder, clock=noon)
    lock.release()
    take_lock(folder, clock=noon).release()


def test_releasing_twice_does_not_take_it_from_the_next(folder: RegisterFolder):
    first = take_lock(folder, clock=noon)
    first.release()
    second = take_lock(folder, clock=noon)
    first.release()
    with pytest.raises(StorageError, match="in use by"):
        take_lock(folder, clock=noon)
    second.release()


def test_a_folder_that_is_not_there_gives_a_sentence(tmp_path: Path):
    with pytest.raises(StorageError, match="could not be written"):
        take_lock(RegisterFolder(tmp_path / "none"), clock=noon)


def test_a_holder_that_cannot_be_named_leaves_no_lock(folder: RegisterFolder):
    folder.holder.mkdir()
    with pytest.raises(StorageError, match="could not be written"):
        take_lock(folder, clock=noon)
    folder.holder.rmdir()
    take_lock(folder, clock=noon).release()


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv nfs4 rw 0 0
//server/share /srv/with\\040blank cifs rw 0 0
/dev/sdb1 /srv/local ext4 rw 0 0
"""


@pytest.mark.parametrize(("path", "kind"), [
    ("/home/user", "ext4"), ("/srv/registers", "nfs4"), ("/srv/with blank/x", "cifs"), ("/srv/local/x", "ext4"),
    ("/srvother", "ext4"),
])  # fmt: skip
def test_the_nearest_mount_decides(path: str, kind: str, tmp_path: Path):
    (tmp_path / "mounts").write_text(MOUNTS)
    assert filesystem_of(Path(path), tmp_path / "mounts") == kind


def test_a_system_that_does_not_tell_is_trusted(tmp_path: Path):
    assert filesystem_of(tmp_path, tmp_path / "none") == ""


def test_who_holds_it_is_told_with_the_machine_s_time(folder: RegisterFolder):
    lock = take_lock(folder, clock=noon)
    with pytest.raises(StorageError, match=r"since \d{4}-\d\d-\d\d \d\d:\d\d\. Close"):
        take_lock(folder, clock=noon)
    lock.release()


def test_where_things_can_only_be_read_it_is_said_how_to_check():
    problem = cannot_write(Path("/media/stick/lock"), OSError(errno.EROFS, "Read-only file system"))
    assert "armoury check --read-only" in problem.text()
