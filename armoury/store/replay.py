"""The replay: every row must be what the last entry of its subject says, field for field, and no row without history.

An edit made with another program is found here and named. Derived columns, codes and personal values are recomputed.
Rows stream through; nothing is kept but the row at hand.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, to_row
from armoury.i18n import _
from armoury.store.findings import Finding
from armoury.store.register import Progress, no_progress
from armoury.store.rows import LineWriter, derived_row, row_writer

UNREADABLE = (ArmouryError, ValueError, LookupError, TypeError, AttributeError)
"""What reading a row or an entry can raise that another program wrote."""

_STEP = 2_000


def replay_faults(connection: sa.Connection, progress: Progress = no_progress) -> Iterator[Finding]:
    """Compare all rows, and what can be scanned for them, with their history."""
    total = sum(_count(connection, kind) for kind in KINDS)
    done = codes = 0
    for kind in KINDS:
        yield from _missing_rows(connection, kind)
        yield from _stray_lines(connection, kind)
        for row in connection.exec_driver_sql(_rows_query(kind)).mappings():
            found, expected = _row_faults(kind, dict(row))
            yield from found
            codes += expected
            done += 1
            if done % _STEP == 0:
                progress(done, total)
    yield from _stray_codes(connection, codes)


def _count(connection: sa.Connection, kind: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{kind}"').scalar_one())


def _rows_query(kind: str) -> str:
    """Each row with its last entry and its codes; a code that is no text would break the list, so it is spelled out."""
    parts = ", ".join(
        f"CASE typeof({name}) WHEN 'text' THEN {name} ELSE typeof({name}) || ' ' || quote({name}) END"
        for name in ("key", "fold", "scheme", "subject_kind")
    )
    writer = row_writer(kind).lines
    return (
        f'SELECT t.*, e.body AS "entry.body", {_lines_of(writer) if writer else "NULL"} AS "entry.lines",'
        f' (SELECT json_group_array(json_array({parts})) FROM code WHERE subject = t.id) AS "entry.codes"'
        f' FROM "{kind}" AS t LEFT JOIN entry AS e ON e.seq = t.entry'
    )


def _lines_of(writer: LineWriter) -> str:
    """The rows of the record's unfolded list in their order, each value spelled out with its type."""
    names = ("position", *writer.names)
    spelled = ", ".join(f'quote("{name}")' for name in names)
    inner = f'SELECT * FROM "{writer.table}" WHERE subject = t.id ORDER BY position'
    return f"(SELECT json_group_array(json_array({spelled})) FROM ({inner}))"


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


def _row_faults(kind: str, row: Mapping[str, Any]) -> tuple[list[Finding], int]:
    """Judge one row; also return how many codes its record has."""
    where = f"{kind} {row['id']}"
    if row["entry.body"] is None:
        text = _("The row of {where} has no history: another program wrote it.").format(where=where)
        return [Finding("row", where, text)], 0
    try:
        entry = json.loads(row["entry.body"])
        record = from_json(KINDS[kind].record, entry["after"])
        expected = {**to_row(record), **derived_row(kind, record), "entry": row["entry"]}
        codes = sorted(list(each[:4]) for each in row_writer(kind).codes(record))
        lines = [list(map(_quoted, each[1:])) for each in _lines(kind, record)]
        same_subject = entry["subject"] == {"kind": kind, "id": row["id"]}
    except UNREADABLE as problem:
        text = _("The last entry of {where} cannot be read: {problem}.").format(where=where, problem=problem)
        return [Finding("row", where, text)], 0
    if not same_subject:
        text = _("The row of {where} follows an entry about something else: another program wrote it.")
        return [Finding("row", where, text.format(where=where))], len(codes)
    faults = [*_differences(where, row, expected), *_code_faults(where, row, codes), *_line_faults(where, row, lines)]
    return faults, len(codes)


def _differences(where: str, row: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Finding]:
    changed = sorted(name for name, value in expected.items() if row[name] != value)
    if changed:
        text = _("{where} differs from its last entry ({entry}) in: {fields}. Another program changed it.")
        yield Finding("row", where, text.format(where=where, entry=row["entry"], fields=", ".join(changed)))


