"""What is seen of a sheet before any library reads it: how far it reaches, and what of it a library would not tell.

Positions are those of ECMA-376 part 1, 18.3.1.4 and 18.3.1.73: a row or cell that does not say where it stands follows
the one before it; none stands beyond XFD1048576.
"""

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from armoury.i18n import _
from armoury.tabular.notes import MOST_STOPS, shortened
from armoury.tabular.number_formats import NumberFormat
from armoury.tabular.table import TableError

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 25_000_000
"""Cells of the rectangle around everything that is filled: a reader holds them all."""
MOST_SHOWN = 2_000_000
"""Numbers that are shown otherwise than they are."""
MOST_EMPTY = 10_000
"""Empty rows between filled ones; where there are more, they are closed up before the sheet is read."""
_LONGEST_ERROR = 40
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


@dataclass
class SheetPart:
    """What was seen of one sheet while its part was read through.

    Attributes:
        rows, columns: the last ones that have a cell with something in it.
        cells: how many cells there are, empty ones too.
        filled: the numbers of the rows that have a cell with something in it, as they come.
        unplaced: whether a cell does not say where it stands.
        faults: cells that show an error, by row and column from 1, and what they show.
        uncounted: cells with a formula whose value was never kept.
        shown: numbers with a format that makes them look otherwise, by `place_of_cell`.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    filled: "array[int]" = field(default_factory=lambda: array("I"))
    unplaced: bool = False
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    uncounted: list[tuple[int, int]] = field(default_factory=list)
    shown: dict[int, NumberFormat] = field(default_factory=dict)

    @property
    def needs_closing_up(self) -> bool:
        """Tell whether a reader must be given other positions than the sheet has."""
        return self.unplaced or self.rows - len(self.filled) > MOST_EMPTY

    @property
    def rectangle(self) -> int:
        """Return how many cells a reader would hold."""
        return max(len(self.filled) if self.needs_closing_up else self.rows, 1) * max(self.columns, 1)


def place_of_cell(row: int, column: int) -> int:
    """Return one number for a place in a sheet, to save memory."""
    return row << 14 | (column - 1)


class Places:
    """Follows the rows and cells of a sheet and knows where each stands."""

    def __init__(self, file: str) -> None:
        """Begin before the first row; `file` is named in sentences."""
        self.row = self.column = 0
        self._file = file
        self._columns: dict[str, int] = {}

    def next_row(self, written: str | None) -> None:
        """Go to the next row.

        Raises:
            TableError: a sheet has no such row.
        """
        if written is not None and not _ROW.fullmatch(written):
            raise TableError(self._outside(written))
        self.row = self.row + 1 if written is None else int(written)
        self.column = 0
        if self.row > MOST_ROWS:
            raise TableError(self._outside(str(self.row)))

    def next_cell(self, written: str | None) -> None:
        """Go to the next cell.

        Raises:
            TableError: a sheet has no such cell.
        """
        if written is None:
            self.column += 1
            self.row = self.row or 1
        else:
            match = _REFERENCE.fullmatch(written)
            if match is None:
                raise TableError(self._outside(written))
            self.column, self.row = self._columns.get(match[1]) or self._learn(match[1]), int(match[2])
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            raise TableError(self._outside(written or str(self.column)))

    def _learn(self, letters: str) -> int:
        self._columns[letters] = number = _column(letters)
        return number

    def _outside(self, found: str) -> str:
        text = _("“{name}” has a cell or row at “{found}”, but a sheet ends at XFD1048576. It is not read. Open the "
                 "file in a spreadsheet program and save it anew as .xlsx.")  # fmt: skip
        return text.format(name=self._file, found=shortened(found))


class SheetScan:
    """Hears the part of a sheet."""

    def __init__(self, file: str, formats: Mapping[str, NumberFormat]) -> None:
        """Begin; `formats` are those of the styles that show numbers otherwise."""
        self.found = SheetPart()
        self._file, self._formats = file, formats
        self._places = Places(file)
        self._cell: Mapping[str, str] | None = None
        self._formula = self._valued = self._inside = False
        self._error: list[str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear a row, a cell, or what is in it."""
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._places.next_row(attributes.get("r"))
        elif self._cell is None:
            return
        elif name in ("v", "is"):
            self._begin_value(self._cell)
        elif name == "f":
            self._formula = True

    def end(self, name: str) -> None:
        """Hear the end of a cell or of its value."""
        if name == "c" and self._cell is not None:
            if self._formula and not self._valued:
                _note(self._file, len(self.found.uncounted))
                self.found.uncounted.append((self._places.row, self._places.column))
            self._cell = None
        elif name in ("v", "is"):
            self._inside = False
            self._end_value()

    def text(self, text: str) -> None:
        """Hear the text of a cell."""
        if self._inside and not text.isspace():
            self._valued = True
            if self._error is not None and len(self._error) < _LONGEST_ERROR:
                self._error.append(text)

    def _end_value(self) -> None:
        if self._error is not None:
            _note(self._file, len(self.found.faults))
            self.found.faults[self._places.row, self._places.column] = "".join(self._error)[:_LONGEST_ERROR]
            self._error = None

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        written = attributes.get("r")
        self._places.next_cell(written)
        self._cell, self._error = attributes, None
        self._formula = self._valued = self._inside = False
        self.found.cells += 1
        if self.found.cells > MOST_CELLS:
            raise TableError(large(self._file))
        if written is None:
            self.found.unplaced = True

    def _begin_value(self, cell: Mapping[str, str]) -> None:
        found, places = self.found, self._places
        kind = cell.get("t", "n")
        # A formula may give an empty text, and says so.
        self._inside, self._valued = True, kind == "str"
        if not found.filled or found.filled[-1] != places.row:
            found.filled.append(places.row)
        found.rows, found.columns = max(found.rows, places.row), max(found.columns, places.column)
        if kind == "e":
            self._error = []
        elif kind == "n" and (shown := self._formats.get(cell.get("s", ""))):
            if len(found.shown) >= MOST_SHOWN:
                raise TableError(large(self._file))
            found.shown[place_of_cell(places.row, places.column)] = shown


def _note(file: str, count: int) -> None:
    """Refuse a sheet of nothing but faults, so that none is ever passed over."""
    if count >= MOST_STOPS:
        text = _("A sheet of “{name}” has more than {most} cells that show an error or were never worked out. Correct "
                 "them there.")  # fmt: skip
        raise TableError(text.format(name=file, most=MOST_STOPS))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def large(name: str) -> str:
    """Return the sentence for a sheet that reaches too far."""
    return _("A sheet of “{name}” claims more cells than can be read, though most are empty. Copy the filled part into "
             "a new file and save that.").format(name=name)  # fmt: skip
