"""Backups made, listed and put in place; a restore is an act of two officers that the registry can see."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from armoury.domain.clock import format_instant
from armoury.domain.duties import check_permission
from armoury.domain.errors import ArmouryError
from armoury.history.checkpoints import Checkpoint
from armoury.services.acts import approve, carry_out, plan
from armoury.services.desk import Desk, sign_in
from armoury.signing.wrapping import KeyCost
from armoury.store.backup import Backup, make_backup, read_backup
from armoury.store.checkpoints import current, register_record
from armoury.store.files import RegisterFolder, cannot_write, write_whole
from armoury.store.last_seen import read_last_seen, replace_last_seen
from armoury.store.lock import refuse_network, take_lock
from armoury.store.opening import Surroundings
from armoury.store.register import Progress, no_progress
from armoury.store.restore import is_ready, staging_of, swap
from armoury.store.steps import Act, step

_FILES = ("register.db", "evidence.db", "keyslots.json")


@dataclass(frozen=True)
class Credentials:
    """An officer's sign-in name and passphrase, as of the day of the backup."""

    sign_in: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Declared:
    """Which two officers put a backup in place, and why."""

    first: Credentials
    second: Credentials
    reason: str


@dataclass(frozen=True)
class Restored:
    """A register that was put in place, and where the one that lay there before is kept."""

    path: Path
    kept: Path | None
    entries: int
    backup_entries: int


def back_up(desk: Desk, target: Path | None = None, *, progress: Progress = no_progress) -> Backup:
    """Make a backup, verified by opening it; under `target`, or in the register's own `backups/`.

    Raises:
        PermissionRefusedError: the officer may not.
        StorageError: the disk is full or cannot be written.
    """
    check_permission(desk.officer, "backup.make", desk.duties)
    return make_backup(desk.register, target, progress=progress)


def backups_in(place: Path) -> tuple[Backup, ...]:
    """List the whole backups in a folder, newest first; what is damaged or half made is left out."""
    found = []
    for each in place.iterdir() if place.is_dir() else ():
        try:
            found.append(read_backup(each))
        except ArmouryError:
            continue
    return tuple(sorted(found, key=lambda backup: backup.made_at, reverse=True))


def restore_backup(
    backup: Path, target: Path, declared: Declared, *, around: Surroundings, cost: KeyCost | None = None
) -> Restored:
    """Put a backup in place, declared in its own history and approved by a second officer.

    What lay at the place before is kept under another name. Passphrases are those of the day of the backup.

    Raises:
        StorageError: no whole backup, the register at the place is in use, the disk is full.
        IntegrityError: the backup was changed.
        WrongPassphraseError: an officer's passphrase is not that of the backup.
        PermissionRefusedError: the officers may not, or are one and the same.
    """
    found = read_backup(backup)
    folder = RegisterFolder(target)
    refuse_network(target.parent)
    lock = take_lock(folder, clock=around.clock) if target.is_dir() else None
    try:
        _stage(found, folder)
        staging, first = staging_of(folder).path, declared.first
        with sign_in(staging, first.sign_in, first.passphrase, around=around, cost=cost or KeyCost()) as desk:
            checkpoint = _declare(desk, found, declared)
        kept = swap(folder, clock=around.clock)
    except BaseException:
        # Once the old register has made room, only the staged one is left: it stays, and opening puts it in place.
        if folder.path.exists() or not is_ready(folder):
            shutil.rmtree(staging_of(folder).path, ignore_errors=True)
        raise
    finally:
        if lock is not None:
            lock.release()
    replace_last_seen(around.memory, found.register, checkpoint, at=format_instant(around.clock()))
    return Restored(target, kept, checkpoint.size, found.entries)


def _stage(backup: Backup, folder: RegisterFolder) -> None:
    staging = staging_of(folder).path
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, mode=0o700)
        for name in _FILES:
            shutil.copyfile(backup.path / name, staging / name)
    except OSError as problem:
        raise cannot_write(staging, problem) from problem
    write_whole(staging / "keyslots.json", (backup.path / "keyslots.json").read_bytes())


def plan_declaration(desk: Desk, backup: Backup, reason: str) -> Act:
    """Plan the entry by which a restored register says where it comes from and what was known before."""
    seen = read_last_seen(desk.around.memory, desk.register.id)
    known = f"{seen[0].origin} {seen[0].size} {seen[0].root.hex()}" if seen else None
    with desk.read() as connection:
        record = register_record(connection)
    after = replace(record, restored_from=backup.checkpoint, last_known=known)
    return plan(desk, "register.restored", [step("register.restored", record, after)], reason=reason)


def _declare(desk: Desk, backup: Backup, declared: Declared) -> Checkpoint:
    act = plan_declaration(desk, backup, declared.reason)
    carry_out(desk, act, [approve(desk, act, declared.second.sign_in, declared.second.passphrase)])
    with desk.read() as connection:
        return current(connection, desk.register.site)
