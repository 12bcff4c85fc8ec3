"""Columns are guessed by their headings in four languages; what was decided is kept in a file and checked strictly."""

import json
from pathlib import Path

import pytest

from armoury.tabular.columns import ColumnMap, guess_columns, load_map, save_map
from armoury.tabular.dates import DateOrder
from armoury.tabular.table import Choices, TableError

HEADINGS = {
    "Serial Number": "serial", "Nº de serie": "serial", "Numéro de série": "serial", "Serienummer": "serial",
    "Manufactuer": "maker_text", "Fabricante": "maker_text", "Calibre": "calibre_text", "Kaliber": "calibre_text",
    "MODÈLE": "model_text", "Date received": "received", "Location": "place", "Estado": "status", "Remarks": "remarks",
    "Favourite colour of the clerk": None,
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_is_known(heading: str):
    assert guess_columns([heading])[heading] == HEADINGS[heading]


def test_no_two_columns_become_one_field():
    assert guess_columns(["Serial Number", "Serial No."]) == {"Serial Number": "serial", "Serial No.": None} or (
        list(guess_columns(["Serial Number", "Serial No."]).values()).count("serial") == 1
    )


CHOSEN = ColumnMap({"A": "serial", "B": None}, Choices("cp1252", ";", None, 4), {"A": DateOrder.DAY_FIRST})


def test_a_map_comes_back_as_it_was(tmp_path: Path):
    save_map(tmp_path / "map.json", CHOSEN)
    assert load_map(tmp_path / "map.json") == CHOSEN


def test_several_columns_may_go_to_the_remarks(tmp_path: Path):
    chosen = ColumnMap({"A": "remarks", "B": "remarks", "C": "quantity"})
    save_map(tmp_path / "map.json", chosen)
    assert load_map(tmp_path / "map.json") == chosen


FAULTY = {
    "no JSON": "{", "another format": '{"format": "x"}',
    "an unknown field": json.dumps({"format": "armoury/column-map/1", "columns": {"A": "nothing"}}),
    "one field twice": json.dumps({"format": "armoury/column-map/1", "columns": {"A": "serial", "B": "serial"}}),
    "a name twice": '{"format": "armoury/column-map/1", "columns": {"A": "serial", "A": null}}',
    "a strange part": json.dumps({"format": "armoury/column-map/1", "columns": {"A": "serial"}, "x": 1}),
    "a strange choice": json.dumps({"format": "armoury/column-map/1", "columns": {"A": None}, "choices": {"sheet": 1}}),
}  # fmt: skip


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_map_is_refused_with_a_sentence(tmp_path: Path, what: str):
    (tmp_path / "map.json").write_text(FAULTY[what], encoding="utf-8")
    with pytest.raises(TableError, match="map"):
        load_map(tmp_path / "map.json")
