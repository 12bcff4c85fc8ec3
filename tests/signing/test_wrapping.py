"""A secret under a passphrase."""

import pytest

from armoury.domain.errors import StorageError
from armoury.signing.errors import DamagedSlotError, WrongPassphraseError
from armoury.signing.wrapping import KeyCost, from_base64, to_base64, unwrap, wrap

CHEAP = KeyCost(64, 1, 1, for_tests=True)
AAD = b"register/slot"
STORED = {
    "kdf": "argon2id",
    "memory_kib": 64,
    "iterations": 1,
    "lanes": 1,
    "salt": "AAECAwQFBgcICQoLDA0ODw==",
    "nonce": "AAECAwQFBgcICQoL",
    "ciphertext": "Tl01hW4VJ/aX05Gcq1XL94NXjZK7skhEBiE=",
}


@pytest.fixture
def wrapped():
    return wrap(b"the secret", "candle river seven", CHEAP, aad=AAD)


def test_the_passphrase_opens(wrapped):
    assert unwrap(wrapped, "candle river seven", aad=AAD) == b"the secret"


def test_the_default_cost_opens():
    assert unwrap(wrap(b"secret", "candle", KeyCost(), aad=AAD), "candle", aad=AAD) == b"secret"


def test_a_slot_written_by_the_first_version_opens():
    assert unwrap(STORED, "candle river seven", aad=AAD) == b"the secret"


def test_an_accent_typed_otherwise_opens():
    wrapped = wrap(b"secret", "Nand\u00fa", CHEAP, aad=AAD)
    assert unwrap(wrapped, "Nandu\u0301", aad=AAD) == b"secret"


def test_a_wrong_passphrase_is_told(wrapped):
    with pytest.raises(WrongPassphraseError, match="Caps Lock"):
        unwrap(wrapped, "candle river eight", aad=AAD)


def test_a_wrong_passphrase_is_an_error_of_the_environment():
    assert issubclass(WrongPassphraseError, StorageError)


def test_a_slot_moved_elsewhere_does_not_open(wrapped):
    with pytest.raises(WrongPassphraseError):
        unwrap(wrapped, "candle river seven", aad=b"register/other")


def test_a_changed_cost_does_not_open(wrapped):
    with pytest.raises(WrongPassphraseError):
        unwrap({**wrapped, "iterations": 2}, "candle river seven", aad=AAD)


def test_no_two_wraps_are_alike(wrapped):
    again = wrap(b"the secret", "candle river seven", CHEAP, aad=AAD)
    assert not {again[name] for name in ("salt", "nonce", "ciphertext")} & set(wrapped.values())


@pytest.mark.parametrize("cost", [KeyCost(19 * 1024), KeyCost(iterations=1), KeyCost(8, 1, 1)])
def test_a_weak_cost_is_refused(cost):
    with pytest.raises(ValueError, match="too weak"):
        wrap(b"secret", "candle", cost, aad=AAD)


def test_a_cost_that_no_slot_may_ask_for_is_not_written():
    with pytest.raises(ValueError, match="outside"):
        wrap(b"secret", "candle", KeyCost(2 * 1024 * 1024), aad=AAD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("memory_kib", 100 * 1024 * 1024),
        ("memory_kib", 7),
        ("memory_kib", "64"),
        ("memory_kib", 64.0),
        ("iterations", 10**9),
        ("iterations", 0),
        ("iterations", True),
        ("lanes", 0),
        ("lanes", 17),
        ("kdf", "scrypt"),
        ("salt", ""),
        ("nonce", "AAAA"),
        ("nonce", None),
        ("ciphertext", "*"),
        ("ciphertext", "A" * 100_000),
    ],
)
def test_a_hostile_or_damaged_slot_is_refused(wrapped, name, value):
    with pytest.raises(DamagedSlotError, match="keyslots"):
        unwrap({**wrapped, name: value}, "candle river seven", aad=AAD)


@pytest.mark.parametrize("name", ["kdf", "memory_kib", "iterations", "lanes", "salt", "nonce", "ciphertext"])
def test_an_incomplete_slot_is_refused(wrapped, name):
    del wrapped[name]
    with pytest.raises(DamagedSlotError):
        unwrap(wrapped, "candle river seven", aad=AAD)


def test_base64_goes_there_and_back():
    assert from_base64(to_base64(b"\x00\xff")) == b"\x00\xff"


@pytest.mark.parametrize("text", [None, 3, "A", "AA=A", "é", "AA AA"])
def test_what_is_not_base64_is_refused(text):
    with pytest.raises(ValueError, match=r"base64|padd|ASCII|character"):
        from_base64(text)
