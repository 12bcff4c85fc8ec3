"""`armoury reference`: the edition of each dataset that is in force, its words, and national files adopted by two."""

from dataclasses import asdict

import click

from armoury.cli.approving import approvals_for, told
from armoury.cli.files import read_text
from armoury.cli.groups import ListingGroup
from armoury.cli.output import plain, say_json, say_table
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.written import say_written
from armoury.i18n import _
from armoury.services import reference as national
from armoury.services.reference import DatasetLine

LARGEST_REFERENCE = 20_000_000


@click.group(
    cls=ListingGroup,
    help=_("List the reference data with their editions; show the words of one; or adopt a national file."),
)
def reference() -> None:
    """Work on reference data."""


@reference.command("list", help=_("List the datasets: the edition shipped with the program, and the national file."))
@at_register()
def list_(door: Door) -> None:
    """List datasets."""
    with at_desk(door) as desk:
        found = national.datasets(desk)
    if door.json:
        say_json([plain({**asdict(each), "from": each.origin}) for each in found])
        return
    headings = [_("Dataset"), _("Shipped"), _("National"), _("In force"), _("Authority")]
    say_table(headings, [_row(each) for each in found])


@reference.command(help=_("Show the words of the list DATASET: the id, by which it is entered, and the name."))
@click.argument("dataset")
@click.option("--find", default="", metavar="TEXT", help=_("Only those that hold it in id, name or synonyms."))
@at_register()
def show(door: Door, dataset: str, find: str) -> None:
    """Show a dataset."""
    with at_desk(door) as desk:
        found = national.words_of(desk, dataset, find)
    if door.json:
        say_json([asdict(each) for each in found])
        return
    say_table([_("Id"), _("Name")], [(each.id, each.name) for each in found])


def _row(line: DatasetLine) -> tuple[object, ...]:
    in_force = {"shipped": _("shipped"), "national": _("national"), "both": _("both")}[line.origin]
    return (line.dataset, line.shipped, line.national, in_force, line.authority)


@reference.command(help=_("Adopt the national FILE in the place of the one adopted before for its dataset; without "
                          "“replaces” it adds to what is shipped. Two officers stand for it."))  # fmt: skip
@click.argument("file")
@click.option("--authority", required=True, metavar="TEXT", help=_("Who issued it."))
@at_register(second=True)
def adopt(door: Door, file: str, authority: str) -> None:
    """Adopt a national file."""
    otherwise = _("“{name}” is not text. Name a national file of reference data, in JSON.").format(name=file)
    text = read_text(file, largest=LARGEST_REFERENCE, otherwise=otherwise)
    with at_desk(door) as desk:
        act = national.plan_adoption(desk, text, authority)
        changes = told(national.adopt(desk, act, approvals_for(door, desk, act)))
    say_written(door, changes)
