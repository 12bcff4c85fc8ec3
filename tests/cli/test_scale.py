"""`armoury scale`: compared, and a line ended."""

import pytest


@pytest.fixture
def lines(call, signed_in):
    terms = ("--authority", "Order 7", "--dated", "2026-01-05")
    assert call("add", "holding", "pistol", 40, *terms).code == 0
    assert call("add", "holding", "pistol", 10, "--calibre", "9x19", *terms).code == 0


def _lines(call):
    return [(each["authorised"], each.get("calibre")) for each in call("scale", "--json").json]


def test_the_scale_is_listed_without_a_command(call, lines):
    assert sorted(each[0] for each in _lines(call)) == [10, 40]
    assert "Order 7" in call("scale").out


def test_the_line_for_all_calibres_is_ended(call, lines):
    answer = call("scale", "end", "pistol", "--reason", "order 9", "--json")
    assert (answer.code, len(answer.json["entries"])) == (0, 2), answer.err
    assert [each[0] for each in _lines(call)] == [10]
    assert call("check").code == 0


def test_the_line_of_a_calibre_is_ended(call, lines):
    words = ("scale", "end", "pistol", "--calibre", "9x19", "--day", "2026-02-01", "--reason", "order 9")
    assert call(*words).code == 0
    assert _lines(call) == [(40, None)]


def test_the_only_line_needs_no_calibre(call, lines):
    call("scale", "end", "pistol", "--reason", "order 9")
    assert call("scale", "end", "pistol", "--reason", "order 10").code == 0
    assert _lines(call) == []


def test_several_lines_ask_for_the_calibre(call, lines):
    terms = ("--authority", "Order 7", "--dated", "2026-01-05")
    call("add", "holding", "pistol", 5, "--calibre", ".45 ACP", *terms)
    call("scale", "end", "pistol", "--reason", "order 9")
    answer = call("scale", "end", "pistol", "--reason", "order 9")
    assert (answer.code, "Say which calibre" in answer.err) == (3, True)


@pytest.mark.parametrize("words", [("rifle",), ("pistol", "--calibre", ".45 ACP"), ("pistol", "--day", "2999-01-01")])
def test_what_cannot_be_ended_is_a_sentence(call, lines, words):
    assert call("scale", "end", *words, "--reason", "order 9").code == 3
    assert len(_lines(call)) == 2


def test_an_end_needs_its_reason(call, lines):
    assert call("scale", "end", "pistol").code == 2
