"""How a command ends: exit codes, and the one place that turns an error into a sentence."""

import errno
import os
import sys
from collections.abc import Callable
from enum import IntEnum

import click

from armoury.bootstrap import log_fault
from armoury.cli.output import tell, tell_sentences
from armoury.domain.errors import ArmouryError, IntegrityError, PermissionRefusedError, RuleError, StorageError
from armoury.i18n import _


class Exit(IntEnum):
    """Exit codes, as docs/command-line.md lists them."""

    FINE = 0
    FAULT = 1
    USAGE = 2
    RULE = 3
    STORAGE = 4
    INTEGRITY = 5
    PERMISSION = 6
    UNCHECKED = 7
    UNDECIDED = 8
    STOPPED = 130
    CLOSED = 141


_CODES: tuple[tuple[type[ArmouryError], Exit], ...] = (
    (PermissionRefusedError, Exit.PERMISSION),
    (RuleError, Exit.RULE),
    (StorageError, Exit.STORAGE),
    (IntegrityError, Exit.INTEGRITY),
)


def guarded(work: Callable[[], int]) -> int:
    """Do the work and return its exit code; whatever is raised becomes a sentence on standard error."""
    try:
        code = work()
        _flush()
        return code
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.format_message(), err=True)
        return Exit.USAGE
    except click.ClickException as problem:
        tell_sentences(_usage_text(problem))
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt, EOFError):
        tell()
        tell(_("Stopped. Nothing is half-done: what was confirmed before stays, of the rest nothing was written."))
        return Exit.STOPPED
    except ArmouryError as problem:
        tell_sentences(problem.text())
        return code_of(problem)
    except OSError as problem:
        return _system_refused(problem)
    except Exception as problem:  # noqa: BLE001 - the last net: a number for the user, the places for the log
        return _fault(problem)


def code_of(problem: ArmouryError) -> int:
    """Return the exit code for an error that owns its sentence."""
    return next((code for kind, code in _CODES if isinstance(problem, kind)), Exit.FAULT)


def _usage_text(problem: click.ClickException) -> str:
    text = _("Usage: {sentence}").format(sentence=problem.format_message())
    context = getattr(problem, "ctx", None)
    if context is None:
        return text
    return text + "\n" + _("Try “{command} --help”.").format(command=context.command_path)


def _system_refused(problem: OSError) -> int:
    if isinstance(problem, BrokenPipeError) or problem.errno == errno.EPIPE:
        _drop_output()
        return Exit.CLOSED
    number = log_fault(problem)
    what = f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem.strerror or problem)
    tell(_("The computer refused: {what}. If you cannot see why, quote the number {number}.").format(
        what=what, number=number))  # fmt: skip
    return Exit.STORAGE


def _fault(problem: Exception) -> int:
    number = log_fault(problem)
    tell(
        _("This is a fault of the program, not yours. Nothing was half-written. Report it with the number {number}; "
          "the log holds where it happened, and no data of the register.").format(number=number)
    )  # fmt: skip
    return Exit.FAULT


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _drop_output() -> None:
    """Nobody reads any more: let Python's own last flush go nowhere instead of into a broken pipe."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                _redirect(stream, nowhere.fileno())


def _redirect(stream: object, target: int) -> None:
    try:
        os.dup2(target, stream.fileno())  # type: ignore[attr-defined]
    except (OSError, ValueError, AttributeError):
        return
