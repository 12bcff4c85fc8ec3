"""Reading an XLSX file: its parts are judged first, then one sheet is read as a person sees it.

A number is written as its shortest decimal and never in scientific notation; a whole number of more than fifteen digits
has lost some, because a spreadsheet keeps no more, and is stopped.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.tabular.csv_remarks import delimited, place_of
from armoury.tabular.files import open_table
from armoury.tabular.layout import HEAD_LINES, HeaderWatch, Layout, lay_out
from armoury.tabular.lines import LONGEST_CELL
from armoury.tabular.notes import Notes, shortened
from armoury.tabular.number_formats import NumberFormat
from armoury.tabular.sheet_parts import SheetPart, place_of_cell
from armoury.tabular.strange_signs import find_strange
from armoury.tabular.table import Cell, CellForm, Choices, Row, SheetFact, SkipReason, Table, TableError, TableRemark
from armoury.tabular.workbook_parts import Parts, close_up, judge_parts

LARGEST_WORKBOOK = 256 << 20
"""Bytes of the packed file."""
_NUMBERS = (CellForm.NUMBER, CellForm.SHOWN)
MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number (IEEE 754 double precision)."""
_BEFORE_THE_LEAP = (1900, 2, 28)
"""Day 60 of the 1900 system is a 29 February that there never was; the library gives the day before for both."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: the library's own, what was seen of its part, and how it is laid out.

    Attributes:
        lines: the number of each row that the library has, where empty ones were left out.
    """

    held: Any = field(repr=False)
    part: SheetPart
    first_column: int
    lines: Sequence[int] | None = None

    def raw_rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give every row with its number in the sheet; empty ones that were closed up are passed over."""
        for place, values in enumerate(self.held.iter_rows()):
            line = self.lines[place] if self.lines is not None else place + 1
            yield line, tuple(self._cell(line, place, each) for place, each in enumerate(values))

    def _cell(self, line: int, place: int, value: object) -> Cell:
        if value == "" and (shown := self.part.faults.get((line, self.first_column + place))):
            return Cell(shown, CellForm.ERROR)
        if type(value) is float and (form := self.part.shown.get(place_of_cell(line, self.first_column + place))):
            return _as_shown(cell_of(value), form)
        return cell_of(value)


def _as_shown(cell: Cell, form: NumberFormat) -> Cell:
    """Return a number with the zeros that its format puts in front of it, or named as one that looks otherwise."""
    if form.other:
        return Cell(cell.text, CellForm.SHOWN)
    return Cell(cell.text.zfill(form.width), cell.form) if cell.text.isdecimal() else cell


def cell_of(value: object) -> Cell:
    """Return what a person reads in a cell."""
    if isinstance(value, str):
        return Cell(value.strip())
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", CellForm.FLAG)
    if isinstance(value, int | float):
        return Cell(_number(value), CellForm.NUMBER)
    if isinstance(value, date) and (value.year, value.month, value.day) == _BEFORE_THE_LEAP:
        return Cell("1900-02-28/29", CellForm.DATE)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return Cell((value.date() if midnight else value).isoformat(), CellForm.DATE)
    if isinstance(value, date):
        return Cell(value.isoformat(), CellForm.DATE)
    return Cell(str(value) if isinstance(value, time | timedelta) else "")


def _number(value: float) -> str:
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    return format(exact.to_integral_value() if exact == exact.to_integral_value() else exact, "f")


def read_xlsx(path: Path, choices: Choices) -> Table:
    """Read one sheet of an XLSX file: the chosen one, else the first visible one that has anything in it.

    Raises:
        TableError: it cannot be read as a table, or there is no such sheet.
    """
    data = _bytes(path)
    parts = judge_parts(path.name, data)
    book, facts = _book(path.name, data, parts)
    name = _chosen(path.name, facts, choices.sheet)
    sheet = _sheet(path.name, _Workbook(data, book, parts), name)
    notes = Notes(path.name)
    first: list[tuple[int, list[str]]] = []
    for line, cells in sheet.raw_rows():
        first.append((line, [each.text for each in cells]))
        if line >= HEAD_LINES:
            break
    layout = lay_out(first, choices, notes)
    _remark_sheets(facts, name, choices, notes)
    count = sum(1 for _row in _surveyed(sheet, layout, notes))
    return Table(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        form="xlsx",
        encoding=None,
        delimiter=None,
        sheet=name,
        sheets=facts,
        header_line=layout.header_line,
        columns=layout.columns,
        skipped=tuple(notes.skipped),
        remarks=notes.finished(),
        row_count=count,
        open_rows=lambda: _rows(sheet, layout),
    )


def _bytes(path: Path) -> bytes:
    file, _zipped = open_table(path)
    with file:
        data = file.read(LARGEST_WORKBOOK + 1)
    if len(data) > LARGEST_WORKBOOK:
        text = _("“{name}” is larger than {most} MB. Split it into several files, or save it as CSV.")
        raise TableError(text.format(name=path.name, most=LARGEST_WORKBOOK >> 20))
    return data


@dataclass(frozen=True)
class _Workbook:
    """A judged workbook: its bytes, the library's own, and what was seen of its parts."""

    data: bytes
    book: Any
    parts: Parts


