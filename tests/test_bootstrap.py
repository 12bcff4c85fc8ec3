"""Starting puts preferences, language and log in place, and nothing that goes wrong there stops anybody."""

import logging
import os
from pathlib import Path

import pytest

from armoury import bootstrap
from armoury.paths import config_folder, data_folder, state_folder
from armoury.settings import load_settings, settings_file


@pytest.fixture(autouse=True)
def closed_log():
    yield
    bootstrap.end_log()


def test_the_log_lies_in_the_state_folder():
    assert bootstrap.start().log == state_folder() / bootstrap.LOG_FILE


def test_last_seen_checkpoints_lie_in_the_data_folder():
    program = bootstrap.start()
    assert bootstrap.surroundings(program).memory == data_folder() / "last-seen"


def test_a_state_folder_that_cannot_be_made_stops_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ARMOURY_HOME", str(tmp_path / "file"))
    assert bootstrap.start().log is None


def test_damaged_preferences_give_a_notice():
    config_folder().mkdir(parents=True)
    settings_file().write_text("{", encoding="utf-8")
    assert "damaged" in bootstrap.start().notices[0]


def test_the_register_opened_last_is_remembered_by_its_whole_path(monkeypatch, tmp_path):
    program = bootstrap.start()
    bootstrap.opened(program, "id-1", Path("Main.armoury"))
    assert load_settings(settings_file()).settings.registers[0].path == str(Path.cwd() / "Main.armoury")


def test_an_act_is_logged_with_its_duration_and_without_its_message():
    log = bootstrap.start().log
    assert log is not None
    with pytest.raises(ValueError, match="SXL020"), bootstrap.logged("find"):
        raise ValueError("SXL020")
    written = log.read_text("utf-8")
    assert "find ValueError" in written
    assert " ms" in written
    assert "SXL020" not in written


def test_the_log_is_turned_over_before_it_grows_large(monkeypatch):
    monkeypatch.setattr(bootstrap, "_LOG_BYTES", 500)
    log = bootstrap.start().log
    assert log is not None
    for _each in range(50):
        logging.getLogger("armoury").info("a line that fills the file")
    assert log.stat().st_size <= 500
    assert len(os.listdir(log.parent)) > 1
