"""The three lists of a stock-take as plain work: lines and the book in, items with their reasons out.

In the book and on the floor; in the book only, with what the book itself places elsewhere told apart; on the floor
only. What the book says of a weapon counts as it was when the weapon was scanned: each line carries it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from armoury.domain.records.stocktake import CountLine, Stocktake
from armoury.domain.stocktakes import FOUND, Outcome, Reason
from armoury.domain.tags import printed_tag

MOST_NAMED = 5
"""Tags, lines or places that one reason names."""


@dataclass(frozen=True, slots=True)
class BookWeapon:
    """A weapon as a list shows it: what it is, by ids of the reference data or old words, and where the book has it."""

    id: str
    number: int
    tag: str
    serial: str | None = None
    serial_status: str = "ok"
    symbol_code: str | None = None
    type: str | None = None
    type_text: str | None = None
    maker: str | None = None
    maker_text: str | None = None
    model: str | None = None
    model_text: str | None = None
    calibre: str | None = None
    calibre_text: str | None = None
    butt_number: str | None = None
    custody: str = "in_store"
    legal: str = "state_property"
    place: str | None = None
    position: str | None = None
    sighting: str = "claimed"
    last_sighted: str | None = None
    sighted_in: str | None = None
    ledger_volume: str | None = None
    ledger_page: str | None = None
    ledger_line: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a list: the weapon where the book has one, the lines that speak of it, and why it stands here."""

    weapon: BookWeapon | None
    lines: tuple[CountLine, ...]
    reasons: tuple[Reason, ...]
    in_scope: bool = True


@dataclass(frozen=True)
class Lists:
    """The three lists, what the book places elsewhere apart from the second, and what was struck.

    Attributes:
        places: codes of places by id.
        people: names of people by id, without personal data.
    """

    both: tuple[Listed, ...]
    book_only: tuple[Listed, ...]
    elsewhere: tuple[Listed, ...]
    floor_only: tuple[Listed, ...]
    struck: tuple[CountLine, ...]
    places: Mapping[str, str]
    people: Mapping[str, str]

    @property
    def book(self) -> int:
        """Return how many weapons of the scope the book holds."""
        return len([each for each in self.both if each.in_scope]) + len(self.book_only) + len(self.elsewhere)

    @property
    def outside(self) -> int:
        """Return how many of those in the book and on the floor lie outside the scope."""
        return len([each for each in self.both if not each.in_scope])


@dataclass(frozen=True)
class Book:
    """What of the register the lists are judged by.

    Attributes:
        weapons: by id: those that lines name or may mean.
        ended: values of custody with which the book does not hold a weapon: gone, or not located.
        lying: values of custody with which a weapon lies in a place.
        parents: the place that each place lies in, by id.
        now_known: for lines that the book did not know: tags of weapons that answer to them by now, by id of the line.
    """

    weapons: Mapping[str, BookWeapon]
    ended: Collection[str]
    lying: Collection[str]
    parents: Mapping[str, str | None]
    places: Mapping[str, str]
    people: Mapping[str, str]
    now_known: Mapping[str, str] = field(default_factory=dict)


def sort_out(stocktake: Stocktake, lines: Sequence[CountLine], book: Book) -> Lists:
    """Put the lines of a stock-take, those of its end included, into the three lists."""
    work = _Work(stocktake, book)
    counted = [each for each in lines if each.struck is None]
    questions = [each for each in counted if each.weapon is None]
    named: dict[str, list[CountLine]] = {}
    for each in counted:
        if each.weapon is not None:
            named.setdefault(each.weapon, []).append(each)
        for candidate in each.candidates if each.weapon is None else ():
            work.may_be.setdefault(candidate, []).append(str(each.line))
    items = {id_: work.item(book.weapons[id_], each) for id_, each in named.items()}
    lists: dict[str, list[Listed]] = {name: [] for name in ("both", "book_only", "elsewhere", "floor_only")}
    lists["floor_only"] += [work.question(each) for each in questions]
    for id_, item in items.items():
        lists[work.list_of(named[id_][0])].append(item)
    return Lists(
        both=tuple(lists["both"]),
        book_only=tuple(lists["book_only"]),
        elsewhere=tuple(lists["elsewhere"]),
        floor_only=tuple(lists["floor_only"]),
        struck=tuple(each for each in lines if each.struck is not None),
        places=book.places,
        people=book.people,
    )


