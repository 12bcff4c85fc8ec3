"""SIGKILL at random moments: the register opens, the deep check passes, nothing acknowledged is missing.

A half of the kills falls after a random time, the other half in front of or behind a random call that touches the disk.
`--kills` says how often each scenario is killed.
"""

import json
import random
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from armoury.store.checking import check_register
from tests.fault.acts import KEPT, SCENARIOS
from tests.fault.conftest import Trial, copy_of
from tests.fault.scene import START, Scene, found

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL and no fork")

BEGINNING = {"founding": "nothing", "upgrade": "older"}


def begin(request: pytest.FixtureRequest, scenario: str, home: Path) -> Scene:
    """Lay out what the scenario starts from."""
    shutil.rmtree(home, ignore_errors=True)
    beginning = BEGINNING.get(scenario, "template")
    if beginning == "nothing":
        home.mkdir()
        return Scene(home)
    return copy_of(request.getfixturevalue(beginning), home)


def acknowledged(scene: Scene) -> list[Mapping[str, Any]]:
    path = scene.home / "acknowledged"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def judge(scene: Scene) -> None:
    done = acknowledged(scene)
    if not scene.path.exists() and not done and not list(scene.home.glob("*.restoring")):
        found(scene)
    with scene.desk(start=START + 36_000_000) as desk:
        for each in done:
            KEPT[each["act"]](desk, each)
        report = check_register(desk.register, deep=True)
        assert report.findings == ()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_acknowledged_is_lost(
    scenario: str, request: pytest.FixtureRequest, trial: Trial, tmp_path: Path
) -> None:
    kills: int = request.config.getoption("--kills")
    chance = random.Random(scenario)
    begin(request, scenario, tmp_path / "dry")
    dry = trial(scenario, tmp_path / "dry", 0, call=0)
    begin(request, scenario, tmp_path / "dry")
    seconds = trial(scenario, tmp_path / "dry", 0)["seconds"]
    judge(Scene(tmp_path / "dry"))
    for turn in range(kills):
        scene = begin(request, scenario, tmp_path / "trial")
        moment = {"call": chance.randint(1, dry["calls"])} if turn % 2 else {"after": chance.uniform(0, seconds)}
        answer = trial(scenario, scene.home, turn, **moment)
        try:
            assert answer["killed"] or turn % 2 == 0
            judge(scene)
        except Exception as problem:
            problem.add_note(f"{scenario}, kill {turn}, {moment}")
            raise
