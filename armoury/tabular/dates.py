"""Dates as old spreadsheets have them, in every style that was seen, read without ever shifting one.

Read are: `2026-03-09`, `2026/3/9`, `20260309`; `09/03/2026`, `9.3.26`, `9-3-2026` in the order of the column;
`09-Mar-2026`, `9 de marzo de 2026`, `March 9, 2026`, `9.III.2026`; `mars 2026`, `03/2026`, `2026-03`; `1987`,
`c. 1987`, `1980s`, `años 80`; each with a time of day after it; and the day numbers of spreadsheets in both systems.
A date that does not exist, or
that could be two dates, is a problem with its sentence, never the next best day.

A year of two digits is read by the rule of spreadsheet programs: 00 to 29 is 2000 to 2029, 30 to 99 is 1930 to 1999.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from armoury.domain.dates import UNKNOWN_DATE, PartialDate, Precision
from armoury.domain.folding import fold
from armoury.i18n import _
from armoury.paths import resource
from armoury.tabular.table import Cell, CellForm, DateSystem

TWO_DIGIT_PIVOT = 29
"""The last year of two digits that belongs to this century, as in the spreadsheet programs that made the files."""

FIRST_DAY_NUMBER, LAST_DAY_NUMBER = 2_200, 73_415
"""Day numbers that are read as days, 1906 to 2100; a smaller one is a year or a slip."""
_EPOCHS = {DateSystem.FROM_1900: date(1899, 12, 30), DateSystem.FROM_1904: date(1904, 1, 1)}
_LONGEST = 60


class DateOrder(StrEnum):
    """Which number of 03/04/05 is what."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"
    """Year of two digits, month, day; a year of four digits that comes first needs no order."""


@dataclass(frozen=True)
class DateProblem:
    """Why a cell is no date.

    Attributes:
        code: `no_such_day`, `day_or_month` or `not_a_date`.
        text: a whole sentence for the officer.
    """

    code: str
    text: str


Reading = tuple[PartialDate | None, DateProblem | None]


def read_date(cell: Cell, order: DateOrder | None, system: DateSystem = DateSystem.FROM_1900) -> Reading:
    """Read one cell: either the date or the problem is there; an empty cell gives neither.

    Args:
        cell: the cell.
        order: of the numbers in this column; None if it is not known, and then `03/04/2016` is a problem.
        system: how day numbers count.
    """
    text = cell.text.strip()
    if not text:
        return None, None
    if cell.form in (CellForm.FLAG, CellForm.ERROR) or len(text) > _LONGEST:
        return None, _not_a_date(text)
    if fold(text) in _words().unknown or not any(map(str.isalnum, text)):
        return UNKNOWN_DATE, None
    return _of_text(text, order, system)


def is_rough(text: str) -> bool:
    """Tell whether a text says of itself that its date is not sure (`c. 1987`, `1987?`); the date alone loses that."""
    bare = text.strip()
    words = {fold(each) for each in re.split(r"[\W\d]+", bare)}
    return any(map(bare.__contains__, "?~±")) or not words.isdisjoint(_words().about | _PART_OF_DECADE)


_PART_OF_DECADE = frozenset({"early", "mid", "late"})
"""Words that stand before a decade and that the decade alone loses."""


def date_order(cells: Iterable[Cell]) -> DateOrder | None:
    """Decide from a column's own values which number is what.

    A number from 13 to 31 cannot be a month, one above 31 must be a year. Dates that exist in no order decide nothing.

    Returns:
        the order; None if no value decides, or if values contradict each other: then the officer must be asked.
    """
    votes = {order for cell in cells if (order := _only_order(cell.text))}
    return votes.pop() if len(votes) == 1 else None


def _only_order(text: str) -> DateOrder | None:
    match = _TRIPLE.fullmatch(_without_time(text.strip())) if len(text) <= _LONGEST else None
    possible = [order for order in DateOrder if match and isinstance(_in_order(match, order), PartialDate)]
    if DateOrder.YEAR_FIRST in possible and len(possible) > 1:
        # 05/04/03: a year of two digits in front is rare, and only one above 31 shows it.
        possible.remove(DateOrder.YEAR_FIRST)
    return possible[0] if len(possible) == 1 else None


# ------------------------------------------------------------------------------------------------------------- numbers

