"""What a command answers when it wrote one thing: the id and the entries, or a sentence."""

from armoury.cli.output import say, say_json
from armoury.cli.session import Door
from armoury.i18n import _
from armoury.store.steps import Changes


def say_written(door: Door, changes: Changes) -> None:
    """Say in which entry something was written; as JSON the id of its record and the first and last entry."""
    if door.json:
        say_json({"id": changes.ids[-1], "entries": [changes.first, changes.last]})
        return
    say(_("Written in entry {entry}.").format(entry=changes.last))
