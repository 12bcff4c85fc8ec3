"""What a scan means: one function for any text that a scanner sends or an officer types.

One question over all codes finds the subjects, one a kind fetches them; the tag of a weapon is fetched at once.
What is the same comes before what is the same but for spelling, and that before what only looks alike; where several
match, all are given and it is said.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from armoury.domain.codes import Scan, ScanKind, parse_scan
from armoury.domain.duties import permissions_of
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_columns, row_names
from armoury.domain.records.site import Person, Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.serials import serial_key
from armoury.i18n import _, ngettext
from armoury.services.desk import Desk
from armoury.store.register import Driver

MOST_HITS = 50
"""More would be no answer: a butt number alone may stand on hundreds of weapons."""

SEES_NAMES = frozenset({"weapons.issue", "weapons.report", "weapons.legal", "people.change", "people.purge"})
"""Who has one of these permissions needs the names of holders and depositors for the work; nobody else sees them."""


class Closeness(IntEnum):
    """How near a code is to the scan; the nearest comes first."""

    EXACT = 0
    """Letter by letter as it stands in the record, capitals apart."""
    KEY = 1
    """The same but for spaces, strokes and width."""
    LOOK_ALIKE = 2
    """The same only if O and 0, I and 1 and their like are: a suggestion, never an identification."""


@dataclass(frozen=True)
class WeaponCard:
    """A weapon with what its card shows of others: place, and holder where the officer may see names."""

    weapon: Weapon
    place_code: str | None = None
    place_name: str | None = None
    holder_name: str | None = None
    holder_badge: str | None = None


@dataclass(frozen=True)
class Hit:
    """One subject that the scan may mean. `scheme` tells which of its codes: tag, serial, butt, place, badge, rack."""

    kind: str
    id: str
    scheme: str
    closeness: Closeness
    found: WeaponCard | Place | Person | Any
    """A weapon's card, or the record of any other kind."""


@dataclass(frozen=True)
class Found:
    """The answer to a scan: nothing, one subject, or several. `more` tells that there are still others."""

    scan: Scan
    hits: tuple[Hit, ...] = ()
    more: bool = False

    @property
    def only(self) -> Hit | None:
        """Return the one hit that needs no choice: alone, and not merely looking alike."""
        sure = [each for each in self.hits if each.closeness is not Closeness.LOOK_ALIKE]
        return sure[0] if len(sure) == 1 else None

    @property
    def said(self) -> str:
        """Say in a sentence how many match."""
        if not self.hits:
            return _("“{scan}” is not known in this register.").format(scan=self.scan.raw.strip())
        if self.only:
            return ""
        if all(each.closeness is Closeness.LOOK_ALIKE for each in self.hits):
            return _("Nothing has exactly this code. What looks like it is shown; compare it with the weapon.")
        if self.more:
            return _("More than {count} match. Scan the tag, or give more of the number.").format(count=MOST_HITS)
        count = len([each for each in self.hits if each.closeness is not Closeness.LOOK_ALIKE])
        return ngettext("{count} subject matches.", "{count} subjects match. Choose one.", count).format(count=count)


def find(desk: Desk, scanned: str) -> Found:
    """Return what a scanned or typed text means in this register; nothing found keeps the scan.

    Raises:
        RuleError: the text is longer than any code.
        StorageError, IntegrityError: the register cannot be read.
    """
    scan = parse_scan(scanned)
    if scan.kind is ScanKind.EMPTY:
        return Found(scan)
    names = sees_names(desk)
    with desk.register.glance() as connection:
        if scan.tag and (row := connection.execute(_WEAPON_OF_TAG, (scan.tag, scan.tag)).fetchone()):
            card = _weapon_card(row, names)
            return Found(scan, (Hit("weapon", card.weapon.id, "tag", Closeness.EXACT, card),))
        subjects = _subjects(connection, scan)
        if scan.kind is ScanKind.RACK:
            subjects += _in_rack(connection, scan)
        hits = _fetch(connection, subjects, scan, names=names)
    hits.sort(key=lambda hit: (hit.closeness, hit.kind, _tag(hit.found)))
    return Found(scan, tuple(hits[:MOST_HITS]), len(hits) > MOST_HITS)


def _tag(found: Any) -> str:
    return str(found.weapon.tag if isinstance(found, WeaponCard) else found.tag)


def sees_names(desk: Desk) -> bool:
    """Tell whether the officer's work needs the names of people."""
    return not SEES_NAMES.isdisjoint(permissions_of(desk.officer, desk.duties))


_Subject = tuple[str, str, str, Closeness]
"""Kind, id, scheme, closeness."""

_BY_KEY = f"SELECT subject_kind, subject, scheme, {Closeness.KEY:d} FROM code WHERE key = ? LIMIT {MOST_HITS + 1}"
_BY_FOLD = (
    f"SELECT subject_kind, subject, scheme, {Closeness.LOOK_ALIKE:d} FROM code WHERE fold = ? LIMIT {2 * MOST_HITS}"
)
_BY_BOTH = f"SELECT * FROM ({_BY_KEY}) UNION ALL SELECT * FROM ({_BY_FOLD})"


