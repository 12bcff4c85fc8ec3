"""`armoury backup` and `restore`: a verified copy elsewhere, and putting one in place as a declared act of two."""

from pathlib import Path
from typing import Any

import click

from armoury.bootstrap import surroundings
from armoury.cli.approving import second_name, second_secret
from armoury.cli.output import say, say_json, say_table, tell
from armoury.cli.passphrases import OWN, secret
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register, zone_of
from armoury.cli.words import moment_words
from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.services.backups import Credentials, Declared, back_up, backups_in, restore_backup
from armoury.store.backup import Backup, read_backup


@click.command(help=_("Make a backup, verified by opening it, under a folder on another disk; or list those there."))
@click.option("--to", "target", metavar="FOLDER", help=_("Where to; else the folder of the preferences, else backups/ "
                                                         "in the register."))  # fmt: skip
@click.option("--list", "listing", is_flag=True, help=_("List the whole backups there instead."))
@at_register()
def backup(door: Door, target: str | None, listing: bool) -> None:
    """Back up."""
    named = target or door.program.settings.backup_folder
    place = Path(named) if named else None
    if listing:
        if place is not None:
            _check_folder(place)
        _list(door, backups_in(place or door.path / "backups"))
        return
    with at_desk(door) as desk:
        with progress_line(_("Copying")) as progress:
            made = back_up(desk, place, progress=progress)
        zone = zone_of(desk)
    if door.json:
        say_json(_as_json(made))
        return
    say(str(made.path))
    when = moment_words(made.made_at, zone)
    tell(_("Backup of {when} with {count} entries, verified. Keep it in another room.").format(
        when=when, count=made.entries))  # fmt: skip


def _check_folder(place: Path) -> None:
    """Refuse to look for backups where no folder is: a stick that is not plugged in is not an empty one."""
    if place.is_dir():
        return
    if place.exists():
        raise StorageError(_("“{path}” is a file. Name the folder that holds the backups.").format(path=place))
    raise StorageError(_("There is no folder “{path}”. Check the name, and that the disk is there.").format(path=place))


def _list(door: Door, found: tuple[Backup, ...]) -> None:
    if door.json:
        say_json([_as_json(each) for each in found])
        return
    if not found:
        tell(_("There is no whole backup."))
        return
    say_table([_("Made (UTC)"), _("Entries"), _("Folder")], [
        (moment_words(each.made_at, "UTC"), each.entries, each.path) for each in found
    ])  # fmt: skip


def _as_json(made: Backup) -> dict[str, Any]:
    return {
        "folder": str(made.path), "register": made.register, "made_at": made.made_at, "entries": made.entries,
        "checkpoint": made.checkpoint,
    }  # fmt: skip


@click.command(help=_("Put the backup in the folder BACKUP in the place of the register. Two officers declare it, with "
                      "their passphrases of the day of the backup. What lies there now is kept."))  # fmt: skip
@click.argument("backup_folder", metavar="BACKUP")
@click.option("--reason", required=True, metavar="TEXT", help=_("Why."))
@at_register(second=True)
def restore(door: Door, backup_folder: str, reason: str) -> None:
    """Restore a backup."""
    found, target = read_backup(Path(backup_folder)), door.path
    tell(_("Backup of {when} UTC with {count} entries, to be put in place at “{path}”.").format(
        when=moment_words(found.made_at, "UTC"), count=found.entries, path=target))  # fmt: skip
    declared = Declared(_first(door), _second(door), reason)
    around = surroundings(door.program)
    with progress_line(_("Restoring")):
        restored = restore_backup(found.path, target, declared, around=around)
    kept = str(restored.kept) if restored.kept else None
    if door.json:
        say_json({"folder": str(target), "kept": kept, "entries": restored.entries, "backup_entries": found.entries})
        return
    say(_("Restored to “{path}”, {count} entries.").format(path=target, count=restored.entries))
    if kept:
        say(_("What lay there before is kept as “{kept}”.").format(kept=kept))
    say(_("The history says that it was restored. Tell the registry, and enter again what is missing."))


def _first(door: Door) -> Credentials:
    name = door.officer_name
    label = _("Passphrase of {name}, of the day of the backup").format(name=name)
    return Credentials(name, secret(label, descriptor=door.passphrase_fd, variable=OWN))


def _second(door: Door) -> Credentials:
    name = second_name(door)
    return Credentials(name, second_secret(door, _("Passphrase of {name}, of the day of the backup").format(name=name)))
