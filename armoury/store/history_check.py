"""The check of the history itself: every byte of every entry, their order, the tree, the acts, the checkpoints."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, to_json
from armoury.history.canonical import parse_canonical
from armoury.history.tree import leaf_hash
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.keys import private_from_der, public_to_der
from armoury.signing.wrapping import from_base64
from armoury.store.act_check import RECOVERY, ActCheck
from armoury.store.checkpoints import SITE_KEY, check_signed, disagreement, origin_of, read_secret, register_record
from armoury.store.findings import Finding
from armoury.store.register import Progress
from armoury.store.replay import UNREADABLE, held_personal
from armoury.store.tree_check import TreeCheck
from armoury.store.writing import ENTRY_VERSION, read_head

_STEP = 2_000

_REQUIRED: Mapping[str, type] = {
    "v": int, "seq": int, "action": str, "kind": str, "subject": dict, "after": dict,
    "recorded_at": str, "actor": str, "unlocked_by": str,
}  # fmt: skip
_OPTIONAL: Mapping[str, type] = {
    "before": dict, "reason": str, "occurred_at": str, "clock": str, "approvals": list, "overrides": list,
}  # fmt: skip


def history_faults(connection: sa.Connection, progress: Progress) -> Iterator[Finding]:
    """Check sequence, bytes, times, acts and tree of all entries, each read once."""
    acts, tree = ActCheck(), TreeCheck(connection)
    total = read_head(connection).size
    rows = connection.exec_driver_sql(
        "SELECT seq, leaf, action, kind, subject_kind, subject, recorded_at, actor, body FROM entry ORDER BY seq"
    )
    recorded_at = ""
    for count, (seq, leaf, *columns, body) in enumerate(rows, 1):
        yield from _byte_faults(count, seq, leaf, body)
        yield from tree.add(leaf if isinstance(leaf, bytes) else b"")
        entry, problem = _read(body)
        if entry is None:
            text = _("Entry {seq} cannot be read: {problem}").format(seq=seq, problem=problem)
            yield Finding("bytes", f"entry {seq}", text)
            continue
        yield from _place_faults(entry, seq, columns, recorded_at)
        recorded_at = entry["recorded_at"]
        yield from _content_faults(connection, acts, seq, entry)
        if count % _STEP == 0:
            progress(count, total)
    yield from acts.finish()
    yield from tree.finish()


def _byte_faults(count: int, seq: int, leaf: object, body: object) -> Iterator[Finding]:
    if seq != count:
        text = _("Entry {count} is missing from the history.").format(count=count)
        yield Finding("sequence", f"entry {seq}", text)
    if not isinstance(body, bytes) or leaf_hash(body) != leaf:
        text = _("Entry {seq} was changed: its bytes do not give its hash.").format(seq=seq)
        yield Finding("bytes", f"entry {seq}", text)


def _read(body: object) -> tuple[Any, str]:
    """Return an entry whose form the other checks may rely on, or None and what is wrong with it."""
    if not isinstance(body, bytes):
        return None, _("it is not kept as bytes.")
    try:
        entry: Any = parse_canonical(body)
    except ArmouryError as problem:
        return None, problem.text()
    fault = _form_fault(entry)
    return (None, _("its field “{name}” is missing or wrong.").format(name=fault)) if fault else (entry, "")


def _form_fault(entry: Mapping[str, Any]) -> str | None:
    """Name the first field of an entry that is missing, unknown, or of another form than entries have."""
    for name, value in entry.items():
        form = _REQUIRED.get(name) or _OPTIONAL.get(name)
        if form is None or type(value) is not form:
            return name
    if missing := [name for name in _REQUIRED if name not in entry]:
        return missing[0]
    subject = entry["subject"]
    if set(subject) != {"kind", "id"} or not all(isinstance(each, str) for each in subject.values()):
        return "subject"
    if entry["after"].get("id") != subject["id"]:
        return "after"
    approvals = entry.get("approvals", ())
    if not all(isinstance(each, dict) and isinstance(each.get("statement"), dict) for each in approvals):
        return "approvals"
    return "v" if entry["v"] != ENTRY_VERSION else None


def _place_faults(entry: Mapping[str, Any], seq: int, columns: list[object], earlier: str) -> Iterator[Finding]:
    where = f"entry {seq}"
    said = [entry["action"], entry["kind"], entry["subject"]["kind"], entry["subject"]["id"],
            entry["recorded_at"], entry["actor"]]  # fmt: skip
    if said != columns or entry["seq"] != seq:
        yield Finding("columns", where, _("The row of entry {seq} does not agree with its bytes.").format(seq=seq))
    if entry["recorded_at"] < earlier:
        yield Finding("time", where, _("Entry {seq} is dated before the one in front of it.").format(seq=seq))


def _content_faults(connection: sa.Connection, acts: ActCheck, seq: int, entry: Mapping[str, Any]) -> Iterator[Finding]:
    """What the entry says must follow from the one before it about the same subject, and its act must be allowed."""
    where, after = f"entry {seq}", entry["after"]
    try:
        earlier = _earlier(connection, seq, entry)
        expected = {name: value for name, value in (earlier or {}).items() if after.get(name) != value}
        if entry.get("before") != (None if earlier is None else expected):
            text = _("Entry {seq} does not continue the entry before it about the same subject.").format(seq=seq)
            yield Finding("before", where, text)
        digest = after.get("personal")
        if digest is not None and not held_personal(connection, digest):
            yield Finding("personal", where, _("The personal data that entry {seq} names are missing.").format(seq=seq))
        new = {name for name, value in after.items() if (earlier or {}).get(name) != value}
        yield from acts.add(seq, entry, None if earlier is None else frozenset({*expected, *new}))
    except UNREADABLE as problem:
        text = _("Entry {seq} says what no program of ours writes: {problem}.").format(seq=seq, problem=problem)
        yield Finding("bytes", where, text)


def _earlier(connection: sa.Connection, seq: int, entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the record as the earlier entry about the same subject left it; None for a first entry.

    It is read and written anew, because fields declared since then count with their defaults.
    """
    subject = entry["subject"]
    row = connection.exec_driver_sql(
        "SELECT body FROM entry WHERE subject_kind = ? AND subject = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
        (subject["kind"], subject["id"], seq),
    ).first()
    if row is None:
        return None
    earlier: Any = parse_canonical(row[0])["after"]
    return to_json(from_json(KINDS[subject["kind"]].record, earlier))


