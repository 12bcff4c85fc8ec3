"""Serials: keys, look-alikes, unreadable characters and ranges."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.serials import (
    MOST_SERIALS,
    SerialStatus,
    expand_range,
    fold_pattern,
    fold_serial,
    has_wildcard,
    is_spreadsheet_ruined,
    look_alike,
    near,
    serial_key,
    serial_matches,
)

PATTERNS = st.text("AB1?*", max_size=7)
TEXTS = st.text("AB1", max_size=7)


@pytest.mark.parametrize(
    ("marked", "key"),
    [
        ("ab 12-34", "AB1234"),
        ("A.12/34 (B)", "A1234B"),
        ("00123", "00123"),
        ("ＡＢ１２", "AB12"),
        ("é-1", "É1"),
        ("жд 12", "ЖД12"),
        ("№ 12", "NO12"),
        ("***", ""),
        ("A?12*", "A12"),
    ],
)
def test_the_key(marked, key):
    assert serial_key(marked) == key


@given(st.text())
def test_a_key_is_its_own_key(text):
    assert serial_key(serial_key(text)) == serial_key(text)


@given(st.text())
def test_a_folded_key_is_its_own_fold(text):
    assert fold_serial(fold_serial(text)) == fold_serial(text) == fold_serial(serial_key(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O0", "00"),
        ("I1", "1L"),
        ("S5", "5S"),
        ("B8", "88"),
        ("Z2", "2Z"),
        ("АВС", "ABC"),  # Cyrillic
        ("ΑΒΖ", "ABZ"),  # Greek
        ("Ａ１", "A1"),
        ("٤٥٦", "456"),
        ("l0o", "100"),
    ],
)
def test_look_alikes_fold_the_same(one, other):
    assert fold_serial(one) == fold_serial(other)


@pytest.mark.parametrize(("one", "other"), [("G1", "61"), ("Q1", "01"), ("A1", "41"), ("0123", "123")])
def test_others_do_not(one, other):
    assert fold_serial(one) != fold_serial(other)


def test_look_alike_is_for_different_serials():
    assert look_alike("A0-1", "AO1")
    assert not look_alike("A01", "a-01")
    assert not look_alike("A01", "A02")


@pytest.mark.parametrize(("one", "other"), [("A1234", "A1243"), ("A1234", "1A234"), ("A0012", "A12"), ("007", "7")])
def test_one_slip_away(one, other):
    assert near(one, other)
    assert near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A1234", "A1234"),
        ("A1234", "A1235"),
        ("A1234", "A2143"),
        ("A134", "A1234"),
        ("100", "1"),
        ("AO", "A0"),
        ("121", "313"),
    ],
)
def test_more_or_less_than_one_slip(one, other):
    assert not near(one, other)


@pytest.mark.parametrize(
    ("pattern", "serial"),
    [
        ("A?3", "A13"),
        ("a-*9", "A1239"),
        ("*", ""),
        ("A123", "A?2*"),
        ("A1??", "??34"),
        ("A*", "*9"),
        ("AO1", "A0L"),
        ("**1", "21"),
    ],
)
def test_what_can_be_the_same(pattern, serial):
    assert serial_matches(pattern, serial)
    assert serial_matches(serial, pattern)


@pytest.mark.parametrize(
    ("pattern", "serial"), [("A?3", "A3"), ("A?", "A?3"), ("A*", "B*"), ("?", ""), ("A1", "A2"), ("?*", "")]
)
def test_what_cannot(pattern, serial):
    assert not serial_matches(pattern, serial)
    assert not serial_matches(serial, pattern)


@given(PATTERNS, TEXTS)
def test_matching_agrees_with_the_shells_wildcards(pattern, text):
    assert serial_matches(pattern, text) == fnmatchcase(fold_serial(text), fold_pattern(pattern))


@given(PATTERNS, PATTERNS, TEXTS)
def test_patterns_that_share_a_text_can_be_the_same(one, other, text):
    if serial_matches(one, text) and serial_matches(other, text):
        assert serial_matches(one, other)


@given(st.text())
def test_a_pattern_holds_nothing_that_glob_would_take_otherwise(text):
    assert all(each.isalnum() or each in "?*" for each in fold_pattern(text))
    assert "**" not in fold_pattern(text)


def test_wildcards_are_seen():
    assert has_wildcard("A?")
    assert has_wildcard("*1")
    assert not has_wildcard("A1")


def test_the_states_of_a_serial():
    assert [str(each) for each in SerialStatus] == ["ok", "partial", "obliterated", "none"]


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "1E+11", " 1.2e-05 ", "####"])
def test_what_a_spreadsheet_has_spoiled(text):
    assert is_spreadsheet_ruined(text)


@pytest.mark.parametrize("text", ["5E3", "E+11", "12345", "1.5", "12.3E+11", "##", ""])
def test_what_it_has_not(text):
    assert not is_spreadsheet_ruined(text)


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("A0001-A0200", "A0001", "A0200", 200),
        ("A0001 - A0200", "A0001", "A0200", 200),
        ("A0001-0200", "A0001", "A0200", 200),
        ("A0001..A0200", "A0001", "A0200", 200),
        ("A0001\u2013A0200", "A0001", "A0200", 200),
        ("A0001 to A0200", "A0001", "A0200", 200),
        ("AB-0001-AB-0020", "AB-0001", "AB-0020", 20),
        ("AB-0001-0020", "AB-0001", "AB-0020", 20),
        ("12/001B-12/010B", "12/001B", "12/010B", 10),
        ("A0001+200", "A0001", "A0200", 200),
        ("A0001 + 200", "A0001", "A0200", 200),
        ("A9+1", "A9", "A9", 1),
        ("AB-0001", "AB-0001", "AB-0001", 1),
        ("XYZ", "XYZ", "XYZ", 1),
        ("A1-A3, B7 ,C1+2", "A1", "C2", 6),
        ("00001-10000", "00001", "10000", MOST_SERIALS),
    ],
)
def test_ranges(text, first, last, count):
    serials = expand_range(text)
    assert (serials[0], serials[-1], len(serials)) == (first, last, count)


@given(st.text("AB-/", max_size=4), st.integers(0, 9000), st.integers(1, 900), st.text("XY", max_size=2))
def test_a_range_is_the_same_with_its_last_serial_or_its_count(before, first, count, after):
    start, end = f"{before.strip('-')}{first:04d}{after}", f"{before.strip('-')}{first + count - 1:04d}{after}"
    assert expand_range(f"{start} to {end}") == expand_range(f"{start}+{count}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "A serial is missing"),
        ("A1,,A2", "A serial is missing"),
        ("-", "A serial is missing"),
        ("A1-B3", "differ in more than their number"),
        ("A1X-A3Y", "differ in more than their number"),
        ("A0001-A200", "same number of digits"),
        ("1234-67", "same number of digits"),
        ("A3-A1", "runs backwards"),
        ("A+3", "no number in it"),
        ("AB to CD", "no number in it"),
        ("A9998+3", "runs out of digits"),
        ("A1+0", "no serial at all"),
        ("00001+10001", "more than 10000 serials"),
        ("1+999999999999999999999", "more than 10000 serials"),
        ("00001-20000", "more than 10000 serials"),
        ("00001-09999,A1,A2", "more than 10000 serials"),
        ("A1-A3,A2", "“A2” comes twice"),
        ("1" * 5000, "too long"),
    ],
)
def test_nonsense_is_refused_with_its_reason(text, message):
    with pytest.raises(RuleError, match=message):
        expand_range(text)


@given(st.text("A01-+,. ", max_size=12) | st.text(max_size=12))
def test_any_text_is_a_range_or_a_sentence(text):
    try:
        serials = expand_range(text)
    except RuleError:
        return
    assert 0 < len(serials) <= MOST_SERIALS
