"""Where secrets come from: a file descriptor, an environment variable, or a hidden prompt; never an argument.

An argument would stand in the list of processes and in the shell's history.
"""

import os
import sys
from collections.abc import Mapping

import click

from armoury.cli.output import is_terminal
from armoury.domain.errors import RuleError
from armoury.i18n import _

LONGEST = 4_096
"""Bytes of one secret; more is a wrong file."""

OWN = "ARMOURY_PASSPHRASE"
SECOND = "ARMOURY_SECOND_PASSPHRASE"
NEW = "ARMOURY_NEW_PASSPHRASE"


def secret(label: str, *, descriptor: int | None, variable: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a secret: from the descriptor if one is named, else from the variable, else from a hidden prompt.

    Raises:
        RuleError: there is no terminal to ask on, or what was given cannot be a passphrase.
    """
    given = given_secret(descriptor=descriptor, variable=variable, environment=environment)
    return given if given is not None else ask(label, variable)


def new_secret(label: str, *, descriptor: int | None, variable: str) -> str:
    """Return a new secret; at a prompt it is typed twice.

    Raises:
        RuleError: as `secret`; or the two did not agree.
    """
    given = given_secret(descriptor=descriptor, variable=variable)
    if given is not None:
        return given
    first = ask(label, variable)
    if ask(_("{label}, once more").format(label=label), variable) != first:
        raise RuleError(_("The two passphrases differ. Start again and type the same one twice."))
    return first


def given_secret(*, descriptor: int | None, variable: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a secret that was handed over without a question, None where none was.

    Raises:
        RuleError: the descriptor is not open, empty, too long or not text.
    """
    if descriptor is not None:
        return _read_line(descriptor)
    return environment.get(variable) or None


def ask(label: str, variable: str) -> str:
    """Ask for a secret without showing it.

    Raises:
        RuleError: there is no terminal to ask on.
    """
    if not may_ask():
        raise RuleError(
            _("“{label}” is needed and there is no terminal to ask on. Give it through a file descriptor "
              "(see --help) or in the variable {variable}.").format(label=label, variable=variable)
        )  # fmt: skip
    return str(click.prompt(label, hide_input=True, err=True))


def may_ask() -> bool:
    """Tell whether somebody sits at a terminal."""
    return is_terminal(sys.stdin)


def _read_line(descriptor: int) -> str:
    """Read one line and no more, so that one descriptor can hand over several secrets, one a line."""
    taken = bytearray()
    try:
        while (sign := os.read(descriptor, 1)) not in (b"", b"\n"):
            taken += sign
            if len(taken) > LONGEST:
                raise RuleError(_("File descriptor {number} holds no passphrase: its line is too long.").format(
                    number=descriptor))  # fmt: skip
    except OSError as problem:
        raise RuleError(
            _("File descriptor {number} cannot be read ({why}). Open it for the command, as in: "
              "armoury check --passphrase-fd 3 3< FILE").format(number=descriptor, why=problem.strerror)
        ) from problem  # fmt: skip
    try:
        text = taken.decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError as problem:
        raise RuleError(
            _("What came through file descriptor {number} is not UTF-8 text.").format(number=descriptor)
        ) from problem
    if not text:
        raise RuleError(_("File descriptor {number} gave an empty passphrase.").format(number=descriptor))
    return text
