"""`armoury new`: asks for what is missing, makes the register, shows the recovery key only to people."""

import io
import os

import pytest

from armoury.cli import founding
from armoury.signing.half_sheets import parse_half
from armoury.signing.recovery import combine
from tests.cli.calls import FIRST, SECOND

SITE = ("--name", "Main", "--country", "bb", "--time-zone", "America/Barbados", "--organisation", "Police")
PEOPLE = ("--first", "cdr", "--first-name", "Commander One", "--second", "adm", "--second-name", "Admin Two")


@pytest.fixture
def passphrases(monkeypatch):
    monkeypatch.setenv("ARMOURY_PASSPHRASE", FIRST)
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", SECOND)


def test_a_register_is_made_and_says_which(call, tmp_path, passphrases):
    answer = call("new", tmp_path / "Main", *SITE, *PEOPLE, "--yes", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["site"].startswith("BB-")
    assert (tmp_path / "Main.armoury" / "register.db").is_file()


def test_the_recovery_key_never_goes_into_the_output(call, tmp_path, passphrases):
    answer = call("new", tmp_path / "Main", *SITE, *PEOPLE, "--yes", "--json")
    assert answer.json["recovery_key_shown"] is False
    assert "recovery-key" in answer.err


def test_the_recovery_key_can_be_handed_to_a_descriptor(call, tmp_path, passphrases):
    reading, writing = os.pipe()
    answer = call("new", tmp_path / "Main", *SITE, *PEOPLE, "--recovery-fd", writing)
    os.close(writing)
    with os.fdopen(reading) as stream:
        halves = stream.read().split()
    assert answer.code == 0
    assert len(combine(parse_half(halves[0], 1), parse_half(halves[1], 2)).secret) == 32


def test_without_terminal_and_consent_nothing_is_made(call, tmp_path, passphrases):
    assert call("new", tmp_path / "Main", *SITE, *PEOPLE).code == 3
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_named_with_its_option(call, tmp_path, passphrases):
    answer = call("new", tmp_path / "Main", *SITE, "--yes")
    assert answer.code == 2
    assert "--first" in answer.err


def test_what_is_there_already_is_not_touched(call, tmp_path, passphrases):
    (tmp_path / "Main.armoury").mkdir()
    assert call("new", tmp_path / "Main", *SITE, *PEOPLE, "--yes").code == 4


def test_a_weak_passphrase_is_refused_and_leaves_nothing(call, tmp_path, passphrases, monkeypatch):
    monkeypatch.setenv("ARMOURY_PASSPHRASE", "short")
    assert call("new", tmp_path / "Main", *SITE, *PEOPLE, "--yes").code == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "typed", "told"), [
    ("--country", "Barbados\nBB\n", "no country"), ("--time-zone", "Bridgetown\nAmerica/Barbados\n", "Bridgetown"),
    ("--second", "CDR\nadm\n", "two different officers"),
])  # fmt: skip
def test_an_answer_is_checked_as_it_is_typed(call, tmp_path, passphrases, monkeypatch, name, typed, told):
    monkeypatch.setattr(founding, "may_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    words = [*SITE, *PEOPLE]
    del words[words.index(name) : words.index(name) + 2]
    answer = call("new", tmp_path / "Main", *words, "--yes")
    assert (answer.code, told in answer.err) == (0, True), answer.err


def test_a_passphrase_is_asked_for_again_until_it_serves(call, tmp_path, monkeypatch):
    typed = iter(["short", FIRST, FIRST, SECOND])
    monkeypatch.setattr(founding, "may_ask", lambda: True)
    monkeypatch.setattr(founding, "new_secret", lambda _label, **_from: next(typed))
    answer = call("new", tmp_path / "Main", *SITE, *PEOPLE, "--yes")
    assert (answer.code, "different passphrases" in answer.err) == (0, True), answer.err
