"""The end of a stock-take: three lists, two of the board, and what was seen is sighted in the same act."""

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import carry_out
from armoury.services.count_lists import lists
from armoury.services.desk import Desk
from armoury.services.stocktake_closing import close, plan_closing
from armoury.services.stocktakes import baseline_of, stocktake_by_id
from armoury.services.timeline import history_of
from armoury.services.weapons import register, weapon_of
from tests.registers import second_approval
from tests.services.floor import count, opened
from tests.services.stock import pistol, whole


def claimed(desk: Desk, *serials: str) -> list[str]:
    drafts = [pistol(desk, each) for each in serials]
    register(desk, drafts, claimed=True)
    return [each.id for each in drafts]


def test_the_three_lists_are_told_apart(desk: Desk) -> None:
    claimed(desk, "SEEN1", "MISSED1")
    stocktake = opened(desk)
    count(desk, stocktake, "SEEN1", "NOBODY9")
    found = lists(desk, stocktake)
    assert [each.weapon.serial for each in found.both if each.weapon] == ["SEEN1"]
    assert [each.weapon.serial for each in found.book_only if each.weapon] == ["MISSED1"]
    assert [each.lines[0].text for each in found.floor_only] == ["NOBODY9"]


def test_what_was_seen_is_sighted_and_the_rest_stays_claimed(desk: Desk) -> None:
    seen, missed = claimed(desk, "SEEN1", "MISSED1")
    stocktake = opened(desk)
    count(desk, stocktake, "SEEN1")
    closing = plan_closing(desk, stocktake)
    close(desk, closing, [second_approval(desk, closing.act)])
    assert (weapon_of(desk, seen).sighting, weapon_of(desk, seen).sighted_in) == ("sighted", stocktake.reference)
    assert (weapon_of(desk, missed).sighting, weapon_of(desk, missed).custody) == ("claimed", "in_store")
    assert whole(desk)


def test_what_the_book_has_as_not_located_is_sighted_too(desk: Desk) -> None:
    lost = pistol(desk, "LOST1", custody="not_located", end="an old book", place=None)
    register(desk, [lost], claimed=True)
    stocktake = opened(desk)
    count(desk, stocktake, "LOST1")
    closing = plan_closing(desk, stocktake)
    close(desk, closing, [second_approval(desk, closing.act)])
    assert (weapon_of(desk, lost.id).sighting, weapon_of(desk, lost.id).custody) == ("sighted", "not_located")
    assert whole(desk)


def test_one_officer_alone_closes_nothing(desk: Desk) -> None:
    claimed(desk, "SEEN1")
    stocktake = opened(desk)
    count(desk, stocktake, "SEEN1")
    with pytest.raises(PermissionRefusedError):
        close(desk, plan_closing(desk, stocktake))
    assert stocktake_by_id(desk, stocktake.id).state == "open"


def test_the_first_of_the_whole_site_is_the_baseline(desk: Desk) -> None:
    claimed(desk, "SEEN1")
    assert baseline_of(desk) is None
    stocktake = opened(desk)
    count(desk, stocktake, "SEEN1")
    closing = plan_closing(desk, stocktake)
    close(desk, closing, [second_approval(desk, closing.act)])
    found = baseline_of(desk)
    assert found is not None
    assert (found.id, found.both, found.book_only) == (stocktake.id, 1, 0)


def test_nothing_found_closes_nothing(desk: Desk) -> None:
    claimed(desk, "A1")
    with pytest.raises(RuleError, match="Nothing was found"):
        plan_closing(desk, opened(desk))


def test_what_was_entered_since_the_plan_stands_in_its_way(desk: Desk) -> None:
    claimed(desk, "A1", "A2")
    stocktake = opened(desk)
    count(desk, stocktake, "A1")
    closing = plan_closing(desk, stocktake)
    count(desk, stocktake, "A2")
    with pytest.raises(RuleError, match="meanwhile"):
        close(desk, closing, [second_approval(desk, closing.act)])


def test_two_thousand_weapons_are_closed_in_one_act(desk: Desk) -> None:
    serials = [f"T{number:05}" for number in range(2_000)]
    claimed(desk, *serials)
    stocktake = opened(desk)
    count(desk, stocktake, *serials[:1_900])
    closing = plan_closing(desk, stocktake)
    changes = close(desk, closing, [second_approval(desk, closing.act)])
    assert changes.last - changes.first + 1 == 1 + 100 + 1_900
    assert whole(desk)


def test_a_sighting_reads_as_a_single_one_in_the_history(desk: Desk) -> None:
    (weapon,) = claimed(desk, "A1")
    stocktake = opened(desk)
    count(desk, stocktake, "A1")
    closing = plan_closing(desk, stocktake)
    carry_out(desk, closing.act, [second_approval(desk, closing.act)])
    last = history_of(desk, "weapon", weapon)[-1]
    assert (last.event, len(last.approved_by)) == ("weapon.sighted", 1)
