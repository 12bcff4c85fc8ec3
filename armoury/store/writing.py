"""The inside of the one door for change: steps become rows, codes, full text, entries and tree nodes.

Bulk and single acts go through the same lines, so that a bulk act leaves exactly the history of the single ones. The
caller holds the write lock and commits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from armoury.domain.clock import Clock, format_instant, parse_instant
from armoury.domain.errors import IntegrityError, RuleError
from armoury.domain.record_form import Json, to_json
from armoury.history.canonical import canonical_bytes
from armoury.history.tree import leaf_hash, nodes_after_append
from armoury.i18n import _
from armoury.store.engine import BULK_CACHE_KIB, CACHE_KIB
from armoury.store.reading import get
from armoury.store.rows import CodeRow, row_writer
from armoury.store.steps import Act, Authority, Changes, Step

ENTRY_VERSION = 1
CHUNK = 2_000
TOLERATED_MS = 2 * 60 * 1000
"""A clock may run behind the last entry by two minutes without remark; the last time is repeated (design section 4)."""

Progress = Callable[[int, int], None]


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
    """What one chunk of steps will write. A subject that changes twice gets the codes and words of its last step."""

    entries: list[tuple[object, ...]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    inserts: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    updates: dict[tuple[int, str, tuple[str, ...]], list[tuple[object, ...]]] = field(default_factory=dict)
    """Rows by the how-manieth change of their subject in the chunk, kind, and names of the changed columns."""
    stale_codes: dict[str, tuple[str]] = field(default_factory=dict)
    codes: dict[str, list[CodeRow]] = field(default_factory=dict)
    stale_words: dict[int, tuple[int]] = field(default_factory=dict)
    words: dict[int, tuple[int, str]] = field(default_factory=dict)
    personal: list[tuple[object, ...]] = field(default_factory=list)
    purged: list[tuple[str, str]] = field(default_factory=list)
    stale_lines: dict[str, dict[str, tuple[str]]] = field(default_factory=dict)
    lines: dict[str, dict[str, list[tuple[Any, ...]]]] = field(default_factory=dict)
    """The rows of unfolded lists by kind and subject."""
    touched: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """For each subject of the chunk: how often it changed, and its record as it then is."""


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
    connection: sa.Connection, act: Act, authority: Authority, *, clock: Clock, progress: Progress
) -> Changes:
    """Write an act's steps and their entries; the caller commits or rolls back.

    Raises:
        RuleError: a record was changed since it was read.
    """
    head = read_head(connection)
    stamp = stamp_time(head, clock)
    total = len(act.steps) if isinstance(act.steps, Sized) else 0
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
    if act.evidence_keys:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO evidence_key (sha256, address, content_key) VALUES (?, ?, ?)",
            list(act.evidence_keys),
        )
    if act.secrets:
        connection.exec_driver_sql("INSERT OR REPLACE INTO secret (name, content) VALUES (?, ?)", list(act.secrets))
    with _cache_for(connection, bulk=total > CHUNK or not total):
        written = _write_steps(connection, act, _frame(act, authority, stamp), head.size, progress)
    return Changes(*written, head.size + 1, head.size + len(written[1]), _notices(stamp))


@contextmanager
def _cache_for(connection: sa.Connection, *, bulk: bool) -> Iterator[None]:
    """Give bulk work a larger page cache for its time, whatever becomes of it."""
    if not bulk:
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.exec_driver_sql("PRAGMA shrink_memory")


def _write_steps(
    connection: sa.Connection, act: Act, frame: dict[str, Json], size: int, progress: Progress
) -> tuple[frozenset[str], tuple[str, ...]]:
    total = len(act.steps) if isinstance(act.steps, Sized) else 0
    latest: dict[str, int] = {}
    kinds: set[str] = set()
    ids: list[str] = []
    for chunk in _chunks(act.steps):
        pending = _prepare(connection, chunk, frame, size + len(ids) + 1, latest)
        _flush(connection, pending, size + len(ids))
        kinds.update(each.kind for each in chunk)
        ids.extend(each.after.id for each in chunk)
        progress(len(ids), total)
    return frozenset(kinds), tuple(ids)


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


def _prepare(
    connection: sa.Connection, chunk: Sequence[Step], frame: dict[str, Json], first: int, latest: dict[str, int]
) -> _Pending:
    """Work out what a chunk writes. `latest` names the last entry of every subject that this act has changed.

    The act's first entry alone carries the approvals: they name every subject, so repeated in each entry they would
    grow with the square of the act.
    """
    pending = _Pending()
    later = {name: value for name, value in frame.items() if name != "approvals"}
    for seq, step in enumerate(chunk, first):
        id_ = step.after.id
        data = canonical_bytes(entry_body(step, later if latest else frame, seq))
        leaf = leaf_hash(data)
        pending.leaves.append(leaf)
        pending.entries.append(
            (seq, leaf, frame["action"], step.event, step.kind, id_, frame["recorded_at"], frame["actor"], data)
        )
        if id_ in latest:
            _check_continues(connection, pending, step, latest[id_])
        if step.before is None:
            _prepare_insert(pending, step, seq)
        else:
            _prepare_update(pending, step, seq, latest.get(id_, step.before.entry))
        _prepare_personal(pending, step)
        latest[id_] = seq
        pending.touched[id_] = (pending.touched.get(id_, (0, None))[0] + 1, step.after)
    return pending


def _check_continues(connection: sa.Connection, pending: _Pending, step: Step, seq: int) -> None:
    """A later step of the same act must begin where the earlier one ended, or it would silently undo it."""
    if step.after.id in pending.touched:
        standing = pending.touched[step.after.id][1]
    else:
        standing = get(connection, type(step.after), step.after.id)
    if step.before is None or standing is None or replace(standing, entry=0) != replace(step.before, entry=0):
        text = _("Entry {seq} of the same act has already changed this record. Do one change after the other.")
        raise RuleError(text.format(seq=seq))


def _prepare_insert(pending: _Pending, step: Step, seq: int) -> None:
    writer = row_writer(step.kind)
    pending.inserts.setdefault(step.kind, []).append(writer.values(step.after, seq))
    if codes := writer.codes(step.after):
        pending.codes[step.after.id] = codes
    if writer.lines:
        pending.lines.setdefault(step.kind, {})[step.after.id] = writer.lines.rows(step.after)
    if writer.words:
        pending.words[step.after.number] = (step.after.number, writer.words(step.after))


def _prepare_update(pending: _Pending, step: Step, seq: int, known: int) -> None:
    writer = row_writer(step.kind)
    id_ = step.after.id
    pairs = zip(writer.names, writer.values(step.before, seq), writer.values(step.after, seq), strict=True)
    new = {name: after for name, before, after in pairs if before != after}
    turn = pending.touched.get(id_, (0, None))[0]
    pending.updates.setdefault((turn, step.kind, tuple(new)), []).append((*new.values(), seq, id_, known))
    codes = writer.codes(step.after)
    if codes != writer.codes(step.before):
        pending.stale_codes[id_] = (id_,)
        pending.codes[id_] = codes
    if writer.lines and (lines := writer.lines.rows(step.after)) != writer.lines.rows(step.before):
        pending.stale_lines.setdefault(step.kind, {})[id_] = (id_,)
        pending.lines.setdefault(step.kind, {})[id_] = lines
    if writer.words and (words := writer.words(step.after)) != writer.words(step.before):
        pending.stale_words[step.after.number] = (step.after.number,)
        pending.words[step.after.number] = (step.after.number, words)


def _prepare_personal(pending: _Pending, step: Step) -> None:
    if step.event.endswith(".purged"):
        subject = (step.kind, step.after.id)
        pending.purged.append(subject)
        pending.personal = [(*each[:3], None, None) if each[1:3] == subject else each for each in pending.personal]
    if step.personal:
        sealed = step.personal
        pending.personal.append((sealed.digest, step.kind, step.after.id, sealed.salt, sealed.content))


_DELETE_CODES = "DELETE FROM code WHERE subject = ?"
_INSERT_CODES = "INSERT INTO code (key, fold, scheme, subject_kind, subject) VALUES (?, ?, ?, ?, ?)"
_DELETE_WORDS = "DELETE FROM search WHERE rowid = ?"
_INSERT_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"
_PURGE = "UPDATE personal SET salt = NULL, content = NULL WHERE subject_kind = ? AND subject = ?"
_INSERT_PERSONAL = "INSERT INTO personal (digest, subject_kind, subject, salt, content) VALUES (?, ?, ?, ?, ?)"
_INSERT_ENTRIES = (
    "INSERT INTO entry (seq, leaf, action, kind, subject_kind, subject, recorded_at, actor, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_NODES = "INSERT INTO node (level, position, hash) VALUES (?, ?, ?)"


def _flush(connection: sa.Connection, pending: _Pending, size: int) -> None:
    for kind, rows in pending.inserts.items():
        _run(connection, row_writer(kind).insert, rows)
    for (_turn, kind, names), updates in sorted(pending.updates.items()):
        _update(connection, kind, names, updates)
    nodes = nodes_after_append(size, pending.leaves, lambda level, index: _sure_node(connection, level, index))
    statements: tuple[tuple[str, list[Any]], ...] = (
        (_DELETE_CODES, list(pending.stale_codes.values())),
        (_INSERT_CODES, [each for codes in pending.codes.values() for each in codes]),
        *_line_statements(pending),
        (_DELETE_WORDS, list(pending.stale_words.values())),
        (_INSERT_WORDS, list(pending.words.values())),
        # What an act purges is what stood before the step that purges; a later step may give new values.
        (_PURGE, pending.purged),
        (_INSERT_PERSONAL, pending.personal),
        (_INSERT_ENTRIES, pending.entries),
        (_INSERT_NODES, [each for each in nodes if each[0] > 0]),
    )
    for statement, values in statements:
        _run(connection, statement, values)


def _line_statements(pending: _Pending) -> Iterator[tuple[str, list[Any]]]:
    for kind, lines in pending.lines.items():
        if writer := row_writer(kind).lines:
            yield writer.delete, list(pending.stale_lines.get(kind, {}).values())
            yield writer.insert, [each for rows in lines.values() for each in rows]


def _run(connection: sa.Connection, statement: str, rows: list[Any]) -> None:
    if rows:
        connection.exec_driver_sql(statement, rows)


def _update(connection: sa.Connection, kind: str, names: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    assignments = "".join(f'"{name}" = ?, ' for name in names)
    result = connection.exec_driver_sql(f'UPDATE "{kind}" SET {assignments}entry = ? WHERE id = ? AND entry = ?', rows)
    if result.rowcount != len(rows):
        raise RuleError(
            _("The record was changed by someone else meanwhile. Look at it again, then repeat the change.")
        )


def _sure_node(connection: sa.Connection, level: int, index: int) -> bytes:
    node = fetch_node(connection, level, index)
    if not node:
        text = _("The tree over the history lacks a node (level {level}, position {index}). Restore the last backup.")
        raise IntegrityError(text.format(level=level, index=index))
    return node


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
