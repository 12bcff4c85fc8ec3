"""The inside of the one door for change: steps become rows, codes, full text, entries and tree nodes.

Bulk and single acts go through the same lines, so that a bulk act leaves exactly the history of the single ones. The
caller holds the write lock and commits.
"""

from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from armoury.domain.clock import Clock, format_instant, parse_instant
from armoury.domain.errors import RuleError
from armoury.domain.record_form import Json, to_json, to_row
from armoury.history.canonical import canonical_bytes
from armoury.history.tree import leaf_hash, nodes_after_append
from armoury.i18n import _
from armoury.store.engine import BULK_CACHE_KIB, CACHE_KIB
from armoury.store.rows import derived_row, row_writer
from armoury.store.steps import Act, Authority, Changes, Step

ENTRY_VERSION = 1
CHUNK = 2_000
TOLERATED_MS = 2 * 60 * 1000
"""A clock may run behind the last entry by two minutes without remark; the last time is repeated (design section 4)."""


@dataclass(frozen=True)
class Head:
    """Where the history ends: number of entries, and the time of the last one."""

    size: int
    recorded_at: str | None


@dataclass(frozen=True)
class Stamp:
    """The time that entries of an act carry, and what the machine's clock said where it ran far behind."""

    recorded_at: str
    clock: str | None


@dataclass
class _Pending:
    """What one chunk of steps will write."""

    entries: list[tuple[object, ...]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    inserts: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    updates: dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = field(default_factory=dict)
    stale_codes: list[tuple[str]] = field(default_factory=list)
    codes: list[tuple[str, ...]] = field(default_factory=list)
    stale_words: list[tuple[int]] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    personal: list[tuple[object, ...]] = field(default_factory=list)
    purged: list[tuple[str, str]] = field(default_factory=list)


def read_head(connection: sa.Connection) -> Head:
    """Return where the history ends."""
    row = connection.exec_driver_sql("SELECT seq, recorded_at FROM entry ORDER BY seq DESC LIMIT 1").first()
    return Head(row[0], row[1]) if row else Head(0, None)


def stamp_time(head: Head, clock: Clock) -> Stamp:
    """Return the time to record: never before the last entry's, and honest about a clock that runs behind."""
    now = clock()
    last = parse_instant(head.recorded_at) if head.recorded_at else now
    if now >= last:
        return Stamp(format_instant(now), None)
    said = format_instant(now) if last - now > TOLERATED_MS else None
    return Stamp(format_instant(last), said)


def write_act(
    connection: sa.Connection, act: Act, authority: Authority, *, clock: Clock, progress: Any
) -> Changes:
    """Write an act's steps and their entries; the caller commits or rolls back.

    Raises:
        RuleError: a record was changed since it was read.
    """
    head = read_head(connection)
    stamp = stamp_time(head, clock)
    total = len(act.steps) if isinstance(act.steps, Sized) else 0
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
    if total > CHUNK or not total:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KIB}")
    if act.evidence_keys:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO evidence_key (sha256, address, content_key) VALUES (?, ?, ?)",
            list(act.evidence_keys),
        )
    frame = _frame(act, authority, stamp)
    latest: dict[str, int] = {}
    kinds: set[str] = set()
    ids: list[str] = []
    size = head.size
    for chunk in _chunks(act.steps):
        pending = _prepare(chunk, frame, size + 1, latest)
        _flush(connection, pending, size)
        size += len(pending.entries)
        kinds.update(each.kind for each in chunk)
        ids.extend(each.after.id for each in chunk)
        progress(size - head.size, total)
    if total > CHUNK or not total:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
    return Changes(frozenset(kinds), tuple(ids), head.size + 1, size, _notices(stamp))


def entry_body(step: Step, frame: dict[str, Json], seq: int) -> dict[str, Json]:
    """Return the entry of one step as JSON: the full record after, and before only the fields that changed."""
    after = to_json(step.after)
    body = {
        **frame,
        "seq": seq,
        "kind": step.event,
        "subject": {"kind": step.kind, "id": step.after.id},
        "after": after,
    }
    if step.before is not None:
        before = to_json(step.before)
        body["before"] = {name: value for name, value in before.items() if after.get(name) != value}
    if step.reason:
        body["reason"] = step.reason
    if step.occurred_at:
        body["occurred_at"] = step.occurred_at
    return body


def _frame(act: Act, authority: Authority, stamp: Stamp) -> dict[str, Json]:
    optional = {
        "reason": act.reason,
        "clock": stamp.clock,
        "approvals": [dict(each) for each in authority.approvals],
        "overrides": list(act.overrides),
    }
    return {
        "v": ENTRY_VERSION,
        "action": act.id,
        "recorded_at": stamp.recorded_at,
        "actor": authority.actor,
        "unlocked_by": authority.unlocked_by,
        **{name: value for name, value in optional.items() if value},
    }


def _chunks(steps: Iterable[Step]) -> Iterator[list[Step]]:
    remaining = iter(steps)
    while chunk := list(islice(remaining, CHUNK)):
        yield [each for each in chunk if each.before is None or each.before != each.after]


