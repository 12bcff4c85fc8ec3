"""Signs that do not belong into a register: NUL and other control characters, marks that cannot be seen or turn text round.

They are never taken away: a cell keeps them, and a remark names them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from armoury.domain.remarks import Level
from armoury.i18n import _


@dataclass(frozen=True)
class Strange:
    """One kind of sign: code of its remark, its characters as a class of a regular expression, weight and sentence."""

    code: str
    signs: str
    level: Level
    text: Callable[[], str]


_KINDS = (
    Strange(
        "nul", "\x00", Level.STOP,
        lambda: _("A NUL character stands in the cell; the file is damaged there. Look into the book and correct it."),
    ),
    Strange(
        "control_character", "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f", Level.WARN,
        lambda: _("A control character ({found}) stands in the cell. Compare it with the book."),
    ),
    Strange(
        "direction_mark", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069", Level.WARN,
        lambda: _("A mark that turns the writing round ({found}) stands in the cell: it is not as it looks."),
    ),
    Strange(
        "unseen_sign", "\u00ad\u180e\u200b-\u200d\u2060-\u2065\ufeff", Level.WARN,
        lambda: _("A sign that cannot be seen ({found}) stands in the cell."),
    ),
    Strange(
        "lost_letter", "\ufffd-\uffff", Level.WARN,
        lambda: _("A letter of the cell was lost ({found}) before the file was made. Compare it with the book."),
    ),
)  # fmt: skip
_PATTERNS: Mapping[str, re.Pattern[str]] = {each.code: re.compile(f"[{each.signs}]") for each in _KINDS}
_ANY = re.compile("[" + "".join(each.signs for each in _KINDS) + "]")


@cache
def _each() -> tuple[str, ...]:
    """List the signs one by one: looking for each of them is faster than for a class of characters, by far."""
    return tuple(sign for sign in map(chr, range(0x10000)) if _ANY.match(sign))


def has_strange(text: str) -> bool:
    """Tell quickly whether any strange sign stands in a long text."""
    return any(map(text.__contains__, _each()))


def find_strange(text: str) -> Iterator[tuple[str, str, str, Level]]:
    """Give code, found character, sentence and level of each kind of strange sign in a cell."""
    if not _ANY.search(text):
        return
    for kind in _KINDS:
        found = _PATTERNS[kind.code].search(text)
        if found:
            name = f"U+{ord(found[0]):04X}"
            yield kind.code, name, kind.text().format(found=name), kind.level
