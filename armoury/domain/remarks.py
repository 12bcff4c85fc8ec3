"""Remarks: what a check has to say about a record, each with its field; faults are told together, never one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from armoury.domain.errors import RuleError


class Level(StrEnum):
    """How much a remark weighs: worth knowing, to be looked at again, or in the way."""

    NOTE = "note"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True)
class Remark:
    """One thing a check has to say.

    Attributes:
        code: the rule, in words without spaces, for tests, filters and counting.
        field: name of the record's field that it is about.
        text: a whole sentence for the officer.
        level: a stop is never written; a warning and a note are handed back beside the result.
        subject: what the record is called, where several are checked together.
    """

    code: str
    field: str
    text: str
    level: Level
    subject: str = ""


def note(code: str, field: str, text: str) -> Remark:
    """Make a remark that is only worth knowing."""
    return Remark(code, field, text, Level.NOTE)


def warn(code: str, field: str, text: str) -> Remark:
    """Make a remark that asks for a second look."""
    return Remark(code, field, text, Level.WARN)


def stop(code: str, field: str, text: str) -> Remark:
    """Make a remark that stands in the way."""
    return Remark(code, field, text, Level.STOP)


def refuse_stops(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that do not stand in the way.

    Raises:
        RuleError: some do; its message lists every one of them, one a line.
    """
    kept = tuple(remarks)
    lines = [f"{each.subject}: {each.text}" if each.subject else each.text for each in kept if each.level is Level.STOP]
    if lines:
        raise RuleError("\n".join(dict.fromkeys(lines)))
    return kept
