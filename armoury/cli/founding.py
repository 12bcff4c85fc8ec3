"""`armoury new`: the site, its first two officers, and the recovery key, shown once."""

import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click

from armoury.bootstrap import opened, surroundings
from armoury.cli.output import is_terminal, plain, say, say_json, tell, tell_sentences
from armoury.cli.passphrases import OWN, SECOND, may_ask, new_secret
from armoury.cli.session import Door, free_folder, with_json
from armoury.domain.dates import local_date
from armoury.domain.errors import RuleError
from armoury.i18n import _
from armoury.services.desk import sign_in
from armoury.services.founding import (
    FirstOfficer,
    Site,
    check_apart,
    check_country,
    check_passphrases,
    found_register,
)
from armoury.signing.half_sheets import GROUPS
from armoury.signing.recovery import RecoveryKey

_QUESTIONS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "name": ("--name", lambda: _("Name of the site")),
    "country": ("--country", lambda: _("Country, two letters (ISO 3166-1)")),
    "time_zone": ("--time-zone", lambda: _("Time zone, such as America/Barbados")),
    "organisation": ("--organisation", lambda: _("Organisation that keeps the armoury")),
    "first": ("--first", lambda: _("First officer: short name to sign in with")),
    "first_name": ("--first-name", lambda: _("First officer: full name")),
    "second": ("--second", lambda: _("Second officer: short name to sign in with")),
    "second_name": ("--second-name", lambda: _("Second officer: full name")),
}


@click.command(help=_("Make the register FOLDER with its first two officers. Both must be there to type a passphrase."))
@click.argument("folder")
@click.option("--name", metavar="TEXT", help=_("Name of the site."))
@click.option("--country", metavar="CODE", help=_("Country, ISO 3166-1, two letters."))
@click.option("--time-zone", metavar="ZONE", help=_("IANA time zone, such as America/Barbados."))
@click.option("--organisation", metavar="TEXT", help=_("Organisation that keeps the armoury."))
@click.option("--agency", metavar="ID", help=_("Agency, as in the reference data."))
@click.option("--site-type", metavar="ID", help=_("Type of site, as in the reference data."))
@click.option("--first", metavar="NAME", help=_("First officer's sign-in name."))
@click.option("--first-name", metavar="TEXT", help=_("First officer's full name."))
@click.option("--second", metavar="NAME", help=_("Second officer's sign-in name."))
@click.option("--second-name", metavar="TEXT", help=_("Second officer's full name."))
@click.option("--first-role", multiple=True, metavar="ROLE", help=_("First officer's roles, if others than the usual."))
@click.option("--second-role", multiple=True, metavar="ROLE", help=_("Second officer's roles, likewise."))
@click.option("--passphrase-fd", type=int, metavar="N", help=_("First officer's passphrase, from this descriptor."))
@click.option("--second-passphrase-fd", type=int, metavar="N", help=_("Second officer's passphrase, likewise."))
@click.option("--recovery-fd", type=int, metavar="N", help=_("Hand the two half-sheets to this descriptor instead."))
@click.option("--yes", is_flag=True, help=_("Do not ask to type groups of the half-sheets back."))
@with_json
def new(door: Door, folder: str, **given: Any) -> None:
    """Found a register."""
    path = free_folder(folder)
    answers = _answers(given)
    _check_showing(given)
    first = _officer(answers, "first", given)
    officers = [first, _officer(answers, "second", given, other=first.passphrase)]
    site = Site(
        answers["name"], answers["country"].upper(), answers["time_zone"], answers["organisation"],
        _text(given["agency"]), _text(given["site_type"]),
    )  # fmt: skip
    around = surroundings(door.program)
    key = found_register(path, site, officers, around=around)
    with sign_in(path, officers[0].sign_in, officers[0].passphrase, around=around) as desk:
        opened(door.program, desk.register.id, path)
        made = {"folder": str(path), "register": desk.register.id, "site": desk.register.site}
    shown = show_recovery_key(key, descriptor=_number(given["recovery_fd"]), confirm=not given["yes"])
    _report(door, {**made, "recovery_key_shown": shown})


