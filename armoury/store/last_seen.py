"""The last checkpoint that this user's computer saw of each register.

So an older copy that is put in its place is noticed; one that two officers have put there by a declared restore is not
remarked, for its history names what was last seen.
"""

import json
from pathlib import Path

import sqlalchemy as sa

from armoury.domain.clock import format_instant
from armoury.domain.dates import moment_shown
from armoury.domain.errors import StorageError
from armoury.history.checkpoints import Checkpoint, note_text
from armoury.i18n import _
from armoury.store.checkpoints import current, disagreement, register_record
from armoury.store.files import write_whole
from armoury.store.register import Register


def read_last_seen(memory: Path, register: str) -> tuple[Checkpoint, str] | None:
    """Return the checkpoint last seen of a register and when; None where none was seen or the note is damaged."""
    try:
        data = json.loads((memory / f"{register}.json").read_text(encoding="utf-8"))
        return Checkpoint(data["origin"], data["size"], bytes.fromhex(data["root"])), str(data["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def compare(memory: Path, connection: sa.Connection, register: str) -> list[str]:
    """Return warnings where the register is not a continuation of what was last seen here."""
    seen = read_last_seen(memory, register)
    problem = disagreement(connection, seen[0]) if seen else None
    if seen is None or problem is None or _declared(connection, seen[0]):
        return []
    at = moment_shown(seen[1], register_record(connection).time_zone)
    return [_("Last used here on {at}. {problem}").format(at=at, problem=problem)]


def _declared(connection: sa.Connection, seen: Checkpoint) -> bool:
    """Tell whether a restore that two officers declared named exactly this checkpoint as the last one known."""
    known = register_record(connection).last_known
    return known is not None and known.strip() == note_text(seen).strip()


def remember(memory: Path, register: Register) -> None:
    """Keep the present checkpoint as last seen, unless the register contradicts the one that is kept.

    Raises:
        StorageError: the user's data folder cannot be written.
    """
    with register.read() as connection:
        if compare(memory, connection, register.id):
            return
        checkpoint = current(connection, register.site)
    replace_last_seen(memory, register.id, checkpoint, at=format_instant(register.clock()))


def replace_last_seen(memory: Path, register: str, checkpoint: Checkpoint, *, at: str) -> None:
    """Keep a checkpoint as last seen, whatever was kept before (after a declared restore).

    Raises:
        StorageError: the user's data folder cannot be written.
    """
    try:
        memory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise StorageError(_("“{path}” cannot be made: {why}.").format(path=memory, why=problem.strerror)) from problem
    data = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex(), "at": at}
    write_whole(memory / f"{register}.json", json.dumps(data).encode())
