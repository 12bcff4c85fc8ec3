"""The report of an import: a CSV file with a line for every row of the book, and the digest that the register keeps.

The file gets its name only when all is done, so that there is never half a report.
"""

import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from armoury.domain.errors import StorageError
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.importing import judge_of, taken_of
from armoury.services.importing_tally import of_table
from armoury.services.importing_terms import Decisions, Plan, Said, Verdict
from armoury.services.importing_verdicts import Judged
from armoury.tabular.writing import write_csv

_CHUNK = 1_000
_FIRST_AND_LAST = 2


class Report:
    """Writes the lines of a report as rows are judged."""

    def __init__(self, path: Path | None) -> None:
        """Begin; without a path only the digest is made.

        Raises:
            StorageError: there is such a file already, or it cannot be written.
        """
        self._path = path
        self._digest = sha256()
        self._rows: list[tuple[str, ...]] = []
        self._columns = tuple(each() for each in _COLUMNS)
        self._part: Path | None = None
        self._stream: BinaryIO | None = None
        if path is not None:
            self._open(path)
        self._head = _written(self._columns, ())
        self._put(self._head)

    def add(self, judged: Judged, done: str, weapons: Sequence[Weapon]) -> None:
        """Add the line of one row: what was done, and the weapons that it is about."""
        reading = judged.reading
        said = " | ".join(map(_sentence, reading.said))
        self._rows.append(
            (
                str(reading.line),
                _VERDICTS[judged.verdict](),
                done,
                _span([printed_tag(each.tag) for each in weapons]),
                _span([str(each.number) for each in weapons]),
                _span([each for each in reading.numbers if each]),
                said,
            )
        )
        if len(self._rows) >= _CHUNK:
            self._flush()

    def add_header(self, line: int, remarks: Iterable[Said]) -> None:
        """Add a line for the header, where there is something to be said of the file beside its rows."""
        said = " | ".join(map(_sentence, remarks))
        if said:
            self._rows.append((str(line), "", "", "", "", "", said))

    def finish(self) -> str:
        """Write what is left; return the SHA-256 of the report in hex."""
        self._flush()
        return self._digest.hexdigest()

    def keep(self) -> None:
        """Give the finished file its name.

        Raises:
            StorageError: it cannot be written.
        """
        if self._stream is None or self._part is None or self._path is None:
            return
        with _explained(self._path):
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.replace(self._path)
            self._part = None

    def discard(self) -> None:
        """Leave nothing of a report that was not kept."""
        if self._stream is not None:
            self._stream.close()
        if self._part is not None:
            with suppress(OSError):
                self._part.unlink()

    def _open(self, path: Path) -> None:
        if path.exists():
            raise StorageError(_("“{name}” is there already. Choose another name.").format(name=path))
        self._part = path.with_name(path.name + ".part")
        with _explained(path):
            self._stream = self._part.open("wb")

    def _flush(self) -> None:
        if self._rows:
            self._put(_written(self._columns, self._rows)[len(self._head) :])
            self._rows = []

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        if self._stream is not None and self._path is not None:
            with _explained(self._path):
                self._stream.write(data)


class _explained:
    """Turns the system's refusal to write a file into a sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, problem: object, _trace: object) -> None:
        if isinstance(problem, OSError):
            text = _("“{name}” cannot be written: {why}.")
            raise StorageError(text.format(name=self._path, why=problem.strerror)) from problem


def write_plan_report(desk: Desk, plan: Plan, path: Path) -> str:
    """Write the report of a plan that is not carried out; return its SHA-256.

    Raises:
        StorageError: the file is there already or cannot be written.
        TableError: the book is no longer the file that was planned.
    """
    report = Report(path)
    try:
        taken = taken_of(plan.table, plan.mapping, plan.decisions)
        report.add_header(plan.table.header_line, of_table(plan.table, taken))
        with desk.read() as connection:
            for judged in judge_of(desk, connection, plan.table, taken, plan.decisions).judge(plan.table.rows()):
                report.add(judged, "", judged.before)
        digest = report.finish()
        report.keep()
    finally:
        report.discard()
    return digest


def unwanted(judged: Judged, decisions: Decisions) -> bool:
    """Tell whether a row is left out: an error, a clash, or one that the officer does not want."""
    return judged.verdict in (Verdict.ERROR, Verdict.CLASH) or judged.reading.line in decisions.leave_out


def _written(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    write_csv(out, columns, rows)
    return out.getvalue()


def _sentence(said: Said) -> str:
    """Return a remark with its column, which many a sentence names itself."""
    named = not said.column or said.text.startswith(f"{said.column}:") or f"“{said.column}”" in said.text
    return said.text if named else f"{said.column}: {said.text}"


def _span(items: Sequence[str]) -> str:
    """Write the first and last of several."""
    return " … ".join((items[0], items[-1])) if len(items) >= _FIRST_AND_LAST else "".join(items)


_COLUMNS: tuple[Callable[[], str], ...] = (
    lambda: _("Line"),
    lambda: _("Verdict"),
    lambda: _("Done"),
    lambda: _("Tag"),
    lambda: _("Register number"),
    lambda: _("Serial"),
    lambda: _("Remarks"),
)
_VERDICTS: Mapping[Verdict, Callable[[], str]] = {
    Verdict.NEW: lambda: _("new"),
    Verdict.SAME: lambda: _("same"),
    Verdict.CHANGED: lambda: _("changed"),
    Verdict.CLASH: lambda: _("clash"),
    Verdict.ERROR: lambda: _("error"),
}
