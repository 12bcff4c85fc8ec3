"""CSV files as armouries have them, and as nobody should: read as they are meant, or refused with a sentence."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armoury.tabular.reading import read_table
from armoury.tabular.table import Choices, Table, TableError
from tests.tabular.sheets import HEADER, OLD, csv_file

PLANTED = json.loads((OLD / "planted.json").read_text(encoding="utf-8"))


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows()]


def skipped(table: Table) -> Counter[str]:
    return Counter(each.reason.value for each in table.skipped for _line in range(each.lines))


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_the_old_registers_have_the_rows_that_were_planted(name: str):
    table = read_table(OLD / name)
    assert table.row_count == len(texts(table)) == PLANTED[name]["rows"]
    assert table.delimiter == PLANTED[name]["delimiter"]


def test_titles_blanks_and_the_total_of_the_english_register_are_no_rows():
    assert skipped(read_table(OLD / "arms_register_en.csv")) == {"title": 3, "blank": 1, "total": 1}


def test_the_spanish_register_is_read_in_its_letters():
    table = read_table(OLD / "registro_de_armas_es.csv")
    assert (table.encoding, table.columns[5], skipped(table)) == ("cp1252", "Nº de serie", {"blank": 3})


TEXT = "Make,Serial No,Place\r\nFN,007,Depósito\r\nColt,008,Español ñandú\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850"])
def test_letters_are_read_in_the_encoding_of_the_file(tmp_path: Path, encoding: str):
    table = read_table(csv_file(tmp_path, TEXT.encode(encoding)), Choices(encoding if encoding == "cp850" else None))
    assert texts(table) == [["FN", "007", "Depósito"], ["Colt", "008", "Español ñandú"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, delimiter: str):
    table = read_table(csv_file(tmp_path, TEXT.replace(",", delimiter)))
    assert (table.delimiter, table.row_count) == (delimiter, 2)


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_lines_end_as_they_like(tmp_path: Path, ending: str):
    assert read_table(csv_file(tmp_path, TEXT.replace("\r\n", ending))).row_count == 2


def test_two_columns_of_one_name_are_told_apart(tmp_path: Path):
    table = read_table(csv_file(tmp_path, "Serial No,Make,Serial No\r\n1,FN,2\r\n"))
    assert table.columns == ("Serial No", "Make", "Serial No (2)")
    assert "column_twice" in {each.code for each in table.remarks}


def test_a_second_header_of_another_order_stops_itself_and_what_stands_under_it(tmp_path: Path):
    rows = "FN,FAL,12,1970\r\nSerial No,Make,Model,Year\r\n13,FN,FAL,1971\r\n"
    table = read_table(csv_file(tmp_path, HEADER + rows))
    stops = [(each.code, each.line) for each in table.remarks if each.level.value == "stop"]
    assert stops == [("second_header", 3), ("under_second_header", 4)]


def test_two_words_of_headings_in_a_wide_row_make_no_header(tmp_path: Path):
    table = read_table(csv_file(tmp_path, f"{HEADER}FN,FAL,12,1970\r\n,Model,,Year\r\n"))
    assert "second_header" not in {each.code for each in table.remarks}


def test_a_long_number_in_a_total_line_takes_no_time_of_its_own(tmp_path: Path):
    rows = f"FN,FAL,12,1970\r\nTotal,{'1' * 30_000}x,,\r\n"
    assert read_table(csv_file(tmp_path, HEADER + rows)).row_count == 2


def test_a_line_break_in_a_cell_keeps_the_row_whole(tmp_path: Path):
    table = read_table(csv_file(tmp_path, f'{HEADER}FN,"FAL\npara",12,1970\r\nFN,FAL,13,1971\r\n'))
    assert [row.line for row in table.rows()] == [2, 4]


def test_ragged_rows_are_remarked_with_their_line(tmp_path: Path):
    table = read_table(csv_file(tmp_path, f"{HEADER}FN,FAL,12\r\nFN,FAL,13,1971,more\r\n"))
    assert {(each.code, each.line) for each in table.remarks} >= {("short_row", 2), ("long_row", 3)}


REFUSED = {
    "nothing in it": (b"", "empty"),
    "only blanks": (b"\r\n , \r\n", "no filled cell"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "picture"),
    "a PDF": (b"%PDF-1.7 ...", "PDF"),
    "a web page": (b"<!DOCTYPE html><html>", "web page"),
    "an old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "old Office file"),
    "an unclosed quote": (f'{HEADER}FN,"FAL,12,1970\r\n'.encode() + b"FN,FAL,13,1971\r\n" * 50, "2"),
    "a thousand columns": (",".join(f"c{i}" for i in range(1_001)).encode() + b"\r\n1\r\n", "columns"),
    "letters of no encoding": (b"\xef\xbb\xbfMake,Serial\r\nFN,\xff\xfe\xff\r\n", "line 2|Line 2"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_gets_a_sentence(tmp_path: Path, what: str):
    data, said = REFUSED[what]
    with pytest.raises(TableError, match=said):
        read_table(csv_file(tmp_path, data))


def test_a_folder_a_missing_file_and_a_device_get_a_sentence(tmp_path: Path):
    for path, said in ((tmp_path, "folder"), (tmp_path / "none.csv", "no file")):
        with pytest.raises(TableError, match=said):
            read_table(path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TableError, match="pipe"):
        read_table(tmp_path / "pipe.csv")


def test_a_nul_byte_stops_its_row(tmp_path: Path):
    table = read_table(csv_file(tmp_path, f"{HEADER}FN,FAL,1\x002,1970\r\n"))
    assert {(each.code, each.line, each.level.value) for each in table.remarks} == {("nul", 2, "stop")}


def test_an_enormous_cell_stops_its_row(tmp_path: Path):
    table = read_table(csv_file(tmp_path, f"{HEADER}FN,FAL,{'9' * 40_000},1970\r\n"))
    assert [(each.code, each.line) for each in table.remarks] == [("enormous_cell", 2)]


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path):
    with pytest.raises(TableError, match=r"[Ll]ine"):
        read_table(csv_file(tmp_path, HEADER.encode() + b"9" * (9 << 20)))


def test_a_file_that_changed_since_is_not_read_on(tmp_path: Path):
    path = csv_file(tmp_path, TEXT)
    table = read_table(path)
    path.write_text(TEXT + "FN,009,Here\r\n", encoding="utf-8")
    with pytest.raises(TableError):
        list(table.rows())


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"])
CELLS = st.text(LETTERS, max_size=12).map(str.strip)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS.filter(bool)), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=ROWS, delimiter=st.sampled_from(",;\t|"), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_in_any_dialect_gives_its_cells(tmp_path: Path, rows, delimiter: str, encoding: str):
    lines = [["Make", "Model", "Serial No"], *rows]
    text = "".join(delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\r\n" for row in lines)
    table = read_table(csv_file(tmp_path, text.encode(encoding)), Choices(encoding, delimiter, None, 1))
    kept = [(each.line, list(cells)) for each, cells in zip(table.rows(), texts(table), strict=True)]
    expected = {line: [_bare(cell) for cell in row] for line, row in enumerate(rows, 2)}
    assert all(cells == expected[line] for line, cells in kept)
    assert len(kept) + sum(each.lines for each in table.skipped) == len(rows)


def _bare(cell: str) -> str:
    from armoury.tabular.safe_cells import bare_text

    return bare_text(cell)
