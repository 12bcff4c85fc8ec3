"""Records as history writes them and as a table keeps them.

In history absent values are left out, never null, personal values are not there at all, and a field that is missing
equals its declared default: so an old entry can be read when fields have been added since.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from armoury.domain.dates import PartialDate, Precision
from armoury.domain.fields import Declared, FieldType, declared_fields

R = TypeVar("R")
T = TypeVar("T")
Json = Any
"""JSON of the house subset: strings, integers, booleans, lists, objects; no floats, no null."""
Column = str | int | None
"""What one column of a table keeps."""

_Convert = Callable[[Any], Any]

_JsonPlan = tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]], tuple[tuple[str, _Convert], ...]]
"""Names, what gives their values, and how those of them are written that are not JSON already."""


def _once(make: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """Make a plan once a record class: every record ever stored or read goes through it."""
    made: dict[Any, T] = {}

    def plan(record: type[Any]) -> T:
        try:
            return made[record]
        except KeyError:
            return made.setdefault(record, make(record))

    return plan


_PRECISION_BY_LENGTH = {
    10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR, 3: Precision.DECADE, 0: Precision.UNKNOWN,
}  # fmt: skip
"""A column keeps the value of a partial date alone, whose length tells its precision."""


def to_json(record: object, *, personal: bool = False) -> dict[str, Json]:
    """Write the recorded fields of a record, without personal ones; or only the personal ones."""
    names, values_of, special = (_personal_plan if personal else _recorded_plan)(type(record))
    values = {
        name: value for name, value in zip(names, values_of(record), strict=True) if value is not None and value != ()
    }
    for name, convert in special:
        if name in values:
            values[name] = convert(values[name])
    return values


def from_json(record: type[R], values: Mapping[str, Json], personal: Mapping[str, Json] | None = None) -> R:
    """Read a record back; what is missing takes its default, what is unknown is left for a newer program."""
    merged = {**values, **(personal or {})}
    arguments = {
        each.name: _value_from_json(each, merged[each.name]) for each in declared_fields(record) if each.name in merged
    }
    return record(**arguments)


def to_row(record: object) -> dict[str, Column]:
    """Write the fields that the record's own table keeps; lists become canonical JSON text."""
    return dict(zip(row_names(type(record)), to_columns(record), strict=True))


def to_columns(record: object) -> list[Column]:
    """Write the same as `to_row`, as values in the order of `row_names`."""
    values_of, special = _row_plan(type(record))
    values = list(values_of(record))
    for place, convert in special:
        if values[place] is not None:
            values[place] = convert(values[place])
    return values


@_once
def row_names(record: type[Any]) -> tuple[str, ...]:
    """Name the fields that the table of a record class keeps, in order: all but the personal ones."""
    return tuple(each.name for each in declared_fields(record) if not each.field.personal)


def from_row(record: type[R], row: Mapping[str, Any], personal: Mapping[str, Json] | None = None) -> R:
    """Read a record from its row and, where they are held, its personal values."""
    return from_columns(record, [row[name] for name in row_names(record)], personal)


def from_columns(record: type[R], columns: Sequence[Any], personal: Mapping[str, Json] | None = None) -> R:
    """Read a record from the columns of its row, in the order of `row_names`."""
    arguments = {name: value for name, value in zip(row_names(record), columns, strict=True) if value is not None}
    for name, convert in _reading_plan(record):
        if name in arguments:
            arguments[name] = convert(arguments[name])
    for each in declared_fields(record) if personal else ():
        if each.field.personal and personal and each.name in personal:
            arguments[each.name] = _value_from_json(each, personal[each.name])
    return _made(record, arguments)


def _made(record: type[R], arguments: dict[str, Any]) -> R:
    """Make a record of stored values: as its constructor does, without its 90 guarded assignments one by one."""
    defaults, required = _defaults(record)
    if not required <= arguments.keys():
        return record(**arguments)
    made = object.__new__(record)
    made.__dict__.update(defaults)
    made.__dict__.update(arguments)
    return made


def altered(record: R, changes: Mapping[str, Any]) -> R:
    """Return the record with some fields changed, as `dataclasses.replace` does, but at the speed of bulk work.

    Raises:
        TypeError: the class checks its values itself, so its constructor must run.
    """
    _defaults(type(record))
    made = object.__new__(type(record))
    made.__dict__.update(record.__dict__)
    made.__dict__.update(changes)
    return made


