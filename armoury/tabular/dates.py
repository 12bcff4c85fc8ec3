"""Dates as old spreadsheets have them, in every style that was seen, read without ever shifting one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from armoury.domain.dates import PartialDate
from armoury.tabular.table import Cell, DateSystem


class DateOrder(StrEnum):
    """Which number of 03/04/2016 is the month."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True)
class DateProblem:
    """Why a cell is no date; `code` in words without spaces, `text` a whole sentence."""

    code: str
    text: str


def read_date(
    cell: Cell, order: DateOrder | None, system: DateSystem = DateSystem.FROM_1900
) -> tuple[PartialDate | None, DateProblem | None]:
    """Read one cell: either the date or the problem is there, an empty cell gives neither.

    Args:
        cell: the cell.
        order: of day and month in this column; None if it is not known, and then `03/04/2016` is a problem.
        system: how day numbers count.
    """
    raise NotImplementedError


def date_order(cells: Iterable[Cell]) -> DateOrder | None:
    """Decide from a column's own values which number is the month; None if nothing decides, or if values disagree."""
    raise NotImplementedError
