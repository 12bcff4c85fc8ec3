"""`armoury purge`: personal data taken away for ever, as an act of two officers that breaks no proof."""

import click

from armoury.cli.approving import do
from armoury.cli.output import tell
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.subjects import subject
from armoury.cli.written import say_written
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.people import plan_purge, plan_purge_person
from armoury.services.site import profile_of
from armoury.store.steps import Act

_SITE = "site"
"""The word for the site itself, which no scan finds."""


@click.command(help=_("Take away for ever the personal data of SUBJECT: a person who has left (badge or tag), a weapon "
                      "(its former holder or depositor), or the word “site” for the site's contacts."))  # fmt: skip
@click.argument("thing", metavar="SUBJECT")
@click.option("--reason", required=True, metavar="TEXT", help=_("The law or order that asks for it."))
@at_register(second=True)
def purge(door: Door, thing: str, reason: str) -> None:
    """Purge personal data."""
    with at_desk(door) as desk:
        changes = do(door, desk, _planned(desk, thing, reason))
    say_written(door, changes)
    tell(_("Backups made before still hold what was removed: make a fresh one, destroy those you can spare."))


def _planned(desk: Desk, thing: str, reason: str) -> Act:
    if thing.strip().casefold() == _SITE:
        return plan_purge(desk, "site", profile_of(desk).id, reason)
    hit = subject(desk, thing)
    if hit.kind == "person":
        return plan_purge_person(desk, hit.id, reason)
    return plan_purge(desk, hit.kind, hit.id, reason)
