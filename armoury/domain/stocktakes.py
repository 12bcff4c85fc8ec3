"""What a stock-take tells apart, in plain values: how a line ended, which list it stands in, and why.

Three lists: in the book and on the floor, in the book only, on the floor only (design section 6). What the book itself
places elsewhere is told apart from what should be here and was not seen.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_FOUND = 400
"""Characters of one thing found; a serial has at most some dozens, a description of a weapon without one some more."""

MOST_CANDIDATES = 10
"""What a line names at most of the weapons that it may be."""


class Outcome(StrEnum):
    """How a line of a stock-take ended."""

    SEEN = "seen"
    """A weapon of the book, seen."""
    AGAIN = "again"
    """A weapon that was seen before, now somewhere else."""
    UNSURE = "unsure"
    """Several weapons answer to it."""
    UNKNOWN = "unknown"
    """No weapon of the book answers to it."""
    NOT_SEEN = "not_seen"
    """By the book it lies here, and nobody saw it."""
    ELSEWHERE = "elsewhere"
    """Not scanned, and accounted for otherwise: issued, at court, not located, or sighted in another act meanwhile."""


FOUND = (Outcome.SEEN, Outcome.AGAIN)
"""The outcomes that say a weapon of the book was seen."""

OPEN_QUESTION = (Outcome.UNSURE, Outcome.UNKNOWN)
"""The outcomes of something on the floor that no weapon of the book is known to be."""


class State(StrEnum):
    """Where a stock-take stands."""

    OPEN = "open"
    CLOSED = "closed"
    VOID = "void"


@dataclass(frozen=True)
class Reason:
    """Why something stands where it stands.

    Attributes:
        code: a key of `REASONS`.
        about: codes of places, tags, ids of custody, numbers of lines: whatever the sentence names.
    """

    code: str
    about: tuple[str, ...] = ()


Translate = Callable[[str], str]

REASONS: Mapping[str, Callable[[Translate], str]] = {
    "first_sighting": lambda _: _("seen for the first time; until now only claimed"),
    "wrong_place": lambda _: _("found in {0}, by the book in {1}"),
    "book_elsewhere": lambda _: _("by the book “{0}”"),
    "outside": lambda _: _("outside the scope"),
    "twice": lambda _: _("found more than once, in {0}: two weapons with one number?"),
    "since_gone": lambda _: _("since then “{0}”"),
    "claimed": lambda _: _("claimed: nobody has ever seen it"),
    "may_be": lambda _: _("may be what stands in line {0}"),
    "sighted_otherwise": lambda _: _("sighted meanwhile in another act"),
    "could_be": lambda _: _("could be {0}"),
    "looks_like": lambda _: _("looks like {0}"),
    "ended": lambda _: _("in the book as {1}, but “{0}”"),
    "registered_since": lambda _: _("now in the book as {0}: settle the line"),
    "unlisted": lambda _: _("said to be another weapon than {0}"),
    "no_number": lambda _: _("not in the book"),
}
"""Each reason as a sentence of its own language; `{0}` and on stand for what it is about."""

CUSTODY_FIRST = frozenset({"book_elsewhere", "since_gone", "ended"})
"""The reasons that are about a custody, whose id they give first."""


def reason_words(reason: Reason, translate: Translate, custody: Callable[[str], str]) -> str:
    """Say a reason in words.

    Args:
        reason: which.
        translate: gives a text in the wanted language.
        custody: gives the name of a custody by its id.
    """
    first, *others = reason.about or ("",)
    named = custody(first) if reason.code in CUSTODY_FIRST else first
    return REASONS[reason.code](translate).format(named, *others)


def found_text(text: str) -> str:
    """Return what was scanned as it is kept: as it came, without control and direction signs and outer blanks."""
    shown = "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(shown.split())[:LONGEST_FOUND]


def stocktake_reference(year: int, number: int) -> str:
    """Return the number of a stock-take for people."""
    return f"ST-{year}-{number}"
