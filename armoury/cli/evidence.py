"""`armoury evidence`: the photographs and documents of a thing, taken out again, or withdrawn with a reason."""

import click

from armoury.cli.approving import told
from armoury.cli.files import write_new
from armoury.cli.output import plain, say, say_json, say_table, tell
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.subjects import subject
from armoury.cli.words import moment_words
from armoury.cli.written import say_written
from armoury.domain.record_form import to_json
from armoury.domain.records.site import Evidence
from armoury.i18n import _
from armoury.services.evidence import evidence_of, evidence_on, withdraw
from armoury.services.evidence import show as read_evidence


@click.group(help=_("List photographs and documents, take one out, or withdraw one. Attach one: armoury add evidence"))
def evidence() -> None:
    """Work on evidence."""


@evidence.command("list", help=_("List what is attached to SUBJECT: a tag, serial, place code or badge."))
@click.argument("thing", metavar="SUBJECT")
@click.option("--all", "withdrawn", is_flag=True, help=_("Also what was withdrawn, with the reason."))
@at_register()
def list_(door: Door, thing: str, withdrawn: bool) -> None:
    """List evidence."""
    with at_desk(door) as desk:
        hit = subject(desk, thing)
        found, zone = evidence_on(desk, hit.kind, hit.id, withdrawn=withdrawn), zone_of(desk)
    if door.json:
        say_json([to_json(each) for each in found])
        return
    if not found:
        tell(_("Nothing is attached."))
        return
    headings = [_("Id"), _("Shows"), _("Caption"), _("Taken"), _("Bytes"), _("Withdrawn")]
    say_table(headings, [_row(each, zone) for each in found])


def _row(each: Evidence, zone: str) -> tuple[object, ...]:
    shows, taken = each.role.replace("_", " "), moment_words(each.taken, zone)
    return (each.id, shows, each.caption, taken, each.size, each.withdrawn)


@evidence.command(help=_("Write the photograph or document ID out to a new file, checked against its digest."))
@click.argument("evidence_id", metavar="ID")
@click.option("--to", "target", required=True, metavar="FILE", help=_("The new file."))
@at_register()
def show(door: Door, evidence_id: str, target: str) -> None:
    """Write evidence out."""
    with at_desk(door) as desk:
        record, data = evidence_of(desk, evidence_id), read_evidence(desk, evidence_id)
    path = write_new(target, data)
    if door.json:
        about = {"media_type": record.media_type, "size": record.size, "sha256": record.sha256}
        say_json(plain({"id": record.id, "file": str(path), "withdrawn": record.withdrawn, **about}))
        return
    if record.withdrawn is not None:
        tell(_("It was withdrawn: {reason}").format(reason=record.withdrawn))
    say(_("Written to “{path}”. It is no longer encrypted there.").format(path=path))


@evidence.command("withdraw", help=_("Say that the photograph or document ID no longer counts. The file stays."))
@click.argument("evidence_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=_("Why it no longer counts."))
@at_register()
def withdraw_(door: Door, evidence_id: str, reason: str) -> None:
    """Withdraw evidence."""
    with at_desk(door) as desk:
        changes = told(withdraw(desk, evidence_id, reason))
    say_written(door, changes)
