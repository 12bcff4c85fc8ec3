"""`armoury officers`: accounts, roles, passphrases and tokens; the recovery key; the site's key."""

from pathlib import Path
from typing import Any

import click

from armoury.bootstrap import surroundings
from armoury.cli.approving import approvals_for, do, second_approval, told
from armoury.cli.founding import show_recovery_key
from armoury.cli.groups import ListingGroup
from armoury.cli.output import plain, say, say_json, say_table, tell
from armoury.cli.passphrases import NEW, given_secret, may_ask, new_secret, secret
from armoury.cli.session import Door, at_desk, at_register, check_register_folder, taken, who_signs_in
from armoury.cli.subjects import subject
from armoury.domain.errors import RuleError
from armoury.i18n import _
from armoury.services import officers as accounts
from armoury.services.desk import sign_in_by_recovery
from armoury.services.site_keys import plan_recovery_key, plan_site_key, renew_recovery_key
from armoury.services.tokens import TokenPlace, key_on_token
from armoury.signing.half_sheets import parse_half
from armoury.signing.recovery import RecoveryKey, combine

_REASON = click.option("--reason", required=True, metavar="TEXT", help=_("Why."))
_NEW_FD = click.option("--new-passphrase-fd", "new_fd", type=int, metavar="N",
                       help=_("The new passphrase, from it; else ARMOURY_NEW_PASSPHRASE, else asked."))  # fmt: skip
_OVERRIDE = click.option("--override", metavar="REASON", help=_("Why duties that exclude each other must go together."))
_KEY_FD = click.option("--recovery-fd", "key_fd", type=int, metavar="N",
                       help=_("The two half-sheets go through this descriptor, one a line."))  # fmt: skip


@click.group(cls=ListingGroup, help=_("List the officers; or add, remove, reset them and so on."))
def officers() -> None:
    """Work on officers."""


@officers.command("list", help=_("List the officers, their roles, and duties that exclude each other."))
@click.option("--all", "all_ever", is_flag=True, help=_("Also those who have left."))
@at_register()
def list_(door: Door, all_ever: bool) -> None:
    """List officers."""
    with at_desk(door) as desk:
        found = accounts.officers(desk, all_ever=all_ever)
    if door.json:
        say_json([_as_json(each) for each in found])
        return
    headings = [_("Signs in as"), _("Name"), _("Roles"), _("Status"), _("Token"), _("Certificate until")]
    say_table(headings, [_row(each) for each in found])
    for each in found:
        for clash in each.conflicts:
            tell(f"{each.person.sign_in}: {clash.reason}")


def _row(line: accounts.OfficerLine) -> tuple[object, ...]:
    person = line.person
    token = _("yes") if person.token else ""
    return (person.sign_in, person.name, ", ".join(person.roles), person.status, token, line.valid_until)


def _as_json(line: accounts.OfficerLine) -> dict[str, Any]:
    person = line.person
    return plain(
        {"id": person.id, "sign_in": person.sign_in, "name": person.name, "rank": person.rank,
         "roles": list(person.roles), "status": person.status, "token": person.token,
         "fingerprint": line.fingerprint, "valid_until": line.valid_until,
         "conflicts": [each.reason for each in line.conflicts]}
    )  # fmt: skip


@officers.command(help=_("Give a new officer an account. The officer types a passphrase of the officer's own."))
@click.argument("sign_in")
@click.option("--name", metavar="TEXT", help=_("Full name."))
@click.option("--rank", metavar="TEXT", help=_("Rank."))
@click.option("--role", "roles", multiple=True, required=True, metavar="ROLE", help=_("A role; may be repeated."))
@click.option("--person", metavar="BADGE", help=_("Somebody whom the register knows as a holder of weapons."))
@_OVERRIDE
@_NEW_FD
@at_register(second=True)
def add(door: Door, sign_in: str, roles: tuple[str, ...], **said: Any) -> None:
    """Add an officer."""
    with at_desk(door) as desk:
        person = subject(desk, said["person"], "person").id if said["person"] else None
        passphrase = _new_passphrase(sign_in, said["new_fd"])
        new = accounts.NewOfficer(sign_in, passphrase, roles, said["name"], said["rank"], person)
        planned = accounts.plan_new_officer(desk, new, override=said["override"])
        changes = told(accounts.write_with_slot(desk, planned, approvals_for(door, desk, planned.act)))
    _report(door, sign_in, changes.last, _("“{name}” can sign in."))


@officers.command(help=_("End an account. The register gets a new key, so that the old passphrase opens it no more."))
@click.argument("sign_in")
@_REASON
@at_register(second=True)
def remove(door: Door, sign_in: str, reason: str) -> None:
    """Remove an officer."""
    with at_desk(door) as desk:
        act = accounts.plan_removal(desk, sign_in, reason=reason)
        changes = accounts.remove_officer(desk, act, approvals_for(door, desk, act))
    _report(door, sign_in, changes.last if changes else 0, _("“{name}” can sign in no more."))
    tell(_("Backups made before still open with the old passphrase: make a fresh one, destroy those you can spare. "
           "Think of a new site key too: armoury officers site-key"))  # fmt: skip


@officers.command(help=_("Give an officer who forgot the passphrase a new one; two other officers stand for it."))
@click.argument("sign_in")
@_REASON
@_NEW_FD
@at_register(second=True)
def reset(door: Door, sign_in: str, reason: str, new_fd: int | None) -> None:
    """Reset an officer."""
    with at_desk(door) as desk:
        planned = accounts.plan_reset(desk, sign_in, _new_passphrase(sign_in, new_fd), reason=reason)
        changes = told(accounts.write_with_slot(desk, planned, approvals_for(door, desk, planned.act)))
    _report(door, sign_in, changes.last, _("“{name}” signs in with the new passphrase."))


