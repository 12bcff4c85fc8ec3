"""A stock-take: which weapons, by whom, what was found; and the certificate that is drawn up over its end.

Each thing found is a line of its own, a subject with its own history, so that it is stored at once and the record of
the stock-take is not rewritten by every scan. Nothing of it is deleted: a mistaken line is struck with a reason.
"""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.fields import AsMarked, EntryNumber, Field, FieldType, Flag, Instant, Text, Whole, Words


@dataclass(frozen=True)
class Stocktake:
    """A count of what is on the floor against what is in the book, by a board of two or more."""

    id: Annotated[str, Field()]
    reference: Annotated[str, Field(unique=True)]
    """Its number for people, `ST-2026-1`; what a weapon seen in it carries as `sighted_in`."""
    year: Annotated[int, Field(FieldType.INTEGER)]
    """Year at the site when it was opened; numbers run within a year."""
    opened_at: Annotated[str, Field(FieldType.INSTANT)]
    opened_by: Annotated[str, Field(refers_to="person")]
    board: Annotated[tuple[str, ...], Field(FieldType.WORDS)]
    """Ids of the people of the board, the first one presides."""
    baseline: Flag = False
    """It was opened before any stock-take of the whole site was closed."""
    places: Words = ()
    """Ids of the places it is about, with all inside them; none means the whole site."""
    types: Words = ()
    """Types of weapon it is about; none means all."""
    legal: Words = ()
    """Legal standings it is about; none means all."""
    keepers: Words = ()
    """Ids of those of the board who also keep the store."""
    override: Text = None
    """Why they sit on it all the same."""
    state: Annotated[str, Field()] = "open"
    """open, closed or void."""
    closed_at: Instant = None
    closed_by: Annotated[str | None, Field(refers_to="person")] = None
    book: Whole = None
    """Weapons of the scope that the book held at the end."""
    both: Whole = None
    """Weapons in the book and on the floor."""
    book_only: Whole = None
    """In the book as lying here, and not seen."""
    elsewhere: Whole = None
    """Not seen, and accounted for by the book otherwise: issued, at court, not located."""
    floor_only: Whole = None
    """Lines of what was on the floor and not in the book, or not to be told which."""
    outside: Whole = None
    """Of those in the book and on the floor: outside the scope."""
    void: Text = None
    """Why it does not count."""
    certificate: Text = None
    """Number of its certificate."""
    certificate_sha256: Text = None
    entry: EntryNumber = 0


@dataclass(frozen=True)
class CountLine:
    """One line of a stock-take: what was scanned or typed, or at its end a weapon that nobody saw."""

    id: Annotated[str, Field()]
    stocktake: Annotated[str, Field(refers_to="stocktake")]
    line: Annotated[int, Field(FieldType.INTEGER)]
    """Its number within the stock-take, from 1."""
    outcome: Annotated[str, Field()]
    """seen, again, unsure or unknown; at the end not_seen or elsewhere (`armoury.domain.stocktakes`)."""
    at: Annotated[str, Field(FieldType.INSTANT)]
    counted_by: Annotated[str, Field(refers_to="person")]
    text: AsMarked = None
    """What was scanned or typed, as it came; none for a weapon that nobody saw."""
    scheme: Text = None
    """Which code of the weapon it was: tag, serial, butt, rack …"""
    weapon: Annotated[str | None, Field(refers_to="weapon")] = None
    place: Annotated[str | None, Field(refers_to="place")] = None
    """Where it was found."""
    candidates: Words = ()
    """Ids of the weapons it may be, where that could not be told."""
    book_custody: Text = None
    """The weapon's custody by the book at that time."""
    book_place: Annotated[str | None, Field(refers_to="place")] = None
    """The weapon's place by the book at that time."""
    claimed: Flag = False
    """At that time the book only claimed the weapon: nobody had ever seen it."""
    unlisted: Flag = False
    """Said to be another weapon than those that the book offers for it."""
    struck: Text = None
    """Why the line was a mistake; it stays."""
    entry: EntryNumber = 0


@dataclass(frozen=True)
class Certificate:
    """A numbered paper drawn from the record: prepared, then issued or void. Its number is never given again."""

    id: Annotated[str, Field()]
    reference: Annotated[str, Field(unique=True)]
    """Its number, `BIC-2026-0001`; without a gap within series and year."""
    series: Annotated[str, Field()]
    year: Annotated[int, Field(FieldType.INTEGER)]
    """Year at the site when it was prepared."""
    subject_kind: Annotated[str, Field()]
    subject: Annotated[str, Field()]
    language: Annotated[str, Field()]
    classification: Annotated[str, Field()]
    content: Annotated[str, Field()]
    """SHA-256 of the content that was frozen, in canonical form."""
    prepared_at: Annotated[str, Field(FieldType.INSTANT)]
    prepared_by: Annotated[str, Field(refers_to="person")]
    state: Annotated[str, Field()] = "prepared"
    """prepared, issued or void."""
    issued_at: Instant = None
    sha256: Text = None
    """SHA-256 of the paper as a file."""
    void: Text = None
    """Why it does not count."""
    entry: EntryNumber = 0
