"""What is done with the columns of a spreadsheet: guessed, decided by an officer, kept for the next file of its make.

The file is JSON of the format `armoury/column-map/1`: columns to fields, and what was chosen instead of detected. It is
checked strictly, because a wrong map would put every weapon's data into the wrong field.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from armoury.i18n import _
from armoury.tabular.dates import DateOrder
from armoury.tabular.headings import STATUS, guess_columns, guess_remarks, mappable_fields
from armoury.tabular.table import Choices, DateSystem, TableError

__all__ = ["STATUS", "ColumnMap", "guess_columns", "guess_remarks", "load_map", "mappable_fields", "save_map"]

FORMAT = "armoury/column-map/1"
_LARGEST = 1 << 20
_SEVERAL = frozenset({"remarks", "serials"})
"""Fields that take more than one column."""
_PARTS = {"format", "columns", "choices", "date_order", "date_system"}


@dataclass(frozen=True)
class ColumnMap:
    """What was decided.

    Attributes:
        columns: column as written to field of the weapon, `status` or `quantity`; None for a column that is left out.
        choices: encoding, delimiter, sheet and header line, where they were chosen.
        date_order: by column as written, where it was asked for.
        date_system: how day numbers count, where it was chosen.
    """

    columns: Mapping[str, str | None]
    choices: Choices = field(default_factory=Choices)
    date_order: Mapping[str, DateOrder] = field(default_factory=dict)
    date_system: DateSystem | None = None


def save_map(path: Path, chosen: ColumnMap) -> None:
    """Write the file, whole or not at all.

    Raises:
        TableError: the map is not one that could be read back, or the file cannot be written.
    """
    data = {"format": FORMAT, **asdict(chosen)}
    _refuse(path, _faults(data))
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    except (OSError, ValueError) as problem:
        raise TableError(_("“{name}” cannot be written: {why}.").format(name=path, why=problem)) from problem


def load_map(path: Path) -> ColumnMap:
    """Read the file.

    Raises:
        TableError: there is none, it is not a column map, or it names what is not known here; every fault is named.
    """
    data = _read(path)
    _refuse(path, _faults(data))
    orders = {column: DateOrder(order) for column, order in data.get("date_order", {}).items()}
    system = data.get("date_system")
    return ColumnMap(
        data["columns"], Choices(**data.get("choices", {})), orders, DateSystem(system) if system else None
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            body = file.read(_LARGEST + 1)
        data = json.loads(body[: _LARGEST + 1], object_pairs_hook=_no_pair_twice)
    except (OSError, ValueError, RecursionError) as problem:
        raise TableError(
            _("“{name}” cannot be read as a column map: {why}.").format(name=path, why=problem)
        ) from problem
    if not isinstance(data, dict) or len(body) > _LARGEST:
        raise TableError(_("“{name}” is not a column map.").format(name=path))
    return data


def _no_pair_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError(_("a name stands twice in it"))
    return data


def _refuse(path: Path, faults: Iterator[str]) -> None:
    lines = list(faults)
    if lines:
        raise TableError("\n".join([_("“{name}” is not a column map:").format(name=path), *lines]))


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("format") != FORMAT:
        yield _("The field “format” must be “{format}”.").format(format=FORMAT)
        return
    for name in sorted(set(data) - _PARTS):
        yield _("The field “{field}” is not known here.").format(field=name)
    yield from _column_faults(data.get("columns"))
    yield from _choice_faults(data.get("choices", {}))
    yield from _order_faults(data.get("date_order", {}), data.get("columns"))
    if data.get("date_system") not in (None, *DateSystem):
        yield _("The field “date_system” must be 1900 or 1904.")


def _column_faults(columns: object) -> Iterator[str]:
    if not isinstance(columns, dict) or not columns:
        yield _("The field “columns” must name for each column its field.")
        return
    known, seen = mappable_fields(), dict[str, str]()
    for column, name in columns.items():
        if name is None:
            continue
        if name not in known:
            yield _("The column “{column}”: there is no field “{field}”.").format(column=column, field=name)
        elif name in seen and name not in _SEVERAL:
            text = _("The columns “{one}” and “{other}” have the same field “{field}”.")
            yield text.format(one=seen[name], other=column, field=name)
        else:
            seen[name] = column


def _choice_faults(choices: object) -> Iterator[str]:
    names = {each.name for each in fields(Choices)}
    if not isinstance(choices, dict) or set(choices) - names:
        yield _("The field “choices” may have: {names}.").format(names=", ".join(sorted(names)))
        return
    for name, value in choices.items():
        wanted = int if name == "header_line" else str
        if value is not None and (not isinstance(value, wanted) or isinstance(value, bool)):
            yield _("The choice “{name}” is not of the right kind.").format(name=name)


def _order_faults(orders: object, columns: object) -> Iterator[str]:
    if not isinstance(orders, dict):
        yield _("The field “date_order” must name for each column its order.")
        return
    for column, order in orders.items():
        if order not in list(DateOrder) or not isinstance(columns, dict) or column not in columns:
            yield _("The order of dates of the column “{column}” is not one that is known here.").format(column=column)
