"""The files of a register folder, and the one way to replace a file as a whole."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from armoury.domain.errors import StorageError
from armoury.i18n import _

SUFFIX = ".armoury"


@dataclass(frozen=True)
class RegisterFolder:
    """`NAME.armoury/` and the names of what lies in it."""

    path: Path

    @property
    def database(self) -> Path:
        """The encrypted records."""
        return self.path / "register.db"

    @property
    def evidence(self) -> Path:
        """The sealed photographs and documents."""
        return self.path / "evidence.db"

    @property
    def keyslots(self) -> Path:
        """Who can unlock the records."""
        return self.path / "keyslots.json"

    @property
    def lock(self) -> Path:
        """The file on which the operating system's lock lies."""
        return self.path / "lock"

    @property
    def holder(self) -> Path:
        """Who holds the lock, for the sentence to another process."""
        return self.path / "lock.json"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.path / "backups"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after a power cut either the old or the new content is there, never a part.

    Raises:
        StorageError: the disk is full or the folder cannot be written; the old file is untouched.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        with suppress(OSError):
            fresh.unlink()
        raise cannot_write(path, problem) from problem


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cannot_write(path: Path, problem: OSError) -> StorageError:
    """Say that a file could not be written, and why."""
    text = _("“{path}” could not be written: {why}. Nothing was changed. Make room or check the disk, then try again.")
    return StorageError(text.format(path=path, why=problem.strerror or problem))
