"""Invented weapons for the sample register: endless, the same for the same seed, in lots as they come into a store.

Types, makers, models and calibres are those of the reference data; everything else is made up, and every free text and
name says so.
"""

# ruff: noqa: S311 - these draws must come again for the same seed, and protect nothing

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from armoury.domain.clock import format_instant
from armoury.domain.dates import PartialDate, Precision
from armoury.domain.ids import new_uuid7
from armoury.domain.records.weapon import Component, KitItem, Serial, Weapon
from armoury.domain.tags import LETTERS, new_tag

Fields = dict[str, Any]
"""Fields of a weapon that is being made up."""

SAMPLE_TIME = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds: the time in the ids of sample records, so that they are the same everywhere."""

_TAGS = len(LETTERS) ** 8
_STRIDE = 7_368_787_391
"""Prime to 18, so that multiples of it run through all tags before one comes again."""


@dataclass(frozen=True)
class Pattern:
    """A model as it comes into stores, with the words in which books write it."""

    model: str | None
    model_text: str
    maker: str | None
    maker_text: str
    country: str | None
    type: str
    action: str | None
    fire_modes: tuple[str, ...]
    calibre: str | None
    calibre_text: str | None
    high_risk: str | None
    service: bool
    """A weapon that forces hold in numbers, not one that is seized."""


@dataclass(frozen=True)
class Surround:
    """What weapons lie in and who holds them: ids."""

    racks: Sequence[str]
    holders: Sequence[str]
    officer: str


@dataclass(frozen=True)
class _Lot:
    """Weapons of one pattern that came together, with consecutive serials."""

    common: Fields
    legal: str
    prefix: str
    first: int
    count: int


class Identities:
    """Gives ids and tags that are the same for the same seed, and no tag twice."""

    def __init__(self, seed: int, taken: frozenset[str] = frozenset()) -> None:
        """Begin anew; tags that are `taken` are left out."""
        self._chance = random.Random(f"identities {seed}")
        self._place = self._chance.randrange(_TAGS)
        self._taken = taken
        self._made = 0

    def id(self) -> str:
        """Return the next id."""
        self._made += 1
        return new_uuid7(SAMPLE_TIME + self._made // 8, self._chance.randbytes)

    def tag(self) -> str:
        """Return the next tag."""
        while True:
            self._place = (self._place + _STRIDE) % _TAGS
            tag = new_tag(self._place.to_bytes)
            if tag not in self._taken:
                return tag


def sample_weapons(
    patterns: Sequence[Pattern], surround: Surround, identities: Identities, *, seed: int
) -> Iterator[Weapon]:
    """Make weapons without end, numbered from 1."""
    chance = random.Random(f"weapons {seed}")
    number = 0
    recent = ["A100000"]
    for lot in _lots(patterns, surround, chance):
        for place in range(lot.count):
            number += 1
            fields = _identity(lot, place, number, identities)
            fields |= _seen(surround, chance)
            fields |= (_owned if lot.legal == "state_property" else _kept)(fields, surround, chance)
            fields |= _varied(fields, recent, chance)
            if fields["serial"] and number % 97 == 0:
                recent = [*recent[-20:], fields["serial"]]
            yield Weapon(**fields)


def _lots(patterns: Sequence[Pattern], surround: Surround, chance: random.Random) -> Iterator[_Lot]:
    service = [each for each in patterns if each.service] or patterns
    while True:
        owned = chance.random() < _OWNED_LOTS
        legal = "state_property" if owned else _LEGAL(chance)
        count = min(200, 1 + int(chance.expovariate(1 / 40))) if owned else 1 + (chance.random() < 0.1)
        prefix = "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=chance.choice((0, 1, 1, 2, 2, 3))))
        first = chance.randrange(10_000, 9_900_000)
        common = _common(chance.choice(service if owned else patterns), legal, chance)
        yield _Lot({**common, "place": chance.choice(surround.racks)}, legal, prefix, first, count)


def _common(pattern: Pattern, legal: str, chance: random.Random) -> Fields:
    year = chance.randint(1950, 2023)
    owned = legal == "state_property"
    return {
        "type": pattern.type, "action": pattern.action, "fire_modes": pattern.fire_modes,
        "maker": pattern.maker, "maker_text": pattern.maker_text, "country": pattern.country,
        "model": pattern.model, "model_text": pattern.model_text,
        "calibre": pattern.calibre, "calibre_text": pattern.calibre_text, "high_risk": pattern.high_risk,
        "made": PartialDate(str(year), Precision.YEAR), "received": PartialDate(str(year + 2), Precision.YEAR),
        "legal": legal, "ownership": "state_service" if owned else None, "museum_piece": chance.random() < 0.002,
    }  # fmt: skip


def _identity(lot: _Lot, place: int, number: int, identities: Identities) -> Fields:
    volume, line = divmod(number, 5_000)
    return {
        **lot.common, "id": identities.id(), "number": number, "tag": identities.tag(),
        "serial": f"{lot.prefix}{lot.first + place}",
        "ledger_volume": str(volume + 1), "ledger_page": str(line // 25 + 1), "ledger_line": str(line % 25 + 1),
    }  # fmt: skip


def _seen(surround: Surround, chance: random.Random) -> Fields:
    """Most weapons were sighted within two years; the rest are only claimed by old books."""
    fitness = _FITNESS(chance)
    if chance.random() < 0.3:
        return {"fitness": fitness}
    moment = SAMPLE_TIME - chance.randrange(700 * 86_400_000)
    return {
        "fitness": fitness, "sighting": "sighted", "last_sighted": format_instant(moment),
        "sighted_by": surround.officer, "sighted_in": "Sample count",
    }  # fmt: skip


def _owned(fields: Fields, surround: Surround, chance: random.Random) -> Fields:
    custody, number = _CUSTODY(chance), fields["number"]
    changes: Fields = {"custody": custody, "butt_number": str(number % 9_000 + 1_000)}
    if custody == "in_store":
        changes["plan"] = _PLAN(chance)
    elif custody in ("issued", "on_loan"):
        changes |= {"place": None, "holder": chance.choice(surround.holders), "fitness": "serviceable"}
    elif custody in ("in_repair", "at_laboratory", "in_transit"):
        changes |= {"place": None, "transfer": f"Sample order {number}"}
    else:
        changes |= {"place": None, "end": f"Sample report {number}"}
    if chance.random() < 0.2:
        changes["serials"] = (Serial(f"SMP {number:07d}", "state"),)
    if chance.random() < 0.05:
        changes["components"] = (Component("barrel", f"{fields['serial']}B"),)
    if chance.random() < 0.1:
        changes["kit"] = (KitItem("magazine", chance.randint(1, 4)),)
    return changes


def _kept(fields: Fields, surround: Surround, chance: random.Random) -> Fields:
    """A weapon that the state does not own: held for a court, found, surrendered, in safekeeping."""
    legal, number = fields["legal"], fields["number"]
    changes: Fields = {"case_number": f"SAMPLE-{chance.randint(2005, 2025)}-{chance.randrange(100_000):05d}"}
    if legal in ("exhibit", "seized_criminal"):
        changes |= {
            "court": "Sample court", "exhibit_number": f"EX{number:07d}",
            "bag_number": f"BG{number + 500_000:08d}", "seal_number": f"SL{number + 300_000:08d}",
        }  # fmt: skip
    elif legal == "safekeeping" and number % 10 == 0:
        changes |= {"depositor": f"Sample depositor {number}"}
    elif legal == "forfeited":
        changes["plan"] = "to_destroy"
        if chance.random() < 0.3:
            changes |= {"custody": "destroyed", "place": None, "end": f"Sample certificate {number}", "plan": "none"}
    return changes


def _varied(fields: Fields, recent: Sequence[str], chance: random.Random) -> Fields:
    """What makes real books hard: serials that are missing, worn or easily mistaken, and remarks."""
    draw = chance.random()
    changes: Fields = {}
    if draw < 0.01:
        changes = {
            "serial": None,
            "serial_status": "none",
            "scheme": "none",
            "features": f"Sample mark {fields['number']}",
        }
    elif draw < 0.015:
        changes = {
            "serial": None,
            "serial_status": "obliterated",
            "scheme": "none",
            "markings_not_authentic": draw < 0.011,
        }
    elif draw < 0.02:
        changes = {"serial": f"{fields['serial'][:-2]}??", "serial_status": "partial"}
    elif draw < 0.025:
        changes = {"serial": _mistaken(chance.choice(recent))}
    if chance.random() < 0.15:
        changes["remarks"] = f"{chance.choice(_REMARKS)} (sample, {chance.randrange(1_000)})"
    return changes


def _mistaken(serial: str) -> str:
    """Return the serial as a hurried hand may have written it: letters for the digits that look like them."""
    return serial.translate(_MISTAKEN)


_MISTAKEN = str.maketrans("01582", "OISBZ")
_REMARKS = (
    "Stock cracked", "Sling missing", "Barrel replaced", "Rust on the bolt", "Sight loose", "Finish worn",
    "Magazine does not lock", "Returned after repair", "Grip plates changed", "Old number struck through",
)  # fmt: skip


def _weighted(weights: dict[str, float]) -> Any:
    """Return what draws one of the names, each as often as its weight says."""
    names, sums = tuple(weights), tuple(accumulate(weights.values()))
    return lambda chance: names[min(bisect(sums, chance.random() * sums[-1]), len(names) - 1)]


_OWNED_LOTS = 0.1
"""A lot of the state's own weapons is a crate or two, any other a weapon or two: most weapons are the state's."""

_LEGAL = _weighted(
    {"exhibit": 30, "seized_criminal": 25, "seized_administrative": 5, "forfeited": 20, "found": 5, "surrendered": 7,
     "safekeeping": 8}
)  # fmt: skip
_CUSTODY = _weighted(
    {"in_store": 64, "issued": 26, "on_loan": 1, "in_repair": 2, "at_laboratory": 0.3, "in_transit": 0.7,
     "not_located": 0.5, "destroyed": 3, "transferred": 1.5, "written_off": 1}
)  # fmt: skip
_FITNESS = _weighted({"serviceable": 60, "limited": 10, "unserviceable": 8, "not_examined": 21, "deactivated": 1})
_PLAN = _weighted({"none": 80, "to_mark": 12, "surplus": 4, "to_destroy": 3, "to_transfer": 1})
