"""The doors at which input from outside comes in, each as one function over bytes, with seeds to begin from.

A target may refuse what it is given with an `ArmouryError`; anything else that it raises is a fault of the program.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from armoury.domain.codes import parse_scan
from armoury.domain.errors import ArmouryError

Target = Callable[[bytes], None]
FOUND = Path(__file__).parent / "found"


def scan(data: bytes) -> None:
    """Take a scanner's bytes as text."""
    with suppress(ArmouryError):
        parse_scan(data.decode("utf-8", "surrogateescape"))


TARGETS: Mapping[str, Target] = {"scan": scan}

_SCANS = (
    b"BCD-EFG-HJK", b"BB-BCDFGHJK/BCDEFGHJK", b"R2-05 123", b"]d201095212345678812110SN1\x1d21A0001", b"(01)1(21)A",
)  # fmt: skip


def seeds(name: str) -> Iterator[bytes]:
    """Give honest input to begin from."""
    if name == "scan":
        yield from _SCANS


def found(name: str) -> list[Path]:
    """List what made a target fall once."""
    return sorted((FOUND / name).glob("*")) if (FOUND / name).is_dir() else []
