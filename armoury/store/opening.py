"""Opening a register: lock, unlock, upgrade, finish what a power cut left, compare with what was last seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from armoury.domain.clock import Clock
from armoury.domain.errors import IntegrityError, StorageError
from armoury.i18n import _
from armoury.signing.recovery import RecoveryKey
from armoury.store.checkpoints import register_record
from armoury.store.engine import make_engine
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import Keyslots, Unlocked, read_keyslots, unlock, unlock_by_recovery
from armoury.store.last_seen import compare
from armoury.store.lock import Lock, take_lock
from armoury.store.register import Register
from armoury.store.restore import finish_restore
from armoury.store.rotation import finish_rotation
from armoury.store.upgrade import needs_upgrade, schema_revision
from armoury.store.upgrading import upgrade_register

FIRST_PAGE = 4096
"""Bytes of the first page of any SQLCipher database; a whole one is never shorter."""


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
    """
    folder = RegisterFolder(path)
    finish_restore(folder)
    keyslots = read_keyslots(folder)
    lock = take_lock(folder, clock=around.clock)
    try:
        # Read again under the lock: a rotation may have replaced the file meanwhile.
        keyslots = read_keyslots(folder)
        unlocked = unlock(keyslots, sign_in, passphrase)
        return _prepare(folder, keyslots, unlocked.data_keys, lock=lock, around=around), unlocked
    except BaseException:
        lock.release()
        raise


def open_by_recovery(path: Path, key: RecoveryKey, *, around: Surroundings) -> Register:
    """Open a register with the recovery key, to give officers their access back.

    Raises:
        StorageError, IntegrityError: as `open_register`; the recovery key is another register's.
    """
    folder = RegisterFolder(path)
    finish_restore(folder)
    lock = take_lock(folder, clock=around.clock)
    try:
        keyslots = read_keyslots(folder)
        return _prepare(folder, keyslots, unlock_by_recovery(keyslots, key), lock=lock, around=around)
    except BaseException:
        lock.release()
        raise


def open_read_only(path: Path, sign_in: str, passphrase: str, *, around: Surroundings) -> Register:
    """Open a register on read-only media, to be checked and read only; no lock can be taken there.

    Raises:
        StorageError, IntegrityError: as `open_register`; it must be upgraded first.
    """
    folder = RegisterFolder(path)
    keyslots = read_keyslots(folder)
    unlocked = unlock(keyslots, sign_in, passphrase)
    register = attach(folder, keyslots, unlocked.data_keys, clock=around.clock, read_only=True)
    with register.read() as connection:
        if needs_upgrade(schema_revision(connection)):
            raise StorageError(_("This register is of an older version. Copy it to a disk and open it there first."))
        register.warnings += compare(around.memory, connection, register.id)
    return register


def attach(
    folder: RegisterFolder, keyslots: Keyslots, keys: Sequence[bytes], *, clock: Clock, read_only: bool = False
) -> Register:
    """Make the register object with the first of the keys that opens the database.

    Raises:
        StorageError: the database is missing.
        IntegrityError: no key opens it, it is cut off, or it is another register's.
    """
    _check_present(folder)
    problem: IntegrityError | None = None
    for key in keys:
        engine = make_engine(folder.database, key, read_only=read_only)
        register = Register(folder, keyslots.register, "", engine, key, clock)
        try:
            _identify(register)
            return register
        except IntegrityError as refused:
            engine.dispose()
            problem = problem or refused
    raise problem or IntegrityError(_("keyslots.json holds no key for this register."))


def _identify(register: Register) -> None:
    with register.read() as connection:
        _check_length(register.folder, connection)
        if schema_revision(connection) is None:
            raise IntegrityError(_("“{path}” holds no register.").format(path=register.folder.database))
        record = connection.exec_driver_sql("SELECT id, site FROM register LIMIT 1").first()
    if record is None or record[0] != register.id:
        raise IntegrityError(
            _("“{path}” is the database of another register than keyslots.json beside it. Put the right pair together.").format(
                path=register.folder.database
            )
        )
    register.site = record[1]


def _check_present(folder: RegisterFolder) -> None:
    if not folder.database.is_file():
        raise StorageError(_("The file register.db is missing from “{path}”. Restore a backup.").format(path=folder.path))
    # SQLite takes what is shorter than a page for a new database and would write to it.
    if folder.database.stat().st_size < FIRST_PAGE:
        raise IntegrityError(_("“{path}” was cut off. Restore a backup.").format(path=folder.database))


def _check_length(folder: RegisterFolder, connection: sa.Connection) -> None:
    """A file cut off behind its first page still opens; its length betrays it unless the journal holds the rest."""
    journal = folder.database.with_name(folder.database.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        return
    pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    size = int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    if folder.database.stat().st_size < pages * size:
        raise IntegrityError(_("“{path}” was cut off. Restore a backup.").format(path=folder.database))


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
        with register.read() as connection:
            register.site = register_record(connection).site
            register.warnings += compare(around.memory, connection, register.id)
    except BaseException:
        register.engine.dispose()
        raise
    return register