def _subjects(connection: Driver, scan: Scan) -> list[_Subject]:
    # A tag carries its check letter: what has exactly this tag needs no look-alikes beside it.
    rows = connection.execute(_BY_KEY, (scan.tag,)).fetchall() if scan.tag else []
    if not any(scheme == "tag" for _kind, _id, scheme, _near in rows):
        rows += connection.execute(_BY_BOTH, (scan.key, scan.folded)).fetchall()
    if len(rows) > 1:
        rows.sort(key=lambda row: row[3])
    nearest: dict[tuple[str, str], _Subject] = {}
    for kind, id_, scheme, closeness in rows:
        nearest.setdefault((kind, id_), (kind, id_, scheme, Closeness(closeness)))
    return list(nearest.values())


def _in_rack(connection: Driver, scan: Scan) -> list[_Subject]:
    """Find the weapons at a rack position whose serial ends with the three characters given (labels fall off)."""
    found = []
    for rack, position in _racks(scan.rack or ""):
        found += connection.execute(
            "SELECT w.id FROM code AS c CROSS JOIN weapon AS w ON w.place = c.subject"
            " WHERE c.key = ? AND c.scheme = 'place' AND substr(w.serial_key, -3) = ?"
            f" AND (? IS NULL OR upper(w.position) = ?) LIMIT {MOST_HITS + 1}",
            (rack, scan.ending, position, position),
        ).fetchall()
    return [("weapon", row[0], "rack", Closeness.KEY) for row in found]


def _racks(text: str) -> list[tuple[str, str | None]]:
    """Read `R2-05` as a place of that code, or as position 05 in rack R2."""
    ways: list[tuple[str, str | None]] = [(serial_key(text) or text, None)]
    for place, letter in enumerate(text):
        if letter in "-/.:" and 0 < place < len(text) - 1:
            ways.append((serial_key(text[:place]), text[place + 1 :]))
    return ways


def _quoted(table: str, record: type[Any]) -> str:
    return ", ".join(f'{table}."{name}"' for name in row_names(record))


_WEAPONS = (
    f"SELECT {_quoted('w', Weapon)}, p.code, p.name, h.badge, hp.content, wp.content FROM weapon AS w"
    " LEFT JOIN place AS p ON p.id = w.place LEFT JOIN person AS h ON h.id = w.holder"
    " LEFT JOIN personal AS hp ON hp.digest = h.personal LEFT JOIN personal AS wp ON wp.digest = w.personal"
)
_WEAPON = f"{_WEAPONS} WHERE w.id = ?"
_WEAPON_OF_TAG = f"{_WEAPONS} WHERE w.tag = ? AND (SELECT count(*) FROM code WHERE key = ?) = 1"
"""The most frequent scan asks but once: the tag of a weapon, where no other code reads the same."""


@cache
def _whole(kind: str) -> str:
    """Write the question for the whole record of any kind but weapons, with its personal values where it has some."""
    record = KINDS[kind].record
    personal = "personal" in row_names(record)
    joined = " LEFT JOIN personal AS p ON p.digest = t.personal" if personal else ""
    content = "p.content" if personal else "NULL"
    return f'SELECT {_quoted("t", record)}, {content} FROM "{kind}" AS t{joined} WHERE t.id = ?'


def _fetch(connection: Driver, subjects: Sequence[_Subject], scan: Scan, *, names: bool) -> list[Hit]:
    hits = []
    for kind, id_, scheme, closeness in subjects[: 2 * MOST_HITS]:
        row = connection.execute(_WEAPON if kind == "weapon" else _whole(kind), (id_,)).fetchone()
        if row:
            found = _weapon_card(row, names) if kind == "weapon" else _record(kind, row, names)
            near = Closeness.EXACT if closeness is Closeness.KEY and _is_exact(found, scheme, scan) else closeness
            hits.append(Hit(kind, id_, scheme, near, found))
    return hits


_WIDTH = len(row_names(Weapon))


def _weapon_card(row: Sequence[Any], names: bool) -> WeaponCard:
    code, place, badge, holder, own = row[_WIDTH:]
    weapon = from_columns(Weapon, row[:_WIDTH], json.loads(own) if names and own else None)
    name = json.loads(holder).get("name") if names and holder else None
    return WeaponCard(weapon, code, place, name, badge)


def _record(kind: str, row: Sequence[Any], names: bool) -> Any:
    *columns, content = row
    return from_columns(KINDS[kind].record, columns, json.loads(content) if names and content else None)


def _is_exact(found: Any, scheme: str, scan: Scan) -> bool:
    if scheme == "tag":
        return True
    return (
        any(text and text.upper() == scan.text for text in _TEXTS[scheme](found) if text) if scheme in _TEXTS else False
    )


def _serials(card: WeaponCard) -> tuple[str | None, ...]:
    weapon = card.weapon
    return (
        weapon.serial, *(each.text for each in weapon.serials), *(each.serial for each in weapon.components)
    )  # fmt: skip


_TEXTS: dict[str, Any] = {
    "serial": _serials,
    "symbol": lambda card: (card.weapon.symbol_code,),
    "butt": lambda card: (card.weapon.butt_number,),
    "bag": lambda card: (card.weapon.bag_number,),
    "seal": lambda card: (card.weapon.seal_number,),
    "exhibit": lambda card: (card.weapon.exhibit_number,),
    "place": lambda place: (place.code,),
    "badge": lambda person: (person.badge,),
    "item": lambda item: (item.code,),
    "stock_number": lambda item: (item.stock_number,),
    "lot": lambda lot: (lot.lot_number,),
}
"""What the record holds under each scheme, as written."""
