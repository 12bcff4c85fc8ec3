"""Texts of a file as a record can hold them, and as a remark shows them."""

import re
import unicodedata

from armoury.domain.conformity import MOST_LETTERS

LONGEST_LINE = 500
"""Characters of a text that belongs on one line; a longer one slipped into the wrong column."""

_SHOWN = 60
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def tidy(written: str, *, one_line: bool = False) -> str | None:
    """Return a text in NFC without surplus blanks; None where a record cannot hold it."""
    if written.isascii() and written.isprintable():
        text = written.strip()
    elif _UNSEEN.search(written):
        return None
    else:
        text = unicodedata.normalize("NFC", written).replace("\r\n", "\n").replace("\r", "\n").strip()
    if one_line:
        text = " ".join(text.split())
    return text if len(text) <= (LONGEST_LINE if one_line else MOST_LETTERS) else None


def shortened(text: str) -> str:
    """Return as much of a text as a remark shows, on one line."""
    line = text if text.isprintable() else " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
