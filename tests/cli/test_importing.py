"""`armoury import`: the plan is shown, nothing is written until it is said, and the exit code tells what remains."""

from pathlib import Path

import pytest

from tests.tabular.sheets import OLD, csv_file

BOOK = "Make,Model,Serial No,Location,Status\r\nGlock,Glock 17,001,Store,In store\r\nGlock,Glock 17,,Store,Issued\r\n"
WHOLE = BOOK.rsplit("\r\n", 2)[0] + "\r\n"


@pytest.fixture
def keeper(call, signed_in, monkeypatch):
    """A storekeeper signs in, who alone may import."""
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", "a long new passphrase")
    assert call("officers", "add", "imp", "--name", "Sample Importer", "--role", "storekeeper").code == 0
    monkeypatch.setenv("ARMOURY_OFFICER", "imp")
    monkeypatch.setenv("ARMOURY_PASSPHRASE", "a long new passphrase")
    return call


def test_the_plan_is_shown_and_nothing_written(keeper, tmp_path: Path):
    answer = keeper("import", csv_file(tmp_path, WHOLE))
    assert (answer.code, "--apply" in answer.out + answer.err) == (0, True)
    assert keeper("find", "001").out.count("Glock") == 0


def test_the_plan_is_carried_out(keeper, tmp_path: Path):
    assert keeper("import", csv_file(tmp_path, WHOLE), "--apply").code == 0
    assert "001" in keeper("find", "001").out
    assert keeper("check", "--deep").code == 0


def test_errors_end_with_a_code_of_their_own(keeper, tmp_path: Path):
    path = csv_file(tmp_path, BOOK)
    assert keeper("import", path, "--apply").code == 8
    assert keeper("import", path, "--apply", "--leave-out-errors").code == 0


def test_the_report_has_a_line_for_each_row(keeper, tmp_path: Path):
    report = tmp_path / "report.csv"
    keeper("import", csv_file(tmp_path, BOOK), "--report", report)
    assert len(report.read_text(encoding="utf-8-sig").splitlines()) == 3


def test_columns_are_mapped_by_hand_saved_and_used_again(keeper, tmp_path: Path):
    path = csv_file(tmp_path, WHOLE.replace("Serial No", "Stamp"))
    saved = tmp_path / "map.json"
    assert keeper("import", path, "--map", "Stamp=serial", "--save-map", saved, "--json").json["verdicts"]["new"] == 1
    assert keeper("import", path, "--map-file", saved, "--json").json["verdicts"]["new"] == 1


def test_the_old_register_is_counted_as_json(keeper):
    counts = keeper("import", OLD / "arms_register_en.csv", "--json").json["verdicts"]
    assert counts == {"new": 4920, "same": 0, "changed": 0, "clash": 55, "error": 25}


def test_what_is_no_table_gets_a_sentence(keeper, tmp_path: Path):
    answer = keeper("import", csv_file(tmp_path, b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "book.xlsx"))
    assert (answer.code, "picture" in answer.err) == (3, True)


def test_a_file_without_rows_is_said_to_have_none(keeper, tmp_path: Path):
    answer = keeper("import", csv_file(tmp_path, BOOK.split("\r\n")[0] + "\r\n"))
    assert "no rows" in answer.out + answer.err


@pytest.mark.parametrize("option", [("--sheet", "Weapons"), ("--distinct", "99999"), ("--set", "ownership=nonsense")])
def test_an_option_that_cannot_be_meant_is_refused(keeper, tmp_path: Path, option: tuple[str, str]):
    answer = keeper("import", csv_file(tmp_path, WHOLE), *option)
    assert (answer.code, answer.err.strip() != "") == (3, True)


def test_a_quantity_is_mapped_and_saved(keeper, tmp_path: Path):
    path, saved = csv_file(tmp_path, WHOLE.replace("Model", "Lot")), tmp_path / "map.json"
    assert keeper("import", path, "--map", "Lot=quantity", "--save-map", saved, "--json").code in (0, 8)
    assert keeper("import", path, "--map-file", saved, "--json").json["columns"]["Lot"] == "quantity"


def test_the_report_names_a_column_once(keeper, tmp_path: Path):
    report = tmp_path / "report.csv"
    keeper("import", csv_file(tmp_path, WHOLE.replace("In store", "")), "--report", report)
    text = report.read_text(encoding="utf-8-sig")
    assert ("Status: " in text, "Status: Status:" in text) == (True, False)


def test_columns_of_one_name_and_of_one_meaning_are_told_in_json(keeper, tmp_path: Path):
    path = csv_file(tmp_path, "Make,Serial No,Serial No,Weapon Number\r\nGlock,001,B9,C7\r\n")
    said = keeper("import", path, "--json").out
    assert ("column_twice" in said, "field_twice" in said) == (True, True)
