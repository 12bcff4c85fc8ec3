"""The whole register as a list: every weapon once, in the order asked for; jumps, pages and totals agree with it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.records.weapon import Weapon
from armoury.domain.serials import serial_key
from armoury.services import lists
from armoury.services.desk import Desk
from armoury.services.lists import jump, list_ids, listing, page, totals
from armoury.services.query import Query
from armoury.store.reading import several
from tests.services.shelf import at_desk, change, put, sample
from tests.services.stock import rack


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, dict[int, Weapon]]]:
    with at_desk(sample(tmp_path_factory.mktemp("lists"), 300)) as desk:
        with desk.read() as connection:
            weapons = {each.number: each for each in several(connection, Weapon)}
        yield desk, weapons


VALUES = {
    "number": lambda weapon: weapon.number,
    "tag": lambda weapon: weapon.tag,
    "serial": lambda weapon: serial_key(weapon.serial) if weapon.serial else None,
    "maker": lambda weapon: weapon.maker,
    "model": lambda weapon: weapon.model,
    "calibre": lambda weapon: weapon.calibre,
    "custody": lambda weapon: weapon.custody,
    "legal": lambda weapon: weapon.legal,
    "fitness": lambda weapon: weapon.fitness,
    "plan": lambda weapon: weapon.plan,
    "type": lambda weapon: weapon.type,
    "last_sighted": lambda weapon: weapon.last_sighted,
    "remarks": lambda weapon: weapon.remarks,
}


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", VALUES)
def test_every_column_puts_all_weapons_in_order(sampled, monkeypatch, sort: str, descending: bool, small: bool):
    """A small register is sorted, a large one is read along the index; both give the same."""
    monkeypatch.setattr(lists, "MOST_SORTED_WITHOUT_INDEX", 20_000 if small or sort == "remarks" else 10)
    desk, weapons = sampled
    value = VALUES[sort]
    there = [each for each in weapons.values() if value(each) is not None]
    there.sort(key=lambda each: (value(each), each.number), reverse=descending)
    absent = sorted((number for number, each in weapons.items() if value(each) is None), reverse=descending)
    assert list(list_ids(desk, Query(sort=sort, descending=descending))) == [each.number for each in there] + absent


def test_places_are_sorted_by_their_codes(desk: Desk):
    for code in ("R2", "R1", "ARM"):
        put(desk, place=rack(desk, code))
    assert list(list_ids(desk, Query(sort="place"))) == [3, 2, 1]


def test_a_column_without_an_index_gives_up_where_there_are_too_many_and_says_so(sampled, monkeypatch):
    monkeypatch.setattr(lists, "MOST_SORTED_WITHOUT_INDEX", 10)
    found = listing(sampled[0], Query(sort="remarks"))
    assert (list(found.numbers), found.sorted) == (sorted(sampled[1]), False)
    assert "More than 10 weapons" in found.said


def test_personal_data_cannot_be_sorted_by(desk: Desk):
    with pytest.raises(RuleError):
        list_ids(desk, Query(sort="source_from"))


def test_a_list_may_be_searched(sampled):
    desk, weapons = sampled
    maker = next(iter(weapons.values())).maker_text or ""
    expected = [
        each.number
        for each in weapons.values()
        if maker.casefold() in f"{each.maker_text} {each.model_text}".casefold()
    ]
    assert set(expected) <= set(list_ids(desk, Query(text=maker, sort="serial")))


@pytest.mark.parametrize("descending", [False, True])
def test_a_jump_lands_on_the_first_that_begins_so(sampled, descending: bool):
    desk, weapons = sampled
    query = Query(sort="serial", descending=descending)
    numbers = list_ids(desk, query)
    keys = [VALUES["serial"](weapons[each]) for each in numbers]
    for wanted in ("1", "5", "K", "T"):
        reached = (each is None or (each[:1] <= wanted if descending else each >= wanted) for each in keys)
        assert jump(desk, query, numbers, wanted.lower()) == next(
            (place for place, each in enumerate(reached) if each), len(keys)
        )


def test_a_jump_in_a_list_by_number(sampled):
    numbers = list_ids(sampled[0], Query())
    assert [jump(sampled[0], Query(), numbers, each) for each in ("1", "57", "9999", "")] == [0, 56, 300, 0]


def test_a_page_gives_the_lines_in_order_and_leaves_out_what_is_not_there(sampled):
    desk, weapons = sampled
    lines = page(desk, [7, 3, 99_999, 5])
    assert [(each.number, each.tag) for each in lines] == [(each, weapons[each].tag) for each in (7, 3, 5)]


def test_a_line_names_the_holder_to_those_who_may_know(sampled):
    desk, weapons = sampled
    issued = next(each.number for each in weapons.values() if each.holder)
    (line,) = page(desk, [issued])
    assert (line.holder_name or "").startswith("Sample holder")
    auditor = replace(desk, officer=replace(desk.officer, roles=("auditor",)))
    (hidden,) = page(auditor, [issued])
    assert (hidden.holder, hidden.holder_name) == (line.holder, None)


def test_totals_count_every_weapon_once_by_each(sampled):
    desk, weapons = sampled
    counted = totals(desk)
    for column in ("custody", "legal", "fitness", "plan", "type", "place"):
        assert counted.by[column] == Counter(getattr(each, column) for each in weapons.values())


def test_totals_follow_a_change(desk: Desk):
    weapon = put(desk, legal="found")
    before = totals(desk).by["legal"]
    change(desk, weapon, replace(weapon, legal="surrendered"))
    assert (before, totals(desk).by["legal"]) == ({"found": 1}, {"surrendered": 1})
