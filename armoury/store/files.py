"""The files of a register folder, and the one way to replace a file as a whole."""

import errno
import os
import shutil
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
    def manifest(self) -> Path:
        """What makes the folder a backup."""
        return self.path / "backup.json"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.path / "backups"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that after a power cut either the old or the new content is there, never a part.

    It can be read by its owner alone.

    Raises:
        StorageError: the disk is full or the folder cannot be written; the old file is untouched.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        with open(fresh, "wb", opener=_private) as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        with suppress(OSError):
            fresh.unlink()
        raise cannot_write(path, problem) from problem


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone can read; what a database puts beside it takes after it.

    Raises:
        StorageError: the folder cannot be written, or the file is there already.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)
    except OSError as problem:
        raise cannot_write(path, problem) from problem


def sync_file(path: Path) -> None:
    """Make a file that was written by others durable."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, durably, for its owner alone."""
    with source.open("rb") as reader, open(target, "wb", opener=_private) as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())


def free_name(path: Path) -> Path:
    """Return the path, or the first one like it with a number behind, where nothing lies yet."""
    tried, number = path, 1
    while tried.exists():
        number += 1
        tried = path.with_name(f"{path.name}-{number}")
    return tried


def _private(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_BINARY", 0), 0o600)


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
    if problem.errno == errno.EROFS:
        text = _(
            "“{path}” could not be written: it lies where things can only be read. Nothing was changed. A register "
            "there can be checked with: armoury check --read-only"
        )
        return StorageError(text.format(path=path))
    text = _("“{path}” could not be written: {why}. Nothing was changed. Make room or check the disk, then try again.")
    return StorageError(text.format(path=path, why=problem.strerror or problem))
