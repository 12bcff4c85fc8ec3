"""Serial numbers: kept as marked, found by a normalised key, compared by a folded key.

What stands on the weapon is never changed. The key drops what people write differently (case, spaces, strokes, width);
the folded key also makes one of the letters and digits that are mistaken for each other, so it only suggests and never
identifies. Leading zeros count. Unreadable characters of a partial serial are written `?` (one) and `*` (any number).
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from armoury.domain.errors import RuleError
from armoury.i18n import _

MOST_SERIALS = 10_000
"""How many serials one range may give; a crate has hundreds, and a slip of the pen gives millions."""

LONGEST_RANGE = 4_096
"""Characters of a typed range or list of ranges."""


_REMEMBERED = 4_096
"""Serials whose keys are remembered: bulk work asks for each several times within a few thousand."""


class SerialStatus(StrEnum):
    """What could be read of a serial."""

    OK = "ok"
    PARTIAL = "partial"
    OBLITERATED = "obliterated"
    NONE = "none"


_ASCII_REST = re.compile(r"[^A-Z0-9]+")
_ASCII_REST_BUT_WILDCARDS = re.compile(r"[^A-Z0-9?*]+")
_LOOK_ALIKES = str.maketrans(
    # Latin: O/0, I/1/L, S/5, B/8, Z/2. Then the Cyrillic and Greek capitals drawn like a Latin letter or a digit.
    "OILSBZ" + "АВЕЁЗІЇЈКМНОРСЅТУХ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "011582" + "A8EE311JKMH0PC5TYX" + "A8E2H1KMN0PTYX",
)
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_COUNTED = re.compile(r"(.+?)\s*\+\s*([0-9]+)")
_BETWEEN = re.compile(r"\s+-\s+|\s*\.\.\.?\s*|\s*[\u2013\u2014\u2026]\s*|\s+to\s+", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)([0-9]{1,30})([^0-9]*)")
_DIGITS = frozenset("0123456789")
_RUINED = re.compile(
    r"[0-9](?:[.,][0-9]+)?\s?E[+-][0-9]{1,3}|[0-9][.,][0-9]+\s?E\s?[0-9]{1,3}|[0-9]+[.,]0|#{3,}"
    r"|#[¡¿]?(?:DIV/0|VALUE|REF|NUM|NAME|NULL|VALOR|NOMBRE|VALEUR|NOM|NOMBRE|WAARDE|VERW|NAAM|GETAL|SPILL|CALC|DEEL/0|VERB)[!?]?|#N/[ABD]",
    re.IGNORECASE,
)


@lru_cache(maxsize=_REMEMBERED)
def serial_key(as_marked: str) -> str:
    """Return the normalised key: NFKC, capitals, letters and digits only; leading zeros stay.

    It is empty where nothing of the text is a letter or digit.
    """
    return _keep(as_marked, "")


@lru_cache(maxsize=_REMEMBERED)
def fold_serial(text: str) -> str:
    """Return the key with look-alikes made one: O/0, I/1/L, S/5, B/8, Z/2, Cyrillic, Greek, digits of other scripts."""
    return _fold(serial_key(text))


def fold_pattern(text: str) -> str:
    """Return the folded key with its wildcards `?` and `*`: letters, digits and wildcards, fit for SQLite's GLOB."""
    return re.sub(r"\*[*]+", "*", _fold(_keep(text, "?*")))


def has_wildcard(text: str) -> bool:
    """Tell whether the text holds `?` or `*`."""
    return "?" in text or "*" in text


def serial_matches(pattern: str, serial: str) -> bool:
    """Tell whether the two can be the same serial; either may hold wildcards, and look-alikes count as the same.

    So it answers for a partial record against a whole number asked for, and for a pattern asked for against records.
    """
    one, other = fold_pattern(pattern), fold_pattern(serial)
    if not has_wildcard(one) and not has_wildcard(other):
        return one == other
    return _can_be_same(one, other)


def look_alike(one: str, other: str) -> bool:
    """Tell whether two different serials could be taken for each other by the eye."""
    return serial_key(one) != serial_key(other) and fold_serial(one) == fold_serial(other)


def near(one: str, other: str) -> bool:
    """Tell whether two different serials are one slip of the hand apart: two neighbours swapped, or leading zeros."""
    first, second = fold_serial(one), fold_serial(other)
    if first == second:
        return False
    return _ZEROS.sub("", first) == _ZEROS.sub("", second) or _swapped(first, second)


def is_spreadsheet_ruined(text: str) -> bool:
    """Tell whether a spreadsheet has spoiled the number.

    So do `1.23457E+11` and `1.23E11`, `123456.0`, a column too narrow (`####`) and errors such as `#DIV/0!`.
    """
    bare = text.strip()
    return not bare.isalnum() and bool(_RUINED.fullmatch(bare))


