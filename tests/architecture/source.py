"""Our own source as the gates see it: all Python files of program, tests and build scripts, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files(folder: str) -> tuple[Path, ...]:
    """Return the Python files below one folder of the project."""
    return tuple(sorted((ROOT / folder).rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(file.read_bytes(), str(file))


def name(file: Path) -> str:
    """Return the name of a file as messages show it."""
    return str(file.relative_to(ROOT))


def calls(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and the line of everything that is called or imported."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
