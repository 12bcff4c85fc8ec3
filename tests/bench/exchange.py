"""What goes in and out in bulk: an old book imported, a bundle exported and verified, each beside its floor.

The floor of an import is `executemany` of the very tuples that it wrote, into the same tables with the same indexes,
in one transaction. The floor of a bundle is a bare SELECT of everything in it, and the same packing and hashing of the
same bytes. Whatever only prepares a floor is not counted in it.
"""

import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from armoury.bundle.container import Container
from armoury.bundle.packing import LEVEL
from armoury.bundle.schema import tables
from armoury.bundle.verification import verify_bundle
from armoury.domain.clock import system_clock
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_row
from armoury.domain.records.weapon import Weapon
from armoury.services import exporting
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.importing import plan
from armoury.services.importing_apply import apply
from armoury.services.importing_fields import propose
from armoury.services.importing_terms import Decisions
from armoury.store.checkpoints import register_record
from armoury.store.engine import BULK_CACHE_KIB, driver_of
from armoury.store.rows import row_writer
from armoury.tabular.reading import read_table
from armoury.tabular.writing import write_csv
from tests.bench.measures import Row, timed
from tests.bench.registers import CHEAP, around, folder

HEADINGS = {
    "Make": "maker_text", "Model": "model_text", "Type": "type_text", "Calibre": "calibre_text", "Serial No": "serial",
    "Country": "country", "Year": "made", "Unit": "unit", "Remarks": "remarks",
}  # fmt: skip
CHUNK = 2_000
WORDS = "a passphrase of the bench"
_KEPT = ("weapon", "place", "intake", "entry", "node", "code", "personal")
"""Tables that an import writes, in the order in which they can be filled; the full text is written from the weapons."""


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder beside the measured registers, cleared afterwards."""
    folder().mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="exchange-", dir=folder()) as place:
        yield Path(place)


def measure_bundle(desk: Desk) -> Iterator[Row]:
    """Measure export and verification of a whole register."""
    with workplace() as place:
        begun = time.perf_counter()
        done = exporting.export_bundle(desk, place)
        whole = time.perf_counter() - begun
        with desk.read() as connection:
            register = register_record(connection)
        again = timed(lambda: exporting._read_back(done.path, None, None, register, system_clock()))
        verified = timed(lambda: _verify(done.path))
        floor, unpacking = _bundle_floor(desk, done.path)
    written = whole - again
    size = f"{done.record.octets or 0:,} bytes"
    said = f"{written / floor:.1f}x ({written:.1f} s; {size}; reading back {again:.1f} s)"
    yield Row("export of a bundle", "≤ 3x", said, written <= 3 * floor)
    said = f"{verified / floor:.1f}x ({verified:.1f} s; unpacking and hashing alone {unpacking:.1f} s)"
    yield Row("verification of a bundle", "≤ 3x", said, verified <= 3 * floor)


def _verify(path: Path) -> None:
    with path.open("rb") as file:
        verify_bundle(file, now=system_clock())


def _bundle_floor(desk: Desk, path: Path) -> tuple[float, float]:
    """Return the seconds of SELECT, packing and hashing; and those of unpacking and hashing alone."""
    seconds = timed(lambda: _select(desk))
    unpacking = 0.0
    with path.open("rb") as file, (path.parent / "floor").open("wb") as out:
        container = Container(file)
        for name in container.members:
            deflater, digest, archive = zlib.compressobj(LEVEL, zlib.DEFLATED, -15), sha256(), sha256()
            begun = time.perf_counter()
            for chunk in container.stream(name):
                middle = time.perf_counter()
                digest.update(chunk)
                hashed = time.perf_counter()
                packed = deflater.compress(chunk)
                archive.update(packed)
                out.write(packed)
                seconds += time.perf_counter() - middle
                unpacking += hashed - begun
                begun = time.perf_counter()
            seconds += timed(lambda: out.write(deflater.flush()))  # noqa: B023 - called at once
    return seconds, unpacking


def _select(desk: Desk) -> None:
    with desk.register.glance() as driver:
        for kind, table in tables().items():
            names = ", ".join(f'"{name}"' for name in table.header)
            for _row in driver.execute(f'SELECT {names} FROM "{kind}"'):
                pass
        for _row in driver.execute("SELECT body FROM entry ORDER BY seq"):
            pass


def measure_import(desk: Desk, count: int) -> Iterator[Row]:
    """Measure the import of as many weapons as a register holds, into a new one."""
    with workplace() as place:
        book = place / "book.csv"
        write_csv(book, (*HEADINGS, "Location", "Status"), _rows(desk))
        empty, filled = place / "floor.armoury", place / "filled.armoury"
        _found(empty)
        shutil.copytree(empty, filled)
        with sign_in(filled, "keeper", WORDS, around=around()) as into:
            begun = time.perf_counter()
            table = read_table(book)
            planned = plan(into, table, propose(table), Decisions(leave_out_errors=True))
            middle = time.perf_counter()
            outcome = apply(into, planned)
            seconds = time.perf_counter() - begun
            assert outcome.changes is not None
            with sign_in(empty, "keeper", WORDS, around=around()) as bare:
                floor = _import_floor(into, bare)
    said = (
        f"{seconds / floor:.1f}x ({seconds:.1f} s, of it the plan {middle - begun:.1f} s; {planned.weapons:,} weapons)"
    )
    yield Row(
        "import of a book, planned and applied", "≤ 3x", said, seconds <= 3 * floor and planned.weapons > count // 2
    )


def _rows(desk: Desk) -> Iterator[Sequence[str]]:
    names = ", ".join(f"coalesce({name}, '')" for name in HEADINGS.values())
    with desk.register.glance() as driver:
        for row in driver.execute(f"SELECT {names} FROM weapon ORDER BY number"):
            yield [*map(str, row), "Main store", "In store"]


def _found(path: Path) -> None:
    keeper = FirstOfficer("keeper", "Bench keeper", WORDS, ("commander", "administrator", "storekeeper"))
    other = FirstOfficer("other", "Bench other", WORDS[::-1], ("commander", "administrator"))
    site = Site("Bench", "BB", "America/Barbados", "Bench")
    found_register(path, site, [keeper, other], around=around(), cost=CHEAP)


def _import_floor(source: Desk, target: Desk) -> float:
    """Write what an import wrote into a register that lacks it; the seconds of the writing alone."""
    with source.register.engine.connect() as reading, target.register.engine.connect() as writing:
        reader, writer = driver_of(reading.connection), driver_of(writing.connection)
        writer.execute("PRAGMA query_only=0")
        writer.execute(f"PRAGMA cache_size=-{BULK_CACHE_KIB}")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("PRAGMA defer_foreign_keys=on")
        seconds = sum(_copy(reader, writer, name) for name in _KEPT)
        return seconds + timed(lambda: writer.execute("COMMIT"))


def _copy(reader: Any, writer: Any, name: str) -> float:
    start = writer.execute(f'SELECT coalesce(max(rowid), 0) FROM "{name}"').fetchone()[0] if name != "node" else 0
    condition = "rowid > ?" if name != "node" else "level > ?"
    rows = reader.execute(f'SELECT * FROM "{name}" WHERE {condition}', (start,))
    columns = [each[0] for each in rows.description]
    insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
    seconds = 0.0
    if name == "node":
        known = {(level, position) for level, position in writer.execute("SELECT level, position FROM node")}
        rows = iter([row for row in rows if (row[0], row[1]) not in known])
    while chunk := _next(rows):
        seconds += timed(lambda: writer.executemany(insert, chunk))
        if name == "weapon":
            words = _words(columns, chunk)
            statement = "INSERT INTO search (rowid, words) VALUES (?, ?)"
            seconds += timed(lambda: writer.executemany(statement, words))  # noqa: B023 - called at once
    return seconds


def _next(rows: Any) -> list[Any]:
    return [row for _turn, row in zip(range(CHUNK), rows, strict=False)]


def _words(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[tuple[int, str]]:
    writer = row_writer("weapon")
    assert writer.words is not None
    assert KINDS["weapon"].record is Weapon
    records = [from_row(Weapon, dict(zip(columns, row, strict=True))) for row in rows]
    return [(each.number, writer.words(each)) for each in records]
