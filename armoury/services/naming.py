"""What a word of a search may name in the reference data: makers, models, calibres and types by any of their names.

A weapon's full text holds the ids it was matched to and the words as written, not the names that its card shows. So a
word is also looked for among the names, and what it names is looked for by its id.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

from armoury.domain.folding import fold, spellings
from armoury.domain.reference import AnyEntry, Reference

COLUMNS: Mapping[str, str] = {
    "makers": "maker_sort", "models": "model_sort", "calibres": "calibre_sort", "types": "type",
}  # fmt: skip
"""The datasets that are looked through, and the indexed column of the weapon that holds their ids."""

_PARTS = re.compile(r"[\s/,()&-]+")
_Form = tuple[str, str, str]
"""A folded word or name, the column, and the id."""


@lru_cache(maxsize=8)
def _forms(reference: Reference) -> tuple[_Form, ...]:
    return tuple(sorted({
        (form, column, entry.id)
        for dataset, column in COLUMNS.items()
        for entry in reference.dataset(dataset).values()
        for form in _forms_of(entry)
    }))  # fmt: skip


def _forms_of(entry: AnyEntry) -> Iterator[str]:
    for spelling in spellings(entry):
        yield fold(spelling)
        yield from filter(None, map(fold, _PARTS.split(spelling)))


@lru_cache(maxsize=4_096)
def named(reference: Reference, text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of what has a name, or a word in a name, that begins with the text; by column of the weapon."""
    form = fold(text)
    return _meant(reference, form, lambda begins: begins.startswith(form))


@lru_cache(maxsize=4_096)
def called(reference: Reference, text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of what has exactly this name, however it is spaced: `9 x 19`, `self-loading pistol`."""
    form = fold(text)
    return _meant(reference, form, lambda begins: begins == form)


def _meant(reference: Reference, form: str, fits: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    if not form:
        return {}
    forms = _forms(reference)
    found: dict[str, dict[str, None]] = {}
    for begins, column, id_ in islice(forms, bisect_left(forms, (form, "", "")), None):
        if not fits(begins):
            break
        found.setdefault(column, {})[id_] = None
    return {column: tuple(ids) for column, ids in found.items()}
