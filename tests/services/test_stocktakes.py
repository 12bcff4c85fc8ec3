"""Stock-takes are opened for a board that is independent of the store, numbered, and end in one way only."""

from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.officers import NewOfficer, plan_new_officer, write_with_slot
from armoury.services.people import change_person
from armoury.services.stocktakes import (
    Scope,
    abandon,
    baseline_of,
    open_stocktake,
    plan_opening,
    stocktake_named,
    stocktakes,
)
from armoury.store.opening import Surroundings
from tests.registers import SetClock, desk_of, second_approval
from tests.services.floor import WHY, board, claimed, closed, count, opened
from tests.services.stock import furnish, officer, rack, registered, whole

YEAR = 366 * 24 * 3_600_000


@pytest.fixture
def staffed(staffed_path: Path, around: Surroundings):
    """A register whose commander and auditor keep nothing; an armourer and a storekeeper do."""
    with desk_of(staffed_path, "adm", around) as desk:
        furnish(desk)
        planned = plan_new_officer(desk, NewOfficer("aud", "an auditor's words", ("auditor",), "Sample Auditor"))
        write_with_slot(desk, planned, [second_approval(desk, planned.act, "cdr")])
        desk.close()
    with desk_of(staffed_path, "cdr", around) as desk:
        yield desk


def test_an_independent_board_opens_without_more(staffed: Desk) -> None:
    record = open_stocktake(staffed, Scope(), board(staffed, "cdr", "aud"))
    assert (record.reference, record.state, record.baseline, record.keepers) == ("ST-2026-1", "open", True, ())
    assert whole(staffed)


def test_a_keeper_on_the_board_needs_a_reason(staffed: Desk) -> None:
    with pytest.raises(RuleError, match="sto: Who keeps the store does not also certify"):
        plan_opening(staffed, Scope(), board(staffed, "cdr", "aud", "sto"))


def test_a_keeper_with_a_reason_needs_a_second_officer(staffed: Desk) -> None:
    act = plan_opening(staffed, Scope(), board(staffed, "cdr", "aud", "sto"), override=WHY)
    with pytest.raises(PermissionRefusedError, match="second officer"):
        carry_out(staffed, act)
    carry_out(staffed, act, [second_approval(staffed, act)])
    record = stocktake_named(staffed, None)
    assert (record.keepers, record.override) == (tuple(board(staffed, "sto")), WHY)
    assert whole(staffed)


def test_the_override_names_nobody_by_personal_data(staffed: Desk) -> None:
    act = plan_opening(staffed, Scope(), board(staffed, "cdr", "aud", "sto"), override=WHY)
    said = "sto sits on the board of the stock-take. Who keeps the store does not also certify what is in it."
    assert act.overrides == (said,)


def test_two_of_the_board_must_be_able_to_close_it(staffed: Desk) -> None:
    with pytest.raises(RuleError, match="commander"):
        plan_opening(staffed, Scope(), board(staffed, "cdr", "adm"))


def test_an_armourer_may_not_open_one(staffed_path: Path, staffed: Desk, around: Surroundings) -> None:
    who = board(staffed, "cdr", "aud")
    staffed.close()
    with desk_of(staffed_path, "arm", around) as desk, pytest.raises(PermissionRefusedError):
        open_stocktake(desk, Scope(), who)


@pytest.mark.parametrize(("names", "said"), [(["cdr"], "two people"), (["cdr", "cdr"], "twice")])
def test_a_board_is_two_different_people(desk: Desk, names: list[str], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        plan_opening(desk, Scope(), board(desk, *names), override=WHY)


def test_who_has_left_sits_on_no_board(desk: Desk) -> None:
    gone = officer(desk, badge="B7")
    change_person(desk, gone.id, {"status": "left"})
    with pytest.raises(RuleError, match="B7 left"):
        plan_opening(desk, Scope(), [*board(desk), gone.id], override=WHY)


def test_a_board_may_have_people_without_an_account(desk: Desk) -> None:
    guest = officer(desk)
    act = plan_opening(desk, Scope(), [guest.id, *board(desk)], override=WHY)
    assert act.steps[0].after.board[0] == guest.id  # type: ignore[index]


def test_an_unknown_person_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="does not know"):
        plan_opening(desk, Scope(), [*board(desk), "nobody"], override=WHY)


@pytest.mark.parametrize("scope", [Scope(places=("x",)), Scope(types=("x",)), Scope(legal=("x",))])
def test_a_scope_that_names_nothing_is_refused(desk: Desk, scope: Scope) -> None:
    with pytest.raises(RuleError, match="scope"):
        plan_opening(desk, scope, board(desk), override=WHY)


def test_numbers_run_within_the_year(desk: Desk, clock: SetClock) -> None:
    opened(desk)
    assert opened(desk).reference == "ST-2026-2"
    clock.forward(YEAR)
    assert opened(desk).reference == "ST-2027-1"


def test_the_only_open_one_needs_no_number(desk: Desk) -> None:
    first = opened(desk)
    assert stocktake_named(desk, None) == first
    second = opened(desk)
    with pytest.raises(RuleError, match="ST-2026-2, ST-2026-1"):
        stocktake_named(desk, None)
    assert stocktake_named(desk, "st-2026-2 ") == second


def test_none_open_says_so(desk: Desk) -> None:
    with pytest.raises(RuleError, match="No stock-take is open"):
        stocktake_named(desk, None)
    with pytest.raises(RuleError, match="ST-9"):
        stocktake_named(desk, "ST-9")


def test_one_that_was_given_up_takes_nothing_more(desk: Desk) -> None:
    record = opened(desk)
    abandon(desk, record, "fire in the store")
    given_up = stocktake_named(desk, record.reference)
    assert (given_up.state, given_up.void) == ("void", "fire in the store")
    with pytest.raises(RuleError, match="fire in the store"):
        count(desk, given_up, "A1")
    assert stocktakes(desk, ["open"]) == []


def test_giving_up_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(RuleError, match="why"):
        abandon(desk, opened(desk), " ")


def test_there_is_no_baseline_before_one_was_closed(desk: Desk) -> None:
    claimed(desk, "A1")
    record = opened(desk)
    assert baseline_of(desk) is None
    count(desk, record, "A1")
    assert baseline_of(desk) is None
    closed(desk, record)
    assert getattr(baseline_of(desk), "reference", None) == record.reference


def test_the_first_one_stays_the_baseline(desk: Desk) -> None:
    claimed(desk, "A1")
    first = opened(desk)
    count(desk, first, "A1")
    closed(desk, first)
    second = opened(desk)
    assert not second.baseline
    count(desk, second, "A1")
    closed(desk, second)
    assert getattr(baseline_of(desk), "reference", None) == first.reference


def test_a_part_of_the_site_is_a_baseline_for_what_lies_there(desk: Desk) -> None:
    here = claimed(desk, "A1")[0]
    there = registered(desk, "B1", place=rack(desk, "R2"))
    part = opened(desk, Scope(places=(rack(desk, "R1"),)))
    count(desk, part, "A1")
    closed(desk, part)
    assert baseline_of(desk) is None
    assert getattr(baseline_of(desk, here), "reference", None) == part.reference
    assert baseline_of(desk, there) is None
