"""The check of the history itself: every byte of every entry, the whole tree, the approvals, the checkpoints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError, IntegrityError
from armoury.domain.kinds import KINDS
from armoury.history.canonical import canonical_bytes, parse_canonical
from armoury.history.tree import leaf_hash, node_hash
from armoury.i18n import _
from armoury.signing.approvals import verify_approval
from armoury.signing.keys import fingerprint
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import check_signed, disagreement
from armoury.store.findings import Finding
from armoury.store.register import Progress
from armoury.store.writing import read_head

RECOVERY = "recovery"
"""The actor of what the recovery key does; it stands for two envelopes opened by two officers."""


@dataclass
class _Walk:
    """What is remembered while the entries go by."""

    certificates: dict[str, bytes] = field(default_factory=dict)
    approvals: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    action: str = ""
    afters: list[object] = field(default_factory=list)
    demands: list[tuple[int, str, str, list[Mapping[str, Any]], str]] = field(default_factory=list)
    recorded_at: str = ""


def history_faults(connection: sa.Connection, progress: Progress) -> Iterator[Finding]:
    """Check sequence, bytes, times, approvals and tree of all entries."""
    walk, tree = _Walk(), _Tree(connection)
    total = read_head(connection).size
    rows = connection.execution_options(stream_results=True).exec_driver_sql(
        "SELECT seq, leaf, action, kind, subject_kind, subject, recorded_at, actor, body FROM entry ORDER BY seq"
    )
    for count, row in enumerate(rows, 1):
        yield from _entry_faults(count, row, walk)
        yield from tree.add(bytes(row[1]))
        if count % 2_000 == 0:
            progress(count, total)
    yield from tree.finish()
    yield from _approval_faults(walk)


def _entry_faults(count: int, row: Any, walk: _Walk) -> Iterator[Finding]:
    seq, leaf, *columns, body = row
    where = f"entry {seq}"
    if seq != count:
        yield Finding("sequence", where, _("Entry {count} is missing from the history.").format(count=count))
    if leaf_hash(bytes(body)) != bytes(leaf):
        yield Finding("bytes", where, _("Entry {seq} was changed: its bytes do not give its hash.").format(seq=seq))
    try:
        entry: Any = parse_canonical(bytes(body))
        said = [entry["action"], entry["kind"], entry["subject"]["kind"], entry["subject"]["id"],
                entry["recorded_at"], entry["actor"]]  # fmt: skip
    except (ArmouryError, ValueError, KeyError, TypeError) as problem:
        yield Finding("bytes", where, _("Entry {seq} cannot be read: {problem}").format(seq=seq, problem=problem))
        return
    if said != columns or entry["seq"] != seq:
        yield Finding("columns", where, _("The row of entry {seq} does not agree with its bytes.").format(seq=seq))
    if entry["recorded_at"] < walk.recorded_at:
        yield Finding("time", where, _("Entry {seq} is dated before the one in front of it.").format(seq=seq))
    walk.recorded_at = entry["recorded_at"]
    _remember(walk, seq, entry)


def _remember(walk: _Walk, seq: int, entry: Mapping[str, Any]) -> None:
    """Note certificates, and what approvals must cover; the steps of an act follow each other."""
    certificate = entry["after"].get("certificate")
    if certificate and entry["subject"]["kind"] == "person":
        der = from_base64(certificate)
        walk.certificates[fingerprint(der)] = der
    if entry["action"] != walk.action:
        walk.action, walk.afters = entry["action"], []
    approvals = entry.get("approvals", [])
    kind = KINDS.get(entry["subject"]["kind"])
    declared = next((each for each in kind.events if each.name == entry["kind"]), None) if kind else None
    needs_second = declared is not None and declared.second_officer and entry["actor"] != RECOVERY
    if approvals or needs_second:
        walk.afters.append(entry["after"])
        walk.demands.append((seq, entry["action"], entry["actor"], approvals, ""))
        if approvals and (len(walk.demands) < 2 or walk.demands[-2][1] != entry["action"]):
            walk.approvals.append((seq, {"entry": entry, "afters": walk.afters}))


def _approval_faults(walk: _Walk) -> Iterator[Finding]:
    for seq, _action, actor, approvals, _rest in walk.demands:
        if not any(each["statement"]["officer"] != actor for each in approvals):
            text = _("Entry {seq} needs a second officer's approval and has none.").format(seq=seq)
            yield Finding("approval", f"entry {seq}", text)
    for seq, demand in walk.approvals:
        content = sha256(canonical_bytes(demand["afters"])).hexdigest()
        for approval in demand["entry"]["approvals"]:
            problem = _approval_problem(approval, demand["entry"], content, walk)
            if problem:
                yield Finding("approval", f"entry {seq}", problem)


def _approval_problem(approval: Any, entry: Mapping[str, Any], content: str, walk: _Walk) -> str | None:
    statement = approval["statement"]
    if statement["action"] != entry["action"] or statement["content"] != content:
        return _("The approval of entry {seq} was given for something else.").format(seq=entry["seq"])
    certificate = walk.certificates.get(approval["certificate"])
    if certificate is None:
        return _("The approval of entry {seq} was signed with an unknown key.").format(seq=entry["seq"])
    try:
        verify_approval(approval, certificate)
    except IntegrityError as refused:
        return _("The approval of entry {seq} does not hold: {why}").format(seq=entry["seq"], why=refused.text())
    return None


class _Tree:
    """Recomputes every node from the leaves and compares it with the stored one, level by level, as the leaves come."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting: list[bytes | None] = []
        self._stored: list[Iterator[Any]] = []
        self._count: list[int] = []

    def add(self, leaf: bytes) -> Iterator[Finding]:
        """Take the next leaf; give what it completes and differs."""
        node, level = leaf, 0
        while True:
            if level == len(self._waiting):
                self._waiting.append(None)
                self._open(level + 1)
            left = self._waiting[level]
            if left is None:
                self._waiting[level] = node
                return
            self._waiting[level] = None
            node, level = node_hash(left, node), level + 1
            yield from self._compare(level, node)

    def finish(self) -> Iterator[Finding]:
        """Tell of stored nodes that no leaf gives."""
        for level, stored in enumerate(self._stored, 1):
            if next(stored, None) is not None:
                yield Finding("tree", f"level {level}", _("The tree holds nodes that belong to no entry."))
        highest = self._connection.exec_driver_sql("SELECT max(level) FROM node").scalar()
        if (highest or 0) > len(self._stored):
            yield Finding("tree", f"level {highest}", _("The tree holds nodes that belong to no entry."))

    def _open(self, level: int) -> None:
        rows = self._connection.exec_driver_sql(
            "SELECT position, hash FROM node WHERE level = ? ORDER BY position", (level,)
        )
        self._stored.append(iter(rows))
        self._count.append(0)

    def _compare(self, level: int, node: bytes) -> Iterator[Finding]:
        position = self._count[level - 1]
        self._count[level - 1] += 1
        stored = next(self._stored[level - 1], None)
        if stored is None or stored[0] != position or bytes(stored[1]) != node:
            where = f"level {level}, position {position}"
            text = _("The tree over the history was changed ({where}).").format(where=where)
            yield Finding("tree", where, text)


def checkpoint_faults(connection: sa.Connection, site: str) -> Iterator[Finding]:
    """Check every checkpoint that the register keeps: signature, and that the history continues it."""
    for size, text in connection.exec_driver_sql("SELECT size, note FROM checkpoint ORDER BY size").fetchall():
        where = f"checkpoint {size}"
        try:
            checkpoint = check_signed(connection, text)
            problem = disagreement(connection, checkpoint)
            if checkpoint.size != size or checkpoint.origin != f"armoury/{site}":
                problem = _("The checkpoint of {size} entries says something else.").format(size=size)
        except ArmouryError as refused:
            problem = refused.text()
        if problem:
            yield Finding("checkpoint", where, problem)
