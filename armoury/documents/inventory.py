"""What a certificate over a stock-take says, as plain data: who counted what, when, and the three lists it came to.

It holds facts, not sentences: the same facts are drawn in any language. Names of people are personal data; the frozen
form carries the digest that the history has of them instead, so a digest of it tells nobody's name.
"""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from armoury.domain.stocktakes import Reason

FORM = "armoury/inventory/1"
"""What the frozen form begins with; another number where the facts of a certificate change."""

_PERSONAL = "name"


@dataclass(frozen=True)
class Hand:
    """Something done: when (UTC instant), by whom, and who approved it; people by sign-in name, badge or tag."""

    at: str
    by: str
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """One of the board; the first one presides.

    Attributes:
        known_as: sign-in name, badge or tag.
        name: the name, where it has not been purged; never part of the frozen form.
        personal: the digest that the history has of the name.
        roles: ids of roles.
        set_aside: the rule that was set aside for this person, in a sentence.
    """

    known_as: str
    name: str | None = None
    personal: str | None = None
    rank: str | None = None
    roles: tuple[str, ...] = ()
    set_aside: str | None = None


@dataclass(frozen=True)
class Scope:
    """What the stock-take was about, by names; nothing means the whole site."""

    places: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list.

    Attributes:
        line: its number in the stock-take.
        tag: of the weapon, as stored.
        serial: the weapon's serial, or what was scanned or typed where no weapon is known.
        serial_status: id of the dataset `serial_status`, where the serial is not plainly there.
        place: code: where it was found, or where the book has it.
        found: when and by whom it was found.
        reasons: why it stands in its list; a custody is given by its name.
    """

    line: int
    tag: str | None = None
    serial: str | None = None
    serial_status: str | None = None
    maker: str | None = None
    model: str | None = None
    place: str | None = None
    found: Hand | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class TypeCount:
    """How many weapons of one type of the scope the book holds: seen, not seen, elsewhere by the book."""

    type: str
    both: int = 0
    book_only: int = 0
    elsewhere: int = 0

    @property
    def book(self) -> int:
        """Return how many the book holds."""
        return self.both + self.book_only + self.elsewhere


@dataclass(frozen=True)
class Remark:
    """How many weapons in the book and on the floor have a remark (a key of `armoury.domain.stocktakes.REASONS`)."""

    code: str
    count: int


@dataclass(frozen=True)
class Holder:
    """Whose inventory it is: register, site, country, agency, address, and the site's time zone (IANA)."""

    register: str
    register_id: str
    site: str
    country: str
    zone: str
    agency: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Inventory:
    """All that a certificate over a stock-take says.

    Attributes:
        both: weapons of the scope in the book and on the floor; they are counted, not listed.
        outside: weapons in the book and on the floor that the scope does not hold.
        struck: lines that were struck as mistakes.
    """

    baseline: bool
    stocktake: str
    holder: Holder
    scope: Scope
    opened: Hand
    closed: Hand
    board: tuple[Member, ...]
    override: str | None
    both: int
    outside: int
    struck: int
    types: tuple[TypeCount, ...]
    remarks: tuple[Remark, ...]
    book_only: tuple[Item, ...]
    elsewhere: tuple[Item, ...]
    not_in_book: tuple[Item, ...]
    unsure: tuple[Item, ...]

    @property
    def book(self) -> int:
        """Return how many weapons of the scope the book holds."""
        return self.both + len(self.book_only) + len(self.elsewhere)

    @property
    def floor(self) -> int:
        """Return how much was found on the floor in all: weapons of the book, and lines of what is none of them."""
        return self.both + self.outside + len(self.not_in_book) + len(self.unsure)

    @property
    def never_seen(self) -> int:
        """Return how many weapons that nobody saw here are only claimed: nobody has ever seen them."""
        missed = (*self.book_only, *self.elsewhere)
        return len([each for each in missed if any(reason.code == "claimed" for reason in each.reasons)])


@dataclass(frozen=True)
class Drawn:
    """What the certificate itself adds: its number, how it is kept, its language, who prepared it, in which entry."""

    reference: str
    classification: str
    language: str
    prepared: Hand
    entry: int


def frozen_form(value: Inventory) -> dict[str, Any]:
    """Return the facts as the canonical form takes them: absent ones left out, names by their digests."""
    return {"type": FORM, **_plain(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        named = ((each.name, getattr(value, each.name)) for each in fields(value))
        return {
            name: _plain(each)
            for name, each in named
            if each is not None and not (isinstance(value, Member) and name == _PERSONAL)
        }
    return value
