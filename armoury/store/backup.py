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
from armoury.store.checkpoints import current, make_checkpoint
from armoury.store.copying import copy_register
from armoury.store.files import RegisterFolder, cannot_write, sync_folder, write_whole
from armoury.store.keyslots import read_keyslots
from armoury.store.opening import attach
from armoury.store.register import Progress, Register, no_progress

FORMAT = "armoury/backup/1"
MANIFEST = "backup.json"
_PAGES = 4_096


@dataclass(frozen=True)
class Backup:
    """A finished backup: where it lies, how many entries it holds, and its signed checkpoint."""

    path: Path
    register: str
    made_at: str
    entries: int
    checkpoint: str


def make_backup(register: Register, target: Path | None = None, *, progress: Progress = no_progress) -> Backup:
    """Copy the register to a new folder under `target` (the register's own `backups/` if None).

    Raises:
        StorageError: the disk is full or cannot be written; no half-made backup keeps its final name.
        IntegrityError: the copy does not verify.
    """
    note = make_checkpoint(register)
    made_at = format_instant(register.clock())
    place = target or register.folder.backups
    final = place / f"{register.site}-{made_at.replace(':', '').replace('.', '-')}"
    partial = final.with_name(final.name + ".partial")
    try:
        place.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        copy_register(register, RegisterFolder(partial), progress=progress)
        manifest = _manifest(register, partial, note, made_at)
        write_whole(partial / MANIFEST, json.dumps(manifest, indent=1).encode())
        _verify(register, RegisterFolder(partial))
        partial.rename(final)
        sync_folder(place)
    except OSError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise cannot_write(final, problem) from problem
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
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


def _check_files(path: Path, files: Mapping[str, str]) -> None:
    for name in ("register.db", "evidence.db", "keyslots.json"):
        if not (path / name).is_file():
            raise IntegrityError(_("The backup “{path}” lacks {name}. Use another backup.").format(path=path, name=name))
        if _digest(path / name) != files[name]:
            raise IntegrityError(
                _("{name} in the backup “{path}” was changed or damaged. Use another backup.").format(path=path, name=name)
            )


def _manifest(register: Register, partial: Path, note: str, made_at: str) -> dict[str, Any]:
    with register.read() as connection:
        size = current(connection, register.site).size
    files = ("register.db", "evidence.db", "keyslots.json")
    return {
        "format": FORMAT,
        "register": register.id,
        "site": register.site,
        "made_at": made_at,
        "entries": size,
        "checkpoint": note,
        "files": {name: _digest(partial / name) for name in files},
    }


def _verify(register: Register, copy: RegisterFolder) -> None:
    keyslots = read_keyslots(copy)
    opened = attach(copy, keyslots, [register.data_key], clock=register.clock, read_only=True)
    try:
        with opened.read() as there, register.read() as here:
            damage = there.exec_driver_sql("PRAGMA cipher_integrity_check").first()
            found, wanted = current(there, register.site), current(here, register.site)
            if damage or found.size > wanted.size:
                raise IntegrityError(_("The copy does not verify. Use another disk for the backup."))
            there.exec_driver_sql("PRAGMA quick_check").first()
    finally:
        opened.close()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
