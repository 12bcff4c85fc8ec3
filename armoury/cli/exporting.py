"""`armoury export`, `bundles` and `seal`: what leaves for the national registry."""

from pathlib import Path
from typing import Any

import click

from armoury.cli.output import say, say_json, say_table, tell
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register, with_json, zone_of
from armoury.cli.words import moment_words
from armoury.domain.errors import RuleError
from armoury.domain.record_form import to_json
from armoury.domain.records.exchange import Bundle
from armoury.i18n import _, ngettext
from armoury.services.exporting import Exported, export_bundle
from armoury.services.exporting import bundles as bundles_of
from armoury.services.receiving import seal_file
from armoury.services.site import profile_of

STATES = {
    "prepared": lambda: _("begun, not finished"),
    "exported": lambda: _("exported"),
    "abandoned": lambda: _("abandoned"),
}


@click.command(help=_("Write a signed bundle for the national registry into a folder, read back and checked. It is "
                      "sealed where the site names a recipient (armoury site --registry-recipient)."))  # fmt: skip
@click.option("--to", "folder", metavar="FOLDER", required=True, help=_("Where the file shall lie, such as a stick."))
@click.option("--recipient", metavar="age1…", help=_("Seal it to this public key of age."))
@click.option("--open", "unsealed", is_flag=True, help=_("Do not seal it, whatever the site says."))
@at_register()
def export(door: Door, folder: str, recipient: str | None, unsealed: bool) -> None:
    """Export."""
    if recipient and unsealed:
        raise RuleError(_("Either --recipient or --open, not both."))
    with at_desk(door) as desk, progress_line(_("Exporting")) as progress:
        sealed_to = None if unsealed else recipient or profile_of(desk).registry_recipient
        if not (sealed_to or unsealed):
            raise RuleError(
                _("Nothing says to whom the bundle is sealed. Name the registry's key with --recipient, once for all "
                  "with “armoury site --registry-recipient”, or say --open: then whoever finds the stick can read it.")
            )  # fmt: skip
        done = export_bundle(desk, Path(folder), recipient=sealed_to, progress=progress)
    if door.json:
        say_json({**to_json(done.record), "path": str(done.path), "checked": [*done.verified.checked]})
        return
    _tell_exported(done)


def _tell_exported(done: Exported) -> None:
    record = done.record
    say(str(done.path))
    entries = ngettext("{count} entry", "{count} entries", record.size or 0).format(count=record.size)
    text = _("Bundle {reference}: {entries} of history, {octets} bytes, read back and checked.")
    tell(text.format(reference=record.reference, entries=entries, octets=record.octets))
    tell(_("SHA-256 {digest}").format(digest=record.sha256))
    if record.recipient:
        tell(_("Sealed to {recipient}; only its holder can open it.").format(recipient=record.recipient))
    else:
        tell(_("It is not sealed: whoever finds the stick can read it."))


@click.command(help=_("List the bundles that were begun, the latest first."))
@at_register()
def bundles(door: Door) -> None:
    """List bundles."""
    with at_desk(door) as desk:
        found, zone = bundles_of(desk), zone_of(desk)
    if door.json:
        say_json([to_json(each) for each in found])
        return
    if not found:
        tell(_("Nothing was exported yet."))
        return
    headings = [_("Bundle"), _("Begun"), _("State"), _("Entries"), _("Bytes"), _("SHA-256")]
    say_table(headings, [_row(each, zone) for each in found])


def _row(record: Bundle, zone: str) -> tuple[Any, ...]:
    digest = (record.sha256 or "")[:16]
    when = moment_words(record.prepared_at, zone)
    return (record.reference, when, STATES[record.state](), record.size, record.octets, digest)


@click.command(help=_("Seal an open bundle to a public key of age; the open file stays where it is."))
@click.argument("file", metavar="BUNDLE")
@click.option("--recipient", metavar="age1…", required=True, help=_("The registry's public key."))
@click.option("--to", "target", metavar="FILE", help=_("The sealed file; else beside the bundle, with .age behind."))
@with_json
def seal(door: Door, file: str, recipient: str, target: str | None) -> None:
    """Seal a bundle."""
    sealed = seal_file(Path(file), recipient, Path(target) if target else None, clock=door.program.clock)
    if door.json:
        say_json({"path": str(sealed), "recipient": recipient})
        return
    say(str(sealed))
    tell(_("The open file is still there: take it away from the stick."))
