"""Vouchers on a real register: numbered, signed by two, never below nothing, taken back only by another."""

from dataclasses import replace
from typing import Any

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.ammunition import VoucherLine
from armoury.services.acts import carry_out
from armoury.services.ammunition import plan_lot_correction
from armoury.services.ammunition_stock import balance
from armoury.services.ammunition_vouchers import (
    Amount,
    carry_out_vouchers,
    draft_reversal,
    draft_voucher,
    plan_vouchers,
    voucher_numbered,
)
from armoury.services.desk import Desk
from armoury.services.people import plan_purge
from armoury.services.places import change_place
from armoury.services.timeline import history_of
from tests.registers import second_approval
from tests.services.magazine import TODAY, draft, lot, reverse, signed, voucher
from tests.services.stock import FIRST, codes, rack, whole, with_two


def stands(desk: Desk, of: Any, place: str = "R1") -> int:
    return balance(desk, of.id, rack(desk, place))


def refused(desk: Desk, *drafts: Any) -> str:
    """Return the sentence with which vouchers are refused."""
    with pytest.raises(RuleError) as caught:
        plan_vouchers(desk, drafts)
    return caught.value.text()


def test_a_balance_is_the_sum_of_vouchers(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 1000)
    voucher(desk, "issue", ball, 300)
    voucher(desk, "transfer", ball, 200, to="R2")
    voucher(desk, "adjustment", ball, -1)
    voucher(desk, "destruction", ball, 99)
    assert (stands(desk, ball), stands(desk, ball, "R2")) == (400, 200)
    assert whole(desk)


def test_vouchers_are_numbered_on_without_a_gap(desk: Desk) -> None:
    ball = lot(desk)
    numbers = [voucher(desk, kind, ball, 10).number for kind in ("receipt", "issue")]
    with pytest.raises(RuleError):
        voucher(desk, "issue", ball, 11)
    assert [*numbers, voucher(desk, "receipt", ball, 12).number] == [1, 2, 3]


def test_one_officer_alone_writes_no_voucher(desk: Desk) -> None:
    planned = plan_vouchers(desk, [draft(desk, "receipt", lot(desk), 10)])
    with pytest.raises(PermissionRefusedError, match="second officer"):
        carry_out_vouchers(desk, planned)


def test_the_same_person_is_no_second_officer(desk: Desk) -> None:
    planned = plan_vouchers(desk, [draft(desk, "receipt", lot(desk), 10)])
    with pytest.raises(PermissionRefusedError, match="another person"):
        carry_out_vouchers(desk, planned, [second_approval(desk, planned.act, FIRST)])


def test_both_signatures_stand_in_the_history(desk: Desk) -> None:
    found = voucher(desk, "receipt", lot(desk), 10)
    (line,) = history_of(desk, "voucher", found.id)
    assert (line.actor, line.approved_by) == ("Sample cdr", ("Sample adm",))


def test_names_of_those_who_give_and_take_never_enter_the_history(desk: Desk) -> None:
    found = voucher(desk, "receipt", lot(desk), 10, giver="Sample Unusual")
    with desk.read() as connection:
        bodies = connection.exec_driver_sql("SELECT CAST(body AS TEXT) FROM entry").scalars().all()
    assert found.giver == "Sample Unusual"
    assert not [each for each in bodies if "Unusual" in each]


def test_names_can_be_purged_and_the_lines_stay(desk: Desk) -> None:
    ball = lot(desk)
    found = voucher(desk, "receipt", ball, 10)
    with_two(desk, plan_purge(desk, "voucher", found.id, "Act 5, 20 years"))
    assert voucher_numbered(desk, found.number).giver is None
    assert (stands(desk, ball), whole(desk)) == (10, True)


@pytest.mark.parametrize("quantity", [0, -5, 2**53, True, 1.5, "7"])
def test_a_quantity_that_cannot_be_is_refused(desk: Desk, quantity: Any) -> None:
    ball = lot(desk)
    where = VoucherLine(ball.id, rack(desk), quantity)
    assert refused(desk, replace(draft(desk, "receipt", ball, 1), lines=(where,)))


