"""`armoury check` and `checkpoint`: whole, broken, not checked; and files that are no checkpoints."""

import pytest

from tests.cli.test_adding import GLOCK


@pytest.fixture
def note(call, signed_in, tmp_path):
    path = tmp_path / "checkpoint.txt"
    assert call("checkpoint", "--to", path).code == 0
    return path


def test_a_whole_register_is_said_to_be_whole(call, signed_in):
    answer = call("check", "--deep", "--json")
    assert (answer.code, answer.json["verdict"]) == (0, "whole")


def test_a_checkpoint_goes_to_the_output_as_it_is(call, signed_in, note):
    assert call("checkpoint").out == note.read_text("utf-8")


def test_a_checkpoint_is_never_written_over_a_file(call, note):
    before = note.read_bytes()
    assert call("checkpoint", "--to", note).code == 4
    assert note.read_bytes() == before


def test_a_history_that_went_on_continues_its_checkpoint(call, note):
    call("add", "log", "visit", "Somebody came")
    answer = call("check", "--against", note, "--json")
    assert (answer.code, answer.json["against"][0]["result"]) == (0, "continued")


def test_line_ends_of_another_system_do_not_matter(call, note):
    note.write_bytes(note.read_bytes().replace(b"\n", b"\r\n"))
    assert call("check", "--against", note).code == 0


def test_an_older_copy_contradicts_a_later_checkpoint(call, signed_in, tmp_path):
    older = {each.name: each.read_bytes() for each in signed_in.iterdir() if each.is_file()}
    call("add", "log", "visit", "Somebody came")
    call("checkpoint", "--to", tmp_path / "later.txt")
    for name, data in older.items():
        (signed_in / name).write_bytes(data)
    answer = call("check", "--against", tmp_path / "later.txt", "--json")
    assert answer.code == 5
    assert answer.json["against"][0]["result"] == "contradicted"
    assert len(answer.json["warnings"]) == 1


def test_a_checkpoint_with_another_root_is_refused(call, note):
    lines = note.read_text("utf-8").split("\n")
    note.write_text("\n".join([lines[0], "1", *lines[2:]]), encoding="utf-8")
    answer = call("check", "--against", note, "--json")
    assert (answer.code, answer.json["against"][0]["result"]) == (5, "refused")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00\x01" * 1000, b"x" * 2_000_000, None], ids=["binary", "huge", "folder"]
)
def test_what_cannot_be_read_leaves_its_part_unchecked(call, signed_in, tmp_path, content):
    path = tmp_path / "strange"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    answer = call("check", "--against", path, "--json")
    assert (answer.code, answer.json["verdict"]) == (7, "part not checked")


def test_a_text_that_is_no_checkpoint_is_refused(call, signed_in, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear colleague,\n", encoding="utf-8")
    assert call("check", "--against", tmp_path / "letter.txt").code == 5


def test_a_damaged_database_is_an_integrity_matter(call, signed_in):
    database = signed_in / "register.db"
    data = bytearray(database.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
    database.write_bytes(data)
    answer = call("check", "--deep")
    assert answer.code == 5
    assert "Traceback" not in answer.err


def test_a_register_that_nobody_may_write_is_checked_without_a_lock(call, signed_in):
    (signed_in / "lock").unlink(missing_ok=True)
    assert call("check", "--read-only").code == 0
    assert not (signed_in / "lock").exists()


def test_weapons_are_checked_too(call, signed_in):
    call("add", "place", "B1", "Building 1", "--level", "building")
    assert call("add", "weapon", *GLOCK, "--crate", "A01-A50", "--place", "B1").code == 0
    assert call("check", "--deep").code == 0


def test_the_checkpoint_of_another_site_is_said_to_be(call, signed_in, tmp_path):
    other = tmp_path / "Trial.armoury"
    made = call("sample", other, "--weapons", "1", "--json")
    assert made.code == 0, made.err
    name, passphrase = next(iter(made.json["passphrases"].items()))
    (tmp_path / "secret").write_text(passphrase + "\n", encoding="utf-8")
    with (tmp_path / "secret").open("rb") as secret:
        words = ("--register", other, "--officer", name, "--passphrase-fd", secret.fileno())
        assert call("checkpoint", *words, "--to", tmp_path / "other.txt").code == 0
    answer = call("check", "--against", tmp_path / "other.txt", "--json")
    assert (answer.code, answer.json["against"][0]["result"]) == (5, "refused")
    assert "another site" in answer.json["against"][0]["text"]