def _answers(given: Mapping[str, object]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for name, (option, words) in _QUESTIONS.items():
        answers[name] = _answer(given[name], option, words(), _check_of(name, answers))
    return answers


Check = Callable[[str], object]

_SECRETS = {"first": ("passphrase_fd", OWN), "second": ("second_passphrase_fd", SECOND)}
"""Where each founder's passphrase may come from: the option of a descriptor, and a variable."""


def _check_of(name: str, answers: Mapping[str, str]) -> Check:
    """Return what checks an answer as it is typed, so that one mistake does not cost all the others."""
    checks: dict[str, Check] = {
        "country": lambda text: check_country(text.upper()),
        "time_zone": lambda text: local_date(0, text),
        "second": lambda text: check_apart(answers["first"], text),
    }
    return checks.get(name, lambda _text: None)


def _answer(value: object, option: str, words: str, check: Check) -> str:
    if isinstance(value, str) and value.strip():
        check(value.strip())
        return value.strip()
    if not may_ask():
        raise click.UsageError(_("“{words}” is missing. Give it with {option}.").format(words=words, option=option))
    return _asked_again(lambda: str(click.prompt(words, err=True)).strip(), check)


def _asked_again(ask: Callable[[], str], check: Check) -> str:
    """Ask until an answer passes its check; each time what is wrong with it is told."""
    while True:
        try:
            answer = ask()
            check(answer)
        except RuleError as problem:
            tell_sentences(problem.text())
        else:
            return answer


def _officer(
    answers: Mapping[str, str], which: str, given: Mapping[str, Any], other: str | None = None
) -> FirstOfficer:
    name, (descriptor, variable) = answers[which], _SECRETS[which]
    label = _("Passphrase of {name} (12 characters or more)").format(name=name)
    fd = _number(given[descriptor])
    handed = fd is not None or bool(os.environ.get(variable))

    def ask() -> str:
        return new_secret(label, descriptor=fd, variable=variable)

    def check(text: str) -> None:
        check_passphrases(text, other)

    passphrase = ask() if handed or not may_ask() else _asked_again(ask, check)
    officer = FirstOfficer(name, answers[which + "_name"], passphrase)
    roles = tuple(given[which + "_role"])
    return replace(officer, roles=roles) if roles else officer


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _check_showing(given: Mapping[str, Any]) -> None:
    """Before anything is made: somebody must be able to see the recovery key, or have said that it need not be."""
    if given["recovery_fd"] is not None or given["yes"] or may_ask():
        return
    raise RuleError(
        _("The recovery key can be shown only at a terminal. Run this at one, or hand it over with --recovery-fd, "
          "or use --yes and make one later with: armoury officers recovery-key")
    )  # fmt: skip


def show_recovery_key(key: RecoveryKey, *, descriptor: int | None, confirm: bool) -> bool:
    """Show the two half-sheets once: on the terminal or through a descriptor, never among the output.

    Returns:
        Whether anybody was shown them.

    Raises:
        RuleError: the descriptor cannot be written.
    """
    if descriptor is not None:
        _hand_over(key, descriptor)
        return True
    if not (is_terminal(sys.stderr) or is_terminal(sys.stdout)):
        tell(_("There is no terminal, so the recovery key was not shown and nobody has it. "
               "Make one at a terminal: armoury officers recovery-key"))  # fmt: skip
        return False
    _show(key)
    if confirm and may_ask():
        _confirm(key)
    return True


def _hand_over(key: RecoveryKey, descriptor: int) -> None:
    try:
        os.write(descriptor, ("\n".join(key.halves()) + "\n").encode("ascii"))
    except OSError as problem:
        raise RuleError(
            _("The recovery key could not be handed to file descriptor {number} ({why}). The register was made; make "
              "another recovery key with: armoury officers recovery-key").format(
                  number=descriptor, why=problem.strerror)
        ) from problem  # fmt: skip


def _show(key: RecoveryKey) -> None:
    to_screen = tell if is_terminal(sys.stderr) else say
    to_screen()
    to_screen(_("RECOVERY KEY. It is shown this once and kept nowhere. Write the two half-sheets down by hand,"))
    to_screen(_("each on its own paper, each into its own sealed envelope, kept by two people in two places."))
    for number, half in enumerate(key.halves(), start=1):
        groups = half.split("-")
        to_screen()
        to_screen("  " + _("Half-sheet {number}").format(number=number))
        for start in range(0, GROUPS, 3):
            row = "   ".join(f"{place}: {group}" for place, group in enumerate(groups[start : start + 3], start + 1))
            to_screen("    " + row)
    to_screen()


def _confirm(key: RecoveryKey) -> None:
    """Have one group of each half typed back from the paper."""
    for number, half in enumerate(key.halves(), start=1):
        place = secrets.randbelow(GROUPS)
        question = _("From the paper: group {place} of half-sheet {number}").format(place=place + 1, number=number)
        while str(click.prompt(question, err=True)).strip().upper() != half.split("-")[place]:
            tell(_("That is not what is shown above. Look at your paper and mend it."))
    tell(_("Good. Seal the two envelopes now, and clear this screen."))


def _report(door: Door, made: dict[str, object]) -> None:
    if door.json:
        say_json(plain(made))
        return
    say(_("Made the register {site} in “{folder}”.").format(site=made["site"], folder=made["folder"]))
    say(_('Next: armoury add place B1 "Main building" --level building'))
