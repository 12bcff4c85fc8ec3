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

from armoury.bundle.continuity import Continuity, State, read_continuity, write_continuity
from armoury.bundle.entries import Entries, Seals
from armoury.bundle.lines import entry_lines, table_rows, wide_cells
from armoury.bundle.packing import Packer
from armoury.bundle.rows import RowForm
from armoury.bundle.schema import data_package, read_package, tables
from armoury.bundle.tags import read_bag_info
from armoury.bundle.verification import verify_bundle
from armoury.domain.codes import parse_scan
from armoury.domain.errors import ArmouryError
from armoury.history.checkpoints import read_note
from armoury.history.tree import EMPTY_ROOT
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


def bundle(data: bytes) -> None:
    """Take a file for a bundle; and the content of its files, which a stranger may have signed, for those of one."""
    with suppress(ArmouryError):
        verify_bundle(io.BytesIO(data), now=NOW)
    for read in (read_bag_info, read_continuity, read_note):
        with suppress(ArmouryError):
            read(data.decode("utf-8", "replace"))
    with suppress(ArmouryError):
        read_package(data)
    _read_content(data)


def _read_content(data: bytes) -> None:
    table, _mark, history = data.partition(b"\x00")
    seals = Seals(0, 3)
    form = RowForm(tables()["place"], tables()["place"].header)
    with suppress(ArmouryError), wide_cells():
        for cells in table_rows(iter([table]), "place.csv"):
            if len(cells) == len(form.header) and form.fault(cells) is None:
                seals.put(int(cells[-1]), seals.seal("place", cells[0], form.after(cells).encode()))
    with suppress(ArmouryError):
        entries = Entries(State(0, EMPTY_ROOT), (), seals, lambda _kind, after: form.after(form.cells_of(after)))
        entries.read(entry_lines(iter([history]), "history.jsonl"), "history.jsonl")
        entries.finish()


TARGETS: Mapping[str, Target] = {"scan": scan, "csv": csv, "xlsx": xlsx, "bundle": bundle}
NOW = 1_790_000_000_000

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
    if name == "bundle":
        yield from _bundle_seeds()
    if name == "xlsx":
        made = io.BytesIO()
        write_xlsx(made, ("Make", "Serial No"), [("FN", "001"), ("Colt", "2")])
        yield made.getvalue()


def _bundle_seeds() -> Iterator[bytes]:
    packer = Packer()
    pieces = [piece for each in ("a/bagit.txt", "a/data/x.csv") for piece in packer.pack(each, [b"id\r\n"])]
    yield b"".join([*pieces, packer.store("a/b.p7s", b"0"), packer.finish()])
    yield write_continuity(Continuity(State(0, EMPTY_ROOT), (), None, (), State(1, EMPTY_ROOT))).encode()
    yield data_package()[:2_000]
    place = ("x", "TAG", "R1", "Rack", "rack", "", "", "0", "1")
    entry = (b'{"action":"a","actor":"b","after":{"closed":false,"code":"R1","id":"x","level":"rack","name":"Rack",'
             b'"tag":"TAG"},"kind":"place.added","recorded_at":"2026-03-09T14:05:07.123Z","seq":1,'
             b'"subject":{"id":"x","kind":"place"},"unlocked_by":"b","v":1}')  # fmt: skip
    yield ",".join(place).encode() + b"\r\n\x00" + entry + b"\n"


def found(name: str) -> list[Path]:
    """List what made a target fall once."""
    return sorted((FOUND / name).glob("*")) if (FOUND / name).is_dir() else []
