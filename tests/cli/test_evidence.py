"""`armoury evidence`: listed, taken out, withdrawn."""

import pytest

from tests.cli.test_adding import GLOCK, png


@pytest.fixture
def photograph(call, signed_in, tmp_path):
    call("add", "place", "B1", "Building 1", "--level", "building")
    call("add", "weapon", *GLOCK, "--serial", "SXL020", "--place", "B1")
    (tmp_path / "left.png").write_bytes(png())
    answer = call("add", "photo", "SXL020", tmp_path / "left.png", "--caption", "as found", "--json")
    assert answer.code == 0, answer.err
    return answer.json["id"]


def test_what_is_attached_is_listed(call, photograph):
    assert [each["id"] for each in call("evidence", "list", "SXL020", "--json").json] == [photograph]
    answer = call("evidence", "list", "sxl020")
    assert (answer.code, photograph in answer.out, "as found" in answer.out) == (0, True, True)


def test_nothing_attached_is_no_failure(call, photograph):
    answer = call("evidence", "list", "B1")
    assert (answer.code, answer.out, "Nothing is attached" in answer.err) == (0, "", True)


def test_a_photograph_is_taken_out(call, photograph, tmp_path):
    answer = call("evidence", "show", photograph, "--to", tmp_path / "out.jpg", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["media_type"] == "image/jpeg"
    assert (tmp_path / "out.jpg").stat().st_size == answer.json["size"]


def test_a_file_that_is_there_is_not_written_over(call, photograph, tmp_path):
    assert call("evidence", "show", photograph, "--to", tmp_path / "left.png").code == 4
    assert (tmp_path / "left.png").read_bytes() == png()


def test_an_unknown_id_is_a_sentence(call, photograph, tmp_path):
    answer = call("evidence", "show", "nothing", "--to", tmp_path / "out.jpg")
    assert (answer.code, "no such photograph" in answer.err) == (3, True)
    assert not (tmp_path / "out.jpg").exists()


def test_what_is_withdrawn_is_listed_only_when_asked_for(call, photograph):
    answer = call("evidence", "withdraw", photograph, "--reason", "another weapon", "--json")
    assert (answer.code, answer.json["id"]) == (0, photograph)
    assert call("evidence", "list", "SXL020", "--json").json == []
    assert "another weapon" in call("evidence", "list", "SXL020", "--all").out
    assert call("check").code == 0


def test_what_is_withdrawn_can_still_be_taken_out(call, photograph, tmp_path):
    call("evidence", "withdraw", photograph, "--reason", "another weapon")
    answer = call("evidence", "show", photograph, "--to", tmp_path / "out.jpg")
    assert (answer.code, "another weapon" in answer.err) == (0, True)


def test_nothing_is_withdrawn_without_a_reason(call, photograph):
    assert call("evidence", "withdraw", photograph).code == 2
    assert call("evidence", "withdraw", photograph, "--reason", " ").code == 3
