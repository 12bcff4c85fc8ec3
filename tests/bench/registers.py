"""The sample registers that are measured: made once, kept outside the tree, made anew when the program has changed."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from armoury.domain import kinds, tags
from armoury.domain.clock import system_clock
from armoury.models import ddl, tables
from armoury.services import sample, sample_weapons
from armoury.services.desk import Desk, sign_in
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings

CHEAP = KeyCost(64, 1, 1, for_tests=True)
"""Opening is not what is measured."""


def folder() -> Path:
    """Name the folder that keeps the registers between runs; ARMOURY_BENCH names another."""
    return Path(os.environ.get("ARMOURY_BENCH") or Path(tempfile.gettempdir()) / "armoury-bench")


def around() -> Surroundings:
    """Give the clock and the memory of last-seen checkpoints."""
    return Surroundings(system_clock, folder() / "memory")


def register_of(weapons: int) -> tuple[Path, float | None]:
    """Return a sample register of a size, and the seconds it took where it had to be made."""
    modules = (kinds, tags, ddl, tables, sample, sample_weapons)
    version = sha256(b"".join(Path(each.__file__ or "").read_bytes() for each in modules)).hexdigest()[:12]
    path = folder() / f"{weapons}-{version}.armoury"
    if path.exists():
        return path, None
    start = time.perf_counter()
    sample.make_sample(path, weapons, around=around(), cost=CHEAP, progress=_tell)
    print(file=sys.stderr)
    return path, time.perf_counter() - start


def _tell(done: int, total: int) -> None:
    print(f"\r  making {total:,} weapons: {100 * done // total} %", end="", file=sys.stderr, flush=True)


def desk_of(path: Path, name: str = "storekeeper") -> Desk:
    """Sign in to a sample register."""
    return sign_in(path, name, sample.SAMPLE_PASSPHRASES[name], around=around())


def quantile(times: Sequence[float], part: float) -> float:
    """Return the time that a part of all measured times does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]
