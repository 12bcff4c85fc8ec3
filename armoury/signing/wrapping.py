"""A secret under a passphrase: Argon2id (RFC 9106) makes the key, AES-256-GCM (NIST SP 800-38D) wraps the secret.

A wrapped secret is a small JSON object, so that it can lie in a key slot. Its numbers are read with distrust: a slot
changed by a stranger can neither make the program use a weak key nor make it ask for a hundred gigabytes of memory.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.signing.errors import DamagedSlotError, WrongPassphraseError
from armoury.signing.passphrases import passphrase_bytes

Wrapped = dict[str, str | int]
"""`kdf`, `memory_kib`, `iterations`, `lanes`, and `salt`, `nonce`, `ciphertext` in base64."""

KDF = "argon2id"
SALT_BYTES = 16
NONCE_BYTES = 12
LARGEST_CIPHERTEXT = 1 << 16

LEAST_MEMORY_KIB = 32 * 1024
LEAST_ITERATIONS = 2
MOST_MEMORY_KIB = 1024 * 1024
MOST_ITERATIONS = 16
MOST_LANES = 16


@dataclass(frozen=True)
class KeyCost:
    """What guessing one passphrase costs. The default is the second choice of RFC 9106, 4, with one lane."""

    memory_kib: int = 65536
    iterations: int = 3
    lanes: int = 1
    for_tests: bool = False
    """Lets a test use less than the floor; never read from a file."""


def wrap(secret: bytes, passphrase: str, cost: KeyCost, *, aad: bytes) -> Wrapped:
    """Encrypt a secret under a passphrase, bound to `aad` (which register, which slot, what for).

    Raises:
        ValueError: the cost is below the floor or above the ceiling; no officer ever chooses it.
        WeakPassphraseError: the passphrase is not text.
        StorageError: the machine has not enough free memory.
    """
    _check_cost(cost)
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, secret, aad)
    return {
        "kdf": KDF,
        "memory_kib": cost.memory_kib,
        "iterations": cost.iterations,
        "lanes": cost.lanes,
        "salt": to_base64(salt),
        "nonce": to_base64(nonce),
        "ciphertext": to_base64(ciphertext),
    }


def unwrap(wrapped: Mapping[str, object], passphrase: str, *, aad: bytes) -> bytes:
    """Decrypt a wrapped secret.

    Raises:
        WrongPassphraseError: the passphrase does not fit (or slot or `aad` were changed, which looks the same).
        DamagedSlotError: the slot cannot be read, or asks for more work than the ceiling.
        StorageError: the machine has not enough free memory.
    """
    cost = _read_cost(wrapped)
    salt, nonce = _read_bytes(wrapped, "salt", SALT_BYTES), _read_bytes(wrapped, "nonce", NONCE_BYTES)
    ciphertext = _read_bytes(wrapped, "ciphertext", None)
    try:
        return AESGCM(_derive(passphrase, salt, cost)).decrypt(nonce, ciphertext, aad)
    except InvalidTag as problem:
        raise WrongPassphraseError(
            _("This passphrase is not right. Look at the keyboard layout and at Caps Lock, then type it again.")
        ) from problem


def to_base64(data: bytes) -> str:
    """Write bytes as base64 text (RFC 4648, 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: object) -> bytes:
    """Read base64 text strictly.

    Raises:
        ValueError: it is not base64 text.
    """
    if not isinstance(text, str):
        raise ValueError("not base64 text")
    return base64.b64decode(text, validate=True)


def _derive(passphrase: str, salt: bytes, cost: KeyCost) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib)
    try:
        return kdf.derive(passphrase_bytes(passphrase))
    except MemoryError as problem:
        raise StorageError(
            _(
                "There is not enough free memory to open the key ({size} MB). Close other programs and try again."
            ).format(size=cost.memory_kib // 1024)
        ) from problem


def _check_cost(cost: KeyCost) -> None:
    if not _within_ceiling(cost):
        raise ValueError(f"{cost} is outside what a slot may ask for")
    if not cost.for_tests and (cost.memory_kib < LEAST_MEMORY_KIB or cost.iterations < LEAST_ITERATIONS):
        raise ValueError(f"{cost} is too weak to protect a key")


def _within_ceiling(cost: KeyCost) -> bool:
    """The lower ends are those of Argon2 itself (RFC 9106, 3.1): 8 KiB a lane, one pass."""
    return (
        1 <= cost.lanes <= MOST_LANES
        and 8 * cost.lanes <= cost.memory_kib <= MOST_MEMORY_KIB
        and 1 <= cost.iterations <= MOST_ITERATIONS
    )


def _read_cost(wrapped: Mapping[str, object]) -> KeyCost:
    memory_kib, iterations, lanes = (_read_number(wrapped, name) for name in ("memory_kib", "iterations", "lanes"))
    cost = KeyCost(memory_kib, iterations, lanes)
    if wrapped.get("kdf") != KDF or not _within_ceiling(cost):
        raise DamagedSlotError(_damaged())
    return cost


def _read_number(wrapped: Mapping[str, object], name: str) -> int:
    number = wrapped.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise DamagedSlotError(_damaged())
    return number


def _read_bytes(wrapped: Mapping[str, object], name: str, size: int | None) -> bytes:
    try:
        data = from_base64(wrapped.get(name))
    except ValueError as problem:
        raise DamagedSlotError(_damaged()) from problem
    if len(data) > LARGEST_CIPHERTEXT or (size is not None and len(data) != size):
        raise DamagedSlotError(_damaged())
    return data


def _damaged() -> str:
    return _("The file of key slots is damaged or was changed. Restore keyslots.json from the newest backup.")
