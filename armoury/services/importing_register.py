"""Which registered weapon a row means, asked for many rows at once: never a query a row.

A weapon is the same by maker, model and serial. Weapons without a serial are told by their whole description, and by
the line of the file where that very file was imported before; each registered one stands for one row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from armoury.domain.folding import fold
from armoury.domain.record_form import from_json
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import Reference
from armoury.domain.serials import fold_serial, serial_key
from armoury.services.importing_compare import Comparison
from armoury.services.importing_rows import Reading
from armoury.store.reading import several


@dataclass(slots=True)
class Likeness:
    """What the register has for one serial of a row.

    Attributes:
        same: the weapon that is meant.
        doubt: a rule that tells why it is perhaps another one, with that weapon.
        elsewhere: a weapon of another make with the same number.
    """

    same: Weapon | None = None
    doubt: tuple[str, Weapon] | None = None
    elsewhere: Weapon | None = None


@dataclass
class RegisterView:
    """The register as one import sees it."""

    connection: Connection
    comparison: Comparison
    reference: Reference
    earlier: dict[int, list[str]]
    """Line to ids of the weapons without a serial that an earlier import of the same file registered from it."""
    empty: bool
    by_fold: dict[str, list[Weapon]] = field(default_factory=dict)
    nameless: dict[int, Weapon] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _traits: dict[int, list[str]] | None = None

    def fetch(self, readings: Sequence[Reading]) -> None:
        """Look up everything that the register has for some rows."""
        if self.empty:
            return
        folds = {form for each in readings for text in texts_of(each) if (form := fold_serial(text))}
        subjects = dict[str, list[str]]()
        for form, subject in self.connection.exec_driver_sql(_BY_FOLD, (json.dumps(sorted(folds)),)):
            subjects.setdefault(form, []).append(subject)
        lines = {each.line: found for each in readings if (found := self._nameless_id(each))}
        wanted = {subject for group in subjects.values() for subject in group} | set(lines.values())
        weapons = {each.id: each for each in weapons_by_id(self.connection, wanted)}
        self.by_fold = {form: [weapons[each] for each in dict.fromkeys(group)] for form, group in subjects.items()}
        self.nameless = {line: weapons[subject] for line, subject in lines.items()}

    def likeness(self, reading: Reading, number: str | None) -> Likeness:
        """Return what the register has for one serial of a row that was fetched."""
        if self.empty:
            return Likeness()
        text = number or reading.weapon.symbol_code
        if text is None:
            return Likeness(self.nameless.get(reading.line))
        found = Likeness()
        key = serial_key(text)
        for other in self.by_fold.get(fold_serial(text), ()):
            self._weigh(found, reading.weapon, other, key, text)
        return found

    def _weigh(self, found: Likeness, weapon: Weapon, other: Weapon, key: str, text: str) -> None:
        main = other.symbol_code if other.scheme == "symbol" else other.serial
        makers = same_maker(weapon, other, self.reference)
        if weapon.serial_status == "partial" or other.serial_status == "partial":
            if weapon.serial_status == other.serial_status and main == text and makers and other.id not in self.used:
                found.same = found.same or other
                self.used.add(found.same.id)
            return
        if main is None or serial_key(main) != key:
            if main is not None and fold_serial(main) == fold_serial(text) and makers is not False:
                found.doubt = found.doubt or ("serial_alike", other)
            elif any(serial_key(each) == key for each in _further(other)):
                found.elsewhere = found.elsewhere or other
        elif makers is False:
            found.elsewhere = found.elsewhere or other
        elif makers is None:
            found.doubt = found.doubt or ("maker_unsure", other)
        elif not same_model(weapon, other):
            found.doubt = found.doubt or ("model_differs", other)
        else:
            found.same = other

    def _nameless_id(self, reading: Reading) -> str | None:
        if reading.numbers != (None,) or reading.weapon.symbol_code or reading.stops:
            return None
        for each in self.earlier.get(reading.line, ()):
            if each not in self.used:
                self.used.add(each)
                return each
        if self._traits is None:
            self._traits = self._all_traits()
        for each in self._traits.get(hash(self.comparison.traits(reading.weapon)), ()):
            if each not in self.used:
                self.used.add(each)
                return each
        return None

    def _all_traits(self) -> dict[int, list[str]]:
        """Return the registered weapons without a serial by their description, now and as first written."""
        found: dict[int, list[str]] = {}
        now = {each.id: each for each in several(self.connection, Weapon, "WHERE t.serial IS NULL")}
        for id_, first in _first_written(self.connection):
            if id_ not in now:
                continue
            for weapon in (now[id_], first):
                group = found.setdefault(hash(self.comparison.traits(weapon)), [])
                if id_ not in group:
                    group.append(id_)
        return found


_BY_FOLD = (
    "SELECT c.fold, c.subject FROM json_each(?) AS k CROSS JOIN code AS c ON c.fold = k.value"
    " WHERE c.scheme IN ('serial', 'symbol') AND c.subject_kind = 'weapon'"
)
_FIRST_WRITTEN = (
    "SELECT e.subject, json_extract(CAST(e.body AS TEXT), '$.after') FROM weapon AS w CROSS JOIN entry AS e"
    " ON e.subject_kind = 'weapon' AND e.subject = w.id AND e.kind = 'weapon.registered' WHERE w.serial IS NULL"
)
_EARLIER = (
    "SELECT e.subject, json_extract(CAST(e.body AS TEXT), '$.reason') FROM entry AS e"
    " WHERE e.action IN (SELECT a.action FROM entry AS a JOIN intake AS i ON a.subject = i.id"
    " AND a.subject_kind = 'intake' WHERE i.sha256 = ? AND i.sheet IS ?) AND e.kind = 'weapon.registered'"
    " AND json_extract(CAST(e.body AS TEXT), '$.after.serial') IS NULL"
)


def view_of(
    connection: Connection, comparison: Comparison, reference: Reference, sha256: str, sheet: str | None
) -> RegisterView:
    """Look at the register for the import of one file."""
    empty = connection.exec_driver_sql("SELECT 1 FROM weapon LIMIT 1").first() is None
    earlier: dict[int, list[str]] = {}
    if not empty:
        for subject, reason in connection.exec_driver_sql(_EARLIER, (sha256, sheet)):
            line = (reason or "").rpartition(":")[2]
            if line.isdecimal():
                earlier.setdefault(int(line), []).append(subject)
    return RegisterView(connection, comparison, reference, earlier, empty)


def weapons_by_id(connection: Connection, ids: Iterable[str]) -> Iterator[Weapon]:
    """Return the weapons with some ids, in any order."""
    wanted = json.dumps(sorted(ids))
    return several(connection, Weapon, "WHERE t.id IN (SELECT value FROM json_each(?))", (wanted,))


def texts_of(reading: Reading) -> Iterator[str]:
    """Return the numbers by which a row can be found."""
    if reading.weapon.symbol_code and reading.numbers == (None,):
        yield reading.weapon.symbol_code
    yield from (each for each in reading.numbers if each)


def maker_key(weapon: Weapon) -> str:
    """Return what stands for the maker when weapons are compared."""
    return weapon.maker or fold(weapon.maker_text or "")


def same_maker(one: Weapon, other: Weapon, reference: Reference) -> bool | None:
    """Tell whether two weapons have the same maker; None where nobody can tell."""
    if one.maker and other.maker:
        if one.maker == other.maker:
            return True
        kin = reference.makers[one.maker].related if one.maker in reference.makers else ()
        return None if other.maker in kin else False
    texts = fold(one.maker_text or ""), fold(other.maker_text or "")
    known = bool(one.maker or texts[0]), bool(other.maker or texts[1])
    return True if texts[0] == texts[1] and known[0] == known[1] else None


def same_model(one: Weapon, other: Weapon) -> bool:
    """Tell whether two weapons can be the same model; what is not said contradicts nothing."""
    texts = fold(one.model_text or ""), fold(other.model_text or "")
    if not (one.model or texts[0]) or not (other.model or texts[1]):
        return True
    return (one.model is not None and one.model == other.model) or texts[0] == texts[1]


def _further(weapon: Weapon) -> Iterator[str]:
    yield from (each.text for each in weapon.serials)
    yield from (each.serial for each in weapon.components if each.serial)


def _first_written(connection: Connection) -> Iterator[tuple[str, Weapon]]:
    for subject, after in connection.exec_driver_sql(_FIRST_WRITTEN):
        yield subject, from_json(Weapon, json.loads(after))
