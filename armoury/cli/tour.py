"""`armoury tour`: the main job on sample data, each step in a line, and where the outputs lie."""

import shutil
from pathlib import Path
from time import monotonic
from typing import Any

import click

from armoury.bootstrap import surroundings
from armoury.cli.output import columns_of, say, say_card, say_json
from armoury.cli.session import Door, with_json
from armoury.cli.tour_scene import REGISTER, Scene
from armoury.cli.tour_steps import STEPS
from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.paths import data_folder
from armoury.services.sample import SAMPLE_PASSPHRASES
from armoury.store.opening import Surroundings

MARK = ".armoury-tour"
"""Lies in a folder that a tour made, which the next tour may therefore clear."""


@click.command(help=_("Take the tour: the main job, step by step, on a sample register in a folder of its own."))
@click.option("--folder", metavar="FOLDER", help=_("Where; else tour/ in the user's data folder."))
@click.option("--weapons", default=1000, show_default=True, type=click.IntRange(10, 1_000_000), help=_("How many."))
@with_json
def tour(door: Door, folder: str | None, weapons: int) -> None:
    """Take the tour."""
    place = _fresh(Path(folder) if folder else data_folder() / "tour")
    # A memory of its own: the tour puts an older copy in place, which the user's own memory must not learn.
    around = Surroundings(surroundings(door.program).clock, place / "last-seen")
    scene = Scene(place, around, weapons)
    began = monotonic()
    done = [_walk(scene, number, quiet=door.json) for number in range(len(STEPS))]
    seconds = monotonic() - began
    if door.json:
        outputs = {path.name: str(path) for _words, path in scene.outputs}
        say_json({"folder": str(place), "seconds": round(seconds, 1), "steps": done, "outputs": outputs})
        return
    _end(scene, seconds)


def _fresh(place: Path) -> Path:
    """Return an empty folder for the tour; what an earlier tour left there is cleared, nothing else ever.

    Raises:
        StorageError: the folder holds something else, or cannot be written.
    """
    try:
        if (place / MARK).is_file():
            shutil.rmtree(place)
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise StorageError(_("“{folder}” is not empty. Name another with --folder.").format(folder=place))
        place.mkdir(parents=True, exist_ok=True)
        (place / MARK).touch()
    except OSError as problem:
        raise StorageError(
            _("“{folder}” cannot be used for the tour: {why}. Name another with --folder, or one for everything "
              "in ARMOURY_HOME.").format(folder=place, why=problem.strerror)
        ) from problem  # fmt: skip
    return place.absolute()


def _walk(scene: Scene, number: int, *, quiet: bool) -> dict[str, Any]:
    words, step = STEPS[number]
    began = monotonic()
    detail = step(scene)
    seconds = monotonic() - began
    if not quiet:
        wide = max(columns_of(each()) for each, _step in STEPS)
        title = words() + " " * (wide - columns_of(words()))
        say(f"✓ {title}  {seconds:5.1f} s  {detail}")
    return {"step": words(), "seconds": round(seconds, 2), "detail": detail}


def _end(scene: Scene, seconds: float) -> None:
    say()
    say_card(_("All done in {seconds:.0f} s. It lies here:").format(seconds=seconds), [
        (words, str(path)) for words, path in scene.outputs
    ])  # fmt: skip
    say()
    say_card(_("Look around yourself; these passphrases open invented data only:"), [
        *SAMPLE_PASSPHRASES.items(),
    ])  # fmt: skip
    say()
    say(f"armoury find glock --register {scene.folder / REGISTER} --officer storekeeper")
