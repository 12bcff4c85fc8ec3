"""What lies where: balances with filters, explosive quantities, tally cards; vouchers read back."""

from dataclasses import replace
from typing import Any

import pytest

from armoury.domain.records.ammunition import Lot
from armoury.services.ammunition_reports import VoucherFilter, report, vouchers
from armoury.services.ammunition_stock import (
    StockFilter,
    by_hazard,
    explosive_quantities,
    ledger,
    lots,
    stock,
    tally,
)
from armoury.services.desk import Desk
from tests.services.magazine import item, lot, reverse, voucher
from tests.services.stock import rack


@pytest.fixture(name="held")
def _held(desk: Desk) -> dict[str, Lot]:
    """Two lots of ball in two racks, one of smoke grenades, one lot that is used up."""
    smoke = item(
        desk, code="SMOKE", name="Smoke grenade", nature="smoke", calibre_text="40x46", un_number="0303",
        compatibility_group="G", neq_micrograms=None, unit_of_issue="item", unit_quantity=1,
    )  # fmt: skip
    heavy = item(
        desk, code="HE", name="Cartridge 40 mm", nature="high_explosive", calibre_text="40x46", un_number="0321",
        hazard_division="1.2.2", compatibility_group="E", neq_micrograms=32_000_000, unit_of_issue="item",
        unit_quantity=1,
    )  # fmt: skip
    held = {
        "A": lot(desk, "A", expires="2030-06"), "B": lot(desk, "B", condition="iatg_d", expires="2027"),
        "S": lot(desk, "S", of=smoke), "H": lot(desk, "H", of=heavy), "gone": lot(desk, "G"),
    }  # fmt: skip
    voucher(desk, "receipt", held["A"], 1000, day="2026-09-01", reason="late")
    voucher(desk, "transfer", held["A"], 250, to="R2")
    voucher(desk, "receipt", held["B"], 10)
    voucher(desk, "receipt", held["S"], 6, "R2")
    voucher(desk, "receipt", held["H"], 3)
    voucher(desk, "receipt", held["gone"], 5)
    voucher(desk, "destruction", held["gone"], 5)
    return held


def found(desk: Desk, **filters: Any) -> list[tuple[str, str, int]]:
    return [(each.lot_number, each.place_code, each.quantity) for each in stock(desk, StockFilter(**filters))]


def test_stock_is_what_is_left_by_place_item_and_lot(desk: Desk, held: dict[str, Lot]) -> None:
    assert found(desk) == [
        ("A", "R1", 750), ("B", "R1", 10), ("H", "R1", 3), ("A", "R2", 250), ("S", "R2", 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"condition": "iatg_d"}, "B"),
        ({"expires_before": "2029-01-01"}, "B"),
        ({"expires_before": "2030-06-15"}, "AAB"),
        ({"division": "1.2"}, "H"),
        ({"division": "1.4"}, "AABS"),
        ({"calibre": "40x46"}, "HS"),
        ({"calibre": "9x19", "condition": "iatg_a"}, "AA"),
        ({"day": "2026-09-01"}, "A"),
        ({"day": "2026-08-31"}, ""),
    ],
)
def test_filters_narrow_the_stock(desk: Desk, held: dict[str, Lot], filters: dict[str, Any], expected: str) -> None:
    assert "".join(sorted(each[0] for each in found(desk, **filters))) == expected


def test_a_place_counts_with_all_inside_it(desk: Desk, held: dict[str, Lot]) -> None:
    assert [each[0] for each in found(desk, place=rack(desk, "R2"))] == ["A", "S"]
    assert len(found(desk, place=rack(desk, "HQ"))) == 5


def test_one_lot_or_item_alone(desk: Desk, held: dict[str, Lot]) -> None:
    assert found(desk, lot=held["A"].id) == [("A", "R1", 750), ("A", "R2", 250)]
    assert found(desk, item=held["S"].item) == [("S", "R2", 6)]


def test_lots_are_listed_also_when_nothing_is_left(desk: Desk, held: dict[str, Lot]) -> None:
    assert [(each.lot.lot_number, each.quantity) for each in lots(desk)] == [
        ("A", 1000), ("B", 10), ("G", 0), ("H", 3), ("S", 6),
    ]  # fmt: skip
    assert [each.lot.lot_number for each in lots(desk, StockFilter(place=rack(desk, "R2")))] == ["A", "S"]
    assert [each.lot.lot_number for each in lots(desk, StockFilter(condition="iatg_d"))] == ["B"]


def test_explosive_quantities_add_up_by_place_and_division(desk: Desk, held: dict[str, Lot]) -> None:
    sums = [(e.place_code, e.division, e.items, e.neq_micrograms, e.unknown) for e in explosive_quantities(desk)]
    assert sums == [
        ("R1", "1.2.2", 3, 96_000_000, 0), ("R1", "1.4", 760, 304_000_000, 0), ("R2", "1.4", 256, 100_000_000, 6),
    ]  # fmt: skip


