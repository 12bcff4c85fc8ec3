"""Dates as old books give them: a day, a month, a year, a decade, or unknown; and the local day and time of an instant.

The value of a partial date is the ISO 8601-1 text that is as long as the knowledge is good: `2016-02-25`, `2016-02`,
`2016`, `201` (the decade 2010 to 2019, three digits), and the empty text for unknown. As plain text these sort by the
earliest day they can mean, the vaguer one first.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from armoury.domain.clock import parse_instant
from armoury.domain.errors import RuleError
from armoury.i18n import _

FIRST_YEAR = 1850
"""No date in a register of firearms with serial numbers is older; an earlier one is a slip of the pen."""


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    UNKNOWN = "unknown"


_FORMS = {
    Precision.DAY: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Precision.MONTH: re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    Precision.YEAR: re.compile(r"[0-9]{4}"),
    Precision.DECADE: re.compile(r"[0-9]{3}"),
    Precision.UNKNOWN: re.compile(r""),
}
_FIRST_DAY = {Precision.DAY: "", Precision.MONTH: "-01", Precision.YEAR: "-01-01", Precision.DECADE: "0-01-01"}
_NUMBERS = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_DECADE = re.compile(r"([0-9]{3})(?:[xX?_]|0s)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
_UNKNOWN = {"", "?", "-", "unknown", "n/a"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PartialDate:
    """A date with the precision that is known of it; the module says how the value is written."""

    value: str
    precision: Precision

    def __post_init__(self) -> None:
        """Refuse a value that does not fit its precision.

        Raises:
            RuleError: it does not, or there is no such day.
        """
        if not _FORMS[self.precision].fullmatch(self.value) or not _exists(self):
            raise RuleError(
                _("“{value}” is not a date of the precision “{precision}”.").format(
                    value=self.value, precision=self.precision
                )
            )

    def to_json(self) -> dict[str, str]:
        """Write it as history and bundles hold it."""
        return {"value": self.value, "precision": self.precision.value}

    @classmethod
    def from_json(cls, values: Mapping[str, str]) -> "PartialDate":
        """Read it back.

        Raises:
            RuleError: the two do not make a date.
        """
        try:
            return cls(values["value"], Precision(values["precision"]))
        except (KeyError, ValueError, TypeError) as problem:
            raise RuleError(_("“{values}” is not a date.").format(values=values)) from problem


def parse_partial(text: str, *, last_year: int) -> PartialDate:
    """Read a date that was typed: `2016-02-25`, `2016/2/5`, `2016-02`, `2016`, `2010s`, `201?`, `unknown` or nothing.

    Dates that begin with the day or the month are refused, because nobody can tell which is which.

    Args:
        text: what was typed.
        last_year: the latest year that makes sense, usually the clock's.

    Raises:
        RuleError: it is none of these, there is no such day, or the year lies outside 1850 to `last_year`.
    """
    bare = text.strip()
    if bare.lower() in _UNKNOWN:
        return UNKNOWN_DATE
    found = _read_numbers(bare) or _read_decade(bare)
    if found is None:
        raise RuleError(
            _(
                "“{text}” is not a date this register can read. Write the year first: 2016-02-25, 2016-02 or 2016."
            ).format(text=text)
        )
    begin, end = earliest(found), latest(found)
    if begin is None or end is None or end.year < FIRST_YEAR or begin.year > last_year:
        raise RuleError(
            _("The year in “{text}” cannot be right: it must lie between {first} and {last}.").format(
                text=text, first=FIRST_YEAR, last=last_year
            )
        )
    return found


def earliest(when: PartialDate) -> date | None:
    """Return the first day it can mean; None if unknown."""
    if when.precision is Precision.UNKNOWN:
        return None
    return date.fromisoformat(when.value + _FIRST_DAY[when.precision])


def latest(when: PartialDate) -> date | None:
    """Return the last day it can mean; None if unknown."""
    first = earliest(when)
    if first is None or when.precision is Precision.DAY:
        return first
    if when.precision is Precision.MONTH:
        return first.replace(day=monthrange(first.year, first.month)[1])
    years = 9 if when.precision is Precision.DECADE else 0
    return date(first.year + years, 12, 31)


def definitely_before(one: PartialDate, other: PartialDate) -> bool:
    """Tell whether one date is before the other whatever is not known of them; never so if one is unknown."""
    end, start = latest(one), earliest(other)
    return end is not None and start is not None and end < start


def shown(when: PartialDate) -> str:
    """Return the date as screens and paper show it: the value, a decade as `2010s`, or the word for unknown."""
    if when.precision is Precision.UNKNOWN:
        return _("unknown")
    return f"{when.value}0s" if when.precision is Precision.DECADE else when.value


def local_date(instant_ms: int, zone: str) -> date:
    """Return the day that it is in a time zone at an instant.

    Args:
        instant_ms: milliseconds since 1970, UTC.
        zone: a name of the IANA time zone database, such as `America/Jamaica`.

    Raises:
        RuleError: there is no such zone.
    """
    return (_EPOCH + timedelta(milliseconds=instant_ms)).astimezone(_zone(zone)).date()


def moment_shown(instant: str, zone: str | None = None) -> str:
    """Return an instant as people read it, `2026-03-09 14:05`; a text that is none comes back as it is.

    Args:
        instant: as the register writes it, in UTC.
        zone: an IANA name, usually the site's; the time zone of this machine where none is known.
    """
    try:
        moment = _EPOCH + timedelta(milliseconds=parse_instant(instant))
        return moment.astimezone(_zone(zone) if zone else None).strftime("%Y-%m-%d %H:%M")
    except (RuleError, OverflowError):
        return instant


def read_moment(text: str, zone: str) -> int:
    """Read when something happened, as an officer writes it, into milliseconds since 1970, UTC.

    Args:
        text: `2026-03-09 14:05` or `2026-03-09T14:05:30` by the site's clock, `2026-03-09` for the beginning of that
            day, or an instant in UTC with its `Z`.
        zone: the site's time zone, an IANA name.

    Raises:
        RuleError: it is none of these, or there is no such day or zone.
    """
    typed = text.strip()
    if typed.endswith("Z"):
        return parse_instant(typed)
    try:
        if not _MOMENT.fullmatch(typed):
            raise ValueError(typed)
        moment = datetime.fromisoformat(typed)
    except ValueError as problem:
        raise RuleError(
            _("“{text}” is not a day or time. Write it as 2026-03-09 or 2026-03-09 14:05, by the site's clock.").format(
                text=text
            )
        ) from problem
    return (moment.replace(tzinfo=_zone(zone)) - _EPOCH) // timedelta(milliseconds=1)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:
        raise RuleError(
            _("There is no time zone “{zone}”. Choose one such as America/Jamaica in the settings of the site.").format(
                zone=name
            )
        ) from problem


def _exists(when: PartialDate) -> bool:
    try:
        earliest(when)
    except ValueError:
        return False
    return True


def _read_numbers(text: str) -> PartialDate | None:
    match = _NUMBERS.fullmatch(text)
    if not match:
        return None
    parts = [each.zfill(2) for each in match.groups() if each]
    return PartialDate("-".join(parts), (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1])


def _read_decade(text: str) -> PartialDate | None:
    match = _DECADE.fullmatch(text)
    return PartialDate(match[1], Precision.DECADE) if match else None


UNKNOWN_DATE = PartialDate("", Precision.UNKNOWN)
