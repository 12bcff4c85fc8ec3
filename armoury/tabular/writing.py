"""Writing a table so that no spreadsheet program takes a cell for a formula, and no serial for a number."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO


def write_csv(target: Path | BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write UTF-8 with a byte order mark, commas, and CR LF; return how many rows."""
    raise NotImplementedError


def write_xlsx(target: Path | BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write one sheet in which every cell is text; return how many rows."""
    raise NotImplementedError
