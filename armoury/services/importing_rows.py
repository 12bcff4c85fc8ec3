"""Rows of a file become weapons: what repeats is worked out once, what is each row's own is read here."""

import re
from collections import Counter
from dataclasses import dataclass

from armoury.domain.dates import PartialDate, definitely_before
from armoury.domain.folding import fold
from armoury.domain.old_serials import OldSerial, as_written, read_old_serial
from armoury.domain.record_form import altered
from armoury.domain.records.weapon import Serial, Weapon
from armoury.domain.remarks import Level
from armoury.domain.serials import SerialStatus
from armoury.domain.weapon_rules import date_remarks, standing_remarks
from armoury.i18n import _
from armoury.services.importing_dates import DateColumn
from armoury.services.importing_described import Described, Describer, Facts
from armoury.services.importing_draft import RowDraft
from armoury.services.importing_fields import Source, Taken, Way, is_remarks_by_name
from armoury.services.importing_places import PlaceBook
from armoury.services.importing_terms import Decisions, Said, WordUse
from armoury.services.importing_texts import shortened, tidy
from armoury.services.importing_whereabouts import Whereabouts
from armoury.tabular.table import Cell, Row

NOTHING = Cell("")

_WHOLE = re.compile(r"[.,]0{1,2}$")
"""What programs write behind a whole number that they hold as a broken one."""

_MIDNIGHT = re.compile(r"\b0?0:00(?::00(?:[.,]0+)?)?Z?$")
"""The time of day that programs write where there is none; any other one is kept, for a date alone loses it."""

_MOST_WORDS = 10_000
"""Status words that are counted; a file that has more of them has no words in this column."""


@dataclass(slots=True)
class Reading:
    """What one row says.

    Attributes:
        weapon: the record that it gives, without id, number, tag and serial.
        numbers: the serials; one None where the weapon has none that can be read.
        told: the standings that the file itself tells.
        stops: whether something stands in the way.
    """

    line: int
    weapon: Weapon
    numbers: tuple[str | None, ...]
    told: frozenset[str]
    said: list[Said]
    stops: bool


