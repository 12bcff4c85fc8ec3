"""`armoury correct`, `move`, `sight`, and what `show`, `find` and `history` say afterwards."""

import re

import pytest

from tests.cli.calls import FIRST
from tests.cli.test_adding import GLOCK


@pytest.fixture
def weapon(call, signed_in):
    call("add", "place", "B1", "Building 1", "--level", "building")
    for code in ("R1", "R2"):
        call("add", "place", code, f"Rack {code}", "--level", "rack", "--within", "B1")
    answer = call("add", "weapon", *GLOCK, "--serial", "SXL020", "--place", "R1", "--json")
    return answer.json["weapons"][0]["tag"]


def test_a_correction_keeps_the_former_value_in_history(call, weapon):
    assert call("correct", weapon, "--set", "remarks=scratched", "--reason", "seen now").code == 0
    assert call("correct", weapon, "--set", "remarks=scratched left", "--reason", "which side").code == 0
    changes = call("history", weapon, "--json").json[-1]["changes"]
    assert changes == [{"field": "remarks", "before": "scratched", "after": "scratched left"}]


def test_a_correction_without_a_reason_is_refused(call, weapon):
    assert call("correct", weapon, "--set", "remarks=x").code == 3


def test_what_was_written_is_matched_anew(call, weapon):
    assert call("correct", weapon, "--set", "maker=Beretta", "--set", "model=M9", "--reason", "misread").code == 0
    assert call("show", weapon, "--json").json["record"]["maker"] == "beretta"


def test_a_setting_without_a_value_is_wrong_usage(call, weapon):
    assert call("correct", weapon, "--set", "remarks", "--reason", "x").code == 2


def test_a_place_is_renamed(call, weapon):
    assert call("correct", "R2", "--set", "name=Second rack", "--reason", "new sign").code == 0
    assert "Second rack" in call("places").out


def test_a_weapon_is_moved(call, weapon):
    assert call("move", "custody", "in_store", weapon, "--set", "place=R2").code == 0
    assert call("show", weapon, "--json").json["place_code"] == "R2"


def test_a_move_says_what_it_needs(call, weapon):
    answer = call("move", "custody", "issued", weapon)
    assert answer.code == 3
    assert "who" in answer.err.lower()


def test_a_move_of_two_officers_is_shown_to_the_second_and_signed(call, weapon):
    call("move", "custody", "not_located", weapon, "--set", "end=report 1", "--reason", "not in the rack")
    words = ("move", "custody", "written_off", weapon, "--set", "end=order 2", "--reason", "board of inquiry")
    answer = call(*words)
    assert (answer.code, "To be approved" in answer.err) == (0, True)
    assert call("history", weapon, "--json").json[-1]["approved_by"] == ["Admin Two"]


def test_a_second_officer_who_is_the_first_does_not_count(call, weapon, monkeypatch):
    call("move", "custody", "not_located", weapon, "--set", "end=report 1", "--reason", "not in the rack")
    monkeypatch.setenv("ARMOURY_SECOND", "cdr")
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", FIRST)
    words = ("move", "custody", "written_off", weapon, "--set", "end=order 2", "--reason", "board of inquiry")
    assert call(*words).code == 6


def test_a_weapon_is_sighted(call, weapon):
    assert call("sight", weapon, "--in", "monthly count").code == 0
    assert call("show", weapon, "--json").json["record"]["sighted_in"] == "monthly count"


def test_a_card_says_all_four_standings_in_words(call, weapon):
    card = call("show", weapon).out
    assert all(each in card for each in ("In store", "State property", "Not examined", "Rack R1", "Glock"))


def test_an_unknown_thing_is_a_sentence(call, weapon):
    answer = call("show", "NOTHING99")
    assert (answer.code, "NOTHING99" in answer.err) == (3, True)


def test_a_look_alike_is_offered_but_not_taken(call, weapon):
    answer = call("show", "SXL02O")
    assert answer.code == 3
    assert "SXL020" in answer.err


@pytest.mark.parametrize("text", ["SXL020", "glock", "glock r1", "SXL?20"])
def test_a_weapon_is_found_by_any_part(call, weapon, text):
    assert [each["tag"] for each in call("find", text, "--json").json["weapons"]] == [weapon]