def test_more_than_lies_there_cannot_be_issued(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 40)
    said = refused(desk, draft(desk, "issue", ball, 100))
    assert all(each in said for each in ("LC-26-A", "R1", "-60", TODAY, "40"))


def test_what_lies_elsewhere_does_not_count(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 40, "R2")
    assert "only 0" in refused(desk, draft(desk, "transfer", ball, 1, to="R2"))


def test_another_lot_does_not_count(desk: Desk) -> None:
    voucher(desk, "receipt", lot(desk), 40)
    assert "only 0" in refused(desk, draft(desk, "issue", lot(desk, "LC-26-B"), 1))


def test_so_many_that_nobody_can_count_them_are_refused(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 2**53 - 1)
    assert "So many" in refused(desk, draft(desk, "receipt", ball, 1, document="other"))


def test_a_late_voucher_is_held_against_everything_since(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100, day="2026-09-01", reason="from the paper")
    voucher(desk, "issue", ball, 90, day="2026-09-10", reason="from the paper")
    voucher(desk, "receipt", ball, 500)
    said = refused(desk, draft(desk, "issue", ball, 20, day="2026-09-05", reason="found later"))
    assert all(each in said for each in ("2026-09-10", "-10", "voucher 2", "R1", "LC-26-A"))


def test_a_late_voucher_before_anything_came_is_refused(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100)
    assert "2026-09-20" in refused(desk, draft(desk, "issue", ball, 1, day="2026-09-20", reason="late"))


def test_a_late_voucher_that_fits_is_written_on_its_day(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100, day="2026-09-01", reason="from the paper")
    voucher(desk, "issue", ball, 10)
    voucher(desk, "issue", ball, 90, day="2026-09-05", reason="from the paper")
    assert (stands(desk, ball), whole(desk)) == (0, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "2026-09-22"}, "future"),
        ({"day": "2026-09-20"}, "reason for the late entry"),
        ({"day": "2026-02-30"}, "not a day"),
        ({"authority": " "}, "authority"),
        ({"giver": None}, "handed it over"),
        ({"party": None}, "from whom"),
        ({"salvage": 3}, "salvage"),
        ({"voucher_kind": "gift"}, "gift"),
        ({"voucher_kind": "reversal"}, "which voucher"),
        ({"holder": "nobody"}, "nobody"),
        ({"lines": ()}, "lines"),
        ({"reverses": "x"}, "no voucher"),
    ],
)
def test_what_a_receipt_cannot_say_is_refused(desk: Desk, fields: dict[str, Any], said: str) -> None:
    assert said in refused(desk, replace(draft(desk, "receipt", lot(desk), 10), **fields))


@pytest.mark.parametrize(("kind", "lacks"), [("issue", "taker"), ("adjustment", "reason"), ("return", "giver")])
def test_each_kind_asks_for_what_it_needs(desk: Desk, kind: str, lacks: str) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    said: dict[str, Any] = {lacks: None}
    assert refused(desk, draft(desk, kind, ball, 1, **said))


def test_unknown_lots_and_places_are_named(desk: Desk) -> None:
    good = draft(desk, "receipt", lot(desk), 10)
    assert "no-lot" in refused(desk, replace(good, lines=(VoucherLine("no-lot", rack(desk), 1),)))
    assert "no-place" in refused(desk, replace(good, lines=(VoucherLine(lot(desk, "B").id, "no-place", 1),)))


def test_a_closed_place_takes_nothing(desk: Desk) -> None:
    change_place(desk, "R2", closed=True)
    assert "R2" in refused(desk, draft(desk, "receipt", lot(desk), 10, "R2"))


def test_a_place_with_ammunition_in_it_is_not_closed(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10, "R2")
    with pytest.raises(RuleError, match="Ammunition lies"):
        change_place(desk, "R2", closed=True)
    voucher(desk, "transfer", ball, 10, "R2", to="R1")
    change_place(desk, "R2", closed=True)


def test_nothing_is_here_before_it_was_made(desk: Desk) -> None:
    young = lot(desk, made="2026-08")
    assert "2026-08" in refused(desk, draft(desk, "receipt", young, 10, day="2026-07-31", reason="late"))
    voucher(desk, "receipt", young, 10, day="2026-08-01", reason="late")