@dataclass
class _Work:
    """Judges the items one by one."""

    stocktake: Stocktake
    book: Book
    may_be: dict[str, list[str]] = field(default_factory=dict)
    """Numbers of the open lines that may be a weapon, by its id."""

    def list_of(self, line: CountLine) -> str:
        """Name the list that a weapon's first line puts it into."""
        if line.outcome in FOUND:
            return "floor_only" if line.book_custody in self.book.ended else "both"
        return "book_only" if line.outcome == Outcome.NOT_SEEN else "elsewhere"

    def item(self, weapon: BookWeapon, lines: Sequence[CountLine]) -> Listed:
        """Return a weapon of the book with its reasons."""
        name, scoped = self.list_of(lines[0]), self._in_scope(weapon, lines[0])
        if name == "both":
            reasons = tuple(self._seen(weapon, lines, scoped=scoped))
        elif name == "floor_only":
            reasons = (Reason("ended", (lines[0].book_custody or "", printed_tag(weapon.tag))),)
        else:
            reasons = tuple(self._missed(weapon, lines[0]))
        return Listed(weapon, tuple(lines), reasons, scoped)

    def question(self, line: CountLine) -> Listed:
        """Return something found that no weapon of the book is known to be."""
        tags = ", ".join(
            printed_tag(self.book.weapons[each].tag)
            for each in line.candidates[:MOST_NAMED]
            if each in self.book.weapons
        )
        more = " …" if len(line.candidates) > MOST_NAMED else ""
        known = self.book.now_known.get(line.id)
        if known:
            reason = Reason("registered_since", (printed_tag(known),))
        elif not tags:
            reason = Reason("no_number")
        else:
            code = "unlisted" if line.unlisted else "could_be" if line.outcome == Outcome.UNSURE else "looks_like"
            reason = Reason(code, (tags + more,))
        return Listed(None, (line,), (reason,))

    def _in_scope(self, weapon: BookWeapon, line: CountLine) -> bool:
        """Tell whether the stock-take is about a weapon, by where the book had it when the line was written."""
        scope = self.stocktake
        around = self._around(line.book_place) if line.book_place else ()
        if scope.places and set(scope.places).isdisjoint(around):
            return False
        if scope.types and weapon.type not in scope.types:
            return False
        return not scope.legal or weapon.legal in scope.legal

    def _seen(self, weapon: BookWeapon, lines: Sequence[CountLine], *, scoped: bool) -> Iterator[Reason]:
        first = lines[0]
        if first.claimed:
            yield Reason("first_sighting")
        found = list(dict.fromkeys(each.place for each in lines if each.place))
        if not self._one_spot(found):
            yield Reason("twice", (", ".join(self._code(each) for each in found[:MOST_NAMED]),))
        if first.place and first.book_place and not self._one_spot([first.place, first.book_place]):
            yield Reason("wrong_place", (self._code(first.place), self._code(first.book_place)))
        if first.book_custody not in self.book.lying:
            yield Reason("book_elsewhere", (first.book_custody or "",))
        if not scoped:
            yield Reason("outside")
        if weapon.custody in self.book.ended:
            yield Reason("since_gone", (weapon.custody,))

    def _missed(self, weapon: BookWeapon, line: CountLine) -> Iterator[Reason]:
        if line.outcome == Outcome.ELSEWHERE:
            here = line.book_custody in self.book.lying
            yield Reason("sighted_otherwise") if here else Reason("book_elsewhere", (line.book_custody or "",))
        if line.claimed:
            yield Reason("claimed")
        if questions := self.may_be.get(weapon.id):
            yield Reason("may_be", (", ".join(questions[:MOST_NAMED]),))

    def _one_spot(self, places: Sequence[str]) -> bool:
        """Tell whether places can be one and the same spot: each lies in, or around, the one before it."""
        return all(one in self._around(other) or other in self._around(one) for one, other in pairwise(places))

    def _around(self, place: str) -> list[str]:
        """Return a place and everything that it lies in."""
        chain: list[str] = []
        here: str | None = place
        while here is not None and here not in chain:
            chain.append(here)
            here = self.book.parents.get(here)
        return chain

    def _code(self, place: str) -> str:
        return self.book.places.get(place, "?")
