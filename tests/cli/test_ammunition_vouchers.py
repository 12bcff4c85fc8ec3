"""Vouchers at the command line: each kind by two officers, and every refusal a sentence that leaves nothing."""

import pytest

FROM = ("--from", "Sample supplier", "--giver", "Sample Driver", "--authority", "Order 12")
TO = ("--to", "First company", "--taker", "Sample Corporal", "--authority", "Order 12")
BACK = ("--giver", "Sample Corporal", "--authority", "Order 12")
OLD = ("--authority", "Order 12", "--reason", "count of the day")
ORDER = ("--authority", "Order 12")


def write(call, verb, *words):
    """Write a voucher that must succeed; return the answer as JSON."""
    answer = call("ammunition", verb, *words, "--json")
    assert answer.code == 0, answer.err
    return answer.json


def stands(call):
    return {(each["lot_number"], each["place_code"]): each["quantity"]
            for each in call("ammunition", "stock", "--json").json["lines"]}  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "words", "left"),
    [
        ("receive", ("--line", "SMK-1", "R2", "6", *FROM), {("SMK-1", "R2"): 6}),
        ("issue", ("--line", "LC-26-A", "R1", "300", *TO), {("LC-26-A", "R1"): 700}),
        ("return", ("--line", "LC-26-A", "R2", "5", "--from", "First company", *BACK), {("LC-26-A", "R2"): 5}),
        ("move", ("--line", "LC-26-A", "R1", "R2", "250", *ORDER), {("LC-26-A", "R1"): 750, ("LC-26-A", "R2"): 250}),
        ("adjust", ("--line", "LC-26-A", "R1", "-3", *OLD), {("LC-26-A", "R1"): 997}),
        ("adjust", ("--line", "LC-26-A", "R1", "3", *OLD), {("LC-26-A", "R1"): 1003}),
        ("destroy", ("--line", "LC-26-A", "R1", "1000", "--document", "Certificate 1", *ORDER), {}),
        ("reverse", ("1", *OLD), {}),
    ],
)
def test_each_kind_is_written_by_two(call, depot, verb, words, left):
    answer = write(call, verb, *words)
    assert answer["number"] == 2
    here = {("LC-26-A", "R1"): 1000, **left} if left else {}
    assert stands(call) == here
    assert all(each["balance"] == here.get((each["lot_number"], each["place"]), 0) for each in answer["lines"])
    assert call("check", "--deep").code == 0


def test_units_of_issue_are_counted_out(call, depot):
    assert write(call, "issue", "--line", "LC-26-A", "R1", "4u+7", *TO)["lines"][0]["quantity"] == -207


def test_one_voucher_takes_from_and_brings_to_several_places(call, depot):
    write(call, "move", "--line", "LC-26-A", "R1", "R2", "100", "--line", "LC-26-A", "R1", "ARM", "50", *ORDER)
    write(call, "move", "--line", "LC-26-A", "R2", "R1", "10", "--line", "LC-26-A", "ARM", "R1", "5", *ORDER)
    assert stands(call) == {("LC-26-A", "R1"): 865, ("LC-26-A", "R2"): 90, ("LC-26-A", "ARM"): 45}
    write(call, "issue", "--line", "LC-26-A", "R1", "1", "--line", "LC-26-A", "R2", "1", *TO)
    assert call("ammunition", "voucher", "4", "--json").json["voucher_kind"] == "issue"
    assert call("check", "--deep").code == 0


def test_what_was_fired_closes_the_issue(call, depot):
    issue = write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)["number"]
    words = ("--issue", issue, "--line", "LC-26-A", "R1", "30", "--fired", "LC-26-A", "4u", "--salvage", "190", *BACK)
    write(call, "return", *words)
    still = call("ammunition", "voucher", issue, "--json").json["still_out"]
    assert still == [{"lot_number": "LC-26-A", "quantity": 70}]
    write(call, "return", "--issue", issue, "--fired", "LC-26-A", "70", *BACK)
    assert call("ammunition", "vouchers", "--open", "--json").json == []
    assert stands(call) == {("LC-26-A", "R1"): 730}


def test_a_return_names_from_whom_by_its_issue(call, depot):
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    write(call, "return", "--issue", 2, "--line", "LC-26-A", "R1", "30", *BACK)
    assert call("ammunition", "voucher", 3, "--json").json["party"] == "First company"


def test_a_late_voucher_is_written_on_its_day(call, depot):
    words = ("--line", "SMK-1", "R1", "5", "--day", "2026-01-05", "--reason", "from the paper", *FROM)
    write(call, "receive", *words)
    assert call("ammunition", "ledger", "SMK-1", "--json").json["lines"][0]["day"] == "2026-01-05"


def test_the_holder_is_a_person_of_the_register(call, depot):
    call("add", "person", "Sam Sample", "--badge", "B77")
    write(call, "issue", "--line", "LC-26-A", "R1", "5", "--holder", "B77", "--taker", "Sam Sample", *ORDER)
    assert "B77" in call("ammunition", "voucher", 2).out
    assert "B77" in call("ammunition", "vouchers").out
    assert "B77" in call("ammunition", "ledger", "LC-26-A").out


