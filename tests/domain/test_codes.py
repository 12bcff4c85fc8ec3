"""Scans: whatever comes in is taken apart, and nothing makes it fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.codes import LONGEST_SCAN, ScanKind, parse_scan
from armoury.domain.errors import RuleError

TAG = "BBBBBBBBL"


@pytest.mark.parametrize(
    "text",
    [
        TAG,
        TAG.lower(),
        "BBB-BBB-BBL",
        "bbb bbb bbl",
        f"{TAG}\r\n",
        f"\x02{TAG}\t",
        f"\ufeff{TAG}",
        f"]C1{TAG}",
        f"]d2{TAG}\r",
        f"JM-BCDFGHJK/{TAG}",
        f"armoury:{TAG}",
    ],
)
def test_a_tag_in_any_dress(text):
    scan = parse_scan(text)
    assert (scan.kind, scan.tag, scan.raw) == (ScanKind.TAG, TAG, text)


def test_a_tag_may_still_be_a_serial():
    scan = parse_scan(TAG.lower())
    assert (scan.text, scan.key, scan.folded) == (TAG, TAG, "888888881")


@pytest.mark.parametrize("text", ["BBBBBBBBK", "BBBBBBBB", "BBBBBBBBLL", "BBBBBBBB1"])
def test_what_is_almost_a_tag_is_a_code(text):
    scan = parse_scan(text)
    assert (scan.kind, scan.tag) == (ScanKind.CODE, None)


def test_the_keys_of_a_code():
    scan = parse_scan(" ab-12/3o\r\n")
    assert (scan.kind, scan.text, scan.key, scan.folded) == (ScanKind.CODE, "AB-12/3O", "AB123O", "A81230")


def test_a_code_without_letters_and_digits_keeps_its_text():
    scan = parse_scan("*-*")
    assert (scan.text, scan.key, scan.folded) == ("*-*", "*-*", "*-*")


def test_a_rack_position_and_the_last_three():
    scan = parse_scan("r12/3 417")
    assert (scan.kind, scan.rack, scan.ending, scan.key) == (ScanKind.RACK, "R12/3", "417", "R123417")


@pytest.mark.parametrize("text", ["R12/3 4171", "R12/3", "R12/3 41", "A B 123", "R12/3 4-7"])
def test_other_codes_name_no_rack(text):
    scan = parse_scan(text)
    assert (scan.rack, scan.ending) == (None, None)


@pytest.mark.parametrize("text", ["", "  \r\n", "\x00\x1d", "]C1", "]d2\r", "\ud800", "\u200b"])
def test_nothing_is_nothing(text):
    assert parse_scan(text).kind is ScanKind.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "(01)09521234543213(21)SN-45",
        "(01)09521234543213(17)301231(21) SN-45 ",
        "]C10109521234543213\x1d21SN-45\r",
        "]C1010952123454321321SN-45\r",
        "]d201095212345432131730123110LOT\x1d21SN-45\r\n",
        "\x1d21SN-45",
        "010952123454321321SN-45\r\n",
    ],
)
def test_the_serial_of_a_gs1_code(text):
    scan = parse_scan(text)
    assert (scan.kind, scan.key, scan.folded) == (ScanKind.GS1, "SN45", "5N45")


@pytest.mark.parametrize(
    "text",
    [
        "(S) 1234",
        "(01)09521234543213",
        "(01)09521234543213(21) ",
        "010952123454321421SN-45",  # the check digit of the trade item is wrong
        "]C10109521234543213",
        "]C199UNKNOWN",
        "]C110LOT",
        "]C121\r",
        "]A021SN-45",
    ],
)
def test_codes_without_a_gs1_serial_are_taken_whole(text):
    scan = parse_scan(text)
    assert scan.kind in (ScanKind.CODE, ScanKind.RACK)
    assert scan.text


@given(st.text(st.characters(), max_size=200) | st.text("]C1d20()\x1d :/-BbL12 ", max_size=30))
def test_no_text_makes_it_fail(text):
    scan = parse_scan(text)
    assert (scan.kind is ScanKind.EMPTY) == (not scan.text)
    assert bool(scan.text) == bool(scan.key) == bool(scan.folded)
    (scan.text + scan.key + scan.folded).encode()


@pytest.mark.parametrize("character", ["]", "(", "\x1d", "B", " ", "/", "\ufdfa", "1", "\U0001f600"])
def test_the_longest_scan_is_taken(character):
    assert parse_scan(character * LONGEST_SCAN).raw


def test_a_longer_one_is_refused():
    with pytest.raises(RuleError, match="too long to be a code"):
        parse_scan("A" * (LONGEST_SCAN + 1))
