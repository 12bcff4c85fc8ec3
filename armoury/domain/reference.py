"""Reference data: types, makers, models, calibres, countries and the smaller vocabularies, as a register sees them.

The shipped files lie in `resources/reference/`, one a dataset. None of them is a rule of law: each names its source and
how sure it is, and a national authority replaces or extends it with a file of the same shape, which `check_edition`
examines before a register adopts it. Ids are stable for ever; nothing here is read before it is first asked for.

Sources of the vocabularies: International Tracing Instrument (A/60/88) paragraph 4 for types, ISO 3166-1 and 3166-3 for
countries, the SDG 16.4.2 metadata for sources; everything else is a proposal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from armoury.domain.errors import RuleError, StorageError
from armoury.domain.reference_entries import (
    DATASETS,
    LISTS,
    RECORDS,
    Action,
    AnyEntry,
    Calibre,
    Country,
    Details,
    Entry,
    Maker,
    Model,
    Names,
    WeaponType,
)
from armoury.domain.reference_files import Edition, EditionError, read_edition, written_name
from armoury.i18n import _
from armoury.paths import resource

__all__ = [
    "DATASETS",
    "Action",
    "AnyEntry",
    "Calibre",
    "Country",
    "Details",
    "Edition",
    "EditionError",
    "Entry",
    "Maker",
    "Model",
    "Names",
    "Reference",
    "WeaponType",
    "check_edition",
    "dangling",
    "label",
    "load_reference",
]


@dataclass(frozen=True, eq=False)
class Reference:
    """All datasets by name, their entries by id; equal only to itself, so that indexes can hang on it."""

    types: Mapping[str, WeaponType]
    actions: Mapping[str, Action]
    calibres: Mapping[str, Calibre]
    makers: Mapping[str, Maker]
    models: Mapping[str, Model]
    countries: Mapping[str, Country]
    lists: Mapping[str, Mapping[str, Entry]]
    editions: Mapping[str, tuple[Edition, ...]]
    """What was applied to each dataset, in order, for the screen that must name its source."""

    def dataset(self, name: str) -> Mapping[str, AnyEntry]:
        """Return the entries of one dataset by id.

        Raises:
            KeyError: there is no such dataset.
        """
        if name in RECORDS:
            entries: Mapping[str, AnyEntry] = getattr(self, name)
            return entries
        return self.lists[name]


def label(entry: AnyEntry, language: str) -> str:
    """Return an entry's name in a language, in English where that is missing."""
    names: Names = getattr(entry, "names", {})
    return names[language][0] if names.get(language) else entry.name


def load_reference(national: Mapping[str, str] | None = None) -> Reference:
    """Return the reference data with national files applied; the same texts give the same object.

    Args:
        national: JSON text of the adopted national file by dataset.

    Raises:
        RuleError: a national file cannot be read.
        StorageError: a shipped file is missing or damaged.
    """
    return _load(tuple(sorted((national or {}).items())))


@cache
def _load(national: tuple[tuple[str, str], ...]) -> Reference:
    editions: dict[str, tuple[Edition, ...]] = {name: (_shipped(name),) for name in DATASETS}
    for _name, text in national:
        edition = read_edition(text)
        editions[edition.dataset] = (*editions[edition.dataset], edition)
    return _assemble(editions)


@cache
def _shipped(dataset: str) -> Edition:
    path = resource("reference") / f"{dataset}.json"
    try:
        return read_edition(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RuleError) as problem:
        raise StorageError(
            _("The file {name} of the program is missing or damaged. Install the program again.").format(name=path.name)
        ) from problem


def _assemble(editions: Mapping[str, tuple[Edition, ...]]) -> Reference:
    merged: dict[str, Any] = {name: _merge(applied) for name, applied in editions.items()}
    return Reference(**{name: merged[name] for name in RECORDS}, lists={n: merged[n] for n in LISTS}, editions=editions)


def _merge(editions: Iterable[Edition]) -> dict[str, AnyEntry]:
    merged: dict[str, AnyEntry] = {}
    for edition in editions:
        if edition.replaces:
            merged = {}
        merged.update((entry.id, entry) for entry in edition.entries)
    return merged


def check_edition(text: str, national: Mapping[str, str] | None = None) -> Edition:
    """Read a national file and check it against the reference data in force.

    Args:
        text: the file.
        national: the other national files that the register has adopted, by dataset.

    Raises:
        EditionError: the file has faults; `details` holds a sentence for each, with dataset, entry and field.
    """
    edition = read_edition(text)
    others = {name: content for name, content in (national or {}).items() if name != edition.dataset}
    in_force = load_reference(others)
    applied = {**in_force.editions, edition.dataset: (*in_force.editions[edition.dataset], edition)}
    faults = dangling(_assemble(applied))
    if faults:
        raise EditionError(faults)
    return edition


def dangling(reference: Reference) -> list[str]:
    """Name every field that refers to an entry which does not exist: one sentence each."""
    return [
        _("In {dataset}, entry “{entry}”, field “{field}”: there is no “{value}” in {other}.").format(
            dataset=dataset, entry=entry.id, field=written_name(name), value=value, other=other
        )
        for dataset in DATASETS
        for entry in reference.dataset(dataset).values()
        for name, other in _references(dataset)
        for value in _as_tuple(getattr(entry, name))
        if value not in reference.dataset(other)
    ]


@cache
def _references(dataset: str) -> tuple[tuple[str, str], ...]:
    record = RECORDS.get(dataset, Entry)
    return tuple((each.name, each.metadata["refers"]) for each in fields(record) if "refers" in each.metadata)


def _as_tuple(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else value
