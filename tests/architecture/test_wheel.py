"""An installed Armoury has all that the source tree has: the rooms and their resources."""

import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

from armoury import __version__
from tests.architecture.source import ROOT, files


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]))
    assert f"armoury-{__version__}-" in wheel
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module(names):
    assert {file.relative_to(ROOT).as_posix() for file in files("armoury")} <= names


def test_the_wheel_holds_every_resource(names):
    resources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert {f"armoury/{path}" for path in resources} <= names


def test_the_wheel_holds_nothing_of_the_tests(names):
    assert [name for name in names if name.startswith("tests/")] == []
