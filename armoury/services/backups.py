"""Backups made, listed and put in place; a restore is an act of two officers that the registry can see."""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from armoury.domain.clock import format_instant
from armoury.domain.duties import check_permission
from armoury.domain.errors import ArmouryError, IntegrityError, RuleError, StorageError
from armoury.history.checkpoints import Checkpoint, note_text
from armoury.i18n import _
from armoury.services.acts import approve, approve_with, carry_out, plan
from armoury.services.desk import USUAL_COST, Desk, sign_in
from armoury.signing.wrapping import KeyCost
from armoury.store.backup import Backup, make_backup, read_backup
from armoury.store.checkpoints import check_signed, current, disagreement, register_record
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import read_keyslots
from armoury.store.last_seen import read_last_seen, replace_last_seen
from armoury.store.lock import refuse_network, take_lock
from armoury.store.opening import Surroundings
from armoury.store.register import Progress, no_progress
from armoury.store.restore import finish_restore, is_ready, replaced_beside, stage, staging_of, swap
from armoury.store.steps import Act, step


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


def backups_of(path: Path) -> tuple[Backup, ...]:
    """List the whole backups in a register's folder and in those that restores have put aside, newest first."""
    folders = [RegisterFolder(each) for each in (path, *replaced_beside(RegisterFolder(path)))]
    found = [backup for folder in folders for backup in backups_in(folder.backups)]
    return tuple(sorted(found, key=lambda backup: backup.made_at, reverse=True))


def restore_backup(
    backup: Path, target: Path, declared: Declared, *, around: Surroundings, cost: KeyCost = USUAL_COST
) -> Restored:
    """Put a backup in place, declared in its own history and approved by a second officer.

    What lay at the place before is kept under another name, with the backups in it (`backups_of` lists them still).
    Passphrases are those of the day of the backup. A power cut leaves the former register or the restored one.

    Raises:
        StorageError: no whole backup, the register at the place is in use, the disk is full.
        IntegrityError: the backup was changed, or its checkpoint is not that of its records.
        RuleError: another register lies at the place, or no reason is given.
        WrongPassphraseError: an officer's passphrase is not that of the backup.
        PermissionRefusedError: the officers may not, or are one and the same.
    """
    found = read_backup(backup)
    folder = RegisterFolder(target)
    refuse_network(target.parent)
    finish_restore(folder)
    _check_place(found, folder)
    lock = take_lock(folder, clock=around.clock) if target.is_dir() else None
    try:
        staging, first = stage(found, folder), declared.first
        with sign_in(staging.path, first.sign_in, first.passphrase, around=around, cost=cost) as desk:
            checkpoint = _declare(desk, found, declared)
        if lock is not None:
            # A folder cannot be renamed on Windows while a file in it is open.
            lock.release()
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


def _check_place(backup: Backup, folder: RegisterFolder) -> None:
    """Another register is never pushed aside; one whose key slots cannot be read may be the very reason."""
    with suppress(StorageError):
        there = read_keyslots(folder).register
        if there != backup.register:
            raise RuleError(
                _("At “{path}” lies another register than the one of the backup. Choose another place.").format(
                    path=folder.path
                )
            )


def plan_declaration(desk: Desk, backup: Backup, reason: str) -> Act:
    """Plan the entry by which a restored register says where it comes from and what was known before.

    Raises:
        IntegrityError: the checkpoint of the backup is not one of its own records.
        RuleError: no reason is given.
    """
    if not reason.strip():
        raise RuleError(_("Say why the backup is put in place."))
    seen = read_last_seen(desk.around.memory, desk.register.id)
    with desk.read() as connection:
        problem = disagreement(connection, check_signed(connection, backup.checkpoint))
        record = register_record(connection)
    if problem:
        raise IntegrityError(problem)
    known = note_text(seen[0]) if seen else None
    after = replace(record, restored_from=backup.checkpoint, last_known=known)
    return plan(desk, "register.restored", [step("register.restored", record, after)], reason=reason)


def _declare(desk: Desk, backup: Backup, declared: Declared) -> Checkpoint:
    act, second = plan_declaration(desk, backup, declared.reason), declared.second
    approvals = [approve(desk, act, second.sign_in, second.passphrase)]
    if desk.signer is not None:
        approvals.insert(0, approve_with(desk, act, desk.officer, desk.signer))
    carry_out(desk, act, approvals)
    with desk.read() as connection:
        return current(connection, desk.register.site)
