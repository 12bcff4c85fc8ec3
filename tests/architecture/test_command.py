"""After the set-up the command `armoury` is there, from any folder."""

import subprocess
import sys
from pathlib import Path

from armoury import __version__


def test_the_command_runs_from_any_folder(tmp_path: Path):
    command = Path(sys.executable).with_name("armoury")
    said = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == f"armoury, version {__version__}\n"
