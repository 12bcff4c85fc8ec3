"""Columns stay aligned in any width, signs that steer a terminal never reach it, any encoding is served."""

import io
import sys

import pytest

from armoury.cli import output


def test_columns_are_as_wide_as_their_widest_cell():
    assert output.table_lines(["A", "B"], [["long", "x"], ["s", "y"]], None) == ["A     B", "long  x", "s     y"]


def test_a_narrow_terminal_shortens_the_widest_column():
    lines = output.table_lines(["Tag", "Maker"], [["BCDFG", "a very long maker's name"]], 20)
    assert lines[1] == "BCDFG  a very long …"


def test_no_line_is_wider_than_the_terminal():
    lines = output.table_lines(["Tag", "Maker"], [["BCDFGHJKL", "a very long maker's name"]], 24)
    assert max(map(output.columns_of, lines)) <= 24


def test_a_terminal_too_narrow_for_columns_gets_them_one_below_the_other():
    lines = output.table_lines(["Tag", "Maker", "Model"], [["BCDFGHJKL", "Maker's name", "A model"]], 16)
    assert lines == ["Tag: BCDFGHJKL", "Maker: Maker's name", "Model: A model", ""]


def test_numbers_are_set_to_the_right_and_never_shortened():
    columns = output.Columns(whole=frozenset({1}), right=frozenset({1}))
    lines = output.table_lines(["Name", "Items"], [["a long name", "1000000000"], ["b", "7"]], 20, columns)
    assert lines == ["Name           Items", "a long …  1000000000", "b                  7"]


def test_where_whole_columns_do_not_fit_rows_stand_one_below_the_other():
    columns = output.Columns(whole=frozenset({0, 1}))
    lines = output.table_lines(["A", "B"], [["1" * 12, "2" * 12]], 20, columns)
    assert lines == ["A: " + "1" * 12, "B: " + "2" * 12, ""]


def test_a_long_line_is_broken_on_a_terminal_alone(capsys, monkeypatch):
    output.say_lines("one two three")
    monkeypatch.setattr(output, "is_terminal", lambda _stream: True)
    monkeypatch.setattr(output, "terminal_width", lambda: 8)
    output.say_lines("one two three")
    assert capsys.readouterr().out == "one two three\none two\n  three\n"


def test_signs_of_two_columns_are_counted_as_two():
    assert output.columns_of("銃a") == 3


def test_accents_written_apart_take_no_column():
    assert output.columns_of("e\u0301") == 1


def test_what_steers_a_terminal_becomes_a_dot(capsys):
    output.say("SXL\x1b[2J\u202e020")
    assert capsys.readouterr().out == "SXL·[2J·020\n"


def test_a_card_leaves_out_what_is_empty(capsys):
    output.say_card("Weapon", [("Maker", "Glock"), ("Model", "")])
    assert capsys.readouterr().out == "Weapon\n  Maker  Glock\n"


def test_a_terminal_without_the_signs_gets_plain_ones(monkeypatch):
    bytes_out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(bytes_out, encoding="ascii", errors="strict"))
    output.harden_streams()
    output.say("“Glock” é … ✓ 銃")
    assert bytes_out.getvalue() == b'"Glock" e ... + ?\n'


def test_json_is_pure_ascii(capsys):
    output.say_json({"name": "é"})
    assert capsys.readouterr().out.isascii()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_closed_stream_stops_nobody(monkeypatch, stream):
    monkeypatch.setattr(sys, stream, None)
    output.say("a")
    output.warn("b")
    assert getattr(sys, stream) is None


@pytest.mark.parametrize("breaking", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_text_with_a_line_break_stays_on_its_line(capsys, breaking):
    output.say(f"      Reason: x{breaking}      Approved by: Kim")
    assert capsys.readouterr().out == "      Reason: x / Approved by: Kim\n"


def test_a_value_with_a_line_break_stays_on_its_line_of_a_card(capsys):
    output.say_card("Weapon", [("Remarks", "x\n  Holder  Kim")])
    assert capsys.readouterr().out == "Weapon\n  Remarks  x / Holder  Kim\n"


def test_what_a_terminal_breaks_is_set_in_further_than_its_line(capsys, monkeypatch):
    monkeypatch.setattr(output, "is_terminal", lambda _stream: True)
    monkeypatch.setattr(output, "terminal_width", lambda: 30)
    output.say_lines("      Reason: x" + " " * 15 + "Approved by: Kim Sample")
    assert capsys.readouterr().out.splitlines()[1].startswith("        ")


def test_several_sentences_are_set_in_after_the_first(capsys):
    output.tell_sentences("One.\nTwo.")
    assert capsys.readouterr().err == "One.\n  Two.\n"
