"""A data key sealed to an unlocking key: HPKE (RFC 9180) in base mode, so that a rotation needs nobody's passphrase.

Suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A sealed key is the encapsulated point (65 bytes) followed
by the ciphertext (32 + 16 bytes). The `info` names register and slot, so that a sealed key moved elsewhere does not
open.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke

from armoury.i18n import _
from armoury.signing.errors import WrongKeyError
from armoury.signing.keys import PrivateKey, public_from_der

KEY_BYTES = 32
SEALED_BYTES = 65 + KEY_BYTES + 16
_PURPOSE = "armoury/seal/1"


def seal(data_key: bytes, public_key_der: bytes, *, register: str, slot: str) -> bytes:
    """Seal the register's 32-byte data key to the public half of an unlocking key.

    Raises:
        ValueError: the data key has not 32 bytes.
        CertificateError: the public key is not a P-256 key.
    """
    if len(data_key) != KEY_BYTES:
        raise ValueError("a data key has 32 bytes")
    return _suite().encrypt(data_key, public_from_der(public_key_der), info=_info(register, slot))


def open_sealed(sealed: bytes, private: PrivateKey, *, register: str, slot: str) -> bytes:
    """Open a sealed data key with the private half of the unlocking key.

    Raises:
        WrongKeyError: it was sealed to another key, for another register or slot, or was changed.
    """
    try:
        if len(sealed) != SEALED_BYTES:
            raise ValueError("not a sealed data key")
        return _suite().decrypt(sealed, private, info=_info(register, slot))
    except (InvalidTag, ValueError) as problem:
        raise WrongKeyError(
            _("The key of this register cannot be opened with this slot. Restore keyslots.json from the newest backup.")
        ) from problem


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _info(register: str, slot: str) -> bytes:
    """Each part is preceded by its length, so that no two pairs of names give the same bytes."""
    parts = [part.encode() for part in (_PURPOSE, register, slot)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
