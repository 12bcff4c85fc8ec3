"""Tables on paper: the head stands on every page again, a row is never parted, and ten thousand rows take a second."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from armoury.documents.fonts import Face, fitted, wrap
from armoury.documents.sheets import (
    BOTTOM,
    GREY,
    LEADING,
    LEFT,
    LIGHT,
    MM,
    RIGHT,
    TOP,
    Rule,
    Shade,
    Sheets,
    Words,
    to_left,
)

_PAD = 1.2 * MM
_SIZE = 7.5
_RULE = 0.4


@dataclass(frozen=True)
class Column:
    """A column of a table: what its head says, its share of the width, its letters, and whether numbers stand in it."""

    title: str
    share: float
    face: Face = Face.PLAIN
    number: bool = False


@dataclass(frozen=True)
class _Place:
    """Where a column stands on the page."""

    column: Column
    x: float
    width: float

    def lines(self, text: str, face: Face, size: float) -> tuple[str, ...]:
        """Break a cell's text into the width of the column."""
        return wrap(text, face, size, self.width - (2 if self.column.number else 1) * _PAD)

    def words(self, y: float, text: str, face: Face, size: float) -> Words:
        """Return one line of a cell."""
        if self.column.number:
            return to_left(Words(self.x + self.width - 2 * _PAD, y, text, face, size))
        return Words(self.x, y, text, face, size)


def draw_table(  # noqa: PLR0913 - what is drawn where, and three things that few tables need
    sheets: Sheets,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    size: float = _SIZE,
    total: Sequence[str] | None = None,
    continued: str = "",
) -> None:
    """Draw a table over as many pages as it needs.

    Args:
        sheets: what is being filled.
        columns: from left to right; together they take the width of the page.
        rows: a text for each column.
        size: of the letters, in points.
        total: a last row in bold.
        continued: what stands above the head on every page but the first.
    """
    places = _places(columns)
    table = _Table(sheets, places, _cells(places, [each.title for each in columns], size, bold=True), size, continued)
    sheets.keep(_height(table.head, size) + 4 * size * LEADING)
    table.begin()
    for row in rows:
        for part in _parts(_cells(places, row, size), size):
            table.row(part)
    if total is not None:
        table.row(_cells(places, total, size, bold=True), bold=True)
    sheets.y -= size


_Cells = list[tuple[str, ...]]


@dataclass(frozen=True)
class _Table:
    """A table while it is drawn."""

    sheets: Sheets
    places: Sequence[_Place]
    head: _Cells
    size: float
    continued: str

    def begin(self) -> None:
        """Draw the head."""
        height = _height(self.head, self.size)
        self.sheets.add(Shade(LEFT, self.sheets.y - height, RIGHT - LEFT, height))
        self._draw(self.head, bold=True)

    def row(self, cells: _Cells, *, bold: bool = False) -> None:
        """Draw a row, with the head before it where a page begins."""
        if self.sheets.keep(_height(cells, self.size)):
            if self.continued:
                self.sheets.y -= self.size * LEADING
                line = fitted(self.continued, Face.BOLD, self.size, RIGHT - LEFT)
                self.sheets.add(Words(LEFT, self.sheets.y, line, Face.BOLD, self.size, GREY))
                self.sheets.y -= self.size * 0.5
            self.begin()
        self._draw(cells, bold=bold)

    def _draw(self, cells: _Cells, *, bold: bool) -> None:
        sheets, size = self.sheets, self.size
        for place, lines in zip(self.places, cells, strict=True):
            for number, line in enumerate(lines, 1):
                if line:
                    y = sheets.y - number * size * LEADING + size * 0.1
                    sheets.add(place.words(y, line, _face(place, bold=bold), size))
        sheets.y -= _height(cells, size)
        sheets.add(Rule(LEFT, sheets.y, RIGHT, sheets.y, _RULE, LIGHT))


def _places(columns: Sequence[Column]) -> list[_Place]:
    whole = sum(each.share for each in columns)
    places, x = [], LEFT + _PAD
    for each in columns:
        width = (RIGHT - LEFT - _PAD) * each.share / whole
        places.append(_Place(each, x, width))
        x += width
    return places


def _face(place: _Place, *, bold: bool) -> Face:
    return Face.BOLD if bold else place.column.face


def _cells(places: Sequence[_Place], texts: Sequence[str], size: float, *, bold: bool = False) -> _Cells:
    return [each.lines(text, _face(each, bold=bold), size) for each, text in zip(places, texts, strict=True)]


def _height(cells: _Cells, size: float) -> float:
    return max(len(each) for each in cells) * size * LEADING + _PAD


def _parts(cells: _Cells, size: float) -> Iterable[_Cells]:
    """Give a row whole, or in parts where it alone is higher than a page."""
    most = int((TOP - BOTTOM) / (size * LEADING)) - 6
    highest = max(len(each) for each in cells)
    if highest <= most:
        yield cells
        return
    for start in range(0, highest, most):
        yield [each[start : start + most] or ("",) for each in cells]
