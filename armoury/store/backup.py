"""Backups: a consistent copy of records, evidence and key slots, verified by opening it before it gets its name."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from armoury.domain.clock import format_instant
from armoury.domain.errors import IntegrityError, StorageError
from armoury.i18n import _
from armoury.store.attaching import attach
from armoury.store.checkpoints import check_signed, disagreement, make_checkpoint
from armoury.store.copying import copy_register
from armoury.store.files import RegisterFolder, cannot_write, free_name, sync_folder, write_whole
from armoury.store.keyslots import read_keyslots
from armoury.store.register import Progress, Register, no_progress
from armoury.store.writing import read_head

FORMAT = "armoury/backup/1"
MANIFEST = "backup.json"
FILES = ("register.db", "evidence.db", "keyslots.json")
_PARTIAL = ".partial"


@dataclass(frozen=True)
class Backup:
    """A finished backup: where it lies, how many entries it holds, and its signed checkpoint."""

    path: Path
    register: str
    made_at: str
    entries: int
    checkpoint: str


def make_backup(
    register: Register, target: Path | None = None, *, prefix: str = "", progress: Progress = no_progress
) -> Backup:
    """Copy the register to a new folder under `target` (the register's own `backups/` if None).

    Every file is on the disk before the folder gets its name.

    Raises:
        StorageError: the disk is full or cannot be written; no half-made backup keeps its final name.
        IntegrityError: the copy does not verify.
    """
    note = make_checkpoint(register)
    made_at = format_instant(register.clock())
    place = target or register.folder.backups
    final = free_name(place / f"{prefix}{register.site}-{made_at.replace(':', '').replace('.', '-')}")
    partial = RegisterFolder(final.with_name(final.name + _PARTIAL))
    try:
        _make_room(place, partial.path, register.site)
        copy_register(register, partial, progress=progress)
        entries = _verify(register, partial, note)
        manifest = _manifest(register, partial, made_at, entries, note)
        write_whole(partial.path / MANIFEST, json.dumps(manifest, indent=1).encode())
        partial.path.rename(final)
        sync_folder(place)
    except OSError as problem:
        shutil.rmtree(partial.path, ignore_errors=True)
        raise cannot_write(final, problem) from problem
    except BaseException:
        shutil.rmtree(partial.path, ignore_errors=True)
        raise
    return read_backup(final)


def read_backup(path: Path) -> Backup:
    """Read what a backup says of itself and check that its files are whole.

    Raises:
        StorageError: the folder is no backup.
        IntegrityError: a file of it was changed or is missing.
    """
    try:
        data = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise StorageError(_("“{path}” is a backup of a newer program.").format(path=path))
        backup = Backup(path, data["register"], data["made_at"], data["entries"], data["checkpoint"])
        _check_files(path, data["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise StorageError(
            _("“{path}” is not a whole backup. Choose a folder that holds backup.json.").format(path=path)
        ) from problem
    return backup


def _make_room(place: Path, partial: Path, site: str) -> None:
    """Make the folder to copy to, and take away what a power cut left of earlier copies of this site."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in place.glob(f"*{site}-*{_PARTIAL}"):
        shutil.rmtree(left, ignore_errors=True)
    partial.mkdir(mode=0o700)


def _check_files(path: Path, files: Mapping[str, str]) -> None:
    for name in FILES:
        if not (path / name).is_file():
            text = _("The backup “{path}” lacks {name}. Use another backup.")
            raise IntegrityError(text.format(path=path, name=name))
        if _digest(path / name) != files[name]:
            text = _("{name} in the backup “{path}” was changed or damaged. Use another backup.")
            raise IntegrityError(text.format(path=path, name=name))


def _manifest(register: Register, copy: RegisterFolder, made_at: str, entries: int, note: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "register": register.id,
        "site": register.site,
        "made_at": made_at,
        "entries": entries,
        "checkpoint": note,
        "files": {name: _digest(copy.path / name) for name in FILES},
    }


def _verify(register: Register, copy: RegisterFolder, note: str) -> int:
    """Open the copy as a restore would, read every page, hold it against the checkpoint; return its entries."""
    opened = attach(copy, read_keyslots(copy), [register.data_key], clock=register.clock, read_only=True)
    try:
        with opened.read() as connection:
            damage = connection.exec_driver_sql("PRAGMA cipher_integrity_check").first()
            quick = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
            problem = disagreement(connection, check_signed(connection, note))
            if damage or quick != "ok" or problem:
                raise IntegrityError(_("The copy does not verify. Use another disk for the backup."))
            return read_head(connection).size
    finally:
        opened.close()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
