"""How the letters of a text file are written, told by its bytes; never guessed where the bytes decide.

A byte order mark decides. Without one, UTF-16 shows in its NUL bytes, and text that is valid UTF-8 with letters beyond
ASCII is UTF-8: other encodings do not give such sequences. Of the encodings with one byte a letter, Windows (cp1252)
and DOS (cp850) can only be told apart by what makes sense in the words; that is said in a remark, with the words.
"""

import codecs
import re
from dataclasses import dataclass

from armoury.i18n import _
from armoury.tabular.table import TableError

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; the longer ones first, since one begins like another."""

_KEPT = 1 << 16
_OF_A_LINE = 2000
_HIGH = re.compile(rb"[\x80-\xff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f]+[^\s;,|\"]*")
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r")))


@dataclass(frozen=True)
class Encoding:
    """What was found: the name as Python has it; where it was guessed, words to look at, and if they leave no doubt."""

    name: str
    words: tuple[str, ...] = ()
    sure: bool = True


class ByteCensus:
    """Takes in a file piece by piece, and tells its encoding at the end; it keeps some lines only."""

    def __init__(self) -> None:
        self._head = b""
        self._size = 0
        self._zeros = [0, 0]
        self._kept = bytearray()
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._valid = True

    def take(self, piece: bytes) -> None:
        """Take in the next piece."""
        self._head = self._head or piece[:4096]
        if b"\x00" in piece:
            odd = self._size % 2
            self._zeros[0] += piece[odd::2].count(0)
            self._zeros[1] += piece[1 - odd :: 2].count(0)
        self._size += len(piece)
        if not piece.isascii():
            self._keep(piece)
        self._check_utf8(piece)

    def _keep(self, piece: bytes) -> None:
        lines = iter(piece.splitlines())
        while len(self._kept) < _KEPT and (line := next(lines, None)) is not None:
            found = _HIGH.search(line)
            if found:
                begin = max(found.start() - 100, 0)
                self._kept += line[begin : begin + _OF_A_LINE] + b"\n"

    def _check_utf8(self, piece: bytes, *, last: bool = False) -> None:
        try:
            if self._valid:
                self._utf8.decode(piece, last)
        except UnicodeDecodeError:
            self._valid = False

    def encoding(self) -> Encoding:
        """Tell the encoding of what was taken in.

        Raises:
            TableError: it is no text, or written in no way that is known here.
        """
        for mark, name in MARKS:
            if self._head.startswith(mark):
                return Encoding(name)
        if wide := self._wide():
            return Encoding(wide)
        if len(self._head) - len(self._head.translate(None, _CONTROLS)) > len(self._head) * _NOT_TEXT:
            raise TableError(_("The file is no text: it is full of control characters. Check which file it is."))
        self._check_utf8(b"", last=True)
        if self._valid or _mostly_utf8(bytes(self._kept)):
            return Encoding("utf-8")
        return best_of_single_byte(bytes(self._kept))

    def _wide(self) -> str | None:
        """Tell UTF-16 without a mark: every second byte of Latin letters, commas, digits and line ends is NUL."""
        even, odd = self._zeros
        half = self._size // 2
        if odd > half * _MANY_ZEROS and even < half * _FEW_ZEROS:
            return "utf-16-le"
        return "utf-16-be" if even > half * _MANY_ZEROS and odd < half * _FEW_ZEROS else None


_MANY_ZEROS, _FEW_ZEROS, _NOT_TEXT = 0.2, 0.02, 0.1


def _mostly_utf8(sample: bytes) -> bool:
    """Tell whether it is UTF-8 with faults: then the faults are named, and the rest is not read in another way."""
    letters = _UTF8_LETTER.findall(sample)
    wrong = len(_HIGH.findall(sample)) - sum(map(len, letters))
    return len(letters) > wrong


_LOWER = frozenset("áéíóúüñçàâäèêëîïôöùûæœãõå")
_UPPER = frozenset(each.upper() for each in _LOWER)
_SIGNS = frozenset("ºª°¿¡«»“”‘’–—…€£§±½¼¾·\u00a0´")


def best_of_single_byte(sample: bytes) -> Encoding:
    """Choose between cp1252 and cp850 by the words that have letters beyond ASCII.

    Latin-1 is the same as cp1252 where both have a character.

    Raises:
        TableError: in none of them the bytes make sense.
    """
    scored = [(_score(text), name, text) for name in ("cp1252", "cp850") if (text := _decoded(sample, name))]
    if not scored:
        raise TableError(_("The letters of the file are written in an unknown way. Choose the encoding yourself."))
    best, name, text = max(scored, key=lambda each: each[0])
    sure = best > 0 and not any(score > 0 for score, other, _text in scored if other != name)
    words = dict.fromkeys(found[0] for found in _WORD.finditer(text))
    return Encoding(name, tuple(words)[:5], sure)


def _decoded(sample: bytes, name: str) -> str | None:
    try:
        return sample.decode(name)
    except UnicodeDecodeError:
        return None


def _score(text: str) -> int:
    """Say how much the characters beyond ASCII look like Spanish, French, Dutch or English writing."""
    return sum(_plausible(text, place) for place, letter in enumerate(text) if not letter.isascii())


def _plausible(text: str, place: int) -> int:
    letter, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    beside = (before.isalpha(), after.isalpha())
    if letter in _LOWER:
        return 2 if not (before.isupper() and after.isupper()) else 0
    if letter in _UPPER:
        return -2 if before.islower() else 1
    if letter in _SIGNS:
        return -2 if all(beside) and letter != "’" else 1
    return -3


def name_of(wanted: str) -> str:
    """Return Python's name of an encoding that the officer chose.

    Raises:
        TableError: there is no such encoding, or it is none of text.
    """
    try:
        found = codecs.lookup(wanted.strip() or "?")
        "".encode(found.name)
    except (LookupError, ValueError) as problem:
        raise TableError(
            _(
                "There is no encoding “{name}”. Choose one such as utf-8, cp1252 (Windows), cp850 (DOS) or utf-16."
            ).format(name=wanted)
        ) from problem
    return found.name
