"""XLSX files: what a person sees in them is read, what does harm is refused before any library is let at it."""

import io
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from armoury.tabular.reading import read_table
from armoury.tabular.table import CellForm, Choices, TableError
from tests.tabular.sheets import SHEET, book, csv_file, exchanged, one_sheet, sheet_of, without

ROWS: list[list[Any]] = [
    ["Register of arms"], [], ["Make", "Serial No", "Year"], ["FN", "00123", 1970], ["Colt", 45678, ""],
]  # fmt: skip


def read(folder: Path, data: bytes, choices: Choices | None = None):
    return read_table(csv_file(folder, data, "book.xlsx"), choices or Choices())


def test_rows_columns_and_lines_are_those_of_the_sheet(tmp_path: Path):
    table = read(tmp_path, one_sheet(ROWS))
    assert (table.form, table.sheet, table.header_line, table.columns) == (
        "xlsx", "Register", 3, ("Make", "Serial No", "Year"),
    )  # fmt: skip
    assert [(row.line, [cell.text for cell in row.cells]) for row in table.rows()] == [
        (4, ["FN", "00123", "1970"]), (5, ["Colt", "45678", ""]),
    ]  # fmt: skip


def test_a_number_is_told_from_a_text(tmp_path: Path):
    rows = list(read(tmp_path, one_sheet(ROWS)).rows())
    assert [row.cells[1].form for row in rows] == [CellForm.TEXT, CellForm.NUMBER]


def test_numbers_are_never_written_scientifically(tmp_path: Path):
    table = read(tmp_path, one_sheet([["Serial No", "Calibre"], [1234567890123, 7.62], [0.00001, 12.0]]))
    assert [[cell.text for cell in row.cells] for row in table.rows()] == [["1234567890123", "7.62"], ["0.00001", "12"]]


def test_a_number_that_lost_digits_is_stopped(tmp_path: Path):
    table = read(tmp_path, one_sheet([["Make", "Serial No"], ["FN", 12345678901234567890]]))
    assert [(each.code, each.line, each.column) for each in table.remarks] == [("ruined_number", 2, "Serial No")]