def test_stock_adds_up_by_division_and_group(desk: Desk, held: dict[str, Lot]) -> None:
    inert = item(desk, code="DRILL", name="Drill", nature="drill", hazard_division=None, compatibility_group=None)
    voucher(desk, "receipt", lot(desk, "D", of=inert), 7)
    sums = [(e.division, e.group, e.items, e.neq_micrograms, e.unknown) for e in by_hazard(stock(desk))]
    assert sums == [
        ("1.2.2", "E", 3, 96_000_000, 0), ("1.4", "G", 6, 0, 6), ("1.4", "S", 1010, 404_000_000, 0),
        (None, None, 7, 2_800_000, 0),
    ]  # fmt: skip


def test_a_ledger_runs_over_all_places(desk: Desk, held: dict[str, Lot]) -> None:
    voucher(desk, "issue", held["A"], 100, day="2026-09-02", reason="late")
    reverse(desk, 2)
    lines = [(e.number, e.place_code, e.quantity, e.here, e.everywhere) for e in ledger(desk, held["A"].id)]
    assert lines == [
        (1, "R1", 1000, 1000, 1000), (8, "R1", -100, 900, 900), (2, "R1", -250, 650, 650), (2, "R2", 250, 250, 900),
        (9, "R1", 250, 900, 1150), (9, "R2", -250, 0, 900),
    ]  # fmt: skip
    assert [(e.reverses, e.reversed_by) for e in ledger(desk, held["A"].id)][2:] == [(None, 9)] * 2 + [(2, None)] * 2


def test_huge_sums_lose_nothing(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 2**53 - 1)
    assert explosive_quantities(desk)[0].neq_micrograms == (2**53 - 1) * 400_000


def test_a_tally_card_runs_in_the_order_of_days(desk: Desk, held: dict[str, Lot]) -> None:
    voucher(desk, "issue", held["A"], 100, day="2026-09-02", reason="late")
    lines = tally(desk, held["A"].id, rack(desk))
    assert [(each.number, each.day, each.quantity, each.balance) for each in lines] == [
        (1, "2026-09-01", 1000, 1000), (8, "2026-09-02", -100, 900), (2, "2026-09-21", -250, 650),
    ]  # fmt: skip


def test_vouchers_are_listed_the_latest_first(desk: Desk, held: dict[str, Lot]) -> None:
    def numbers(**filters: Any) -> list[int]:
        return [each.number for each in vouchers(desk, VoucherFilter(**filters))]

    assert numbers() == [7, 6, 5, 4, 3, 2, 1]
    assert numbers(kinds=("transfer", "destruction")) == [7, 2]
    assert numbers(until="2026-09-20") == [1]
    assert numbers(since="2026-09-02", lot=held["A"].id) == [2]
    assert numbers(place=rack(desk, "R2")) == [4, 2]
    assert [each.number for each in vouchers(desk, count=2, skip=1)] == [6, 5]


def test_open_issues_are_those_not_accounted_for(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100)
    first, second, third = (voucher(desk, "issue", ball, count) for count in (10, 20, 30))
    voucher(desk, "return", ball, 4, issue=first.id, expended=6)
    voucher(desk, "return", ball, 4, issue=second.id, expended=6)
    reverse(desk, third.number)
    assert [each.number for each in vouchers(desk, VoucherFilter(open_issues=True))] == [second.number]
    assert report(desk, second.number).still_out == (("LC-26-A", 10),)


def test_a_report_says_all_that_the_paper_shows(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100)
    issue = voucher(desk, "issue", ball, 10)
    back = voucher(desk, "return", ball, 4, issue=issue.id)
    reverse(desk, back.number)
    said = report(desk, back.number)
    (line,) = said.lines
    assert (line.lot.lot_number, line.item.code, line.place.code, line.neq_micrograms) == (
        "LC-26-A", "9-BALL", "R1", 1_600_000,
    )  # fmt: skip
    assert (said.issue_number, said.reversed_by, said.entered_by, said.approved_by) == (
        issue.number, 4, "Sample cdr", ("Sample adm",),
    )  # fmt: skip
    assert report(desk, 4).reverses_number == back.number


def test_names_are_for_those_who_need_them(desk: Desk) -> None:
    ball = lot(desk)
    voucher(desk, "receipt", ball, 100)
    assert report(desk, 1).voucher.giver == "Sample Driver"
    desk.officer = replace(desk.officer, roles=("auditor",))
    assert report(desk, 1).voucher.giver is None
    assert vouchers(desk)[0].giver is None
