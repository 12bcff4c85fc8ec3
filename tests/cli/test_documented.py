"""`docs/command-line.md` names every command, and its examples use only options that exist."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from armoury.cli.failures import Exit
from armoury.cli.main import COMMANDS, armoury
from tests.cli.calls import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
EXAMPLES = [
    line.strip()
    for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = armoury.get_command(click.Context(armoury), name)
        assert command is not None
        yield from _with_commands(name, command)


def _with_commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command, and those inside it to any depth."""
    yield name, command
    for each, inner in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _with_commands(f"{name} {each}", inner)


@pytest.mark.parametrize("name", [name for name, _command in _commands()])
def test_every_command_has_an_example(name):
    assert any(line.startswith(f"armoury {name}") for line in EXAMPLES)


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_parsed(line):
    words = shlex.split(line.split(" > ")[0].split(" 3<")[0])[1:]
    command: click.Command = armoury
    context = click.Context(armoury)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, words[0]
        command, words = found, words[1:]
    if not isinstance(command, click.Group):
        command.make_context("x", words)


@pytest.mark.parametrize("code", list(Exit))
def test_every_exit_code_is_listed(code):
    assert f"\n| {code.value} | " in PAGE


def test_every_command_explains_its_options():
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in _commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []
