"""The verdict on every row: new, the same, changed, a clash, or an error; and everything that is to be said of it.

Planning and carrying out both go through `judge`, so that what was shown is what is written.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from armoury.domain.records.weapon import Weapon
from armoury.domain.remarks import Level
from armoury.domain.serials import fold_serial, serial_key
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.importing_compare import Changes, standing_differences
from armoury.services.importing_fields import Taken
from armoury.services.importing_register import RegisterView, maker_key, texts_of
from armoury.services.importing_rows import Reading, RowReader
from armoury.services.importing_terms import Decisions, Said, Verdict
from armoury.services.importing_texts import shortened
from armoury.tabular.table import Row, TableRemark

CHUNK = 1_000
"""Rows that are looked up together."""

_MOST_NUMBERS = 5_000
"""Serials that are looked up together; a run of serials counts as many."""

_KEY_BITS = 40
_KEY_MASK = (1 << _KEY_BITS) - 1


@dataclass(slots=True)
class Judged:
    """A row with its verdict.

    Attributes:
        before: the registered weapons that it means.
        changes: for each of them what the row says otherwise.
    """

    reading: Reading
    verdict: Verdict
    before: tuple[Weapon, ...] = ()
    changes: tuple[Changes, ...] = ()


@dataclass
class SeenRows:
    """The serials of the file so far, in little memory: by maker and look, where each stood first."""

    first: dict[int, int] = field(default_factory=dict)
    others: dict[int, list[int]] = field(default_factory=dict)

    def meet(self, maker: str, number: str, line: int) -> tuple[int, bool] | None:
        """Remember a serial; return the line of an earlier one that is the same (True) or looks like it (False)."""
        key = serial_key(number)
        if not key:
            return None
        look = hash((maker, fold_serial(number)))
        packed = line << _KEY_BITS | hash(key) & _KEY_MASK
        known = self.first.setdefault(look, packed)
        if known is packed:
            return None
        others = self.others.setdefault(look, [])
        same = next((each for each in (known, *others) if (each ^ packed) & _KEY_MASK == 0), None)
        if same is None:
            others.append(packed)
        return (known if same is None else same) >> _KEY_BITS, same is not None


@dataclass
class Judge:
    """Everything that verdicts are given by."""

    reader: RowReader
    view: RegisterView
    taken: Taken
    decisions: Decisions
    table_remarks: Mapping[int, Sequence[TableRemark]]
    place_codes: Mapping[str, str]
    seen: SeenRows = field(default_factory=SeenRows)

    def judge(self, rows: Iterable[Row]) -> Iterator[Judged]:
        """Give a verdict on every row, in order."""
        for readings in self._chunks(rows):
            self.view.fetch(readings)
            judged = [self._judge_one(each) for each in readings]
            if not self.view.empty:
                self._look_back(judged)
            yield from judged

    def _chunks(self, rows: Iterable[Row]) -> Iterator[list[Reading]]:
        readings: list[Reading] = []
        numbers = 0
        for row in rows:
            reading = self.reader.read(row)
            if row.line in self.table_remarks:
                _add_table_remarks(reading, self.table_remarks[row.line])
            readings.append(reading)
            numbers += len(reading.numbers)
            if len(readings) >= CHUNK or numbers >= _MOST_NUMBERS:
                yield readings
                readings, numbers = [], 0
        if readings:
            yield readings

    def _judge_one(self, reading: Reading) -> Judged:
        clash = self._meets_earlier(reading)
        if reading.stops:
            return Judged(reading, Verdict.ERROR)
        if clash:
            return Judged(reading, Verdict.CLASH)
        return Judged(reading, Verdict.NEW) if self.view.empty else self._against_register(reading)

    def _meets_earlier(self, reading: Reading) -> bool:
        """Compare the serials of a row with those of the rows above it."""
        weapon = reading.weapon
        if weapon.serial_status != "ok":
            return False
        clash, maker = False, maker_key(weapon)
        for number in texts_of(reading):
            met = self.seen.meet(maker, number, reading.line)
            if met is None or (met[0] == reading.line and not met[1]):
                continue
            line, same = met
            allowed = not same and reading.line in self.decisions.distinct
            self._say(reading, "duplicate_row" if same else "alike_row", number, allowed=allowed, line=line)
            clash = clash or not allowed
        return clash

    def _against_register(self, reading: Reading) -> Judged:
        same: list[Weapon] = []
        clash = False
        for number in reading.numbers:
            found = self.view.likeness(reading, number)
            if found.same is not None:
                same.append(found.same)
            elif found.doubt is not None:
                allowed = reading.line in self.decisions.distinct
                self._say_other(reading, found.doubt[0], found.doubt[1], number, allowed=allowed)
                clash = clash or not allowed
            elif found.elsewhere is not None:
                self._say_other(reading, "serial_elsewhere", found.elsewhere, number, allowed=True)
        if same and len(same) < len(reading.numbers):
            self._say(reading, "part_registered", str(len(same)), count=len(reading.numbers))
            clash = True
        if clash:
            return Judged(reading, Verdict.CLASH)
        if not same:
            return Judged(reading, Verdict.NEW)
        changes = tuple(self.view.comparison.differences(each, reading.weapon) for each in same)
        return Judged(reading, Verdict.CHANGED if any(changes) else Verdict.SAME, tuple(same), changes)

    def _look_back(self, judged: Sequence[Judged]) -> None:
        """Ask the history about rows that differ: an old value is no correction, a standing has its day."""
        changed = [each for each in judged if each.verdict is Verdict.CHANGED]
        if changed:
            written = _written_before(self.view.connection, [w.id for each in changed for w in each.before])
            for each in changed:
                self._drop_old_values(each, written)
        differing = [
            (each, weapon, difference)
            for each in judged
            for weapon in each.before
            for difference in standing_differences(weapon, each.reading.weapon, each.reading.told)
        ]
        if differing:
            since = _standing_since(self.view.connection, {weapon.id for _each, weapon, _difference in differing})
            for each, weapon, (name, old, new) in differing:
                self._say_standing(each.reading, name, (old, new), since.get(weapon.id, "?"))

    def _drop_old_values(self, judged: Judged, written: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Leave out what the register had before and somebody corrected: the book has only not been corrected."""
        judged.changes = tuple(
            self._fresh(judged.reading, weapon, changes, written.get(weapon.id, ()))
            for weapon, changes in zip(judged.before, judged.changes, strict=True)
        )
        if not any(judged.changes):
            judged.verdict = Verdict.SAME

    def _fresh(
        self, reading: Reading, weapon: Weapon, changes: Changes, written: Sequence[Mapping[str, Any]]
    ) -> Changes:
        fresh: dict[str, Any] = {}
        for name, value in changes.items():
            if f"{name}_text" in changes:
                continue
            if _stood(name, value, written):
                self._say_corrected(reading, name, weapon)
                continue
            self._say_change(reading, name, getattr(weapon, name), value)
            partner = name.removesuffix("_text")
            fresh |= {name: value, partner: changes.get(partner, value)}
        return fresh

    def _say(self, reading: Reading, code: str, found: str, *, allowed: bool = False, **values: Any) -> None:
        level = Level.NOTE if allowed else Level.WARN
        text = _SENTENCES[code]().format(found=shortened(found), **values)
        reading.said.append(Said(self.taken.column("serial"), code, shortened(found), text, level))

    def _say_other(self, reading: Reading, code: str, other: Weapon, number: str | None, *, allowed: bool) -> None:
        self._say(
            reading,
            code,
            number or "",
            allowed=allowed,
            tag=printed_tag(other.tag),
            other=other.serial or other.symbol_code or "?",
            maker=other.maker_text or other.maker or "?",
            model=other.model_text or other.model or "?",
        )

    def _say_standing(self, reading: Reading, name: str, values: tuple[str, str], since: str) -> None:
        old, new = (self.place_codes.get(each, each) if name == "place" else each for each in values)
        text = _("The register says {old} since {since}, the book {new}. If the book is right, record a move.")
        said = text.format(old=old or "?", new=new, since=since[:10])
        column = self.taken.column(name) or self.taken.column("status")
        reading.said.append(Said(column, "standing_differs", shortened(new), said, Level.NOTE))

    def _say_corrected(self, reading: Reading, name: str, weapon: Weapon) -> None:
        text = _("The register was corrected since ({now}); the book still has what it was. Nothing is changed.")
        now = shortened(str(_plain(getattr(weapon, name)) or "?"))
        column = self.taken.column(name)
        reading.said.append(Said(column, "corrected_since", now, text.format(now=now), Level.NOTE))

    def _say_change(self, reading: Reading, name: str, old: object, new: object) -> None:
        text = _("“{old}” becomes “{new}”.")
        said = text.format(old=shortened(str(_plain(old) or "")), new=shortened(str(_plain(new) or "")))
        column = self.taken.column(name)
        reading.said.append(Said(column, "changed", shortened(str(_plain(new) or "")), said, Level.NOTE))


def _add_table_remarks(reading: Reading, remarks: Sequence[TableRemark]) -> None:
    for each in remarks:
        reading.said.append(Said(each.column or "", each.code, each.found, each.text, each.level))
        reading.stops = reading.stops or each.level is Level.STOP


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return ", ".join(str(getattr(each, "text", each)) for each in value)
    return getattr(value, "value", value)


def _stood(name: str, value: object, records: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a field had a value in an earlier entry."""
    wanted = value.to_json() if hasattr(value, "to_json") else value
    if isinstance(wanted, tuple):
        return False
    return any(each.get(name) == wanted for each in records) and wanted is not None


def _written_before(connection: Connection, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """Return what earlier entries said of some weapons."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for subject, after in connection.exec_driver_sql(_WRITTEN, (json.dumps(sorted(set(ids))),)):
        found.setdefault(subject, []).append(json.loads(after))
    return found


def _standing_since(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return when something last happened to the standings of some weapons."""
    rows = connection.exec_driver_sql(_SINCE, (json.dumps(sorted(ids)),))
    return {row[0]: row[1] for row in rows}


_WRITTEN = (
    "SELECT e.subject, json_extract(CAST(e.body AS TEXT), '$.after') FROM json_each(?) AS k CROSS JOIN entry AS e"
    " ON e.subject_kind = 'weapon' AND e.subject = k.value"
    " WHERE e.kind IN ('weapon.registered', 'weapon.corrected') ORDER BY e.seq"
)
_SINCE = (
    "SELECT e.subject, max(e.recorded_at) FROM json_each(?) AS k CROSS JOIN entry AS e"
    " ON e.subject_kind = 'weapon' AND e.subject = k.value"
    " WHERE e.kind NOT IN ('weapon.corrected', 'weapon.sighted', 'weapon.purged') GROUP BY e.subject"
)

_SENTENCES: Mapping[str, Callable[[], str]] = {
    "duplicate_row": lambda: _("Line {line} has the same maker and serial {found}. Look at the weapons."),
    "alike_row": lambda: _("Line {line} has a serial of the same maker that looks like {found}. Look at the weapons."),
    "serial_alike": lambda: _("The serial {found} looks like {other} on {tag}. Look at the weapons."),
    "maker_unsure": lambda: _("{tag} has the serial {found} too, and perhaps the same maker ({maker}). Look again."),
    "model_differs": lambda: _("{tag} has the same maker and serial {found}, but is a {model}. Look at the weapon."),
    "serial_elsewhere": lambda: _("The number {found} stands on {tag} too, a weapon by {maker}."),
    "part_registered": lambda: _("{found} of the {count} weapons of this row are registered already. Split the row."),
}
