"""`armoury show`: the card of a weapon, place or person; or a file of evidence, written out."""

import click

from armoury.cli.cards import card, card_json
from armoury.cli.files import write_new
from armoury.cli.output import say, say_card, say_json
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.subjects import subject
from armoury.i18n import _
from armoury.services.evidence import show as show_evidence


@click.command(help=_("Show the card of THING: a tag, serial, place code, badge, or whatever a scan may be. "
                      "With --evidence ID --to FILE a photograph or document of it is written out."))  # fmt: skip
@click.argument("thing")
@click.option("--evidence", "evidence_id", metavar="ID", help=_("A photograph or document on the card."))
@click.option("--to", "target", metavar="FILE", help=_("Write that photograph or document to this new file."))
@at_register()
def show(door: Door, thing: str, evidence_id: str | None, target: str | None) -> None:
    """Show a card."""
    if (evidence_id is None) != (target is None):
        raise click.UsageError(_("--evidence and --to belong together."))
    with at_desk(door) as desk:
        hit = subject(desk, thing)
        data = show_evidence(desk, evidence_id) if evidence_id else None
        as_json = card_json(desk, hit) if door.json else {}
        heading, lines = card(desk, hit, zone_of(desk))
    if data is not None and target is not None:
        path = write_new(target, data)
        say(_("Written to “{path}”. It is no longer encrypted there.").format(path=path))
    elif door.json:
        say_json(as_json)
    else:
        say_card(heading, lines)
