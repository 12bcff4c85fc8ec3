"""Tables on paper: the head stands on every page again, a row is never parted, and ten thousand rows take a second."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from armoury.documents.fonts import Face, wrap
from armoury.documents.sheets import BOTTOM, LEADING, LEFT, LIGHT, MM, RIGHT, TOP, Rule, Shade, Sheets, Words, to_left

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


def draw_table(
    sheets: Sheets,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    size: float = _SIZE,
    total: Sequence[str] | None = None,
) -> None:
    """Draw a table over as many pages as it needs.

    Args:
        sheets: what is being filled.
        columns: from left to right; together they take the width of the page.
        rows: a text for each column.
        size: of the letters, in points.
        total: a last row in bold.
    """
    places = _places(columns)
    head = _cells(places, [each.title for each in columns], size, bold=True)
    sheets.keep(_height(head, size) + 4 * size * LEADING)
    _draw_head(sheets, places, head, size)
    for row in rows:
        for part in _parts(_cells(places, row, size), size):
            if sheets.keep(_height(part, size)):
                _draw_head(sheets, places, head, size)
            _draw_row(sheets, places, part, size)
    if total is not None:
        last = _cells(places, total, size, bold=True)
        if sheets.keep(_height(last, size)):
            _draw_head(sheets, places, head, size)
        _draw_row(sheets, places, last, size, bold=True)
    sheets.y -= size


_Cells = list[tuple[str, ...]]


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


def _draw_head(sheets: Sheets, places: Sequence[_Place], head: _Cells, size: float) -> None:
    height = _height(head, size)
    sheets.add(Shade(LEFT, sheets.y - height, RIGHT - LEFT, height))
    _draw_row(sheets, places, head, size, bold=True)


def _draw_row(sheets: Sheets, places: Sequence[_Place], cells: _Cells, size: float, *, bold: bool = False) -> None:
    for place, lines in zip(places, cells, strict=True):
        for number, line in enumerate(lines, 1):
            if line:
                y = sheets.y - number * size * LEADING + size * 0.1
                sheets.add(place.words(y, line, _face(place, bold=bold), size))
    sheets.y -= _height(cells, size)
    sheets.add(Rule(LEFT, sheets.y, RIGHT, sheets.y, _RULE, LIGHT))
