"""The checkpoint last seen: an older or rewritten register is told loudly, and does not become the one last seen."""

import shutil
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.history.checkpoints import Checkpoint
from armoury.services.desk import Desk
from armoury.services.site import note
from armoury.store.last_seen import read_last_seen, replace_last_seen
from tests.registers import desk_of


@pytest.fixture
def older(desk: Desk, tmp_path: Path) -> Path:
    """The register as it was put back by hand, after this computer saw two more entries."""
    path = desk.register.folder.path
    desk.close()
    shutil.copytree(path, tmp_path / "copy")
    with desk_of(path, "cdr", desk.around) as again:
        note(again, "visit", "one")
        note(again, "visit", "two")
    shutil.rmtree(path)
    (tmp_path / "copy").rename(path)
    return path


def seen(desk: Desk) -> int:
    found = read_last_seen(desk.around.memory, desk.register.id)
    assert found is not None
    return found[0].size


def test_closing_remembers_where_the_history_stands(desk: Desk):
    last = note(desk, "visit", "one").last
    desk.close()
    assert seen(desk) == last


def test_a_register_that_went_on_is_not_remarked(desk: Desk):
    path = desk.register.folder.path
    desk.close()
    with desk_of(path, "cdr", desk.around) as again:
        assert again.register.warnings == []


def test_an_older_copy_is_told_every_time(older: Path, desk: Desk):
    known = seen(desk)
    for _turn in range(2):
        with desk_of(older, "cdr", desk.around) as again:
            assert len(again.register.warnings) == 1
    assert seen(desk) == known


def test_when_it_was_last_used_is_told_by_the_site_s_clock(older: Path, desk: Desk):
    with desk_of(older, "cdr", desk.around) as again:
        assert "Last used here on 2026-09-21 11:13." in again.register.warnings[0]


def test_an_older_copy_that_went_another_way_is_told(older: Path, desk: Desk):
    """It has grown past what was seen, so only its root betrays it."""
    known = seen(desk)
    for _turn in range(2):
        with desk_of(older, "cdr", desk.around) as again:
            note(again, "visit", "another way")
            note(again, "visit", "another way again")
    with desk_of(older, "cdr", desk.around) as again:
        assert any("rewritten" in each for each in again.register.warnings)
    assert seen(desk) == known


def test_another_computer_that_saw_nothing_says_nothing(older: Path, desk: Desk, tmp_path: Path):
    around = type(desk.around)(desk.around.clock, tmp_path / "other computer")
    with desk_of(older, "cdr", around) as again:
        assert again.register.warnings == []


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"\xff", b'{"origin": "x", "size": "many", "root": "zz"}'])
def test_a_damaged_note_counts_as_none(content: bytes, tmp_path: Path):
    (tmp_path / "r.json").write_bytes(content)
    assert read_last_seen(tmp_path, "r") is None


def test_a_note_comes_back_as_it_was_kept(tmp_path: Path):
    checkpoint = Checkpoint("armoury/CC-BDFGHJKL", 7, bytes(range(32)))
    replace_last_seen(tmp_path / "new", "r", checkpoint, at="2026-03-09T14:05:07.123Z")
    assert read_last_seen(tmp_path / "new", "r") == (checkpoint, "2026-03-09T14:05:07.123Z")


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be made"):
        replace_last_seen(tmp_path / "file" / "memory", "r", Checkpoint("o", 0, bytes(32)), at="t")
