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
    opened, closed, column = _last_quote(lines, begin, delimiter)
    if opened is None:
        return TableError(
            _("Line {line} of “{name}”, column {column}: the cell is longer than {most} characters.").format(
                line=begin, name=name, column=column, most=LONGEST_CELL
            )
        )
    if closed is None:
        return TableError(
            _(
                "The quotation mark that opens on line {line} of “{name}”, column {column}, is not closed. Correct the line: "
                "close the mark, or write it twice if it belongs to the text."
            ).format(line=opened, name=name, column=column)
        )
    return TableError(
        _(
            "The quotation mark that opens on line {line} of “{name}”, column {column}, is closed on line {closed} before the "
            "cell ends. A mark is missing or too many there; one that belongs to the text is written twice."
        ).format(line=opened, name=name, column=column, closed=closed)
    )


def _last_quote(lines: Iterable[str], line: int, delimiter: str) -> tuple[int | None, int | None, int]:
    """Walk through the row as the reader does, to where it stopped.

    Returns:
        the line where the last quoted cell opened, the line where it closed if it did and something follows, its column.
    """
    opened: int | None = None
    column, state, long = 1, "start", 0
    for text in lines:
        for sign in text:
            if state == "quoted":
                long += 1
                if sign == QUOTE:
                    state = "mark"
                elif long > csv.field_size_limit():
                    return opened, None, column
            elif state == "mark" and sign == QUOTE:
                state = "quoted"
            elif sign == delimiter or sign in "\r\n":
                column += sign == delimiter
                state, opened, long = "start", None, 0
            elif state == "mark":
                return opened, line, column
            elif state == "start" and sign == QUOTE:
                state, opened = "quoted", line
            elif state == "plain" or sign != " ":
                state, long = "plain", long + 1
                if long > csv.field_size_limit():
                    return None, None, column
        line += 1
        if state == "start":
            break
    return opened, None, column
