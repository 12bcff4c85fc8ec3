"""`armoury ammunition lots`: entered and never merged, graded, banned, released by two officers."""

import pytest


def lots(call, *words):
    return {each["lot_number"]: each for each in call("ammunition", "lots", "list", *words, "--json").json}


def release(call, *words):
    return call("ammunition", "lots", "release", *words, "--reason", "surveillance 7/26", "--json")


def test_a_lot_is_kept_as_marked(call, depot):
    made = ("--maker", "CBC", "--made", "2026-01", "--expires", "2090", "--condition", "IATG A")
    answer = call("ammunition", "lots", "add", "9-BALL", "lc 27/a", *made, "--json")
    assert answer.code == 0, answer.err
    record = lots(call)["lc 27/a"]
    assert (record["condition"], record["made"]["value"], record["hindrances"]) == ("iatg_a", "2026-01", [])
    assert call("check").code == 0


def test_loose_rounds_get_a_number(call, depot):
    words = ("ammunition", "lots", "add", "9-BALL", "--lot-kind", "local", "--json")
    assert [call(*words).json["lot_number"] for _each in range(2)] == ["LOCAL-1", "LOCAL-2"]


def test_lots_are_listed_also_when_nothing_is_left(call, depot):
    assert {name: each["quantity"] for name, each in lots(call).items()} == {"LC-26-A": 1000, "LC-26-B": 0, "SMK-1": 0}
    out = call("ammunition", "lots").out
    assert "yes, IATG A" in out
    assert "no: IATG C" in out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--in-stock",), {"LC-26-A"}),
        (("--item", "smoke"), {"SMK-1"}),
        (("--condition", "iatg_c"), {"LC-26-B"}),
        (("--place", "ARM"), {"LC-26-A"}),
        (("--place", "R2"), set()),
        (("--expires-before", "2099-01-01"), set()),
    ],
)
def test_filters_narrow_the_list(call, depot, words, found):
    assert set(lots(call, *words)) == found
    assert call("ammunition", "lots", "list", *words).code == 0


def test_a_lot_is_shown_with_where_it_lies(call, depot):
    out = call("ammunition", "lots", "show", "LC-26-A").out
    assert all(each in out for each in ("9-BALL", "CBC", "IATG A", "R1", "1000", "20 Box"))
    assert call("ammunition", "lots", "show", "lc26a", "--json").json["places"] == [{"place": "R1", "quantity": 1000}]


def test_the_card_says_why_it_may_not_be_issued(call, depot):
    out = call("ammunition", "lots", "show", "LC-26-B").out
    assert "May be issued               no: its condition is “IATG C" in out


def test_a_lot_is_found_and_its_history_read_by_its_number(call, depot):
    assert "Lot  LC-26-A" in call("find", "LC-26-A").out
    assert "Lot entered, by Commander One" in call("history", "LC-26-A").out
    assert "Lot number" in call("show", "LC-26-A").out


def test_the_same_number_of_two_items_asks_for_the_tag(call, depot):
    call("ammunition", "lots", "add", "SMOKE", "LC-26-A")
    answer = call("ammunition", "lots", "show", "LC-26-A")
    assert (answer.code, "several" in answer.err, "SMOKE" in answer.err) == (3, True, True)
    tag = next(line.split()[0] for line in answer.err.splitlines() if "9-BALL" in line)
    assert call("ammunition", "lots", "show", tag, "--json").json["quantity"] == 1000


def test_what_only_looks_like_a_number_is_named_and_not_taken(call, depot):
    call("ammunition", "lots", "add", "9-BALL", "O1")
    answer = call("ammunition", "lots", "show", "01")
    assert (answer.code, "looks like" in answer.err, "O1" in answer.err) == (3, True, True)


def test_a_ban_is_one_officer_s(call, depot, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    answer = call("ammunition", "lots", "correct", "LC-26-A", "--set", "ban=TA 7/26", "--reason", "misfires", "--json")
    assert (answer.code, answer.json["event"], answer.json["hindrances"]) == (0, "lot.corrected", ["banned"])


def test_lifting_it_is_a_release_by_two(call, depot, monkeypatch):
    call("ammunition", "lots", "correct", "LC-26-A", "--set", "ban=TA 7/26", "--reason", "misfires")
    answer = release(call, "LC-26-A", "--lift-ban")
    assert (answer.code, answer.json["event"], answer.json["hindrances"]) == (0, "lot.released", [])
    assert "Ban: TA 7/26 → empty" in answer.err
    assert call("check").code == 0


def test_one_officer_alone_releases_nothing(call, depot, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    correct = ("ammunition", "lots", "correct", "LC-26-B", "--set", "condition=iatg_a", "--reason", "x")
    assert (release(call, "LC-26-B", "--condition", "iatg_a").code, call(*correct).code) == (6, 6)
    assert lots(call)["LC-26-B"]["condition"] == "iatg_c"


def test_what_still_stands_against_it_is_said(call, depot):
    call("ammunition", "lots", "correct", "LC-26-B", "--set", "ban=TA 7/26", "--reason", "misfires")
    answer = call("ammunition", "lots", "release", "LC-26-B", "--condition", "iatg_a", "--reason", "x")
    assert (answer.code, "may not be issued: it is banned (TA 7/26)" in answer.out) == (0, True)


def test_a_longer_shelf_life_is_a_release(call, depot):
    call("ammunition", "lots", "correct", "LC-26-A", "--set", "expires=2020", "--reason", "label")
    assert release(call, "LC-26-A", "--expires", "2090").json["hindrances"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "9-BALL"), 3, "as it is marked"),
        (("add", "9-BALL", "X1", "--lot-kind", "local"), 3, "no local one"),
        (("add", "none", "X1"), 3, "no ammunition with the code"),
        (("add", "9-BALL", "lc26a", "--maker", "CBC"), 3, "entered already"),
        (("add", "9-BALL", "X1", "--condition", "good"), 3, "Choose one of: iatg_a"),
        (("add", "9-BALL", "X1", "--made", "soon"), 3, "Write the year first"),
        (("add", "9-BALL", "X1", "--acquisition", "C-17"), 3, "C-17"),
        (("add", "9-BALL", "---"), 2, "---"),
        (("show", "none"), 3, "no lot “none”"),
        (("list", "--item", "none"), 3, "no ammunition"),
        (("list", "--place", "R9"), 3, "R9"),
        (("list", "--expires-before", "2030"), 3, "not a day"),
        (("correct", "LC-26-A", "--reason", "x"), 2, "--set condition=iatg_c"),
        (("correct", "LC-26-A", "--set", "lot_number=", "--reason", "x"), 3, "lot_number"),
        (("correct", "LC-26-A", "--set", "item=SMOKE", "--reason", "x"), 3, "no field “item”"),
        (("correct", "LC-26-A", "--set", "condition=iatg_c", "--reason", ""), 3, "needs its reason"),
        (("release", "LC-26-A", "--reason", "x"), 2, "--lift-ban"),
        (("release", "LC-26-A", "--expires", "2090", "--reason", "x"), 3, "it may be issued already"),
        (("release", "LC-26-B", "--expires", "2090", "--reason", "x"), 3, "IATG C"),
        (("release", "LC-26-A", "--lift-ban", "--reason", "x"), 3, "Nothing would change"),
    ],
)
def test_what_cannot_be_is_a_sentence(call, depot, words, code, said):
    before = call("check", "--json").json["entries"]
    answer = call("ammunition", "lots", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert call("check", "--json").json["entries"] == before
