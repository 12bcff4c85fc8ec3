"""Short lists of the reference data as an officer types and reads them: by id, by name, by a word of the trade."""

from collections.abc import Iterator, Mapping
from typing import Any

from armoury.domain.errors import RuleError
from armoury.domain.fields import declared_fields
from armoury.domain.reference import AnyEntry, label
from armoury.i18n import _
from armoury.services.desk import Desk


def chosen_values(desk: Desk, record: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn words that were typed for fields with a short list into the ids of that list.

    Raises:
        RuleError: a word is not known; the sentence names those that are.
    """
    lists = {each.name: each.field.vocabulary for each in declared_fields(record) if each.field.vocabulary}
    return {
        name: _chosen(desk, lists[name] or "", value) if name in lists and isinstance(value, str) else value
        for name, value in values.items()
    }


def _chosen(desk: Desk, vocabulary: str, typed: str) -> str:
    entries = desk.reference.dataset(vocabulary)
    if typed in entries:
        return typed
    word = typed.strip().casefold()
    found = [each.id for each in entries.values() if word in {name.casefold() for name in _names(each)}]
    if len(found) == 1:
        return found[0]
    text = _("“{typed}” is not known here. Choose one of: {known}.")
    raise RuleError(text.format(typed=typed, known=", ".join(found or entries)))


def _names(entry: AnyEntry) -> Iterator[str]:
    yield from (entry.id, entry.name, short(entry.name))
    yield from getattr(entry, "synonyms", ())
    for names in getattr(entry, "names", {}).values():
        yield from names


def short(name: str) -> str:
    """Return a name without what explains it: “IATG A” of “IATG A: serviceable, available for use”."""
    return name.partition(":")[0]


def entry_words(desk: Desk, vocabulary: str, id_: str | None) -> str:
    """Return the name of an entry; an id that the list does not know stays as it is."""
    entry = desk.reference.dataset(vocabulary).get(id_ or "")
    return label(entry, "en") if entry else id_ or ""
