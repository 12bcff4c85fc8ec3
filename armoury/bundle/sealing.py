"""Sealed bundles: age (age-encryption.org/v1) to the registry's recipient, streamed, with no plaintext on any disk.

A sealed bundle is opened into a `Vault`: a file without a name whose bytes are encrypted with a key that lives in
memory only, so that it can be read from any place and leaves nothing behind.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

import pyrage
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.headers import LARGEST
from armoury.bundle.pieces import PieceReader
from armoury.domain.errors import RuleError
from armoury.i18n import _

_BLOCK = 16


class Recipient:
    """To whom bundles are sealed: an age public key, `age1…`."""

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            RuleError: it is none.
        """
        try:
            self.key = pyrage.x25519.Recipient.from_str(text.strip())
        except pyrage.RecipientError as problem:
            sentence = _("“{text}” is not a recipient of age. It begins with age1; ask the registry for it again.")
            raise RuleError(sentence.format(text=text.strip()[:80])) from problem


class Identity:
    """What opens sealed bundles: an age secret key, `AGE-SECRET-KEY-1…`."""

    def __init__(self, text: str) -> None:
        """Read it; lines with # are passed over, as age-keygen writes them.

        Raises:
            RuleError: it is none.
        """
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        try:
            self.key = pyrage.x25519.Identity.from_str(lines[0] if len(lines) == 1 else "")
        except pyrage.IdentityError as problem:
            text = _(
                "This file holds no key of age (AGE-SECRET-KEY-1…), or more than one. Give the registry's key file."
            )
            raise RuleError(text) from problem

    @classmethod
    def fresh(cls) -> "Identity":
        """Make a new one, for one use."""
        return cls(str(pyrage.x25519.Identity.generate()))

    def recipient(self) -> Recipient:
        """Return to whom one seals so that this opens it."""
        return Recipient(str(self.key.to_public()))


class _Target(io.RawIOBase):
    """Writes on to another file and remembers why that failed; stops at the bound."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        super().__init__()
        self._file, self._left = file, most
        self.problem: BaseException | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        try:
            self._left -= len(data)
            if self._left < 0:
                raise _too_large()
            self._file.write(data)
        except BaseException as problem:
            self.problem = problem
            raise
        return len(data)


def seal(pieces: Iterator[bytes], target: BinaryIO, *recipients: Recipient) -> None:
    """Seal a stream of bytes into a file; whatever the stream or the file raises comes through as it is.

    Raises:
        RuleError: the library refuses a recipient.
    """
    source, sink = PieceReader(pieces), _Target(target, LARGEST)
    try:
        pyrage.encrypt_io(source, sink, [each.key for each in recipients])
    except (OSError, pyrage.EncryptError) as problem:
        raise source.problem or sink.problem or RuleError(str(problem)) from problem
    # The library says nothing where the very last piece cannot be written.
    if sink.problem:
        raise sink.problem


class Vault(io.RawIOBase):
    """A file without a name, encrypted with a key in memory (AES-256-CTR); written once, then read from any place.

    It keeps secrets only: whether the bytes are right is for the check of the bundle to say.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the vault is
        self._key, self._place, self._size = os.urandom(32), 0, 0
        self._writer = self._cipher(0)

    def _cipher(self, block: int) -> CipherContext:
        return Cipher(algorithms.AES256(self._key), modes.CTR(block.to_bytes(_BLOCK))).encryptor()

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from any place."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write on at the end."""
        self._file.seek(self._size)
        self._file.write(self._writer.update(data))
        self._size += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        self._place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read from where one is."""
        block, skip = divmod(self._place, _BLOCK)
        self._file.seek(block * _BLOCK)
        found = self._file.read(len(buffer) + skip)
        plain = self._cipher(block).update(found)[skip:]
        buffer[: len(plain)] = plain
        self._place += len(plain)
        return len(plain)

    def close(self) -> None:
        """Forget key and file."""
        if not self.closed:
            self._file.close()
        super().close()


def unseal(file: BinaryIO, identity: Identity) -> Vault:
    """Open a sealed bundle into a vault.

    Raises:
        BundleError: it is sealed to somebody else, or damaged.
    """
    vault = Vault()
    sink = _Target(vault, LARGEST)  # type: ignore[arg-type]
    try:
        pyrage.decrypt_io(file, sink, [identity.key])
    except (OSError, pyrage.DecryptError) as problem:
        vault.close()
        if sink.problem:
            raise sink.problem from problem
        text = _("This sealed bundle does not open with this key: it is sealed to somebody else, or was damaged or cut "
                 "off.")  # fmt: skip
        raise BundleError(Promise.CONTAINER, text) from problem
    if sink.problem:
        vault.close()
        raise sink.problem
    return vault


def _too_large() -> BundleError:
    text = _("The sealed bundle holds more than 4 GB, which no bundle does.")
    return BundleError(Promise.CONTAINER, text)
