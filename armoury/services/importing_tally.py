"""What the rows of a plan add up to: verdicts, weapons, remarks grouped with a few examples, the totals of the book."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.services.importing_fields import Taken, Way, is_remarks_by_name
from armoury.services.importing_terms import (
    MOST_EXAMPLES,
    Decisions,
    RemarkGroup,
    RowRemark,
    Said,
    Verdict,
)
from armoury.services.importing_verdicts import Judged
from armoury.tabular.headings import guess_remarks
from armoury.tabular.table import SkipReason, Table

_WEIGHT: Mapping[Level, int] = {Level.STOP: 0, Level.WARN: 1, Level.NOTE: 2}
_NUMBER = re.compile(r"[0-9]+(?:[ ',.][0-9]{3})*")


@dataclass(slots=True)
class _Group:
    level: Level
    count: int = 0
    examples: list[RowRemark] = field(default_factory=list)


class Tally:
    """Adds up the rows of one file."""

    def __init__(self, table: Table, taken: Taken) -> None:
        """Begin with what is to be said of the file as a whole."""
        self.counts: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
        self.left_out = 0
        self.weapons = 0
        self._table = table
        self._groups: dict[tuple[str, str], _Group] = {}
        self._totals = [each for each in table.skipped if each.reason is SkipReason.TOTAL]
        self._before: Counter[int] = Counter()
        for said in _of_file(table, taken):
            self._say(None, said)

    def add(self, judged: Judged, decisions: Decisions) -> None:
        """Add one row."""
        reading = judged.reading
        self.counts[judged.verdict] += 1
        if judged.verdict is Verdict.NEW or judged.verdict is Verdict.CHANGED:
            if reading.line in decisions.leave_out:
                self.left_out += 1
            elif judged.verdict is Verdict.NEW:
                self.weapons += len(reading.numbers)
        for total in self._totals:
            self._before[total.line] += reading.line < total.line
        for each in reading.said:
            self._say(reading.line, each)

    def groups(self) -> tuple[RemarkGroup, ...]:
        """Return all remarks, the gravest and most frequent first."""
        for said in self._of_totals():
            self._say(None, said)
        found = [
            RemarkGroup(code, column, group.level, group.count, tuple(group.examples))
            for (code, column), group in self._groups.items()
        ]
        return tuple(sorted(found, key=lambda each: (_WEIGHT[each.level], -each.count, each.code, each.column)))

    def _say(self, line: int | None, said: Said) -> None:
        key = (said.code, said.column)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(said.level)
        elif _WEIGHT[said.level] < _WEIGHT[group.level]:
            group.level = said.level
        group.count += 1
        if len(group.examples) < MOST_EXAMPLES:
            group.examples.append(RowRemark(line, said))

    def _of_totals(self) -> Iterator[Said]:
        """Hold the totals that the book gives against the rows that were read."""
        rows, last = sum(self.counts.values()), 0
        for total in self._totals:
            before = self._before[total.line]
            numbers = [int(re.sub("[^0-9]", "", each)) for each in _NUMBER.findall(total.text)]
            agrees = not {rows, before, before - last}.isdisjoint(numbers)
            last = before
            if not numbers:
                continue
            text = _("The book's own total agrees with the {rows} rows that were read.")
            if not agrees:
                text = _("The book's own total in line {line} ({found}) is not the {rows} rows read above it.")
            found = ", ".join(map(str, numbers))
            said = text.format(line=total.line, found=found, rows=before)
            code, level = ("total_agrees", Level.NOTE) if agrees else ("total_differs", Level.WARN)
            yield Said("", code, found, said, level)


def of_table(table: Table, taken: Taken) -> Iterator[Said]:
    """Say what was seen of the file beside its rows, and which columns may mean what another one was taken for."""
    remarks = [each for each in table.remarks if each.line is None or each.line <= table.header_line]
    remarks += [each for each in guess_remarks(table.columns) if taken.mapping.get(each.column or "") is None]
    for each in remarks:
        yield Said(each.column or "", each.code, each.found, each.text, each.level)


def _of_file(table: Table, taken: Taken) -> Iterator[Said]:
    """Say what holds for the file as a whole."""
    yield from of_table(table, taken)
    for name, sentence in _OWED.items():
        if not taken.column(name) and not (name == "status" and taken.column("custody")):
            yield Said("", f"{name}_not_given", "", sentence(), Level.WARN)
    for source in taken.of(Way.REMARKS):
        if not is_remarks_by_name(source.column):
            text = _("The column “{column}” is no field of a weapon. What stands in it is kept in the remarks.")
            yield Said(source.column, "column_kept", "", text.format(column=source.column), Level.NOTE)


_OWED: Mapping[str, Callable[[], str]] = {
    "ownership": lambda: _("The file does not say who owns the weapons. It can be given for all rows at once."),
    "agency": lambda: _("The file does not say which agency owns the weapons. It can be given for all rows at once."),
    "status": lambda: _("No column is taken as the status. Weapons count as in store."),
}
