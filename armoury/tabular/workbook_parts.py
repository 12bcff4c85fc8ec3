"""The parts of an XLSX file, judged before any library is let at them: a packed file may be made to do harm.

What is looked at: number, size and ratio of the parts, that none overlaps another, is given twice, is locked, or holds
more or other bytes than it says; that no part declares a document type; and how large the sheets claim to be.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import normpath

from armoury.i18n import _
from armoury.tabular.closing_up import ClosedUp
from armoury.tabular.layout import MOST_COLUMNS
from armoury.tabular.number_formats import Styles
from armoury.tabular.sheet_parts import MOST_CELLS, SheetPart, SheetScan, large
from armoury.tabular.table import TableError
from armoury.tabular.xml_parts import Listener, XmlPart, damaged

MOST_PARTS = 5_000
MOST_BYTES = 1 << 30
"""Bytes of all parts together when unpacked."""
MOST_RATIO = 250
"""Sheets of weapons unpack to ten to fifty times their size; only a part above `SMALL` is judged by it."""
SMALL = 1 << 20
MOST_TEXT = 4 << 30
"""Characters that all cells could hold together, if each held the longest text of the file."""
PIECE = 1 << 18
_LOCAL_HEADER = 30

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)")
_WORKBOOK, _RELATIONS, _STYLES, _TEXTS = (
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedstrings.xml",
)  # fmt: skip
_KEPT = frozenset({"[content_types].xml", "_rels/.rels", _WORKBOOK, _RELATIONS, _STYLES, _TEXTS})
"""What a reader needs beside a sheet."""


@dataclass(frozen=True)
class Parts:
    """A workbook whose parts were judged.

    Attributes:
        sheets: what was seen of them, by the name of their part (`part_name`).
        names: the part of each sheet that the workbook names; it may be missing in the file.
    """

    sheets: Mapping[str, SheetPart]
    names: Mapping[str, str]


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
        raise TableError(damaged(name)) from problem
    except RuntimeError as problem:
        raise TableError(_locked(name)) from problem
    except Exception as problem:
        if type(problem).__module__ == "zlib":
            raise TableError(damaged(name)) from problem
        raise


def _judge_entries(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > MOST_BYTES:
        raise TableError(_bomb(name))
    if len({part_name(each.filename) for each in entries}) < len(entries):
        raise TableError(damaged(name))
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


def part_name(written: str) -> str:
    """Return the name of a part as it is looked up: without regard to case, with plain strokes."""
    return written.replace("\\", "/").lower()


def _read_through(name: str, packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Parts:
    """Unpack every part once, which proves that it is as large as it says, and look at what is XML."""
    by_name = {part_name(each.filename): each for each in entries}
    naming, styles, texts = Naming(), Styles(), _Texts()
    relations = Relations()
    for part, listener in ((_WORKBOOK, naming), (_RELATIONS, relations), (_STYLES, styles), (_TEXTS, texts)):
        if part in by_name:
            XmlPart(name, part, listener, MOST_CELLS).read(_pieces(name, packed, by_name[part]))
    names = {sheet: target for sheet, key in naming.sheets.items() if (target := relations.targets.get(key))}
    sheets: dict[str, SheetPart] = {}
    # A library finds parts in ways of its own, so whatever may be a sheet is judged as one.
    for part, entry in by_name.items():
        known = part in (_WORKBOOK, _RELATIONS, _STYLES, _TEXTS) or part.startswith("xl/theme/")
        if part in names.values() or (part.startswith("xl/") and part.endswith(".xml") and not known):
            sheets[part] = _read_sheet(name, packed, entry, styles)
        elif not known or part.startswith("xl/theme/"):
            for _piece in _pieces(name, packed, entry):
                pass
    for each in sheets.values():
        if not _is_bounded(each) or each.cells * texts.longest > MOST_TEXT:
            raise TableError(large(name))
    return Parts(sheets, names)


def _read_part(name: str, packed: zipfile.ZipFile, entry: zipfile.ZipInfo, listener: Listener) -> None:
    XmlPart(name, entry.filename, listener).read(_pieces(name, packed, entry))


def _read_sheet(name: str, packed: zipfile.ZipFile, entry: zipfile.ZipInfo, styles: Styles) -> SheetPart:
    scan = SheetScan(name, styles.formats)
    _read_part(name, packed, entry, scan)
    return scan.found


def _is_bounded(part: SheetPart) -> bool:
    """Tell whether a reader can hold the sheet; one of more columns than a table may have is not closed up either."""
    wide = part.columns > MOST_COLUMNS and part.rows * part.columns > MOST_CELLS
    return part.rectangle <= MOST_CELLS and not wide


def _pieces(name: str, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the bytes of a part."""
    tail, is_xml = b"", part_name(entry.filename).endswith((".xml", ".rels", ".vml"))
    with packed.open(entry) as stream:
        while piece := stream.read(PIECE):
            if is_xml and _DOCTYPE.search(tail + piece):
                raise TableError(damaged(name))
            yield piece
            tail = piece[-16:]


def close_up(name: str, data: bytes, parts: Parts, part: str) -> tuple[bytes, Sequence[int]]:
    """Pack a workbook anew in which one sheet has no empty rows and every cell says where it stands.

    Args:
        name: of the file, for the sentence.
        data: its bytes, already judged.
        parts: what was seen of them.
        part: of the sheet.

    Returns:
        the packed file, with this sheet only, and the number of each of its rows in the sheet as it was.
    """
    lines = sorted(set(parts.sheets[part].filled))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in old.infolist():
            if part_name(entry.filename) == part:
                closed = ClosedUp(name, lines)
                _read_part(name, old, entry, closed)
                new.writestr(entry.filename, closed.finished())
            elif part_name(entry.filename) in _KEPT:
                new.writestr(entry.filename, old.read(entry))
    return out.getvalue(), lines


@dataclass
class Naming:
    """Hears the part of the workbook: sheets by name, and the key of their part."""

    sheets: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear a sheet."""
        key = next((value for each, value in attributes.items() if each.rpartition(":")[2] == "id"), None)
        if name == "sheet" and key is not None and len(self.sheets) < MOST_PARTS:
            self.sheets.setdefault(attributes.get("name", ""), key)

    def end(self, name: str) -> None:
        """Hear nothing."""

    def text(self, text: str) -> None:
        """Hear nothing."""


@dataclass
class Relations:
    """Hears which part each key of the workbook means."""

    targets: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear a relation."""
        if name == "Relationship" and len(self.targets) < MOST_PARTS:
            written = part_name(attributes.get("Target", ""))
            target = written.removeprefix("/")
            target = target if target.startswith("xl/") else f"xl/{target}"
            self.targets[attributes.get("Id", "")] = normpath(target)

    def end(self, name: str) -> None:
        """Hear nothing."""

    def text(self, text: str) -> None:
        """Hear nothing."""


@dataclass
class _Texts:
    """Hears the shared texts: how many characters the longest has."""

    longest: int = 0
    _length: int = 0

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._length = 0

    def end(self, _name: str) -> None:
        self.longest = max(self.longest, self._length)

    def text(self, text: str) -> None:
        self._length += len(text)


def _locked(name: str) -> str:
    return _("“{name}” is protected by a password. Open it, save it without a password, and try again.").format(
        name=name
    )


def _bomb(name: str) -> str:
    text = _("“{name}” would unpack to far more than a register holds; it may be made to do harm. It is not read.")
    return text.format(name=name)
