"""A register with an approved act in its history, built once and copied for every crime."""

from collections.abc import Callable
from pathlib import Path

import pytest

from armoury.services.acts import approve, carry_out
from armoury.store.checking import Report, check_register
from tests.fault.conftest import copy_of
from tests.fault.scene import PASSPHRASES, SECOND, START, Scene, build, gone_act, weapon_ids

Check = Callable[..., Report]


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A register where two weapons left by acts of two officers, and a checkpoint is kept."""
    scene = Scene(tmp_path_factory.mktemp("honest"))
    build(scene)
    with scene.desk() as desk:
        for weapon in weapon_ids(desk)[3:5]:
            act = gone_act(desk, weapon)
            carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])
    return scene


@pytest.fixture
def scene(honest: Scene, tmp_path: Path) -> Scene:
    """A copy of it for this test alone."""
    return copy_of(honest, tmp_path / "scene")


@pytest.fixture
def check() -> Check:
    """Open the register as its officers would, and check it."""

    def run(scene: Scene, *, deep: bool = False) -> Report:
        with scene.desk(start=START + 72_000_000) as desk:
            return check_register(desk.register, deep=deep)

    return run