def test_the_second_officer_sees_exactly_what_is_signed(call, depot):
    words = ("--line", "LC-26-A", "R1", "300", *TO, "--document", "DN-1", "--remarks", "in a hurry")
    err = call("ammunition", "issue", *words).err
    seen = ("Voucher 2: Issue", "LC-26-A", "R1", "-300", "6 Box", "0.12", "First company", "Sample Corporal", "DN-1",
            "Order 12", "in a hurry")  # fmt: skip
    assert [each for each in seen if each not in err] == []


def test_what_is_set_aside_is_seen_and_kept(call, depot):
    write(call, "receive", "--line", "LC-26-B", "R1", "10", *FROM)
    issue = ("--line", "LC-26-B", "R1", "5", *TO)
    assert call("ammunition", "issue", *issue).code == 3
    answer = call("ammunition", "issue", *issue, "--override", "proof firing")
    assert (answer.code, "Set aside: Lot LC-26-B may not be issued" in answer.err) == (0, True)
    assert "proof firing" in call("ammunition", "voucher", 3, "--json").json["overrides"][0]


VERBS = {
    "receive": ("--line", "SMK-1", "R2", "6", *FROM),
    "issue": ("--line", "LC-26-A", "R1", "300", *TO),
    "return": ("--line", "LC-26-A", "R2", "5", "--from", "First company", *BACK),
    "move": ("--line", "LC-26-A", "R1", "R2", "250", *ORDER),
    "adjust": ("--line", "LC-26-A", "R1", "-3", *OLD),
    "destroy": ("--line", "LC-26-A", "R1", "1000", *ORDER),
    "reverse": ("1", *OLD),
}


def entries(call):
    return call("check", "--json").json["entries"]


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_second_officer_nothing_is_written(call, depot, monkeypatch, verb):
    before = entries(call)
    monkeypatch.delenv("ARMOURY_SECOND")
    answer = call("ammunition", verb, *VERBS[verb])
    assert (answer.code, "second officer" in answer.err) == (6, True)
    assert entries(call) == before


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_officer_twice_is_not_two(call, depot, monkeypatch, verb):
    before = entries(call)
    monkeypatch.setenv("ARMOURY_SECOND", "cdr")
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", "correct horse battery")
    assert call("ammunition", verb, *VERBS[verb]).code == 6
    assert entries(call) == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_passphrase_approves_nothing(call, depot, monkeypatch, verb):
    before = entries(call)
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", "not this one")
    assert call("ammunition", verb, *VERBS[verb]).code == 4
    assert entries(call) == before


@pytest.mark.parametrize("verb", VERBS)
def test_without_an_authority_it_is_no_voucher(call, depot, verb):
    words = [each for each in VERBS[verb] if each not in ORDER]
    assert call("ammunition", verb, *words).code == 2
    assert call("ammunition", verb, *words, "--authority", " ").code == 3


@pytest.mark.parametrize(
    ("verb", "code"), [("receive", 0), ("issue", 0), ("adjust", 6), ("destroy", 6), ("reverse", 6)]
)
def test_who_keeps_the_store_neither_adjusts_nor_destroys(call, depot, monkeypatch, verb, code):
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", KEEPER)
    call("officers", "add", "sto", "--name", "Sam Keeper", "--role", "storekeeper")
    monkeypatch.setenv("ARMOURY_OFFICER", "sto")
    monkeypatch.setenv("ARMOURY_PASSPHRASE", KEEPER)
    assert call("ammunition", verb, *VERBS[verb]).code == code


KEEPER = "crates of brass in rows"


