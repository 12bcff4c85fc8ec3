"""What is to be said of a CSV file and its rows: guesses, ragged rows, enormous cells, swallowed rows, signs."""

import re
from collections.abc import Iterator, Sequence

from armoury.domain.remarks import Level
from armoury.i18n import _, ngettext
from armoury.tabular.encoding import Encoding
from armoury.tabular.lines import LONGEST_CELL
from armoury.tabular.notes import Notes, shortened
from armoury.tabular.strange_signs import find_strange
from armoury.tabular.table import TableRemark


def remark_guesses(encoding: Encoding, delimiter: str | None, notes: Notes) -> None:
    """Say what was guessed of a file, so that the officer can look at it."""
    if encoding.words:
        text = _("The letters were read as {encoding}: {words}. If these words look wrong, choose another encoding.")
        words = ", ".join(f"“{shortened(each)}”" for each in encoding.words)
        level = Level.NOTE if encoding.sure else Level.WARN
        said = text.format(encoding=encoding.name, words=words)
        notes.remark(TableRemark(None, None, "encoding_guessed", encoding.name, said, level))
    if delimiter is None:
        said = _("No separator was found, so each line is one cell. If that is wrong, choose the separator.")
        notes.remark(TableRemark(None, None, "one_column", "", said, Level.NOTE))


def look_closely(line: int, cells: Sequence[str], columns: Sequence[str], delimiter: str, notes: Notes) -> None:
    """Remark whatever is wrong with one row."""
    _look_at_width(line, cells, columns, notes)
    for place, cell in enumerate(cells):
        column = columns[place] if place < len(columns) else None
        for remark in _of_cell(line, column, cell, (len(columns), delimiter)):
            notes.remark(remark)


def _look_at_width(line: int, cells: Sequence[str], columns: Sequence[str], notes: Notes) -> None:
    extra = [each for each in cells[len(columns) :] if each.strip()]
    if extra:
        text = _(
            "The row on line {line} has {count} cells, the header {width}: a separator stands in the text, or a cell "
            "too many. Put the text in quotation marks, or remove the cell."
        ).format(line=line, count=len(cells), width=len(columns))
        notes.remark(TableRemark(line, None, "long_row", shortened(delimited(extra)), text, Level.STOP))
    elif len(cells) < len(columns):
        text = _(
            "The row on line {line} has {count} cells, the header {width}: the last ones are taken as empty."
        ).format(line=line, count=len(cells), width=len(columns))
        notes.remark(TableRemark(line, None, "short_row", shortened(delimited(cells)), text, Level.WARN))


def delimited(cells: Sequence[str]) -> str:
    """Return some cells as one text to be shown."""
    return " | ".join(each.strip() for each in cells[:10])


def _of_cell(line: int, column: str | None, cell: str, shape: tuple[int, str]) -> Iterator[TableRemark]:
    found = shortened(cell)
    if len(cell) > LONGEST_CELL:
        text = _("Line {line}, column “{column}”: the cell has {count} characters, more than {most}.")
        said = text.format(line=line, column=column, count=len(cell), most=LONGEST_CELL)
        yield TableRemark(line, column, "enormous_cell", found, said, Level.STOP)
    if swallowed := _swallowed(cell, *shape):
        text = ngettext(
            "The cell in column “{column}”, in the row that begins on line {line}, holds a line that looks like a row "
            "of its own. A quotation mark is probably missing or too many there.",
            "The cell in column “{column}”, in the row that begins on line {line}, runs over {count} lines that look "
            "like rows of their own. A quotation mark is probably missing or too many there.",
            swallowed,
        )
        said = text.format(column=column, line=line, count=swallowed)
        yield TableRemark(line, column, "swallowed_rows", found, said, Level.STOP)
    for code, sign, said, level in find_strange(cell):
        yield TableRemark(line, column, code, sign, f"{place_of(line, column)}: {said}", level)


def place_of(line: int, column: str | None) -> str:
    """Return the words that say where a cell is."""
    return _("Line {line}, column “{column}”").format(line=line, column=column or "?")


def _swallowed(cell: str, width: int, delimiter: str) -> int:
    """Count the lines within a cell that have as many separators as a row."""
    if "\n" not in cell and "\r" not in cell:
        return 0
    least = max(width - 1, 2)
    return sum(each.count(delimiter) >= least for each in re.split(r"\r\n|\r|\n", cell))
