"""`armoury acquisitions`: listed with their weapons, shown, changed."""

import pytest

from tests.cli.test_adding import GLOCK


@pytest.fixture
def file(call, signed_in):
    answer = call("add", "acquisition", "C-17", "--supplier", "Sample supplier", "--consent-to-retransfer", "--json")
    assert answer.code == 0, answer.err
    call("add", "place", "B1", "Building 1", "--level", "building")
    weapon = (*GLOCK, "--crate", "A01-A03", "--place", "B1", "--acquisition", "C-17")
    assert call("add", "weapon", *weapon).code == 0
    return answer.json["id"]


def test_files_are_listed_with_their_weapons(call, file):
    assert [(each["reference"], each["weapons"]) for each in call("acquisitions", "--json").json] == [("C-17", 3)]
    assert "to pass on" in call("acquisitions", "list").out


def test_no_file_is_no_failure(call, signed_in):
    assert (call("acquisitions").code, call("acquisitions", "--json").json) == (0, [])


def test_a_file_is_shown(call, file):
    assert call("acquisitions", "show", "c-17", "--json").json["supplier"] == "Sample supplier"
    out = call("acquisitions", "show", "C-17").out
    assert all(each in out for each in ("C-17", "Sample supplier", "Weapons"))


def test_an_unknown_file_is_a_sentence(call, file):
    answer = call("acquisitions", "show", "C-18")
    assert (answer.code, "C-18" in answer.err) == (3, True)


def test_a_file_is_changed(call, file):
    settings = ("--set", "supplier=", "--set", "donor=Other state", "--set", "consent-to-retransfer=no")
    answer = call("acquisitions", "change", "C-17", *settings, "--reason", "misread", "--json")
    assert (answer.code, answer.json["id"]) == (0, file), answer.err
    record = call("acquisitions", "show", "C-17", "--json").json
    assert (record.get("supplier"), record["donor"]) == (None, "Other state")
    assert not record.get("consent_to_retransfer")
    assert call("check").code == 0


@pytest.mark.parametrize("setting", ["reference=C-18", "colour=red", "consent_to_destroy=perhaps", "dated=soon"])
def test_what_cannot_be_said_is_a_sentence(call, file, setting):
    assert call("acquisitions", "change", "C-17", "--set", setting).code == 3


def test_a_change_of_nothing_is_wrong_usage(call, file):
    assert call("acquisitions", "change", "C-17").code == 2
