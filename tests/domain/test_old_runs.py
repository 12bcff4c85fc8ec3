"""Runs in the place of a serial: expanded where certain, asked about where not, never one weapon in silence."""

import pytest

from armoury.domain.old_runs import read_run

CERTAIN = {
    "A0098-A0105": 8, "I001 – I200": 200, "J001 t/m J200": 200, "K001 al K200": 200, "L001 à L200": 200,
    "M001 ~ M200": 200, "N001 thru N200": 200, "O001 through O200": 200, "Q001...Q200": 200, "AB-01 - AB-20": 20,
    "K001 hasta K200": 200, "J001 tot en met J003": 3, "P001-P200 (200 nos)": 200, "0101-0150 (50)": 50,
}  # fmt: skip

ASKED = (
    "A98-A105", "B1-B200", "98-105", "AB 98 to AB 105", "D-98 - D-105", "E0098-E105", "F001-200", "G001-G200, G300",
    "H001/H200", "R001 & R002", "S001 S002", "S001\nS002", "0101-0150", "201/250", "A200-A100", "A001toA200",
    "from 001 to 100", "123456 123457", "12 a 15", "P001-P200 (100 nos)", "A12 (3)", "A1 and A2", "A1 to A5 to A9",
    "A98-105", "A0001+200", "001 & 002",
)  # fmt: skip

ONE = ("A123", "AB 1234", "12-345678", "33-000492", "AB-0001", "12 345", "1234-1", "FN 12 34", "99-9A9999", "AA 9A99")

REMARKED = ("12/3456", "1234/5", "123456-78", "123 bix 456")


@pytest.mark.parametrize("text", CERTAIN)
def test_a_run_that_can_be_nothing_else_is_expanded(text: str):
    assert len(read_run(text, None).numbers) == CERTAIN[text]


@pytest.mark.parametrize("text", ASKED)
def test_what_may_be_several_weapons_is_never_one_in_silence(text: str):
    found = read_run(text, None)
    assert (found.numbers, found.code != "") == ((), True)


@pytest.mark.parametrize("text", ONE)
def test_strokes_and_blanks_of_one_serial_are_left_alone(text: str):
    assert (read_run(text, None).numbers, read_run(text, None).code) == ((text,), "")


@pytest.mark.parametrize("text", REMARKED)
def test_what_is_likelier_one_serial_is_taken_so_and_remarked(text: str):
    assert (read_run(text, None).numbers, read_run(text, None).code) == ((text,), "serial_one")


@pytest.mark.parametrize(("text", "count"), [("A98-A105", 8), ("98-105", 8), ("0101-0150", 50), ("S1 & S2", 2)])
def test_a_quantity_that_agrees_settles_it(text: str, count: int):
    assert len(read_run(text, count).numbers) == count


@pytest.mark.parametrize(("text", "count"), [("A98-A105", 9), ("A1", 3), ("E0098-E105", 8), ("A1-A3 (3)", 2)])
def test_a_quantity_that_disagrees_stops(text: str, count: int):
    assert read_run(text, count).numbers == ()


def test_a_serial_with_a_stroke_is_one_where_the_quantity_says_so():
    assert read_run("98-105", 1).numbers == ("98-105",)
