"""What a spreadsheet is after it was read: columns, rows with their line, what was left out, and what is to be said.

Nothing here knows what a column means. A cell is what a person reads in it; what it was in the file stands beside it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from armoury.domain.errors import RuleError
from armoury.domain.remarks import Level
from armoury.tabular.safe_cells import bare_text


class TableError(RuleError):
    """The file cannot be read as a table; the sentence says why, where, and what to do."""


class CellForm(StrEnum):
    """What a cell was in the file."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    SHOWN = "shown otherwise"
    """A number that its sheet shows with signs which the number does not have, so that a person sees another one."""
    FLAG = "flag"
    """A boolean."""
    ERROR = "error"
    """What a spreadsheet shows where a formula failed: `#REF!` and its like."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: what a person reads: a text verbatim without blanks around it, a number as the shortest decimal (`12345`,
            `7.62`), a date as ISO day or instant (`2026-03-09`, `2026-03-09T08:30:00`), a flag as `TRUE` or `FALSE`.
        form: what it was in the file; everything in a CSV file is text.
    """

    text: str
    form: CellForm = CellForm.TEXT


class Row:
    """One row of the table.

    Attributes:
        line: the line of the file where the row begins, from 1 (CSV), or its row number in the sheet (XLSX).
    """

    __slots__ = ("_cells", "line")

    def __init__(self, line: int, cells: tuple[Cell, ...] = ()) -> None:
        self.line = line
        self._cells: tuple[Cell, ...] | None = cells

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return at least one cell for each column; more where the row is longer than the header, which is remarked."""
        return self._cells or ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.line, self.cells) == (other.line, other.cells)

    def __hash__(self) -> int:
        return hash((self.line, self.cells))

    def __repr__(self) -> str:
        return f"Row(line={self.line}, cells={self.cells})"


class TextRow(Row):
    """A row of a CSV file: its cells are made when they are looked at, which most readers of a million rows spare."""

    __slots__ = ("_texts",)

    def __init__(self, line: int, texts: list[str]) -> None:
        self.line = line
        self._texts = texts
        self._cells = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return at least one cell for each column."""
        if self._cells is None:
            self._cells = tuple([Cell(bare_text(each)) for each in self._texts])
        return self._cells


class SkipReason(StrEnum):
    """Why a line is no row."""

    TITLE = "title"
    """It stands above the header."""
    BLANK = "blank"
    TOTAL = "total"
    REPEATED_HEADER = "repeated header"


@dataclass(frozen=True)
class Skipped:
    """A line that is no row; `lines` counts empty ones that follow each other."""

    line: int
    reason: SkipReason
    text: str
    lines: int = 1


@dataclass(frozen=True)
class SheetFact:
    """One sheet of the file; `rows` counts everything in it down to its last filled row."""

    name: str
    hidden: bool
    rows: int


@dataclass(frozen=True)
class TableRemark:
    """One thing to be said of the file.

    Attributes:
        line: the row that it is about, by `Row.line`; None for the whole file.
        column: the column, by `Table.columns`; None for the whole row.
        code: the rule, in words without spaces.
        found: what stands there, shortened.
        text: a whole sentence for the officer.
        level: a stop means that the row must not be taken as it is.
    """

    line: int | None
    column: str | None
    code: str
    found: str
    text: str
    level: Level


@dataclass(frozen=True)
class Choices:
    """What the officer says instead of what would be detected; None is detected.

    `header_line` is counted as `Row.line`; 0 says that the file has no header.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int | None = None


class DateSystem(StrEnum):
    """From which day a spreadsheet counts its day numbers."""

    FROM_1900 = "1900"
    FROM_1904 = "1904"


@dataclass(frozen=True)
class Table:
    """A file that was read through once; its rows can be streamed as often as wanted.

    Attributes:
        name: name of the file, without its folder.
        sha256: digest of its bytes, hexadecimal.
        form: `csv` or `xlsx`.
        encoding: of a CSV file, as Python names it.
        delimiter: of a CSV file.
        sheet: the sheet that was read.
        sheets: all sheets of the file.
        header_line: the line of the header, as `Row.line`; 0 if there is none.
        columns: as written; an empty name becomes “Column 3”, a repeated one gets “ (2)” and a remark.
        skipped: lines that are no rows.
        remarks: in the order of lines.
        row_count: how many rows `rows` gives.
        date_system: how the file counts days.
    """

    name: str
    sha256: str
    form: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[SheetFact, ...]
    header_line: int
    columns: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    remarks: tuple[TableRemark, ...]
    row_count: int
    open_rows: Callable[[], Iterator[Row]] = field(repr=False, compare=False)
    date_system: DateSystem = DateSystem.FROM_1900

    def rows(self) -> Iterator[Row]:
        """Stream every row once, in order; each call begins anew.

        Raises:
            TableError: the file is no longer the one that was read first.
        """
        return self.open_rows()
