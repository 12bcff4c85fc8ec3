"""The XML of a packed file, told piece by piece and without surprises.

What is refused: anything but UTF-8, a document type (so that no entity is ever expanded), tags and comments without
end, elements nested without end, and more different names than any spreadsheet has. Time is linear in the bytes.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol
from xml.parsers import expat

from armoury.i18n import _
from armoury.tabular.table import TableError

LONGEST_TAG = 1 << 20
"""Bytes of one tag or comment."""
DEEPEST = 100
MOST_NAMES = 10_000
"""Different names of elements and attributes in one part."""
_OTHER_BEGINNINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")
"""UTF-16 and UTF-32, with or without their mark."""


class Listener(Protocol):
    """What is told of a part; names come without their prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Hear that an element begins."""

    def end(self, name: str) -> None:
        """Hear that it ends."""

    def text(self, text: str) -> None:
        """Hear a piece of text; a cell may come in several."""


class XmlPart:
    """One part that is being read."""

    def __init__(self, file: str, part: str, listener: Listener, most: int | None = None) -> None:
        """Begin.

        Args:
            file: name of the packed file, for the sentence.
            part: of the part, likewise.
            listener: is told what stands in it.
            most: the largest number that an element may give as its count; a library makes room for as many.
        """
        self._file, self._part, self._listener = file, part, listener
        self._depth, self._most = 0, most
        # The encoding is set, so that no declaration can have the bytes taken for others than the library takes them.
        self._parser = expat.ParserCreate("utf-8", intern={})
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = listener.text
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read the whole part.

        Raises:
            TableError: it is no XML that can be read here.
        """
        fed = 0
        try:
            for piece in pieces:
                if not fed and piece.startswith(_OTHER_BEGINNINGS):
                    raise TableError(self._other_letters())
                self._parser.Parse(piece, False)
                fed += len(piece)
                if fed - self._parser.CurrentByteIndex > LONGEST_TAG or len(self._parser.intern) > MOST_NAMES:
                    raise TableError(damaged(self._file))
            self._parser.Parse(b"", True)
        except expat.ExpatError as problem:
            raise TableError(damaged(self._file)) from problem

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TableError(damaged(self._file))
        if self._most is not None and attributes:
            self._check_counts(attributes, self._most)
        self._listener.start(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.end(tag.rpartition(":")[2])

    def _check_counts(self, attributes: Mapping[str, str], most: int) -> None:
        for name, value in attributes.items():
            if name.lower().endswith("count") and not (value.isdecimal() and len(value) < 12 and int(value) <= most):
                raise TableError(damaged(self._file))

    def _refuse_doctype(self, *_said: object) -> None:
        raise TableError(damaged(self._file))

    def _other_letters(self) -> str:
        text = _("The part “{part}” of “{name}” is not written in UTF-8, and nothing else is read here. Open the file "
                 "in a spreadsheet program and save it anew as .xlsx.")  # fmt: skip
        return text.format(part=self._part, name=self._file)


def damaged(name: str) -> str:
    """Return the sentence for a file that is not whole."""
    return _("“{name}” is damaged, or only named like a spreadsheet. Open it in a spreadsheet program and save it "
             "anew as .xlsx.").format(name=name)  # fmt: skip
