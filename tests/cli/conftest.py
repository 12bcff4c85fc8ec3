"""A command line that is called in this process or as a real one, and a register to call it on."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from armoury.bootstrap import end_log
from armoury.cli.main import run
from armoury.domain.clock import system_clock
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from tests.cli.calls import FIRST, SECOND, environment
from tests.cli.depot import make_depot


@dataclass(frozen=True)
class Answer:
    """How a call ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote as JSON."""
        return json.loads(self.out)


Call = Callable[..., Answer]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with two officers, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("founded") / "Main.armoury"
    officers = [
        FirstOfficer("cdr", "Commander One", FIRST, ("commander", "administrator", "storekeeper", "armourer")),
        FirstOfficer("adm", "Admin Two", SECOND),
    ]
    around = Surroundings(system_clock, tmp_path_factory.mktemp("memory"))
    site = Site("Main Armoury", "BB", "America/Barbados", "Police")
    found_register(folder, site, officers, around=around, cost=KeyCost(64, 1, 1, for_tests=True))
    return folder


@pytest.fixture
def register(founded: Path, tmp_path: Path) -> Path:
    """A fresh copy of the register."""
    folder = tmp_path / "Main.armoury"
    folder.mkdir()
    for each in founded.iterdir():
        if each.is_file():
            (folder / each.name).write_bytes(each.read_bytes())
    return folder


@pytest.fixture
def signed_in(register: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with register, officer and both passphrases in the environment."""
    for name, value in environment(register).items():
        monkeypatch.setenv(name, value)
    return register


@pytest.fixture(scope="session")
def stocked_depot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with ammunition, made once; tests work on copies."""
    return make_depot(tmp_path_factory.mktemp("depot"))


@pytest.fixture
def depot(stocked_depot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of it, with register, officer and both passphrases in the environment."""
    folder = tmp_path / "Depot.armoury"
    shutil.copytree(stocked_depot, folder)
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process."""

    def called(*words: object) -> Answer:
        capsys.readouterr()
        try:
            code = run([str(each) for each in words])
        finally:
            end_log()
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return called