def test_filters_narrow_a_list(call, weapon):
    assert call("find", "--place", "B1", "--maker", "Glock", "--json").json["total"] == 1
    assert call("find", "--place", "R2", "--json").json["total"] == 0


def test_nothing_found_is_no_failure(call, weapon):
    answer = call("find", "nothing of the sort")
    assert (answer.code, answer.out) == (0, "")


def test_the_original_view_leaves_corrections_out(call, weapon):
    call("correct", weapon, "--set", "remarks=x", "--reason", "y")
    events = [each["event"] for each in call("history", weapon, "--view", "original", "--json").json]
    assert events == ["weapon.registered"]


@pytest.fixture
def namesake(call, weapon):
    """A weapon in the same rack whose text holds the three signs too, but whose serial does not end with them."""
    words = (*GLOCK, "--serial", "T0201", "--place", "R1", "--json")
    return call("add", "weapon", *words).json["weapons"][0]["tag"]


def test_what_a_scan_means_is_shown_apart_from_words(call, weapon, namesake):
    answer = call("find", "R1 020")
    meant, _words, rest = answer.out.partition("Only holds the words:")
    assert ("SXL020" in meant, "T0201" in meant) == (True, False), answer.out
    assert ("SXL020" in rest, "T0201" in rest) == (False, True), answer.out


def test_what_a_scan_means_has_its_own_place_in_json(call, weapon, namesake):
    answer = call("find", "R1 020", "--json").json
    assert [each["tag"] for each in answer["scan_weapons"]] == [weapon]


def test_one_weapon_that_is_scanned_is_shown_once(call, weapon):
    out = call("find", "SXL020").out
    assert (out.count("SXL020"), "Meant by" in out) == (1, False)


def test_the_move_before_is_told_by_the_site_s_clock(call, weapon):
    call("move", "fitness", "serviceable", weapon)
    words = ("move", "fitness", "unserviceable", weapon, "--occurred", "2026-01-01 10:00", "--reason", "late entry")
    answer = call(*words)
    assert answer.code == 3
    assert re.search(r"happened at \d{4}-\d\d-\d\d \d\d:\d\d, which is later", answer.err), answer.err


def test_a_time_in_the_future_is_told_by_the_site_s_clock(call, weapon):
    answer = call("move", "fitness", "serviceable", weapon, "--occurred", "2999-01-01 10:00", "--reason", "x")
    assert (answer.code, "2999-01-01 10:00 lies in the future" in answer.err) == (3, True)


def test_a_reason_of_several_lines_is_refused(call, weapon):
    answer = call("correct", weapon, "--set", "remarks=x", "--reason", "x\n      Approved by: Kim")
    assert (answer.code, answer.err) == (3, "A reason stands on one line. Type it again without line breaks.\n")


def test_a_remark_of_several_lines_forges_no_line_of_a_history(call, weapon):
    call("correct", weapon, "--set", "remarks=x\n      Approved by: Kim", "--reason", "seen")
    assert "      Remarks: x / Approved by: Kim\n" in call("history", weapon).out


def test_a_remark_of_several_lines_forges_no_line_of_a_card(call, weapon):
    call("correct", weapon, "--set", "remarks=x\n  Holder  Kim", "--reason", "seen")
    assert "x / Holder  Kim" in call("show", weapon).out


def test_the_second_officer_sees_how_and_by_which_document_a_weapon_goes(call, weapon):
    call("move", "custody", "not_located", weapon, "--set", "end=LR 1", "--reason", "missed")
    answer = call("move", "custody", "written_off", weapon, "--set", "end=WO 9", "--reason", "board")
    assert answer.code == 0, answer.err
    assert "Custody: Not located → Written off" in answer.err
    assert "Report or document of the end: LR 1 → WO 9" in answer.err


def test_a_former_serial_is_found_and_said_to_be_one(call, weapon):
    call("correct", weapon, "--set", "serial=SXL021", "--reason", "misread")
    answer = call("find", "SXL020", "--former")
    assert "had the serial SXL020 once" in answer.out
    assert [each["serial"] for each in call("find", "SXL020", "--former", "--json").json["former"]] == ["SXL020"]
