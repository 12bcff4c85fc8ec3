"""Calls of the command line as a process of its own, and the variables that open a register for its officers."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND = "correct horse battery", "other staple battery"


def environment(register: Path) -> dict[str, str]:
    """Return the variables that open a register for its two officers."""
    return {
        "ARMOURY_REGISTER": str(register),
        "ARMOURY_OFFICER": "cdr",
        "ARMOURY_PASSPHRASE": FIRST,
        "ARMOURY_SECOND": "adm",
        "ARMOURY_SECOND_PASSPHRASE": SECOND,
    }


def start(*words: object, env: Mapping[str, str] | None = None, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """Call the command line as a process of its own."""
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(
        [sys.executable, "-m", "armoury", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        check=False,
        timeout=120,
        **options,
    )