@_once
def _defaults(record: type[Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the defaults of a record class in the order of its fields, and the names of the fields that have none.

    Raises:
        TypeError: the class checks its values itself, so its constructor must run.
    """
    if hasattr(record, "__post_init__"):
        raise TypeError(f"{record.__name__} is no plain record")
    declared = declared_fields(record)
    return {each.name: each.default for each in declared}, frozenset(each.name for each in declared if each.required)


def text_of(value: object) -> str:
    """Write parts or words as the canonical JSON that a column keeps."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def clean(record: R) -> R:
    """Return the record with its plain words in NFC and without surrounding blanks; as-marked text stays as it is."""
    names, required, values_of = _text_plan(type(record))
    changes = {}
    for name, value in zip(names, values_of(record), strict=True):
        if value is None or type(value) is not str:
            continue
        tidy = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
        if tidy != value or not tidy:
            changes[name] = tidy or (value if name in required else None)
    return replace(record, **changes) if changes else record  # type: ignore[type-var]


@_once
def _recorded_plan(record: type[Any]) -> _JsonPlan:
    return _json_plan([each for each in declared_fields(record) if each.field.recorded and not each.field.personal])


@_once
def _personal_plan(record: type[Any]) -> _JsonPlan:
    return _json_plan([each for each in declared_fields(record) if each.field.recorded and each.field.personal])


def _json_plan(chosen: Sequence[Declared]) -> _JsonPlan:
    names = tuple(each.name for each in chosen)
    special = tuple((each.name, _TO_JSON[each.field.form]) for each in chosen if each.field.form in _TO_JSON)
    return names, _getter(names), special


@_once
def _row_plan(record: type[Any]) -> tuple[Callable[[object], tuple[Any, ...]], tuple[tuple[int, _Convert], ...]]:
    chosen = [each for each in declared_fields(record) if not each.field.personal]
    special = tuple(
        (place, _TO_COLUMN[each.field.form]) for place, each in enumerate(chosen) if each.field.form in _TO_COLUMN
    )
    return _getter(row_names(record)), special


@_once
def _reading_plan(record: type[Any]) -> tuple[tuple[str, _Convert], ...]:
    return tuple(
        (each.name, _column_reader(each))
        for each in declared_fields(record)
        if each.field.form in _TO_COLUMN and not each.field.personal
    )


@_once
def _text_plan(record: type[Any]) -> tuple[tuple[str, ...], frozenset[str], Callable[[object], tuple[Any, ...]]]:
    chosen = [each for each in declared_fields(record) if each.field.form is FieldType.TEXT]
    names = tuple(each.name for each in chosen)
    return names, frozenset(each.name for each in chosen if each.required), _getter(names)


def _getter(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """Return what gives the named attributes as a tuple, however many they are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _parts_to_json(value: Any) -> Json:
    return [to_json(each) for each in value]


_TO_JSON: Mapping[FieldType, _Convert] = {
    FieldType.PARTS: _parts_to_json,
    FieldType.WORDS: list,
    FieldType.DATE: PartialDate.to_json,
}
"""Forms whose values are not JSON already."""

_TO_COLUMN: Mapping[FieldType, _Convert] = {
    FieldType.PARTS: lambda value: text_of(_parts_to_json(value)) if value else None,
    FieldType.WORDS: lambda value: text_of(list(value)) if value else None,
    FieldType.FLAG: int,
    FieldType.DATE: lambda value: value.value,
}
"""Forms whose values no column can keep as they are."""


def _column_reader(declared: Declared) -> _Convert:
    kind = declared.field.form
    if kind is FieldType.FLAG:
        return bool
    if kind is FieldType.DATE:
        return _date_of
    if kind is FieldType.WORDS:
        return _words_of
    return lambda value: _value_from_json(declared, json.loads(value))


@lru_cache(4_096)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(4_096)
def _date_of(value: str) -> PartialDate:
    return PartialDate(value, _PRECISION_BY_LENGTH[len(value)])


def _value_from_json(declared: Declared, value: Json) -> Any:
    kind = declared.field.form
    if kind is FieldType.PARTS and declared.field.part:
        return tuple(from_json(declared.field.part, each) for each in value)
    if kind is FieldType.WORDS:
        return tuple(value)
    return PartialDate.from_json(value) if kind is FieldType.DATE else value
