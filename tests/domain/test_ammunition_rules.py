"""Items and lots by themselves: hazard codes, explosive quantities, units of issue, dates, what may not be issued."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.ammunition_rules import (
    hazard_code,
    hindrances,
    in_grams,
    in_kilograms,
    in_units,
    item_remarks,
    lot_remarks,
    read_grams,
    read_quantity,
)
from armoury.domain.dates import PartialDate, Precision
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.domain.reference import load_reference
from armoury.domain.remarks import Level

DATA = load_reference()
TODAY = date(2026, 9, 21)
BALL = AmmunitionItem(
    "i", "BCDEFGHJK", "9-BALL", "Cartridge 9 mm ball", "ball", un_number="0012", hazard_division="1.4",
    compatibility_group="S", neq_micrograms=400_000, unit_of_issue="box", unit_quantity=50,
)  # fmt: skip
LOT = Lot("l", "BCDEFGHJK", "i", "LC-26-A", condition="iatg_a")
YEAR = Precision.YEAR


def said(**fields: Any) -> dict[str, Level]:
    return {each.code: each.level for each in item_remarks(replace(BALL, **fields), DATA)}


def lot_said(**fields: Any) -> dict[str, Level]:
    return {each.code: each.level for each in lot_remarks(replace(LOT, **fields), TODAY)}


def why(day: date = TODAY, **fields: Any) -> set[str]:
    return {each.code for each in hindrances(replace(LOT, **fields), DATA, day)}


def test_nothing_is_said_of_what_is_right():
    assert (said(), lot_said(), why()) == ({}, {}, set())


@pytest.mark.parametrize(
    ("fields", "code", "level"),
    [
        ({"un_number": "12"}, "un_number", Level.STOP),
        ({"un_number": "UN0012"}, "un_number", Level.STOP),
        ({"un_number": "0499"}, "un_unknown", Level.NOTE),
        ({"un_number": "0339"}, "un_code", Level.WARN),
        ({"hazard_division": "1.3"}, "hazard_pair", Level.STOP),
        ({"hazard_division": "1.4", "compatibility_group": "A"}, "hazard_pair", Level.STOP),
        ({"hazard_division": "1.6", "compatibility_group": "D"}, "hazard_pair", Level.STOP),
        ({"compatibility_group": None}, "hazard_half", Level.STOP),
        ({"hazard_division": None}, "hazard_half", Level.STOP),
        ({"hazard_division": None, "compatibility_group": None}, "hazard_missing", Level.WARN),
        ({"neq_micrograms": None}, "neq_missing", Level.WARN),
        ({"nature": "drill"}, "neq_inert", Level.WARN),
        ({"unit_quantity": 0}, "unit", Level.STOP),
        ({"package_quantity": 0}, "unit", Level.STOP),
        ({"unit_of_issue": "round"}, "unit", Level.STOP),
        ({"code": "--"}, "code", Level.STOP),
    ],
)
def test_what_cannot_be_or_is_strange_is_said(fields: dict[str, Any], code: str, level: Level):
    assert said(**fields)[code] is level


def test_inert_ammunition_needs_neither_division_nor_quantity():
    bare = {"hazard_division": None, "compatibility_group": None, "neq_micrograms": None, "un_number": None}
    assert said(nature="drill", **bare) == {}


def test_a_wrong_pair_names_the_right_ones():
    (text,) = [each.text for each in item_remarks(replace(BALL, hazard_division="1.5"), DATA) if each.level == "stop"]
    assert "1.5S" in text
    assert "groups D." in text


@pytest.mark.parametrize("division", ["1.2.1", "1.2.2", "1.2.3", "1.3.1"])
def test_a_storage_sub_division_counts_as_its_division(division: str):
    item = replace(BALL, hazard_division=division, compatibility_group="G")
    assert hazard_code(item, DATA) == f"{division[:3]}G"
    assert "hazard_pair" not in said(hazard_division=division, compatibility_group="G")


def test_the_table_of_codes_has_the_35_that_are_possible():
    codes = DATA.lists["hazard_codes"]
    assert len(codes) == 35
    assert all(each.id == f"{each.details['division']}{each.details['group']}" for each in codes.values())


def test_codes_and_conditions_refer_to_what_there_is():
    divisions, groups = DATA.lists["hazard_divisions"], DATA.lists["compatibility_groups"]
    codes = DATA.lists["hazard_codes"]
    assert {each.details["division"] for each in codes.values()} <= divisions.keys()
    assert {each.details["group"] for each in codes.values()} == groups.keys()
    assert {each.details["hazard_code"] for each in DATA.lists["un_numbers"].values()} <= codes.keys()
    assert {e.details["scheme"] for e in DATA.lists["ammunition_conditions"].values()} == DATA.lists[
        "condition_schemes"
    ].keys()


@pytest.mark.parametrize(
    ("fields", "code", "level"),
    [
        ({"made": PartialDate("2027", YEAR)}, "made_future", Level.STOP),
        ({"made": PartialDate("2026-09-22", Precision.DAY)}, "made_future", Level.STOP),
        ({"made": PartialDate("2010", YEAR), "expires": PartialDate("2009", YEAR)}, "expires_before_made", Level.STOP),
        ({"lot_number": "--"}, "lot_number", Level.STOP),
        ({"condition": None}, "ungraded", Level.WARN),
        ({"expires": PartialDate("2026-08", Precision.MONTH)}, "expired", Level.WARN),
    ],
)
def test_what_of_a_lot_cannot_be_or_is_strange_is_said(fields: dict[str, Any], code: str, level: Level):
    assert lot_said(**fields)[code] is level


def test_dates_that_may_be_in_order_are_let_through():
    assert lot_said(made=PartialDate("202", Precision.DECADE), expires=PartialDate("2027", YEAR)) == {}
    assert lot_said(made=PartialDate("2026", YEAR)) == {}


def test_an_expiry_known_to_the_month_passes_with_its_last_day():
    month = PartialDate("2026-09", Precision.MONTH)
    assert why(date(2026, 9, 30), expires=month) == set()
    assert why(date(2026, 10, 1), expires=month) == {"expired"}


@pytest.mark.parametrize("condition", ["iatg_b", "iatg_c", "iatg_d", "us_d", "us_h", "us_j", "national_unfit"])
def test_conditions_that_are_not_issued(condition: str):
    assert why(condition=condition) == {"condition"}


def test_all_hindrances_are_told_together():
    assert why(ban="x", condition=None, expires=PartialDate("2020", YEAR)) == {"banned", "ungraded", "expired"}


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("200", 200), (" -3 ", -3), ("+3", 3), ("\u22123", -3), ("4u", 200), ("4 U + 7", 207), ("0u+7", 7), ("007", 7)],
)
def test_a_quantity_is_read_in_items_or_units_of_issue(typed: str, quantity: int):
    assert read_quantity(typed, BALL) == quantity


@pytest.mark.parametrize("typed", ["", "u", "1.5", "1e3", "four", "4u+", "-4u", "9" * 30, "1 000"])
def test_what_is_no_quantity_is_refused(typed: str):
    with pytest.raises(RuleError, match="not a quantity"):
        read_quantity(typed, BALL)


@given(st.integers(0, 2**53))
def test_units_and_loose_items_make_up_the_quantity(quantity: int):
    units, loose = in_units(quantity, BALL)
    assert units * 50 + loose == quantity
    assert 0 <= loose < 50


@pytest.mark.parametrize(
    ("typed", "micrograms"), [("0.4", 400_000), ("0,0255", 25_500), ("735", 735_000_000), ("0", 0), ("1e-6", 1)]
)
def test_explosive_quantities_are_read_in_grams(typed: str, micrograms: int):
    assert read_grams(typed) == micrograms


@pytest.mark.parametrize("typed", ["", "-1", "nan", "inf", "0.0000001", "much", "1e99", "1e999999999"])
def test_what_is_no_explosive_quantity_is_refused(typed: str):
    with pytest.raises(RuleError, match="grams"):
        read_grams(typed)


@given(st.integers(0, 2**60))
def test_grams_are_written_without_loss(micrograms: int):
    whole, _point, rest = in_grams(micrograms).partition(".")
    assert int(whole) * 10**6 + int(rest.ljust(6, "0")) == micrograms


def test_kilograms_have_no_needless_zero():
    assert [in_kilograms(each) for each in (0, 400_000_000, 12_345_000_000_000)] == ["0", "0.4", "12345"]
