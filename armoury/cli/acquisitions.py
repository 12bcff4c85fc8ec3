"""`armoury acquisitions`: the files on how weapons came, and what is changed in one."""

from typing import Any

import click

from armoury.cli.approving import told
from armoury.cli.groups import ListingGroup
from armoury.cli.output import say_card, say_json, say_table, tell
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.typed import SETTINGS, set_values
from armoury.cli.words import field_words, value_words
from armoury.cli.written import say_written
from armoury.domain.fields import declared_fields
from armoury.domain.record_form import to_json
from armoury.domain.records.site import Acquisition
from armoury.i18n import _
from armoury.services import site
from armoury.services.site import acquisition_of, change_acquisition, weapons_by_acquisition

_NOT_TYPED = ("id", "reference", "entry")


@click.group(cls=ListingGroup, help=_("List the acquisition files; show or change one. Open one: "
                                      "armoury add acquisition"))  # fmt: skip
def acquisitions() -> None:
    """Work on acquisition files."""


@acquisitions.command("list", help=_("List the files by reference, with the number of weapons of each."))
@at_register()
def list_(door: Door) -> None:
    """List acquisition files."""
    with at_desk(door) as desk:
        found, counts = site.acquisitions(desk), weapons_by_acquisition(desk)
    if door.json:
        say_json([_as_json(each, counts) for each in found])
        return
    if not found:
        tell(_("There is no acquisition file."))
        return
    headings = [_("Reference"), _("Supplier or donor"), _("Contract"), _("Dated"), _("Weapons"), _("Consent needed")]
    say_table(headings, [_row(each, counts) for each in found])


def _row(file: Acquisition, counts: dict[str, int]) -> tuple[object, ...]:
    asked = ((file.consent_to_retransfer, _("to pass on")), (file.consent_to_destroy, _("to destroy")))
    consent = ", ".join(words for needed, words in asked if needed)
    giver = file.supplier or file.donor
    return (file.reference, giver, file.contract, file.dated, counts.get(file.id, 0), consent)


def _as_json(file: Acquisition, counts: dict[str, int]) -> dict[str, Any]:
    return {**to_json(file), "weapons": counts.get(file.id, 0)}


@acquisitions.command(help=_("Show the file that has the REFERENCE."))
@click.argument("reference")
@at_register()
def show(door: Door, reference: str) -> None:
    """Show an acquisition file."""
    with at_desk(door) as desk:
        file, counts = acquisition_of(desk, reference), weapons_by_acquisition(desk)
    if door.json:
        say_json(_as_json(file, counts))
        return
    said = [each for each in declared_fields(Acquisition) if each.name not in _NOT_TYPED]
    lines = [(field_words(each.name), value_words(getattr(file, each.name) or None)) for each in said]
    heading = _("Acquisition {reference}").format(reference=file.reference)
    say_card(heading, [*lines, (_("Weapons"), str(counts.get(file.id, 0)))])


@acquisitions.command(
    help=_("Change what the file that has the REFERENCE says. The former values stay in the history.")
)
@click.argument("reference")
@SETTINGS
@click.option("--reason", metavar="TEXT", help=_("Why."))
@at_register()
def change(door: Door, reference: str, settings: tuple[str, ...], reason: str | None) -> None:
    """Change an acquisition file."""
    if not settings:
        raise click.UsageError(_("Say what to change, as in: --set supplier=“Sample supplier”"))
    fields = {each.name: each for each in declared_fields(Acquisition) if each.name not in _NOT_TYPED}
    unknown = _("An acquisition file has no field “{name}” that can be changed. See: armoury add acquisition --help")
    with at_desk(door) as desk:
        values = set_values(desk, fields, settings, unknown)
        changes = told(change_acquisition(desk, reference, reason=reason, **values))
    say_written(door, changes)