def _book(name: str, data: bytes, parts: Parts) -> tuple[Any, tuple[SheetFact, ...]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    text = _("“{name}” cannot be read as a workbook: {why}. Open it in a spreadsheet program and save it anew.")
    with _explained(text, name=name):
        book = _opened(data)
        sheets = [each for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
        facts = tuple(
            SheetFact(each.name, each.visible is not SheetVisibleEnum.Visible, _part(name, parts, each.name).rows)
            for each in sheets
        )
    return book, facts


def _opened(data: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(BytesIO(data))


@contextmanager
def _explained(text: str, **named: str) -> Iterator[None]:
    """Turn what the library raises into a sentence; what it gives up on is no exception that Python would catch."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError) as problem:
        raise TableError(text.format(why=problem, **named)) from problem
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":
            raise TableError(text.format(why=problem, **named)) from problem
        raise


def _sheet(name: str, workbook: _Workbook, sheet: str) -> Sheet:
    part, book, lines = _part(name, workbook.parts, sheet), workbook.book, None
    text = _("The sheet “{sheet}” of “{name}” cannot be read: {why}.")
    with _explained(text, name=name, sheet=sheet):
        if part.needs_closing_up:
            data, lines = close_up(name, workbook.data, workbook.parts, workbook.parts.names[sheet])
            book = _opened(data)
        held = book.get_sheet_by_name(sheet)
    return Sheet(held, part, held.start[1] + 1 if held.start else 1, lines)


def _part(name: str, parts: Parts, sheet: str) -> SheetPart:
    """Return what was seen of a sheet.

    Raises:
        TableError: the workbook names it, but it is not in the file.
    """
    part = parts.sheets.get(parts.names.get(sheet, ""))
    if part is None:
        text = _("“{name}” names a sheet “{sheet}” that is not in the file. Open it in a spreadsheet program and save "
                 "it anew as .xlsx.")  # fmt: skip
        raise TableError(text.format(name=name, sheet=sheet))
    return part


def _chosen(name: str, facts: tuple[SheetFact, ...], wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in {each.name for each in facts}:
            text = _("“{name}” has no sheet “{sheet}”. It has: {sheets}.")
            sheets = ", ".join(f"“{each.name}”" for each in facts)
            raise TableError(text.format(name=name, sheet=wanted, sheets=sheets))
        return wanted
    found = next((each.name for each in facts if not each.hidden and each.rows), None)
    if found is None:
        raise TableError(_("“{name}” has no visible sheet with anything in it.").format(name=name))
    return found


def _remark_sheets(facts: tuple[SheetFact, ...], name: str, choices: Choices, notes: Notes) -> None:
    others = [each for each in facts if each.name != name and each.rows]
    if choices.sheet is None and others:
        named = ", ".join(f"“{each.name}” ({_('hidden')})" if each.hidden else f"“{each.name}”" for each in others)
        text = _("The sheet “{sheet}” was read. There is something in other sheets too: {others}.")
        said = text.format(sheet=name, others=named)
        notes.remark(TableRemark(None, None, "other_sheets", shortened(named), said, Level.WARN))


def _surveyed(sheet: Sheet, layout: Layout, notes: Notes) -> Iterator[Row]:
    """Go through the sheet once and remark what is to be said of it."""
    for line, column in sheet.part.uncounted:
        if line > layout.header_line:
            named = _name(layout, column - sheet.first_column)
            text = _("{where}: a formula stands there whose value was never kept. Open the file, save it, try again.")
            said = text.format(where=place_of(line, named))
            notes.remark(TableRemark(line, named, "formula_without_value", "", said, Level.STOP))
    before, watch = 0, HeaderWatch(notes)
    for line, cells in sheet.raw_rows():
        if line > before + 1:
            notes.skip(before + 1, SkipReason.BLANK, lines=line - before - 1)
        before = line
        if line == layout.header_line:
            continue
        reason = layout.why_no_row(line, [each.text for each in cells])
        if reason is not None:
            notes.skip(line, reason, delimited([each.text for each in cells if each.text]))
            continue
        watch.look(line, [each.text for each in cells])
        for remark in _remarks(line, cells, layout):
            notes.remark(remark)
        yield Row(line, cells)


def _remarks(line: int, cells: tuple[Cell, ...], layout: Layout) -> Iterator[TableRemark]:
    for place, cell in enumerate(cells):
        plain = not cell.text or (cell.form is CellForm.TEXT and cell.text.isascii() and cell.text.isalnum())
        if plain and len(cell.text) <= LONGEST_CELL and place < len(layout.columns):
            continue
        column = _name(layout, place)
        where, found = place_of(line, column), shortened(cell.text)
        if place >= len(layout.columns) and cell.text:
            text = _("The row {line} has more cells than the header. Give the column a heading, or remove the cell.")
            yield TableRemark(line, None, "long_row", found, text.format(line=line), Level.STOP)
        if cell.form in _NUMBERS and len(cell.text.lstrip("-0")) > MOST_DIGITS and "." not in cell.text:
            text = _("{where}: a spreadsheet keeps {most} digits of a number, so the last ones are lost. See the book.")
            yield TableRemark(
                line, column, "ruined_number", found, text.format(where=where, most=MOST_DIGITS), Level.STOP
            )
        if cell.form is CellForm.ERROR:
            text = _("{where}: the spreadsheet shows the error {found}. Correct it there.")
            yield TableRemark(line, column, "cell_error", found, text.format(where=where, found=found), Level.STOP)
        if len(cell.text) > LONGEST_CELL:
            text = _("{where}: the cell has {count} characters, more than {most}.")
            said = text.format(where=where, count=len(cell.text), most=LONGEST_CELL)
            yield TableRemark(line, column, "enormous_cell", found, said, Level.STOP)
        for code, sign, said, level in find_strange(cell.text):
            yield TableRemark(line, column, code, sign, f"{where}: {said}", level)


def _name(layout: Layout, place: int) -> str | None:
    return layout.columns[place] if 0 <= place < len(layout.columns) else None


def _rows(sheet: Sheet, layout: Layout) -> Iterator[Row]:
    width = len(layout.columns)
    for line, cells in sheet.raw_rows():
        if line != layout.header_line and layout.why_no_row(line, [each.text for each in cells]) is None:
            more = cells[width:]
            kept = cells if any(each.text for each in more) else cells[:width]
            yield Row(line, kept + (Cell(""),) * (width - len(kept)))
