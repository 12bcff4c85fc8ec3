"""Where a pass over a file notes what it left out and what is to be said: bounded, and nothing is dropped silently."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.tabular.table import Skipped, SkipReason, TableError, TableRemark

MOST_STOPS = 20_000
"""Rows that a remark stands against; where there are more, the file was not read as it is meant."""
MOST_OF_A_CODE = 1_000
"""Lighter remarks kept of one code; the rest is counted."""
MOST_SKIPPED = 100_000
"""Lines left out that are kept one by one."""
_SHOWN = 60


@dataclass
class Notes:
    """Collects skipped lines and remarks of one pass."""

    name: str
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[TableRemark] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)
    _stops: int = 0

    def skip(self, line: int, reason: SkipReason, text: str = "", lines: int = 1) -> None:
        """Note a line that is no row; empty lines that follow each other become one entry, `lines` of them at a time.

        Raises:
            TableError: there are too many.
        """
        last = self.skipped[-1] if self.skipped else None
        if last and reason is last.reason is SkipReason.BLANK and last.line + last.lines == line:
            self.skipped[-1] = Skipped(last.line, reason, "", last.lines + lines)
            return
        if len(self.skipped) >= MOST_SKIPPED:
            raise TableError(
                _("“{name}” has more than {most} lines that are empty or totals. Remove them and try again.").format(
                    name=self.name, most=MOST_SKIPPED
                )
            )
        self.skipped.append(Skipped(line, reason, shortened(text, 500), lines))

    def remark(self, remark: TableRemark) -> None:
        """Note a remark.

        Raises:
            TableError: so many rows cannot be taken that the file was not read as it is meant.
        """
        self._counts[remark.code] += 1
        if remark.level is Level.STOP:
            self._stops += 1
            if self._stops > MOST_STOPS:
                raise TableError(
                    _(
                        "More than {most} rows of “{name}” cannot be taken as they are. Check separator, encoding and "
                        "header line. The last: {text}"
                    ).format(most=MOST_STOPS, name=self.name, text=remark.text)
                )
        elif self._counts[remark.code] > MOST_OF_A_CODE:
            return
        self.remarks.append(remark)

    def finished(self) -> tuple[TableRemark, ...]:
        """Return all remarks in the order of their lines, with one more for each code of which not all were kept."""
        lighter = {each.code: each for each in self.remarks if each.level is not Level.STOP}
        more = [
            TableRemark(None, None, each.code, "", _and_more(count, each.text), each.level)
            for code, count in self._counts.items()
            if count > MOST_OF_A_CODE and (each := lighter.get(code))
        ]
        return tuple(sorted([*self.remarks, *more], key=lambda each: each.line or 0))


def _and_more(count: int, text: str) -> str:
    return _("{count} such remarks, of which {kept} are kept: {text}").format(
        count=count, kept=MOST_OF_A_CODE, text=text
    )


def shortened(text: str, most: int = _SHOWN) -> str:
    """Return a text as it can be shown in a remark."""
    return text if len(text) <= most else f"{text[:most]}…"


Say = Callable[[TableRemark], None]