def test_a_lot_stands_once_in_a_voucher(desk: Desk) -> None:
    once = draft(desk, "receipt", lot(desk), 10)
    assert "2 times" in refused(desk, replace(once, lines=once.lines * 2))


def test_what_goes_and_what_comes_are_the_same(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    move = draft(desk, "transfer", ball, 5, to="R2")
    assert "differ by 1" in refused(desk, replace(move, lines=(move.lines[0], replace(move.lines[1], quantity=4))))


def test_a_transfer_needs_two_places(desk: Desk) -> None:
    ball = lot(desk)
    for where in ({}, {"to_place": rack(desk)}):
        with pytest.raises(RuleError, match="one place to another"):
            draft_voucher(desk, "transfer", [Amount(ball.id, 1)], place=rack(desk), authority="x", **where)


# ----------------------------------------------------------------------------------------------- what may not be issued

UNFIT: dict[str, dict[str, Any]] = {
    "expired": {"expires": "2026-08"},
    "banned": {"ban": "TA 7/26, misfires"},
    "IATG B": {"condition": "iatg_b"},
    "IATG C": {"condition": "iatg_c"},
    "IATG D": {"condition": "iatg_d"},
    "US H": {"condition": "us_h"},
    "examined": {"condition": None},
}


@pytest.mark.parametrize("why", UNFIT)
def test_a_lot_that_is_not_fit_is_not_issued(desk: Desk, why: str) -> None:
    bad = lot(desk, **UNFIT[why])
    voucher(desk, "receipt", bad, 10)
    assert why in refused(desk, draft(desk, "issue", bad, 1))


@pytest.mark.parametrize("kind", ["transfer", "adjustment", "destruction", "return"])
def test_everything_but_an_issue_is_allowed(desk: Desk, kind: str) -> None:
    bad = lot(desk, condition="iatg_d", expires="2020")
    voucher(desk, "receipt", bad, 10)
    voucher(desk, kind, bad, 1, **({"to": "R2"} if kind == "transfer" else {}))


def test_two_officers_may_set_it_aside_with_a_reason(desk: Desk) -> None:
    bad = lot(desk, condition="iatg_c")
    voucher(desk, "receipt", bad, 10)
    found = voucher(desk, "issue", bad, 1, override="proof firing")
    (line,) = history_of(desk, "voucher", found.id)
    assert "IATG C" in line.overrides[0]
    assert line.overrides[0].endswith("proof firing")


def test_the_reason_of_a_late_entry_sets_nothing_aside(desk: Desk) -> None:
    bad = lot(desk, condition="iatg_c")
    voucher(desk, "receipt", bad, 10, day="2026-09-20", reason="late")
    assert "IATG C" in refused(desk, draft(desk, "issue", bad, 1, day="2026-09-20", reason="late"))


@pytest.mark.parametrize("condition", ["iatg_a", "us_b", "national_fit"])
def test_what_the_data_call_fit_is_issued(desk: Desk, condition: str) -> None:
    good = lot(desk, condition=condition, expires="2026-09")
    voucher(desk, "receipt", good, 10)
    voucher(desk, "issue", good, 10)


def test_a_lot_that_was_graded_down_meanwhile_is_not_issued(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    planned = plan_vouchers(desk, [draft(desk, "issue", ball, 1)])
    carry_out(desk, plan_lot_correction(desk, ball.id, {"condition": "iatg_b"}, "cracked cases").act)
    with pytest.raises(RuleError, match="IATG B"):
        signed(desk, planned)


def test_loose_rounds_and_restricted_lots_are_remarked(desk: Desk) -> None:
    loose = lot(desk, "", lot_kind="local", restriction="training only")
    voucher(desk, "receipt", loose, 10)
    assert codes(plan_vouchers(desk, [draft(desk, "issue", loose, 1)]).remarks) == {"local_lot", "restricted"}


# ------------------------------------------------------------------------------------------------------ entered twice


def test_the_same_voucher_again_needs_a_reason(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    assert "Voucher 1" in refused(desk, draft(desk, "receipt", ball, 10))
    voucher(desk, "receipt", ball, 10, override="a second crate of the same day")
    assert stands(desk, ball) == 20


def test_two_papers_are_two_vouchers_and_one_paper_is_one(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10, document="DN-1")
    voucher(desk, "receipt", ball, 10, document="DN-2")
    assert "“DN-2” is entered already, as voucher 2" in refused(desk, draft(desk, "receipt", ball, 7, document="DN-2"))


def test_a_paper_whose_voucher_was_reversed_is_entered_anew(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10, document="DN-1")
    reverse(desk, 1)
    voucher(desk, "receipt", ball, 7, document="DN-1")
    assert stands(desk, ball) == 7


def test_a_plan_is_carried_out_once(desk: Desk) -> None:
    planned = plan_vouchers(desk, [draft(desk, "receipt", lot(desk), 10)])
    signed(desk, planned)
    with pytest.raises(RuleError, match="already"):
        signed(desk, planned)


def test_a_plan_falls_when_another_voucher_was_written(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    planned = plan_vouchers(desk, [draft(desk, "issue", ball, 10)])
    voucher(desk, "issue", ball, 5)
    with pytest.raises(RuleError, match="meanwhile"):
        signed(desk, planned)


def test_even_behind_the_service_no_number_is_given_twice(desk: Desk) -> None:
    ball = lot(desk)
    planned = [plan_vouchers(desk, [draft(desk, "receipt", ball, count)]) for count in (10, 11)]
    signed(desk, planned[0])
    with pytest.raises(RuleError, match="already has this number"):
        with_two(desk, planned[1].act)


# ------------------------------------------------------------------------------------------------- taken back, closed


def test_a_reversal_takes_back_the_whole_voucher(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 1000)
    voucher(desk, "transfer", ball, 600, to="R2")
    reverse(desk, 2)
    assert (stands(desk, ball), stands(desk, ball, "R2"), whole(desk)) == (1000, 0, True)


def test_a_voucher_is_reversed_once(desk: Desk) -> None:
    voucher(desk, "receipt", lot(desk), 10)
    reverse(desk, 1)
    with pytest.raises(RuleError, match="reversed already, by voucher 2"):
        reverse(desk, 1)


def test_a_voucher_is_not_reversed_twice_in_one_act(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    voucher(desk, "receipt", ball, 20)
    twice = [draft_reversal(desk, 1, authority="x", reason="misread") for _each in range(2)]
    assert "reversed already, by voucher 3" in refused(desk, *twice)


def test_a_reversal_is_not_reversed(desk: Desk) -> None:
    voucher(desk, "receipt", lot(desk), 10)
    reverse(desk, 1)
    with pytest.raises(RuleError, match="not reversed"):
        reverse(desk, 2)


def test_what_was_issued_since_stands_against_a_reversal(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100)
    voucher(desk, "issue", ball, 60)
    with pytest.raises(RuleError, match="-60"):
        reverse(desk, 1)
    voucher(desk, "receipt", ball, 70, document="the right figure")
    reverse(desk, 1)
    assert (stands(desk, ball), whole(desk)) == (10, True)


def test_a_reversal_takes_effect_on_the_day_of_the_mistake(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100, day="2026-09-01", reason="late")
    voucher(desk, "transfer", ball, 100, day="2026-09-02", reason="late", to="R2")
    reverse(desk, 2)
    voucher(desk, "issue", ball, 100, day="2026-09-03", reason="late")
    assert (stands(desk, ball), whole(desk)) == (0, True)


def test_a_reversal_says_nothing_but_the_opposite(desk: Desk) -> None:
    voucher(desk, "receipt", lot(desk), 10)
    back = draft_reversal(desk, 1, authority="x", reason="misread")
    half = replace(back.lines[0], quantity=-5)
    assert "as a whole" in refused(desk, replace(back, lines=(half,)))
    assert "its own day" in refused(desk, replace(back, day="2026-09-01"))


def test_there_is_no_voucher_that_was_never_written(desk: Desk) -> None:
    for number in (1, 0, -1, 2**70):
        with pytest.raises(RuleError, match="no voucher"):
            draft_reversal(desk, number, authority="x", reason="y")
