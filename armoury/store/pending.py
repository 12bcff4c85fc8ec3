"""Acts that change the key slots and the history together, though these are two files.

The new key slots carry the act, sealed under the data key, until the history holds its entry: whatever a power cut
leaves between the two is finished on opening. So no key is ever in force without its entry.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from armoury.domain.errors import ArmouryError, IntegrityError, StorageError
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, to_json
from armoury.history.canonical import canonical_bytes
from armoury.i18n import _
from armoury.signing.wrapping import from_base64, to_base64
from armoury.store.keyslots import Keyslots, read_keyslots, write_keyslots
from armoury.store.reading import get
from armoury.store.register import Register
from armoury.store.steps import Act, Authority, Changes, SealedPersonal, Step

_NONCE = 12


def change_with_slots(
    register: Register, act: Act, authority: Authority, change: Callable[[Keyslots], Keyslots]
) -> Changes:
    """Put changed key slots in force and record the act that they belong to: both, or neither.

    Raises:
        RuleError: a record was changed by someone else since it was read; nothing was changed.
        StorageError: the disk cannot be written; nothing was changed, or opening the register again finishes it.
    """
    settle(register)
    before = read_keyslots(register.folder)
    after = change(before)
    sealed = seal_act(act, authority, key=register.data_key, register=register.id)
    write_keyslots(register.folder, replace(after, pending=sealed))
    try:
        changes = register.change(act, authority)
    except BaseException:
        with suppress(ArmouryError):
            if not _recorded(register, act.id):
                write_keyslots(register.folder, before)
        raise
    # What stays behind where this fails is found to be recorded already, and dropped at the next opening.
    with suppress(StorageError):
        write_keyslots(register.folder, after)
    return changes


def settle(register: Register) -> None:
    """Finish what an earlier change of the key slots left, before another one begins.

    Raises:
        StorageError: a new data key is under way, which only opening the register again can finish.
    """
    if read_keyslots(register.folder).recovery_next is not None:
        raise StorageError(
            _("A new key for the register is under way. Close the register and open it again, which finishes it.")
        )
    record_pending(register)


def record_pending(register: Register) -> Changes | None:
    """Record the act that the key slots carry, unless the history holds it already; None where nothing was missing.

    Raises:
        IntegrityError: what they carry was not sealed under this register's key.
        RuleError: it contradicts what the register holds now.
    """
    keyslots = read_keyslots(register.folder)
    if keyslots.pending is None:
        return None
    act, authority = open_act(register, keyslots.pending)
    changes = None if _recorded(register, act.id) else register.change(act, authority)
    write_keyslots(register.folder, replace(keyslots, pending=None))
    return changes


def seal_act(act: Act, authority: Authority, *, key: bytes, register: str) -> str:
    """Seal an act with those who stand for it under a data key (AES-256-GCM), base64."""
    nonce = os.urandom(_NONCE)
    data = canonical_bytes(_act_to_json(act, authority))
    return to_base64(nonce + AESGCM(key).encrypt(nonce, data, _bound(register)))


def open_act(register: Register, sealed: str) -> tuple[Act, Authority]:
    """Open what `seal_act` sealed, against the records as they are now.

    Raises:
        IntegrityError: it was changed, or sealed under another key.
    """
    try:
        data = from_base64(sealed)
        plain = AESGCM(register.data_key).decrypt(data[:_NONCE], data[_NONCE:], _bound(register.id))
        said = json.loads(plain)
    except (InvalidTag, ValueError) as problem:
        raise IntegrityError(
            _("keyslots.json carries an act that does not belong to this register. Put it back from a backup.")
        ) from problem
    steps = [_step_from_json(register, each) for each in said["steps"]]
    act = Act(said["id"], said["name"], steps, said.get("reason"), tuple(said["overrides"]))
    return act, Authority(said["actor"], said["unlocked_by"], said["approvals"])


def _recorded(register: Register, action: str) -> bool:
    with register.read() as connection:
        found = connection.exec_driver_sql("SELECT 1 FROM entry WHERE action = ? LIMIT 1", (action,)).first()
    return found is not None


def _bound(register: str) -> bytes:
    return canonical_bytes({"register": register, "type": "armoury/pending/1"})


def _act_to_json(act: Act, authority: Authority) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": act.id,
        "name": act.name,
        "reason": act.reason,
        "overrides": list(act.overrides),
        "steps": [_step_to_json(each) for each in act.steps],
        "actor": authority.actor,
        "unlocked_by": authority.unlocked_by,
        "approvals": [dict(each) for each in authority.approvals],
    }
    return _without_none(said)


def _step_to_json(step: Step) -> dict[str, Any]:
    sealed = step.personal
    personal = sealed and {"digest": sealed.digest, "salt": to_base64(sealed.salt), "content": sealed.content}
    said = {
        "event": step.event,
        "kind": step.kind,
        "after": to_json(step.after),
        "personal": personal,
        "occurred_at": step.occurred_at,
        "reason": step.reason,
    }
    return _without_none(said)


def _without_none(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _step_from_json(register: Register, said: Mapping[str, Any]) -> Step:
    record = KINDS[said["kind"]].record
    with register.read() as connection:
        before: Any = get(connection, record, said["after"]["id"])
    sealed = _personal_from_json(said.get("personal"))
    standing = to_json(before, personal=True) if before is not None else {}
    after = from_json(record, said["after"], json.loads(sealed.content) if sealed else standing)
    return Step(said["kind"], said["event"], before, after, sealed, said.get("occurred_at"), said.get("reason"))


def _personal_from_json(said: Mapping[str, str] | None) -> SealedPersonal | None:
    return SealedPersonal(said["digest"], from_base64(said["salt"]), said["content"]) if said else None
