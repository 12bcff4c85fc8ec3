"""The words of old books: what a status says of the four standings, and what stands where a serial should be.

Both are data (`resources/words_of_old_books.json`), which a national authority can replace; no standard gives them.
Words are compared without case, accents and punctuation. What is not listed means nothing here: the officer is asked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from armoury.domain.errors import RuleError
from armoury.domain.folding import fold
from armoury.domain.standings import Standing
from armoury.i18n import _
from armoury.paths import resource

LANGUAGES = ("en", "es", "fr", "nl")
MISSING, UNREADABLE, REMOVED = "missing", "unreadable", "removed"
"""What a word in the place of a serial can say: nothing was written down, it cannot be read, somebody took it off."""

_SERIAL_WORDS = (MISSING, UNREADABLE, REMOVED)
_MEANINGS = frozenset({*Standing, "source"})


@dataclass(frozen=True, eq=False)
class OldBooks:
    """The words in force, each under its folded form.

    Attributes:
        standings: what a status says: values of standings by name, and `source` where the word tells how it came.
        serials: which of missing, unreadable, removed a word in the place of a serial says.
        nothing: words that say that a cell is empty.
    """

    standings: Mapping[str, Mapping[str, str]]
    serials: Mapping[str, str]
    nothing: frozenset[str]

    def standing(self, written: str) -> Mapping[str, str] | None:
        """Return what a status says, or None where the word is not listed."""
        return self.standings.get(fold(written))

    def serial(self, written: str) -> str | None:
        """Return what a text says that stands in the place of a serial; None where it is no such word."""
        return self.serials.get(fold(written))

    def near_serial(self, written: str) -> str | None:
        """Return the word that a text without digits is perhaps a slip of, as `unreadble` is of `unreadable`."""
        found = get_close_matches(fold(written), self.serials, n=1, cutoff=0.8)
        return found[0] if found else None

    def is_nothing(self, written: str) -> bool:
        """Tell whether a cell says that there is nothing, in words or with a stroke."""
        form = fold(written)
        return not form or form in self.nothing


@cache
def load_old_books(national: str | None = None) -> OldBooks:
    """Read the shipped words, or a national file that replaces them (its JSON text).

    Raises:
        RuleError: the file is not an edition of the words; every fault is named.
    """
    text = national or resource("words_of_old_books.json").read_text(encoding="utf-8")
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise RuleError(_("The file of words is not JSON: {problem}.").format(problem=problem)) from problem
    faults = list(_faults(data)) if isinstance(data, dict) else [_("The file of words holds no object.")]
    if faults:
        raise RuleError("\n".join(faults))
    return OldBooks(
        {fold(word): each["means"] for each in data["standings"] for word in _words(each)},
        {fold(word): name for name in _SERIAL_WORDS for word in _words(data["serials"][name])},
        frozenset(map(fold, _words(data["nothing"]))),
    )


def _words(by_language: Mapping[str, Any]) -> Iterator[str]:
    for language in LANGUAGES:
        yield from by_language.get(language, ())


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Name everything that keeps a file from being an edition of the words."""
    rows = data.get("standings")
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        yield _("The file of words needs “standings”: a list of words with what they mean.")
        return
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        yield from _row_faults(number, row, seen)
    serials, nothing = data.get("serials"), data.get("nothing")
    if not isinstance(serials, dict) or not all(_is_wordlist(serials.get(name)) for name in _SERIAL_WORDS):
        yield _("The file of words needs “serials” with the words for missing, unreadable and removed.")
    if not _is_wordlist(nothing):
        yield _("The file of words needs “nothing”: words that say that a cell is empty.")


def _row_faults(number: int, row: Mapping[str, Any], seen: dict[str, int]) -> Iterator[str]:
    means = row.get("means")
    if not isinstance(means, dict) or not means or not _MEANINGS.issuperset(means) or not _is_wordlist(row):
        yield _("Line {number} of the words is not declared as it must be.").format(number=number)
        return
    for word in _words(row):
        if seen.setdefault(fold(word), number) != number or not fold(word):
            yield _("Line {number} of the words: “{word}” stands elsewhere too.").format(number=number, word=word)


def _is_wordlist(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(language, []), list) and all(isinstance(each, str) for each in value.get(language, []))
        for language in LANGUAGES
    )
