"""The whole check of a register: files, schema, history, replay, personal data, evidence, checkpoints, slots, text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError
from armoury.i18n import _
from armoury.store.evidence import FileCheck
from armoury.store.findings import Finding
from armoury.store.history_check import checkpoint_faults, history_faults
from armoury.store.register import Progress, Register, no_progress
from armoury.store.replay import UNREADABLE, personal_faults, replay_faults
from armoury.store.schema_check import schema_faults
from armoury.store.search_check import search_faults
from armoury.store.slot_check import slot_faults
from armoury.store.voucher_check import voucher_faults
from armoury.store.writing import read_head

MOST_FINDINGS = 1_000
"""A wholly broken register does not fill the memory with sentences."""

Check = tuple[str, Iterator[Finding]]
"""What is looked at, and what is wrong with it."""


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
    """Check a register at one moment; nothing in it is changed.

    Args:
        register: an opened one; also read-only.
        deep: also every page of the database, every file of evidence, and every word of the full text.
        progress: told how many entries and then how many records were read.

    Raises:
        ArmouryError: the database cannot be read at all.
    """
    report = Report(0, (), deep)
    try:
        with register.read() as connection:
            checks = _checks(register, connection, deep=deep, progress=progress)
            found = (finding for part, faults in checks for finding in _sheltered(part, faults))
            report = Report(_entries(connection), tuple(islice(found, MOST_FINDINGS)), deep)
    except ArmouryError:
        # Where a page is damaged even the end of reading can fail; what was found says it better.
        if report.whole:
            raise
    return report


def _entries(connection: sa.Connection) -> int:
    """Return the number of entries; 0 where not even that can be read, which stands among the findings then."""
    try:
        return read_head(connection).size
    except sa.exc.DBAPIError:
        return 0


def _checks(register: Register, connection: sa.Connection, *, deep: bool, progress: Progress) -> Iterator[Check]:
    yield "register.db", _file_faults(connection, deep=deep)
    yield "schema", schema_faults(connection)
    yield "history", history_faults(connection, progress)
    yield "records", replay_faults(connection, progress)
    yield "vouchers", voucher_faults(connection)
    yield "personal", personal_faults(connection)
    yield "checkpoints", checkpoint_faults(connection, register.site)
    yield "evidence.db", _evidence_faults(register, connection, deep=deep)
    yield "keyslots.json", slot_faults(register, connection)
    yield "search", search_faults(connection, deep=deep, progress=progress)


def _sheltered(part: str, faults: Iterator[Finding]) -> Iterator[Finding]:
    """Let a part that cannot be read to its end be a finding, and not the end of the other checks."""
    try:
        yield from faults
    except sa.exc.DBAPIError as problem:
        yield Finding("file", part, _("The database is damaged: {problem}.").format(problem=problem.orig))
    except UNREADABLE as problem:
        text = _("What is kept of “{part}” cannot be read: {problem}").format(part=part, problem=problem)
        yield Finding("file", part, text)


def _file_faults(connection: sa.Connection, *, deep: bool) -> Iterator[Finding]:
    pragmas = ("cipher_integrity_check", "integrity_check") if deep else ("quick_check",)
    for pragma in (*pragmas, "foreign_key_check"):
        for row in connection.exec_driver_sql(f"PRAGMA {pragma}").fetchmany(20):
            if row[0] != "ok":
                words = " ".join(str(each) for each in row)
                yield Finding("file", "register.db", _("The database is damaged: {words}.").format(words=words))


def _evidence_faults(register: Register, connection: sa.Connection, *, deep: bool) -> Iterator[Finding]:
    """Every file that a record names, and its thumbnail, must lie in evidence.db; deep: and be what was put in."""
    named = connection.exec_driver_sql(
        "SELECT e.id, e.digest, k.address, k.content_key FROM (SELECT id, sha256 AS digest FROM evidence UNION ALL"
        " SELECT id, thumbnail FROM evidence WHERE thumbnail IS NOT NULL) AS e"
        " LEFT JOIN evidence_key AS k ON k.sha256 = e.digest"
    )
    with FileCheck(register.folder) as files:
        for subject, digest, address, key in named:
            where = f"evidence {subject}"
            if address is None or key is None or not files.lies(address):
                text = _("The file {digest} of {where} is missing.").format(digest=digest[:16], where=where)
                yield Finding("evidence", where, text)
            elif deep:
                try:
                    files.open(digest, address=address, key=bytes(key))
                except ArmouryError as problem:
                    yield Finding("evidence", where, problem.text())
