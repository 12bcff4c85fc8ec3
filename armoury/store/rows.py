"""How each kind's records become rows: the statements and functions that bulk and single writing share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from armoury.domain.kinds import KINDS, Kind, Unfolded
from armoury.domain.record_form import Column, row_names, to_columns
from armoury.models.tables import TABLES

CodeRow = tuple[str, str, str, str, str]
"""Key, fold, scheme, kind and id of the subject: a row of `code`."""


@dataclass(frozen=True)
class LineWriter:
    """Everything needed to keep the items of an unfolded list as rows.

    Attributes:
        table: where they lie.
        names: the columns of an item, after `subject` and `position`.
        delete: the statement that takes away the rows of one record.
        insert: the statement that takes `rows`.
        rows: the rows of a record.
    """

    table: str
    names: tuple[str, ...]
    delete: str
    insert: str
    rows: Callable[[Any], list[tuple[Column, ...]]]


@dataclass(frozen=True)
class RowWriter:
    """Everything needed to write rows of one kind.

    Attributes:
        names: the columns in the order of `values`: the record's own, then the derived ones.
        insert: the statement that takes them.
        values: the columns of a record that is recorded in the entry of a number.
        codes: what can be scanned to find the record, each once.
        words: the full text of the record, for kinds that have one.
        lines: keeps the items of a list as rows of their own, for kinds that unfold one.
    """

    names: tuple[str, ...]
    insert: str
    values: Callable[[Any, int], tuple[Column, ...]]
    codes: Callable[[Any], list[CodeRow]]
    words: Callable[[Any], str] | None
    lines: LineWriter | None = None


@cache
def row_writer(kind_name: str) -> RowWriter:
    """Return the writer of a kind, made once."""
    kind = KINDS[kind_name]
    own = row_names(kind.record)
    names = (*own, *(each.name for each in kind.derived))
    entry = own.index("entry")
    computers = tuple(each.compute for each in kind.derived)

    def values(record: Any, seq: int) -> tuple[Column, ...]:
        row = to_columns(record)
        row[entry] = seq
        return (*row, *(compute(record) for compute in computers))

    quoted = ", ".join(f'"{name}"' for name in names)
    insert = f'INSERT INTO "{kind_name}" ({quoted}) VALUES ({", ".join("?" * len(names))})'
    lines = _line_writer(kind.unfolded) if kind.unfolded else None
    return RowWriter(names, insert, values, lambda record: _codes(kind, record), kind.search_text, lines)


def _line_writer(unfolded: Unfolded) -> LineWriter:
    names = row_names(unfolded.part)

    def rows(record: Any) -> list[tuple[Column, ...]]:
        items = enumerate(getattr(record, unfolded.field), 1)
        return [(record.id, position, *to_columns(item)) for position, item in items]

    columns = ", ".join(f'"{name}"' for name in ("subject", "position", *names))
    insert = f'INSERT INTO "{unfolded.table}" ({columns}) VALUES ({", ".join("?" * (len(names) + 2))})'
    return LineWriter(unfolded.table, names, f'DELETE FROM "{unfolded.table}" WHERE subject = ?', insert, rows)


@cache
def column_names(kind_name: str) -> tuple[str, ...]:
    """Name the columns of a kind's table, in order."""
    return tuple(column.name for column in TABLES[kind_name].columns)


def derived_row(kind_name: str, record: Any) -> Mapping[str, Column]:
    """Compute the derived columns of a record."""
    return {each.name: each.compute(record) for each in KINDS[kind_name].derived}


def _codes(kind: Kind, record: Any) -> list[CodeRow]:
    seen = dict.fromkeys((each.key, each.fold, each.scheme, kind.name, record.id) for each in kind.codes(record))
    return list(seen)
