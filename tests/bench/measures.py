"""What is measured: each act of an officer, and in the same run, in turn with it, the floor it is held against."""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from armoury.domain.records.weapon import Weapon
from armoury.services.acts import carry_out, plan
from armoury.services.desk import Desk
from armoury.services.lists import list_ids, page, totals
from armoury.services.lookup import find
from armoury.services.query import Query
from armoury.services.searching import search
from armoury.store.engine import driver_of
from armoury.store.reading import get
from armoury.store.steps import step
from tests.bench.registers import quantile

SORTS = (
    "number", "tag", "serial", "maker", "model", "calibre", "place", "custody", "legal", "fitness", "plan",
    "last_sighted",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    act: str
    target: str
    measured: str
    met: bool


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure(desk: Desk, chance: random.Random) -> Iterator[Row]:
    """Measure every row on one register but the memory."""
    count = totals(desk).weapons
    numbers = chance.sample(range(1, count + 1), min(count, 4_000))
    yield from _scans(desk, numbers)
    yield from _searches(desk, numbers, chance)
    yield from _lists(desk, chance)
    yield _changes(desk, numbers[:300])


def _scans(desk: Desk, numbers: list[int]) -> Iterator[Row]:
    with desk.read() as connection:
        rows = [
            connection.exec_driver_sql("SELECT tag, serial FROM weapon WHERE number = ?", (number,)).one()
            for number in numbers
        ]
    floor, by_tag, by_serial = _scan_times(desk, rows)
    middle, floor_middle = statistics.median(by_tag), statistics.median(floor)
    late, floor_late = quantile(by_tag, 0.99), quantile(floor, 0.99)
    ratio = middle / floor_middle
    yield Row("scan of a tag, p50", "≤ 4x the row by its tag", f"{ratio:.1f}x ({_micro(middle)})", ratio <= 4)
    met = late <= 3 * floor_late or late < 0.002
    yield Row("scan of a tag, p99", "≤ 3x, or < 2 ms", f"{late / floor_late:.1f}x ({_micro(late)})", met)
    late = quantile(by_serial, 0.99)
    met = late <= 3 * floor_late or late < 0.002
    yield Row("scan of a serial, p99", "≤ 3x, or < 2 ms", f"{late / floor_late:.1f}x ({_micro(late)})", met)


def _scan_times(desk: Desk, rows: Sequence[Any]) -> tuple[list[float], list[float], list[float]]:
    """Time in turn the floor, a tag and a serial, each on a row that the others have not just touched."""
    floor, by_tag, by_serial = [], [], []
    half = len(rows) // 2
    with desk.register.engine.connect() as held:
        driver = driver_of(held.connection)

        def whole_row(tag: str) -> object:
            return driver.execute("SELECT * FROM weapon WHERE tag = ?", (tag,)).fetchone()

        for turn, (tag, serial) in enumerate(rows):
            floor.append(timed(partial(whole_row, rows[turn - half][0])))
            by_tag.append(timed(partial(find, desk, tag)))
            by_serial += [timed(partial(find, desk, serial))] if serial else []
    # The first half has warmed the caches.
    return floor[half:], by_tag[half:], by_serial[half:]


def _searches(desk: Desk, numbers: list[int], chance: random.Random) -> Iterator[Row]:
    texts = [text for number in numbers[:400] if (text := _typed(desk, number, chance))]
    for text in texts[:30]:
        search(desk, Query(text))
    times = [timed(partial(search, desk, Query(text))) for text in texts]
    late = quantile(times, 0.95)
    measured = f"{_milli(late)} (p50 {_milli(statistics.median(times))})"
    yield Row("search, 3 characters or more, first 50, p95", "< 30 ms", measured, late < 0.030)


def _typed(desk: Desk, number: int, chance: random.Random) -> str:
    """What an officer may type to find a weapon: a piece of its serial, tag, maker, model, calibre, or two of them."""
    (line,) = page(desk, [number])
    serial, tag = line.serial or "none", line.tag
    start = chance.randrange(max(1, len(serial) - 3))
    pieces = (
        serial, serial[:4], serial[-4:], serial[start : start + 3], tag[2:6], tag[:3], line.maker_text or "",
        line.model_text or "", line.calibre_text or "", f"{(line.maker_text or '')[:5]} {serial[:3]}",
        f"{line.place_code or ''} {serial[-3:]}",
    )  # fmt: skip
    text = chance.choice(pieces).strip()
    return text if len(text) >= 3 else ""


def _lists(desk: Desk, chance: random.Random) -> Iterator[Row]:
    worst, slowest = 0.0, ""
    for sort in SORTS:
        for descending in (False, True):
            query = Query(sort=sort, descending=descending)
            seconds = min(timed(partial(list_ids, desk, query)) for _again in range(2))
            worst, slowest = max((worst, slowest), (seconds, sort))
    yield Row("whole list in order, slowest column", "< 1 s", f"{_milli(worst)} ({slowest})", worst < 1)
    numbers = list_ids(desk, Query(sort="serial"))
    starts = [chance.randrange(len(numbers)) for _page in range(200)]
    late = quantile([timed(partial(page, desk, numbers[at : at + 100])) for at in starts], 0.95)
    yield Row("100 lines of a list, p95", "< 5 ms", _milli(late), late < 0.005)


def _changes(desk: Desk, numbers: list[int]) -> Row:
    times = []
    for number in numbers:
        (line,) = page(desk, [number])
        with desk.read() as connection:
            weapon = get(connection, Weapon, line.id)
        if weapon is not None:
            mark = None if (weapon.remarks or "").endswith("(seen)") else f"{weapon.remarks or 'Sample'} (seen)"
            after = replace(weapon, remarks=mark)
            times.append(timed(partial(_correct, desk, weapon, after)))
    middle, late = statistics.median(times), quantile(times, 0.99)
    measured = f"p50 {_milli(middle)}, p99 {_milli(late)}"
    return Row("one change, to the disk", "p50 < 3 ms, p99 < 100 ms", measured, middle < 0.003 and late < 0.1)


def _correct(desk: Desk, before: Weapon, after: Weapon) -> None:
    carry_out(desk, plan(desk, "weapon.corrected", [step("weapon.corrected", before, after)], reason="Measured"))


def memory(path: Path) -> Row:
    """Measure the memory of a session on a register that nobody has open: one process works, one does nothing."""
    used = {}
    for name, words in {"bare": ["--bare"], "working": [str(path)]}.items():
        command = [sys.executable, "-m", "tests.bench.memory", *words]
        used[name] = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    more = (used["working"] - used["bare"]) / 1024
    return Row("memory, settled, without the screen", "≤ bare Python + 150 MB", f"+ {more:.0f} MB", more <= 150)


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def _milli(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"
