"""Records as history writes them and as a table keeps them.

In history absent values are left out, never null, personal values are not there at all, and a field that is missing
equals its declared default: so an old entry can be read when fields have been added since.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from armoury.domain.dates import PartialDate, Precision
from armoury.domain.fields import Declared, FieldType, declared_fields

R = TypeVar("R")
Json = Any
"""JSON of the house subset: strings, integers, booleans, lists, objects; no floats, no null."""


_PRECISION_BY_LENGTH = {
    10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR, 3: Precision.DECADE, 0: Precision.UNKNOWN,
}  # fmt: skip
"""A column keeps the value of a partial date alone, whose length tells its precision."""


def to_json(record: object, *, personal: bool = False) -> dict[str, Json]:
    """Write the recorded fields of a record, without personal ones; or only the personal ones."""
    values: dict[str, Json] = {}
    for each in declared_fields(type(record)):
        if not each.field.recorded or each.field.personal is not personal:
            continue
        value = getattr(record, each.name)
        if value is not None and value != ():
            values[each.name] = _value_to_json(each.field.form, value)
    return values


def from_json(record: type[R], values: Mapping[str, Json], personal: Mapping[str, Json] | None = None) -> R:
    """Read a record back; what is missing takes its default, what is unknown is left for a newer program."""
    merged = {**values, **(personal or {})}
    arguments = {
        each.name: _value_from_json(each, merged[each.name])
        for each in declared_fields(record)
        if each.name in merged
    }
    return record(**arguments)


def to_row(record: object) -> dict[str, str | int | None]:
    """Write the fields that the record's own table keeps; lists become canonical JSON text."""
    return {
        each.name: _value_to_column(each.field.form, getattr(record, each.name))
        for each in declared_fields(type(record))
        if not each.field.personal
    }


def from_row(record: type[R], row: Mapping[str, Any], personal: Mapping[str, Json] | None = None) -> R:
    """Read a record from its row and, where they are held, its personal values."""
    arguments: dict[str, Any] = {}
    for each in declared_fields(record):
        if each.field.personal:
            if personal and each.name in personal:
                arguments[each.name] = _value_from_json(each, personal[each.name])
        elif (value := row[each.name]) is not None:
            arguments[each.name] = _value_from_column(each, value)
    return record(**arguments)


def text_of(value: object) -> str:
    """Write parts or words as the canonical JSON that a column keeps."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def clean(record: R) -> R:
    """Return the record with its plain words in NFC and without surrounding blanks; as-marked text stays as it is."""
    changes = {}
    for each in declared_fields(type(record)):
        value = getattr(record, each.name)
        if each.field.form is FieldType.TEXT and isinstance(value, str):
            tidy = unicodedata.normalize("NFC", value).strip() or (value if each.required else None)
            if tidy != value:
                changes[each.name] = tidy
    return replace(record, **changes) if changes else record  # type: ignore[type-var]


def _value_to_json(kind: FieldType, value: Any) -> Json:
    if kind is FieldType.PARTS:
        return [to_json(each) for each in value]
    if kind is FieldType.WORDS:
        return list(value)
    if kind is FieldType.DATE:
        return value.to_json()
    return value


def _value_from_json(declared: Declared, value: Json) -> Any:
    kind = declared.field.form
    if kind is FieldType.PARTS and declared.field.part:
        return tuple(from_json(declared.field.part, each) for each in value)
    if kind is FieldType.WORDS:
        return tuple(value)
    return PartialDate.from_json(value) if kind is FieldType.DATE else value


def _value_to_column(kind: FieldType, value: Any) -> str | int | None:
    if kind in (FieldType.PARTS, FieldType.WORDS):
        return text_of(_value_to_json(kind, value)) if value else None
    if kind is FieldType.FLAG:
        return int(value)
    if kind is FieldType.DATE and value is not None:
        return str(value.value)
    return value  # type: ignore[no-any-return]


def _value_from_column(declared: Declared, value: Any) -> Any:
    kind = declared.field.form
    if kind in (FieldType.PARTS, FieldType.WORDS):
        return _value_from_json(declared, json.loads(value))
    if kind is FieldType.DATE:
        return PartialDate(value, _PRECISION_BY_LENGTH[len(value)])
    return bool(value) if kind is FieldType.FLAG else value
