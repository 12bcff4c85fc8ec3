"""How each kind's records become rows: the statements and functions that bulk and single writing share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from armoury.domain.kinds import KINDS, Kind
from armoury.domain.record_form import Column, row_names, to_columns
from armoury.models.tables import TABLES

CodeRow = tuple[str, str, str, str, str]
"""Key, fold, scheme, kind and id of the subject: a row of `code`."""


@dataclass(frozen=True)
class RowWriter:
    """Everything needed to write rows of one kind.

    Attributes:
        names: the columns in the order of `values`: the record's own, then the derived ones.
        insert: the statement that takes them.
        values: the columns of a record that is recorded in the entry of a number.
        codes: what can be scanned to find the record, each once.
        words: the full text of the record, for kinds that have one.
    """

    names: tuple[str, ...]
    insert: str
    values: Callable[[Any, int], tuple[Column, ...]]
    codes: Callable[[Any], list[CodeRow]]
    words: Callable[[Any], str] | None


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
    return RowWriter(names, insert, values, lambda record: _codes(kind, record), kind.search_text)


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
