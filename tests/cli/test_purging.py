"""`armoury purge`: two officers take the personal data of a person, a weapon or the site away."""

import pytest

from tests.cli.test_adding import GLOCK

LAW = ("--reason", "Data protection act, section 9")


@pytest.fixture
def person(call, signed_in):
    answer = call("add", "person", "Sam Sample", "--badge", "B77", "--json")
    assert answer.code == 0, answer.err
    return answer.json["id"]


@pytest.fixture
def left(call, person):
    assert call("correct", "B77", "--set", "status=left", "--reason", "posted").code == 0
    return person


def test_the_data_of_a_person_who_has_left_are_removed(call, left):
    answer = call("purge", "B77", *LAW, "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["id"], "To be approved" in answer.err, "Backups" in answer.err) == (left, True, True)
    assert "Sam Sample" not in call("show", "B77", "--json").out
    assert call("check", "--deep").code == 0


def test_an_active_person_is_not_purged(call, person):
    answer = call("purge", "B77", *LAW)
    assert (answer.code, "still active" in answer.err) == (3, True)


def test_a_purge_needs_a_second_officer(call, left, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    assert call("purge", "B77", *LAW).code == 6
    assert "Sam Sample" in call("show", "B77", "--json").out


def test_a_purge_needs_its_law(call, left):
    assert call("purge", "B77").code == 2
    assert call("purge", "B77", "--reason", " ").code == 3


def test_the_former_holder_on_a_weapon_is_removed(call, signed_in):
    call("add", "place", "B1", "Building 1", "--level", "building")
    fields = (*GLOCK, "--serial", "SXL020", "--place", "B1", "--legal-holder", "Ola Owner")
    assert call("add", "weapon", *fields).code == 0
    assert call("purge", "SXL020", *LAW).code == 0
    assert "Ola Owner" not in call("show", "SXL020", "--json").out


def test_a_thing_without_personal_data_is_a_sentence(call, signed_in):
    call("add", "place", "B1", "Building 1", "--level", "building")
    answer = call("purge", "B1", *LAW)
    assert (answer.code, "holds no personal data" in answer.err) == (3, True)


def test_the_contacts_of_the_site_are_removed(call, signed_in):
    assert call("site", "--contact", "Duty officer", "Dora Duty", "555-0100").code == 0
    assert call("purge", "site", *LAW).code == 0
    assert "Dora Duty" not in call("site", "--json").out
