"""The tour, taken once as a user would: no display, the C locale, a home that cannot be written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tour")


def take(place: Path, *words: object) -> "subprocess.CompletedProcess[bytes]":
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "LANG")}
    env |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "HOME": "/proc/nowhere"}
    env |= {"ARMOURY_HOME": str(place / "home"), "PYTHONPATH": str(ROOT)}
    words = ("tour", "--weapons", 100, *words)
    return subprocess.run(
        [sys.executable, "-m", "armoury", *map(str, words)], env=env, cwd=place, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def tour(place: Path) -> "subprocess.CompletedProcess[bytes]":
    return take(place)


def test_every_step_is_done(tour):
    assert tour.returncode == 0, tour.stderr
    assert tour.stdout.decode("ascii").count("\n+ ") == 20
    assert tour.stdout.startswith(b"+ ")


def test_nothing_is_complained_of(tour):
    assert tour.stderr == b""


def test_the_outputs_lie_where_it_says(tour, place):
    folder = place / "home" / "data" / "tour"
    for name in ("Sample.armoury", "checkpoint.txt", "photograph.png", "backups"):
        assert (folder / name).exists()
        assert str(folder / name) in tour.stdout.decode("ascii")


def test_a_second_tour_takes_the_place_of_the_first(tour, place):
    again = take(place, "--json")
    said = json.loads(again.stdout)
    assert len(said["steps"]) == 21
    assert Path(said["folder"], "Sample.armoury").is_dir()


def test_a_folder_with_other_things_is_left_alone(place):
    other = place / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine", encoding="utf-8")
    assert take(place, "--folder", other).returncode == 4
    assert [each.name for each in other.iterdir()] == ["letter.txt"]