_TIME = re.compile(
    r"(?:[T ]|\s+)\d{1,2}[:h.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*"
    r"(?:[ap]\.?\s?m\.?|h(?:rs?)?|Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/. ]\s?(\d{1,2})(?:\s?[-/. ]\s?(\d{1,2}))?\.?")
_COMPACT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_TRIPLE = re.compile(r"(\d{1,2})\s?[-/. ,]\s?(\d{1,2})\s?[-/. ,]\s?(\d{4}|'?\d{2})\.?")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{4})")
_YEAR = re.compile(r"(\d{4}|'?\d{2})\s*\??")
_DECADE = re.compile(r"'?(\d{2,4}?)(?:0\s?'?s|[xX?_*])")
_DOMAIN_DECADE = re.compile(r"(1[89]|20)\d")
_NUMBER = re.compile(r"(\d{1,7})(?:[.,]\d+)?")


def _of_text(text: str, order: DateOrder | None, system: DateSystem) -> Reading:
    bare = _without_time(text)
    if match := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        return _made(text, *match.groups())
    if match := _TRIPLE.fullmatch(bare):
        return _triple(text, match, order)
    if match := _MONTH_AND_YEAR.fullmatch(bare):
        return _made(text, match[2], match[1])
    if match := _YEAR.fullmatch(bare):
        return _year(text, match[1], system)
    if _DOMAIN_DECADE.fullmatch(bare):
        return PartialDate(bare, Precision.DECADE), None
    if match := _NUMBER.fullmatch(bare):
        return _of_day_number(text, int(match[1]), system)
    return _of_words(text, bare)


def _without_time(text: str) -> str:
    return _TIME.sub("", text) if ":" in text or "h" in text else text


def _triple(text: str, match: re.Match[str], order: DateOrder | None) -> Reading:
    readings = {each: _in_order(match, each) for each in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)}
    if order is not None:
        found = _in_order(match, order)
        return (found, None) if found else (None, _no_such_day(text))
    possible = set(filter(None, readings.values()))
    if len(possible) == 1:
        return possible.pop(), None
    if not possible:
        return None, _no_such_day(text)
    one, other = (readings[each] for each in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST))
    sentence = _("“{text}” may be {one} or {other}. Say whether the day or the month comes first in this column.")
    values = (each.value if each else "" for each in (one, other))
    return None, DateProblem("day_or_month", sentence.format(text=text, one=next(values), other=next(values)))


def _in_order(match: re.Match[str], order: DateOrder) -> PartialDate | None:
    first, second, third = match.groups()
    if order is DateOrder.YEAR_FIRST and len(third) == 4:
        return None
    year, month, day = {
        DateOrder.DAY_FIRST: (third, second, first),
        DateOrder.MONTH_FIRST: (third, first, second),
        DateOrder.YEAR_FIRST: (first, second, third),
    }[order]
    return _partial(year, month, day)


def _year(text: str, year: str, system: DateSystem) -> Reading:
    found = _partial(year)
    if found is None and year.isdigit():
        return _of_day_number(text, int(year), system)
    return (found, None) if found else (None, _not_a_date(text))


def _of_day_number(text: str, number: int, system: DateSystem) -> Reading:
    if not FIRST_DAY_NUMBER <= number <= LAST_DAY_NUMBER:
        return None, _not_a_date(text)
    day = _EPOCHS[system] + timedelta(days=number)
    return PartialDate(day.isoformat(), Precision.DAY), None


def _made(text: str, year: str, month: str, day: str | None = None) -> Reading:
    found = _partial(year, month, day)
    return (found, None) if found else (None, _no_such_day(text))


def _partial(year: str, month: str | None = None, day: str | None = None) -> PartialDate | None:
    """Make a date of its digits; None if there is none such."""
    full = _full_year(year)
    try:
        if month is None:
            return PartialDate(f"{full:04}", Precision.YEAR) if _FIRST_YEAR <= full <= _LAST_YEAR else None
        if day is None:
            return PartialDate(date(full, int(month), 1).isoformat()[:7], Precision.MONTH)
        return PartialDate(date(full, int(month), int(day)).isoformat(), Precision.DAY)
    except ValueError:
        return None


_FIRST_YEAR, _LAST_YEAR = 1500, 2199
"""Four digits between these alone are a year; whether it can be right is for the rules of weapons to say."""


