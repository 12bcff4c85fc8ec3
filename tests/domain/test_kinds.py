"""What is declared of the kinds holds together: events, indexes, duties, codes, words."""

import pytest

from armoury.domain.fields import declared_fields
from armoury.domain.kinds import KINDS, PLACE, WEAPON, Kind
from armoury.domain.records.site import Place
from armoury.domain.records.weapon import Component, Serial, Weapon
from armoury.domain.reference import DATASETS
from armoury.domain.standings import Standing

EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


@EVERY
def test_events_are_named_once_and_by_permission(kind: Kind) -> None:
    names = [each.name for each in kind.events]
    assert len(set(names)) == len(names)
    assert all("." in each.permission for each in kind.events)


@EVERY
def test_indexes_duties_and_derived_columns_name_fields(kind: Kind) -> None:
    names = {each.name for each in declared_fields(kind.record)}
    derived = {each.name for each in kind.derived}
    assert derived.isdisjoint(names)
    assert set(kind.indexes) <= names | derived
    assert {each.due for each in kind.duties} <= names


@EVERY
def test_an_unfolded_list_is_a_field_of_its_parts(kind: Kind) -> None:
    if kind.unfolded is not None:
        (field,) = [each.field for each in declared_fields(kind.record) if each.name == kind.unfolded.field]
        assert (field.part, field.personal) == (kind.unfolded.part, False)
        names = {each.name for each in declared_fields(kind.unfolded.part)}
        assert all(names.issuperset(index) for index in kind.unfolded.indexes)


@EVERY
def test_every_reference_names_a_kind_that_is_filled_before_or_itself(kind: Kind) -> None:
    order = list(KINDS)
    for each in declared_fields(kind.record):
        if each.field.refers_to:
            assert order.index(each.field.refers_to) <= order.index(kind.name)


@EVERY
def test_every_vocabulary_is_known(kind: Kind) -> None:
    known = {*DATASETS, *Standing}
    parts = [each.field.part for each in declared_fields(kind.record) if each.field.part]
    for record in (kind.record, *parts):
        assert {each.field.vocabulary for each in declared_fields(record) if each.field.vocabulary} <= known


@EVERY
def test_a_kind_with_personal_data_has_a_digest_and_a_purge(kind: Kind) -> None:
    fields = declared_fields(kind.record)
    if any(each.field.personal for each in fields):
        assert "personal" in {each.name for each in fields}
        assert kind.event(f"{kind.name}.purged").second_officer


def test_an_unknown_event_is_no_event() -> None:
    with pytest.raises(StopIteration):
        WEAPON.event("weapon.sold")


def test_everything_on_a_weapon_can_be_scanned() -> None:
    weapon = Weapon(
        "id", 1, "BCDEFGHJK", serial="AB-1", symbol_code="S 2", butt_number="3", bag_number="4", seal_number="5",
        exhibit_number="6", serials=(Serial("ST 7"),), components=(Component("slide", "8"), Component("barrel")),
    )  # fmt: skip
    assert [(each.scheme, each.key) for each in WEAPON.codes(weapon)] == [
        ("tag", "BCDEFGHJK"), ("serial", "AB1"), ("symbol", "S2"), ("serial", "ST7"), ("serial", "8"), ("butt", "3"),
        ("bag", "4"), ("seal", "5"), ("exhibit", "6"),
    ]  # fmt: skip


def test_a_serial_without_letter_or_digit_is_still_found() -> None:
    codes = list(WEAPON.codes(Weapon("id", 1, "BCDEFGHJK", serial="★★")))
    assert (codes[1].key, codes[1].fold) == ("★★", "★★")


def test_a_place_is_scanned_by_tag_and_code() -> None:
    assert [each.key for each in PLACE.codes(Place("id", "BCDEFGHJK", "R-1", "Rack", "rack"))] == ["BCDEFGHJK", "R1"]


def test_what_was_written_sorts_beside_what_was_matched() -> None:
    derived = {each.name: each.compute for each in WEAPON.derived}
    written = Weapon("id", 1, "BCDEFGHJK", maker_text="Sample Works", serial="ab-1")
    assert (derived["maker_sort"](written), derived["serial_key"](written)) == ("sample works", "AB1")


def test_the_full_text_holds_every_number_and_no_personal_name() -> None:
    weapon = Weapon("id", 1, "BCDEFGHJK", serial="AB-1", serials=(Serial("ST 7"),), depositor="Sample Name")
    words = WEAPON.search_text(weapon) if WEAPON.search_text else ""
    assert "AB-1" in words
    assert "ST 7" in words
    assert "Sample Name" not in words
