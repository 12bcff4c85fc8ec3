"""Places as old books write them: found by code, name or former code, or planned as new ones.

Case, spaces and strokes do not make another place: `Main Armoury ` and `main armoury` are one. A new place is a room
called as it is written most often; the officer puts it into its building later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.matching import fold
from armoury.domain.old_books import OldBooks
from armoury.domain.records.site import Place
from armoury.domain.serials import serial_key
from armoury.i18n import _
from armoury.services.importing_terms import NewPlace
from armoury.store.reading import several

NEW = "new:"
"""Before the key of a place that is planned and has no id yet."""

LONGEST_NAME = 100
"""Characters of a place's name; a longer text is something else that slipped into the column."""

MOST_NEW = 5_000
"""Places that one import makes at most; more of them are no places but another column."""

_LEVEL = "room"


@dataclass(frozen=True)
class Located:
    """Where a text leads: the id of a place (or `new:` and a key), or why it leads nowhere."""

    place: str | None
    problem: str | None = None


_NOWHERE = Located(None)


@dataclass
class PlaceBook:
    """What is known of places while a file is read; each text is looked up once."""

    books: OldBooks
    by_key: Mapping[str, Place]
    """By the key of the code, now or formerly."""
    by_name: Mapping[str, Place | None]
    """None where several places are called so."""
    seen: dict[str, Located] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)
    """How often each text stands."""

    def locate(self, written: str) -> Located:
        """Return where a text leads."""
        if len(written) > LONGEST_NAME:
            return Located(None, "place_unreadable")
        self.written[written] += 1
        found = self.seen.get(written)
        if found is None:
            found = self.seen[written] = self._look_up(written)
        return found

    def _look_up(self, written: str) -> Located:
        key = serial_key(written)
        if self.books.is_nothing(written) or not key:
            return _NOWHERE
        if not written.isprintable():
            return Located(None, "place_unreadable")
        place = self.by_key.get(key) or self.by_name.get(fold(written))
        if place is None:
            return Located(NEW + key)
        return Located(None, "place_closed") if place.closed else Located(place.id)

    def new_places(self) -> tuple[NewPlace, ...]:
        """Return the places that must be made, with the spelling that stands most often, in the order of names."""
        spellings: dict[str, Counter[str]] = {}
        for written, located in self.seen.items():
            if located.place and located.place.startswith(NEW):
                spelled = " ".join(written.split())
                spellings.setdefault(located.place.removeprefix(NEW), Counter())[spelled] += self.written[written]
        found = [NewPlace(key, _usual(counts), counts.total()) for key, counts in spellings.items()]
        return tuple(sorted(found, key=lambda each: each.name))


def place_book(connection: Connection, books: OldBooks, chosen: Mapping[str, str]) -> PlaceBook:
    """Read all places once.

    Args:
        connection: to the register.
        books: the words in force.
        chosen: places as written, and the code of the place that the officer says is meant.

    Raises:
        RuleError: the officer named a place that there is not.
    """
    places = {each.id: each for each in several(connection, Place)}
    by_key = dict[str, Place]()
    for subject, code in _codes_ever(connection):
        if subject in places and (key := serial_key(code or "")):
            by_key.setdefault(key, places[subject])
    by_key |= {serial_key(each.code): each for each in places.values()}
    by_name: dict[str, Place | None] = {}
    for each in places.values():
        name = fold(each.name)
        by_name[name] = None if name in by_name else each
    by_name.pop("", None)
    book = PlaceBook(books, by_key, by_name)
    for written, code in chosen.items():
        book.by_key = {**book.by_key, serial_key(written): _named(by_key, code)}
    return book


def place_called(book: PlaceBook, code: str) -> Place:
    """Return the place with a code.

    Raises:
        RuleError: there is none.
    """
    return _named(book.by_key, code)


def make_places(planned: Sequence[NewPlace], tags: Sequence[str], now: int) -> dict[str, Place]:
    """Make the records of planned places, by key.

    Args:
        planned: what to make.
        tags: free ones, one for each.
        now: milliseconds since 1970, UTC.
    """
    return {
        each.key: Place(new_uuid7(now), tag, each.name, each.name, _LEVEL)
        for each, tag in zip(planned, tags, strict=True)
    }


def _usual(counts: Counter[str]) -> str:
    """Return the spelling that stands most often; of several the first in order."""
    most = max(counts.values())
    return min(spelling for spelling, count in counts.items() if count == most)


def _named(by_key: Mapping[str, Place], code: str) -> Place:
    place = by_key.get(serial_key(code))
    if place is None:
        raise RuleError(_("There is no place with the code “{code}”. Enter it first.").format(code=code))
    return place


def _codes_ever(connection: Connection) -> Sequence[tuple[str, str]]:
    """Return every code that a place has or had, oldest first."""
    rows = connection.exec_driver_sql(
        "SELECT subject, json_extract(CAST(body AS TEXT), '$.after.code') FROM entry"
        " WHERE subject_kind = 'place' ORDER BY seq"
    )
    return [(row[0], row[1]) for row in rows]
