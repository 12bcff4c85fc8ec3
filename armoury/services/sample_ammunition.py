"""Invented ammunition for the sample register: a few items with their lots, and the vouchers of a year.

The same for the same seed. No balance is below 0 on any day; some issues are still open; one lot is expired, one waits
for its inspection, one is of loose rounds whose lot nobody knows. Every free text and name says that it is made up.
"""

# ruff: noqa: S311 - these draws must come again for the same seed, and protect nothing

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from armoury.domain.dates import PartialDate, Precision
from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher, VoucherLine
from armoury.domain.records.site import Place
from armoury.services.sample_weapons import Identities

_SHARED: Mapping[str, Any] = {"hazard_division": "1.4", "compatibility_group": "S", "un_number": "0012"}
_ITEMS: tuple[Mapping[str, Any], ...] = (
    {**_SHARED, "code": "9-BALL", "name": "Sample cartridge 9 mm ball", "nature": "ball", "calibre": "9x19",
     "calibre_text": "9x19", "neq_micrograms": 400_000, "unit_of_issue": "box", "unit_quantity": 50},
    {**_SHARED, "code": "556-BALL", "name": "Sample cartridge 5.56 mm ball", "nature": "ball", "calibre": "5.56x45",
     "calibre_text": "5.56x45", "neq_micrograms": 1_700_000, "unit_of_issue": "box", "unit_quantity": 30},
    {**_SHARED, "code": "762-TRACER", "name": "Sample cartridge 7.62 mm, linked tracer", "nature": "tracer",
     "un_number": "0339", "compatibility_group": "C", "calibre": "7.62x51", "calibre_text": "7.62x51",
     "neq_micrograms": 3_100_000, "unit_of_issue": "belt", "unit_quantity": 100},
    {**_SHARED, "code": "12-SHOT", "name": "Sample cartridge 12 gauge shot", "nature": "shot", "calibre": "12ga",
     "calibre_text": "12 gauge", "neq_micrograms": 1_900_000, "unit_of_issue": "box", "unit_quantity": 25},
    {**_SHARED, "code": "40-SMOKE", "name": "Sample cartridge 40 mm smoke", "nature": "smoke", "un_number": "0303",
     "compatibility_group": "G", "calibre": "40x46", "calibre_text": "40x46", "neq_micrograms": 85_000_000,
     "unit_of_issue": "item"},
    {"code": "762-DRILL", "name": "Sample cartridge 7.62 mm drill", "nature": "drill", "calibre": "7.62x51",
     "calibre_text": "7.62x51", "neq_micrograms": 0, "unit_of_issue": "item"},
)  # fmt: skip
_FIT: Mapping[str, Any] = {"condition": "iatg_a"}
_LOTS: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (0, _FIT), (0, _FIT), (1, _FIT), (1, _FIT), (2, _FIT), (2, {"condition": "iatg_c"}), (3, _FIT),
    (3, {"condition": "iatg_a", "lot_kind": "local", "restriction": "Sample order: training only"}),
    (4, {"condition": "iatg_a", "expires": PartialDate("2024", Precision.YEAR)}), (5, _FIT),
)  # fmt: skip
"""Of which item, and what is said of the lot."""

_LOCAL = 7
_ISSUED = (0, 1, 2, 3, 4, 6)
"""Places in `_LOTS` of those that may be issued."""

_RECEIVED = ("2025-02-10", "2025-03-03")
_MOVED = "2025-03-05"
_ISSUE_DAYS = ("2025-04-07", "2025-05-12", "2025-06-16", "2025-08-11", "2025-10-06", "2025-11-24")
_LAST_RETURNED = "2025-08-11"
"""The issue of this day came back in part, those before wholly, those after not yet."""

_REASON = "Sample data, entered together"


@dataclass
class SampleMagazine:
    """What was made, in the order in which it can be entered."""

    places: Sequence[Place]
    items: Sequence[AmmunitionItem]
    lots: Sequence[Lot]
    vouchers: list[Voucher] = field(default_factory=list)