def _code_faults(where: str, row: Mapping[str, Any], expected: list[list[str]]) -> Iterator[Finding]:
    if sorted(json.loads(row["entry.codes"])) != expected:
        text = _("What can be scanned for {where} does not agree with its record.").format(where=where)
        yield Finding("code", where, text)


def _lines(kind: str, record: Any) -> list[tuple[Any, ...]]:
    writer = row_writer(kind).lines
    return writer.rows(record) if writer else []


def _quoted(value: str | int | None) -> str:
    """Spell a value out as SQLite's `quote` does."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)


def _line_faults(where: str, row: Mapping[str, Any], expected: list[list[str]]) -> Iterator[Finding]:
    if json.loads(row["entry.lines"] or "[]") != expected:
        text = _("The lines kept for {where} do not agree with its record. Another program changed them.")
        yield Finding("line", where, text.format(where=where))


def _stray_lines(connection: sa.Connection, kind: str) -> Iterator[Finding]:
    """Lines of a record that is not there; foreign keys forbid them to this program, not to another one."""
    writer = row_writer(kind).lines
    if writer is None:
        return
    stray = (
        f'SELECT DISTINCT subject FROM "{writer.table}" WHERE subject IS NULL'
        f' OR subject NOT IN (SELECT id FROM "{kind}") LIMIT 100'
    )
    for (subject,) in connection.exec_driver_sql(stray):
        text = _("Lines are kept for {kind} {id}, which is not there: another program wrote them.")
        yield Finding("line", f"{kind} {subject}", text.format(kind=kind, id=subject))


def _stray_codes(connection: sa.Connection, expected: int) -> Iterator[Finding]:
    total = connection.exec_driver_sql("SELECT count(*) FROM code").scalar_one()
    if total != expected:
        text = _("The table of scannable codes holds {found} codes, the records give {expected}.")
        yield Finding("code", "code", text.format(found=total, expected=expected))


def personal_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare personal values with the digests of the history; purged ones need a later entry that says so."""
    rows = connection.exec_driver_sql("SELECT digest, subject_kind, subject, salt, content FROM personal")
    for digest, kind, subject, salt, content in rows:
        where = f"{kind} {subject}"
        named, purged = _named_and_purged(connection, kind, subject, digest)
        if not named:
            text = _("Personal data of {where} stand in no entry: another program wrote them.")
            yield Finding("personal", where, text.format(where=where))
        elif content is None or salt is None:
            if purged < named:
                text = _("Personal data of {where} are gone without an entry.").format(where=where)
                yield Finding("personal", where, text)
        elif not _gives(digest, salt, content):
            yield Finding("personal", where, _("Personal data of {where} were changed.").format(where=where))


def _named_and_purged(connection: sa.Connection, kind: str, subject: str, digest: str) -> tuple[int, int]:
    """Return the last entry that took up a digest, and the last that purged the subject; 0 for none.

    An entry that keeps the digest of the one before it does not take it up anew: after a purge nothing may.
    """
    query = (
        "SELECT coalesce(min(seq) FILTER (WHERE digest IS ?), 0),"
        " coalesce(max(seq) FILTER (WHERE kind LIKE '%.purged'), 0)"
        " FROM (SELECT seq, kind, json_extract(CAST(body AS TEXT), '$.after.personal') AS digest"
        " FROM entry WHERE subject_kind = ? AND subject = ?)"
    )
    named, purged = connection.exec_driver_sql(query, (digest, kind, subject)).one()
    return int(named), int(purged)


def _gives(digest: object, salt: object, content: object) -> bool:
    if not isinstance(salt, bytes) or not isinstance(content, str):
        return False
    return sha256(salt + content.encode()).hexdigest() == digest


def held_personal(connection: sa.Connection, digest: object) -> bool:
    """Tell whether the register has a line, perhaps purged, for the digest that an entry carries."""
    found = connection.exec_driver_sql("SELECT 1 FROM personal WHERE digest = ?", (str(digest),)).first()
    return found is not None
