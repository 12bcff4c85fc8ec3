"""The lines of a text file, streamed piece by piece: decoded strictly, hashed, measured, never held as a whole.

A line ends at LF, CR or CR LF, mixed as they come; other signs that Unicode calls line ends are characters of a cell.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from armoury.i18n import _
from armoury.tabular.files import open_table
from armoury.tabular.strange_signs import has_strange
from armoury.tabular.table import TableError

PIECE = 1 << 18
"""Bytes read at a time."""
LONGEST_LINE = 4 << 20
"""Characters of one line, and of the lines of one row."""
MOST_LINES = 20_000_000


@dataclass
class TextLines:
    """The lines of one pass over a file.

    Attributes:
        path: the file.
        encoding: as Python names it.
        sha256: what the file's digest must be at the end; None if it is not known yet.
        row_line: set by whoever takes the lines: the line where the present row begins; 0 if nobody does.
        row_end: set likewise: the line where it ends.
        strange_until: the last line of the latest piece that holds a strange sign (`strange_signs`) or a long line.
        digest: of the bytes, complete at the end.
    """

    path: Path
    encoding: str
    sha256: str | None = None
    row_line: int = 0
    row_end: int = 0
    strange_until: int = 0
    digest: str = ""
    _count: int = field(default=0, init=False)
    _held: int = field(default=0, init=False)
    _held_line: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[str]:
        """Give each line with its end.

        Raises:
            TableError: bytes that are none of the encoding's, a line or row too long, or the file has changed.
        """
        rest = ""
        try:
            for text in self._texts():
                lines = _split(rest + text)
                rest = lines.pop() if lines and not lines[-1].endswith("\n") else ""
                self._measure(text, rest)
                self._count += len(lines)
                if has_strange(text) or len(rest) > LONGEST_CELL or max(map(len, lines), default=0) > LONGEST_CELL:
                    self.strange_until = self._count + 1
                yield from lines
        except _UndecodableError as problem:
            raise TableError(self._undecodable(rest, problem)) from problem
        if rest:
            yield from _split(rest)

    def _measure(self, text: str, rest: str) -> None:
        same = 0 < self.row_line == self._held_line
        self._held, self._held_line = (self._held if same else 0) + len(text), self.row_line
        if len(rest) > LONGEST_LINE:
            raise TableError(
                _(
                    "Line {line} of “{name}” is longer than {most} characters. This is no table, or its lines end in a way "
                    "that is not known here."
                ).format(line=self._count + 1, name=self.path.name, most=LONGEST_LINE)
            )
        if same and self._held > LONGEST_LINE:
            raise TableError(
                _(
                    "The row that begins on line {line} of “{name}” is longer than {most} characters. A quotation mark is "
                    "probably missing there."
                ).format(line=self.row_line, name=self.path.name, most=LONGEST_LINE)
            )
        if self._count > MOST_LINES:
            raise TableError(
                _("“{name}” has more than {most} lines. Split it into several files.").format(
                    name=self.path.name, most=MOST_LINES
                )
            )

    def _texts(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        digest = hashlib.sha256()
        file, _zipped = open_table(self.path)
        with file:
            while piece := file.read(PIECE):
                digest.update(piece)
                yield _decode(decoder, piece)
        yield _decode(decoder, b"")
        self.digest = digest.hexdigest()
        if self.sha256 not in (None, self.digest):
            raise TableError(changed(self.path))

    def _undecodable(self, rest: str, problem: "_UndecodableError") -> str:
        lines = _split(rest + problem.good)
        begun = lines.pop() if lines and not lines[-1].endswith(("\n", "\r")) else ""
        return _(
            "Line {line} of “{name}”, byte {place} of the line: {byte} is no letter in the encoding {encoding}. Choose the "
            "right encoding, or correct the file."
        ).format(
            line=self._count + len(lines) + 1,
            name=self.path.name,
            place=len(begun.encode(problem.encoding, "replace")) + 1,
            byte=f"0x{problem.byte:02X}",
            encoding=self.encoding,
        )


def _split(text: str) -> list[str]:
    return list(StringIO(text, newline=""))


class _UndecodableError(Exception):
    """Bytes that are no letters, and what was good before them in this piece."""

    def __init__(self, good: str, byte: int, encoding: str) -> None:
        super().__init__(good)
        self.good, self.byte, self.encoding = good, byte, encoding


def _decode(decoder: codecs.IncrementalDecoder, piece: bytes) -> str:
    try:
        return decoder.decode(piece, final=not piece)
    except UnicodeDecodeError as problem:
        good = problem.object[: problem.start].decode(problem.encoding, "replace")
        raise _UndecodableError(good, problem.object[problem.start], problem.encoding) from problem
    except UnicodeError as problem:
        raise _UndecodableError("", piece[0] if piece else 0, "ascii") from problem


LONGEST_CELL = 32_767
"""Characters of one cell; a spreadsheet holds no more."""


def changed(path: Path) -> str:
    """Return the sentence for a file that is no longer what it was."""
    return _("“{name}” was changed while it was being read. Read it again.").format(name=path.name)
