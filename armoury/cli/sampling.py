"""`armoury sample`: a register of invented weapons, of any size, the same for the same seed."""

import shutil
from dataclasses import asdict

import click

from armoury.bootstrap import surroundings
from armoury.cli.output import say, say_card, say_json
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, free_folder, with_json
from armoury.i18n import _
from armoury.services.sample import SAMPLE_PASSPHRASES, make_sample


@click.command(help=_("Make the register FOLDER with invented places, people and weapons, marked as a sample."))
@click.argument("folder")
@click.option("--weapons", default=1000, show_default=True, type=click.IntRange(1, 5_000_000), help=_("How many."))
@click.option("--seed", default=1, show_default=True, help=_("Another seed gives another register."))
@with_json
def sample(door: Door, folder: str, weapons: int, seed: int) -> None:
    """Make a sample register."""
    path = free_folder(folder)
    try:
        with progress_line(_("Weapons")) as progress:
            facts = make_sample(path, weapons, around=surroundings(door.program), seed=seed, progress=progress)
    except BaseException:
        # Half a sample is of no use to anybody, and nothing in it is real.
        shutil.rmtree(path, ignore_errors=True)
        raise
    made = {name: value for name, value in asdict(facts).items() if name not in ("recovery", "path")}
    if door.json:
        say_json({**made, "folder": str(path), "passphrases": dict(SAMPLE_PASSPHRASES)})
        return
    say(_("Made “{folder}” with {weapons} invented weapons and {entries} entries.").format(folder=path, **made))
    # These protect nothing: they are printed in the program's own source and open invented data only.
    say_card(_("Sample officers and their passphrases"), SAMPLE_PASSPHRASES.items())