class RowReader:
    """Reads the rows of one file."""

    def __init__(
        self, facts: Facts, taken: Taken, decisions: Decisions, fixed: tuple[Cell, ...], default_place: str | None
    ) -> None:
        """Sort the columns.

        Args:
            facts: what rows are read with.
            taken: the columns, those that are the same for all rows behind the others.
            decisions: of the officer.
            fixed: the cells of the columns that are the same for all rows.
            default_place: id of the place of weapons for which none is written.
        """
        self._facts = facts
        self._decisions = decisions
        self._fixed = fixed
        self._columns = len(taken.mapping)
        self._describer = Describer(facts, taken)
        self._by_index = {each.index: each for each in taken.sources}
        self._words = tuple(each.index for each in self._describer.sources)
        self._serial = next(iter(taken.of(Way.SERIAL)), None)
        self._quantity = next(iter(taken.of(Way.QUANTITY)), None)
        self._dates = tuple(DateColumn(each, facts) for each in taken.of(Way.DATE, Way.DAY))
        self._received = next((each.source for each in self._dates if each.source.field == "received"), None)
        self._texts = taken.of(Way.TEXT, Way.FURTHER, Way.WHOLE)
        self._remarks = tuple((each, is_remarks_by_name(each.column)) for each in taken.of(Way.REMARKS))
        self._whereabouts = Whereabouts(facts, taken, default_place)
        self._dated: dict[tuple[str | None, str | None, str], tuple[Said, ...]] = {}
        self._status = next(iter(taken.of(Way.STATUS)), None)
        self._statuses: Counter[str] = Counter()

    @property
    def places(self) -> PlaceBook:
        """Return the places that were met."""
        return self._facts.places

    def word_uses(self) -> tuple[WordUse, ...]:
        """Return the status words that were met, the most frequent first."""
        found: dict[str, tuple[str, int]] = {}
        for word, count in self._statuses.most_common():
            spelled, before = found.get(fold(word), (word, 0))
            found[fold(word)] = (spelled, before + count)
        uses = [WordUse(word, self._facts.words.meaning(word) or {}, count) for word, count in found.values()]
        return tuple(sorted(uses, key=lambda each: (-each.rows, each.word)))

    def read(self, row: Row) -> Reading:
        """Read one row."""
        cells = row.cells if len(row.cells) == self._columns and not self._fixed else self._whole(row.cells)
        draft = RowDraft(row.line, cells)
        if self._status is not None:
            self._count_status(cells[self._status.index].text)
        serial = self._read_serial(draft)
        status = serial.status or SerialStatus.NONE
        described = self._describer.describe(tuple([cells[index].text for index in self._words]), status.value)
        self._say_line_breaks(draft)
        draft.said += described.said
        draft.kept += described.kept
        if self._texts:
            self._read_texts(draft)
        if self._dates:
            self._read_dates(draft, described.weapon)
        self._whereabouts.read(draft, described)
        self._read_remarks(draft)
        if "symbol_code" in draft.fields and not serial.numbers:
            draft.fields["scheme"] = "symbol"
        weapon = altered(described.weapon, draft.fields)
        if described.asks_court:
            draft.said += [self._describer.said_of(each, weapon) for each in standing_remarks(weapon)]
        return self._reading(draft, described, weapon, serial)

    def _reading(self, draft: RowDraft, described: Described, weapon: Weapon, serial: OldSerial) -> Reading:
        stops = bool(draft.said) and any(each.level is Level.STOP for each in draft.said)
        return Reading(draft.line, weapon, serial.numbers or (None,), described.told, draft.said, stops)

    def _say_line_breaks(self, draft: RowDraft) -> None:
        for index, cell in enumerate(draft.cells):
            if "\n" in cell.text and (source := self._by_index.get(index)):
                draft.say(source, "line_break", cell.text, Level.NOTE)

    def _count_status(self, word: str) -> None:
        if word in self._statuses or len(self._statuses) < _MOST_WORDS:
            self._statuses[word] += 1

    def _whole(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return as many cells as the header has, and behind them those that are the same for all rows."""
        own = self._columns - len(self._fixed)
        return (*cells[:own], *(NOTHING,) * (own - len(cells)), *self._fixed)

    def _read_serial(self, draft: RowDraft) -> OldSerial:
        cell = draft.cells[self._serial.index] if self._serial else NOTHING
        if draft.line in self._decisions.serials_as_written:
            found = as_written(cell.text)
        else:
            found = read_old_serial(
                cell.text,
                self._facts.books,
                form=cell.form.value,
                quantity=self._read_quantity(draft) if self._quantity else None,
                missing=self._decisions.missing_serial_lines.get(draft.line, self._decisions.missing_serial),
            )
        if found.numbers and found.numbers[0][0] == "0":
            draft.say(self._serial, "leading_zeros", found.numbers[0], Level.NOTE)
        if found.status is not SerialStatus.OK and fold(cell.text) and cell.text not in found.numbers:
            draft.kept.append((self._serial.column if self._serial else "", cell.text))
        for each in found.remarks:
            source = self._quantity if each.code == "quantity_disagrees" else self._serial
            column = source.column if source else ""
            draft.said.append(Said(column, each.code, shortened(cell.text), each.text, each.level))
        return found

    def _read_quantity(self, draft: RowDraft) -> int | None:
        text = _WHOLE.sub("", draft.text(self._quantity))
        if self._facts.books.is_nothing(text):
            return None
        if text.isdecimal() and text.isascii() and len(text) < 6 and int(text) > 0:
            return int(text)
        draft.say(self._quantity, "quantity_unreadable", text, Level.STOP)
        return None

    def _read_texts(self, draft: RowDraft) -> None:
        for source in self._texts:
            written = draft.cells[source.index].text
            if not written:
                continue
            if source.way is Way.WHOLE:
                self._read_whole(draft, source, written)
            elif (text := draft.line_of(source, written)) is None:
                continue
            elif source.way is Way.FURTHER:
                draft.fields["serials"] = (*draft.fields.get("serials", ()), Serial(text))
            else:
                draft.fields[source.field] = text

    def _read_whole(self, draft: RowDraft, source: Source, written: str) -> None:
        number = written.removesuffix("mm").strip()
        if number.isdecimal() and number.isascii() and len(number) < 10:
            draft.fields[source.field] = int(number)
        elif not self._facts.books.is_nothing(written):
            draft.say(source, "number_unreadable", written)
            draft.kept.append((source.column, written))

    def _read_dates(self, draft: RowDraft, weapon: Weapon) -> None:
        fields = draft.fields
        for column in self._dates:
            source = column.source
            cell = draft.cells[source.index]
            if not cell.text:
                continue
            when, problem = column.read(cell)
            if problem is not None:
                draft.said.append(problem)
                draft.kept.append((source.column, cell.text))
            if when is not None:
                fields[source.field] = when.value if source.way is Way.DAY else when
                if ":" in cell.text and not _MIDNIGHT.search(cell.text):
                    draft.kept.append((source.column, cell.text))
        made, received = fields.get("made"), fields.get("received")
        if made is None:
            return
        draft.said += self._said_of_year(weapon, made)
        if received is not None and _before(received, made):
            draft.said.append(self._received_too_early(received, made))

    def _said_of_year(self, weapon: Weapon, made: PartialDate) -> tuple[Said, ...]:
        """Check a year of manufacture against model and country; the same three come again and again."""
        key = (weapon.model, weapon.country, made.value)
        found = self._dated.get(key)
        if found is None:
            dated = altered(weapon, {"made": made})
            remarks = date_remarks(dated, self._facts.reference, self._facts.today)
            found = self._dated[key] = tuple(self._describer.said_of(each, dated) for each in remarks)
        return found

    def _received_too_early(self, received: PartialDate, made: PartialDate) -> Said:
        column = self._received.column if self._received else ""
        text = _("It cannot have been received ({received}) before it was made ({made}). Both are kept as written.")
        sentence = text.format(received=received.value, made=made.value)
        return Said(column, "received_before_made", received.value, sentence, Level.WARN)

    def _read_remarks(self, draft: RowDraft) -> None:
        lines = [
            written if plain else f"{source.column}: {written}"
            for source, plain in self._remarks
            if (written := draft.cells[source.index].text)
        ]
        lines += [f"{column}: {text}" for column, text in draft.kept]
        if not lines:
            return
        text = tidy("\n".join(lines))
        if text is None:
            draft.say(self._remarks[0][0] if self._remarks else None, "unreadable_text", lines[0], Level.STOP)
        else:
            draft.fields["remarks"] = text


def _before(received: PartialDate, made: PartialDate) -> bool:
    """Tell whether one is certainly before the other; most are not, as their years already show."""
    return received.value[:4] <= made.value[:4] and definitely_before(received, made)
