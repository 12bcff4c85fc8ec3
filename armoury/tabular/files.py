"""What lies under a path: a file that can be read as a table, or something else that gets its sentence.

What a file is is decided by its first bytes; its name may say anything.
"""

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from armoury.i18n import _
from armoury.tabular.table import TableError

LARGEST_FILE = 1 << 30
"""Bytes; a register of a million weapons has about an eighth of it."""

_HEAD = 4096
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")

_PICTURE: Callable[[], str] = lambda: _("a picture")  # noqa: E731 one of a table of sentences
_PROGRAM: Callable[[], str] = lambda: _("a program")  # noqa: E731
_PACKED: Callable[[], str] = lambda: _("a packed file; unpack it first")  # noqa: E731
_BEGINNINGS: Mapping[bytes, Callable[[], str]] = {
    b"%PDF-": lambda: _("a PDF document; ask for the spreadsheet that it was made of"),
    b"\x89PNG\r\n\x1a\n": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF87a": _PICTURE,
    b"GIF89a": _PICTURE,
    b"BM": _PICTURE,
    b"II*\x00": _PICTURE,
    b"MM\x00*": _PICTURE,
    b"RIFF": _PICTURE,
    b"MZ": _PROGRAM,
    b"\x7fELF": _PROGRAM,
    b"\x1f\x8b": _PACKED,
    b"BZh": _PACKED,
    b"7z\xbc\xaf\x27\x1c": _PACKED,
    b"\xfd7zXZ\x00": _PACKED,
    b"Rar!\x1a\x07": _PACKED,
    b"{\\rtf": lambda: _("a text document (RTF)"),
    b"SQLite format 3\x00": lambda: _("a database"),
    b"\x00\x01\x00\x00Standard ": lambda: _("an Access database; export its table as CSV or .xlsx"),
    b"age-encryption.org/": lambda: _("a sealed bundle, not a spreadsheet"),
}
_WITH_TEXT_AFTER = frozenset({b"BM", b"MZ", b"BZh"})
"""Beginnings that a register could have too; a NUL byte must follow soon."""
_MARKUP = re.compile(rb"(?i)\s*<(\?xml|!doctype|html|head|body|table|workbook|\w+:workbook)\b")


def open_table(path: Path) -> tuple[BinaryIO, bool]:
    """Open a file that can be a table.

    Returns:
        the file, at its beginning, and whether it is a zip (as XLSX is); else it is text.

    Raises:
        TableError: there is nothing, or something else.
    """
    file = _open(path)
    try:
        head = file.read(_HEAD)
        file.seek(0)
        if not head:
            raise TableError(_("“{name}” is empty.").format(name=path.name))
        if head.startswith(_ZIP):
            return file, True
        refuse_others(path.name, head, file)
    except BaseException:
        file.close()
        raise
    return file, False


def _open(path: Path) -> BinaryIO:
    try:
        _refuse_special(path, os.stat(path))
        # A FIFO put in the place of the file between the two looks must not make us wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as problem:
        raise TableError(_("There is no file “{name}”.").format(name=path)) from problem
    except (OSError, ValueError, RuntimeError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise TableError(_("“{name}” cannot be opened: {why}.").format(name=path, why=why)) from problem
    file = os.fdopen(handle, "rb")
    try:
        _refuse_special(path, os.fstat(handle))
    except TableError:
        file.close()
        raise
    return file


def _refuse_special(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise TableError(_("“{name}” is a folder. Choose a file in it.").format(name=path))
    if not stat.S_ISREG(found.st_mode):
        raise TableError(_("“{name}” is a device or a pipe, not a file.").format(name=path))
    if found.st_size > LARGEST_FILE:
        raise TableError(
            _("“{name}” is larger than {most} MB. Split it into several files.").format(
                name=path.name, most=LARGEST_FILE >> 20
            )
        )


def refuse_others(name: str, head: bytes, file: BinaryIO) -> None:
    """Refuse what is known not to be a table of text.

    Raises:
        TableError: it is a picture, a PDF, an old or protected workbook …
    """
    if head.startswith(_OLE):
        raise TableError(_what_ole_is(name, file))
    for beginning, what in _BEGINNINGS.items():
        if head.startswith(beginning) and (beginning not in _WITH_TEXT_AFTER or b"\x00" in head):
            raise TableError(_("“{name}” is not a spreadsheet but {what}.").format(name=name, what=what()))
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise TableError(
            _(
                "“{name}” is a web page or XML, not a CSV or .xlsx file. Open it in a spreadsheet program and save it as "
                ".xlsx."
            ).format(name=name)
        )


def _what_ole_is(name: str, file: BinaryIO) -> str:
    body = file.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in body:
        return _("“{name}” is protected by a password. Open it, save it without a password, and try again.").format(
            name=name
        )
    return _(
        "“{name}” is an old Office file (.xls, .doc or like it). Open it in a spreadsheet program and save it as .xlsx."
    ).format(name=name)
