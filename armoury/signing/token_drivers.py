"""The drivers of PKCS#11 tokens and the tokens they show, before anyone signs in.

A driver is a shared library of the token's maker, loaded once a process. `pkcs11` itself is loaded when first used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from armoury.i18n import _
from armoury.signing.errors import MissingModuleError, MissingTokenError
from armoury.signing.token_errors import token_errors

if TYPE_CHECKING:
    from pkcs11.types import Token

KNOWN_MODULES = (
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib/opensc-pkcs11.so",
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "C:/Program Files/OpenSC Project/OpenSC/pkcs11/opensc-pkcs11.dll",
)
"""Where the usual drivers lie; a site may name another one in its settings."""


@dataclass(frozen=True)
class TokenFacts:
    """One token as its driver shows it before anyone signs in; `serial` is what names it."""

    label: str
    serial: str
    maker: str
    model: str
    pin_locked: bool
    pin_last_try: bool
    has_pin_pad: bool


def installed_modules() -> list[Path]:
    """List the usual drivers that this machine has."""
    return [Path(path) for path in KNOWN_MODULES if Path(path).is_file()]


def list_tokens(module: Path) -> list[TokenFacts]:
    """List the tokens that are plugged in and set up.

    Raises:
        MissingModuleError: the driver is missing or is none.
        TokenError: the driver fails.
    """
    with token_errors():
        return [token_facts(token) for token in _tokens(module)]


def pkcs11_names() -> ModuleType:
    """Return the PKCS#11 library, loaded on first use: it costs time and few posts have a token."""
    import pkcs11

    return pkcs11


def _tokens(module: Path) -> "Iterator[Token]":
    names = pkcs11_names()
    for slot in _load(module).get_slots(token_present=True):
        try:
            token: Token = slot.get_token()
        except (names.TokenNotPresent, names.TokenNotRecognised):
            continue
        if token.flags & names.TokenFlag.TOKEN_INITIALIZED:
            yield token


def _load(module: Path) -> Any:
    if not module.is_file():
        raise MissingModuleError(
            _("The driver of the token was not found at {path}. Install it, or choose it in the settings.").format(
                path=module
            )
        )
    names = pkcs11_names()
    try:
        return names.lib(str(module))
    except names.PKCS11Error as problem:
        raise MissingModuleError(
            _("The file {path} is not a driver of a token (PKCS#11). Choose another one in the settings.").format(
                path=module
            )
        ) from problem


def token_facts(token: "Token") -> TokenFacts:
    """Return what the driver tells about a token now."""
    flag = pkcs11_names().TokenFlag
    return TokenFacts(
        label=token.label,
        serial=_serial(token),
        maker=token.manufacturer_id,
        model=token.model,
        pin_locked=bool(token.flags & flag.USER_PIN_LOCKED),
        pin_last_try=bool(token.flags & flag.USER_PIN_FINAL_TRY),
        has_pin_pad=bool(token.flags & flag.PROTECTED_AUTHENTICATION_PATH),
    )


def _serial(token: "Token") -> str:
    return token.serial.decode("ascii", "backslashreplace").strip("\0 ")


def find_token(module: Path, serial: str, label: str | None) -> "Token":
    """Find a token by its serial number, and by its label where a driver shows one card as several tokens.

    Raises:
        MissingModuleError: the driver is missing or is none.
        MissingTokenError: it is not plugged in, or there are several.
    """
    found = [token for token in _tokens(module) if _serial(token) == serial and label in (None, token.label)]
    if not found:
        raise MissingTokenError(
            _("The token with serial number {serial} is not plugged in. Plug it in and try again.").format(
                serial=serial
            )
        )
    if len(found) > 1:
        raise MissingTokenError(
            _("Several tokens have the serial number {serial}. Choose one of them by its label: {labels}.").format(
                serial=serial, labels=", ".join(token.label for token in found)
            )
        )
    return found[0]
