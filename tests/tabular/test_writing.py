"""What is written is read back as it was, runs in no spreadsheet program, and stands whole or not at all."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armoury.tabular.reading import read_table
from armoury.tabular.table import Choices, TableError
from armoury.tabular.writing import write_csv, write_xlsx

COLUMNS = ("Make", "Serial No", "Remarks")
WRITERS = {"book.csv": write_csv, "book.xlsx": write_xlsx}
RISKY = ["=1+1", "+1", "-1", "@x", "'=1", "''-x", "'plain", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("name", WRITERS)
def test_risky_cells_come_back_as_they_were(tmp_path: Path, name: str):
    rows = [["FN", text, "x"] for text in RISKY]
    assert WRITERS[name](tmp_path / name, COLUMNS, rows) == len(rows)
    table = read_table(tmp_path / name, Choices(header_line=1))
    assert [[cell.text for cell in row.cells] for row in table.rows()] == rows


def test_no_cell_of_a_csv_file_begins_with_a_sign_that_is_run(tmp_path: Path):
    write_csv(tmp_path / "book.csv", COLUMNS, [["FN", text, "x"] for text in RISKY])
    with (tmp_path / "book.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_serials_stay_text_in_a_workbook(tmp_path: Path):
    write_xlsx(tmp_path / "book.xlsx", COLUMNS, [["FN", "000123", ""]])
    (row,) = read_table(tmp_path / "book.xlsx").rows()
    assert row.cells[1].text == "000123"


@pytest.mark.parametrize("name", WRITERS)
def test_equal_tables_give_equal_files(tmp_path: Path, name: str):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        WRITERS[name](tmp_path / folder / name, COLUMNS, [["FN", "1", ""]])
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_cell_too_long_for_a_sheet_leaves_no_file(tmp_path: Path):
    with pytest.raises(TableError, match="CSV"):
        write_xlsx(tmp_path / "book.xlsx", COLUMNS, [["FN", "1", "x" * 40_000]])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_gets_a_sentence(tmp_path: Path):
    with pytest.raises(TableError, match="cannot be written"):
        write_csv(tmp_path / "none" / "book.csv", COLUMNS, [])


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co"])
CELLS = st.text(LETTERS, max_size=10).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(rows=st.lists(st.tuples(st.just("FN"), CELLS, CELLS), min_size=1, max_size=6), name=st.sampled_from([*WRITERS]))
def test_any_text_comes_back(tmp_path: Path, rows, name: str):
    WRITERS[name](tmp_path / name, COLUMNS, rows)
    table = read_table(tmp_path / name, Choices(header_line=1))
    assert [tuple(cell.text for cell in row.cells) for row in table.rows()] == rows
