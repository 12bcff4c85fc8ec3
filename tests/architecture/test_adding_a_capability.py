"""The worked example of docs/adding-a-capability.md, put into a copy of the program and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-capability.md"
NEW_FILE = re.compile(r"^New file `([^`]+)`:\n\n```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXCHANGE = re.compile(
    r"^In `([^`]+)`, instead of:\n\n```python\n(.*?)\n```\n\nwrite:\n\n```python\n(.*?)\n```", re.MULTILINE | re.DOTALL
)


def copy_program(target: Path) -> None:
    """Copy what the example builds on."""
    for folder in ("armoury", "resources"):
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "tests" / "services").mkdir(parents=True)
    for path in (ROOT / "tests").glob("*.py"):
        shutil.copy(path, target / "tests" / path.name)
    (target / "tests" / "services" / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", target / "pyproject.toml")


def apply_page(text: str, target: Path) -> int:
    """Do what the page says; return how many blocks it had."""
    for name, content in NEW_FILE.findall(text):
        (target / name).write_text(content, encoding="utf-8")
    for name, old, new in EXCHANGE.findall(text):
        source = (target / name).read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{name} does not hold exactly one: {old}"
        (target / name).write_text(source.replace(old, new), encoding="utf-8")
    return len(NEW_FILE.findall(text)) + len(EXCHANGE.findall(text))


def test_the_example_of_the_page_works(tmp_path: Path) -> None:
    """A reader who follows the page gets a working capability."""
    text = PAGE.read_text(encoding="utf-8")
    copy_program(tmp_path)
    assert apply_page(text, tmp_path) == text.count("```python\n") - len(EXCHANGE.findall(text))
    quietly = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command = [sys.executable, "-m", "pytest", *quietly, "tests/services/test_keys.py"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
