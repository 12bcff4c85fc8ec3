"""SIGKILL at random moments: the register opens, the deep check passes, nothing acknowledged is missing.

A half of the kills falls after a random time, the other half in front of or behind a random call that touches the disk.
`--kills` says how often each scenario is killed.
"""

import random
import sys
from pathlib import Path

import pytest

from tests.fault.acts import SCENARIOS
from tests.fault.conftest import Trial, begin, judge

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL and no fork")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_acknowledged_is_lost(
    scenario: str, request: pytest.FixtureRequest, trial: Trial, tmp_path: Path
) -> None:
    kills: int = request.config.getoption("--kills")
    chance = random.Random(scenario)
    dry = trial(scenario, begin(request, scenario, tmp_path / "dry"), 0, call=0)
    whole = begin(request, scenario, tmp_path / "dry")
    seconds = trial(scenario, whole, 0)["seconds"]
    judge(whole)
    for turn in range(kills):
        scene = begin(request, scenario, tmp_path / "trial")
        moment = {"call": chance.randint(1, dry["calls"])} if turn % 2 else {"after": chance.uniform(0, seconds)}
        answer = trial(scenario, scene, turn, **moment)
        try:
            assert "error" not in answer
            assert answer["killed"] or turn % 2 == 0
            judge(scene)
        except Exception as problem:
            problem.add_note(f"{scenario}, kill {turn}, {moment}")
            raise
