"""The letters of every paper: DejaVu, embedded, so that a page looks the same everywhere and in twenty years.

They cover Latin with all its accents, Greek and Cyrillic. A sign that they lack, such as a Chinese mark on a weapon, is
written by its number as `[U+5F0F]`: nothing that was found disappears from the paper.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.paths import resource

_DROPPED = ("Cc", "Cs", "Cn")


class Face(StrEnum):
    """Which letters; the value is the name of the font and of its file."""

    PLAIN = "DejaVuSans"
    BOLD = "DejaVuSans-Bold"
    MONO = "DejaVuSansMono"
    """All signs of one width, and O told from 0: for tags, serials and digests."""


@cache
def load_face(face: Face) -> TTFont:
    """Make a font known to the PDF library, once.

    Raises:
        StorageError: the file of the font is missing or damaged.
    """
    path = resource("fonts") / f"{face.value}.ttf"
    try:
        font = TTFont(face.value, str(path))
    except (OSError, TTFError) as problem:
        raise StorageError(
            _("The file {name} of the program is missing or damaged. Install the program again.").format(name=path.name)
        ) from problem
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=20_000)
def printable(text: str, face: Face) -> str:
    """Return a text as it can be printed: composed letters, no control signs, unknown signs by their numbers."""
    if text.isascii() and text.isprintable():
        return text
    known = load_face(face).face.charToGlyph
    return "".join(_sign(each, known) for each in unicodedata.normalize("NFC", text))


def _sign(sign: str, known: dict[int, int]) -> str:
    if sign.isspace():
        return "\u00a0" if sign == "\u00a0" else " "
    category = unicodedata.category(sign)
    if category in _DROPPED:
        return ""
    return sign if ord(sign) in known and category != "Cf" else f"[U+{ord(sign):04X}]"


def width_of(text: str, face: Face, size: float) -> float:
    """Return how wide a printable text is, in points."""
    letters = load_face(face).face
    widths, other = letters.charWidths, letters.defaultWidth
    return float(sum(widths.get(ord(each), other) for each in text) * size / 1000)


@lru_cache(maxsize=20_000)
def wrap(text: str, face: Face, size: float, room: float) -> tuple[str, ...]:
    """Break a text into lines that fit into so many points; a word that is too long by itself is cut.

    Line ends of the text stay; an empty text is one empty line.
    """
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        lines += _broken(printable(part, face), face, size, room)
    return tuple(lines)


def _broken(text: str, face: Face, size: float, room: float) -> Iterator[str]:
    line = ""
    for word in _pieces(text, face, size, room):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, face, size) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def _pieces(text: str, face: Face, size: float, room: float) -> Iterator[str]:
    """Give the words, those that no line can hold in parts."""
    for word in text.split(" "):
        rest = word
        while width_of(rest, face, size) > room and len(rest) > 1:
            cut = _fitting(rest, face, size, room)
            yield rest[:cut]
            rest = rest[cut:]
        if rest:
            yield rest


def _fitting(text: str, face: Face, size: float, room: float) -> int:
    """Return how many signs of a text fit, at least one; a stroke or comma near the end is a better place to cut."""
    count = 1
    while count < len(text) and width_of(text[: count + 1], face, size) <= room:
        count += 1
    better = max(text.rfind(each, count // 2, count) for each in "-/,._")
    return better + 1 if better > 0 else count


def fitted(text: str, face: Face, size: float, room: float) -> str:
    """Return a text on one line, shortened with … where it does not fit."""
    line = printable(" ".join(text.split()), face)
    if width_of(line, face, size) <= room:
        return line
    while line and width_of(line + "…", face, size) > room:
        line = line[:-1]
    return line.rstrip() + "…"
