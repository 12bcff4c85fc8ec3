"""Runs and lists in the place of a serial: when one cell of an old book means several weapons.

A run is taken for one only where nothing else can be meant. What may be several weapons, and may be one serial with
signs in it, is asked about or remarked upon; it never becomes one weapon in silence.
"""

import re
from dataclasses import dataclass

from armoury.domain.errors import RuleError
from armoury.domain.serials import MOST_SERIALS, expand_range

_LIKELY = 1_000
"""Weapons; where two numbers would be a run of so many at most, it is likelier than a serial with a sign in it."""

_SHORT = 2
"""Digits: `1234/5` and `1234-35` are how ledgers shorten the second number of two."""
_GROUPED = 4
"""Digits: long serials are written in groups of so many at most."""

_PLAIN = re.compile(r"[A-Za-z]{0,12}[ -]?[0-9]+[A-Za-z]{0,3}")
_SURE = (
    r"\s+(?:to|thru|thro|through|till|until|up\s?to|t/m|tot(?:\s+en\s+met)?|hasta|jusqu['\u2019]?(?:à|a|au)|bis)\s+"
    r"|\s*(?:\.\.+|\u2026)\s*"
)
_LOOSE = r"\s+(?:al?|à|á|au|tm)\s+|\s*(?:~|\uff5e|\u301c|->|=>|\u2192)\s*"
"""Words and signs that also stand in serials; they join a run only where both of its ends are written in full."""
_HYPHENS = r"\s*[-\u2010-\u2015\u2212]\s*"
_RUN = re.compile(f"{_SURE}|{_LOOSE}", re.IGNORECASE)
_SURE_RUN = re.compile(_SURE, re.IGNORECASE)
_HYPHEN = re.compile(_HYPHENS)
_LISTED = re.compile(r"\s*(?:[,;&+]|\n)\s*|\s+(?:and|y|et|en|und)\s+", re.IGNORECASE)
_COUNT = re.compile(r"(.*\S)\s*[(\[]\s*([0-9]{1,6})\s*[^()\[\]0-9]{0,20}[)\]]", re.DOTALL)
_LEAD = re.compile(r"(?:from|between|desde|del?|van|du|von|entre|nos?\.?|nrs?\.?|serials?)\s", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,12})[ ./-]?[0-9]+(?![0-9])")
_GLUED = re.compile(r"([A-Za-z]*)[0-9]+(?:to|thru|through|TO|THRU|THROUGH)\1[0-9]+")
_PAIR = re.compile(r"(\D*?)([0-9]{1,30})(\s*[-\u2010-\u2015\u2212/ ]\s*)([0-9]{1,30})")
_FOREIGN = re.compile(r"[0-9]\s+[a-z]{1,10}\s+[0-9]")
_END = re.compile(r"(\D*)([0-9]{1,30})(\D*)")

_End = tuple[str, str, str]


@dataclass(frozen=True)
class Run:
    """What a text means.

    Attributes:
        numbers: the serials; none where it cannot be taken so.
        code: of what is to be said of it; with numbers it is a remark, without them it stands in the way.
        problem: the sentence of `serial_range`, which tells why a run is none.
    """

    numbers: tuple[str, ...]
    code: str = ""
    problem: str = ""


def read_run(text: str, quantity: int | None) -> Run:
    """Tell which weapons a text with a digit means.

    Args:
        text: of the cell.
        quantity: how many weapons the row says it is; None where it does not say.
    """
    if _PLAIN.fullmatch(text):
        return Run((text,)) if quantity in (None, 1) else Run((), "quantity_disagrees")
    counted = _COUNT.fullmatch(text)
    if counted:
        return _read_counted(counted[1], int(counted[2]), quantity)
    return _of_quantity(text, quantity) if quantity is not None and quantity > 1 else _alone(text, quantity)


def _read_counted(text: str, count: int, quantity: int | None) -> Run:
    """Read a text behind which their number stands: `A001-A200 (200 nos)`."""
    if quantity not in (None, count):
        return Run((), "quantity_disagrees")
    return _of_quantity(text, count) if count > 1 else Run((), "serial_several")


def _of_quantity(text: str, quantity: int) -> Run:
    """Read a run whose number of weapons is given."""
    written = _RUN.sub(" - ", _HYPHEN.sub("-", text))
    if numbers := _counted_on(written, quantity):
        return Run(numbers)
    try:
        numbers = tuple(expand_range(_LISTED.sub(",", written)))
    except RuleError as problem:
        return Run((), "serial_range", problem.text())
    return Run(numbers) if len(numbers) == quantity else Run((), "quantity_disagrees")


