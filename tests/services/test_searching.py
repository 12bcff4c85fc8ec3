"""Search finds any part of what an officer remembers, never fails, and agrees with a plain reading of every record."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.folding import fold, spellings
from armoury.domain.kinds import WEAPON
from armoury.domain.records.site import Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import load_reference
from armoury.services.desk import Desk
from armoury.services.lists import list_ids
from armoury.services.places import add_place, change_place
from armoury.services.query import Query
from armoury.services.searching import search
from armoury.services.weapons import register, weapon_of
from armoury.store.reading import several
from tests.services.shelf import at_desk, change, put, sample
from tests.services.stock import pistol, rack


def found(desk: Desk, text: str = "", **filters) -> list[int]:
    return list(search(desk, Query(text, **filters)).ids)


@pytest.fixture
def colt(desk: Desk) -> Weapon:
    return put(
        desk, serial="KX-40017", maker_text="Colt's Manufacturing", model_text="Python", calibre_text=".357 Magnum",
        remarks="Grip cracked, see munición", made=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "KX-40017",
        "kx40017",
        "4001",
        "017",
        "colt",
        "OLT'S",
        "pyth",
        "357",
        "cracked",
        "municion",
        "colt pyth 400",
        "rack one",
        "R1",
        "colt R1",
    ],
)
def test_any_part_finds_the_weapon(desk: Desk, colt: Weapon, text: str):
    put(desk, serial="99", place=rack(desk, "R2"))
    assert colt.number in found(desk, text)


def test_a_piece_of_the_tag_finds_the_weapon(desk: Desk, colt: Weapon):
    assert found(desk, colt.tag[2:7].lower()) == [colt.number]


def test_all_words_must_match(desk: Desk, colt: Weapon):
    assert found(desk, "colt beretta") == []


@pytest.mark.parametrize(
    ("text", "there"), [("KX", True), ("k", True), ("Py", True), ("40", False), ("X-", False), ("yt", False)]
)
def test_one_or_two_characters_match_beginnings_only(desk: Desk, text: str, there: bool):
    weapon = put(desk, tag="BBBBBBBBX", serial="KX4", model_text="Python")
    assert (weapon.number in found(desk, text)) is there


def test_a_word_may_name_a_place_that_holds_the_place(desk: Desk):
    add_place(desk, "R1-P9", "Ninth hook", "position", "R1")
    weapon = put(desk, serial="1234567", place=rack(desk, "R1-P9"))
    assert found(desk, "headquarters 1234567") == [weapon.number]


@pytest.mark.parametrize(
    ("pattern", "there"),
    [("KX*17", True), ("kx4??17", True), ("*0017", True), ("KX*18", False), ("X*17", False), ("*4?0*", True)],
)
def test_wildcards_stand_for_unreadable_characters(desk: Desk, colt: Weapon, pattern: str, there: bool):
    assert (colt.number in found(desk, pattern)) is there


def test_look_alikes_are_offered_apart(desk: Desk):
    meant, alike = put(desk, serial="AB0123"), put(desk, serial="ABO123")
    result = search(desk, Query("AB0123"))
    assert (result.ids, result.look_alikes) == ((meant.number,), (alike.number,))


def test_nothing_found_but_a_look_alike_is_said(desk: Desk):
    put(desk, serial="ABO123")
    assert "looks like it" in search(desk, Query("AB0123")).said


@pytest.mark.parametrize(
    "text",
    ['"', "'", '""', 'a"b', "AND", "NOT OR", "NEAR(a b, 2)",
     "a*", "*", "?", "**??", "words:x", "^abc", "-abc", "(abc", "abc)", "{abc}", "%",
    "_",
     "!%", "\x00abc", "abc\x00def", "\ud800", "x\udfffy", "a" * 5_000, "ab " * 900, "\u0301\u0301\u0301",
     "é", "é\u0301a", "日本語", "日本", "[a-z]*", "*[",
     "; DROP TABLE weapon", "\N{PILE OF POO}" * 3],
)  # fmt: skip
def test_no_text_fails(desk: Desk, colt: Weapon, text: str):
    assert search(desk, Query(text)).total is not None


def test_a_quote_is_searched_for_and_not_obeyed(desk: Desk):
    weapon = put(desk, serial="1", remarks='Stamped "ABC" OR nothing')
    put(desk, serial="2", remarks="nothing")
    assert found(desk, '"ABC" OR nothing') == [weapon.number]


@pytest.mark.parametrize("text", ["Smith & Wesson", "smith wesson", "FN FAL", "50 BMG"])
def test_short_words_inside_a_name_do_not_hide_it(desk: Desk, text: str):
    weapon = put(desk, serial="1", maker_text="Smith & Wesson", model_text="Licensed FN FAL", calibre_text=".50 BMG")
    assert found(desk, text) == [weapon.number]


def test_filters_narrow_each_other(desk: Desk):
    museum = put(desk, serial="1", museum_piece=True, legal="found")
    put(desk, serial="2", museum_piece=True)
    put(desk, serial="3", legal="found")
    assert found(desk, museum=True, legal=("found", "loan")) == [museum.number]


def test_a_place_counts_with_all_inside_it(desk: Desk):
    here = put(desk, serial="1")
    put(desk, serial="2", place=rack(desk, "R2"))
    assert found(desk, place=rack(desk, "R1")) == [here.number]
    assert len(found(desk, place=rack(desk, "HQ"))) == 2


def test_a_corrected_word_is_no_longer_found(desk: Desk, colt: Weapon):
    change(desk, colt, replace(colt, remarks="Grip replaced"))
    assert (found(desk, "cracked"), found(desk, "replaced")) == ([], [colt.number])


def test_hits_are_sorted_with_the_empty_last(desk: Desk):
    for model in ("bravo", None, "alpha", "charlie"):
        put(desk, serial="SER1", model_text=model)
    assert found(desk, "SER1", sort="model") == [3, 1, 4, 2]
    assert found(desk, "SER1", sort="model", descending=True) == [4, 1, 3, 2]


def test_a_column_that_does_not_exist_cannot_sort(desk: Desk):
    with pytest.raises(RuleError):
        search(desk, Query(sort="holder_text; --"))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[Weapon], dict[str, Place]]]:
    """A desk at a sample register of 400 weapons, its weapons and its places."""
    with at_desk(sample(tmp_path_factory.mktemp("searching"), 400)) as desk:
        with desk.read() as connection:
            weapons = list(several(connection, Weapon))
            places = {each.id: each for each in several(connection, Place)}
        yield desk, weapons, places


def up(place: str | None, places: dict[str, Place]) -> Iterator[Place]:
    while place is not None:
        yield places[place]
        place = places[place].parent


def text_of(weapon: Weapon) -> str:
    return WEAPON.search_text(weapon) if WEAPON.search_text else ""


def fits(weapon: Weapon, word: str, places: dict[str, Place]) -> bool:
    """Read a word of three characters or more as the search promises to, one record at a time."""
    word = plainly(word)
    placed = any(word in each.code.casefold() or word in each.name.casefold() for each in up(weapon.place, places))
    return placed or word in plainly(text_of(weapon)) or any(holds(weapon, id_) for id_ in meant(word))


def plainly(text: str) -> str:
    """Leave out case and the marks over letters, which the full text does not tell apart."""
    return "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))


def whole(weapon: Weapon, text: str, places: dict[str, Place]) -> bool:
    """Read a text of several words as one name."""
    if " " not in text:
        return False
    called = any(text.casefold() in (each.code.casefold(), each.name.casefold()) for each in up(weapon.place, places))
    return called or any(holds(weapon, id_) for id_ in meant(text, begun=False))


def holds(weapon: Weapon, id_: str) -> bool:
    """The full text finds no id of fewer than three characters: those are looked for in their own column."""
    columns = (weapon.maker or (weapon.maker_text or "").casefold(), weapon.model, weapon.calibre)
    return id_.casefold() in text_of(weapon).casefold() if len(id_) >= 3 else id_ in columns


@cache
def meant(text: str, *, begun: bool = True) -> frozenset[str]:
    """Return the ids of what has a name, or a word in a name, that begins with the text; or is called exactly so."""
    wanted = fold(text)
    return frozenset(
        each.id
        for dataset in ("makers", "models", "calibres", "types")
        for each in load_reference().dataset(dataset).values()
        for name in spellings(each)
        for part in (name, *re.split(r"[\s/,()&-]+", name))
        if wanted and (fold(part).startswith(wanted) if begun else fold(part) == wanted)
    )


@pytest.mark.parametrize(
    ("text", "model"),
    [("m4", "M4"), ("colt m4", "M4"), ("colt m", "M4"), ("parabellum", "M4"), ("9 x 19", "M4"), ("carbine", "M4")],
)
def test_the_names_that_a_card_shows_are_found(desk: Desk, text: str, model: str):
    weapon = pistol(desk, "A1", maker_text="Colt", model_text=model, calibre_text="9x19", type_text="carbine",
                    country="US")  # fmt: skip
    register(desk, [weapon])
    assert found(desk, text) == [1], weapon_of(desk, weapon.id)


def test_a_place_is_found_by_its_whole_name(desk: Desk):
    put(desk, serial="SER1", place=rack(desk, "R1"))
    put(desk, serial="SER2", place=rack(desk, "R2"))
    change_place(desk, "R1", name="Rack 1")
    assert found(desk, "rack 1") == [1]


PIECES = st.tuples(st.integers(0, 399), st.integers(0, 200), st.integers(3, 8))


@given(pieces=st.lists(PIECES, min_size=1, max_size=2))
def test_a_search_finds_what_a_plain_reading_finds(sampled, pieces):
    desk, weapons, places = sampled
    words = []
    for number, start, length in pieces:
        text = " ".join([text_of(weapons[number]), *(each.name for each in up(weapons[number].place, places))])
        words += [each for each in text[start % len(text) :][:length].split() if len(each) >= 3 and "?" not in each]
    typed = " ".join(words)
    expected = [
        each.number for each in weapons
        if all(fits(each, word, places) for word in words) or whole(each, typed, places)
    ]  # fmt: skip
    assert list(search(desk, Query(typed), limit=1_000).ids) == expected


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "custody": st.sampled_from([("in_store",), ("issued", "on_loan"), ("destroyed",)]),
        "legal": st.sampled_from([("exhibit",), ("state_property",)]),
        "claimed": st.booleans(),
        "high_risk": st.booleans(),
        "made": st.sampled_from([("1980-05-01", None), (None, "1979-01-01"), ("1960-01-01", "1990-12-31")]),
        "sighted": st.sampled_from([("2025-01-01", None), (None, "2025-01-01")]),
    },
)
READ = {
    "custody": lambda weapon, wanted: weapon.custody in wanted,
    "legal": lambda weapon, wanted: weapon.legal in wanted,
    "claimed": lambda weapon, wanted: (weapon.sighting == "claimed") is wanted,
    "high_risk": lambda weapon, wanted: (weapon.high_risk is not None) is wanted,
    "made": lambda weapon, days: (days[0] or "")[:4] <= weapon.made.value <= (days[1] or "9999")[:4],
    "sighted": lambda weapon, days: (
        weapon.last_sighted is not None and (days[0] or "") <= weapon.last_sighted[:10] <= (days[1] or "9999")
    ),
}


@given(
    filters=FILTERS,
    sort=st.sampled_from(["number", "serial", "maker", "place", "custody", "last_sighted", "remarks"]),
    descending=st.booleans(),
)
def test_a_list_holds_exactly_what_its_filters_let_through(sampled, filters, sort, descending):
    desk, weapons, _places = sampled
    expected = [each.number for each in weapons if all(READ[name](each, wanted) for name, wanted in filters.items())]
    query = Query(sort=sort, descending=descending, **filters)
    assert sorted(list_ids(desk, query)) == expected
    assert list(search(desk, query, limit=1_000).ids) == list(list_ids(desk, query))
