"""The template for translators holds exactly the texts of the program."""

import subprocess
import sys

from tests.architecture.source import ROOT


def test_the_catalogue_is_fresh():
    told = subprocess.run(
        [sys.executable, "packaging/catalogue.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
