"""What a reader can take in: files, functions, a word on what each module promises; tests without mocks and waits."""

import ast
from collections.abc import Iterator

from tests.architecture.source import calls, files, name, tree

MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 60
OUR_CODE = (*files("armoury"), *files("packaging"), *files("tests"))
# Killing a program at a random moment needs a random moment.
MAY_WAIT = "tests/fault/"


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_code_to_look_at():
    assert len(OUR_CODE) > 20


def test_no_file_is_too_long():
    lengths = {name(file): len(file.read_text("utf-8").splitlines()) for file in OUR_CODE}
    assert {file: lines for file, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long():
    lengths = {
        f"{name(file)}:{function.name}": _lines(function) for file in OUR_CODE for function in _functions(tree(file))
    }
    assert {where: lines for where, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_every_module_says_what_it_promises():
    # An empty file only marks a folder as a package.
    assert [name(file) for file in OUR_CODE if tree(file).body and not ast.get_docstring(tree(file))] == []


def test_no_module_has_a_name_that_says_nothing():
    nothing = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [name(file) for file in OUR_CODE if nothing & set(file.stem.split("_"))] == []


def test_tests_do_not_mock():
    found = [
        f"{name(file)}:{line} {called}"
        for file in files("tests")
        for called, line in calls(tree(file))
        if called.startswith(("unittest.mock", "mock.", "mocker.")) or called.endswith(("MagicMock", "Mock"))
    ]
    assert found == []


def test_tests_do_not_sleep():
    found = [
        f"{name(file)}:{line} {called}"
        for file in files("tests")
        if not name(file).startswith(MAY_WAIT)
        for called, line in calls(tree(file))
        if called in {"time.sleep", "sleep", "qtbot.wait"}
    ]
    assert found == []
