"""Where a quotation mark went wrong, named by the line where it opened."""

import csv
from collections.abc import Iterable

from armoury.i18n import _
from armoury.tabular.dialect import QUOTE
from armoury.tabular.lines import LONGEST_CELL
from armoury.tabular.table import TableError


def quote_error(name: str, lines: Iterable[str], begin: int, delimiter: str) -> TableError:
    """Return the error for a row that cannot be taken apart.

    Args:
        name: of the file.
        lines: the lines from the row's first one on.
        begin: number of that line.
        delimiter: between cells.
    """
    where = _Walk(delimiter)
    for text in lines:
        if where.walk(text, begin):
            break
        begin += 1
    return TableError(where.sentence(name, begin))


class _Walk:
    """Goes through a row as the reader does, to where that stopped."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.column = 1
        self.opened = 0
        self.broken = False
        self._state = "start"
        self._length = 0

    def walk(self, text: str, line: int) -> bool:
        """Go through one line; True at the place where the reader stopped."""
        return any(self._step(sign, line) for sign in text)

    def _step(self, sign: str, line: int) -> bool:
        self._length += 1
        if self._length > csv.field_size_limit():
            return True
        if self._state == "quoted":
            self._state = "mark" if sign == QUOTE else "quoted"
        elif self._state == "mark" and sign == QUOTE:
            self._state = "quoted"
        elif sign == self.delimiter or sign in "\r\n":
            self.column += sign == self.delimiter
            self._state, self.opened, self._length = "start", 0, 0
        elif self._state == "mark":
            self.broken = True
        elif self._state == "start" and sign == QUOTE:
            self._state, self.opened = "quoted", line
        elif self._state != "start" or sign != " ":
            self._state = "plain"
        return self.broken

    def sentence(self, name: str, line: int) -> str:
        """Say what is wrong there."""
        if not self.opened:
            text = _("Line {line} of “{name}”, column {column}: the cell is longer than {most} characters.")
        elif self.broken:
            text = _(
                "The quotation mark that opens on line {opened} of “{name}”, column {column}, is closed on line "
                "{line} before the cell ends. A mark is missing or too many there; one that belongs to the text is "
                "written twice."
            )
        else:
            text = _(
                "The quotation mark that opens on line {opened} of “{name}”, column {column}, is not closed. Correct "
                "the line: close the mark, or write it twice if it belongs to the text."
            )
        return text.format(line=line, name=name, column=self.column, opened=self.opened, most=LONGEST_CELL)
