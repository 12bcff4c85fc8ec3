"""A sheet written anew without its empty rows: a stray cell far below must not cost a million rows of nothing."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from armoury.tabular.sheet_parts import Places

_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_FOOT = "</row></sheetData></worksheet>"


class ClosedUp:
    """Hears the part of a sheet and writes it: values, kinds and styles of filled cells, each with its place."""

    def __init__(self, file: str, lines: Sequence[int]) -> None:
        """Begin; `lines` are the filled rows in ascending order."""
        self._places, self._lines = Places(file), lines
        self._out: list[str] = [_HEAD]
        self._row = 0
        self._cell: Mapping[str, str] | None = None
        self._value: list[str] | None = None
        self._aside = 0
        self._inside = False

    def finished(self) -> bytes:
        """Return the part."""
        return "".join([*self._out, _FOOT if self._row else _FOOT.removeprefix("</row>")]).encode()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear a row, a cell, or its value."""
        if name == "row":
            self._places.next_row(attributes.get("r"))
        elif name == "c":
            self._places.next_cell(attributes.get("r"))
            self._cell = attributes
        elif name in ("v", "is") and self._cell is not None:
            self._value, self._inside = [], name == "v"
        elif name == "t":
            self._inside = not self._aside
        elif name == "rPh":
            self._aside += 1

    def end(self, name: str) -> None:
        """Hear the end of a value or a cell."""
        if name in ("v", "is") and self._cell is not None and self._value is not None:
            self._write(self._cell, "".join(self._value), inline=name == "is")
            self._value = None
        elif name == "t":
            self._inside = False
        elif name == "c":
            self._cell = None
        elif name == "rPh":
            self._aside -= 1

    def text(self, text: str) -> None:
        """Hear the text of a value; what is written beside it to say how it is read is left out."""
        if self._value is not None and self._inside:
            self._value.append(text)

    def _write(self, cell: Mapping[str, str], value: str, *, inline: bool) -> None:
        row = bisect_left(self._lines, self._places.row) + 1
        if row != self._row:
            self._out.append(f'{"</row>" if self._row else ""}<row r="{row}">')
            self._row = row
        kind = "inlineStr" if inline else cell.get("t", "n")
        style = f" s={quoteattr(cell['s'])}" if "s" in cell else ""
        said = f'<c r="{_letters(self._places.column)}{row}" t={quoteattr(kind)}{style}>'
        text = escape(value)
        shown = f'<is><t xml:space="preserve">{text}</t></is>' if inline else f"<v>{text}</v>"
        self._out.append(f"{said}{shown}</c>")


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
