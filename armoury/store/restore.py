"""Putting a backup in place, as a declared act of two officers.

The register is built beside its place, the act is recorded in it, and only then do the folders change names. What was
there before is kept under another name; nothing is deleted.
"""

from pathlib import Path

from armoury.domain.clock import Clock, format_instant
from armoury.store.files import RegisterFolder, sync_folder

STAGING = ".restoring"
READY = "ready"


def staging_of(folder: RegisterFolder) -> RegisterFolder:
    """Return the folder in which a restored register is built, beside its place."""
    return RegisterFolder(folder.path.with_name(folder.path.name + STAGING))


def swap(folder: RegisterFolder, *, clock: Clock) -> Path | None:
    """Put the built register in its place; what was there keeps lying beside it, and its path is returned."""
    (staging_of(folder).path / READY).touch()
    sync_folder(staging_of(folder).path)
    kept = None
    if folder.path.exists():
        stamp = format_instant(clock()).replace(":", "").replace(".", "-")
        kept = folder.path.with_name(f"{folder.path.name}.replaced-{stamp}")
        folder.path.rename(kept)
    finish_restore(folder)
    return kept


def is_ready(folder: RegisterFolder) -> bool:
    """Tell whether a restored register stands beside its place, whole, and only waits for its name."""
    return (staging_of(folder).path / READY).exists()


def finish_restore(folder: RegisterFolder) -> None:
    """Finish a swap that was cut between its two renames; do nothing else."""
    staging = staging_of(folder)
    if not is_ready(folder) or folder.path.exists():
        return
    staging.path.rename(folder.path)
    (folder.path / READY).unlink(missing_ok=True)
    sync_folder(folder.path.parent)
