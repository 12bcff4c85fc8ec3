"""Remarks: all stops are told together, and only stops refuse."""

from dataclasses import replace

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.remarks import Level, note, refuse_stops, stop, warn


def test_warnings_and_notes_are_handed_back() -> None:
    remarks = (warn("a", "f", "One."), note("b", "f", "Two."))
    assert refuse_stops(remarks) == remarks


def test_all_stops_are_told_together_each_on_a_line() -> None:
    with pytest.raises(RuleError) as refused:
        refuse_stops([stop("a", "f", "One."), warn("b", "f", "Two."), stop("c", "f", "Three.")])
    assert refused.value.text() == "One.\nThree."


def test_a_stop_names_the_record_it_is_about() -> None:
    with pytest.raises(RuleError, match=r"^AB-1: One\.$"):
        refuse_stops([replace(stop("a", "f", "One."), subject="AB-1")])


def test_the_same_sentence_is_told_once() -> None:
    with pytest.raises(RuleError, match=r"^One\.$"):
        refuse_stops([stop("a", "f", "One."), stop("a", "g", "One.")])


def test_each_maker_gives_its_level() -> None:
    assert [each("a", "f", "t").level for each in (note, warn, stop)] == [Level.NOTE, Level.WARN, Level.STOP]
