"""The note of a checkpoint inside the file of a paper, so that the file alone can be held against a register."""

import base64
import binascii
import re

_NOTE = b"%armoury-checkpoint "
_NOTE_LINE = re.compile(rb"^%armoury-checkpoint ([A-Za-z0-9+/]{4,20000}={0,2})\r?$", re.MULTILINE)
_END = b"startxref"


def with_note(pdf: bytes, note: str) -> bytes:
    """Write a note as a comment before the last lines of a PDF; no place that the file names moves by it.

    ISO 32000-1, 7.2.3: from a percent sign to the end of its line is a comment.
    """
    head, end, tail = pdf.rpartition(_END)
    return head + _NOTE + base64.b64encode(note.encode()) + b"\n" + end + tail


def note_in(pdf: bytes) -> str | None:
    """Return the note that stands in a paper; None where there is none. It is not yet believed."""
    found = _NOTE_LINE.findall(pdf)
    if not found:
        return None
    try:
        return base64.b64decode(found[-1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
