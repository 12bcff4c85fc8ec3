"""Files of reference data: read into entries, every fault named by dataset, entry and field.

Shipped files and national ones have the same shape: a JSON object with dataset, edition, source, confidence, note and a
list of entries.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, get_type_hints

from armoury.domain.errors import RuleError
from armoury.domain.reference_entries import DATASETS, RECORDS, AnyEntry, Details, Entry, Names
from armoury.i18n import _, ngettext


@dataclass(frozen=True)
class Edition:
    """One file of reference data. With `replaces` it takes the place of the dataset, else it adds and overrides."""

    dataset: str
    edition: str
    entries: tuple[AnyEntry, ...]
    source: str = ""
    confidence: str = ""
    note: str = ""
    replaces: bool = False


class EditionError(RuleError):
    """A file of reference data has faults: the sentence gives the first, `details` all of them."""

    def __init__(self, faults: Iterable[str]) -> None:
        """Take one sentence a fault, each naming dataset, entry and field."""
        self.details = tuple(faults)
        sentence = ngettext(
            "The file has {count} fault and was not taken: {first}",
            "The file has {count} faults and was not taken. The first: {first}",
            len(self.details),
        )
        super().__init__(sentence.format(count=len(self.details), first=self.details[0]))


def written_name(name: str) -> str:
    """Return the name under which a file has a field: `from` and `to` are words of Python."""
    return name.removesuffix("_year") if name in ("from_year", "to_year") else name


def read_edition(text: str) -> Edition:
    """Read one file.

    Raises:
        EditionError: it is not of the right shape; references to other datasets are not looked at here.
    """
    data = _parse(text)
    dataset, entries = data.get("dataset"), data.get("entries")
    if dataset not in DATASETS:
        known = ", ".join(DATASETS)
        raise EditionError([_("The field “dataset” must be one of: {known}.").format(known=known)])
    faults = [] if isinstance(entries, list) else [_("The field “entries” must be a list.")]
    faults += [_("The field “{field}” must be a text.").format(field=name) for name in _untold(data)]
    if not isinstance(data.get("replaces", False), bool):
        faults.append(_("The field “replaces” must be true or false."))
    read = _read_entries(str(dataset), entries if isinstance(entries, list) else [], faults)
    if faults:
        raise EditionError(faults)
    about = {name: data.get(name, "") for name in ("source", "confidence", "note")}
    return Edition(str(dataset), data["edition"], tuple(read), replaces=data.get("replaces", False), **about)


def _parse(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as problem:
        fault = _("It is not JSON: line {line}, column {column}.").format(line=problem.lineno, column=problem.colno)
        raise EditionError([fault]) from problem
    if not isinstance(data, dict):
        raise EditionError([_("It must be one JSON object with “dataset”, “edition” and “entries”.")])
    return data


def _untold(data: Mapping[str, object]) -> list[str]:
    wrong = [name for name in ("source", "confidence", "note") if not isinstance(data.get(name, ""), str)]
    edition = data.get("edition")
    return wrong if isinstance(edition, str) and edition.strip() else ["edition", *wrong]


def _read_entries(dataset: str, rows: list[object], faults: list[str]) -> list[AnyEntry]:
    record = RECORDS.get(dataset, Entry)
    read: list[AnyEntry] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        name = str(row["id"]) if isinstance(row, dict) and row.get("id") else str(number)
        if not isinstance(row, dict):
            wrong = [_("must be an object")]
        else:
            values, wrong = _read_row(dataset, row)
            if not wrong:
                read.append(record(**values))
        if name in seen:
            wrong.append(_("field “id”: the same id stands twice"))
        seen.add(name)
        faults += [
            _("In {dataset}, entry “{entry}”, {fault}.").format(dataset=dataset, entry=name, fault=f) for f in wrong
        ]
    return read


def _read_row(dataset: str, row: Mapping[str, object]) -> tuple[dict[str, Any], list[str]]:
    columns = _columns(dataset)
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for key, value in row.items():
        column = columns.get(key)
        if column is None:
            if "details" not in columns or not isinstance(value, str | int):
                wrong.append(_("field “{field}”: it is not known here").format(field=key))
            continue
        try:
            values[column.name] = column.read(value)
        except ValueError:
            wrong.append(_("field “{field}”: it must be {what}").format(field=key, what=column.what()))
    if "details" in columns:
        values["details"] = {key: value for key, value in row.items() if key not in columns}
    missing = [key for key, column in columns.items() if column.required and key not in row]
    return values, wrong + [_("field “{field}”: it is missing").format(field=key) for key in missing]


@dataclass(frozen=True)
class _Column:
    name: str
    read: Callable[[object], object]
    what: Callable[[], str]
    required: bool


def _text(value: object) -> str:
    if isinstance(value, str) and value and not value.isspace():
        return value
    raise ValueError(value)


def _year(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return value
    raise ValueError(value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
        return tuple(value)
    raise ValueError(value)


def _names(value: object) -> dict[str, tuple[str, ...]]:
    if isinstance(value, dict):
        return {_text(language): _texts(each) for language, each in value.items()}
    raise ValueError(value)


def _no_details(value: object) -> object:
    raise ValueError(value)


_READERS: Mapping[object, tuple[Callable[[object], object], Callable[[], str]]] = {
    str: (_text, lambda: _("a text")),
    str | None: (_text, lambda: _("a text")),
    int | None: (_year, lambda: _("a year in four figures")),
    tuple[str, ...]: (_texts, lambda: _("a list of texts")),
    Names: (_names, lambda: _("lists of texts by language")),
    Details: (_no_details, lambda: _("left out; write the values beside the name")),
}


@cache
def _columns(dataset: str) -> Mapping[str, _Column]:
    record = RECORDS.get(dataset, Entry)
    hints = get_type_hints(record)
    columns = {}
    for each in fields(record):
        read, what = _READERS[hints[each.name]]
        required = each.default is MISSING and each.default_factory is MISSING
        columns[written_name(each.name)] = _Column(each.name, read, what, required)
    return columns