def _prepare(chunk: Sequence[Step], frame: dict[str, Json], first: int, latest: dict[str, int]) -> _Pending:
    pending = _Pending()
    for seq, step in enumerate(chunk, first):
        data = canonical_bytes(entry_body(step, frame, seq))
        leaf = leaf_hash(data)
        pending.leaves.append(leaf)
        pending.entries.append(
            (seq, leaf, frame["action"], step.event, step.kind, step.after.id, frame["recorded_at"], frame["actor"], data)
        )
        if step.before is None:
            _prepare_insert(pending, step, seq)
        else:
            _prepare_update(pending, step, seq, latest)
            latest[step.after.id] = seq
        _prepare_personal(pending, step)
    return pending


def _prepare_insert(pending: _Pending, step: Step, seq: int) -> None:
    writer = row_writer(step.kind)
    pending.inserts.setdefault(step.kind, []).append(writer.values(step.after, seq))
    pending.codes += writer.codes(step.after)
    if writer.words:
        pending.words.append((step.after.number, writer.words(step.after)))


def _prepare_update(pending: _Pending, step: Step, seq: int, latest: dict[str, int]) -> None:
    writer = row_writer(step.kind)
    old, new = ({**to_row(each), **derived_row(step.kind, each)} for each in (step.before, step.after))
    names = tuple(name for name in new if name != "entry" and old[name] != new[name])
    known = latest.get(step.after.id, step.before.entry)
    values = (*(new[name] for name in names), seq, step.after.id, known)
    pending.updates.setdefault((step.kind, names), []).append(values)
    codes = writer.codes(step.after)
    if codes != writer.codes(step.before):
        pending.stale_codes.append((step.after.id,))
        pending.codes += codes
    if writer.words and (words := writer.words(step.after)) != writer.words(step.before):
        pending.stale_words.append((step.after.number,))
        pending.words.append((step.after.number, words))


def _prepare_personal(pending: _Pending, step: Step) -> None:
    if step.event.endswith(".purged"):
        pending.purged.append((step.kind, step.after.id))
    if step.personal:
        sealed = step.personal
        pending.personal.append((sealed.digest, step.kind, step.after.id, sealed.salt, sealed.content))


_STATEMENTS = (
    ("stale_codes", "DELETE FROM code WHERE subject = ?"),
    ("codes", "INSERT INTO code (key, fold, scheme, subject_kind, subject) VALUES (?, ?, ?, ?, ?)"),
    ("stale_words", "DELETE FROM search WHERE rowid = ?"),
    ("words", "INSERT INTO search (rowid, words) VALUES (?, ?)"),
    ("personal", "INSERT INTO personal (digest, subject_kind, subject, salt, content) VALUES (?, ?, ?, ?, ?)"),
    ("purged", "UPDATE personal SET salt = NULL, content = NULL WHERE subject_kind = ? AND subject = ?"),
    (
        "entries",
        "INSERT INTO entry (seq, leaf, action, kind, subject_kind, subject, recorded_at, actor, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
)


def _flush(connection: sa.Connection, pending: _Pending, size: int) -> None:
    for kind, rows in pending.inserts.items():
        connection.exec_driver_sql(row_writer(kind).insert, rows)
    for (kind, names), rows in pending.updates.items():
        _update(connection, kind, names, rows)
    for name, statement in _STATEMENTS:
        if values := getattr(pending, name):
            connection.exec_driver_sql(statement, values)
    nodes = nodes_after_append(size, pending.leaves, lambda level, index: fetch_node(connection, level, index))
    if interior := [each for each in nodes if each[0] > 0]:
        connection.exec_driver_sql("INSERT INTO node (level, position, hash) VALUES (?, ?, ?)", interior)


def _update(connection: sa.Connection, kind: str, names: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    assignments = "".join(f'"{name}" = ?, ' for name in names)
    result = connection.exec_driver_sql(f'UPDATE "{kind}" SET {assignments}entry = ? WHERE id = ? AND entry = ?', rows)
    if result.rowcount != len(rows):
        raise RuleError(_("The record was changed by someone else meanwhile. Look at it again, then repeat the change."))


def fetch_node(connection: sa.Connection, level: int, index: int) -> bytes:
    """Return the hash of a complete node; level 0 are the leaves."""
    if level == 0:
        row = connection.exec_driver_sql("SELECT leaf FROM entry WHERE seq = ?", (index + 1,)).first()
    else:
        row = connection.exec_driver_sql(
            "SELECT hash FROM node WHERE level = ? AND position = ?", (level, index)
        ).first()
    return bytes(row[0]) if row else b""


def _notices(stamp: Stamp) -> tuple[str, ...]:
    if stamp.clock is None:
        return ()
    return (
        _(
            "This computer's clock says {said}, which is before the last entry ({last}). Set the clock right. "
            "The entry carries both times."
        ).format(said=stamp.clock, last=stamp.recorded_at),
    )
