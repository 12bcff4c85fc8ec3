"""Dates of old books: read by the order of their column, refused where they cannot be, and then kept as written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from armoury.domain.dates import FIRST_YEAR, PartialDate, Precision, earliest, latest, shown
from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.services.importing_described import Facts
from armoury.services.importing_fields import Source, Taken, Way
from armoury.services.importing_terms import Decisions, Said
from armoury.services.importing_texts import shortened
from armoury.tabular.dates import DateOrder, date_order, is_rough, read_date
from armoury.tabular.table import Cell, CellForm, Table

Read = tuple[PartialDate | None, Said | None]
"""A date, or why there is none; neither for an empty cell; both where the book says that it is not sure."""

_MOST_SEEN = 100_000
_LONGEST = 40
"""Characters; no date is longer."""


@dataclass
class DateColumn:
    """One column of dates; each text is read once."""

    source: Source
    facts: Facts
    seen: dict[Cell, Read] = field(default_factory=dict)

    def read(self, cell: Cell) -> Read:
        """Read a cell."""
        found = self.seen.get(cell)
        if found is None:
            if len(self.seen) >= _MOST_SEEN:
                self.seen.clear()
            found = self.seen[cell] = self._read(cell)
        return found

    def _read(self, cell: Cell) -> Read:
        if self.facts.books.is_nothing(cell.text):
            return None, None
        if self.source.field == "made" and cell.form in (CellForm.TEXT, CellForm.NUMBER) and cell.text.isdecimal():
            return self._read_year(cell.text)
        order = self.facts.orders.get(self.source.column)
        when, problem = read_date(cell, order, self.facts.date_system)
        if problem is not None:
            return None, self._said(problem.code, cell.text, problem.text)
        if when is None or when.precision is Precision.UNKNOWN:
            return None, None
        if self.source.way is Way.DAY and when.precision is not Precision.DAY:
            text = _("“{found}” is no whole day.").format(found=shortened(cell.text))
            return None, self._said("not_a_day", cell.text, text)
        return self._bounded(when, cell.text)

    def _read_year(self, text: str) -> Read:
        """Read a year alone; as a day number it would become a date that nobody wrote."""
        if len(text) != 4 or not FIRST_YEAR <= int(text) <= self.facts.today.year:
            return None, self._impossible(text)
        return PartialDate(text, Precision.YEAR), None

    def _bounded(self, when: PartialDate, text: str) -> Read:
        start, end = earliest(when), latest(when)
        if start is None or end is None:
            return when, self._rough(when, text)
        may_come = self.source.way is Way.DAY and self.source.field != "last_inspected"
        if end.year < FIRST_YEAR or (start > self.facts.today and not may_come):
            return None, self._impossible(text)
        return when, self._rough(when, text)

    def _rough(self, when: PartialDate, text: str) -> Said | None:
        """Say that a date is not sure, which the date alone would lose."""
        if not is_rough(text):
            return None
        sentence = _("“{found}” is not sure; {date} is taken.")
        return self._said("date_rough", text, sentence.format(found=shortened(text), date=shown(when)))

    def _impossible(self, text: str) -> Said:
        if self.source.field == "made":
            code, sentence = "year_impossible", _("“{found}” cannot be the year in which it was made.")
        else:
            code, sentence = "date_out_of_range", _("“{found}” lies before {first} or in the future.")
        return self._said(code, text, sentence.format(found=shortened(text), first=FIRST_YEAR))

    def _said(self, code: str, found: str, text: str) -> Said:
        kept = _("{text} It is kept as written in the remarks.").format(text=text)
        return Said(self.source.column, code, shortened(found), kept, Level.WARN)


def settle_orders(table: Table, taken: Taken, decisions: Decisions) -> tuple[dict[str, DateOrder], list[str]]:
    """Decide for each column of dates which number is the month.

    Args:
        table: the file, which is read through once.
        taken: its columns.
        decisions: what the officer said.

    Returns:
        The order by column where there is one, and a sentence for each column of which the officer must decide it.
    """
    chosen = decisions.date_order
    sources = taken.of(Way.DATE, Way.DAY)
    open_ones = [each for each in sources if each.column not in chosen and "" not in chosen]
    orders = {each.column: chosen.get(each.column) or chosen[""] for each in sources if each not in open_ones}
    undecided: list[str] = []
    for source, cells in _cells_of(table, open_ones).items():
        order = date_order(cells)
        if order is not None:
            orders[source.column] = order
        elif doubtful := _doubtful(cells):
            text = _("{column}: is “{found}” day/month or month/day? The column does not tell; choose it.")
            undecided.append(text.format(column=source.column, found=doubtful))
    return orders, undecided


def _cells_of(table: Table, sources: Iterable[Source]) -> dict[Source, list[Cell]]:
    """Return the different cells of some columns, in their order."""
    found: dict[Source, dict[Cell, None]] = {each: {} for each in sources}
    columns = [(source.index, cells) for source, cells in found.items() if source.index < len(table.columns)]
    if columns:
        for row in table.rows():
            for index, cells in columns:
                cell = row.cells[index]
                if len(cell.text) <= _LONGEST and (cell in cells or len(cells) < _MOST_SEEN):
                    cells[cell] = None
    return {source: list(cells) for source, cells in found.items()}


def _doubtful(cells: Iterable[Cell]) -> str | None:
    """Return a text that is a date either way and another one each time."""
    for cell in cells:
        if len({when for order in DateOrder if (when := read_date(cell, order)[0]) is not None}) > 1:
            return cell.text
    return None
