"""A file is replaced as a whole or not at all."""

import os
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.store.files import RegisterFolder, cannot_write, write_whole


def test_the_new_content_is_there(tmp_path: Path):
    write_whole(tmp_path / "x.json", b"one")
    write_whole(tmp_path / "x.json", b"two")
    assert (tmp_path / "x.json").read_bytes() == b"two"


def test_nothing_else_is_left(tmp_path: Path):
    write_whole(tmp_path / "x.json", b"one")
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_what_a_power_cut_left_is_written_over(tmp_path: Path):
    (tmp_path / "x.json.new").write_bytes(b"half of")
    write_whole(tmp_path / "x.json", b"one")
    assert [each.name for each in tmp_path.iterdir()] == ["x.json"]


def test_a_missing_folder_gives_a_sentence(tmp_path: Path):
    with pytest.raises(StorageError, match="could not be written"):
        write_whole(tmp_path / "none" / "x.json", b"one")


def test_what_stands_in_the_way_gives_a_sentence_and_stays(tmp_path: Path):
    (tmp_path / "x.json.new").mkdir()
    (tmp_path / "x.json").write_bytes(b"old")
    with pytest.raises(StorageError, match="Nothing was changed"):
        write_whole(tmp_path / "x.json", b"one")
    assert (tmp_path / "x.json").read_bytes() == b"old"
    assert (tmp_path / "x.json.new").is_dir()


def test_the_sentence_names_file_and_reason():
    sentence = cannot_write(Path("/a/b.json"), OSError(28, os.strerror(28))).text()
    assert "/a/b.json" in sentence
    assert os.strerror(28) in sentence


def test_the_names_of_a_register_lie_in_its_folder(tmp_path: Path):
    folder = RegisterFolder(tmp_path)
    names = [folder.database, folder.evidence, folder.keyslots, folder.lock, folder.holder, folder.backups]
    assert {each.parent for each in names} == {tmp_path}
    assert len(set(names)) == len(names)
