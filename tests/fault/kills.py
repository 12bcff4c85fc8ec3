"""A process that dies: it forks a child for every trial, and the child ends by SIGKILL at a moment asked for.

Started as `python -m tests.fault.kills`, it reads one trial a line (JSON) and answers one line. The program is imported
once, so that hundreds of kills take seconds. The child is killed either after a time, from outside, or by its own hand
in front of or behind a certain call that touches the disk.
"""

import json
import os
import random
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from armoury.domain.errors import ArmouryError, StorageError
from tests.fault.acts import SCENARIOS
from tests.fault.scene import Scene

TOUCHING = frozenset(
    {"fsync", "replace", "rename", "unlink", "rmdir", "mkdir", "open", "write", "execute", "executemany", "backup",
     "close", "flush", "copyfile", "sendfile"}
)  # fmt: skip
"""Names of C functions around which something on the disk may differ."""


class Acknowledgements:
    """Lines that are on the disk before the next act begins, as an officer who read “done” on the screen."""

    def __init__(self, path: Path) -> None:
        """Append to a file."""
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def __call__(self, **done: Any) -> None:
        """Write what was done and wait for the disk."""
        os.write(self._descriptor, json.dumps(done).encode() + b"\n")
        os.fsync(self._descriptor)


def _count_calls(kill_at: int) -> Callable[[], int]:
    """Count calls that touch the disk, and die at the one asked for; 0 counts only."""
    count = 0

    def watch(_frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        if event in ("c_call", "c_return") and getattr(arg, "__name__", "") in TOUCHING:
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    return lambda: count


def _child(trial: dict[str, Any], report: int) -> None:
    """Do the scenario; on coming to its end, say how long it took and how many calls touched the disk."""
    scene = Scene(Path(trial["home"]))
    acknowledge = Acknowledgements(Path(trial["acknowledged"]))
    if trial["largest"] is not None:
        # The operating system then refuses to write a file beyond this size, as a full disk does.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (trial["largest"], trial["largest"]))
    calls = _count_calls(trial["call"]) if trial["call"] is not None else lambda: 0
    begun = time.monotonic()
    error = {}
    try:
        SCENARIOS[trial["scenario"]](scene, random.Random(trial["seed"]), acknowledge)
    except ArmouryError as problem:
        error = {"error": problem.text(), "storage": isinstance(problem, StorageError)}
    sys.setprofile(None)
    os.write(report, json.dumps({"seconds": time.monotonic() - begun, "calls": calls(), **error}).encode())


def _run(trial: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            _child(trial, writing)
            code = 0
        finally:
            if code:
                os.write(writing, json.dumps({"crash": traceback.format_exc()[-3500:]}).encode())
            os._exit(code)
    os.close(writing)
    if trial["after"] is not None:
        select.select([reading], [], [], trial["after"])
        os.kill(child, signal.SIGKILL)
    said = os.read(reading, 4096)
    os.close(reading)
    _pid, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "code": os.waitstatus_to_exitcode(status), **json.loads(said or b"{}")}


def main() -> None:
    """Answer trials until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
