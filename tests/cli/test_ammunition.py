"""`armoury ammunition`: what the vouchers add up to, by item, lot and place, and read back one by one."""

import pytest

from armoury.cli import output
from tests.cli.test_ammunition_vouchers import BACK, FROM, OLD, ORDER, TO, write


@pytest.fixture
def busy(call, depot):
    """Five vouchers after the first: smoke received, ball moved, issued, returned in part, an adjustment reversed."""
    write(call, "receive", "--line", "SMK-1", "R2", "6", *FROM, "--document", "DN-1")
    write(call, "move", "--line", "LC-26-A", "R1", "R2", "250", *ORDER)
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    write(call, "return", "--issue", 4, "--line", "LC-26-A", "R1", "30", "--fired", "LC-26-A", "200", *BACK)
    write(call, "adjust", "--line", "LC-26-A", "R2", "-1", *OLD)
    write(call, "reverse", 6, *OLD)


def stock(call, *words):
    found = call("ammunition", "stock", *words, "--json").json
    return [(each["lot_number"], each["place_code"], each["quantity"]) for each in found["lines"]]


def test_stock_is_listed_by_item_lot_and_place(call, busy):
    assert stock(call) == [("LC-26-A", "R1", 480), ("LC-26-A", "R2", 250), ("SMK-1", "R2", 6)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--item", "9-BALL"), [480, 250]),
        (("--lot", "smk1"), [6]),
        (("--place", "R2"), [250, 6]),
        (("--place", "ARM"), [480, 250, 6]),
        (("--calibre", "9 mm Luger"), [480, 250]),
        (("--division", "1.4"), [480, 250, 6]),
        (("--division", "1.1"), []),
        (("--condition", "iatg_a"), [480, 250, 6]),
        (("--expires-before", "2099-01-01"), []),
        (("--day", "2020-01-01"), []),
    ],
)
def test_filters_narrow_the_stock(call, busy, words, found):
    assert [each[2] for each in stock(call, *words)] == found
    assert call("ammunition", "stock", *words).code == 0


def test_explosive_quantities_are_summed_by_division_and_group(call, busy):
    sums = call("ammunition", "stock", "--json").json["hazards"]
    names = ("division", "group", "items", "neq_micrograms", "unknown")
    assert [tuple(each[name] for name in names) for each in sums] == [
        ("1.4", "G", 6, 0, 6), ("1.4", "S", 730, 292_000_000, 0),
    ]  # fmt: skip


def test_stock_says_units_and_sums(call, busy):
    lines = call("ammunition", "stock").out.splitlines()
    cells = [line.split() for line in lines]
    assert "9-BALL  Cartridge 9 mm ball: 1.4S, 0.4 g NEQ each, Box of 50" in lines
    assert ["LC-26-A", "R1", "480", "9", "Box", "+", "30", "0.192", "yes,", "IATG", "A"] in cells
    assert ["Sum", "730", "14", "Box", "+", "30", "0.292"] in cells
    assert ["1.4", "G", "6", "not", "known", "6"] in cells
    assert ["1.4", "all", "736", "0.292", "6"] in cells


def test_the_stock_of_a_day_says_so(call, busy):
    assert (
        "At the end of 2999-01-01; what may be issued is said as of today."
        in call("ammunition", "stock", "--day", "2999-01-01").out
    )


def test_a_lot_that_may_not_be_issued_is_marked_in_the_stock(call, depot):
    write(call, "receive", "--line", "LC-26-B", "R1", "5", *FROM)
    call("ammunition", "lots", "correct", "LC-26-B", "--set", "ban=TA 7", "--set", "expires=2020", "--reason", "x")
    assert "no: expired, banned, IATG C" in call("ammunition", "stock").out


def test_no_stock_is_no_failure(call, signed_in):
    answer = call("ammunition", "stock")
    assert (answer.code, "Nothing lies there" in answer.err) == (0, True)
    assert call("ammunition", "stock", "--json").json == {"hazards": [], "lines": []}


