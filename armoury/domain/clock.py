"""Time as the register writes it: UTC in milliseconds with `Z`.

No other module asks the machine for the time; a clock is handed in, so that tests hold it still.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from armoury.domain.errors import RuleError
from armoury.i18n import _

Clock = Callable[[], int]
"""Returns milliseconds since 1970-01-01T00:00:00Z."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def system_clock() -> int:
    """Return the machine's time in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def format_instant(milliseconds: int) -> str:
    """Write milliseconds since 1970 as `2026-03-09T14:05:07.123Z`."""
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:03d}Z"


def parse_instant(text: str) -> int:
    """Read `2026-03-09T14:05:07.123Z` back into milliseconds.

    Raises:
        RuleError: the text is not such an instant.
    """
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as problem:
        raise RuleError(
            _("“{text}” is not a date and time in UTC. Write it as 2026-03-09T14:05:07.123Z.").format(text=text)
        ) from problem
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
