"""Any scanned text finds what it means, and says so when it may mean several things."""

from dataclasses import replace

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.records.weapon import Component, Serial, Weapon
from armoury.domain.tags import printed_tag
from armoury.services.desk import Desk
from armoury.services.lookup import Closeness, Found, WeaponCard, find
from tests.services.shelf import change, put
from tests.services.stock import officer, rack


def weapons(found: Found) -> list[str]:
    """Name the weapons found, in order."""
    return [hit.id for hit in found.hits if hit.kind == "weapon"]


@pytest.fixture
def rifle(desk: Desk) -> Weapon:
    return put(
        desk, serial="AB 012-34", serials=(Serial("ST/778"),), components=(Component("barrel", "BRL55"),),
        butt_number="417", bag_number="BG-9", seal_number="SL8", exhibit_number="EX/3", symbol_code="\u2605 11 x",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "AB 012-34",
        "ab01234",
        "AB/012 34",
        "st778",
        "BRL55",
        "brl 55",
        "417",
        "bg9",
        "SL8",
        "ex3",
        "(01)04012345678901(21)AB01234",
    ],
)
def test_every_number_of_a_weapon_finds_it(desk: Desk, rifle: Weapon, typed: str):
    assert weapons(find(desk, typed)) == [rifle.id]


def test_a_serial_that_reads_like_a_tag_is_shown_beside_it(desk: Desk, rifle: Weapon):
    other = put(desk, serial=rifle.tag)
    assert {(each.id, each.scheme) for each in find(desk, rifle.tag).hits} == {(rifle.id, "tag"), (other.id, "serial")}


def test_a_tag_is_found_however_it_is_written(desk: Desk, rifle: Weapon):
    forms = (rifle.tag, rifle.tag.lower(), printed_tag(rifle.tag), f" {rifle.tag}\r\n", f"BB-BCDFGHJK/{rifle.tag}")
    assert [weapons(find(desk, each)) for each in forms] == [[rifle.id]] * len(forms)


def test_a_scan_tells_by_which_of_the_codes_it_found(desk: Desk, rifle: Weapon):
    assert [find(desk, each).hits[0].scheme for each in (rifle.tag, "AB01234", "417", "BG9", "SL8", "EX3")] == [
        "tag", "serial", "butt", "bag", "seal", "exhibit",
    ]  # fmt: skip


def test_a_place_is_found_by_its_code(desk: Desk):
    found = find(desk, "r1").only
    assert found is not None
    assert (found.kind, found.id) == ("place", rack(desk, "R1"))


def test_a_person_is_found_by_the_badge(desk: Desk):
    holder = officer(desk, badge="B-77")
    found = find(desk, "b77").only
    assert found is not None
    assert (found.kind, found.id) == ("person", holder.id)


def test_a_rack_with_the_last_three_of_the_serial_finds_a_weapon_without_label(desk: Desk, rifle: Weapon):
    put(desk, serial="ZZ99935")
    assert weapons(find(desk, "R1 234")) == [rifle.id]


def test_a_position_in_the_rack_narrows_it(desk: Desk):
    put(desk, serial="X1234", position="04")
    wanted = put(desk, serial="Y1234", position="05")
    assert weapons(find(desk, "r1-05 234")) == [wanted.id]


def test_the_same_letters_come_before_the_same_key_before_look_alikes(desk: Desk):
    alike, key, exact = (put(desk, serial=each) for each in ("ABO12", "AB-012", "AB012"))
    found = find(desk, "AB012")
    assert weapons(found) == [exact.id, key.id, alike.id]
    assert [hit.closeness for hit in found.hits] == [Closeness.EXACT, Closeness.KEY, Closeness.LOOK_ALIKE]


def test_several_weapons_of_one_number_are_all_given_and_it_is_said(desk: Desk):
    both = {put(desk, serial="777888", maker_text=each).id for each in ("Colt", "FN")}
    found = find(desk, "777888")
    assert (set(weapons(found)), found.only) == (both, None)
    assert found.said.startswith("2 subjects match")


def test_what_only_looks_alike_is_never_taken_for_it(desk: Desk):
    put(desk, serial="S0B12")
    found = find(desk, "5OB12")
    assert (len(found.hits), found.only) == (1, None)
    assert found.said.startswith("Nothing has exactly")


def test_what_is_unknown_keeps_the_scan(desk: Desk):
    found = find(desk, "NO SUCH 1")
    assert (found.hits, found.scan.raw) == ((), "NO SUCH 1")
    assert "NO SUCH 1" in found.said


@pytest.mark.parametrize("nothing", ["", "  ", "\r\n", "\x00"])
def test_an_empty_scan_finds_nothing(desk: Desk, nothing: str):
    assert find(desk, nothing).hits == ()


def test_a_text_too_long_for_a_code_is_refused(desk: Desk):
    with pytest.raises(RuleError):
        find(desk, "x" * 5_000)


def test_more_hits_than_a_choice_are_cut_and_said(desk: Desk):
    for _each in range(52):
        put(desk, butt_number="12")
    found = find(desk, "12")
    assert (len(found.hits), found.more) == (50, True)
    assert found.said.startswith("More than 50")


def test_a_card_names_place_and_holder(desk: Desk, rifle: Weapon):
    holder = officer(desk, "Sample Holder", badge="B-1")
    change(desk, rifle, replace(rifle, custody="issued", place=None, holder=holder.id))
    card = find(desk, rifle.tag).hits[0].found
    assert isinstance(card, WeaponCard)
    assert (card.place_name, card.holder_name, card.holder_badge) == (None, "Sample Holder", "B-1")


def test_names_are_shown_to_those_whose_work_needs_them(desk: Desk, rifle: Weapon):
    holder = officer(desk, "Sample Holder", badge="B-1")
    change(desk, rifle, replace(rifle, custody="issued", place=None, holder=holder.id, source_from="Sample Seller"))
    desk.officer = replace(desk.officer, roles=("exporter",))
    card = find(desk, rifle.tag).hits[0].found
    assert isinstance(card, WeaponCard)
    assert (card.holder_name, card.holder_badge, card.weapon.source_from) == (None, "B-1", None)


def test_a_corrected_serial_is_found_and_the_former_is_not(desk: Desk, rifle: Weapon):
    change(desk, rifle, replace(rifle, serial="CD555"))
    assert weapons(find(desk, "CD555")) == [rifle.id]
    assert find(desk, "AB01234").hits == ()


def test_the_found_weapon_is_the_stored_one(desk: Desk, rifle: Weapon):
    card = find(desk, rifle.tag).hits[0].found
    assert isinstance(card, WeaponCard)
    assert card == WeaponCard(rifle, "R1", "Rack one")
