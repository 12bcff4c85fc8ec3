"""Coverage-guided search for input that makes the program fall: `python -m tests.fuzz.run [target...] --seconds N`.

Each target runs in a process of its own, begins with the seeds and with all that was found before, and keeps what it
has learnt outside the tree. What makes it fall lies in `tests/fuzz/found/<target>/` and is a test from then on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ALL = ("scan", "csv", "xlsx", "bundle")


def main(arguments: Sequence[str]) -> int:
    """Search with each target in turn; return 1 where one fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[*ALL, []], help="which doors; all, if none is named")
    parser.add_argument("--seconds", type=int, default=60, help="how long to search at each door")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        search(chosen.targets[0], chosen.seconds)
    fell = [each for each in chosen.targets or ALL if not _holds(each, chosen.seconds)]
    for target in fell:
        print(f"{target} fell: see {HERE / 'found' / target}")
    return 1 if fell else 0


def _holds(target: str, seconds: int) -> bool:
    print(f"{target}: {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz.run", target, "--seconds", str(seconds), "--one"]
    return subprocess.run(command, check=False).returncode == 0


def search(name: str, seconds: int) -> None:
    """Search at one door until the time is over; the process ends here."""
    import atheris

    with atheris.instrument_imports(include=["armoury", "zipfile"]):
        from tests.fuzz.targets import TARGETS, seeds

    learnt = Path(os.environ.get("ARMOURY_FUZZ") or Path(tempfile.gettempdir()) / "armoury-fuzz") / name
    found = HERE / "found" / name
    for folder in (learnt, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(name)):
        (learnt / f"seed-{number}").write_bytes(data)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={found}/", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup(["armoury", str(learnt), str(found), "-print_final_stats=0", *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
