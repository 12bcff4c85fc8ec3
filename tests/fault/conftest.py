"""The register that is killed, built once and copied for every trial, and the process that dies."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from armoury.store.backup import make_backup
from armoury.store.checking import check_register
from tests.data.registers import make_r0001 as kept
from tests.fault.acts import KEPT, books_are_whole, bundles_are_whole, certificates_can_be_issued
from tests.fault.scene import OLDEST, START, THIRD, Scene, add_officer, build, found, remark, take_stock, weapon_ids

Trial = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A register with a little of everything."""
    scene = Scene(tmp_path_factory.mktemp("template"))
    build(scene)
    return scene


@pytest.fixture(scope="session")
def staffed(template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same register with a third officer, who can be removed."""
    scene = copy_of(template, tmp_path_factory.mktemp("staffed") / "scene")
    with scene.desk() as desk:
        add_officer(desk, THIRD)
    return scene


@pytest.fixture(scope="session")
def backed_up(template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same register with a backup beside it, and an act done since."""
    scene = copy_of(template, tmp_path_factory.mktemp("backed_up") / "scene")
    with scene.desk() as desk:
        make_backup(desk.register, scene.home / "stick")
        remark(desk, weapon_ids(desk)[1], "after the backup")
    return scene


@pytest.fixture(scope="session")
def counted(template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same register with a closed stock-take."""
    scene = copy_of(template, tmp_path_factory.mktemp("counted") / "scene")
    with scene.desk() as desk:
        take_stock(desk)
    return scene


@pytest.fixture
def scene(template: Scene, tmp_path: Path) -> Scene:
    """A copy of it for this test alone."""
    return copy_of(template, tmp_path / "scene")


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The register that was kept in the first format."""
    scene = Scene(tmp_path_factory.mktemp("older") / "scene")
    shutil.copytree(kept.FOLDER, scene.path)
    (scene.home / OLDEST).touch()
    return scene


def copy_of(template: Scene, home: Path) -> Scene:
    """Copy a closed register."""
    shutil.copytree(template.home, home)
    return Scene(home)


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Run one trial in the process that dies: `trial(scenario, scene, seed, …)`."""
    errors = tmp_path_factory.mktemp("kills") / "errors"
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.kills"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stream,
            text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        said, asked = process.stdout, process.stdin
        assert asked is not None
        assert said is not None

        def run(scenario: str, scene: Scene, seed: int, **moment: Any) -> Any:
            default = {"acknowledged": str(scene.home / "acknowledged"), "call": None, "after": None, "largest": None}
            asked.write(json.dumps({"scenario": scenario, "home": str(scene.home), "seed": seed, **default, **moment}))
            asked.write("\n")
            asked.flush()
            answer = json.loads(said.readline())
            assert answer["code"] in (0, -signal.SIGKILL), answer.get("crash") or errors.read_text()
            return answer

        yield run
        asked.close()
        process.wait(30)
        said.close()


BEGINNING = {
    "founding": "nothing",
    "upgrade": "older",
    "reset": "staffed",
    "removal": "staffed",
    "restore": "backed_up",
    "certifying": "counted",
}


def begin(request: pytest.FixtureRequest, scenario: str, home: Path) -> Scene:
    """Lay out what a scenario starts from."""
    shutil.rmtree(home, ignore_errors=True)
    beginning = BEGINNING.get(scenario, "template")
    if beginning == "nothing":
        home.mkdir()
        return Scene(home)
    return copy_of(request.getfixturevalue(beginning), home)


def judge(scene: Scene, acknowledged: Path | None = None) -> None:
    """Find the register whole, and everything in it that was acknowledged."""
    path = acknowledged or scene.home / "acknowledged"
    done = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    if not done and not scene.path.exists() and not list(scene.home.glob("*.restoring")):
        found(scene)
    with scene.desk(start=START + 36_000_000) as desk:
        for place, each in enumerate(done):
            KEPT[each["act"]](desk, each, done[place + 1 :])
        books_are_whole(desk)
        certificates_can_be_issued(desk)
        bundles_are_whole(desk, scene.home)
        assert check_register(desk.register, deep=True).findings == ()
