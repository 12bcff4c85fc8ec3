"""The replay: every row must be what the last entry of its subject says, field for field, and no row without history.

An edit made with another program is found here and named. Derived columns, codes and personal values are recomputed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, from_row, to_json
from armoury.i18n import _
from armoury.store.findings import Finding
from armoury.store.rows import derived_row, row_writer


def replay_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare all rows with their history."""
    for kind in KINDS:
        yield from _missing_rows(connection, kind)
        yield from _differing_rows(connection, kind)


def _missing_rows(connection: sa.Connection, kind: str) -> Iterator[Finding]:
    """Subjects of the history whose row is gone or does not name their last entry."""
    rows = connection.exec_driver_sql(
        "SELECT h.subject, h.last, t.id, t.entry FROM"
        " (SELECT subject, max(seq) AS last FROM entry WHERE subject_kind = ? GROUP BY subject) AS h"
        f' LEFT JOIN "{kind}" AS t ON t.id = h.subject WHERE t.id IS NULL OR t.entry IS NOT h.last',
        (kind,),
    )
    for subject, last, there, entry in rows:
        if there is None:
            text = _("{kind} {id} stands in the history (entry {last}), but its row is gone.")
        else:
            text = _("The row of {kind} {id} follows entry {entry}, but its last entry is {last}.")
        yield Finding("row", f"{kind} {subject}", text.format(kind=kind, id=subject, last=last, entry=entry))


def _differing_rows(connection: sa.Connection, kind: str) -> Iterator[Finding]:
    rows = connection.execution_options(stream_results=True).exec_driver_sql(
        f'SELECT t.*, e.body AS entry_body FROM "{kind}" AS t LEFT JOIN entry AS e ON e.seq = t.entry'
    )
    for row in rows.mappings():
        yield from _row_faults(kind, row)


def _row_faults(kind: str, row: Mapping[str, Any]) -> Iterator[Finding]:
    where = f"{kind} {row['id']}"
    try:
        entry = json.loads(row["entry_body"]) if row["entry_body"] is not None else None
        kept = from_row(KINDS[kind].record, row)
        recorded = from_json(KINDS[kind].record, entry["after"]) if entry else None
    except (ValueError, KeyError, TypeError) as problem:
        yield Finding("row", where, _("The row of {where} cannot be read: {problem}.").format(where=where, problem=problem))
        return
    if entry is None or entry["subject"] != {"kind": kind, "id": row["id"]}:
        yield Finding("row", where, _("The row of {where} has no history: another program wrote it.").format(where=where))
        return
    changed = _changed_fields(replace(kept, entry=0), recorded)
    changed += [name for name, value in derived_row(kind, kept).items() if row[name] != value]
    if changed:
        text = _("{where} differs from its last entry ({entry}) in: {fields}. Another program changed it.")
        yield Finding("row", where, text.format(where=where, entry=row["entry"], fields=", ".join(changed)))


def _changed_fields(kept: Any, recorded: Any) -> list[str]:
    if kept == recorded:
        return []
    before, after = to_json(recorded), to_json(kept)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)) or ["?"]


def code_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare the scannable codes of every subject with its record."""
    expected_total = 0
    for kind in KINDS:
        writer = row_writer(kind)
        for row in connection.exec_driver_sql(f'SELECT * FROM "{kind}"').mappings():
            expected = {each[:4] for each in writer.codes(from_row(KINDS[kind].record, row))}
            expected_total += len(expected)
            held = connection.exec_driver_sql(
                "SELECT key, fold, scheme, subject_kind FROM code WHERE subject = ?", (row["id"],)
            )
            if {tuple(each) for each in held} != expected:
                text = _("What can be scanned for {kind} {id} does not agree with its record.")
                yield Finding("code", f"{kind} {row['id']}", text.format(kind=kind, id=row["id"]))
    total = connection.exec_driver_sql("SELECT count(*) FROM code").scalar_one()
    if total != expected_total:
        text = _("The table of scannable codes holds {found} codes, the records give {expected}.")
        yield Finding("code", "code", text.format(found=total, expected=expected_total))


def personal_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare personal values with the digests that the history carries; purged ones need their entry."""
    rows = connection.exec_driver_sql(
        "SELECT p.digest, p.subject_kind, p.subject, p.salt, p.content, EXISTS (SELECT 1 FROM entry AS e"
        " WHERE e.subject_kind = p.subject_kind AND e.subject = p.subject AND e.kind LIKE '%.purged') FROM personal AS p"
    )
    for digest, kind, subject, salt, content, purged in rows:
        where = f"{kind} {subject}"
        if content is None or salt is None:
            if not purged:
                yield Finding("personal", where, _("Personal data of {where} are gone without an entry.").format(where=where))
        elif sha256(bytes(salt) + content.encode()).hexdigest() != digest:
            yield Finding("personal", where, _("Personal data of {where} were changed.").format(where=where))
    yield from _missing_personal(connection)


def _missing_personal(connection: sa.Connection) -> Iterator[Finding]:
    for kind in KINDS.values():
        if "personal" not in kind.record.__dataclass_fields__:
            continue
        rows = connection.exec_driver_sql(
            f'SELECT t.id FROM "{kind.name}" AS t LEFT JOIN personal AS p ON p.digest = t.personal'
            " WHERE t.personal IS NOT NULL AND p.digest IS NULL"
        )
        for (subject,) in rows:
            where = f"{kind.name} {subject}"
            yield Finding("personal", where, _("Personal data of {where} are missing.").format(where=where))
