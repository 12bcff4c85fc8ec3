"""Records as history writes them and as a table keeps them: what goes in comes out again."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.dates import PartialDate, Precision
from armoury.domain.fields import declared_fields
from armoury.domain.record_form import clean, from_json, from_row, text_of, to_json, to_row
from armoury.domain.records.site import Place
from armoury.domain.records.weapon import Component, KitItem, Serial, Weapon
from armoury.history.canonical import canonical_bytes, parse_canonical

BARE = Weapon("id", 1, "BCDEFGHJK", place="rack")
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
DATES = st.sampled_from(
    [
        PartialDate("2016-02-25", Precision.DAY), PartialDate("2016-02", Precision.MONTH),
        PartialDate("2016", Precision.YEAR), PartialDate("201", Precision.DECADE), PartialDate("", Precision.UNKNOWN),
    ]
)  # fmt: skip
WEAPONS = st.builds(
    Weapon,
    id=TEXTS, number=st.integers(1, 2**40), tag=TEXTS, serial=st.none() | TEXTS, maker_text=st.none() | TEXTS,
    fire_modes=st.lists(TEXTS, max_size=3).map(tuple), made=st.none() | DATES, received=st.none() | DATES,
    capacity=st.none() | st.integers(0, 99), museum_piece=st.booleans(), holder_unlisted=st.booleans(),
    serials=st.lists(st.builds(Serial, TEXTS, ended=st.none() | TEXTS), max_size=2).map(tuple),
    components=st.lists(st.builds(Component, TEXTS, serial=st.none() | TEXTS), max_size=2).map(tuple),
    kit=st.lists(st.builds(KitItem, TEXTS, st.integers(1, 30)), max_size=2).map(tuple),
    depositor=st.none() | TEXTS, legal_holder=st.none() | TEXTS, personal=st.none() | TEXTS,
)  # fmt: skip


@given(weapon=WEAPONS)
def test_a_record_comes_back_from_history(weapon: Weapon) -> None:
    data = canonical_bytes(to_json(weapon))
    assert from_json(Weapon, parse_canonical(data), to_json(weapon, personal=True)) == weapon


@given(weapon=WEAPONS, entry=st.integers(1, 2**40))
def test_a_record_comes_back_from_its_row(weapon: Weapon, entry: int) -> None:
    row = {**to_row(weapon), "entry": entry, "serial_key": "derived"}
    assert from_row(Weapon, row, to_json(weapon, personal=True)) == replace(weapon, entry=entry)


def test_what_is_absent_is_left_out() -> None:
    written = to_json(BARE)
    assert "serial" not in written
    assert None not in written.values()


def test_personal_values_are_written_apart() -> None:
    weapon = replace(BARE, depositor="Sample Name")
    assert "depositor" not in to_json(weapon)
    assert "depositor" not in to_row(weapon)
    assert to_json(weapon, personal=True) == {"depositor": "Sample Name"}


def test_the_number_of_the_entry_is_not_part_of_it() -> None:
    assert "entry" not in to_json(replace(BARE, entry=9))


def test_an_old_entry_takes_the_defaults_of_fields_that_came_later() -> None:
    old = {name: value for name, value in to_json(BARE).items() if name not in ("fitness", "museum_piece")}
    assert from_json(Weapon, old) == BARE


def test_a_field_of_a_newer_program_is_passed_over() -> None:
    assert from_json(Weapon, {**to_json(BARE), "colour": "black"}) == BARE


def test_a_standing_is_one_field_and_not_a_list() -> None:
    assert [to_json(BARE)[each] for each in ("custody", "legal", "fitness", "plan")] == [
        "in_store", "state_property", "not_examined", "none",
    ]  # fmt: skip


def test_plain_words_are_tidied_and_marks_are_not() -> None:
    weapon = clean(replace(BARE, serial=" a 1 ", maker_text="  Cafe\u0301 ", remarks="   "))
    assert (weapon.serial, weapon.maker_text, weapon.remarks) == (" a 1 ", "Café", None)


def test_what_must_be_there_is_not_tidied_away() -> None:
    assert clean(Place("id", "tag", " ", "Rack", "rack")).code == " "


def test_lists_are_kept_as_canonical_text() -> None:
    assert text_of([{"b": 1, "a": "é"}]) == '[{"a":"é","b":1}]'
    assert json.loads(str(to_row(replace(BARE, fire_modes=("semi", "auto")))["fire_modes"])) == ["semi", "auto"]


def test_every_field_of_a_weapon_is_in_history_or_personal_or_counts_entries() -> None:
    for each in declared_fields(Weapon):
        assert each.field.recorded or each.name == "entry"
