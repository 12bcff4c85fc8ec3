"""`armoury scale`: what is there against the authorised holding scale, and the end of one of its lines."""

from typing import Any

import click

from armoury.cli.approving import told
from armoury.cli.groups import ListingGroup
from armoury.cli.output import plain, say_json, say_table
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.typed import known_calibre, known_type
from armoury.cli.written import say_written
from armoury.i18n import _
from armoury.services.checks import today
from armoury.services.site import ScaleLine, end_holding, holding_in_force, holdings_against_scale


@click.group(cls=ListingGroup, help=_("Hold what is there against the authorised holding scale; or end a line of it. "
                                      "Enter a line: armoury add holding"))  # fmt: skip
def scale() -> None:
    """Work on the scale."""


@scale.command("list", help=_("Hold what is there against the authorised holding scale."))
@at_register()
def list_(door: Door) -> None:
    """Compare with the scale."""
    with at_desk(door) as desk:
        lines = holdings_against_scale(desk)
    if door.json:
        say_json([_as_json(each) for each in lines])
        return
    headings = [_("Type"), _("Calibre"), _("Authorised"), _("Present"), _("Difference"), _("Authority"), _("Dated")]
    say_table(headings, [_row(each) for each in lines])


def _row(line: ScaleLine) -> tuple[object, ...]:
    authorised = _("not in the scale") if line.authorised is None else line.authorised
    return (line.type, line.calibre, authorised, line.present, f"{line.difference:+d}", line.authority, line.dated)


def _as_json(line: ScaleLine) -> dict[str, Any]:
    return plain(
        {"type": line.type, "calibre": line.calibre, "authorised": line.authorised, "present": line.present,
         "difference": line.difference, "authority": line.authority, "dated": line.dated}
    )  # fmt: skip


@scale.command(help=_("End the line in force for TYPE (or the line's id), with no other in its place."))
@click.argument("type_", metavar="TYPE")
@click.option("--calibre", metavar="TEXT", help=_("The line of this calibre."))
@click.option("--day", metavar="DAY", help=_("The last day of it, 2026-03-09; today, if not said."))
@click.option("--reason", required=True, metavar="TEXT", help=_("Why it ends."))
@at_register()
def end(door: Door, type_: str, calibre: str | None, day: str | None, reason: str) -> None:
    """End a line of the scale."""
    with at_desk(door) as desk:
        line = holding_in_force(desk, known_type(desk, type_), known_calibre(desk, calibre))
        changes = told(end_holding(desk, line.id, day or today(desk).isoformat(), reason))
    say_written(door, changes)
