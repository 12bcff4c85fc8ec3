"""What a scan or a typed code may mean, as pure text work: the register decides afterwards what it is.

Any text is taken: a tag as coded, printed or typed in small letters, a serial, a rack position with the last three of a
serial, a code of the GS1 system. Control characters, the scanner's own prefix and its suffix are dropped.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from armoury.domain.errors import RuleError
from armoury.domain.serials import fold_serial, serial_key
from armoury.domain.tags import is_tag, normalise_tag
from armoury.i18n import _

LONGEST_SCAN = 4_096
"""Characters; the largest two-dimensional codes hold fewer."""


class ScanKind(StrEnum):
    """What a scan looks like; all keys that can be given are given whatever the kind."""

    EMPTY = "empty"
    TAG = "tag"
    GS1 = "gs1"
    RACK = "rack"
    CODE = "code"


@dataclass(frozen=True)
class Scan:
    """A scan taken apart.

    Args:
        raw: what came in.
        kind: what it looks like most.
        text: the cleaned text in capitals, for codes that are compared letter by letter.
        key: the normalised serial key, or `text` where no letter or digit is left. With GS1 that of the serial (AI 21).
        folded: the folded serial key, or `key`.
        tag: the tag as stored, if it is one.
        rack: the rack position, in capitals, where a rack position and the last three of a serial could be meant.
        ending: those last three.
    """

    raw: str
    kind: ScanKind
    text: str = ""
    key: str = ""
    folded: str = ""
    tag: str | None = None
    rack: str | None = None
    ending: str | None = None


_GROUP = "\x1d"  # GS1's separator, which scanners send in place of the FNC1 character
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: symbology identifier
_AIM_GS1 = frozenset({"]C1", "]d2", "]Q3", "]e0", "]J1"})
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]+")
_PREFIX = re.compile(r".{0,60}[:/]", re.DOTALL)
_RACK = re.compile(r"(\S{1,40})\s+([0-9A-Z]{3})")
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_GTIN_FIRST = re.compile(r"01[0-9]{14}21.")
# GS1 General Specifications, section 3: lengths of the identifiers that may stand before or beside the serial.
_FIXED = {"00": 18, "01": 14, "02": 14, "20": 2} | dict.fromkeys(("11", "12", "13", "15", "16", "17"), 6)
_VARIABLE = ("10", "21", "22", "235", "240", "241", "242", "243", "250", "251", "30", "37")


def parse_scan(text: str) -> Scan:
    """Take a scanned or typed text apart; any text up to 4,096 characters gives an answer.

    Raises:
        RuleError: it is longer.
    """
    if len(text) > LONGEST_SCAN:
        raise RuleError(_("The scan is too long to be a code. Scan one code at a time."))
    aim = _AIM.match(text.lstrip())
    body = text.lstrip()[3:] if aim else text
    clean = _UNSEEN.sub("", body).strip()
    if not clean:
        return Scan(text, ScanKind.EMPTY)
    tag = _tag_in(clean)
    if tag:
        return _scan(text, ScanKind.TAG, clean.upper(), tag=tag)
    serial = _gs1_serial(body, bool(aim and aim[0] in _AIM_GS1))
    if serial:
        return _scan(text, ScanKind.GS1, clean.upper(), serial=serial)
    return _rack_or_code(text, clean.upper())


def _scan(raw: str, kind: ScanKind, upper: str, *, serial: str | None = None, tag: str | None = None) -> Scan:
    key = serial_key(serial or upper) or upper
    return Scan(raw, kind, upper, key, fold_serial(serial or upper) or key, tag)


def _rack_or_code(raw: str, upper: str) -> Scan:
    key = serial_key(upper) or upper
    folded = fold_serial(upper) or key
    rack = _RACK.fullmatch(upper)
    if rack:
        return Scan(raw, ScanKind.RACK, upper, key, folded, None, rack[1], rack[2])
    return Scan(raw, ScanKind.CODE, upper, key, folded)


def _tag_in(clean: str) -> str | None:
    """Find a tag, alone or behind a prefix that ends in a colon or a stroke (`JM-BCDFGHJK/BCDEFGHJK`)."""
    prefix = _PREFIX.match(clean)
    tag = normalise_tag(clean[prefix.end() :] if prefix else clean)
    return tag if is_tag(tag) else None


def _gs1_serial(body: str, announced: bool) -> str | None:
    """Return the serial (AI 21) of a GS1 code, in brackets as printed or as the scanner sends it."""
    if body.lstrip().startswith("("):
        return next((value.strip() for name, value in _BRACKETED.findall(body) if name == "21" and value.strip()), None)
    if announced or _GROUP in body or _is_gtin_first(body):
        return _element_serial(body.strip("\r\n\t "))
    return None


def _is_gtin_first(body: str) -> bool:
    """Tell a GS1 string without its announcement from a long number, by the check digit of its trade item number."""
    if not _GTIN_FIRST.match(body):
        return False
    return sum(int(digit) * (3 - 2 * (place % 2)) for place, digit in enumerate(body[2:16])) % 10 == 0


def _element_serial(body: str) -> str | None:
    rest = body.lstrip(_GROUP)
    while rest:
        fixed = _FIXED.get(rest[:2])
        if fixed is not None:
            rest = rest[2 + fixed :].lstrip(_GROUP)
            continue
        name = next((each for each in _VARIABLE if rest.startswith(each)), None)
        if name is None:
            return None
        value, _group, rest = rest[len(name) :].partition(_GROUP)
        if name == "21":
            return _UNSEEN.sub("", value).strip() or None
    return None
