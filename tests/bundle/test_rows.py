"""Rows: out of any record into cells, through CSV, and back into the very bytes that its entry holds."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.bundle.lines import table_rows, wide_cells
from armoury.bundle.rows import RowForm, write_rows
from armoury.bundle.schema import data_package, read_package, tables
from armoury.domain.dates import PartialDate, Precision
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import row_names, to_columns, to_json
from armoury.history.canonical import canonical_bytes

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
DATES = st.sampled_from(
    [PartialDate("2016-02-29", Precision.DAY), PartialDate("2016-02", Precision.MONTH),
     PartialDate("2016", Precision.YEAR), PartialDate("201", Precision.DECADE)]
)  # fmt: skip
FORMS: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: TEXT,
    FieldType.AS_MARKED: TEXT,
    FieldType.INTEGER: st.integers(0, 2**53),
    FieldType.FLAG: st.booleans(),
    FieldType.DATE: DATES,
    FieldType.DAY: st.just("2026-03-09"),
    FieldType.INSTANT: st.just("2026-03-09T14:05:07.123Z"),
    FieldType.WORDS: st.lists(TEXT, max_size=3).map(tuple),
}


def value_of(declared: Declared) -> st.SearchStrategy[Any]:
    if declared.field.form is FieldType.PARTS and declared.field.part:
        return st.lists(record_of(declared.field.part), min_size=declared.required, max_size=2).map(tuple)
    if declared.field.form is FieldType.WORDS and declared.required:
        return st.lists(TEXT, min_size=1, max_size=3).map(tuple)
    value = FORMS[declared.field.form]
    empty = declared.field.form in (FieldType.FLAG, FieldType.WORDS) or declared.required or declared.name == "entry"
    return value if empty or declared.default is not None else st.none() | value


def record_of(record: type) -> st.SearchStrategy[Any]:
    fields = {each.name: value_of(each) for each in declared_fields(record) if not each.field.personal}
    return st.builds(record, **fields)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_row_gives_the_bytes_of_its_entry(kind, data):
    record = data.draw(record_of(KINDS[kind].record))
    form = RowForm(tables()[kind], tables()[kind].header)
    values = dict(zip(row_names(type(record)), to_columns(record), strict=True))
    written = b"".join(write_rows(form.header, [[values[name] for name in form.header]]))
    with wide_cells():
        header, cells = table_rows(iter([written]), kind)
    assert tuple(header) == form.header
    assert form.fault(cells) is None
    assert form.after(cells).encode() == canonical_bytes(to_json(record))
    assert form.after(form.cells_of(to_json(record))).encode() == canonical_bytes(to_json(record))


def test_columns_in_another_order_are_understood():
    table = tables()["place"]
    form = RowForm(table, [*reversed(table.header), "colour"])
    cells = form.known([*reversed(table.header), "red"])
    assert tuple(cells) == table.header


def test_the_package_declares_what_is_written():
    declared = read_package(data_package())
    assert declared == {f"data/{kind}.csv": table.header for kind, table in tables().items()}


def test_no_personal_field_is_a_column():
    for kind, table in tables().items():
        personal = {each.name for each in declared_fields(KINDS[kind].record) if each.field.personal}
        assert not personal & set(table.header)


def test_what_excel_reads_is_what_was_written():
    rows = [["a,b", 'c"d', "e\r\nf", " g ", None, 7]]
    written = b"".join(write_rows(["1", "2", "3", "4", "5", "6"], rows)).decode()
    assert next(iter(list(csv.reader(io.StringIO(written, newline="")))[1:])) == [
        "a,b", 'c"d', "e\r\nf", " g ", "", "7",
    ]  # fmt: skip
