"""Rows of a bundle's tables: cells out of the columns of a register, and back into the record that an entry holds.

A row is proved by its entry: written anew as the canonical JSON of the record, it must give the very bytes that the
entry carries as `after`. That is much cheaper than reading a million entries, and stricter.
"""

import csv
import json
import re
from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from armoury.bundle.schema import SEPARATOR, Column, Table
from armoury.domain.fields import FieldType
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_json, row_names, to_columns
from armoury.history.canonical import canonical_bytes

Cells = Sequence[str]
_SPECIAL = re.compile(r'[\x00-\x1f"\\]')
"""What JSON must escape (RFC 8785, 3.2.2.2)."""

_DATED = (FieldType.DATE, FieldType.DAY, FieldType.INSTANT)
_LISTS = (FieldType.WORDS, FieldType.PARTS)
_TEXTS = (FieldType.TEXT, FieldType.AS_MARKED)
_PRECISION = {10: "day", 7: "month", 4: "year", 3: "decade"}
_MOST_TEMPLATES = 20_000
_BATCH = 500


class RowForm:
    """The form of the rows of one table under one header.

    Attributes:
        table: as this program declares it.
        header: the columns that stand in the file; those that are not known here are passed over.
        unique: places and names of the columns whose values stand once.
    """

    def __init__(self, table: Table, header: Sequence[str]) -> None:
        self.table = table
        self.header = tuple(header)
        self.columns = tuple(each for each in table.columns if each.name in header)
        self._pick = None if self.names == self.header else _getter([header.index(each) for each in self.names])
        self._whole = re.compile(SEPARATOR.join(_cell(each) for each in self.columns))
        recorded = sorted((each.name, place, each) for place, each in enumerate(self.columns) if each.recorded)
        self._recorded = tuple((place, column) for _name, place, column in recorded)
        self._texts = _getter([place for place, each in enumerate(self.columns) if each.form in _TEXTS])
        self._flags = _getter([place for place, each in enumerate(self.columns) if each.form is FieldType.FLAG])
        self._dates = _getter([place for place, each in enumerate(self.columns) if each.form is FieldType.DATE])
        self.unique = tuple((place, each.name) for place, each in enumerate(self.columns) if each.unique)
        self._listed = [place for place, each in enumerate(self.columns) if each.form in _LISTS]
        self._places = {name: place for place, name in enumerate(self.names)}
        self._templates: dict[Any, tuple[str, Callable[[Cells], tuple[str, ...]]]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Name the known columns in the order of this program."""
        return tuple(each.name for each in self.columns)

    def place(self, name: str) -> int:
        """Return where a known column stands among the known cells."""
        return self._places[name]

    def cell(self, cells: Cells, name: str) -> str:
        """Return the cell of a column among the known cells; nothing where the file has no such column."""
        return cells[self._places[name]] if name in self._places else ""

    def known(self, cells: Cells) -> Cells:
        """Return the cells of the known columns."""
        return self._pick(cells) if self._pick else cells

    def fault(self, cells: Cells) -> Column | None:
        """Return the first column whose cell has not the form that it must have."""
        joined = SEPARATOR.join(cells)
        if self._whole.fullmatch(joined) and "-02-29" not in joined:
            return next((self.columns[at] for at in self._listed if cells[at] and not _is_list(cells[at])), None)
        for column, cell in zip(self.columns, cells, strict=True):
            if not re.fullmatch(_cell(column), cell.replace(SEPARATOR, " ")) or _no_such_day(column, cell):
                return column
            if column.form in _LISTS and cell and not _is_list(cell):
                return column
        return None

    def after(self, cells: Cells) -> str:
        """Write the record of a row as the canonical JSON that an entry holds; its form was checked before."""
        key = (tuple(map(bool, cells)), self._flags(cells), tuple(map(len, self._dates(cells))))
        template, values = self._templates.get(key) or self._new_template(key, cells)
        if _SPECIAL.search("".join(self._texts(cells))):
            cells = [
                json.dumps(cell, ensure_ascii=False)[1:-1] if column.form in _TEXTS else cell
                for column, cell in zip(self.columns, cells, strict=True)
            ]
        return template % values(cells)

    def cells_of(self, after: Mapping[str, Any]) -> Cells:
        """Return the cells that a record would have, as an entry holds it; what it lacks takes its default.

        Raises:
            TypeError, ValueError, LookupError, ArmouryError: it is no such record.
        """
        record = KINDS[self.table.kind].record
        values = dict(zip(row_names(record), to_columns(from_json(record, after)), strict=True))
        return ["" if values[name] is None else str(values[name]) for name in self.names]

    def _new_template(self, key: Any, cells: Cells) -> tuple[str, Callable[[Cells], tuple[str, ...]]]:
        """Make the text for rows in which the same cells are filled."""
        parts, places = [], []
        for place, column in self._recorded:
            text = _member(column, cells[place])
            if text is not None:
                parts.append(f'"{column.name}":{text}')
                places += [place] if "%s" in text else []
        made = "{" + ",".join(parts) + "}", _getter(places)
        if len(self._templates) < _MOST_TEMPLATES:
            self._templates[key] = made
        return made


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Write a table as CSV (RFC 4180) in UTF-8, in pieces of some hundred rows; nothing is an empty cell."""
    sink = _Sink()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(header)
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if count % _BATCH == 0:
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Takes what the CSV writer writes."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.write = self._parts.append

    def taken(self) -> bytes:
        data = "".join(self._parts).encode()
        self._parts.clear()
        return data


def _member(column: Column, cell: str) -> str | None:
    """Return how a filled cell stands in the record, with `%s` for its text; None where nothing stands there."""
    if not cell:
        return None
    if column.form is FieldType.FLAG:
        return "true" if cell == "1" else "false"
    if column.form is FieldType.DATE:
        return f'{{"precision":"{_PRECISION[len(cell)]}","value":"%s"}}'
    return "%s" if column.form in (FieldType.INTEGER, FieldType.WORDS, FieldType.PARTS) else '"%s"'


@lru_cache(maxsize=65_536)
def _is_list(cell: str) -> bool:
    """Tell whether a cell is a list in the one form in which an entry holds it."""
    try:
        value = json.loads(cell)
        canonical = canonical_bytes(value) == cell.encode()
    except (ValueError, RecursionError):
        return False
    return (
        canonical
        and isinstance(value, list)
        and (all(isinstance(each, str) for each in value) or all(isinstance(each, dict) for each in value))
    )


def _no_such_day(column: Column, cell: str) -> bool:
    """Tell whether a cell names the 29th of February of a year that has none."""
    return column.form in _DATED and cell[4:10] == "-02-29" and not isleap(int(cell[:4]))


def _cell(column: Column) -> str:
    return column.pattern if column.required else f"(?:{column.pattern})?"


def _getter(places: Sequence[int]) -> Callable[[Cells], tuple[str, ...]]:
    """Return what picks the cells at these places as a tuple, however many they are."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        only = places[0]
        return lambda cells: (cells[only],)
    return lambda cells: ()
