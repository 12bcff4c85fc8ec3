"""Form, vocabulary and references, by the declarations alone."""

from dataclasses import replace
from typing import Any

import pytest

from armoury.domain.conformity import MOST_LETTERS, MOST_OF_A_MARK, MOST_OF_A_NAME, conformity_remarks, references
from armoury.domain.dates import PartialDate, Precision
from armoury.domain.records.site import LogNote
from armoury.domain.records.weapon import KitItem, Weapon

GOOD = Weapon("id", 1, "BCDEFGHJK", place="rack")
WORDS = {"types": {"rifle"}, "accessories": {"sling"}, "fire_modes": {"semi"}}


def _known(vocabulary: str) -> set[str]:
    return WORDS.get(vocabulary, {"maker", "ok", "in_store", "state_property", "not_examined", "none", "claimed"})


def _codes(**changes: Any) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in conformity_remarks(replace(GOOD, **changes), _known)]


@pytest.mark.parametrize("changes", [
    {}, {"type": "rifle"}, {"fire_modes": ("semi",)}, {"kit": (KitItem("sling", 1),)}, {"due_back": "2026-02-28"},
    {"made": PartialDate("2016", Precision.YEAR)}, {"last_sighted": "2026-03-09T14:05:07.123Z"}, {"capacity": 0},
    {"remarks": "two\nlines\tand a tab"}, {"serial": "1" * MOST_OF_A_MARK}, {"model_text": "x" * MOST_OF_A_NAME},
])  # fmt: skip
def test_what_conforms_is_passed(changes: dict) -> None:
    assert _codes(**changes) == []


@pytest.mark.parametrize(("changes", "code"), [
    ({"type": "cannon"}, "vocabulary"), ({"fire_modes": ("semi", "magic")}, "vocabulary"), ({"tag": " "}, "missing"),
    ({"scheme": None}, "missing"), ({"museum_piece": None}, "missing"), ({"museum_piece": 1}, "form"),
    ({"capacity": "9"}, "form"), ({"capacity": True}, "form"), ({"capacity": 2**53}, "form"), ({"remarks": 4}, "form"),
    ({"remarks": "x" * (MOST_LETTERS + 1)}, "form"), ({"remarks": "a\x07"}, "form"), ({"serial": "\ud800"}, "form"),
    ({"due_back": "2026-02-30"}, "form"), ({"due_back": "1 May"}, "form"), ({"last_sighted": "noon"}, "form"),
    ({"made": "2016"}, "form"), ({"fire_modes": ["semi"]}, "form"), ({"kit": ["sling"]}, "form"),
    ({"kit": ("sling",)}, "form"), ({"serial": "1" * (MOST_OF_A_MARK + 1)}, "form"),
    ({"model_text": "x" * (MOST_OF_A_NAME + 1)}, "form"),
])  # fmt: skip
def test_what_does_not_conform_is_told_with_its_field(changes: dict, code: str) -> None:
    assert _codes(**changes) == [(code, next(iter(changes)))]


def test_a_part_is_checked_as_deeply() -> None:
    assert _codes(kit=(KitItem("hammer", -1),)) == [("vocabulary", "kit.accessory"), ("form", "kit.quantity")]


def test_only_the_named_fields_are_checked_if_asked() -> None:
    bad = replace(GOOD, type="cannon", capacity=-1)
    assert [each.field for each in conformity_remarks(bad, _known, {"capacity"})] == ["capacity"]


def test_references_are_gathered_by_kind_and_field() -> None:
    log = LogNote("id", "count", "2026-03-09T14:05:07.123Z", "x", place="room")
    assert references([GOOD, log, replace(GOOD, place="room", holder="p")]) == {
        ("place", "place"): {"rack", "room"}, ("person", "holder"): {"p"},
    }  # fmt: skip


def _told(count: int) -> str:
    words = {f"word_{each}" for each in range(count)}
    (remark,) = conformity_remarks(replace(GOOD, finish="shiny"), lambda _name: words, {"finish"})
    return remark.text


def test_the_words_of_a_short_list_are_named() -> None:
    assert "word_39" in _told(40)


def test_of_a_longer_list_it_is_said_where_it_can_be_read() -> None:
    assert _told(41).endswith("armoury reference show finishes")
