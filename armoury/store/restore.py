"""Putting a backup in place, as a declared act of two officers.

The register is built beside its place, the act is recorded in it, and only then do the folders change names. What was
there before is kept under another name; nothing is deleted.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from armoury.domain.clock import Clock, format_instant
from armoury.store.backup import FILES, Backup
from armoury.store.files import RegisterFolder, cannot_write, copy_file, free_name, sync_folder

STAGING = ".restoring"
READY = "ready"
REPLACED = ".replaced-"


def staging_of(folder: RegisterFolder) -> RegisterFolder:
    """Return the folder in which a restored register is built, beside its place."""
    return RegisterFolder(folder.path.with_name(folder.path.name + STAGING))


def stage(backup: Backup, folder: RegisterFolder) -> RegisterFolder:
    """Copy a backup beside the place where it shall be, taking away what an earlier attempt left there.

    Raises:
        StorageError: the disk is full or cannot be written; nothing of the copy stays.
    """
    staging = staging_of(folder)
    try:
        shutil.rmtree(staging.path, ignore_errors=True)
        staging.path.mkdir(mode=0o700, parents=True)
        for name in FILES:
            copy_file(backup.path / name, staging.path / name)
        sync_folder(staging.path)
    except OSError as problem:
        shutil.rmtree(staging.path, ignore_errors=True)
        raise cannot_write(staging.path, problem) from problem
    return staging


def swap(folder: RegisterFolder, *, clock: Clock) -> Path | None:
    """Put the built register in its place; what was there keeps lying beside it, and its path is returned.

    Raises:
        StorageError: a folder could not be renamed; either the former register is in its place, or opening finishes.
    """
    kept = None
    try:
        (staging_of(folder).path / READY).touch()
        sync_folder(staging_of(folder).path)
        if folder.path.exists():
            stamp = format_instant(clock()).replace(":", "").replace(".", "-")
            kept = folder.path.rename(free_name(folder.path.with_name(f"{folder.path.name}{REPLACED}{stamp}")))
            sync_folder(folder.path.parent)
        finish_restore(folder)
    except OSError as problem:
        raise cannot_write(folder.path, problem) from problem
    return kept


def replaced_beside(folder: RegisterFolder) -> list[Path]:
    """List the folders that restores have put aside, oldest first; they and their backups are never deleted."""
    return sorted(folder.path.parent.glob(f"{folder.path.name}{REPLACED}*"))


def is_ready(folder: RegisterFolder) -> bool:
    """Tell whether a restored register stands beside its place, whole, and only waits for its name."""
    return (staging_of(folder).path / READY).exists()


def finish_restore(folder: RegisterFolder) -> None:
    """Finish a swap that was cut between its two renames; do nothing else."""
    staging = staging_of(folder)
    if not is_ready(folder) or folder.path.exists():
        return
    staging.path.rename(folder.path)
    with suppress(OSError):
        (folder.path / READY).unlink(missing_ok=True)
    sync_folder(folder.path.parent)
