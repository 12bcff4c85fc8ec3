"""`armoury backup` and `restore`."""

from pathlib import Path

import pytest


@pytest.fixture
def kept(call, signed_in, tmp_path):
    answer = call("backup", "--to", tmp_path / "stick", "--json")
    assert answer.code == 0, answer.err
    return Path(answer.json["folder"])


def test_a_backup_lies_where_it_is_said(call, kept, tmp_path):
    assert (kept / "register.db").is_file()
    assert kept.parent == tmp_path / "stick"


def test_backups_are_listed(call, kept):
    assert [each["folder"] for each in call("backup", "--list", "--to", kept.parent, "--json").json] == [str(kept)]


def test_a_backup_can_be_checked_where_it_lies(call, kept):
    assert call("check", "--register", kept, "--read-only", "--deep").code == 0


def test_a_restored_register_says_so_and_keeps_the_former(call, kept, signed_in):
    call("add", "log", "visit", "Somebody came")
    answer = call("restore", kept, "--reason", "disk failed", "--json")
    assert answer.code == 0, answer.err
    assert Path(answer.json["kept"]).is_dir()
    assert call("history", "--json").json[0]["event"] == "register.restored"
    assert call("check").code == 0


def test_a_restore_needs_its_reason(call, kept):
    assert call("restore", kept).code == 2


def test_a_restore_needs_two_officers(call, kept, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    assert call("restore", kept, "--reason", "disk failed").code == 6


def test_a_wrong_second_passphrase_changes_nothing(call, kept, signed_in, monkeypatch):
    before = (signed_in / "register.db").read_bytes()
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", "another one entirely")
    assert call("restore", kept, "--reason", "disk failed").code == 4
    assert (signed_in / "register.db").read_bytes() == before


def test_a_changed_backup_is_refused(call, kept):
    with (kept / "register.db").open("ab") as stream:
        stream.write(b"x")
    assert call("restore", kept, "--reason", "disk failed").code == 5


def test_what_is_no_backup_is_a_sentence(call, signed_in, tmp_path):
    answer = call("restore", tmp_path / "nothing", "--reason", "disk failed")
    assert (answer.code, "nothing" in answer.err) == (4, True)


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_backups_are_not_listed_where_no_folder_is(call, signed_in, tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    answer = call("backup", "--list", "--to", tmp_path / name)
    assert (answer.code, name in answer.err, "Traceback" in answer.err) == (4, True, False)


def test_a_register_without_backups_is_no_failure(call, signed_in):
    assert call("backup", "--list").code == 0
