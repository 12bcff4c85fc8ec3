"""The words of a search as typed, and what each asks of the tables: phrases of the full text, patterns over codes."""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

import re
import unicodedata
from dataclasses import dataclass

from armoury.domain.serials import fold_pattern, has_wildcard
from armoury.services.query import LAST, Conditions

LONGEST_TEXT = 400
"""Characters of a search that are looked at."""

MOST_TERMS = 12
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff]+")
_PATTERN_REST = re.compile(r"[^A-Z0-9?*]+")
TRIGRAM = 3
"""Characters of the shortest text that the full text can find."""


@dataclass(frozen=True)
class Term:
    """One word of a search."""

    text: str
    wild: bool

    @property
    def in_full_text(self) -> bool:
        """Tell whether the full text can find it anywhere."""
        return not self.wild and len(_bare(self.text)) >= TRIGRAM

    @property
    def quoted(self) -> str:
        """Return it as a phrase of the full text's own language, in which nothing has a meaning of its own."""
        return '"' + self.text.replace('"', '""') + '"'


def terms_of(text: str) -> list[Term]:
    """Take a typed text apart into its words; what no word can hold is dropped. Never fails.

    A stroke or `&` between words is no word of its own.
    """
    words = list(dict.fromkeys(_clean(text)))
    meaning = [each for each in words if any(letter.isalnum() for letter in each)]
    terms = [Term(word, _is_pattern(word)) for word in meaning or words]
    return [term for term in terms if term.wild or _bare(term.text)][:MOST_TERMS]


def phrase_of(text: str) -> Term:
    """Return the whole text as one word: `Smith & Wesson`, `FN FAL`."""
    return Term(" ".join(_clean(text)), wild=False)


def _clean(text: str) -> list[str]:
    return unicodedata.normalize("NFC", _NO_TEXT.sub(" ", text[:LONGEST_TEXT])).split()


def key_glob(term: Term, found: Conditions) -> None:
    """Add the condition that some code of the weapon fits the word's wildcards."""
    pattern = _PATTERN_REST.sub("", unicodedata.normalize("NFKC", term.text).upper())
    sql, values = _fits("key", pattern)
    run = max(re.split("[?*]+", pattern), key=len)
    if len(values) > 1 or len(run) < TRIGRAM:
        codes = f"SELECT subject FROM code WHERE subject_kind = 'weapon' AND {sql}"
        found.sets.append((f"SELECT number FROM weapon WHERE id IN ({codes})", values))
        return
    # A pattern that begins with a wildcard: the full text finds its longest run of characters, the codes decide.
    found.sets.append(("SELECT rowid FROM search WHERE search MATCH ?", [f'"{run}"']))
    found.tests.append(("EXISTS (SELECT 1 FROM code WHERE subject = w.id AND key GLOB ?)", [pattern]))


def fold_glob(term: Term) -> tuple[str, list[str]]:
    """Return the condition on the folded code, and its values: look-alikes count as the same."""
    return _fits("fold", fold_pattern(term.text))


def _fits(column: str, pattern: str) -> tuple[str, list[str]]:
    """A pattern that begins with letters or digits needs only the codes that begin so."""
    literal = re.split("[?*]", pattern, maxsplit=1)[0]
    if not literal:
        return f"{column} GLOB ?", [pattern]
    return f"{column} >= ? AND {column} < ? AND {column} GLOB ?", [literal, literal + LAST, pattern]


def _is_pattern(word: str) -> bool:
    """`AB*12` is a pattern; `?` or `**` alone would ask for everything and is no word at all."""
    return has_wildcard(word) and any(each.isalnum() for each in word)


def _bare(text: str) -> str:
    """Return the text as the full text counts its characters: without marks over letters."""
    return "".join(
        each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each) and each not in "?*"
    )
