"""The parts of an XLSX file, judged before any library is let at them: a packed file may be made to do harm.

What is looked at: number, size and ratio of the parts, that none overlaps another, is given twice, is locked, or holds
more or other bytes than it says; that no part declares a document type; and how large the sheets claim to be.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from armoury.i18n import _
from armoury.tabular.table import TableError

MOST_PARTS = 5_000
MOST_BYTES = 1 << 30
"""Bytes of all parts together when unpacked."""
MOST_RATIO = 250
"""Sheets of weapons unpack to ten to fifty times their size; only a part above `SMALL` is judged by it."""
SMALL = 1 << 20
MOST_CELLS = 25_000_000
"""Cells of the rectangle around everything that is filled: a reader holds them all."""
MOST_TEXT = 4 << 30
"""Characters that all cells could hold together, if each held the longest text of the file."""
MOST_NOTED = 20_000
PIECE = 1 << 18
_LOCAL_HEADER = 30
_OVERLAP = 1 << 12
"""Bytes of a piece that are looked at again with the next one, so that nothing hides on the border."""

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)")
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,10})["']""")
_FAULTY = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt\s*=\s*["']e["'][^>]*)>(?:\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?"""
    rb"""\s*<(?:\w+:)?v>([^<]{0,40})</"""
)
_UNCOUNTED = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?"""
    rb"""\s*</(?:\w+:)?c>"""
)
_TEXT = re.compile(rb"<(?:\w+:)?si\b")


@dataclass
class SheetPart:
    """What was seen of one sheet while its part was read through.

    Attributes:
        rows, columns: the last ones that are named.
        cells: how many cells are named.
        faults: cells that show an error, by row and column from 1, and what they show.
        uncounted: cells with a formula whose value was never kept.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    uncounted: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Parts:
    """A workbook whose parts were judged: the sheets by the name of their part, and the small parts that name them."""

    sheets: Mapping[str, SheetPart]
    naming: Mapping[str, bytes]


def judge_parts(name: str, data: bytes) -> Parts:
    """Judge all parts of a packed file.

    Args:
        name: of the file, for the sentence.
        data: its bytes.

    Raises:
        TableError: it is no workbook, damaged, locked, or would grow beyond all measure.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            entries = packed.infolist()
            _judge_entries(name, entries)
            _judge_kind(name, {each.filename for each in entries})
            return _read_through(name, packed, entries)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError, OSError) as problem:
        raise TableError(_damaged(name)) from problem
    except RuntimeError as problem:
        raise TableError(_locked(name)) from problem
    except Exception as problem:
        if type(problem).__module__ == "zlib":
            raise TableError(_damaged(name)) from problem
        raise


def _judge_entries(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > MOST_BYTES:
        raise TableError(_bomb(name))
    if len({each.filename.lower() for each in entries}) < len(entries):
        raise TableError(_damaged(name))
    end = 0
    for each in sorted(entries, key=lambda one: one.header_offset):
        if each.flag_bits & 1:
            raise TableError(_locked(name))
        if each.header_offset < end:
            raise TableError(_bomb(name))
        end = each.header_offset + _LOCAL_HEADER + each.compress_size
        if each.file_size > SMALL and each.file_size > MOST_RATIO * max(each.compress_size, 1):
            raise TableError(_bomb(name))


def _judge_kind(name: str, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    known = {
        "xl/workbook.bin": _("“{name}” is a binary workbook (.xlsb). Open it and save it as .xlsx."),
        "content.xml": _("“{name}” is an OpenDocument file. Open it in its program and save it as .xlsx."),
        "word/document.xml": _("“{name}” is a text document, not a spreadsheet."),
        "ppt/presentation.xml": _("“{name}” is a presentation, not a spreadsheet."),
        "bagit.txt": _("“{name}” is a bundle, not a spreadsheet."),
    }
    found = next((text for part, text in known.items() if part in names), None)
    raise TableError((found or _("“{name}” is a packed file, but no workbook (.xlsx).")).format(name=name))


def _read_through(name: str, packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Parts:
    """Unpack every part once, which proves that it is as large as it says, and look at what is XML."""
    sheets: dict[str, SheetPart] = {}
    naming: dict[str, bytes] = {}
    longest = 0
    for entry in entries:
        part = entry.filename
        if part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            naming[part] = b"".join(_pieces(name, packed, entry))
        elif part.startswith("xl/worksheets/") and part.endswith(".xml"):
            sheets[part] = _sheet(_pieces(name, packed, entry))
        elif part == "xl/sharedStrings.xml":
            longest = _longest_text(_pieces(name, packed, entry))
        else:
            for _piece in _pieces(name, packed, entry):
                pass
    for each in sheets.values():
        if max(each.rows, 1) * max(each.columns, 1) > MOST_CELLS or each.cells * longest > MOST_TEXT:
            raise TableError(_large(name))
    return Parts(sheets, naming)


def _pieces(name: str, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the bytes of a part, each piece with the end of the one before it."""
    tail, is_xml = b"", entry.filename.endswith((".xml", ".rels", ".vml"))
    with packed.open(entry) as stream:
        while piece := stream.read(PIECE):
            if is_xml and _DOCTYPE.search(tail + piece):
                raise TableError(_damaged(name))
            yield piece
            tail = piece[-16:]


