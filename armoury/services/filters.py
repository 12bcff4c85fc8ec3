"""What an officer may ask a list for: a filter that cannot be is refused, for “0 weapons” would be a false answer."""

import re

from armoury.domain.dates import PartialDate, parse_partial
from armoury.domain.errors import RuleError
from armoury.domain.standings import Standing
from armoury.i18n import _
from armoury.services.checks import today
from armoury.services.desk import Desk
from armoury.services.query import SORTED_BY, Query

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_PERIODS = ("made", "received", "sighted")
_NAMED = {"type": "type", "maker": SORTED_BY["maker"], "calibre": SORTED_BY["calibre"]}


def check_filters(desk: Desk, query: Query) -> None:
    """Check that every filter of a query can find something in principle.

    Raises:
        RuleError: a standing has no such value, nothing has such a name, or a day or period cannot be.
    """
    for standing in Standing:
        known = desk.standings.values[standing]
        for value in getattr(query, standing.value):
            if value not in known:
                text = _("“{value}” is no {standing}. It may be: {known}.")
                raise RuleError(text.format(value=value, standing=standing.value, known=", ".join(known)))
    for name in _NAMED:
        for value in getattr(query, name):
            _check_named(desk, name, value)
    for name in _PERIODS:
        _check_period(desk, *getattr(query, name))


def check_day(desk: Desk, day: str) -> PartialDate:
    """Read a day, month or year that was typed.

    Raises:
        RuleError: it is none.
    """
    if not _DAY.fullmatch(day):
        raise RuleError(_("“{day}” is not a day. Write it like 2026-03-09, 2026-03 or 2026.").format(day=day))
    return parse_partial(day, last_year=max(today(desk).year, int(day[:4])))


def _check_named(desk: Desk, name: str, value: str) -> None:
    """Take what the reference data knows, and what old books wrote and nothing was matched to."""
    if value in getattr(desk.reference, f"{name}s"):
        return
    with desk.read() as connection:
        query = f"SELECT 1 FROM weapon WHERE {_NAMED[name]} = ? LIMIT 1"  # noqa: S608 - a constant of this module
        there = connection.exec_driver_sql(query, (value,)).first()
    if there is None:
        text = _(
            "No {field} is called “{value}”, neither in the reference data nor in this register. Check the spelling."
        )
        raise RuleError(text.format(field=name, value=value))


def _check_period(desk: Desk, first: str | None, last: str | None) -> None:
    for day in (first, last):
        if day is not None:
            check_day(desk, day)
    if first and last and first[: len(last)] > last[: len(first)]:
        raise RuleError(
            _("“{first}” is later than “{last}”. Give the earlier day first.").format(first=first, last=last)
        )
