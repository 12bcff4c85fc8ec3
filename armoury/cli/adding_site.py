"""`armoury add person`, `log`, `holding` and `acquisition`."""

from typing import Any

import click

from armoury.cli.approving import told
from armoury.cli.output import say, say_json
from armoury.cli.session import Door, at_desk, at_register, moment_of
from armoury.cli.subjects import ids_of
from armoury.cli.typed import field_options, known_calibre, known_type, values_of
from armoury.cli.written import say_written
from armoury.domain.records.site import Acquisition
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.people import add_person, person_of
from armoury.services.places import place_by_code
from armoury.services.site import authorise_holding, note, open_acquisition


@click.command(help=_("Enter a person who may hold weapons, by full NAME. Accounts are given by: armoury officers add"))
@click.argument("name")
@click.option("--badge", metavar="TEXT", help=_("What stands on the badge, to be scanned."))
@click.option("--service-number", metavar="TEXT", help=_("Service number."))
@click.option("--rank", metavar="TEXT", help=_("Rank."))
@click.option("--unit", metavar="TEXT", help=_("Unit."))
@click.option("--agency", metavar="ID", help=_("Agency, as in the reference data."))
@at_register()
def person(door: Door, name: str, **fields: Any) -> None:
    """Enter a person."""
    with at_desk(door) as desk:
        changes = told(add_person(desk, name, **{key: value for key, value in fields.items() if value}))
        made = person_of(desk, changes.ids[0])
    if door.json:
        say_json({"id": made.id, "tag": made.tag, "entries": [changes.first, changes.last]})
        return
    say(f"{printed_tag(made.tag)}  {made.badge or ''}  {made.name or ''}")


@click.command(help=_("Note in the site log what was done: KIND (count, drill, lock_change, alarm_test, visit, "
                      "key_check, lock_up) and TEXT."))  # fmt: skip
@click.argument("kind")
@click.argument("text")
@click.option("--at", metavar="TIME",
              help=_("When it happened: 2026-03-09 14:05, by the site's clock; now, if not said."))  # fmt: skip
@click.option("--place", metavar="CODE", help=_("Which place it is about."))
@click.option("--with", "people", multiple=True, metavar="BADGE", help=_("Who took part."))
@click.option("--outcome", metavar="TEXT", help=_("How it ended."))
@at_register()
def log(door: Door, kind: str, text: str, **said: Any) -> None:
    """Note in the site log."""
    with at_desk(door) as desk:
        place = place_by_code(desk, said["place"]).id if said["place"] else None
        people = tuple(ids_of(desk, said["people"], "person"))
        at = moment_of(desk, said["at"])
        changes = note(desk, kind, text, at=at, place=place, people=people, outcome=said["outcome"])
    say_written(door, told(changes))


@click.command(help=_("Enter how many of TYPE the site may hold; it replaces the line in force for the same."))
@click.argument("type_", metavar="TYPE")
@click.argument("quantity", type=int)
@click.option("--authority", required=True, metavar="TEXT", help=_("Who allows it."))
@click.option("--dated", required=True, metavar="DAY", help=_("Day of its paper, 2026-03-09."))
@click.option("--calibre", metavar="TEXT", help=_("Only for this calibre."))
@at_register()
def holding(door: Door, type_: str, quantity: int, **terms: Any) -> None:
    """Authorise a holding."""
    with at_desk(door) as desk:
        terms["calibre"] = known_calibre(desk, terms["calibre"])
        changes = authorise_holding(desk, known_type(desk, type_), quantity, **terms)
    say_written(door, told(changes))


@click.command(help=_("Open a file on how weapons came, under the REFERENCE of its papers."))
@click.argument("reference")
@field_options(Acquisition, ("id", "reference", "entry"))
@at_register()
def acquisition(door: Door, reference: str, **given: Any) -> None:
    """Open an acquisition file."""
    with at_desk(door) as desk:
        changes = open_acquisition(desk, reference, **values_of(desk, Acquisition, given))
    say_written(door, told(changes))
