"""`armoury officers`: accounts, roles, passphrases, the recovery key, the site key."""

import os

import pytest

from tests.cli.calls import FIRST

NEW = "five new words together"


@pytest.fixture
def new_passphrase(monkeypatch):
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", NEW)


@pytest.fixture
def auditor(call, signed_in, new_passphrase):
    answer = call("officers", "add", "aud", "--name", "Sample Auditor", "--role", "auditor")
    assert answer.code == 0, answer.err


def _names(call):
    return [each["sign_in"] for each in call("officers", "list", "--json").json]


def _as(monkeypatch, name, passphrase):
    monkeypatch.setenv("ARMOURY_OFFICER", name)
    monkeypatch.setenv("ARMOURY_PASSPHRASE", passphrase)


def test_officers_are_listed_with_their_roles(call, signed_in):
    answer = call("officers")
    assert answer.code == 0
    assert "commander, administrator" in answer.out


def test_the_options_of_the_list_may_follow_at_once(call, signed_in, monkeypatch):
    monkeypatch.delenv("ARMOURY_REGISTER")
    answer = call("officers", "--register", signed_in, "--json", "--all")
    assert answer.code == 0, answer.err
    assert answer.json == call("officers", "list", "--register", signed_in, "--json", "--all").json


def test_help_is_that_of_the_group(call, signed_in):
    assert "recovery-key" in call("officers", "--help").out
    assert "officers list" in call("officers", "-h").out


@pytest.mark.parametrize("words", [("nonsense",), ("--nonsense",), ("--json", "list")])
def test_what_is_no_command_of_the_group_is_wrong_usage(call, signed_in, words):
    assert call("officers", *words).code == 2


def test_duties_that_exclude_each_other_are_told(call, signed_in):
    assert "cdr:" in call("officers").err


def test_a_new_officer_can_sign_in(call, auditor, monkeypatch):
    _as(monkeypatch, "aud", NEW)
    assert call("site").code == 0


def test_a_new_officer_needs_the_second_officer(call, signed_in, new_passphrase, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    assert call("officers", "add", "aud", "--name", "A", "--role", "auditor").code == 6
    assert _names(call) == ["adm", "cdr"]


def test_an_officer_does_only_what_the_roles_allow(call, auditor, monkeypatch):
    _as(monkeypatch, "aud", NEW)
    assert call("add", "place", "B1", "Building 1", "--level", "building").code == 6


def test_a_removed_officer_signs_in_no_more(call, auditor, monkeypatch):
    answer = call("officers", "remove", "aud", "--reason", "posted elsewhere")
    assert answer.code == 0, answer.err
    assert "Backups" in answer.err
    assert _names(call) == ["adm", "cdr"]
    _as(monkeypatch, "aud", NEW)
    assert call("site").code == 4


def test_a_register_keeps_two_officers_with_rights(call, signed_in):
    assert call("officers", "remove", "adm", "--reason", "leaves").code == 3


def test_roles_are_named_anew(call, auditor):
    assert call("officers", "roles", "aud", "storekeeper", "--reason", "new post").code == 0
    assert call("officers", "list", "--json").json[1]["roles"] == ["storekeeper"]


def test_the_own_passphrase_is_changed(call, signed_in, new_passphrase, monkeypatch):
    assert call("officers", "passphrase").code == 0
    assert call("site").code == 4
    monkeypatch.setenv("ARMOURY_PASSPHRASE", NEW)
    assert call("site").code == 0


def test_nobody_resets_the_own_account(call, signed_in, new_passphrase):
    assert call("officers", "reset", "adm", "--reason", "forgotten").code == 3


@pytest.mark.parametrize("name", ["cdr", "adm"])
def test_the_own_roles_are_refused_to_both_hands(call, signed_in, name):
    answer = call("officers", "roles", name, "commander", "--reason", "new post", "--override", "small site")
    assert answer.code == 3


def test_two_others_reset_a_forgotten_passphrase(call, auditor, monkeypatch):
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", "another five words here")
    assert call("officers", "reset", "aud", "--reason", "forgotten").code == 0
    _as(monkeypatch, "aud", "another five words here")
    assert call("site").code == 0


def test_the_recovery_key_gives_access_back(call, signed_in, new_passphrase, monkeypatch):
    reading, writing = os.pipe()
    answer = call("officers", "recovery-key", "--reason", "first one lost", "--recovery-fd", writing)
    os.close(writing)
    assert answer.code == 0, answer.err
    assert call("officers", "recover", "cdr", "--reason", "all forgotten", "--recovery-fd", reading).code == 0
    os.close(reading)
    assert call("site").code == 4
    monkeypatch.setenv("ARMOURY_PASSPHRASE", NEW)
    assert call("site").code == 0


def test_a_mistyped_half_sheet_is_named(call, signed_in, new_passphrase):
    reading, writing = os.pipe()
    os.write(writing, b"AAAAA-BBBBB\nAAAAA\n")
    os.close(writing)
    answer = call("officers", "recover", "cdr", "--reason", "x", "--recovery-fd", reading)
    os.close(reading)
    assert answer.code == 3


def test_a_recovery_key_is_not_made_where_nobody_can_see_it(call, signed_in):
    assert call("officers", "recovery-key", "--reason", "x").code == 3


def test_a_new_site_key_still_vouches_for_old_checkpoints(call, signed_in, tmp_path):
    call("checkpoint", "--to", tmp_path / "before.txt")
    assert call("officers", "site-key", "--reason", "an officer left").code == 0
    assert call("check", "--against", tmp_path / "before.txt").code == 0


def test_a_token_whose_driver_is_missing_is_a_sentence(call, signed_in, monkeypatch, tmp_path):
    monkeypatch.setenv("ARMOURY_PIN", "1234")
    words = ("--driver", tmp_path / "no.so", "--serial", "1", "--reason", "x")
    answer = call("officers", "token", "cdr", *words)
    assert (answer.code, FIRST in answer.err) == (4, False)