def _counted_on(text: str, quantity: int) -> tuple[str, ...]:
    """Return the serials of a run that grows a digit, such as A98-A105, where its number of weapons agrees."""
    ends = _ends(text)
    if ends is None or not _alike(*ends) or len(ends[0][1]) >= len(ends[1][1]) or ends[0][1][0] == "0":
        return ()
    (before, first, after), last = ends[0], int(ends[1][1])
    if last - int(first) + 1 != quantity or quantity > MOST_SERIALS:
        return ()
    return tuple(f"{before}{number}{after}" for number in range(int(first), last + 1))


def _alone(text: str, quantity: int | None) -> Run:
    """Read a text of whose number nothing is said, or that is said to be one weapon."""
    ends, run = _ends(text), _RUN.search(text)
    if "," in text or ";" in text or "\n" in text:
        return Run((), "serial_several")
    if run and (ends is None or _LEAD.match(text)):
        return Run((), "serial_perhaps_range")
    if ends and (_SURE_RUN.search(text) or _in_full(*ends)):
        return _expanded(*ends) if quantity is None else Run((), "quantity_disagrees")
    if run or _GLUED.fullmatch(text) or (ends and _has_twice(text)):
        return Run((), "serial_perhaps_range")
    if _has_twice(text) or (_LISTED.search(text) and len(_END.findall(text)) > 1):
        return Run((), "serial_several")
    return Run((text,)) if quantity == 1 else _doubted(text)


def _expanded(first: _End, last: _End) -> Run:
    try:
        return Run(tuple(expand_range(f"{''.join(first)} to {''.join(last)}")))
    except RuleError as problem:
        return Run((), "serial_range", problem.text())


def _doubted(text: str) -> Run:
    """Weigh a text that may be a run, and may be one serial with a stroke or a blank in it."""
    pair = _PAIR.fullmatch(text)
    if pair is None:
        return Run((text,), "serial_one" if _FOREIGN.search(text) else "")
    _letters, first, joint, last = pair.groups()
    if joint.isspace():
        return _two_numbers(text, first, last)
    count = int(last) - int(first) + 1
    if len(last) > len(first) and last[0] == "0":
        return Run((text,))
    if count > 1 and (len(first) == len(last) or count <= _LIKELY):
        return Run((), "serial_perhaps_range")
    shortened = len(last) <= _SHORT < len(first) and first[-len(last) :] < last
    return Run((text,), "serial_one" if 1 < count <= MOST_SERIALS or shortened else "")


def _two_numbers(text: str, first: str, last: str) -> Run:
    """Weigh two numbers with a blank between them, which is how long serials are grouped too."""
    if len(first) != len(last) or len(first) < _GROUPED:
        return Run((text,))
    near = 0 < int(last) - int(first) < _LIKELY
    return Run((), "serial_several") if near else Run((text,), "serial_one" if len(first) > _GROUPED else "")


def _has_twice(text: str) -> bool:
    """Tell whether two numbers with the same letters stand in a text: two serials, however they are joined."""
    found = [each.upper() for each in _NUMBERED.findall(text)]
    return len(found) > len(set(found))


def _ends(text: str) -> tuple[_End, _End] | None:
    """Take a run apart at its word, or at its middle hyphen."""
    spelled = _RUN.split(text)
    if len(spelled) == 2:
        halves = spelled
    else:
        parts = _HYPHEN.split(text)
        middle = len(parts) // 2
        if len(parts) < 2 or len(parts) % 2:
            return None
        halves = ["-".join(parts[:middle]), "-".join(parts[middle:])]
    first, last = _END.fullmatch(halves[0]), _END.fullmatch(halves[1])
    if first is None or last is None:
        return None
    return (first[1], first[2], first[3]), (last[1], last[2], last[3])


def _alike(first: _End, last: _End) -> bool:
    return (first[0], first[2]) == (last[0], last[2])


def _in_full(first: _End, last: _End) -> bool:
    """Tell whether both ends are whole serials that begin alike and rise: `A0001-A0200`, `AB-01 - AB-20`."""
    rises = len(first[1]) == len(last[1]) and int(first[1]) < int(last[1])
    return bool(first[0]) and _alike(first, last) and rises
