"""Lines out of the files of an archive, bounded, at the speed of the standard library's own readers."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.pieces import PieceReader
from armoury.i18n import _

LONGEST_ENTRY = 1 << 26
"""Bytes of an entry; the longest name every weapon of a great act in their approval."""
LONGEST_ROW = 1 << 24
LARGEST_CELL = 1 << 23
_BUFFER = 1 << 18


def _bounded(pieces: Iterator[bytes], name: str, longest: int) -> Iterator[bytes]:
    """Pass pieces on and refuse a line that does not end."""
    unended = 0
    for piece in pieces:
        last = piece.rfind(b"\n")
        unended = unended + len(piece) if last < 0 else len(piece) - last - 1
        if unended > longest:
            text = _("“{name}” holds a line that does not end. The bundle is broken; ask the site to export again.")
            raise BundleError(Promise.SCHEMA, text.format(name=name))
        yield piece


def entry_lines(pieces: Iterator[bytes], name: str) -> io.BufferedReader:
    """Give the lines of a history, with their last newline."""
    return io.BufferedReader(PieceReader(_bounded(pieces, name, LONGEST_ENTRY)), _BUFFER)


def table_rows(pieces: Iterator[bytes], name: str) -> Iterator[list[str]]:
    """Give the rows of a table, the header first.

    Raises:
        BundleError: it is no CSV in UTF-8.
    """
    file = io.BufferedReader(PieceReader(_bounded(pieces, name, LONGEST_ROW)), _BUFFER)
    reader = csv.reader(io.TextIOWrapper(file, "utf-8", newline="\n"), strict=True)
    try:
        yield from reader
    except UnicodeDecodeError as problem:
        raise _broken(name, reader.line_num + 1, _("it is not written in UTF-8")) from problem
    except csv.Error as problem:
        raise _broken(name, reader.line_num, str(problem)) from problem


@contextmanager
def wide_cells() -> Iterator[None]:
    """Let the CSV reader take the longest cells that a register writes, for the time of a check."""
    former = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(former)


def _broken(name: str, line: int, why: str) -> BundleError:
    text = _("Line {line} of “{name}” cannot be read: {why}. The bundle is broken; ask the site to export again.")
    return BundleError(Promise.SCHEMA, text.format(line=line, name=name, why=why))
