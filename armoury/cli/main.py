"""The command `armoury`: finds the module of a command only when the command is called, so that it starts at once."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from os import environ
from typing import Any

import click
from click.shell_completion import shell_complete

from armoury import __version__
from armoury.bootstrap import logged, start
from armoury.cli.failures import guarded
from armoury.cli.output import harden_streams, warn
from armoury.i18n import _, languages

COMMANDS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "new": ("founding", lambda: _("Make a register with its first two officers.")),
    "add": ("adding", lambda: _("Enter a weapon, place, person, photograph, log note, holding or acquisition.")),
    "import": ("importing", lambda: _("Take an old book in: a CSV or XLSX file, planned first.")),
    "find": ("finding", lambda: _("Find weapons, places and people by a scan or by any part of a text.")),
    "show": ("showing", lambda: _("Show the card of a weapon, place or person.")),
    "history": ("histories", lambda: _("Show what happened to something, original and corrected.")),
    "evidence": ("evidence", lambda: _("List photographs and documents, take one out, or withdraw one.")),
    "correct": ("changing", lambda: _("Correct what a weapon's card says, with a reason.")),
    "move": ("changing", lambda: _("Change a standing of weapons: custody, legal, fitness or plan.")),
    "sight": ("changing", lambda: _("Say that weapons were seen.")),
    "stocktake": ("stocktaking", lambda: _("Hold what lies on the floor against the book, up to the certificate.")),
    "ammunition": ("ammunition", lambda: _("Keep ammunition by lot and place: items, lots, vouchers, stock.")),
    "places": ("site", lambda: _("List the places as a tree, with what lies there.")),
    "scale": ("scale", lambda: _("Hold what is there against the authorised holding scale; end a line.")),
    "acquisitions": ("acquisitions", lambda: _("List, show or change the files on how weapons came.")),
    "site": ("site", lambda: _("Show or describe the site.")),
    "log": ("site", lambda: _("Read the site log.")),
    "check": ("proving", lambda: _("Check that the register is whole and its history was not rewritten.")),
    "checkpoint": ("proving", lambda: _("Write a signed checkpoint of the history, to be kept elsewhere.")),
    "export": ("exporting", lambda: _("Write a signed bundle for the national registry, read back and checked.")),
    "bundles": ("exporting", lambda: _("List the bundles that were begun.")),
    "seal": ("exporting", lambda: _("Seal an open bundle to its receiver.")),
    "verify": ("receiving", lambda: _("Check a bundle, without any register.")),
    "open": ("receiving", lambda: _("Check a bundle and unpack it.")),
    "backup": ("keeping", lambda: _("Make a verified backup.")),
    "restore": ("keeping", lambda: _("Put a backup in place, declared by two officers.")),
    "officers": ("officers", lambda: _("List, add, remove and reset officers; keys and tokens.")),
    "reference": ("reference", lambda: _("List the reference data in force, or adopt a national file.")),
    "purge": ("purging", lambda: _("Take personal data away for ever, by law and by two officers.")),
    "sample": ("sampling", lambda: _("Make a register of invented weapons to try the program on.")),
    "tour": ("tour", lambda: _("Do the main job on sample data, step by step.")),
}
"""Each command with its module in this room and its line in the list of commands."""

_COMPLETE = "_ARMOURY_COMPLETE"


class LateGroup(click.Group):
    """A group whose commands are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which an officer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module("armoury.cli." + COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, line()) for name, (_module, line) in COMMANDS.items()])


def _begin(ctx: click.Context, _option: click.Parameter, language: str | None) -> None:
    """Start the program before anything is said, so that help too speaks the chosen language."""
    if language is not None and language not in languages():
        text = _("there is no text in “{language}”. There is: {known}.")
        raise click.BadParameter(text.format(language=language, known=", ".join(languages())), ctx, _option)
    ctx.obj = start(language=language)
    for notice in ctx.obj.notices:
        warn(notice)


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--lang", is_eager=True, expose_value=False, callback=_begin, metavar="CODE",
              help="Language of this call, of those there is text in.")  # fmt: skip
@click.version_option(__version__, prog_name="armoury")
def armoury() -> None:
    """An offline register for the armouries of a state, whose history can be proved."""


def run(arguments: list[str] | None = None) -> int:
    """Carry out one call of the command line and return its exit code."""
    harden_streams()
    words = sys.argv[1:] if arguments is None else arguments
    return guarded(lambda: _invoke(list(words)))


def _invoke(words: list[str]) -> int:
    if _COMPLETE in environ:
        return shell_complete(armoury, {}, "armoury", _COMPLETE, environ[_COMPLETE])
    with armoury.make_context("armoury", words) as context, logged(_act(words)):
        answer: Any = armoury.invoke(context)
    return answer if isinstance(answer, int) else 0


def _act(words: list[str]) -> str:
    """Name the act for the log: the command alone, for its arguments may hold names and serials."""
    return next((word for word in words if word in COMMANDS), "armoury")


def main() -> None:
    """Enter from the command line."""
    sys.exit(run())