def _full_year(year: str) -> int:
    number = int(year.removeprefix("'"))
    if len(year.removeprefix("'")) > 2:
        return number
    return number + (2000 if number <= TWO_DIGIT_PIVOT else 1900)


# --------------------------------------------------------------------------------------------------------------- words


@dataclass(frozen=True)
class _Words:
    months: Mapping[str, int]
    fillers: frozenset[str]
    about: frozenset[str]
    decade: frozenset[str]
    unknown: frozenset[str]


@cache
def _words() -> _Words:
    data = json.loads(resource("tabular/months.json").read_text(encoding="utf-8"))
    sets = {name: frozenset(map(fold, data[name])) for name in ("fillers", "about", "decade", "unknown")}
    return _Words({fold(name): number for number, names in enumerate(data["months"], 1) for name in names}, **sets)


_ROMAN = {name: number for number, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), 1)}  # noqa: SIM905
_TOKEN = re.compile(r"'?\d+|[^\W\d_]+")
_PLAIN = re.compile(r"[\w\s.,/'’´`º°ª()\[\]~±?+-]+")


def _of_words(text: str, bare: str) -> Reading:
    """Read what has words in it: the name of a month, or what says that a year is not sure."""
    if not _PLAIN.fullmatch(bare):
        return None, _not_a_date(text)
    if found := _decade(bare):
        return found, None
    tokens = [each for each in _TOKEN.findall(bare) if fold(each) not in _words().fillers]
    months = [number for each in tokens if (number := _month(each))]
    numbers = [each for each in tokens if each[-1].isdigit()]
    others = [each for each in tokens if each not in numbers and not _month(each) and fold(each) not in _words().about]
    if others or len(months) > 1 or not 1 <= len(numbers) <= 2:
        return None, _not_a_date(text)
    if not months:
        found = _partial(numbers[0]) if len(numbers) == 1 else None
        return (found, None) if found else (None, _not_a_date(text))
    return _with_month(text, months[0], numbers)


def _with_month(text: str, month: int, numbers: list[str]) -> Reading:
    if len(numbers) == 1:
        return _made(text, numbers[0], str(month)) if _can_be_year(numbers[0]) else (None, _not_a_date(text))
    first, last = numbers
    year, day = (first, last) if len(first) >= 4 or first.startswith("'") else (last, first)
    if not _can_be_year(year) or len(day) > 2:
        return None, _not_a_date(text)
    return _made(text, year, str(month), day)


def _can_be_year(digits: str) -> bool:
    return len(digits.removeprefix("'")) in (2, 4)


def _month(token: str) -> int | None:
    return _ROMAN.get(token) or _words().months.get(fold(token))


def _decade(bare: str) -> PartialDate | None:
    words = [fold(each) for each in re.findall(r"[^\W\d_]+", re.sub(r"(?<=0)\s?['’]?s\b", "", bare))]
    kept = re.sub(r"[^\W\d_]{2,}\.?|[().]", "", bare).strip().replace("’", "'")
    match = _DECADE.fullmatch(kept)
    if match and all(each in _words().decade | _words().fillers | _words().about or len(each) == 1 for each in words):
        digits = match[1] if len(match[1]) == 3 else _century(match[1])
        return PartialDate(digits, Precision.DECADE) if digits else None
    tens = re.fullmatch(r"'?(\d0|1[89]\d0|20\d0)", kept)
    if tens and any(each in _words().decade - _words().fillers for each in words):
        return PartialDate(str(_full_year(tens[1]))[:3], Precision.DECADE)
    return None


def _century(digits: str) -> str:
    """Return the three digits of a decade that is written with one or two: `80s` is 198, `19x` is nothing."""
    return str(_full_year(f"{digits}0"))[:3] if len(digits) == 1 else ""


def _not_a_date(text: str) -> DateProblem:
    sentence = _("“{text}” is not a date that can be read. Write it like 2016-02-25, 2016-02, 2016 or 2010s.")
    return DateProblem("not_a_date", sentence.format(text=text[:_LONGEST]))


def _no_such_day(text: str) -> DateProblem:
    sentence = _("There is no day “{text}”. Look into the book and correct it.")
    return DateProblem("no_such_day", sentence.format(text=text))
