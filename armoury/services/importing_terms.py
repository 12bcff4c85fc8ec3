"""The terms of an import: verdicts, remarks, what the officer decides, the plan and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from armoury.domain.remarks import Level
from armoury.domain.serials import SerialStatus
from armoury.store.steps import Changes
from armoury.tabular.dates import DateOrder
from armoury.tabular.table import DateSystem, Table

LEFT_OUT = "-"
"""Stands in a mapping for a column whose content is not wanted."""

MOST_EXAMPLES = 20
"""Rows that are kept as examples of one remark; the report names them all."""


class Verdict(StrEnum):
    """What becomes of a row. Every row has exactly one, so their numbers add up to the rows read."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    CLASH = "clash"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """A remark about a row, without its line: the same one may be said of many rows.

    Attributes:
        column: as it is written in the file; empty for the whole row.
        code: the rule, in words without spaces.
        found: what stands there, shortened.
        text: a whole sentence: what is wrong and what to do.
        level: a stop makes the row an error.
    """

    column: str
    code: str
    found: str
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class RowRemark:
    """A remark with its line; None where it is about the whole file."""

    line: int | None
    said: Said


@dataclass(frozen=True)
class RemarkGroup:
    """All remarks of one rule about one column.

    Attributes:
        level: the gravest of them.
        count: how many there are.
        examples: the first of them.
    """

    code: str
    column: str
    level: Level
    count: int
    examples: tuple[RowRemark, ...]


@dataclass(frozen=True)
class Decisions:
    """What the officer says where the file leaves it open.

    Attributes:
        missing_serial: what is said of weapons whose serial is not written down: none, or obliterated.
        missing_serial_lines: the same for single lines.
        date_order: which number of a date is the month, by column; the key "" speaks for all columns.
        date_system: from which day the file counts day numbers, where it is not the one that was detected.
        words: status words and what they mean: `in_store`, `legal=exhibit, custody=at_court`, or a known word.
        places: places as written and the code of the place of the register that is meant.
        place: code of the place of weapons for which no place is written.
        fixed: fields that are the same for all rows, as they would be written in a column.
        serials_as_written: lines whose serial is right although it looks spoiled, like a date or like words.
        distinct: lines that clash by their looks and are different weapons; never the same maker and serial.
        leave_out: lines that are not wanted.
        leave_out_errors: rows with errors and clashes are left out instead of holding up the rest.
    """

    missing_serial: SerialStatus | None = None
    missing_serial_lines: Mapping[int, SerialStatus] = field(default_factory=dict)
    date_order: Mapping[str, DateOrder] = field(default_factory=dict)
    date_system: DateSystem | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    place: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    serials_as_written: frozenset[int] = frozenset()
    distinct: frozenset[int] = frozenset()
    leave_out: frozenset[int] = frozenset()
    leave_out_errors: bool = False


@dataclass(frozen=True)
class NewPlace:
    """A place that the register does not know and that the import makes: a room called as it is written."""

    key: str
    name: str
    rows: int


@dataclass(frozen=True)
class WordUse:
    """A status word of the file, what it was taken for (nothing where it is not known), and how often it stands."""

    word: str
    meaning: Mapping[str, str]
    rows: int


@dataclass(frozen=True)
class Plan:
    """What an import would do; nothing is written yet.

    Attributes:
        table: the file.
        mapping: for each column its field, None where it is kept in the remarks, `-` where it is left out.
        decisions: of the officer, with the order of dates in every column settled.
        counts: rows by verdict.
        left_out: rows that would be registered or changed and that the officer does not want.
        weapons: how many would be registered; a row may hold a run of serials.
        groups: all remarks, the gravest first.
        places: that would be made.
        words: status words of the file.
        undecided: what must be decided before it can be carried out, a sentence each.
        entries: how long the history was; the plan holds for exactly this state of the register.
    """

    table: Table
    mapping: Mapping[str, str | None]
    decisions: Decisions
    counts: Mapping[Verdict, int]
    left_out: int
    weapons: int
    groups: tuple[RemarkGroup, ...]
    places: tuple[NewPlace, ...]
    words: tuple[WordUse, ...]
    undecided: tuple[str, ...]
    entries: int

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return sum(self.counts.values())

    @property
    def in_the_way(self) -> int:
        """How many rows hold up the import: errors and clashes, unless they are left out."""
        if self.decisions.leave_out_errors:
            return 0
        return self.counts[Verdict.ERROR] + self.counts[Verdict.CLASH]

    @property
    def changes_nothing(self) -> bool:
        """Tell whether nothing would be written."""
        return not (self.counts[Verdict.NEW] + self.counts[Verdict.CHANGED] - self.left_out)


@dataclass(frozen=True)
class Outcome:
    """What came of an import.

    Attributes:
        plan: what was planned.
        changes: what was written; None where nothing had to be.
        intake: id of the record of this import.
        report: SHA-256 of the report, a line for each row.
    """

    plan: Plan
    changes: Changes | None
    intake: str | None
    report: str | None
