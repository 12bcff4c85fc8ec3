"""The second officer at the command line: shown what will be written, then asked for an own passphrase or PIN."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import click

from armoury.cli.output import tell_lines, warn
from armoury.cli.passphrases import SECOND, may_ask, secret
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, zone_of
from armoury.cli.words import event_words, field_words, is_instant, kind_words, moment_words, subject_words
from armoury.domain.errors import PermissionRefusedError
from armoury.i18n import _
from armoury.services.acts import Approval, approve, approve_with, carry_out, check_may, needs_second, officer_named
from armoury.services.desk import Desk
from armoury.services.timeline import FieldChange, planned_changes
from armoury.services.tokens import officer_token
from armoury.store.steps import Act, Changes, content_digest

MOST_LINES = 400


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
    for line in describe(desk, act) if shown is None else (_to_approve(), *shown):
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


def describe(desk: Desk, act: Act) -> Iterator[str]:
    """Say what an act will write, as the second officer must see it before approving.

    Every record and every field that it sets, up to 400 lines; of a greater act also how many records of each kind
    there are and the digest that the approval signs.
    """
    yield _to_approve()
    lines = list(islice(_record_lines(desk, act), MOST_LINES + 1))
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield from _counted(act)
    for rule in act.overrides:
        yield "  " + _("Confirm against the rule: {rule}").format(rule=rule)
    if act.reason:
        yield "  " + _("Reason: {reason}").format(reason=act.reason)


def _record_lines(desk: Desk, act: Act) -> Iterator[str]:
    zone = zone_of(desk)
    for each, changes in planned_changes(desk, act.steps):
        yield f"  {event_words(each.event)}: {subject_words(each.after)}"
        if each.occurred_at:
            yield "      " + _("Happened: {time}").format(time=moment_words(each.occurred_at, zone))
        if each.reason:
            yield "      " + _("Reason: {reason}").format(reason=each.reason)
        for change in changes:
            if said := _change(change, zone, new=each.before is None):
                yield "      " + said


def _counted(act: Act) -> Iterator[str]:
    steps = list(act.steps)
    yield "  " + _("These are not all. In the whole act:")
    for (event, kind), count in sorted(Counter((each.event, each.kind) for each in steps).items()):
        yield f"  {event_words(event)} ({kind_words(kind)}): {count}"
    yield "  " + _("SHA-256 of all records, which the approval signs: {digest}").format(digest=content_digest(steps))


def _change(change: FieldChange, zone: str, *, new: bool) -> str:
    """Say what a field becomes; nothing where the line of the record says it, or nobody could judge it."""
    name = change.field
    if name in _UNTOLD or (new and name in _NAMED):
        return ""
    if name in _SECRETS:
        return _SECRETS[name]()
    old, now = (_told(name, value, zone) for value in (change.before, change.after))
    return f"{field_words(name)}: {now}" if new else f"{field_words(name)}: {old} → {now}"


_UNTOLD = ("number", "recovery_mark", "certified_by")
_NAMED = ("tag", "code", "lot_number", "sign_in", "name", "serial", "reference", "caption", "file_name")
"""What the line of a new record says already."""

_SECRETS: Mapping[str, Callable[[], str]] = {
    "certificate": lambda: _("A new signing key, with a new certificate"),
    "recovery_certificate": lambda: _("A new recovery key"),
    "passphrase_set": lambda: _("A new passphrase"),
    "content": lambda: _("New content"),
}
_LONGEST = 1_000


def _told(name: str, value: str | None, zone: str) -> str:
    """Write a value on one line, a moment by the site's clock; a very long one is cut off and says so."""
    if value and is_instant(value):
        return moment_words(value, zone)
    words = " ".join((value or "").split())
    if not words:
        return _("nothing")
    if name == "token":
        serial, _colon, key = words.rpartition(":")
        return _("token with the serial number {serial}, key {key}").format(serial=serial, key=key)
    if len(words) <= _LONGEST:
        return words
    return _("{words}… ({count} letters in all)").format(words=words[:_LONGEST], count=len(words))


def _to_approve() -> str:
    return _("To be approved:")