def test_dates_and_flags_are_what_they_are(tmp_path: Path):
    def fill(opened: Any) -> None:
        sheet, day = opened.add_worksheet(), opened.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Date received", "Made on", "High risk"])
        sheet.write_datetime(1, 0, date(2016, 2, 25), day)
        sheet.write_datetime(1, 1, datetime(2016, 2, 25, 8, 30), opened.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write_boolean(1, 2, True)

    (row,) = read(tmp_path, book(fill)).rows()
    assert [(cell.text, cell.form.value) for cell in row.cells] == [
        ("2016-02-25", "date"), ("2016-02-25T08:30:00", "date"), ("TRUE", "flag"),
    ]  # fmt: skip


def test_hidden_and_other_sheets_are_told_and_can_be_chosen(tmp_path: Path):
    def fill(opened: Any) -> None:
        for name, hidden in (("Old", True), ("Now", False), ("More", False)):
            sheet = opened.add_worksheet(name)
            sheet.write_column(0, 0, ["Serial No", name])
            sheet.write_column(0, 1, ["Make", "FN"])
            if hidden:
                sheet.hide()
            else:
                sheet.activate()

    data = book(fill)
    table = read(tmp_path, data)
    assert table.sheet == "Now"
    assert [(each.name, each.hidden) for each in table.sheets] == [("Old", True), ("Now", False), ("More", False)]
    assert "other_sheets" in {each.code for each in table.remarks}
    assert next(read(tmp_path, data, Choices(sheet="Old")).rows()).cells[0].text == "Old"
    with pytest.raises(TableError, match="Now"):
        read(tmp_path, data, Choices(sheet="None"))


def test_errors_and_formulas_without_a_value_stop_their_rows(tmp_path: Path):
    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, ["Make", "Serial No"])
        sheet.write_row(1, 0, ["FN"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["FN"])
        sheet.write_formula(2, 1, "=A1", None, "")
        sheet.write_row(3, 0, ["FN"])
        sheet.write_formula(3, 1, "=1+1", None, 2)

    table = read(tmp_path, book(fill))
    assert {(each.code, each.line) for each in table.remarks} == {("cell_error", 2), ("formula_without_value", 3)}
    assert [row.cells[1].text for row in table.rows()] == ["#DIV/0!", "", "2"]


def _bomb() -> bytes:
    return exchanged(one_sheet(ROWS), {"xl/media/image1.png": b"\x00" * (40 << 20)})


def _lying_size() -> bytes:
    data = bytearray(one_sheet(ROWS))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as packed:
        entry = packed.getinfo("xl/worksheets/sheet1.xml")
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    data[at : at + 4] = struct.pack("<I", entry.file_size // 2)
    return bytes(data)


def _twice() -> bytes:
    data = one_sheet(ROWS)
    out = io.BytesIO(data)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def _far_cell() -> bytes:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1"><v>1</v></c></row>'
    sheet += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return exchanged(one_sheet(ROWS), {"xl/worksheets/sheet1.xml": sheet})


def _cell_at(reference: str, path: str = "xl/worksheets/sheet1.xml") -> bytes:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="' + reference.encode() + b'"><v>1</v></c></row></sheetData></worksheet>'
    return exchanged(one_sheet(ROWS), {path: sheet})


def _counted(number: str) -> bytes:
    head = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return f'{head} count="{number}" uniqueCount="{number}"><si><t>x</t></si></sst>'.encode()


def _other(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(part, b"<x/>")
    return out.getvalue()


HOSTILE = {
    "a bomb": (_bomb, "unpack"),
    "a size that lies": (_lying_size, "damaged"),
    "a part that is there twice": (_twice, "damaged"),
    "a cell at the end of the world": (_far_cell, "more cells"),
    "a column beyond the last": (lambda: _cell_at("ZZZZZZZZ2"), "XFD1048576"),
    "a row beyond the last": (lambda: _cell_at("A99999999999999999999"), "XFD1048576"),
    "four letters": (lambda: _cell_at("ABCD1000"), "XFD1048576"),
    "a sheet that lies elsewhere": (lambda: _cell_at("ABCD1000", "xl/other/sheet.xml"), "XFD1048576"),
    "a sheet that is missing": (lambda: without(one_sheet(ROWS), "xl/worksheets/sheet1.xml"), "not in the file"),
    "a count that lies": (
        lambda: exchanged(one_sheet(ROWS), {"xl/sharedStrings.xml": _counted("4294967295")}), "damaged",
    ),
    "another encoding": (
        lambda: exchanged(one_sheet(ROWS), {"xl/worksheets/sheet1.xml": "<worksheet/>".encode("utf-16")}), "UTF-8",
    ),
    "a document type": (
        lambda: exchanged(one_sheet(ROWS), {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "damaged",
    ),
    "a cut file": (lambda: one_sheet(ROWS)[:-200], "damaged"),
    "no workbook": (lambda: _other("readme.txt"), "no workbook"),
    "an OpenDocument": (lambda: _other("content.xml"), "OpenDocument"),
    "a text document": (lambda: _other("word/document.xml"), "text document"),
    "a binary workbook": (lambda: _other("xl/workbook.bin"), "xlsb"),
    "a workbook that is none": (lambda: _other("xl/workbook.xml"), "workbook|sheet"),
    "a sheet of nonsense": (
        lambda: exchanged(one_sheet(ROWS), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "read|visible",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_does_harm_gets_a_sentence(tmp_path: Path, what: str):
    make, said = HOSTILE[what]
    with pytest.raises(TableError, match=said):
        read(tmp_path, make())


def test_every_cut_of_a_workbook_gets_a_sentence(tmp_path: Path):
    data = one_sheet(ROWS)
    # What is shorter than the sign of a packed file is a text.
    for length in range(4, len(data), 97):
        with pytest.raises(TableError):
            read(tmp_path, data[:length])


def test_every_flipped_byte_gives_a_table_or_a_sentence(tmp_path: Path):
    data = bytearray(one_sheet(ROWS))
    for place in range(0, len(data), 41):
        data[place] ^= 0xFF
        with suppress(TableError):
            read(tmp_path, bytes(data))
        data[place] ^= 0xFF


def test_a_comment_full_of_cells_takes_no_time(tmp_path: Path):
    """Patterns over the raw text once took minutes for this; it is read in proportion to its length."""
    comment = b"<!-- <c " + b't="e" ' * 60_000 + b"-->"
    sheet = b"<worksheet><sheetData>" + comment + b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    with suppress(TableError):
        read(tmp_path, exchanged(one_sheet(ROWS), {"xl/worksheets/sheet1.xml": sheet}))


def test_a_long_number_after_a_total_takes_no_time(tmp_path: Path):
    lines = "".join(f"Total,{'1' * 30_000}x\r\n" for _line in range(20))
    with suppress(TableError):
        read_table(csv_file(tmp_path, "Make,Serial No\r\nFN,001\r\n" + lines))


def test_cells_that_do_not_say_where_they_stand_follow_each_other(tmp_path: Path):
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(f"<row>{''.join(map(text.format, row))}</row>" for row in (("Make", "Serial No"), ("FN", "001")))
    table = read(tmp_path, exchanged(one_sheet(ROWS), {SHEET: sheet_of(rows)}))
    assert table.columns == ("Make", "Serial No")
    assert [(row.line, [cell.text for cell in row.cells]) for row in table.rows()] == [(2, ["FN", "001"])]


def test_a_stray_cell_at_the_far_end_costs_nothing_and_keeps_its_line(tmp_path: Path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    rows += '<row r="1048576"><c r="B1048576"><v>3</v></c></row>'
    table = read(tmp_path, exchanged(one_sheet(ROWS), {SHEET: sheet_of(rows)}), Choices(header_line=1))
    assert [(row.line, [cell.text for cell in row.cells]) for row in table.rows()] == [(1_048_576, ["", "3"])]
    assert [(each.line, each.lines) for each in table.skipped] == [(2, 1_048_574)]


def _numbers(form: str, *values: float) -> bytes:
    def fill(opened: Any) -> None:
        sheet, shown = opened.add_worksheet(), opened.add_format({"num_format": form})
        sheet.write_row(0, 0, ["Serial No", "Make"])
        for line, value in enumerate(values, 1):
            sheet.write_number(line, 0, value, shown)
            sheet.write(line, 1, "FN")

    return book(fill)


@pytest.mark.parametrize(
    ("form", "cell"),
    [
        ("00000000", ("00000123", "number")), ("0", ("123", "number")), ("#,##0", ("123", "number")),
        ('"A"0000', ("123", "shown otherwise")), ("000-000", ("123", "shown otherwise")),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_its_sheet_shows_it(tmp_path: Path, form: str, cell: tuple[str, str]):
    (row,) = read(tmp_path, _numbers(form, 123)).rows()
    assert (row.cells[0].text, row.cells[0].form.value) == cell


def test_a_day_that_never_was_is_no_date(tmp_path: Path):
    found = [row.cells[0].text for row in read(tmp_path, _numbers("yyyy-mm-dd", 60, 61)).rows()]
    assert found == ["1900-02-28/29", "1900-03-01"]
