"""A new data key for the whole register, when an officer leaves.

Four steps, each durable before the next: key slots with the coming key beside the current one; the database re-keyed;
key slots with the coming key alone; the history entry. Opening finishes whatever a power cut left, without asking
anybody again.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.errors import IntegrityError, StorageError
from armoury.domain.fields import personal_names
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, to_json
from armoury.i18n import _
from armoury.store.engine import connect, make_engine
from armoury.store.keyslots import Keyslots, promoted, read_keyslots, with_next_key, write_keyslots
from armoury.store.reading import get
from armoury.store.register import Register
from armoury.store.steps import Act, Authority, Changes, Step


def rotate(register: Register, act: Act, authority: Authority, *, leaving: str | None) -> Changes | None:
    """Give the register a new data key and record the act that asked for it.

    Args:
        register: nobody else may use it meanwhile.
        act: what is recorded, such as `officer.removed`; its steps must be a list.
        authority: who does it and who approved.
        leaving: the person whose slot goes.

    Raises:
        StorageError: the disk cannot be written; opening the register again finishes or forgets the rotation.
    """
    next_key = os.urandom(32)
    record = _act_to_json(act, authority)
    keyslots = with_next_key(read_keyslots(register.folder), next_key, leaving=leaving, record=record)
    write_keyslots(register.folder, keyslots)
    _rekey(register, next_key)
    write_keyslots(register.folder, promoted(keyslots))
    return _record(register)


def finish_rotation(register: Register, keyslots: Keyslots, keys: Sequence[bytes]) -> None:
    """Finish a rotation that was cut short; do nothing where none is under way."""
    if keyslots.recovery_next is not None:
        coming = keys[-1]
        if register.data_key != coming:
            _rekey(register, coming)
        write_keyslots(register.folder, promoted(keyslots))
    if keyslots.rotation is not None:
        _record(register)


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
        raise StorageError(
            _(
                "The register could not be encrypted anew: the disk is full or failing. Nothing is lost. "
                "Make room, then close the register and open it again, which finishes it."
            )
        ) from problem
    register.data_key = key
    register.engine = make_engine(path, key)


def _record(register: Register) -> Changes | None:
    keyslots = read_keyslots(register.folder)
    if keyslots.rotation is None:
        return None
    act, authority = _act_from_json(register, keyslots.rotation)
    with register.read() as connection:
        done = connection.exec_driver_sql("SELECT 1 FROM entry WHERE action = ? LIMIT 1", (act.id,)).first()
    changes = None if done else register.change(act, authority)
    write_keyslots(register.folder, Keyslots(keyslots.register, keyslots.slots, keyslots.recovery))
    return changes


def _act_to_json(act: Act, authority: Authority) -> dict[str, Any]:
    return {
        "id": act.id,
        "name": act.name,
        "reason": act.reason,
        "overrides": list(act.overrides),
        "steps": [
            {"kind": each.kind, "event": each.event, "after": to_json(each.after), "reason": each.reason}
            for each in act.steps
        ],
        "actor": authority.actor,
        "unlocked_by": authority.unlocked_by,
        "approvals": [dict(each) for each in authority.approvals],
    }


def _act_from_json(register: Register, data: Mapping[str, Any]) -> tuple[Act, Authority]:
    steps = [_step_from_json(register, each) for each in data["steps"]]
    act = Act(data["id"], data["name"], steps, data["reason"], tuple(data["overrides"]))
    return act, Authority(data["actor"], data["unlocked_by"], data["approvals"])


def _step_from_json(register: Register, data: Mapping[str, Any]) -> Step:
    record = KINDS[data["kind"]].record
    with register.read() as connection:
        before = get(connection, record, data["after"]["id"])
    kept = to_json(before, personal=True) if personal_names(record) else {}
    after = from_json(record, data["after"], kept)
    return Step(data["kind"], data["event"], before, after, reason=data["reason"])
