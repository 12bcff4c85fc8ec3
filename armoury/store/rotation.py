"""A new data key for the whole register, when an officer leaves.

Four steps, each durable before the next: key slots with the coming key beside the current one; the database re-keyed;
key slots with the coming key alone; the history entry. Opening finishes whatever a power cut left, without asking
anybody again. From the first step on the officer who leaves opens nothing.
"""

import os
from collections.abc import Sequence
from contextlib import closing, suppress

from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.errors import ArmouryError, IntegrityError, StorageError
from armoury.i18n import _
from armoury.store.engine import connect, make_engine
from armoury.store.keyslots import Keyslots, promoted, read_keyslots, with_next_key, write_keyslots
from armoury.store.pending import record_pending, seal_act, settle
from armoury.store.register import Register, integrity
from armoury.store.steps import Act, Authority, Changes


def rotate(register: Register, act: Act, authority: Authority, *, leaving: str | None) -> Changes:
    """Give the register a new data key and record the act that asked for it.

    Args:
        register: nobody else may use it meanwhile.
        act: what is recorded, such as `officer.removed`; its steps must be a list.
        authority: who does it and who approved.
        leaving: the person whose slot goes.

    Raises:
        StorageError: the disk cannot be written; nothing was changed, or opening the register again finishes it, and
            the sentence says which.
    """
    settle(register)
    before = read_keyslots(register.folder)
    next_key = os.urandom(32)
    sealed = seal_act(act, authority, key=next_key, register=register.id)
    keyslots = with_next_key(before, next_key, leaving=leaving, pending=sealed)
    write_keyslots(register.folder, keyslots)
    try:
        _rekey(register, next_key)
    except StorageError as problem:
        raise _given_up(register, before) or problem from problem
    try:
        write_keyslots(register.folder, promoted(keyslots))
        changes = record_pending(register)
    except StorageError as problem:
        raise StorageError(_begun()) from problem
    if changes is None:
        raise integrity(_("The act was recorded before it was carried out."))
    return changes


def finish_rotation(register: Register, keyslots: Keyslots, keys: Sequence[bytes]) -> None:
    """Finish a rotation that was cut short, all but its entry; do nothing where none is under way.

    Args:
        register: opened with one of the keys.
        keyslots: as they were when it was unlocked.
        keys: what was unlocked: the current key, and behind it the coming one.

    Raises:
        StorageError: the disk is full or cannot be written.
    """
    if keyslots.recovery_next is None:
        return
    coming = keys[-1]
    if register.data_key != coming:
        _rekey(register, coming)
    write_keyslots(register.folder, promoted(keyslots))


def _rekey(register: Register, key: bytes) -> None:
    """Encrypt the database with another key; it is known to be done only when the other key opens it."""
    path = register.folder.database
    register.engine.dispose()
    try:
        with closing(connect(path, register.data_key)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            # On a full disk this says nothing, and leaves everything under the key that it had.
            connection.execute(f"PRAGMA rekey=\"x'{key.hex()}'\"")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connect(path, key).close()
    except (sqlcipher.DatabaseError, IntegrityError) as problem:
        raise StorageError(_begun()) from problem
    register.data_key = key
    register.engine = make_engine(path, key)


def _given_up(register: Register, before: Keyslots) -> StorageError | None:
    """Go back to the key slots as they were where the old key still opens the database; else leave it begun."""
    with suppress(ArmouryError, sqlcipher.DatabaseError):
        connect(register.folder.database, register.data_key).close()
        write_keyslots(register.folder, before)
        return StorageError(
            _(
                "The register could not be encrypted anew: the disk is full or failing. Nothing was changed. "
                "Make room, then try again."
            )
        )
    return None


def _begun() -> str:
    return _(
        "The register could not be encrypted anew: the disk is full or failing. Nothing is lost. "
        "Make room, then close the register and open it again, which finishes it."
    )
