"""Backups: whole, durable, private, verified by opening; a half-made one never gets its name."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, StorageError
from armoury.services.desk import Desk, look_in
from armoury.services.site import note
from armoury.store import backup as steps
from armoury.store import copying, evidence
from armoury.store.backup import FILES, MANIFEST, make_backup, read_backup
from armoury.store.checking import check_register
from armoury.store.keyslots import read_keyslots, write_keyslots
from tests.registers import PASSPHRASES


def names(place: Path) -> list[str]:
    return sorted(each.name for each in place.iterdir())


def test_it_lies_in_the_register_s_own_folder_unless_told_otherwise(desk: Desk):
    made = make_backup(desk.register)
    assert made.path.parent == desk.register.folder.backups
    assert names(made.path) == sorted((*FILES, MANIFEST))


def test_it_opens_with_the_passphrases_of_its_day_and_is_whole(desk: Desk):
    made = make_backup(desk.register)
    with look_in(made.path, "adm", PASSPHRASES["adm"], around=desk.around) as copy:
        assert check_register(copy.register, deep=True).whole


def test_two_in_the_same_millisecond_have_two_names(desk: Desk):
    assert make_backup(desk.register).path != make_backup(desk.register).path


def test_it_is_its_owner_s_alone(desk: Desk, tmp_path: Path):
    made = make_backup(desk.register, tmp_path / "stick")
    private = [made.path, *(made.path / each for each in (*FILES, MANIFEST))]
    assert [each for each in private if each.stat().st_mode & 0o077] == []


def test_every_file_is_on_the_disk_before_it_has_its_name(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    flushed: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noted(descriptor: int) -> None:
        flushed.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        sync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        flushed.append("renamed")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "rename", renamed)
    make_backup(desk.register, tmp_path / "stick")
    before = flushed[: flushed.index("renamed")]
    assert {"register.db", "evidence.db", "keyslots.json.new", "backup.json.new"} <= set(before)
    assert flushed[-1] == "stick"


def test_what_a_power_cut_left_is_taken_away(desk: Desk, tmp_path: Path):
    left = tmp_path / f"{desk.register.site}-2026.partial"
    left.mkdir()
    (left / "register.db").write_bytes(b"half")
    (tmp_path / "of others.partial").mkdir()
    made = make_backup(desk.register, tmp_path)
    assert not left.exists()
    assert (tmp_path / "of others.partial").exists()
    assert made.path.exists()


def test_one_that_does_not_verify_leaves_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = evidence.copy_evidence

    def spoilt(source, target) -> None:
        whole(source, target)
        data = bytearray(target.database.read_bytes())
        data[-100] ^= 1
        target.database.write_bytes(bytes(data))

    monkeypatch.setattr(copying, "copy_evidence", spoilt)
    with pytest.raises(IntegrityError):
        make_backup(desk.register, tmp_path / "stick")
    assert names(tmp_path / "stick") == []


def test_key_slots_changed_meanwhile_do_not_go_with_other_records(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole, folder = evidence.copy_evidence, desk.register.folder

    def meanwhile(source, target) -> None:
        whole(source, target)
        write_keyslots(folder, replace(read_keyslots(folder), pending="AAAA"))

    monkeypatch.setattr(copying, "copy_evidence", meanwhile)
    with pytest.raises(StorageError, match="changed while"):
        make_backup(desk.register, tmp_path / "stick")
    assert names(tmp_path / "stick") == []
    write_keyslots(folder, replace(read_keyslots(folder), pending=None))


def test_it_holds_what_was_written_while_it_was_made(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The checkpoint is the older one; the number of entries is that of the copy."""
    whole = copying.copy_register

    def meanwhile(register, target, **others) -> None:
        note(desk, "visit", "meanwhile")
        whole(register, target, **others)

    monkeypatch.setattr(steps, "copy_register", meanwhile)
    made = make_backup(desk.register, tmp_path / "stick")
    assert made.entries == int(made.checkpoint.split("\n")[1]) + 1


def test_a_place_that_cannot_be_made_gives_a_sentence(desk: Desk, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="could not be written"):
        make_backup(desk.register, tmp_path / "file" / "stick")


def test_progress_ends_at_the_whole(desk: Desk, tmp_path: Path):
    told: list[tuple[int, int]] = []
    make_backup(desk.register, tmp_path / "stick", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.parametrize("name", FILES)
def test_one_that_lacks_a_file_is_refused(name: str, desk: Desk):
    made = make_backup(desk.register)
    (made.path / name).unlink()
    with pytest.raises(IntegrityError, match=name):
        read_backup(made.path)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b"\xff", b'{"format": "armoury/backup/1"}'])
def test_a_folder_with_another_manifest_is_no_backup(content: bytes, tmp_path: Path):
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(StorageError, match="not a whole backup"):
        read_backup(tmp_path)


def test_one_of_a_newer_program_says_so(desk: Desk):
    made = make_backup(desk.register)
    data = json.loads((made.path / MANIFEST).read_text())
    (made.path / MANIFEST).write_text(json.dumps({**data, "format": "armoury/backup/9"}))
    with pytest.raises(StorageError, match="newer"):
        read_backup(made.path)
