"""Opening for work and for looking; a medium that cannot be written is only looked at."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.services.desk import look_in
from armoury.services.proof import check
from armoury.store import lock
from armoury.store.opening import Surroundings
from tests.registers import PASSPHRASES, desk_of


@pytest.fixture
def read_only(register_path: Path) -> Iterator[Path]:
    """The register on a medium that nobody can write, root included."""
    mount = ["mount", "--bind", str(register_path), str(register_path)]
    again = ["mount", "-o", "remount,bind,ro", str(register_path)]
    if os.name == "nt" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a folder read-only")
    try:
        subprocess.run(again, check=True, capture_output=True)
        yield register_path
    finally:
        subprocess.run(["umount", "-l", str(register_path)], check=True)


def test_a_read_only_medium_is_refused_for_work(read_only: Path, around: Surroundings):
    with pytest.raises(StorageError, match="could not be written"):
        desk_of(read_only, "cdr", around)


def test_a_read_only_medium_can_be_checked(read_only: Path, around: Surroundings):
    with look_in(read_only, "cdr", PASSPHRASES["cdr"], around=around) as desk:
        assert check(desk, deep=True).whole


def test_looking_remembers_nothing(register_path: Path, around: Surroundings):
    look_in(register_path, "cdr", PASSPHRASES["cdr"], around=around).close()
    assert not around.memory.exists()


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_drive_is_refused(
    kind: str, register_path: Path, around: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/share {tmp_path} {kind} rw 0 0\n")
    real = lock.filesystem_of
    monkeypatch.setattr(lock, "filesystem_of", lambda folder: real(folder, mounts))
    with pytest.raises(StorageError, match="network drive"):
        desk_of(register_path, "cdr", around)
    assert not (register_path / "lock").exists()


def test_a_refused_passphrase_gives_the_lock_back(register_path: Path, around: Surroundings):
    with pytest.raises(StorageError, match="Nobody signs in"):
        desk_of_nobody(register_path, around)
    desk_of(register_path, "cdr", around).close()


def desk_of_nobody(path: Path, around: Surroundings) -> None:
    look_in(path, "nobody", "a passphrase of nobody", around=around)


def test_a_desk_that_is_closed_twice_opens_nothing(register_path: Path, around: Surroundings):
    desk = desk_of(register_path, "cdr", around)
    desk.close()
    before = {each.name for each in register_path.iterdir()}
    desk.close()
    assert {each.name for each in register_path.iterdir()} == before
