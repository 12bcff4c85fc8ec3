"""What a token or its driver refuses, said in whole sentences.

The driver's faults are told apart by name, so that this table needs no PKCS#11 library before a token is used.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

from armoury.i18n import _
from armoury.signing.errors import LockedPinError, MissingKeyError, MissingTokenError, TokenError, WrongPinError

_Answer = tuple[type[TokenError], Callable[[], str]]


def _wrong_pin() -> str:
    return _("The token refused this PIN. Type it again; after several wrong PINs the token locks itself.")


def _locked() -> str:
    return _("The token is locked after too many wrong PINs. Its issuer can unlock it with the second code (PUK).")


def _gone() -> str:
    return _("The token was taken out, or its reader was unplugged. Put it back in and start again.")


def _no_key() -> str:
    return _("The token does not hold this key. Put in the token on which the key was made.")


def _in_use() -> str:
    return _("This program is already signed in to this token. Finish the other act first.")


def _read_only() -> str:
    return _("The token cannot be written to. Use another token, or make the key with the tool of its maker.")


def _full() -> str:
    return _("The token has no room left. Delete keys that are no longer needed with the tool of its maker.")


def _pin_unset() -> str:
    return _("The token has no PIN yet, or its PIN has expired. Set a PIN with the tool of its maker.")


def _unable() -> str:
    return _("The token cannot sign with keys of the kind P-256. Use a token that can.")


_ANSWERS: dict[str, _Answer] = {
    "PinIncorrect": (WrongPinError, _wrong_pin),
    "PinInvalid": (WrongPinError, _wrong_pin),
    "PinLenRange": (WrongPinError, _wrong_pin),
    "PinLocked": (LockedPinError, _locked),
    "PinExpired": (TokenError, _pin_unset),
    "UserPinNotInitialized": (TokenError, _pin_unset),
    "DeviceRemoved": (MissingTokenError, _gone),
    "TokenNotPresent": (MissingTokenError, _gone),
    "SessionClosed": (MissingTokenError, _gone),
    "SessionHandleInvalid": (MissingTokenError, _gone),
    "UserNotLoggedIn": (MissingTokenError, _gone),
    "NoSuchKey": (MissingKeyError, _no_key),
    "UserAlreadyLoggedIn": (TokenError, _in_use),
    "AnotherUserAlreadyLoggedIn": (TokenError, _in_use),
    "SessionReadOnly": (TokenError, _read_only),
    "TokenWriteProtected": (TokenError, _read_only),
    "DeviceMemory": (TokenError, _full),
    "MechanismInvalid": (TokenError, _unable),
    "DomainParamsInvalid": (TokenError, _unable),
}


@contextmanager
def token_errors() -> Iterator[None]:
    """Turn what the driver raises inside the block into a `TokenError` with its sentence."""
    fault = import_module("pkcs11.exceptions").PKCS11Error
    try:
        yield
    except fault as problem:
        raise token_error(problem) from problem


def token_error(problem: Exception) -> TokenError:
    """Return the error to raise for a fault of the driver; unknown ones are named, for whoever services the token."""
    name = type(problem).__name__
    if name in _ANSWERS:
        kind, sentence = _ANSWERS[name]
        return kind(sentence())
    return TokenError(
        _("The token or its driver reports a fault ({name}). Take the token out, put it back and try again.").format(
            name=name
        )
    )


def locked_error() -> LockedPinError:
    """Return the error for a token that has locked itself."""
    return LockedPinError(_locked())


def wrong_pin_error(*, locked: bool, last_try: bool) -> TokenError:
    """Return the error for a refused PIN, by what the token tells about itself afterwards."""
    if locked:
        return locked_error()
    if last_try:
        return WrongPinError(
            _("The token refused this PIN, and only one try is left before it locks itself. Make sure first.")
        )
    return WrongPinError(_wrong_pin())
