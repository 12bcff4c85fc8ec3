"""The disk fills up at every stage of an act: a sentence, nothing acknowledged lost, and the register is whole.

Twice: on a small disk that is really full (a tmpfs, where the tests may mount one), and by a limit on the size of
files, which any user can set.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.acts import SCENARIOS
from tests.fault.conftest import Trial, begin, judge
from tests.fault.scene import Scene

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limits and mounts of these tests are POSIX")

DISK = 24 * 1024 * 1024
PAGE = 4096
STEPS = 12


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk."""
    place = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def ladder(most: int) -> Iterator[int]:
    """Rise from nothing to enough, in steps that grow; the last gives room for everything."""
    for step in range(STEPS):
        yield int(most * (step / STEPS) ** 2) // PAGE * PAGE
    yield most


def sizes(home: Path) -> list[int]:
    return [each.stat().st_size for each in home.rglob("*") if each.is_file()]


def judge_answer(answer: dict, scene: Scene, acknowledged: Path, room: int, *, enough: bool) -> None:
    try:
        assert not enough or "error" not in answer
        assert answer.get("storage", True)
        assert answer.get("error", "A sentence.").endswith(".")
        judge(scene, acknowledged)
    except Exception as problem:
        problem.add_note(f"room {room}, {answer}")
        raise


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_full_disk_loses_nothing(
    scenario: str, request: pytest.FixtureRequest, trial: Trial, tmp_path: Path, disk: Path
) -> None:
    acknowledged = tmp_path / "acknowledged"
    before = sum(sizes(begin(request, scenario, tmp_path / "dry").home))
    dry = Scene(tmp_path / "dry")
    trial(scenario, dry, 0)
    needed = 2 * (sum(sizes(dry.home)) - before) + 1024 * 1024
    failed = 0
    for room in ladder(needed):
        acknowledged.unlink(missing_ok=True)
        scene = begin(request, scenario, disk / "scene")
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(max(0, free - room)))
        answer = trial(scenario, scene, 0, acknowledged=str(acknowledged))
        ballast.unlink()
        failed += "error" in answer
        judge_answer(answer, scene, acknowledged, room, enough=room == needed)
    assert failed


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_file_that_cannot_grow_loses_nothing(
    scenario: str, request: pytest.FixtureRequest, trial: Trial, tmp_path: Path
) -> None:
    acknowledged = tmp_path / "acknowledged"
    dry = begin(request, scenario, tmp_path / "dry")
    trial(scenario, dry, 0)
    most = 2 * max(sizes(dry.home)) + 1024 * 1024
    failed = 0
    for room in ladder(most):
        acknowledged.unlink(missing_ok=True)
        scene = begin(request, scenario, tmp_path / "trial")
        answer = trial(scenario, scene, 0, acknowledged=str(acknowledged), largest=room)
        failed += "error" in answer
        judge_answer(answer, scene, acknowledged, room, enough=room == most)
    assert failed
