"""The walls between the rooms stand, and each of them falls when somebody breaks through it."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

# For each contract: the room that breaks it, the line planted there, and what the report must say about it.
VIOLATIONS = {
    "layers": ("domain", "import armoury.store", "armoury.domain.planted -> armoury.store"),
    "bottom": ("history", "import click", "armoury.history.planted is not allowed to import click"),
    "models": ("models", "import armoury.paths", "armoury.models.planted is not allowed to import armoury.paths"),
    "models-protected": ("cli", "import armoury.models", "armoury.cli.planted -> armoury.models"),
    "migrations": (
        "store/migrations",
        "import armoury.domain.kinds",
        "armoury.store.migrations.planted is not allowed to import armoury.domain",
    ),
    "qt": ("services", "import PySide6.QtCore", "armoury.services.planted -> PySide6"),
    "sql": ("bundle", "import sqlalchemy", "armoury.bundle.planted -> sqlalchemy"),
    "keys": ("services", "import cryptography", "armoury.services.planted -> cryptography"),
    "documents": ("ui", "import reportlab", "armoury.ui.planted -> reportlab"),
    "network": ("registry", "import socket", "armoury.registry.planted -> socket"),
    "registry": ("registry", "import armoury.store", "armoury.registry.planted -> armoury.store"),
    "screen": ("ui", "import armoury.store", "armoury.ui.planted -> armoury.store"),
    "command-line": ("cli", "import sqlalchemy", "armoury.cli.planted -> sqlalchemy"),
    "pages": ("ui/pages", "import armoury.ui.pages.other", "armoury.ui.pages.planted -> armoury.ui.pages.other"),
    "cycles": ("store", "import armoury.services", "No cycles are allowed in armoury"),
}

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def _contracts() -> dict[str, str]:
    """Return the name of each contract by its id."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    prefix = "importlinter:contract:"
    return {title.removeprefix(prefix): parser[title]["name"] for title in parser if title.startswith(prefix)}


def _lint(folder: Path) -> tuple[int, str]:
    told = subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200", "NO_COLOR": "1"},
    )
    return told.returncode, told.stdout + told.stderr


def _plant(folder: Path) -> None:
    for room, line, _said in VIOLATIONS.values():
        planted = folder / "armoury" / room / "planted.py"
        planted.parent.mkdir(exist_ok=True)
        (planted.parent / "__init__.py").touch()
        with planted.open("a") as file:
            file.write(line + "\n")
    (folder / "armoury/ui/pages/other.py").touch()


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    """The report on a copy of the program into which every violation was planted."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / ".importlinter", folder)
    shutil.copytree(ROOT / "armoury", folder / "armoury", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests/architecture").mkdir(parents=True)
    shutil.copy(ROOT / "tests/architecture/only_imports.py", folder / "tests/architecture")
    _plant(folder)
    return _lint(folder)[1]


def _section(report: str, contract: str) -> str:
    """Return what the report says about one broken contract."""
    details = report.partition("Broken contracts\n")[2]
    # The next section begins with its title, underlined.
    return re.split(r"\n[^\n]+\n---", details.partition(f"\n{contract}\n---")[2])[0]


def test_the_walls_stand():
    status, report = _lint(ROOT)
    assert status == 0, report


def test_every_contract_has_a_violation():
    assert sorted(VIOLATIONS) == sorted(_contracts())


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_sees_its_violation(broken, contract):
    assert VIOLATIONS[contract][2] in _section(broken, _contracts()[contract]), broken