REFUSED = [
    ("issue", ("--line", "LC-26-A", "R1", "1001", *TO), 3, "only 1000 are there"),
    ("issue", ("--line", "LC-26-A", "R2", "1", *TO), 3, "only 0 are there"),
    ("destroy", ("--line", "LC-26-A", "R2", "1", *ORDER), 3, "only 0 are there"),
    ("move", ("--line", "LC-26-A", "R2", "R1", "1", *ORDER), 3, "only 0 are there"),
    ("adjust", ("--line", "LC-26-A", "R1", "-1001", *OLD), 3, "stand at -1"),
    ("issue", ("--line", "SMK-1", "R1", "1", *TO), 3, "only 0 are there"),
    ("issue", ("--line", "LC-26-X", "R1", "1", *TO), 3, "no lot “LC-26-X”"),
    ("issue", ("--line", "LC-26-A", "R9", "1", *TO), 3, "“R9”"),
    ("move", ("--line", "LC-26-A", "R1", "R9", "1", *ORDER), 3, "“R9”"),
    ("issue", ("--line", "LC-26-A", "R1", "some", *TO), 3, "not a quantity"),
    ("issue", ("--line", "LC-26-A", "R1", "1.5", *TO), 3, "not a quantity"),
    ("issue", ("--line", "LC-26-A", "R1", "0", *TO), 3, "quantity is 0"),
    ("issue", ("--line", "LC-26-A", "R1", "-5", *TO), 3, "-5 cannot be"),
    ("receive", ("--line", "LC-26-A", "R1", "-5", *FROM), 3, "-5 cannot be"),
    ("receive", ("--line", "LC-26-A", "R1", "9" * 20, *FROM), 3, "too large"),
    ("issue", ("--line", "LC-26-A", "R1", "1", "--line", "LC-26-A", "R1", "1", *TO), 3, "2 times"),
    ("move", ("--line", "LC-26-A", "R1", "R2", "1", "--line", "LC-26-A", "R1", "R2", "1", *ORDER), 3, "2 times"),
    ("move", ("--line", "LC-26-A", "R1", "R1", "1", *ORDER), 3, "one place to another"),
    ("issue", ("--line", "LC-26-A", "R1", *TO), 2, "one of them is missing"),
    ("issue", TO, 2, "--line"),
    ("issue", ("--line", "LC-26-A", "R1", "1", "--to", "X", *ORDER), 3, "Name who took it"),
    ("issue", ("--line", "LC-26-A", "R1", "1", "--taker", "X", *ORDER), 3, "to whom"),
    ("issue", ("--line", "LC-26-A", "R1", "1", "--holder", "B99", *TO[2:]), 3, "B99"),
    ("receive", ("--line", "LC-26-A", "R1", "1", "--from", "X", *ORDER), 3, "handed it over"),
    ("receive", ("--line", "LC-26-A", "R1", "1", "--giver", "X", *ORDER), 3, "from whom"),
    ("receive", ("--line", "LC-26-A", "R1", "1000", "--from", "Sample supplier", "--giver", "X", "--authority",
                 "Order 1"), 3, "exactly the same"),
    ("receive", ("--line", "LC-26-A", "R1", "1", "--day", "2999-01-01", *FROM), 3, "future"),
    ("receive", ("--line", "LC-26-A", "R1", "1", "--day", "2026-01-05", *FROM), 3, "late entry"),
    ("receive", ("--line", "LC-26-A", "R1", "1", "--day", "soon", *FROM), 3, "not a day"),
    ("issue", ("--line", "LC-26-A", "R1", "1", "--day", "2026-01-05", "--reason", "late", *TO), 3, "2026-01-05"),
    ("adjust", ("--line", "LC-26-A", "R1", "1", *ORDER), 3, "Give the reason"),
    ("return", BACK, 2, "--fired"),
    ("return", ("--fired", "LC-26-A", *BACK), 2, "one of them is missing"),
    ("return", ("--line", "LC-26-A", "R1", "1", *BACK), 3, "which issue"),
    ("return", ("--line", "LC-26-A", "R1", "1", "--issue", "1", *BACK), 3, "must have been issued"),
    ("return", ("--line", "LC-26-A", "R1", "1", "--issue", "9", *BACK), 3, "no voucher 9"),
    ("return", ("--fired", "LC-26-A", "1", "--from", "X", *BACK), 3, "to which place"),
    ("reverse", ("9", *OLD), 3, "no voucher 9"),
    ("reverse", ("-1", *OLD), 2, "-1"),
    ("reverse", ("1", *ORDER), 2, "--reason"),
    ("reverse", ("1", *ORDER, "--reason", " "), 3, "Give the reason"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "words", "code", "said"), REFUSED)
def test_what_cannot_be_is_a_sentence_and_leaves_nothing(call, depot, verb, words, code, said):
    before = entries(call)
    answer = call("ammunition", verb, *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert (entries(call), stands(call)) == (before, {("LC-26-A", "R1"): 1000})


def test_another_lot_does_not_come_back(call, depot):
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    answer = call("ammunition", "return", "--issue", 2, "--line", "SMK-1", "R1", "1", *BACK)
    assert (answer.code, "was not issued by voucher 2" in answer.err) == (3, True)


def test_more_than_was_issued_does_not_come_back(call, depot):
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    words = ("--issue", 2, "--line", "LC-26-A", "R1", "200", "--fired", "LC-26-A", "101", *BACK)
    assert "301 cannot be accounted for" in call("ammunition", "return", *words).err


def test_what_was_fired_of_a_lot_is_given_once(call, depot):
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    fired = ("--fired", "LC-26-A", "1") * 2
    assert "twice" in call("ammunition", "return", "--issue", 2, *fired, *BACK).err


def test_what_was_issued_since_stands_against_a_reversal(call, depot):
    write(call, "issue", "--line", "LC-26-A", "R1", "300", *TO)
    answer = call("ammunition", "reverse", 1, *OLD)
    assert (answer.code, "stand at -300" in answer.err) == (3, True)


def test_a_voucher_is_reversed_once_and_a_reversal_never(call, depot):
    write(call, "reverse", 1, *OLD)
    assert "reversed already, by voucher 2" in call("ammunition", "reverse", 1, *OLD).err
    assert "A reversal is not reversed" in call("ammunition", "reverse", 2, *OLD).err