def sample_magazine(site: str, identities: Identities, *, seed: int) -> SampleMagazine:
    """Make a magazine with its ammunition.

    Args:
        site: id of the place in which the magazine stands.
        identities: gives ids and tags.
        seed: another seed gives other lots and quantities.
    """
    chance = random.Random(f"ammunition {seed}")
    items = [AmmunitionItem(identities.id(), identities.tag(), **each) for each in _ITEMS]
    lots = [_lot(identities, items, number, chance) for number in range(len(_LOTS))]
    magazine = SampleMagazine(list(_places(site, identities)), items, lots)
    _write_vouchers(_Book(magazine, identities, chance))
    return magazine


def _places(site: str, identities: Identities) -> Iterator[Place]:
    parent = site
    for code, name, level in (("M1", "Sample magazine", "building"), ("M1-1", "Sample magazine room", "room")):
        made = Place(identities.id(), identities.tag(), code, name, level, parent)
        yield made
        parent = made.id
    for rack in (1, 2):
        yield Place(identities.id(), identities.tag(), f"M1-1-R{rack:02d}", f"Shelf {rack}", "rack", parent)


def _lot(identities: Identities, items: Sequence[AmmunitionItem], number: int, chance: random.Random) -> Lot:
    of, said = _LOTS[number]
    year = chance.randint(2015, 2023)
    lot_number = "LOCAL-1" if number == _LOCAL else f"SMP-{year % 100:02d}-{chance.randint(100, 999)}-{number + 1:03d}"
    made = PartialDate(str(year), Precision.YEAR)
    fields = {"made": made, "maker_text": "Sample maker", **said}
    if number == _LOCAL:
        fields = dict(said)
    return Lot(identities.id(), identities.tag(), items[of].id, lot_number, **fields)


@dataclass
class _Book:
    """Writes the vouchers of a magazine, numbered from 1."""

    magazine: SampleMagazine
    identities: Identities
    chance: random.Random

    def write(self, kind: str, day: str, lines: Sequence[VoucherLine], **said: Any) -> Voucher:
        """Write one voucher."""
        number = len(self.magazine.vouchers) + 1
        said |= {"authority": f"Sample order {number}", "document": f"Sample paper {number}", "reason": _REASON}
        made = Voucher(self.identities.id(), number, kind, day, lines=tuple(lines), **said)
        self.magazine.vouchers.append(made)
        return made

    def some(self, lot: Lot, least: int, most: int) -> int:
        """Draw a number of items that makes whole units of issue."""
        item = next(each for each in self.magazine.items if each.id == lot.item)
        return item.unit_quantity * self.chance.randint(least, most)


def _write_vouchers(book: _Book) -> None:
    """Receive every lot, move a part of some, issue month by month, take some back."""
    lots, (first, second) = book.magazine.lots, (each.id for each in book.magazine.places if each.level == "rack")
    half = len(lots) // 2
    for day, those in zip(_RECEIVED, (lots[:half], lots[half:]), strict=True):
        lines = [VoucherLine(each.id, first, book.some(each, 60, 200)) for each in those]
        book.write("receipt", day, lines, party="Sample supplier", giver="Sample driver")
    moved = [(each.id, book.some(each, 5, 40)) for each in lots[:3]]
    went = [VoucherLine(lot, first, -count) for lot, count in moved]
    book.write("transfer", _MOVED, [*went, *(VoucherLine(lot, second, count) for lot, count in moved)])
    for number, day in enumerate(_ISSUE_DAYS):
        _issue(book, lots[_ISSUED[number]], first, day)


def _issue(book: _Book, lot: Lot, place: str, day: str) -> None:
    """Issue some of a lot; the first issues come back in the same month, fired and live."""
    count = book.some(lot, 2, 12)
    month = int(day[5:7])
    said = {"party": f"Sample unit {month}"}
    issue = book.write("issue", day, [VoucherLine(lot.id, place, -count)], taker="Sample corporal", **said)
    if day > _LAST_RETURNED:
        return
    fired = count * book.chance.randint(60, 90) // 100
    live = (count - fired) // (2 if day == _LAST_RETURNED else 1)
    lines = [VoucherLine(lot.id, place, live, fired)]
    book.write("return", f"{day[:8]}28", lines, giver="Sample corporal", issue=issue.id, salvage=fired, **said)
