"""The second officer at the command line: shown what will be written, then asked for an own passphrase or PIN."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from armoury.cli.output import tell_lines, warn
from armoury.cli.passphrases import SECOND, may_ask, secret
from armoury.cli.progress import progress_line
from armoury.cli.session import Door
from armoury.cli.words import event_words, field_words, subject_words, value_words
from armoury.domain.errors import PermissionRefusedError
from armoury.domain.record_form import to_json
from armoury.i18n import _, ngettext
from armoury.services.acts import Approval, approve, approve_with, carry_out, check_may, needs_second, officer_named
from armoury.services.desk import Desk
from armoury.services.tokens import officer_token
from armoury.store.steps import Act, Changes, Step

_MOST_SHOWN = 12


def do(door: Door, desk: Desk, act: Act) -> Changes:
    """Carry an act out, with the second officer's approval where it needs one.

    Raises:
        ArmouryError: as `armoury.services.acts.carry_out`.
    """
    approvals = approvals_for(door, desk, act)
    with progress_line(_("Writing")) as progress:
        return told(carry_out(desk, act, approvals, progress=progress))


def told(changes: Changes) -> Changes:
    """Tell what the officer must know of a finished act, such as a clock that runs behind."""
    for notice in changes.notices:
        warn(notice)
    return changes


def approvals_for(door: Door, desk: Desk, act: Act, shown: Iterable[str] | None = None) -> list[Approval]:
    """Return the approvals that an act needs: none, or the second officer's, as `second_approval`.

    Raises:
        PermissionRefusedError: nobody was named and there is no terminal to ask on.
    """
    return [second_approval(door, desk, act, shown)] if needs_second(act) else []


def second_approval(door: Door, desk: Desk, act: Act, shown: Iterable[str] | None = None) -> Approval:
    """Show the second officer the act and take the approval.

    Args:
        door: what the options said of the second officer.
        desk: where it is done.
        act: what will be written.
        shown: lines that say it better than the names of its records do.

    Raises:
        PermissionRefusedError: nobody was named, or the officer may not approve it.
        StorageError: the passphrase or the token does not serve.
        RuleError: it is about the rights of one of the two officers.
    """
    check_may(desk, act)
    name = second_name(door)
    for line in describe(act) if shown is None else (_to_approve(), *shown):
        tell_lines(line)
    if door.second_token is None:
        return approve(desk, act, name, second_secret(door, _("Passphrase of {name}, to approve").format(name=name)))
    pin = second_secret(door, _("PIN of the token of {name}, to approve").format(name=name))
    officer = officer_named(desk, name)
    with officer_token(officer, Path(door.second_token), lambda _label: pin) as signer:
        return approve_with(desk, act, officer, signer)


def second_name(door: Door) -> str:
    """Return the sign-in name of the second officer.

    Raises:
        PermissionRefusedError: none was given and there is no terminal to ask on.
    """
    named = door.second or os.environ.get("ARMOURY_SECOND")
    if named:
        return named
    if not may_ask():
        raise PermissionRefusedError(
            _("This needs a second officer. Name the officer with --second or in ARMOURY_SECOND.")
        )
    return str(click.prompt(_("Second officer's sign-in name"), err=True))


def second_secret(door: Door, label: str) -> str:
    """Return the second officer's passphrase or PIN."""
    return secret(label, descriptor=door.second_passphrase_fd, variable=SECOND)


def describe(act: Act) -> Iterable[str]:
    """Say what an act will write, as the second officer must see it before approving."""
    steps = list(act.steps)
    yield _to_approve()
    for each in steps[:_MOST_SHOWN]:
        yield f"  {event_words(each.event)}: {subject_words(each.after)}"
        yield from ("      " + line for line in changes_of(each))
    if len(steps) > _MOST_SHOWN:
        more = len(steps) - _MOST_SHOWN
        yield "  " + ngettext("and {count} more", "and {count} more", more).format(count=more)
    for rule in act.overrides:
        yield "  " + _("Confirm against the rule: {rule}").format(rule=rule)
    if act.reason:
        yield "  " + _("Reason: {reason}").format(reason=act.reason)


def changes_of(each: Step) -> Iterator[str]:
    """Say which fields a step changes and how; of a new record what it grants."""
    before = to_json(each.before) if each.before is not None else {}
    after = to_json(each.after)
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) == after.get(name) or name in _UNTOLD:
            continue
        if each.before is None and name not in _TOLD_OF_NEW:
            continue
        if name in _SECRETS:
            yield _SECRETS[name]()
            continue
        new, old = (_told(values.get(name)) for values in (after, before))
        yield f"{field_words(name)}: {new}" if each.before is None else f"{field_words(name)}: {old} → {new}"


_UNTOLD = ("personal", "number", "recovery_mark", "certified_by")
_TOLD_OF_NEW = ("roles", "certificate", "token", "serial", "quantity", "dataset", "authority")
"""Of a new record the line before names the rest."""

_SECRETS: Mapping[str, Callable[[], str]] = {
    "certificate": lambda: _("A new signing key, with a new certificate"),
    "recovery_certificate": lambda: _("A new recovery key"),
    "passphrase_set": lambda: _("A new passphrase"),
    "content": lambda: _("New content"),
}
_LONGEST = 70


def _told(value: object) -> str:
    words = " ".join(value_words(value).split()) or _("nothing")
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def _to_approve() -> str:
    return _("To be approved:")
