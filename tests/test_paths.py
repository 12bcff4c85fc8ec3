"""Where things lie: for the user, in a source tree, and in a frozen program."""

import sys
from pathlib import Path

import pytest

from armoury import paths


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("ARMOURY_HOME")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_a_resource_lies_in_the_source_tree():
    assert paths.resource("locale/armoury.pot").is_file()


def test_a_frozen_program_has_its_own_resources(monkeypatch, tmp_path):
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("locale") == tmp_path / "resources" / "locale"


def test_an_installed_package_has_resources_inside(monkeypatch, tmp_path):
    (tmp_path / "armoury" / "resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "armoury")
    assert paths.resource("x") == tmp_path / "armoury" / "resources" / "x"


def test_one_variable_moves_all_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("ARMOURY_HOME", str(tmp_path))
    folders = paths.data_folder(), paths.config_folder(), paths.state_folder()
    assert folders == (tmp_path / "data", tmp_path / "config", tmp_path / "state")


def test_linux_folders_follow_the_xdg_defaults(linux):
    folders = paths.data_folder(), paths.config_folder(), paths.state_folder()
    assert folders == (linux / ".local/share/armoury", linux / ".config/armoury", linux / ".local/state/armoury")


def test_an_xdg_variable_is_followed(linux, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    assert paths.data_folder() == tmp_path / "elsewhere" / "armoury"


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_an_empty_or_relative_xdg_variable_is_ignored(linux, monkeypatch, value):
    monkeypatch.setenv("XDG_DATA_HOME", value)
    assert paths.data_folder() == linux / ".local/share/armoury"


def test_windows_folders(linux, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    assert paths.config_folder() == tmp_path / "Roaming" / "Armoury"


def test_mac_folders(linux, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert paths.data_folder() == linux / "Library" / "Application Support" / "Armoury"