@officers.command(help=_("Give an officer other roles; all of them are named anew."))
@click.argument("sign_in")
@click.argument("names", metavar="ROLES...", nargs=-1, required=True)
@_REASON
@_OVERRIDE
@at_register(second=True)
def roles(door: Door, sign_in: str, names: tuple[str, ...], reason: str, override: str | None) -> None:
    """Change roles."""
    with at_desk(door) as desk:
        act = accounts.plan_roles(desk, sign_in, names, reason=reason, override=override)
        changes = do(door, desk, act)
    _report(door, sign_in, changes.last, _("“{name}” has these roles now."))


@officers.command(help=_("Change your own passphrase."))
@_NEW_FD
@at_register()
def passphrase(door: Door, new_fd: int | None) -> None:
    """Change the own passphrase."""
    who = who_signs_in(door)
    with at_desk(door, who) as desk:
        changes = told(accounts.change_own_passphrase(desk, who[2], _new_passphrase(who[1], new_fd)))
    _report(door, who[1], changes.last, _("“{name}” signs in with the new passphrase."))


@officers.command(help=_("Give an officer a new passphrase with the recovery key, when nobody else can sign in."))
@click.argument("sign_in")
@_REASON
@_KEY_FD
@_NEW_FD
@at_register()
def recover(door: Door, sign_in: str, reason: str, key_fd: int | None, new_fd: int | None) -> None:
    """Recover an account."""
    path = door.path
    check_register_folder(path)
    key = _typed_key(key_fd)
    desk = sign_in_by_recovery(path, key, around=surroundings(door.program))
    with taken(door, desk, path):
        planned = accounts.plan_reset(desk, sign_in, _new_passphrase(sign_in, new_fd), reason=reason)
        changes = told(accounts.write_with_slot(desk, planned))
    _report(door, sign_in, changes.last, _("“{name}” signs in with the new passphrase."))
    tell(_("The two envelopes are open now: make a new recovery key with: armoury officers recovery-key"))


def _typed_key(descriptor: int | None) -> RecoveryKey:
    """Take the two half-sheets from a descriptor or from the keyboard; they are shown while they are typed."""
    halves = []
    for number in (1, 2):
        text = given_secret(descriptor=descriptor, variable="")
        if text is None and not may_ask():
            raise RuleError(_("There is no terminal to type the half-sheets at. Hand them over with --recovery-fd."))
        halves.append(parse_half(text or _asked_half(number), number))
    return combine(*halves)


def _asked_half(number: int) -> str:
    return str(click.prompt(_("Half-sheet {number}, all nine groups").format(number=number), err=True))


@officers.command("recovery-key", help=_("Make a new recovery key; it is shown once. The older half-sheets then open "
                                         "nothing but older backups."))  # fmt: skip
@_REASON
@_KEY_FD
@click.option("--yes", is_flag=True, help=_("Do not ask to type groups of the half-sheets back."))
@at_register(second=True)
def recovery_key(door: Door, reason: str, key_fd: int | None, yes: bool) -> None:
    """Renew the recovery key."""
    if key_fd is None and not may_ask():
        raise RuleError(_("The recovery key can be shown only at a terminal, or handed over with --recovery-fd."))
    with at_desk(door) as desk:
        planned = plan_recovery_key(desk, reason=reason)
        changes = told(renew_recovery_key(desk, planned, [second_approval(door, desk, planned.act)]))
    show_recovery_key(planned.key, descriptor=key_fd, confirm=not yes)
    _report(door, "", changes.last, _("The new recovery key is in force."))


@officers.command(help=_("Let an officer sign with a PKCS#11 token from now on."))
@click.argument("sign_in")
@click.option("--driver", required=True, metavar="FILE", help=_("The PKCS#11 driver of the token's maker."))
@click.option("--serial", required=True, metavar="TEXT", help=_("The token's serial number."))
@click.option("--pin-fd", type=int, metavar="N", help=_("Read the PIN from it; else ARMOURY_PIN, else it is asked."))
@_REASON
@at_register(second=True)
def token(door: Door, sign_in: str, driver: str, serial: str, **said: Any) -> None:
    """Let an officer sign with a token."""
    place = TokenPlace(Path(driver), serial)
    pin = secret(_("PIN of the token"), descriptor=said["pin_fd"], variable="ARMOURY_PIN")
    with at_desk(door) as desk:
        key = key_on_token(place, lambda _name: pin, label=sign_in)
        act = accounts.plan_token(desk, sign_in, place, key, reason=said["reason"])
        changes = do(door, desk, act)
    _report(door, sign_in, changes.last, _("“{name}” signs with the token."))


@officers.command("site-key", help=_("Make a new signing key of the site, certified by the old one."))
@_REASON
@at_register(second=True)
def site_key(door: Door, reason: str) -> None:
    """Renew the site's key."""
    with at_desk(door) as desk:
        changes = do(door, desk, plan_site_key(desk, reason=reason))
    _report(door, "", changes.last, _("The site signs with a new key."))


def _new_passphrase(name: str, descriptor: int | None) -> str:
    label = _("New passphrase of {name}").format(name=name)
    return new_secret(label, descriptor=descriptor, variable=NEW)


def _report(door: Door, name: str, entry: int, sentence: str) -> None:
    if door.json:
        say_json(plain({"sign_in": name or None, "entry": entry or None}))
        return
    say(sentence.format(name=name))
