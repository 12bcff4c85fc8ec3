"""Measure speed and memory: `python -m tests.bench.run [sizes...]`; usually 10,000, 100,000 and 1,000,000 weapons.

Prints a line an act with its target, writes docs/performance.md, and ends with an error where a target is missed.
"""

import argparse
import os
import platform
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.clock import format_instant, system_clock
from tests.bench.exchange import measure_bundle, measure_import
from tests.bench.measures import Row, measure, memory
from tests.bench.registers import desk_of, register_of

SIZES = (10_000, 100_000, 1_000_000)
REPORT = Path(__file__).parents[2] / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> int:
    """Measure and report; return 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of weapons")
    parser.add_argument("--no-report", action="store_true", help="leave docs/performance.md as it is")
    chosen = parser.parse_args(arguments)
    results: dict[int, list[Row]] = {}
    made: dict[int, float] = {}
    for size in chosen.sizes or SIZES:
        path, seconds = register_of(size)
        if seconds is not None:
            made[size] = seconds
        print(f"\n{size:,} weapons")
        results[size] = []
        for row in _rows(path, size):
            results[size].append(row)
            print(f"  {'met   ' if row.met else 'MISSED'} {row.act:<46} {row.target:<26} {row.measured}", flush=True)
    if not chosen.no_report:
        REPORT.write_text(report(results, made), encoding="utf-8")
    return 0 if all(row.met for rows in results.values() for row in rows) else 1


def _rows(path: Path, size: int) -> Iterator[Row]:
    with desk_of(path) as desk:
        yield from measure(desk, random.Random(size))
    yield memory(path)
    with desk_of(path, "commander") as desk:
        yield from measure_bundle(desk)
        yield from measure_import(desk, size)


def report(results: Mapping[int, Sequence[Row]], made: Mapping[int, float]) -> str:
    """Write the results as a page, with the day and the machine."""
    lines = ["# Performance", "", *_machine(), ""]
    for size, rows in results.items():
        lines += [f"## {size:,} weapons", ""]
        if size in made:
            lines += [
                f"Made in {made[size]:.0f} s, {made[size] / size * 1e6:.0f} µs a weapon with its history.",
                "",
            ]
        lines += ["| act | target | measured | met |", "|---|---|---|---|"]
        lines += [f"| {row.act} | {row.target} | {row.measured} | {'yes' if row.met else '**no**'} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _machine() -> list[str]:
    connection = sqlcipher.connect(":memory:")
    cipher = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30 if hasattr(os, "sysconf") else 0
    return [
        "Written by `make bench`, which measures each act and its floor in the same run, in turn. The floor of a scan",
        "is the whole row of the weapon by its unique tag through the DB-API, for random rows. The floor of a bundle",
        "is a bare SELECT of everything in it, and the same packing and hashing of the same bytes; that of an import",
        "is `executemany` of the very tuples that it wrote, into the same tables and indexes, in one transaction. The",
        "screen is not part of this.",
        "",
        f"* Day: {format_instant(system_clock())[:10]}",
        f"* Machine: {platform.machine()}, {os.cpu_count()} cores, {memory} GB of memory, {platform.system()}",
        f"* Python {platform.python_version()}, SQLite {sqlcipher.sqlite_version}, SQLCipher {cipher[0]}",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
