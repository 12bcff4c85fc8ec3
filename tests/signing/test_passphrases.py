"""The policy for new passphrases, and their one spelling."""

import pytest

from armoury.signing.errors import WeakPassphraseError
from armoury.signing.passphrases import check_passphrase, passphrase_bytes


@pytest.mark.parametrize("text", ["candle river seven boots", "Ñandú-corre-7", "pa55 w0rds w0rk", "longwordlonger"])
def test_a_good_passphrase_passes(text):
    check_passphrase(text)


@pytest.mark.parametrize("text", ["", "short", "eleven char"])
def test_a_short_passphrase_is_refused_with_its_length(text):
    with pytest.raises(WeakPassphraseError, match=f"has {len(text)} characters"):
        check_passphrase(text)


@pytest.mark.parametrize(
    "text",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "Gardens gardens ",
        "abcdefghijklm",
        "123456789012",
        "098765432109",
        "Wwxyzwxyzwxyzw",
    ],
)
def test_a_pattern_is_refused(text):
    with pytest.raises(WeakPassphraseError, match="Join four or five"):
        check_passphrase(text)


def test_length_is_counted_in_letters_not_in_marks():
    with pytest.raises(WeakPassphraseError, match="has 7 characters"):
        check_passphrase("re\u0301sume\u0301s")


def test_one_accent_has_one_spelling():
    assert passphrase_bytes("caf\u00e9") == passphrase_bytes("cafe\u0301") == b"caf\xc3\xa9"


def test_a_broken_character_is_refused():
    with pytest.raises(WeakPassphraseError, match="cannot be written"):
        passphrase_bytes("broken \ud800 passphrase")
