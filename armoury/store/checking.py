"""The whole check of a register: files, schema, history, replay, personal data, evidence, checkpoints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError
from armoury.domain.kinds import KINDS
from armoury.i18n import _
from armoury.models.ddl import SEARCH, TRIGGERS
from armoury.store.evidence import addresses, open_sealed_file
from armoury.store.findings import Finding
from armoury.store.history_check import checkpoint_faults, history_faults
from armoury.store.register import Progress, Register, no_progress
from armoury.store.replay import code_faults, personal_faults, replay_faults
from armoury.store.writing import read_head

MOST_FINDINGS = 1_000
"""A wholly broken register does not fill the memory with sentences."""


@dataclass(frozen=True)
class Report:
    """What a check looked at and what it found; nothing found means the register is whole."""

    entries: int
    findings: tuple[Finding, ...]
    deep: bool

    @property
    def whole(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings


def check_register(register: Register, *, deep: bool = False, progress: Progress = no_progress) -> Report:
    """Check a register.

    Args:
        register: an opened one; also read-only.
        deep: also every page of the database, every file of evidence, and the full text.
        progress: told how many entries were read.
    """
    findings: list[Finding] = []
    with register.read() as connection:
        size = read_head(connection).size
        for faults in _checks(register, connection, deep=deep, progress=progress):
            try:
                for finding in faults:
                    findings.append(finding)
                    if len(findings) >= MOST_FINDINGS:
                        return Report(size, tuple(findings), deep)
            except sa.exc.DBAPIError as problem:
                findings.append(Finding("file", "register.db", _("The database is damaged: {problem}.").format(problem=problem.orig)))
    return Report(size, tuple(findings), deep)


def _checks(
    register: Register, connection: sa.Connection, *, deep: bool, progress: Progress
) -> Iterator[Iterator[Finding]]:
    yield _file_faults(connection, deep=deep)
    yield _schema_faults(connection)
    yield history_faults(connection, progress)
    yield replay_faults(connection)
    yield code_faults(connection)
    yield personal_faults(connection)
    yield checkpoint_faults(connection, register.site)
    yield _evidence_faults(register, connection, deep=deep)
    yield _search_faults(connection, deep=deep)


def _file_faults(connection: sa.Connection, *, deep: bool) -> Iterator[Finding]:
    pragmas = ("cipher_integrity_check", "integrity_check") if deep else ("quick_check",)
    for pragma in (*pragmas, "foreign_key_check"):
        for row in connection.exec_driver_sql(f"PRAGMA {pragma}").fetchmany(20):
            if row[0] != "ok":
                words = " ".join(str(each) for each in row)
                yield Finding("file", "register.db", _("The database is damaged: {words}.").format(words=words))


def _schema_faults(connection: sa.Connection) -> Iterator[Finding]:
    held = {row[0] for row in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    for statement in (*TRIGGERS, SEARCH):
        if statement not in held:
            name = statement.split()[2] if statement != SEARCH else "search"
            text = _("The database's guard “{name}” was removed or changed.").format(name=name)
            yield Finding("schema", name, text)


def _evidence_faults(register: Register, connection: sa.Connection, *, deep: bool) -> Iterator[Finding]:
    lying = addresses(register.folder) if register.folder.evidence.exists() else frozenset()
    keys = {row[0]: row for row in connection.exec_driver_sql("SELECT sha256, address, content_key FROM evidence_key")}
    for subject, digest, thumbnail in connection.exec_driver_sql("SELECT id, sha256, thumbnail FROM evidence"):
        for wanted in filter(None, (digest, thumbnail)):
            if wanted not in keys or keys[wanted][1] not in lying:
                text = _("The file {digest} of evidence {id} is missing.").format(digest=wanted[:16], id=subject)
                yield Finding("evidence", f"evidence {subject}", text)
            elif deep:
                yield from _file_content(lambda w=wanted: open_sealed_file(  # type: ignore[misc]
                    register.folder, w, address=keys[w][1], key=bytes(keys[w][2])), subject)


def _file_content(read: Callable[[], bytes], subject: str) -> Iterator[Finding]:
    try:
        read()
    except ArmouryError as problem:
        yield Finding("evidence", f"evidence {subject}", problem.text())


def _search_faults(connection: sa.Connection, *, deep: bool) -> Iterator[Finding]:
    """The full text holds one line a weapon; deep: a fresh one made from the records holds the same words."""
    weapons = connection.exec_driver_sql("SELECT count(*) FROM weapon").scalar_one()
    lines = connection.exec_driver_sql("SELECT count(*) FROM search_docsize").scalar_one()
    if weapons != lines:
        text = _("The full text holds {lines} weapons, the register {weapons}.").format(lines=lines, weapons=weapons)
        yield Finding("search", "search", text)
    elif deep and _words(connection, "main", "search") != _fresh_words(connection):
        yield Finding("search", "search", _("The full text does not agree with the records."))


def _fresh_words(connection: sa.Connection) -> list[tuple[object, ...]]:
    from armoury.domain.record_form import from_row

    kind = KINDS["weapon"]
    compose = kind.search_text or (lambda record: "")
    connection.exec_driver_sql("PRAGMA query_only=off")
    connection.exec_driver_sql(SEARCH.replace("search", "temp.fresh", 1))
    try:
        for row in connection.exec_driver_sql("SELECT * FROM weapon").mappings():
            words = compose(from_row(kind.record, row))
            connection.exec_driver_sql("INSERT INTO temp.fresh (rowid, words) VALUES (?, ?)", (row["number"], words))
        return _words(connection, "temp", "fresh")
    finally:
        connection.exec_driver_sql("DROP TABLE temp.fresh")


def _words(connection: sa.Connection, schema: str, table: str) -> list[tuple[object, ...]]:
    connection.exec_driver_sql("PRAGMA query_only=off")
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab({schema}, {table}, row)")
    try:
        rows = connection.exec_driver_sql("SELECT term, doc, cnt FROM temp.vocabulary ORDER BY term")
        return [tuple(row) for row in rows]
    finally:
        connection.exec_driver_sql("DROP TABLE temp.vocabulary")
