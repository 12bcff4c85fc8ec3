"""Cells that a spreadsheet program would take for a formula, written so that it does not, and read back as they were.

A CSV file cannot say that a cell is text. Programs run a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end
(OWASP, “CSV Injection”; in full width too), so an apostrophe is put before it. The rule can be undone: a text of any
number of apostrophes and then one of these signs gets one more apostrophe, and reading such a text takes one away.
All other texts are written and read as they are, apostrophes included.
"""

import re

_SIGNS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_RISKY = re.compile(f"'*[{_SIGNS}]")
_MADE_SAFE = re.compile(f"'+[{_SIGNS}]")


def make_safe(text: str) -> str:
    """Return the text as it is written into a CSV file."""
    return f"'{text}" if _RISKY.match(text) else text


def undo_safe(text: str) -> str:
    """Return the text that was made safe."""
    return text[1:] if _MADE_SAFE.match(text) else text


def bare_text(written: str) -> str:
    """Return what a person reads in a cell of a CSV file: without blanks around it, and not made safe."""
    text = written.strip()
    return undo_safe(text) if text[:1] == "'" else text