def expand_range(text: str) -> list[str]:
    """Return every serial of a typed range, as marked.

    `A0001-A0200`, `A0001-0200`, `AB-01 to AB-20`, `A0001+200` (200 from there on), one serial alone, and lists of these
    with commas. The last run of digits counts up; what stands before and after it, and how many digits it has, stays.

    Raises:
        RuleError: the range makes no sense, or gives more than 10,000 serials or one of them twice.
    """
    if len(text) > LONGEST_RANGE:
        raise RuleError(_("The range is too long to be right. Enter it in parts."))
    serials: list[str] = []
    for item in text.split(","):
        serials += _expand_item(item.strip())
        _check_count(len(serials))
    doubled = next((each for each, count in Counter(serials).items() if count > 1), None)
    if doubled is not None:
        raise RuleError(_("“{serial}” comes twice in the range. Correct the range.").format(serial=doubled))
    return serials


def _expand_item(item: str) -> list[str]:
    if not any(each.isalnum() for each in item):
        raise RuleError(_("A serial is missing in the range. Write it like A0001-A0200, or A0001+200."))
    counted = _COUNTED.fullmatch(item)
    if counted:
        first = _read_number(counted[1], item)
        return first.serials(int(counted[2]) if len(counted[2]) < 9 else MOST_SERIALS + 1)
    ends = _ends(item)
    if ends is None:
        return [item]
    return _between(ends[0], ends[1], item)


def _ends(item: str) -> tuple[str, str] | None:
    """Split a range into its first and last serial; None if it is one serial alone.

    A bare hyphen may belong to the serial: `AB-0001` is one serial, `AB-01-AB-20` and `AB-01-20` are ranges.
    """
    spelled = _BETWEEN.split(item)
    if len(spelled) == 2:
        return spelled[0], spelled[1]
    parts = item.split("-")
    middle = len(parts) // 2 if len(parts) % 2 == 0 else len(parts) - 1
    first, last = "-".join(parts[:middle]).strip(), "-".join(parts[middle:]).strip()
    return (first, last) if any(each in _DIGITS for each in first) and last else None


def _between(start: str, end: str, item: str) -> list[str]:
    first = _read_number(start, item)
    last = first.continued(end) if end.isascii() and end.isdigit() else _read_number(end, item)
    if (first.before, first.after) != (last.before, last.after):
        raise RuleError(
            _("“{first}” and “{last}” differ in more than their number, so they are no range.").format(
                first=start, last=end
            )
        )
    if len(first.digits) != len(last.digits):
        raise RuleError(
            _("“{first}” and “{last}” do not have the same number of digits. Write both in full.").format(
                first=start, last=end
            )
        )
    if int(last.digits) < int(first.digits):
        raise RuleError(_("The range “{range}” runs backwards. Put the lower number first.").format(range=item))
    return first.serials(int(last.digits) - int(first.digits) + 1)


def _read_number(serial: str, item: str) -> "_Number":
    match = _NUMBERED.fullmatch(serial.strip())
    if not match or not match[2]:
        raise RuleError(_("“{range}” is no range: there is no number in it that counts up.").format(range=item))
    return _Number(match[1], match[2], match[3])


def _check_count(count: int) -> None:
    if count > MOST_SERIALS:
        raise RuleError(
            _("The range gives more than {most} serials. Check it, or enter it in parts.").format(most=MOST_SERIALS)
        )


@dataclass(frozen=True)
class _Number:
    """A serial taken apart at its last run of digits."""

    before: str
    digits: str
    after: str

    def continued(self, digits: str) -> "_Number":
        return _Number(self.before, digits, self.after)

    def serials(self, count: int) -> list[str]:
        """Return so many serials from this one on, refusing to grow a digit."""
        if count < 1:
            raise RuleError(_("The range gives no serial at all. Correct how many there are."))
        _check_count(count)
        first, width = int(self.digits), len(self.digits)
        if len(str(first + count - 1)) > width:
            raise RuleError(
                _("The range starting at “{serial}” runs out of digits.").format(
                    serial=self.before + self.digits + self.after
                )
            )
        return [f"{self.before}{number:0{width}d}{self.after}" for number in range(first, first + count)]


def _keep(text: str, extra: str) -> str:
    if text.isascii():
        return (_ASCII_REST_BUT_WILDCARDS if extra else _ASCII_REST).sub("", text.upper())
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(each for each in normal if each.isalnum() or each in extra)


def _fold(key: str) -> str:
    if not key.isascii():
        key = "".join(str(unicodedata.decimal(each, each)) for each in key)
    return key.translate(_LOOK_ALIKES)


def _can_be_same(one: str, other: str) -> bool:
    """Tell whether some text fits both patterns, by filling a table of which ends of the two fit each other."""
    below = [True]
    for there in reversed(other):
        below.insert(0, there == "*" and below[0])
    for here in reversed(one):
        row = [here == "*" and below[-1]]
        for place in reversed(range(len(other))):
            there = other[place]
            if "*" in (here, there):
                row.append(below[place] or row[-1])
            else:
                row.append((here == there or "?" in (here, there)) and below[place + 1])
        below = row[::-1]
    return below[0]


def _swapped(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    wrong = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and (one[wrong[0]], one[wrong[1]]) == (other[wrong[1]], other[wrong[0]])
    )
