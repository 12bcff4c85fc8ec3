"""What the command line writes: plain lines, aligned columns, cards, JSON; on any terminal, in any encoding.

Text from a register may hold anything that stands on a weapon or in an old book, so control characters never reach the
terminal, and a text stands on one line however many it was typed in. Signs that the terminal cannot show are replaced
by plain ones, never by an error.
"""

import codecs
import io
import json
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from armoury.i18n import _

_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "·": ".", "✓": "+", "✗": "x", "→": "->",
     "×": "x", "\u00a0": " "}
)  # fmt: skip
_NARROWEST = 6
_GAP = "  "


def harden_streams() -> None:
    """Let no sign that a terminal cannot show stop the program."""
    codecs.register_error("armoury_plain", _plain_signs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="armoury_plain")


def _plain_signs(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    signs = problem.object[problem.start : problem.end]
    plain = unicodedata.normalize("NFKD", signs.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return plain or "?" * len(signs), problem.end


def clean(text: str) -> str:
    """Return a text as one line: line breaks become “ / ”, what would steer a terminal becomes a visible dot.

    So no text of a register can look like a line that the program wrote.
    """
    return "".join("·" if _steers(each) else each for each in _BREAKS.sub(" / ", text))


_BREAKS = re.compile(r"\s*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])\s*")


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn")


def say(text: str = "") -> None:
    """Write one line of the answer."""
    _write(sys.stdout, clean(text))


def tell(text: str = "") -> None:
    """Write one line about the work, beside the answer: to standard error."""
    _write(sys.stderr, clean(text))


def say_lines(text: str) -> None:
    """Write a long line of the answer; a terminal gets it broken between words, what follows set in further."""
    for part in _broken(text, sys.stdout):
        say(part)


def tell_lines(text: str) -> None:
    """Write a long line about the work to standard error, broken as `say_lines` does."""
    for part in _broken(text, sys.stderr):
        tell(part)


def tell_sentences(text: str) -> None:
    """Write what may be several sentences, one a line, to standard error; all but the first are set in."""
    first, *more = text.split("\n")
    tell(first)
    for each in more:
        tell(_GAP + each.rstrip())


def _broken(text: str, stream: TextIO | None) -> list[str]:
    if not is_terminal(stream):
        return [text]
    line = clean(text)
    set_in = " " * (len(line) - len(line.lstrip(" "))) + _GAP
    return textwrap.wrap(line, terminal_width(), subsequent_indent=set_in) or [""]


def warn(text: str) -> None:
    """Write a warning that nobody overlooks, to standard error."""
    loud = is_terminal(sys.stderr)
    head, tail = ("\x1b[1;31m", "\x1b[0m") if loud else ("", "")
    _write(sys.stderr, f"{head}*** {_('WARNING')}: {clean(text)} ***{tail}")


def say_json(value: object) -> None:
    """Write a value as JSON with sorted keys; pure ASCII, so that it is the same in every locale."""
    _write(sys.stdout, json.dumps(value, indent=2, sort_keys=True))


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal; a closed one is not."""
    return stream is not None and not stream.closed and stream.isatty()


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None and not stream.closed:
        stream.write(text + "\n")
        stream.flush()


def terminal_width() -> int:
    """Return the columns of the terminal (80 where there is none)."""
    return max(20, shutil.get_terminal_size((80, 24)).columns)


@dataclass(frozen=True)
class Columns:
    """How some columns of a table are laid out, by their places from 0.

    Attributes:
        whole: never shortened, because what is left would mean something else, such as half a number.
        right: set to the right, as numbers are.
    """

    whole: frozenset[int] = frozenset()
    right: frozenset[int] = frozenset()


_USUAL = Columns()


def say_table(headings: Sequence[str], rows: Iterable[Sequence[object]], columns: Columns = _USUAL) -> None:
    """Write aligned columns; on a terminal too narrow for them, one row below the other."""
    cells = [[_cell(each) for each in row] for row in rows]
    for line in table_lines(headings, cells, terminal_width() if is_terminal(sys.stdout) else None, columns):
        _write(sys.stdout, line)


def table_lines(
    headings: Sequence[str], cells: Sequence[Sequence[str]], width: int | None, columns: Columns = _USUAL
) -> list[str]:
    """Lay a table out in a width; None means that no cell is shortened."""
    table = [list(headings), *cells]
    widths = [max(columns_of(row[place]) for row in table) for place in range(len(headings))]
    if width is not None:
        fitted = _fit(widths, width - len(_GAP) * (len(widths) - 1), columns.whole)
        if fitted is None:
            return _stacked(headings, cells)
        widths = fitted
    return [_GAP.join(_laid(row, widths, columns.right)).rstrip() for row in table]


def _laid(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> Iterator[str]:
    for place, (cell, wide) in enumerate(zip(row, widths, strict=True)):
        gap = wide - columns_of(cell)
        yield " " * gap + cell if place in right and gap >= 0 else _pad(cell, wide)


def _fit(widths: list[int], room: int, whole: Collection[int]) -> list[int] | None:
    """Take from the widest columns that may be shortened until they fit; None where even short columns do not."""
    fitted = list(widths)
    free = [place for place in range(len(fitted)) if place not in whole]
    while sum(fitted) > room:
        place = max(free, key=fitted.__getitem__, default=None)
        if place is None or fitted[place] <= _NARROWEST:
            return None
        fitted[place] -= 1
    return fitted


def _stacked(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    lines = []
    for row in cells:
        lines += [f"{heading}: {cell.strip()}" for heading, cell in zip(headings, row, strict=True) if cell] + [""]
    return lines


def _cell(value: object) -> str:
    return clean("" if value is None else str(value))


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_sign_width(each) for each in text)


def _sign_width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _pad(text: str, width: int) -> str:
    if columns_of(text) > width:
        while columns_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns_of(text))


def say_card(title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Write a heading and beneath it labels with their values; empty values are left out."""
    shown = [(clean(label), clean(value)) for label, value in lines if value]
    wide = max((columns_of(label) for label, _value in shown), default=0)
    say_lines(title)
    room = max(20, terminal_width() - wide - 4)
    for label, value in shown:
        # A value is kept whole where nobody looks at columns: a pipe may search for it.
        parts = textwrap.wrap(value, room) if is_terminal(sys.stdout) else [value]
        for number, part in enumerate(parts):
            say("  " + _pad("" if number else label, wide) + _GAP + part)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold of some values: absent ones are left out."""
    return {name: value for name, value in values.items() if value is not None}
