"""The tree of places on a real register."""

import pytest

from armoury.domain.errors import RuleError
from armoury.services.desk import Desk
from armoury.services.moving import move
from armoury.services.places import (
    add_place,
    change_place,
    former_codes,
    place_by_code,
    place_of,
    place_tree,
    places_within,
)
from tests.services.stock import rack, registered, whole


def test_the_tree_lists_each_place_before_what_lies_in_it(desk: Desk) -> None:
    assert [each.path for each in place_tree(desk)] == [
        ("HQ",), ("HQ", "ARM"), ("HQ", "ARM", "R1"), ("HQ", "ARM", "R2"),
    ]  # fmt: skip


def test_weapons_are_counted_here_and_within(desk: Desk) -> None:
    registered(desk, "A1")
    move(desk, [registered(desk, "A2").id], "custody", "in_store", changes={"place": rack(desk, "ARM")})
    counts = {each.place.code: (each.here, each.within) for each in place_tree(desk)}
    assert counts == {"HQ": (0, 2), "ARM": (1, 2), "R1": (1, 1), "R2": (0, 0)}


def test_what_lies_outside_the_store_is_not_counted(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "in_repair", changes={"transfer": "Workshop 1"}, reason="worn")
    assert place_tree(desk)[0].within == 0


@pytest.mark.parametrize("code", ["r1", "R-1", " R 1 "])
def test_a_place_is_found_however_its_code_is_typed(desk: Desk, code: str) -> None:
    assert place_by_code(desk, code).code == "R1"


def test_an_unknown_code_is_told(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no place"):
        place_by_code(desk, "R9")


@pytest.mark.parametrize("code", ["R1", "r-1", "", "---"])
def test_a_code_belongs_to_one_place(desk: Desk, code: str) -> None:
    with pytest.raises(RuleError):
        add_place(desk, code, "Another", "rack", "ARM")


@pytest.mark.parametrize(("level", "parent"), [
    ("room", "R1"), ("rack", "R1"), ("site", "HQ"), ("rack", None), ("position", None), ("cellar", "ARM"),
])  # fmt: skip
def test_levels_go_from_the_outside_in(desk: Desk, level: str, parent: str | None) -> None:
    with pytest.raises(RuleError):
        add_place(desk, "X1", "Wrong", level, parent)


@pytest.mark.parametrize(("level", "parent"), [("position", "R1"), ("building", "HQ"), ("rack", "HQ"), ("room", None)])
def test_levels_may_be_left_out(desk: Desk, level: str, parent: str | None) -> None:
    add_place(desk, "X1", "Right", level, parent)
    assert place_by_code(desk, "X1").level == level


def test_a_renamed_place_keeps_its_former_code(desk: Desk) -> None:
    change_place(desk, "R1", code="RACK-A", reason="new labels")
    assert former_codes(desk, rack(desk, "RACK-A")) == ("R1",)
    with pytest.raises(RuleError, match="now called “RACK-A”"):
        place_by_code(desk, "R1")


def test_a_former_code_is_given_to_no_other_place(desk: Desk) -> None:
    change_place(desk, "R1", code="RACK-A")
    with pytest.raises(RuleError, match="old labels"):
        add_place(desk, "R1", "Another", "rack", "ARM")


def test_a_place_may_take_its_own_former_code_back(desk: Desk) -> None:
    change_place(desk, "R1", code="RACK-A")
    change_place(desk, "RACK-A", code="R1")
    assert (place_by_code(desk, "R1").name, whole(desk)) == ("Rack one", True)


@pytest.mark.parametrize("parent", ["HQ", "ARM", "R1"])
def test_a_place_never_lies_in_itself(desk: Desk, parent: str) -> None:
    with pytest.raises(RuleError):
        change_place(desk, "HQ", parent_code=parent)


def test_a_rack_moves_to_another_room_with_what_lies_in_it(desk: Desk) -> None:
    registered(desk, "A1")
    add_place(desk, "ROOM2", "Second room", "room", "HQ")
    change_place(desk, "R1", parent_code="ROOM2")
    assert {each.place.code: each.within for each in place_tree(desk)}["ROOM2"] == 1


def test_a_room_cannot_become_smaller_than_what_lies_in_it(desk: Desk) -> None:
    with pytest.raises(RuleError, match="larger"):
        change_place(desk, "ARM", level="position")


def test_a_place_is_closed_only_when_empty(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="1 weapons"):
        change_place(desk, "R1", closed=True)
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk, "R2")})
    change_place(desk, "R1", closed=True)
    assert [each.place.code for each in place_tree(desk, closed=False)] == ["HQ", "ARM", "R2"]


def test_a_room_is_closed_after_its_racks(desk: Desk) -> None:
    with pytest.raises(RuleError, match="open places"):
        change_place(desk, "ARM", closed=True)
    for code in ("R1", "R2", "ARM"):
        change_place(desk, code, closed=True)
    assert place_by_code(desk, "ARM").closed


def test_nothing_is_opened_in_a_closed_place(desk: Desk) -> None:
    for code in ("R1", "R2", "ARM"):
        change_place(desk, code, closed=True)
    with pytest.raises(RuleError, match="Open it first"):
        change_place(desk, "R1", closed=False)


def test_a_place_has_only_its_own_fields(desk: Desk) -> None:
    with pytest.raises(RuleError, match="colour"):
        change_place(desk, "R1", colour="red")


def test_the_ids_within_a_place_are_those_of_its_tree(desk: Desk) -> None:
    assert places_within(desk, rack(desk, "ARM")) == {rack(desk, each) for each in ("ARM", "R1", "R2")}


def test_an_unknown_id_is_told(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no such place"):
        place_of(desk, "nowhere")
