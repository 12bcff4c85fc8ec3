"""How much memory an officer's session takes: signs in, scans 1,000 times, searches 100 times, lists all weapons once.

Prints the resident memory in KiB when all that is done; with `--bare`, that of a Python that has done nothing.
"""

import random
import sys
from pathlib import Path


def resident() -> int:
    """Return the memory of this process that is in use now, in KiB."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 if sys.platform == "darwin" else most


def work(path: Path) -> None:
    """Do what an officer does in a morning, and stay signed in while the memory is read."""
    from armoury.services.lists import list_ids, page
    from armoury.services.lookup import find
    from armoury.services.query import Query
    from armoury.services.searching import search
    from tests.bench.registers import desk_of

    chance = random.Random(1)
    with desk_of(path, "armourer") as desk:
        numbers = list_ids(desk, Query(sort="serial"))
        lines = page(desk, [chance.choice(numbers) for _scan in range(1_000)])
        for line in lines:
            find(desk, line.tag)
        for line in lines[:100]:
            search(desk, Query((line.serial or line.tag)[:4]))
        print(resident())


if __name__ == "__main__":
    if sys.argv[1] == "--bare":
        print(resident())
    else:
        work(Path(sys.argv[1]))