def checkpoint_faults(connection: sa.Connection, site: str) -> Iterator[Finding]:
    """Check the site's key, and every checkpoint that is kept: signature, and that the history continues it."""
    yield from _site_key_faults(connection)
    for size, text in connection.exec_driver_sql("SELECT size, note FROM checkpoint ORDER BY size").fetchall():
        where = f"checkpoint {size}"
        try:
            checkpoint = check_signed(connection, text)
            problem = disagreement(connection, checkpoint)
            if checkpoint.size != size or checkpoint.origin != origin_of(site):
                problem = _("The checkpoint of {size} entries says something else.").format(size=size)
        except UNREADABLE as refused:
            problem = str(refused)
        if problem:
            yield Finding("checkpoint", where, problem)


def _site_key_faults(connection: sa.Connection) -> Iterator[Finding]:
    """The key that signs checkpoints and bundles must be the one of the site's certificate."""
    try:
        key = private_from_der(read_secret(connection, SITE_KEY))
        certificate = from_base64(register_record(connection).certificate)
        same = public_to_der(key.public_key()) == certificate_public_key(certificate)
        problem = "" if same else _("The site's key is not the one of its certificate: it was exchanged.")
    except UNREADABLE as refused:
        problem = _("The site's key or certificate cannot be used: {why}").format(why=refused)
    if problem:
        yield Finding("key", SITE_KEY, problem)
    for (name,) in connection.exec_driver_sql("SELECT name FROM secret WHERE name <> ?", (SITE_KEY,)).fetchall():
        text = _("Among the secrets of the site lies “{name}”, which this program did not put there.")
        yield Finding("key", str(name), text.format(name=name))


__all__ = ["RECOVERY", "checkpoint_faults", "history_faults"]
