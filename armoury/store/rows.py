"""How each kind's records become rows: the statements and functions that bulk and single writing share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from armoury.domain.kinds import KINDS, Kind
from armoury.domain.record_form import Json, from_row, to_row
from armoury.models.tables import TABLES


@dataclass(frozen=True)
class RowWriter:
    """Everything needed to write rows of one kind."""

    insert: str
    values: Callable[[Any, int], tuple[object, ...]]
    codes: Callable[[Any], list[tuple[str, ...]]]
    words: Callable[[Any], str] | None


@cache
def row_writer(kind_name: str) -> RowWriter:
    """Return the writer of a kind, made once."""
    kind = KINDS[kind_name]
    columns = column_names(kind_name)
    quoted = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))

    def values(record: Any, seq: int) -> tuple[object, ...]:
        row = {**to_row(record), **derived_row(kind_name, record), "entry": seq}
        return tuple(row[name] for name in columns)

    return RowWriter(
        f'INSERT INTO "{kind_name}" ({quoted}) VALUES ({marks})', values, lambda record: _codes(kind, record), kind.search_text
    )


@cache
def column_names(kind_name: str) -> tuple[str, ...]:
    """Name the columns of a kind's table, in order."""
    return tuple(column.name for column in TABLES[kind_name].columns)


def derived_row(kind_name: str, record: Any) -> dict[str, str | int | None]:
    """Compute the derived columns of a record."""
    return {each.name: each.compute(record) for each in KINDS[kind_name].derived}


def _codes(kind: Kind, record: Any) -> list[tuple[str, ...]]:
    seen = dict.fromkeys((each.key, each.fold, each.scheme, kind.name, record.id) for each in kind.codes(record))
    return list(seen)


def record_from(kind_name: str, row: Mapping[str, Any], personal: Mapping[str, Json] | None = None) -> Any:
    """Make the record of a row that was read from its table."""
    return from_row(KINDS[kind_name].record, row, personal)


def select_rows(kind_name: str) -> sa.Select[Any]:
    """Begin a query for whole rows of a kind."""
    return sa.select(TABLES[kind_name])
