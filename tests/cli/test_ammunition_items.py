"""`armoury ammunition items`: entered, listed, shown, corrected; what cannot be is a sentence and leaves nothing."""

import pytest

NEW = ("--nature", "ball", "--hazard-division", "1.4", "--compatibility-group", "S", "--neq", "1.7")


def items(call):
    return {each["code"]: each for each in call("ammunition", "items", "--json").json}


def test_an_item_is_entered_with_its_quantity_in_grams(call, depot):
    answer = call("ammunition", "items", "add", "556-BALL", "Cartridge 5.56 mm", *NEW, "--calibre", "5.56x45", "--json")
    assert answer.code == 0, answer.err
    record = items(call)["556-BALL"]
    assert (record["neq_micrograms"], record["calibre"], record["tag"]) == (1_700_000, "5.56x45", answer.json["tag"])
    assert call("check").code == 0


@pytest.mark.parametrize("nature", ["Ball", "full metal jacket", "Balle ordinaire"])
def test_words_of_the_trade_are_taken(call, depot, nature):
    call("ammunition", "items", "add", "X", "X", *NEW[2:], "--nature", nature)
    assert items(call)["X"]["nature"] == "ball"


def test_what_is_worth_a_second_look_is_told(call, depot):
    answer = call("ammunition", "items", "add", "X", "X", "--nature", "ball")
    assert (answer.code, "totals will be too low" in answer.err) == (0, True)


def test_items_are_listed_with_what_is_in_stock(call, depot):
    out = call("ammunition", "items").out
    assert "Box of 50          1000" in out
    assert items(call)["SMOKE"]["quantity"] == 0


def test_no_item_is_no_failure(call, signed_in):
    answer = call("ammunition", "items")
    assert (answer.code, "no ammunition yet" in answer.err) == (0, True)
    assert call("ammunition", "items", "--json").json == []


def test_an_item_is_shown_with_its_lots(call, depot):
    out = call("ammunition", "items", "show", "9 ball").out
    assert all(each in out for each in ("Cartridge 9 mm ball", "1.4S", "Box of 50", "LC-26-A", "1000", "no: IATG C"))
    lots = call("ammunition", "items", "show", "9-BALL", "--json").json["lots"]
    assert [each["quantity"] for each in lots] == [1000, 0]


def test_an_item_is_corrected_with_its_reason(call, depot):
    settings = ("--set", "neq=0.35", "--set", "calibre=9x18", "--set", "remarks=small")
    answer = call("ammunition", "items", "correct", "9-BALL", *settings, "--reason", "label", "--json")
    assert answer.code == 0, answer.err
    record = items(call)["9-BALL"]
    assert (record["neq_micrograms"], record["calibre"], record["remarks"]) == (350_000, "9x18", "small")
    assert "label" in call("history", "9-BALL").out


def test_a_quantity_that_nobody_knows_is_taken_away(call, depot):
    call("ammunition", "items", "correct", "9-BALL", "--set", "neq=", "--reason", "label lost")
    assert "neq_micrograms" not in items(call)["9-BALL"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "X", "X", "--nature", "magic"), 3, "Choose one of: ball"),
        (("add", "X", "X"), 2, "--nature"),
        (("add", "9 ball", "X", *NEW), 3, "already that of"),
        (("add", "X", " ", *NEW), 3, "“name” is empty"),
        (("add", "X", "X", "--nature", "ball", "--neq", "much"), 3, "in grams"),
        (("add", "X", "X", "--nature", "ball", "--hazard-division", "1.1", "--compatibility-group", "S"), 3, "no 1.1S"),
        (("add", "X", "X", *NEW, "--unit-quantity", "many"), 3, "cannot be read"),
        (("add", "X", "X", *NEW, "--un-number", "12"), 3, "four figures"),
        (("show", "none"), 3, "no ammunition with the code “none”"),
        (("show", ""), 3, "no ammunition with the code"),
        (("correct", "9-BALL", "--reason", "x"), 2, "--set neq=0.4"),
        (("correct", "9-BALL", "--set", "neq=0.3"), 2, "--reason"),
        (("correct", "9-BALL", "--set", "neq=0.3", "--reason", " "), 3, "needs its reason"),
        (("correct", "9-BALL", "--set", "neq=-1", "--reason", "x"), 3, "in grams"),
        (("correct", "9-BALL", "--set", "colour=red", "--reason", "x"), 3, "no field “colour”"),
        (("correct", "9-BALL", "--set", "tag=BCD", "--reason", "x"), 3, "no field “tag”"),
        (("correct", "9-BALL", "--set", "neq=0.4", "--reason", "x"), 3, "Nothing would change"),
    ],
)
def test_what_cannot_be_is_a_sentence(call, depot, words, code, said):
    before = call("check", "--json").json["entries"]
    answer = call("ammunition", "items", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert call("check", "--json").json["entries"] == before


def test_the_general_correction_points_to_this_one(call, depot):
    answer = call("correct", "9-BALL", "--set", "name=X", "--reason", "x")
    assert (answer.code, "armoury ammunition" in answer.err) == (3, True)
