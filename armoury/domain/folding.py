"""Folding of what is written, and the index over folded spellings that tells exact, listed and nearly right apart."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from armoury.domain.reference import AnyEntry

How = Literal["exact", "spelling", "near"]

SEEN = 50_000
"""Texts remembered per kind; a register of a million rows has a few hundred."""


@dataclass(frozen=True)
class Match:
    """The entry that a text stands for, and how it was found."""

    id: str
    name: str
    how: How


_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ħ": "h", "ŧ": "t"}
)
"""Letters that Unicode does not take apart into a base letter and an accent."""

_NOT_PLAIN = re.compile("[^0-9a-z]+")


@lru_cache(maxsize=SEEN)
def fold(text: str) -> str:
    """Reduce a text to what counts in comparing: letters and digits without case, accents, punctuation and spaces."""
    if text.isascii():
        return _NOT_PLAIN.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_LETTERS)
    return "".join(each for each in folded if each.isalnum())


@dataclass(frozen=True)
class Index:
    """Folded spellings of some entries: which ids each stands for and how, and the same grouped by their digits."""

    names: Mapping[str, str]
    keys: dict[str, dict[str, How]]
    by_digits: dict[str, list[str]]

    def find(self, forms: Iterable[str]) -> Match | None:
        """Return the entry of the first form that is known, if it is the only one."""
        ids = next((self.keys[form] for form in forms if form in self.keys), {})
        own = [each for each, how in ids.items() if how == "exact"]
        chosen = own if len(own) == 1 else list(ids)
        return Match(chosen[0], self.names[chosen[0]], ids[chosen[0]]) if len(chosen) == 1 else None

    def near(self, form: str) -> Match | None:
        """Return the one entry a spelling of which differs by a slip: 1 from 5 letters on, 2 from 9 on.

        Digits must agree: another number is another model, not a slip.
        """
        limit = _allowed(form)
        if not limit or form in self.keys:
            return None
        others = (key for key in self.by_digits.get(_digits(form), ()) if len(key) >= _LEAST)
        found = {each for key in others if _within(form, key, limit) for each in self.keys[key]}
        return Match(only := found.pop(), self.names[only], "near") if len(found) == 1 else None


_LEAST = 5
_LONG = 9


def _allowed(form: str) -> int:
    return 2 if len(form) >= _LONG else 1 if len(form) >= _LEAST else 0


def _digits(form: str) -> str:
    return "".join(each for each in form if each.isdigit())


def _within(one: str, other: str, limit: int) -> bool:
    """Say whether two texts differ by at most `limit` letters added, lost, changed, or swapped with their neighbour."""
    if abs(len(one) - len(other)) > limit:
        return False
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 < j and letter == other[j - 2] and against == one[i - 2]:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return False
    return row[-1] <= limit


def build_index(entries: Iterable[AnyEntry], spellings: Mapping[str, Iterable[tuple[str, How]]]) -> Index:
    """Index entries under the folded forms given for each id."""
    index = Index({each.id: each.name for each in entries}, {}, {})
    for entry, forms in spellings.items():
        for form, how in forms:
            known = index.keys.setdefault(form, {})
            if form and known.get(entry) != "exact":
                known[entry] = how
    index.keys.pop("", None)
    for form in index.keys:
        index.by_digits.setdefault(_digits(form), []).append(form)
    return index


def spellings(entry: AnyEntry) -> Iterator[str]:
    """List everything an entry may be written as, its own name first."""
    yield entry.name
    yield from getattr(entry, "synonyms", ())
    for each in getattr(entry, "names", {}).values():
        yield from each


def plain_forms(entry: AnyEntry) -> Iterator[tuple[str, How]]:
    """List the folded forms of an entry's name, id and spellings."""
    yield fold(entry.name), "exact"
    yield fold(entry.id), "exact"
    yield from ((fold(each), "spelling") for each in spellings(entry))
