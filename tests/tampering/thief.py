"""What somebody with the data key and another program can do to a register.

The edits are made through a connection of their own with the triggers dropped. Afterwards `cover` makes the history fit
again as far as hashes go: leaves and nodes are recomputed and the triggers put back, so that only what cannot be
recomputed gives the edit away.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from armoury.history.canonical import canonical_bytes
from armoury.history.tree import leaf_hash, nodes_after_append
from armoury.models.ddl import TRIGGERS
from armoury.store.engine import connect
from tests.fault.scene import Scene

Mutate = Callable[[dict[str, Any]], object]


def data_key(scene: Scene) -> bytes:
    """Return the key of the records, as a dishonest administrator has it."""
    with scene.desk() as desk:
        return desk.register.data_key


@contextmanager
def inside(scene: Scene) -> Iterator[sqlcipher.Connection]:
    """Give a connection that may do anything; the triggers are back afterwards."""
    with closing(connect(scene.path / "register.db", data_key(scene))) as connection:
        connection.execute("PRAGMA foreign_keys=off")
        for statement in TRIGGERS:
            connection.execute(f"DROP TRIGGER {statement.split()[2]}")
        yield connection
        for statement in TRIGGERS:
            connection.execute(statement)


def cover(connection: sqlcipher.Connection) -> None:
    """Recompute every leaf and node from the entries as they now are."""
    connection.execute("DELETE FROM node")
    rows = connection.execute("SELECT seq, body FROM entry ORDER BY seq").fetchall()
    leaves = [leaf_hash(body) for _seq, body in rows]
    connection.executemany(
        "UPDATE entry SET leaf = ? WHERE seq = ?",
        [(leaf, seq) for (seq, _body), leaf in zip(rows, leaves, strict=True)],
    )
    nodes = nodes_after_append(0, leaves, lambda level, index: b"")
    connection.executemany("INSERT INTO node VALUES (?, ?, ?)", [each for each in nodes if each[0] > 0])


def rewrite(connection: sqlcipher.Connection, seq: int, mutate: Mutate) -> None:
    """Change what an entry says, with its columns."""
    entry = read_entry(connection, seq)
    mutate(entry)
    put_entry(connection, seq, entry)


def read_entry(connection: sqlcipher.Connection, seq: int) -> dict[str, Any]:
    """Return an entry."""
    body = connection.execute("SELECT body FROM entry WHERE seq = ?", (seq,)).fetchone()[0]
    entry: dict[str, Any] = json.loads(body)
    return entry


def put_entry(connection: sqlcipher.Connection, seq: int, entry: dict[str, Any]) -> None:
    """Write an entry in place of another, or as a new one."""
    columns = (
        seq, b"", entry["action"], entry["kind"], entry["subject"]["kind"], entry["subject"]["id"],
        entry["recorded_at"], entry["actor"], canonical_bytes(entry),
    )  # fmt: skip
    connection.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns)


def last_of(connection: sqlcipher.Connection, event: str) -> int:
    """Return the number of the last entry of an event."""
    seq = connection.execute("SELECT max(seq) FROM entry WHERE kind = ?", (event,)).fetchone()[0]
    assert isinstance(seq, int)
    return seq
