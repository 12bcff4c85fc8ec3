"""Drivers and the tokens they show."""

from pathlib import Path

import pytest

from armoury.signing.errors import MissingModuleError, MissingTokenError
from armoury.signing.token_drivers import find_token, installed_modules, list_tokens


def test_tokens_are_listed(tokens):
    assert {(token.label, token.serial) for token in list_tokens(tokens.module)} == {
        ("officer", tokens.officer),
        ("spare", tokens.spare),
    }


def test_a_fresh_token_is_neither_locked_nor_on_its_last_try(tokens):
    assert {(token.pin_locked, token.pin_last_try, token.has_pin_pad) for token in list_tokens(tokens.module)} == {
        (False, False, False)
    }


def test_a_missing_driver_is_told(tmp_path):
    with pytest.raises(MissingModuleError, match=r"not found at .*nothing\.so"):
        list_tokens(tmp_path / "nothing.so")


def test_a_file_that_is_no_driver_is_told(tmp_path):
    (tmp_path / "letter.so").write_bytes(b"text")
    with pytest.raises(MissingModuleError, match="is not a driver"):
        list_tokens(tmp_path / "letter.so")


def test_a_missing_token_is_told(tokens):
    with pytest.raises(MissingTokenError, match="0123456789abcdef is not plugged in"):
        find_token(tokens.module, "0123456789abcdef", None)


def test_a_token_of_another_label_is_not_taken(tokens):
    with pytest.raises(MissingTokenError):
        find_token(tokens.module, tokens.officer, "spare")


def test_only_drivers_that_are_there_are_offered():
    assert all(Path(path).is_file() for path in installed_modules())
