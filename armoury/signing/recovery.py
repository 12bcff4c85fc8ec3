"""The recovery key: 256 random bits on two half-sheets, of which neither alone says anything about the secret.

From the secret two P-256 keys are derived. The public half of the unlocking key is kept, in clear, in the recovery
slot: so a rotation seals the new data key to it while the half-sheets stay in their envelopes. The signing key signs
what is done with the envelopes open; the site certifies it and the history carries the certificate, so that nobody
else can act in the name of the recovery key. Neither key is ever saved as a file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from armoury.i18n import _
from armoury.signing.errors import DamagedSlotError, RecoveryTextError, WrongKeyError
from armoury.signing.half_sheets import half_text
from armoury.signing.keys import PrivateKey, public_to_der
from armoury.signing.sealing import open_sealed, seal
from armoury.signing.wrapping import from_base64, to_base64

SLOT_NAME = "recovery"
MARK_BYTES = 2
SECRET_BYTES = 32

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256 (NIST SP 800-186, 3.2.1.3)."""


@dataclass(frozen=True)
class RecoveryKey:
    """The secret of the recovery key, and the random mark that both its half-sheets carry."""

    mark: bytes
    secret: bytes = field(repr=False)

    def halves(self) -> tuple[str, str]:
        """Write the two half-sheets, each for its own sealed envelope."""
        middle = SECRET_BYTES // 2
        return half_text(self.mark + self.secret[:middle], 1), half_text(self.mark + self.secret[middle:], 2)


def new_recovery() -> RecoveryKey:
    """Make a new recovery key from the machine's random source."""
    return RecoveryKey(os.urandom(MARK_BYTES), os.urandom(SECRET_BYTES))


def combine(first: bytes, second: bytes) -> RecoveryKey:
    """Join two halves as `parse_half` gave them.

    Raises:
        RecoveryTextError: the two half-sheets were not printed together.
    """
    if first[:MARK_BYTES] != second[:MARK_BYTES]:
        raise RecoveryTextError(
            _(
                "These two half-sheets belong to different recovery keys: their first groups do not agree. "
                "Take the two that were printed together."
            )
        )
    return RecoveryKey(first[:MARK_BYTES], first[MARK_BYTES:] + second[MARK_BYTES:])


def unlocking_key(key: RecoveryKey, *, register: str) -> PrivateKey:
    """Derive the unlocking key for one register."""
    return _derived(key, register, b"armoury/recovery/1")


def recovery_signing_key(key: RecoveryKey, *, register: str) -> PrivateKey:
    """Derive the key that signs what is done with the recovery key in one register."""
    return _derived(key, register, b"armoury/recovery/signing/1")


def _derived(key: RecoveryKey, register: str, purpose: bytes) -> PrivateKey:
    """Derive a P-256 key: HKDF-SHA256 (RFC 5869), then FIPS 186-5, A.2.1.

    Reducing 384 bits modulo the order leaves a bias below 2^-128.
    """
    stream = HKDF(hashes.SHA256(), length=48, salt=register.encode(), info=purpose).derive(key.secret)
    scalar = int.from_bytes(stream, "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def make_recovery_slot(key: RecoveryKey, data_key: bytes, *, register: str) -> dict[str, str]:
    """Make the slot that the recovery key opens: `mark` (hex), `public` and `sealed` (base64)."""
    public = public_to_der(unlocking_key(key, register=register).public_key())
    sealed = seal(data_key, public, register=register, slot=SLOT_NAME)
    return {"mark": key.mark.hex(), "public": to_base64(public), "sealed": to_base64(sealed)}


def reseal_recovery_slot(slot: Mapping[str, str], data_key: bytes, *, register: str) -> dict[str, str]:
    """Make the same slot for a new data key, without the recovery key.

    Raises:
        DamagedSlotError: the slot cannot be read.
        CertificateError: the public key in the slot is not a P-256 key.
    """
    sealed = seal(data_key, _read(slot, "public"), register=register, slot=SLOT_NAME)
    return {**slot, "sealed": to_base64(sealed)}


def open_recovery_slot(slot: Mapping[str, str], key: RecoveryKey, *, register: str) -> bytes:
    """Open the data key with the recovery key.

    Raises:
        WrongKeyError: it is the recovery key of another register, or an older one.
        DamagedSlotError: the slot cannot be read.
    """
    private = unlocking_key(key, register=register)
    if public_to_der(private.public_key()) != _read(slot, "public"):
        raise WrongKeyError(
            _("This recovery key does not open this register: it is of another register, or an older one was printed.")
        )
    return open_sealed(_read(slot, "sealed"), private, register=register, slot=SLOT_NAME)


def _read(slot: Mapping[str, str], name: str) -> bytes:
    try:
        return from_base64(slot.get(name))
    except ValueError as problem:
        raise DamagedSlotError(
            _("The recovery slot is damaged. Restore keyslots.json from the newest backup.")
        ) from problem
