"""The door of the command line: which register, which officer, which second officer; and the desk behind it."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from armoury.bootstrap import Program, opened, surroundings
from armoury.cli.output import warn
from armoury.cli.passphrases import OWN, may_ask, secret
from armoury.domain.clock import format_instant
from armoury.domain.dates import read_moment
from armoury.domain.errors import RuleError, StorageError
from armoury.i18n import _
from armoury.services.desk import Desk, look_in, sign_in
from armoury.settings import register_path
from armoury.store.checkpoints import register_record

SUFFIX = ".armoury"
F = TypeVar("F", bound=Callable[..., Any])
Who = tuple[Path, str, str]
"""Register, sign-in name, passphrase."""


@dataclass(frozen=True)
class Door:
    """What the common options said."""

    program: Program
    register: str | None = None
    officer: str | None = None
    passphrase_fd: int | None = None
    second: str | None = None
    second_passphrase_fd: int | None = None
    second_token: str | None = None
    json: bool = False

    @property
    def path(self) -> Path:
        """Return the folder of the register that is meant: named, of the environment, or the one opened last.

        Raises:
            RuleError: none is known.
        """
        named = self.register or os.environ.get("ARMOURY_REGISTER")
        if named:
            return register_folder(named)
        known = self.program.settings.registers
        if not known:
            raise RuleError(_("Which register? Name its folder with --register or in ARMOURY_REGISTER."))
        return Path(known[0].path)

    @property
    def officer_name(self) -> str:
        """Return the name to sign in with.

        Raises:
            RuleError: none was given and there is no terminal to ask on.
        """
        named = self.officer or os.environ.get("ARMOURY_OFFICER")
        if named:
            return named
        if not may_ask():
            raise RuleError(_("Who signs in? Give the name with --officer or in ARMOURY_OFFICER."))
        return str(click.prompt(_("Sign-in name"), err=True))


def register_folder(named: str) -> Path:
    """Return the folder of a register, with its ending where only its name was typed."""
    path = Path(named)
    longer = path.with_name(path.name + SUFFIX)
    return longer if not path.exists() and longer.exists() else path


def free_folder(folder: str) -> Path:
    """Return the folder for a new register, with its ending.

    Raises:
        StorageError: something is there already.
    """
    path = Path(folder)
    if not path.name.endswith(SUFFIX):
        path = path.with_name(path.name + SUFFIX)
    if path.exists():
        raise StorageError(_("“{path}” is there already. Choose another name.").format(path=path))
    return path


_REGISTER_OPTIONS = (
    click.option("--register", metavar="FOLDER",
                 help=_("The register; else ARMOURY_REGISTER, else the last one used.")),
    click.option("--officer", metavar="NAME", help=_("Who signs in; else ARMOURY_OFFICER, else it is asked.")),
    click.option("--passphrase-fd", type=int, metavar="N",
                 help=_("Read the passphrase from this file descriptor; else ARMOURY_PASSPHRASE, else it is asked.")),
)  # fmt: skip
_SECOND_OPTIONS = (
    click.option("--second", metavar="NAME", help=_("The second officer; else ARMOURY_SECOND, else it is asked.")),
    click.option("--second-passphrase-fd", type=int, metavar="N",
                 help=_("Read the second officer's passphrase from it; else ARMOURY_SECOND_PASSPHRASE, else asked.")),
    click.option("--second-token", metavar="DRIVER",
                 help=_("The second officer signs with a token: its PKCS#11 driver. The passphrase is then the PIN.")),
)  # fmt: skip
_JSON_OPTION = (click.option("--json", is_flag=True, help=_("Answer as JSON.")),)
_REGISTER_NAMES = ("register", "officer", "passphrase_fd")
_SECOND_NAMES = ("second", "second_passphrase_fd", "second_token")


def at_register(*, second: bool = False, json: bool = True) -> Callable[[F], F]:
    """Give a command the common options and, as its first argument, the `Door` that they describe."""
    options = _REGISTER_OPTIONS + (_SECOND_OPTIONS if second else ()) + (_JSON_OPTION if json else ())
    names = _REGISTER_NAMES + (_SECOND_NAMES if second else ()) + (("json",) if json else ())
    return _with_door(options, names)


def with_json(function: F) -> F:
    """Give a command that opens no register by itself `--json` and a `Door`."""
    return _with_door(_JSON_OPTION, ("json",))(function)


def _with_door(options: tuple[Callable[[F], F], ...], names: tuple[str, ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        def run(context: click.Context, /, **values: Any) -> Any:
            common = {name: values.pop(name) for name in names}
            return function(Door(context.find_object(Program) or _no_program(), **common), **values)

        functools.update_wrapper(run, function)
        wrapped: Any = click.pass_context(run)
        for option in reversed(options):
            wrapped = option(wrapped)
        return cast(F, wrapped)

    return decorate


def _no_program() -> Program:
    raise RuntimeError("a command was called without the program around it")


@contextmanager
def at_desk(door: Door, who: Who | None = None) -> Iterator[Desk]:
    """Sign the officer in for as long as the block lasts; warnings about the register come first.

    Args:
        door: what the options said.
        who: where the passphrase was asked for before.

    Raises:
        StorageError, IntegrityError, PermissionRefusedError: as `armoury.services.desk.sign_in`.
    """
    path, name, passphrase = who or who_signs_in(door)
    desk = sign_in(path, name, passphrase, around=surroundings(door.program))
    with taken(door, desk, path):
        yield desk


@contextmanager
def looking(door: Door) -> Iterator[Desk]:
    """Sign the officer in for looking only, as on a read-only medium; nothing is written and no lock is taken.

    Raises:
        StorageError, IntegrityError, PermissionRefusedError: as `armoury.services.desk.look_in`.
    """
    path, name, passphrase = who_signs_in(door)
    desk = look_in(path, name, passphrase, around=surroundings(door.program))
    with taken(door, desk, path, remembered=False):
        yield desk


def who_signs_in(door: Door) -> Who:
    """Return register, name and passphrase, asked for where they were not given.

    Raises:
        StorageError: there is no register.
        RuleError: something is missing and there is no terminal to ask on.
    """
    path = door.path
    check_register_folder(path)
    name = door.officer_name
    label = _("Passphrase of {name}").format(name=name)
    return path, name, secret(label, descriptor=door.passphrase_fd, variable=OWN)


def check_register_folder(path: Path) -> None:
    """Refuse what cannot be a register before a passphrase is typed for it.

    Raises:
        StorageError: there is nothing, or a file.
    """
    # An interrupted restore may have left the register beside its place; opening finishes it.
    if path.is_dir() or path.with_name(path.name + ".restoring").is_dir():
        return
    if path.exists():
        raise StorageError(_("“{path}” is a file. A register is a folder: name that.").format(path=path))
    raise StorageError(
        _("There is no register “{path}”. Check the name, or make one with: armoury new").format(path=path)
    )


@contextmanager
def taken(door: Door, desk: Desk, path: Path, *, remembered: bool = True) -> Iterator[None]:
    """Use an opened desk: warnings first, the register remembered, and all of it closed at the end.

    What is only looked into, such as a backup, never becomes the register that is worked on next.
    """
    try:
        for said in (*desk.register.notices, *desk.register.warnings):
            warn(said)
        if remembered:
            _tell_of_copy(door, desk, path)
            opened(door.program, desk.register.id, path)
        yield
    finally:
        _close(desk)


def _tell_of_copy(door: Door, desk: Desk, path: Path) -> None:
    """Two copies of one register must not both be worked on: their histories would part."""
    former = register_path(door.program.settings, desk.register.id)
    if former is not None and former != path.absolute() and former.is_dir():
        text = _("The same register also lies at “{former}”, where it was used last. Work on one of them only; what "
                 "both are told cannot be put together again.")  # fmt: skip
        warn(text.format(former=former))


def zone_of(desk: Desk) -> str:
    """Return the site's time zone, an IANA name."""
    with desk.read() as connection:
        return register_record(connection).time_zone


def moment_of(desk: Desk, typed: str | None) -> str | None:
    """Return the instant that was typed by the site's clock, as services take it.

    Raises:
        RuleError: it is neither a day nor a time.
    """
    return format_instant(read_moment(typed, zone_of(desk))) if typed else None


def _close(desk: Desk) -> None:
    """What was done is done: that it could not be remembered as last seen is told, but is no failure of the act."""
    try:
        desk.close()
    except StorageError as problem:
        warn(problem.text())
