"""The parts of an XLSX file, judged before any library is let at them: a packed file may be made to do harm.

What is looked at: number, size and ratio of the parts, that none overlaps another, is given twice, is locked, or holds
more or other bytes than it says; that no part declares a document type; and how large the sheets claim to be.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from armoury.i18n import _
from armoury.tabular.sheet_parts import MOST_CELLS, SheetPart, SheetScan
from armoury.tabular.table import TableError
from armoury.tabular.xml_parts import XmlPart

MOST_PARTS = 5_000
MOST_BYTES = 1 << 30
"""Bytes of all parts together when unpacked."""
MOST_RATIO = 250
"""Sheets of weapons unpack to ten to fifty times their size; only a part above `SMALL` is judged by it."""
SMALL = 1 << 20
MOST_TEXT = 4 << 30
"""Characters that all cells could hold together, if each held the longest text of the file."""
PIECE = 1 << 18
_NO_SHEETS = ("xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml")
_LOCAL_HEADER = 30

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)")
_TEXT = re.compile(rb"<(?:\w+:)?si\b")


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
        elif part.lower().startswith("xl/") and part.endswith(".xml") and part not in _NO_SHEETS:
            # A library finds sheets by the names that the workbook gives them, wherever they lie.
            sheets[part] = _sheet(name, part, _pieces(name, packed, entry))
        elif part == "xl/sharedStrings.xml":
            longest = _longest_text(_pieces(name, packed, entry))
        else:
            for _piece in _pieces(name, packed, entry):
                pass
    for each in sheets.values():
        if each.rectangle > MOST_CELLS or each.cells * longest > MOST_TEXT:
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


def _sheet(name: str, part: str, pieces: Iterator[bytes]) -> SheetPart:
    scan = SheetScan(name)
    XmlPart(name, part, scan).read(pieces)
    if scan.found.unplaced and part.startswith("xl/worksheets/"):
        text = _("The cells of a sheet in “{name}” do not say where they stand, so that columns could be mixed up. "
                 "Open it in a spreadsheet program and save it anew as .xlsx.")  # fmt: skip
        raise TableError(text.format(name=name))
    return scan.found


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
