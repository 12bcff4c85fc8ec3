"""Preferences: whole or defaults, never a crash, and nothing lost that another version wrote."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.settings import (
    KnownRegister,
    Settings,
    load_settings,
    register_path,
    remember_register,
    save_settings,
    settings_file,
)

FULL = Settings(
    language="nl",
    theme="dark",
    registers=(KnownRegister("0190-a", "/srv/north.armoury"), KnownRegister("0190-b", "/srv/söuth.armoury")),
    backup_folder="/mnt/stick",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def written(file: Path, content: str | bytes) -> Path:
    file.parent.mkdir()
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_the_file_lies_in_the_users_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("ARMOURY_HOME", str(tmp_path))
    assert settings_file() == tmp_path / "config" / "settings.json"


def test_without_a_file_there_are_defaults_and_no_notice(file):
    loaded = load_settings(file)
    assert (loaded.settings, loaded.notice) == (Settings(), "")


def test_what_was_saved_is_read_back(file):
    save_settings(FULL, file)
    assert load_settings(file).settings == FULL


def test_saving_again_replaces_the_file(file):
    save_settings(FULL, file)
    save_settings(Settings(), file)
    assert load_settings(file).settings == Settings()


def test_nothing_is_left_beside_the_file(file):
    save_settings(FULL, file)
    assert list(file.parent.iterdir()) == [file]


def test_unknown_keys_are_kept(file):
    written(file, '{"version": 1, "columns": {"weapons": ["tag", "serial"]}}')
    save_settings(replace(load_settings(file).settings, theme="light"), file)
    assert json.loads(file.read_text())["columns"] == {"weapons": ["tag", "serial"]}


def test_the_version_of_a_newer_program_is_kept(file):
    written(file, '{"version": 7}')
    save_settings(load_settings(file).settings, file)
    assert json.loads(file.read_text())["version"] == 7


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", "null", '"text"', b"\xff\xfe{}", "[" * 100_000, '{"theme": "dark"'],
    ids=["empty", "open", "list", "null", "text", "bytes", "deep", "cut"],
)  # fmt: skip
def test_a_damaged_file_gives_defaults_and_a_notice(file, content):
    loaded = load_settings(written(file, content))
    assert loaded.settings == Settings()
    assert "damaged" in loaded.notice


def test_a_damaged_file_is_kept_aside(file):
    loaded = load_settings(written(file, "{broken"))
    kept = file.with_name("settings.damaged-1.json")
    assert kept.read_text() == "{broken"
    assert str(kept) in loaded.notice


def test_a_second_damaged_file_does_not_overwrite_the_first(file):
    load_settings(written(file, "first"))
    file.write_text("second")
    load_settings(file)
    assert file.with_name("settings.damaged-1.json").read_text() == "first"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", True),
        ("version", 0),
        ("language", 5),
        ("theme", "purple"),
        ("theme", ["dark"]),
        ("registers", {"id": "path"}),
        ("registers", ["path"]),
        ("registers", [{"id": "x"}]),
        ("backup_folder", None),
    ],
)
def test_one_damaged_value_has_its_default_and_is_named(file, name, value):
    loaded = load_settings(written(file, json.dumps({name: value})))
    assert loaded.settings == Settings()
    assert name in loaded.notice


def test_a_damaged_value_does_not_cost_the_others(file):
    loaded = load_settings(written(file, '{"theme": 5, "language": "fr"}'))
    assert loaded.settings == Settings(language="fr")


def test_a_file_that_cannot_be_read_gives_defaults_and_a_notice(file):
    file.mkdir(parents=True)
    loaded = load_settings(file)
    assert loaded.settings == Settings()
    assert str(file) in loaded.notice


def test_a_file_that_cannot_be_written_is_an_error_of_the_environment(tmp_path):
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="could not be saved"):
        save_settings(Settings(), tmp_path / "config" / "settings.json")


def test_a_failed_write_leaves_the_old_file(file, monkeypatch):
    save_settings(FULL, file)

    def disk_full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(StorageError):
        save_settings(Settings(), file)
    assert load_settings(file).settings == FULL
    assert list(file.parent.iterdir()) == [file]


def test_the_register_opened_last_comes_first():
    settings = remember_register(FULL, "0190-b", Path("/moved/south.armoury"))
    assert settings.registers == (KnownRegister("0190-b", "/moved/south.armoury"), FULL.registers[0])


def test_only_ten_registers_are_remembered():
    settings = Settings()
    for number in range(12):
        settings = remember_register(settings, str(number), Path("/r"))
    assert [known.register_id for known in settings.registers] == [str(number) for number in range(11, 1, -1)]


def test_a_known_register_is_found():
    assert register_path(FULL, "0190-a") == Path("/srv/north.armoury")


def test_an_unknown_register_has_no_path():
    assert register_path(FULL, "0190-c") is None
