"""Writing a table so that no spreadsheet program takes a cell for a formula, and no serial for a number.

A CSV file is UTF-8 with a byte order mark, commas and CR LF; cells that a program would run are made safe as
`safe_cells` says, which reading undoes. In an XLSX file every cell is text by its type, so nothing needs to be changed.
"""

import csv
import io
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from armoury.i18n import _
from armoury.tabular.lines import LONGEST_CELL
from armoury.tabular.safe_cells import make_safe
from armoury.tabular.table import TableError

MOST_SHEET_ROWS = 1_048_575
"""Rows of a sheet below its header."""
_MADE = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Equal tables give equal files: the day they were made does not stand in them."""


def write_csv(target: Path | BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV file, whole or not at all where a path is given; return how many rows.

    Raises:
        TableError: the file cannot be written.
    """
    return _written(target, lambda stream: _csv(stream, columns, rows))


def write_xlsx(target: Path | BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write one sheet in which every cell is text, whole or not at all where a path is given; return how many rows.

    Raises:
        TableError: more rows or a longer cell than a sheet can hold, or the file cannot be written.
    """
    return _written(target, lambda stream: _xlsx(stream, columns, rows))


def _written(target: Path | BinaryIO, write: Callable[[BinaryIO], int]) -> int:
    if not isinstance(target, Path):
        return write(target)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as stream:
            count = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, target)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise TableError(
            _("“{name}” cannot be written: {why}.").format(name=target, why=problem.strerror or problem)
        ) from problem
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return count


def _csv(stream: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(make_safe, columns))
    count = 0
    for row in rows:
        writer.writerow(map(make_safe, row))
        count += 1
    text.detach()
    return count


def _xlsx(stream: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    # The library takes a quarter of a second to load and is needed for this alone.
    from xlsxwriter import Workbook

    made = io.BytesIO()
    book = Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet()
    count = 0
    for place, name in enumerate(columns):
        sheet.write_string(0, place, _fitting(name, 0))
    for count, row in enumerate(rows, 1):
        if count > MOST_SHEET_ROWS:
            raise TableError(_("A sheet holds {most} rows at most. Write a CSV file.").format(most=MOST_SHEET_ROWS))
        for place, text in enumerate(row):
            if text:
                sheet.write_string(count, place, _fitting(text, count))
    book.close()
    stream.write(made.getbuffer())
    return count


def _fitting(text: str, row: int) -> str:
    if len(text) > LONGEST_CELL:
        text_ = _("Row {row}: a cell has {count} characters; a sheet holds {most} at most. Write a CSV file.")
        raise TableError(text_.format(row=row, count=len(text), most=LONGEST_CELL))
    return text
