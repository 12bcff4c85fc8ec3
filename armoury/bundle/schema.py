"""The tables of a bundle as `domain.kinds` declares them: columns, the form of each cell, and the data package.

A cell is text. An empty cell means that nothing is recorded. Whole numbers are written plainly, flags as 0 and 1, days
as 2026-03-09, instants in UTC with milliseconds, partial dates as long as they are known, lists as canonical JSON.
Personal fields are never columns: a table holds only the digest of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.layout import FORMAT, table_name
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.kinds import KINDS, Kind
from armoury.history.canonical import LARGEST
from armoury.i18n import _

SEPARATOR = "\x1f"
"""Joins the cells of a row for checking; text that holds it is checked cell by cell."""

LARGEST_PACKAGE = 1 << 22

_ANY = "[^\x1f]"


def _up_to(limit: str) -> str:
    """Write the pattern of all whole numbers from 0 to a limit, in their plain spelling."""
    longest = [
        f"{limit[:place]}[{1 if place == 0 else 0}-{int(digit) - 1}][0-9]{{{len(limit) - place - 1}}}"
        for place, digit in enumerate(limit)
        if int(digit) > (place == 0)
    ]
    return f"(?:0|[1-9][0-9]{{0,{len(limit) - 2}}}|{'|'.join(longest)}|{limit})"


_WHOLE = _up_to(str(LARGEST))
"""What any JSON reader keeps exactly."""

_DAY = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|[12][0-9]))"
)
INSTANT = f"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{{3}}Z"
"""The pattern of a moment, in cells, entries and labels alike."""

_FORMS: Mapping[FieldType, str] = {
    FieldType.TEXT: f"{_ANY}+",
    FieldType.AS_MARKED: f"{_ANY}+",
    FieldType.INTEGER: _WHOLE,
    FieldType.FLAG: "[01]",
    FieldType.DATE: f"(?:{_DAY}|[0-9]{{4}}-(?:0[1-9]|1[0-2])|[0-9]{{3,4}})",
    FieldType.DAY: _DAY,
    FieldType.INSTANT: INSTANT,
    FieldType.WORDS: f"\\[{_ANY}+\\]",
    FieldType.PARTS: f"\\[{_ANY}+\\]",
}

_TYPES: Mapping[FieldType, Mapping[str, Any]] = {
    FieldType.INTEGER: {"type": "integer"},
    FieldType.FLAG: {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]},
    FieldType.DAY: {"type": "date"},
    FieldType.WORDS: {"type": "array"},
    FieldType.PARTS: {"type": "array"},
}
"""How a data package names the forms; all others are strings, and a pattern says the rest."""

_PATTERNED = (FieldType.DATE, FieldType.INSTANT)


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds, whether it may be empty, and the pattern of a cell that is not."""

    name: str
    form: FieldType
    required: bool
    pattern: str
    recorded: bool
    unique: bool


@dataclass(frozen=True)
class Table:
    """A table: its kind and its columns in order."""

    kind: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Name the columns."""
        return tuple(each.name for each in self.columns)


@cache
def tables() -> Mapping[str, Table]:
    """Return all tables by kind, in their order in a bundle."""
    return {name: _table(kind) for name, kind in KINDS.items()}


def _table(kind: Kind) -> Table:
    declared = [each for each in declared_fields(kind.record) if each.field.exported and not each.field.personal]
    return Table(kind.name, tuple(_column(each) for each in declared))


def _column(declared: Declared) -> Column:
    form, name = declared.field.form, declared.name
    pattern = ("-?" if declared.field.signed else "") + _FORMS[form]
    required = declared.required or form is FieldType.FLAG or name == "entry"
    return Column(name, form, required, pattern, declared.field.recorded, name == "id" or declared.field.unique)


@cache
def data_package() -> bytes:
    """Write `datapackage.json` (Frictionless Tabular Data Package 1.0): the same for every bundle of a version."""
    package = {
        "profile": "tabular-data-package",
        "name": "armoury-bundle",
        "armoury": FORMAT,
        "resources": [_resource(each) for each in tables().values()],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.kind.replace("_", "-"),
        "path": table_name(table.kind).removeprefix("data/"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(each) for each in table.columns],
            "primaryKey": ["id"],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.unique:
        constraints["unique"] = True
    if column.form in _PATTERNED:
        constraints["pattern"] = column.pattern
    return {
        "name": column.name,
        **_TYPES.get(column.form, {"type": "string"}),
        **({"constraints": constraints} if constraints else {}),
    }


def read_package(data: bytes) -> dict[str, tuple[str, ...]]:
    """Read which tables a bundle declares, by file, with the names of their columns.

    Raises:
        BundleError: it is no data package of this format.
    """
    try:
        package = json.loads(data.decode())
        found = {f"data/{each['path']}": _names(each) for each in package["resources"]}
        _check_known(package["resources"])
        if package["armoury"] != FORMAT or len(found) != len(package["resources"]):
            raise ValueError("another format, or a path twice")
    except (ValueError, LookupError, TypeError, RecursionError, AttributeError) as problem:
        raise BundleError(
            Promise.SCHEMA, _("“data/datapackage.json” does not describe tables as a bundle has it. Ask the site to "
                              "export again.")
        ) from problem  # fmt: skip
    return found


def _check_known(resources: Sequence[Mapping[str, Any]]) -> None:
    """Hold what is declared of known columns against this program's own schema, never only against the bundle's."""
    for resource in resources:
        table = tables().get(resource["path"].removesuffix(".csv"))
        own = {each.name: _field(each) for each in table.columns} if table else {}
        for declared in resource["schema"]["fields"]:
            if declared["name"] in own and declared != own[declared["name"]]:
                raise ValueError(f"another form of {declared['name']}")


def _names(resource: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(each["name"] for each in resource["schema"]["fields"])
    if not all(isinstance(each, str) and each for each in names) or len(set(names)) != len(names):
        raise ValueError("a column without a name, or twice")
    return names
