"""Every fault of a driver has its sentence."""

import pkcs11
import pytest

from armoury.domain.errors import StorageError
from armoury.signing.errors import LockedPinError, MissingKeyError, MissingTokenError, TokenError, WrongPinError
from armoury.signing.token_errors import _ANSWERS, locked_error, token_error, token_errors, wrong_pin_error


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (pkcs11.PinIncorrect(), WrongPinError, "refused this PIN"),
        (pkcs11.PinLocked(), LockedPinError, "locked after too many"),
        (pkcs11.PinExpired(), TokenError, "has expired"),
        (pkcs11.DeviceRemoved(), MissingTokenError, "taken out"),
        (pkcs11.NoSuchKey(), MissingKeyError, "does not hold this key"),
        (pkcs11.MechanismInvalid(), TokenError, "P-256"),
        (pkcs11.GeneralError(), TokenError, r"\(GeneralError\)"),
    ],
)
def test_a_fault_becomes_a_sentence(fault, kind, words):
    with pytest.raises(kind, match=words), token_errors():
        raise fault


def test_the_cause_is_kept():
    with pytest.raises(TokenError) as caught, token_errors():
        raise pkcs11.PinLocked
    assert isinstance(caught.value.__cause__, pkcs11.PinLocked)


def test_our_own_errors_pass_unchanged():
    with pytest.raises(MissingKeyError, match=r"^mine$"), token_errors():
        raise MissingKeyError("mine")


def test_the_table_names_real_faults_only():
    assert {name for name in _ANSWERS if not hasattr(pkcs11, name)} == set()


def test_each_sentence_is_whole():
    sentences = [token_error(getattr(pkcs11, name)()).text() for name in _ANSWERS]
    assert all(sentence.endswith(".") for sentence in sentences)


def test_the_last_try_is_told():
    assert "only one try" in wrong_pin_error(locked=False, last_try=True).text()


def test_a_token_locked_by_this_try_is_told():
    assert isinstance(wrong_pin_error(locked=True, last_try=False), LockedPinError)


def test_a_plain_wrong_pin_may_be_typed_again():
    assert "Type it again" in wrong_pin_error(locked=False, last_try=False).text()


def test_a_token_error_is_one_of_the_environment():
    assert isinstance(locked_error(), StorageError)
