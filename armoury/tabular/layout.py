"""Where the header of a table stands, and which lines are no rows: titles, empty lines, totals, repeated headers."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from armoury.domain.folding import fold
from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.paths import resource
from armoury.tabular.headings import count_known, written_headings
from armoury.tabular.notes import Notes, shortened
from armoury.tabular.safe_cells import bare_text
from armoury.tabular.table import Choices, SkipReason, TableError, TableRemark

MOST_COLUMNS = 1_000
"""A register has some tens; a sheet of a thousand is no register of weapons."""
HEAD_LINES = 200
"""Lines looked at to find header and separator."""

Line = tuple[int, Sequence[str]]
"""Number and cells of a line, as they stand in the file."""


@dataclass(frozen=True)
class Layout:
    """How the lines of a table are to be taken.

    Attributes:
        header_line: line of the header; 0 if there is none.
        columns: their names, each once.
        header: the cells of the header, bare.
    """

    header_line: int
    columns: tuple[str, ...]
    header: tuple[str, ...]

    def suspects(self) -> frozenset[str]:
        """Return the first two characters of a line's first cell with which it needs a closer look (`why_no_row`).

        So does a line whose first cell is empty or begins with a blank.
        """
        return frozenset({*_beginnings(), self.header[0][:2] if self.header else ""})

    def why_no_row(self, line: int, cells: Sequence[str]) -> SkipReason | None:
        """Say why a line is no row; None if it is one."""
        if line < self.header_line:
            return SkipReason.TITLE
        bare = [bare_text(each) for each in cells]
        if not any(bare):
            return SkipReason.BLANK
        if self.header and _trimmed(bare) == self.header:
            return SkipReason.REPEATED_HEADER
        return SkipReason.TOTAL if is_total(bare) else None


def lay_out(head: Sequence[Line], choices: Choices, notes: Notes) -> Layout:
    """Find the header among the first lines of a file.

    Raises:
        TableError: there is nothing, the chosen line is not there, or there are too many columns.
    """
    filled = [(line, bare) for line, cells in head if any(bare := [bare_text(each) for each in cells])]
    if not filled:
        raise TableError(_("“{name}” has no filled cell in its first lines.").format(name=notes.name))
    width = max(len(_trimmed(cells)) for _line, cells in filled)
    if choices.header_line == 0:
        return _checked(Layout(0, name_columns([""] * width, 0, notes), ()), notes)
    line, cells = _header(filled, choices.header_line, notes)
    width = max((len(_trimmed(each)) for number, each in filled if number >= line), default=width)
    width = max(min(width, len(cells)), len(_trimmed(cells)))
    names = [*cells, *[""] * width][:width]
    return _checked(Layout(line, name_columns(names, line, notes), _trimmed(cells)), notes)


def _checked(layout: Layout, notes: Notes) -> Layout:
    if len(layout.columns) > MOST_COLUMNS:
        raise TableError(
            _(
                "The header on line {line} of “{name}” has {count} columns; more than {most} are not read. Check the "
                "separator, or remove columns."
            ).format(line=layout.header_line, name=notes.name, count=len(layout.columns), most=MOST_COLUMNS)
        )
    return layout


def _header(filled: Sequence[tuple[int, list[str]]], chosen: int | None, notes: Notes) -> tuple[int, list[str]]:
    if chosen is not None:
        found = next((each for each in filled if each[0] == chosen), None)
        if found is None:
            raise TableError(
                _("Line {line} of “{name}” cannot be the header: it is empty, or not among the first lines.").format(
                    line=chosen, name=notes.name
                )
            )
        return found
    known = [count_known(cells) for _line, cells in filled]
    best = max(known)
    narrow = max(len(_trimmed(cells)) for _line, cells in filled) == 1
    if best >= (1 if narrow else 2):
        return filled[known.index(best)]
    found = _first_wide(filled)
    text = _("No column was recognised. Line {line} was taken as the header; if that is wrong, choose the line.")
    say = TableRemark(None, None, "header_guessed", "", text.format(line=found[0]), Level.WARN)
    notes.remark(say)
    return found


def _first_wide(filled: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """Return the first line that is about as wide as the widest: titles above a header fill a cell or two."""
    counts = [sum(map(bool, cells)) for _line, cells in filled]
    return next(each for each, count in zip(filled, counts, strict=True) if count * 2 >= max(counts))


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return tuple(cells[:end])


def name_columns(cells: Sequence[str], line: int, notes: Notes) -> tuple[str, ...]:
    """Give every column a name of its own, and remark the ones that had none of their own."""
    names: list[str] = []
    taken = {_one_line(each) for each in cells}
    seen: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        written = _one_line(cell) or _("Column {number}").format(number=place)
        name = written if written not in seen else _numbered(written, seen | taken)
        if name != written and cell:
            text = _("Two columns are called “{name}”; the second one is read as “{other}”.")
            said = TableRemark(line, name, "column_twice", written, text.format(name=written, other=name), Level.WARN)
            notes.remark(said)
        names.append(name)
        seen.add(name)
    return tuple(names)


def _one_line(cell: str) -> str:
    return shortened(re.sub(r"\s+", " ", cell).strip(), 200)


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


class HeaderWatch:
    """Watches the rows of a table for a second header: what stands under it is in columns of another order."""

    def __init__(self, notes: Notes) -> None:
        """Begin; what is found is noted."""
        self._notes = notes
        self._headings = written_headings()
        self._found = 0

    def look(self, line: int, cells: Sequence[str]) -> None:
        """Look at one row, and stop it if it is a header or stands under one."""
        # Every row of a million comes by here; only those that have a heading in a cell get the closer look.
        if not self._headings.isdisjoint(cells) and _is_header(cells):
            self._found = line
            text = _(
                "Line {line} is a second header, in another order. Make a file of its own of what stands under it."
            )
            self._stop(line, "second_header", text.format(line=line))
        elif self._found:
            text = _("Line {line} stands under the second header on line {header}, so its columns are others.")
            self._stop(line, "under_second_header", text.format(line=line, header=self._found))

    def _stop(self, line: int, code: str, said: str) -> None:
        self._notes.remark(TableRemark(line, None, code, "", said, Level.STOP))


_FEWEST_HEADINGS = 3


def _is_header(cells: Sequence[str]) -> bool:
    """Tell whether most of what is written in a row are different headings."""
    bare = [text for each in cells if (text := bare_text(each))]
    known = count_known(bare)
    return known >= min(_FEWEST_HEADINGS, len(cells)) and known * 2 > len(bare) > 1


# ------------------------------------------------------------------------------------------------------------- totals

_COUNT = re.compile(r"[-+(]?[\d.,'\s]*\d[\d.,'\s]*\)?%?")
_LONGEST_TOTAL = 80
_LONGEST_COUNT = 40
"""A longer cell is no number; the pattern would take time with the square of its length."""


def is_total(cells: Sequence[str]) -> bool:
    """Tell whether the first filled cell begins with a word for a sum, and the others are numbers or empty."""
    filled = [each for each in cells if each]
    if not filled or len(filled[0]) > _LONGEST_TOTAL or not all(map(_is_count, filled[1:])):
        return False
    words = [each for each in _words(filled[0]) if not each.isdigit()]
    return any(tuple(words[: len(each)]) == each and len(words) <= len(each) + 3 for each in _total_words())


def _is_count(text: str) -> bool:
    return len(text) <= _LONGEST_COUNT and _COUNT.fullmatch(text) is not None


def _words(text: str) -> list[str]:
    return [word for each in re.split(r"[\s_:.,=-]+", text) if (word := fold(each))]


@cache
def _total_data() -> tuple[str, ...]:
    return tuple(json.loads(resource("tabular/totals.json").read_text(encoding="utf-8"))["words"])


@cache
def _total_words() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_words(each)) for each in _total_data())


@cache
def _beginnings() -> frozenset[str]:
    """Return the first letters of the words for sums, as they may be written."""
    starts = {each[:2] for each in _total_data()}
    return frozenset(form for each in starts for form in (each, each.capitalize(), each.upper()))
