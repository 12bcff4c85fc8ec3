"""What can go wrong with keys, each with its own sentence, so that a front end can tell them apart."""

from armoury.domain.errors import IntegrityError, RuleError, StorageError


class WrongPassphraseError(StorageError):
    """The passphrase does not open the key; it may be typed again."""


class WeakPassphraseError(RuleError):
    """A new passphrase is too short or too simple."""


class DamagedSlotError(StorageError):
    """A key slot is incomplete, unreadable, or asks for more work than any honest slot does."""


class WrongKeyError(StorageError):
    """A data key was sealed to somebody else, for another register, or was changed."""


class RecoveryTextError(RuleError):
    """A half-sheet of the recovery key was typed wrongly; the sentence says where."""


class CertificateError(IntegrityError):
    """A certificate cannot be read, or does not hold for what it was shown for."""


class TokenError(StorageError):
    """A signing token or its driver does not do what is asked of it."""


class MissingModuleError(TokenError):
    """The token's driver is not installed, or is not such a driver."""


class MissingTokenError(TokenError):
    """The token is not plugged in."""


class MissingKeyError(TokenError):
    """The token does not hold the wanted key, or not exactly one."""


class WrongPinError(TokenError):
    """The token refused the PIN."""


class LockedPinError(TokenError):
    """The token has locked itself after too many wrong PINs."""
