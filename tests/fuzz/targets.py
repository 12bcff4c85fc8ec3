"""The doors at which input from outside comes in, each as one function over bytes, with seeds to begin from.

A target may refuse what it is given with an `ArmouryError`; anything else that it raises is a fault of the program.
"""

import atexit
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from armoury.domain.codes import parse_scan
from armoury.domain.errors import ArmouryError
from armoury.tabular.reading import read_table
from armoury.tabular.writing import write_xlsx

Target = Callable[[bytes], None]
FOUND = Path(__file__).parent / "found"
OLD = Path(__file__).parents[1] / "data" / "registers_old"


def scan(data: bytes) -> None:
    """Take a scanner's bytes as text."""
    with suppress(ArmouryError):
        parse_scan(data.decode("utf-8", "surrogateescape"))


def csv(data: bytes) -> None:
    """Take a file of text."""
    _read_table(data, "book.csv")


def xlsx(data: bytes) -> None:
    """Take a packed file."""
    _read_table(data, "book.xlsx")


def _read_table(data: bytes, name: str) -> None:
    path = Path(_folder()) / name
    path.write_bytes(data)
    with suppress(ArmouryError):
        table = read_table(path)
        rows = sum(1 for _row in table.rows())
        assert rows == table.row_count, "the passes over a table differ"


@cache
def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="armoury-fuzz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


TARGETS: Mapping[str, Target] = {"scan": scan, "csv": csv, "xlsx": xlsx}

_SCANS = (
    b"BCD-EFG-HJK", b"BB-BCDFGHJK/BCDEFGHJK", b"R2-05 123", b"]d201095212345678812110SN1\x1d21A0001", b"(01)1(21)A",
)  # fmt: skip


def seeds(name: str) -> Iterator[bytes]:
    """Give honest input to begin from."""
    if name == "scan":
        yield from _SCANS
    if name == "csv":
        rows = (OLD / "arms_register_en.csv").read_bytes().splitlines(keepends=True)
        yield b"".join(rows[:12])
        yield (OLD / "registro_de_armas_es.csv").read_bytes()[:900]
        yield b'Make;Serial\r\n"FN";"00\n1"\r\nTotal;1\r\n'
    if name == "xlsx":
        made = io.BytesIO()
        write_xlsx(made, ("Make", "Serial No"), [("FN", "001"), ("Colt", "2")])
        yield made.getvalue()


def found(name: str) -> list[Path]:
    """List what made a target fall once."""
    return sorted((FOUND / name).glob("*")) if (FOUND / name).is_dir() else []
