"""Spreadsheets made for a test, honest and hostile."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

OLD = Path(__file__).parents[1] / "data" / "registers_old"
HEADER = "Make,Model,Serial No,Year\r\n"


def csv_file(folder: Path, text: str | bytes, name: str = "book.csv") -> Path:
    """Write a CSV file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def book(fill: Callable[[Any], None]) -> bytes:
    """Return a workbook that a function has filled."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as opened:
        fill(opened)
    return made.getvalue()


def one_sheet(rows: list[list[Any]]) -> bytes:
    """Return a workbook with one sheet of these rows."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("Register")
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(line, place, value)

    return book(fill)


def exchanged(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return the packed file with other bytes in some parts, or with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, parts.get(each, old.read(each)))
        for name, content in parts.items():
            if name not in old.namelist():
                new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(rows: str) -> bytes:
    """Return the part of a sheet with these rows."""
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{rows}</sheetData></worksheet>".encode()


def without(data: bytes, part: str) -> bytes:
    """Return the packed file without one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != part:
                new.writestr(each, old.read(each))
    return out.getvalue()
