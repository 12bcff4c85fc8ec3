"""Opening a register: lock, unlock, upgrade, finish what a power cut left, compare with what was last seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from armoury.domain.clock import Clock
from armoury.domain.errors import RuleError, StorageError
from armoury.i18n import _
from armoury.signing.recovery import RecoveryKey
from armoury.store.attaching import attach
from armoury.store.checkpoints import register_record
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import Keyslots, Unlocked, read_keyslots, unlock, unlock_by_recovery
from armoury.store.last_seen import compare
from armoury.store.lock import Lock, take_lock
from armoury.store.pending import record_pending
from armoury.store.register import Register
from armoury.store.restore import finish_restore
from armoury.store.rotation import finish_rotation
from armoury.store.upgrade import needs_upgrade, schema_revision
from armoury.store.upgrading import upgrade_register


@dataclass(frozen=True)
class Surroundings:
    """What opening needs from outside: the clock, and where last-seen checkpoints are kept."""

    clock: Clock
    memory: Path


def open_register(path: Path, sign_in: str, passphrase: str, *, around: Surroundings) -> tuple[Register, Unlocked]:
    """Open a register for work with an officer's passphrase.

    Raises:
        StorageError: not there, in use, on a network, read-only, of a newer program; unknown officer, wrong passphrase.
        IntegrityError: the database is damaged or belongs to other keyslots.
        PermissionRefusedError: the officer's removal was decided and only waits to be finished.
    """
    folder = RegisterFolder(path)
    refuse_backup(folder)
    finish_restore(folder)
    read_keyslots(folder)
    lock = take_lock(folder, clock=around.clock)
    try:
        # Read again under the lock: a rotation may have replaced the file meanwhile.
        keyslots = read_keyslots(folder)
        unlocked = unlock(keyslots, sign_in, passphrase)
        return _prepare(folder, keyslots, unlocked.data_keys, lock=lock, around=around), unlocked
    except BaseException:
        lock.release()
        raise


def refuse_backup(folder: RegisterFolder) -> None:
    """Refuse to work on a backup: what is entered there is lost to the register, and contradicts it.

    Raises:
        StorageError: the folder is a backup.
    """
    if folder.manifest.exists():
        text = _("“{path}” is a backup, and nobody works on a backup. Look into it with: armoury check --read-only. "
                 "Put it in place of a register with: armoury restore.")  # fmt: skip
        raise StorageError(text.format(path=folder.path))


def open_by_recovery(path: Path, key: RecoveryKey, *, around: Surroundings) -> Register:
    """Open a register with the recovery key, to give officers their access back.

    Raises:
        StorageError, IntegrityError: as `open_register`; the recovery key is another register's.
    """
    folder = RegisterFolder(path)
    refuse_backup(folder)
    finish_restore(folder)
    read_keyslots(folder)
    lock = take_lock(folder, clock=around.clock)
    try:
        keyslots = read_keyslots(folder)
        return _prepare(folder, keyslots, unlock_by_recovery(keyslots, key), lock=lock, around=around)
    except BaseException:
        lock.release()
        raise


def open_read_only(path: Path, sign_in: str, passphrase: str, *, around: Surroundings) -> tuple[Register, Unlocked]:
    """Open a register on read-only media, to be checked and read only; no lock can be taken there.

    Raises:
        StorageError, IntegrityError: as `open_register`; it must be upgraded first.
    """
    folder = RegisterFolder(path)
    keyslots = read_keyslots(folder)
    unlocked = unlock(keyslots, sign_in, passphrase)
    register = attach(folder, keyslots, unlocked.data_keys, clock=around.clock, read_only=True)
    try:
        with register.read() as connection:
            if needs_upgrade(schema_revision(connection)):
                raise StorageError(
                    _("This register is of an older version. Copy it to a disk and open it there first.")
                )
            register.warnings += compare(around.memory, connection, register.id)
    except BaseException:
        register.close()
        raise
    return register, unlocked


def _prepare(
    folder: RegisterFolder, keyslots: Keyslots, keys: Sequence[bytes], *, lock: Lock, around: Surroundings
) -> Register:
    register = attach(folder, keyslots, keys, clock=around.clock)
    try:
        register.lock = lock
        with register.read() as connection:
            revision = schema_revision(connection)
        if needs_upgrade(revision):
            upgrade_register(register)
        finish_rotation(register, keyslots, keys)
        _record(register)
        with register.read() as connection:
            register.site = register_record(connection).site
            register.warnings += compare(around.memory, connection, register.id)
    except BaseException:
        register.engine.dispose()
        raise
    return register


def _record(register: Register) -> None:
    """Record what the key slots say was decided; what cannot be recorded any more is told and stops nobody."""
    try:
        record_pending(register)
    except RuleError as problem:
        register.warnings.append(
            _("A change of officers or keys was cut short and cannot be recorded: {problem}").format(problem=problem)
        )