def _sheet(pieces: Iterator[bytes]) -> SheetPart:
    found, tail = SheetPart(), b""
    for piece in pieces:
        text = tail + piece
        # Only what ends before the overlap is taken now; the rest comes again with the next piece.
        cut = text.rfind(b"</", 0, len(text)) if len(text) > _OVERLAP else 0
        cut = cut if cut > 0 else max(0, len(text) - _OVERLAP)
        _look(found, text[:cut])
        tail = text[cut:]
        if len(tail) > 4 * PIECE:
            _look(found, tail)
            tail = b""
    _look(found, tail)
    return found


def _look(found: SheetPart, text: bytes) -> None:
    for column, row in _CELL.findall(text):
        found.rows = max(found.rows, int(row))
        found.columns = max(found.columns, _column(column))
        found.cells += bool(column)
    for attributes, shown in _FAULTY.findall(text) if b'"e"' in text or b"'e'" in text else ():
        if (at := _at(attributes)) and len(found.faults) < MOST_NOTED:
            found.faults[at] = shown.decode("utf-8", "replace")
    for attributes in _UNCOUNTED.findall(text) if b"<f" in text or b":f" in text else ():
        if (at := _at(attributes)) and len(found.uncounted) < MOST_NOTED:
            found.uncounted.append(at)


def _at(attributes: bytes) -> tuple[int, int] | None:
    match = _CELL.search(b" " + attributes)
    return (int(match[2]), _column(match[1])) if match and match[1] else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _longest_text(pieces: Iterator[bytes]) -> int:
    """Return a bound of the characters of the longest shared text."""
    longest = since = 0
    for piece in pieces:
        starts = [match.start() for match in _TEXT.finditer(piece)]
        for last, start in zip([-since, *starts], [*starts, len(piece)], strict=True):
            longest = max(longest, start - last)
        since = len(piece) - starts[-1] if starts else since + len(piece)
    return longest


def _damaged(name: str) -> str:
    return _("“{name}” is damaged, or only named like a spreadsheet. Open it in a spreadsheet program and save it "
             "anew as .xlsx.").format(name=name)  # fmt: skip


def _locked(name: str) -> str:
    return _("“{name}” is protected by a password. Open it, save it without a password, and try again.").format(
        name=name
    )


def _bomb(name: str) -> str:
    text = _("“{name}” would unpack to far more than a register holds; it may be made to do harm. It is not read.")
    return text.format(name=name)


def _large(name: str) -> str:
    return _("A sheet of “{name}” claims more cells than can be read, though most are empty. Copy the filled part into "
             "a new file and save that.").format(name=name)  # fmt: skip
