"""What a check found wrong: a code for machines, a place, and a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong in a register."""

    code: str
    where: str
    text: str
