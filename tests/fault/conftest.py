"""The register that is killed, built once and copied for every trial, and the process that dies."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from armoury.store.engine import make_engine
from armoury.store.upgrade import move_schema
from tests.fault.scene import Scene, build

Trial = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A register with a little of everything."""
    scene = Scene(tmp_path_factory.mktemp("template"))
    build(scene)
    return scene


@pytest.fixture
def scene(template: Scene, tmp_path: Path) -> Scene:
    """A copy of it for this test alone."""
    return copy_of(template, tmp_path / "scene")


@pytest.fixture(scope="session")
def older(template: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same register in the format before this one."""
    scene = copy_of(template, tmp_path_factory.mktemp("older") / "scene")
    with scene.desk() as desk:
        path, key = desk.register.folder.database, desk.register.data_key
    engine = make_engine(path, key)
    move_schema(engine, "r0001")
    engine.dispose()
    return scene


def copy_of(template: Scene, home: Path) -> Scene:
    """Copy a closed register."""
    shutil.copytree(template.home, home)
    return Scene(home)


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Run one trial in the process that dies: `trial(scenario, home, seed, call=…)` or `after=…`."""
    errors = tmp_path_factory.mktemp("kills") / "errors"
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.kills"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stream,
            text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        said, asked = process.stdout, process.stdin
        assert asked is not None
        assert said is not None

        def run(scenario: str, home: Path, seed: int, *, call: int | None = None, after: float | None = None) -> Any:
            line = json.dumps({"scenario": scenario, "home": str(home), "seed": seed, "call": call, "after": after})
            asked.write(line + "\n")
            asked.flush()
            answer = json.loads(said.readline())
            assert answer["code"] <= 0, errors.read_text()
            return answer

        yield run
        asked.close()
        process.wait(30)
        said.close()
