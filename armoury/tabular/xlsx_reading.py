"""Reading an XLSX file: its parts are judged first, then one sheet is read as a person sees it.

A number is written as its shortest decimal and never in scientific notation; a whole number of more than fifteen digits
has lost some, because a spreadsheet keeps no more, and is stopped.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.tabular.csv_remarks import delimited, place_of
from armoury.tabular.files import open_table
from armoury.tabular.layout import HEAD_LINES, Layout, lay_out
from armoury.tabular.lines import LONGEST_CELL
from armoury.tabular.notes import Notes, shortened
from armoury.tabular.sheet_parts import SheetPart
from armoury.tabular.strange_signs import find_strange
from armoury.tabular.table import Cell, CellForm, Choices, Row, SheetFact, Table, TableError, TableRemark
from armoury.tabular.workbook_parts import Parts, judge_parts

LARGEST_WORKBOOK = 256 << 20
"""Bytes of the packed file."""
MOST_DIGITS = 15
"""Digits that a spreadsheet keeps of a number (IEEE 754 double precision)."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """One sheet: the library's own, what was seen of its part, and how it is laid out."""

    held: Any = field(repr=False)
    part: SheetPart
    first_column: int

    def raw_rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give every row with its number in the sheet."""
        for line, values in enumerate(self.held.iter_rows(), 1):
            yield line, tuple(self._cell(line, place, each) for place, each in enumerate(values))

    def _cell(self, line: int, place: int, value: object) -> Cell:
        if value == "" and (shown := self.part.faults.get((line, self.first_column + place))):
            return Cell(shown, CellForm.ERROR)
        return cell_of(value)


def cell_of(value: object) -> Cell:
    """Return what a person reads in a cell."""
    if isinstance(value, str):
        return Cell(value.strip())
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", CellForm.FLAG)
    if isinstance(value, int | float):
        return Cell(_number(value), CellForm.NUMBER)
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
    sheet = _sheet(path.name, book, parts, name)
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


def _book(name: str, data: bytes, parts: Parts) -> tuple[Any, tuple[SheetFact, ...]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        facts = tuple(
            SheetFact(
                each.name,
                each.visible is not SheetVisibleEnum.Visible,
                _part(parts, each.name).rows,
            )
            for each in book.sheets_metadata
            if each.typ is SheetTypeEnum.WorkSheet
        )
    except (CalamineError, OSError, ValueError) as problem:
        text = _("“{name}” cannot be read as a workbook: {why}. Open it in a spreadsheet program and save it anew.")
        raise TableError(text.format(name=name, why=problem)) from problem
    return book, facts


def _sheet(name: str, book: Any, parts: Parts, sheet: str) -> Sheet:
    from python_calamine import CalamineError

    try:
        held = book.get_sheet_by_name(sheet)
    except (CalamineError, OSError, ValueError) as problem:
        text = _("The sheet “{sheet}” of “{name}” cannot be read: {why}.")
        raise TableError(text.format(sheet=sheet, name=name, why=problem)) from problem
    return Sheet(held, _part(parts, sheet), held.start[1] + 1 if held.start else 1)


def _part(parts: Parts, sheet: str) -> SheetPart:
    return parts.sheets.get(_part_names(parts.naming).get(sheet, ""), SheetPart())


def _part_names(naming: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name."""
    try:
        # Parts that declare a document type were refused, so nothing can be expanded here.
        book, relations = (
            ElementTree.fromstring(naming[each])  # noqa: S314
            for each in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        )
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    found = {}
    for each in book.iter():
        if each.tag.endswith("}sheet") and (target := targets.get(each.get(_RELATION))):
            found[each.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


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
    for line, cells in sheet.raw_rows():
        if line == layout.header_line:
            continue
        reason = layout.why_no_row(line, [each.text for each in cells])
        if reason is not None:
            notes.skip(line, reason, delimited([each.text for each in cells if each.text]))
            continue
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
        if cell.form is CellForm.NUMBER and len(cell.text.lstrip("-")) > MOST_DIGITS and "." not in cell.text:
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
