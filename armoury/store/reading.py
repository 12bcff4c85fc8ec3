"""Records out of the tables, with the personal values where they are held."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa

from armoury.domain.fields import personal_names
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_row
from armoury.store.steps import kind_of_class

R = TypeVar("R")


def select_of(record: type[Any], where: str = "") -> str:
    """Return the query for whole records of a class; personal values come as `personal_content`."""
    kind = kind_of_class(record)
    if not personal_names(record):
        return f'SELECT t.* FROM "{kind}" AS t {where}'
    return (
        f'SELECT t.*, p.content AS personal_content FROM "{kind}" AS t'
        f" LEFT JOIN personal AS p ON p.digest = t.personal {where}"
    )


def record_of(record: type[R], row: Mapping[Any, Any]) -> R:
    """Make a record of one row that `select_of` found."""
    content = row.get("personal_content")
    return from_row(record, row, json.loads(content) if content else None)


def get(connection: sa.Connection, record: type[R], id_: str) -> R | None:
    """Return the record with an id, or None."""
    return first(connection, record, "WHERE t.id = ?", (id_,))


def first(connection: sa.Connection, record: type[R], where: str, values: tuple[object, ...] = ()) -> R | None:
    """Return the first record that a condition finds, or None."""
    row = connection.exec_driver_sql(select_of(record, where), values).mappings().first()
    return record_of(record, row) if row else None


def several(
    connection: sa.Connection, record: type[R], where: str = "", values: tuple[object, ...] = ()
) -> Iterator[R]:
    """Go through the records that a condition finds; the table is `t`."""
    for row in connection.exec_driver_sql(select_of(record, where), values).mappings():
        yield record_of(record, row)


def record_class(kind: str) -> type[Any]:
    """Return the record class of a kind."""
    return KINDS[kind].record
