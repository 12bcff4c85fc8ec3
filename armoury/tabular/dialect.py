"""What stands between the cells of a CSV file: told by which separator makes lines of equal width with known headings."""

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from armoury.i18n import _
from armoury.tabular.headings import count_known
from armoury.tabular.layout import HEAD_LINES
from armoury.tabular.table import TableError

DELIMITERS = (",", ";", "\t", "|", "\x1f", "^", "~", ":")
"""The separators that were met; the commoner one first, which decides where two do equally well."""
QUOTE = '"'
_SAMPLE = 1 << 17
_DECLARED = "sep="


def find_delimiter(lines: Sequence[str]) -> str | None:
    """Return the separator of some first lines; None if there is only one column.

    A first line `sep=;` says it, as spreadsheet programs write.
    """
    first = lines[0].strip('\ufeff\r\n" ') if lines else ""
    if first.lower().startswith(_DECLARED) and len(first) == len(_DECLARED) + 1:
        return first[-1]
    scores = [(_score(lines, each), each) for each in DELIMITERS]
    best, delimiter = max(scores, key=lambda each: each[0])
    return delimiter if best > (0, 0.0) else None


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, float]:
    """Say how many known headings stand in one line, and how even the lines are."""
    rows = [row for row in split_some(lines, delimiter) if any(map(str.strip, row))]
    widths = Counter(len(row) for row in rows)
    width = max(widths, key=lambda each: widths[each] * (each > 1), default=1)
    if width < 2:
        return 0, 0.0
    known = max(count_known([cell.strip() for cell in row]) for row in rows[:50])
    return (known if known > 1 else 0), widths[width] / len(rows) + min(width, 20) / 100


def split_some(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Split some first lines leniently: the sample may end within a quoted cell."""
    reader = csv.reader(lines, delimiter=delimiter, quotechar=QUOTE, skipinitialspace=delimiter != " ")
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, HEAD_LINES))
    except csv.Error:
        # A cell too long is named with its line when the whole file is read.
        return rows
    return rows


def check_delimiter(delimiter: str) -> str:
    r"""Return a separator that the officer chose; `\t` and `tab` mean the tabulator.

    Raises:
        TableError: it is not one character, or one that stands for something else.
    """
    chosen = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(chosen) != 1 or chosen in '\r\n"\x00 ':
        raise TableError(
            _("“{text}” cannot be a separator. Choose one character, such as , or ; or tab.").format(text=delimiter)
        )
    return chosen
