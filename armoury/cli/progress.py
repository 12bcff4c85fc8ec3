"""Progress of long work: one line on standard error, only on a terminal, rewritten at most some times a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from armoury.cli.output import is_terminal

Progress = Callable[[int, int], None]
_SECONDS_BETWEEN = 0.1


@contextmanager
def progress_line(label: str) -> Iterator[Progress]:
    """Hand out a callable that is told (done, total); the line is wiped when the work ends."""
    if not is_terminal(sys.stderr):
        yield lambda done, total: None
        return
    last = [monotonic()]

    def show(done: int, total: int) -> None:
        if monotonic() - last[0] < _SECONDS_BETWEEN:
            return
        last[0] = monotonic()
        share = f"{done * 100 // total} %" if total else str(done)
        sys.stderr.write(f"\r\x1b[K{label}: {share}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