@pytest.mark.parametrize(
    "words",
    [("--day", "soon"), ("--division", "9"), ("--lot", "X"), ("--item", "X"), ("--place", "R9"),
     ("--condition", "good"), ("--expires-before", "2030-13-01")],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_a_sentence(call, depot, words):
    answer = call("ammunition", "stock", *words)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.strip().endswith(".")


def test_the_ledger_runs_over_all_places(call, busy):
    found = call("ammunition", "ledger", "LC-26-A", "--json").json
    lines = [(each["number"], each["place_code"], each["quantity"], each["here"], each["everywhere"])
             for each in found["lines"]]  # fmt: skip
    assert lines == [
        (1, "R1", 1000, 1000, 1000), (3, "R1", -250, 750, 750), (3, "R2", 250, 250, 1000), (4, "R1", -300, 450, 700),
        (5, "R1", 30, 480, 730), (6, "R2", -1, 249, 729), (7, "R2", 1, 250, 730),
    ]  # fmt: skip
    assert found["balance"] == 730


def test_the_ledger_marks_what_was_taken_back_and_what_was_fired(call, busy):
    out = call("ammunition", "ledger", "LC-26-A").out
    assert all(each in out for each in ("Adjustment*", "Reversal of 6", "* taken back", "200", "In all"))


def test_the_ledger_of_one_place_is_its_tally_card(call, busy):
    answer = call("ammunition", "ledger", "LC-26-A", "--place", "R2")
    assert "In all" not in answer.out
    assert call("ammunition", "ledger", "LC-26-A", "--place", "R2", "--json").json["balance"] == 250
    assert call("ammunition", "ledger", "LC-26-B").code == 0
    assert call("ammunition", "ledger", "LC-26-X").code == 3


def test_vouchers_are_listed_the_latest_first(call, busy):
    def numbers(*words):
        return [each["number"] for each in call("ammunition", "vouchers", *words, "--json").json]

    assert numbers() == [7, 6, 5, 4, 3, 2, 1]
    assert numbers("--kind", "receipt", "--kind", "issue") == [4, 2, 1]
    assert numbers("--lot", "SMK-1") == [2]
    assert numbers("--place", "R2") == [7, 6, 3, 2]
    assert numbers("--count", "2", "--skip", "1") == [6, 5]
    assert numbers("--until", "2020-01-01") == []


def test_open_issues_say_what_is_out(call, busy):
    assert call("ammunition", "vouchers", "--open", "--json").json[0]["still_out"] == [
        {"lot_number": "LC-26-A", "quantity": 70}
    ]
    assert "LC-26-A: 70" in call("ammunition", "vouchers", "--open").out


def test_more_vouchers_than_shown_are_announced(call, busy):
    assert "--skip" in call("ammunition", "vouchers", "--count", "2").err


def test_a_voucher_is_shown_with_both_signatures(call, busy):
    out = call("ammunition", "voucher", 2).out
    assert all(each in out for each in ("Voucher 2: Receipt", "DN-1", "Commander One", "Admin Two", "SMK-1", "+6"))
    assert "Reversed by  voucher 7" in call("ammunition", "voucher", 6).out
    assert "Takes back   voucher 6" in call("ammunition", "voucher", 7).out
    assert "Still out of lot LC-26-A: 70 single items." in call("ammunition", "voucher", 4).out


@pytest.mark.parametrize("number", [0, 99, 2**70])
def test_a_voucher_that_is_not_there_is_a_sentence(call, depot, number):
    answer = call("ammunition", "voucher", number)
    assert (answer.code, "no voucher" in answer.err) == (3, True)


def test_names_are_for_those_who_need_them(call, busy, monkeypatch):
    assert "Sample Driver" in call("ammunition", "voucher", 2).out
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", AUDITOR)
    call("officers", "add", "aud", "--name", "Ana Auditor", "--role", "auditor")
    monkeypatch.setenv("ARMOURY_OFFICER", "aud")
    monkeypatch.setenv("ARMOURY_PASSPHRASE", AUDITOR)
    answer = call("ammunition", "voucher", 2)
    assert (answer.code, "Sample Driver" in answer.out, "Sample supplier" in answer.out) == (0, False, True)


AUDITOR = "lanterns over the old harbour"


LONG = "Cartridge, 40 mm, low velocity, smoke, white, with a nomenclature as long as labels have them"


@pytest.fixture
def narrow(call, busy, monkeypatch):
    """A terminal of 80 columns, and names as long as they come."""
    call("ammunition", "items", "correct", "SMOKE", "--set", f"name={LONG}", "--reason", "label")
    call("ammunition", "lots", "add", "SMOKE", "SMK-2019-000000001-REPACKED-A", "--condition", "iatg_a")
    write(call, "receive", "--line", "SMK-2019-000000001-REPACKED-A", "R1", "9007199254740000", *FROM)
    monkeypatch.setattr(output, "is_terminal", lambda _stream: True)
    monkeypatch.setenv("COLUMNS", "80")


ROUNDS = ("9007199254740000",)
SMOKE = ("SMK-2019-000000001-REPACKED-A", *ROUNDS)


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (("items",), ("SMOKE", "9007199254740006")), (("items", "show", "SMOKE"), SMOKE), (("lots",), SMOKE),
        (("lots", "show", "SMK-2019-000000001-REPACKED-A"), ROUNDS), (("stock",), (*SMOKE, "LC-26-A", "0.292")),
        (("ledger", "LC-26-A"), ("+1000", "200", "730", "Reversal of 6")),
        (("ledger", "SMK-2019-000000001-REPACKED-A"), ROUNDS), (("vouchers",), ("Adjustment", "Order 12")),
        (("vouchers", "--open"), ("LC-26-A: 70",)), (("voucher", 8), SMOKE), (("voucher", 5), ("+30", "200")),
    ],
)  # fmt: skip
def test_on_80_columns_no_line_is_wider_and_no_number_is_cut(call, narrow, words, whole):
    out = call("ammunition", *words).out
    assert [line for line in out.splitlines() if output.columns_of(line) > 80] == []
    assert [each for each in whole if each not in out] == []
