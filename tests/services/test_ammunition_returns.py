"""Ammunition that comes back: returns close an issue, and who hands it over is not who approves."""

from dataclasses import replace
from typing import Any

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.ammunition import VoucherLine
from armoury.services.ammunition_stock import balance
from armoury.services.ammunition_vouchers import (
    Amount,
    draft_voucher,
    joined,
    number_of,
    plan_vouchers,
    voucher_numbered,
)
from armoury.services.desk import Desk
from armoury.services.places import add_place
from tests.services.magazine import draft, item, lot, reverse, voucher, write
from tests.services.stock import officer, rack, whole


def stands(desk: Desk, of: Any, place: str = "R1") -> int:
    return balance(desk, of.id, rack(desk, place))


def refused(desk: Desk, *drafts: Any) -> str:
    """Return the sentence with which vouchers are refused."""
    with pytest.raises(RuleError) as caught:
        plan_vouchers(desk, drafts)
    return caught.value.text()


def issued(desk: Desk, quantity: int = 100) -> tuple[Any, Any]:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 1000)
    return ball, voucher(desk, "issue", ball, quantity)


def test_what_was_fired_and_what_came_back_close_an_issue(desk: Desk) -> None:
    ball, issue = issued(desk)
    voucher(desk, "return", ball, 30, issue=issue.id, expended=60, salvage=58)
    assert "10 are still out" in refused(desk, draft(desk, "return", ball, 11, issue=issue.id))
    voucher(desk, "return", ball, 10, issue=issue.id)
    assert stands(desk, ball) == 940


def test_a_firing_return_may_bring_back_nothing(desk: Desk) -> None:
    ball, issue = issued(desk)
    voucher(desk, "return", ball, 0, issue=issue.id, expended=100)
    assert (stands(desk, ball), whole(desk)) == (900, True)


def test_returns_in_one_act_are_held_against_each_other(desk: Desk) -> None:
    ball, issue = issued(desk)
    two = [draft(desk, "return", ball, 60, issue=issue.id, document=each) for each in ("a", "b")]
    assert "40 are still out" in refused(desk, *two)


def test_another_lot_is_not_what_was_issued(desk: Desk) -> None:
    _ball, issue = issued(desk)
    assert "was not issued" in refused(desk, draft(desk, "return", lot(desk, "OTHER"), 1, issue=issue.id))


def test_nothing_comes_back_before_it_went(desk: Desk) -> None:
    ball, issue = issued(desk)
    early = draft(desk, "return", ball, 1, issue=issue.id, day="2026-09-20", reason="late")
    assert "before" in refused(desk, early)


def test_only_an_issue_is_returned_to(desk: Desk) -> None:
    ball, _issue = issued(desk)
    receipt = voucher_numbered(desk, 1)
    assert "must have been issued" in refused(desk, draft(desk, "return", ball, 1, issue=receipt.id))


def test_an_issue_is_reversed_only_after_its_returns(desk: Desk) -> None:
    ball, issue = issued(desk)
    back = voucher(desk, "return", ball, 100, issue=issue.id)
    with pytest.raises(RuleError, match=f"first the vouchers {back.number}"):
        reverse(desk, issue.number)
    reverse(desk, back.number)
    reverse(desk, issue.number)
    assert "was reversed" in refused(desk, draft(desk, "return", ball, 1, issue=issue.id))
    assert (stands(desk, ball), whole(desk)) == (1000, True)


def test_a_reversed_return_is_out_again(desk: Desk) -> None:
    ball, issue = issued(desk)
    reverse(desk, voucher(desk, "return", ball, 100, issue=issue.id).number)
    voucher(desk, "return", ball, 100, issue=issue.id)
    assert stands(desk, ball) == 1000


# -------------------------------------------------------------------------------------------------------- who may


def test_nobody_hands_ammunition_to_himself(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    assert "yourself" in refused(desk, draft(desk, "issue", ball, 1, holder=desk.officer.id))


def test_who_receives_it_does_not_approve_it(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    with desk.read() as connection:
        adm = connection.exec_driver_sql("SELECT id FROM person WHERE sign_in = 'adm'").scalar_one()
    with pytest.raises(PermissionRefusedError, match="receives"):
        voucher(desk, "issue", ball, 1, holder=adm)
    voucher(desk, "issue", ball, 1, holder=officer(desk).id)


def test_a_hundred_lines_are_one_entry(desk: Desk) -> None:
    of = item(desk)
    many = [lot(desk, f"L{number}", of=of) for number in range(100)]
    one = draft_voucher(
        desk, "receipt", [Amount(each.id, 5) for each in many], place=rack(desk), authority="x", party="y", giver="z"
    )
    changes = write(desk, one)
    assert changes.first == changes.last
    assert {stands(desk, each) for each in many} == {5}


def test_what_comes_to_one_place_from_several_is_added_up(desk: Desk) -> None:
    add_place(desk, "R3", "Rack three", "rack", "ARM")
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    voucher(desk, "receipt", ball, 10, "R2")
    parts = [draft(desk, "transfer", ball, count, place, to="R3") for count, place in ((4, "R1"), (5, "R2"))]
    write(desk, joined(parts))
    assert [stands(desk, ball, each) for each in ("R1", "R2", "R3")] == [6, 5, 9]
    assert [each.quantity for each in voucher_numbered(desk, 3).lines] == [-4, 9, -5]


def test_what_one_draft_names_twice_is_not_added_up(desk: Desk) -> None:
    ball = lot(desk)
    twice = draft(desk, "receipt", ball, 5)
    assert "2 times" in refused(desk, joined([replace(twice, lines=twice.lines * 2)]))


def test_a_voucher_is_named_by_its_number(desk: Desk) -> None:
    found = voucher(desk, "receipt", lot(desk), 5)
    assert (number_of(desk, found.id), number_of(desk, "none")) == (1, None)


def test_a_voucher_may_take_from_several_places(desk: Desk) -> None:
    add_place(desk, "R3", "Rack three", "rack", "ARM")
    ball = lot(desk)
    voucher(desk, "receipt", ball, 10)
    voucher(desk, "receipt", ball, 10, "R2")
    both = draft(desk, "issue", ball, 10)
    write(desk, replace(both, lines=(*both.lines, VoucherLine(ball.id, rack(desk, "R2"), -3))))
    assert (stands(desk, ball), stands(desk, ball, "R2")) == (0, 7)
