"""The register of `tests.registers` with places and every role for both officers: made once, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.domain.duties import load_duties
from armoury.services.desk import Desk
from armoury.services.founding import FirstOfficer, found_register
from armoury.store.opening import Surroundings
from tests.registers import COST, PASSPHRASES, SITE, SetClock, desk_of
from tests.services.stock import FIRST, SECOND, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed register with a site, a room and two racks."""
    folder = tmp_path_factory.mktemp("furnished")
    path, around = folder / "main.armoury", Surroundings(SetClock(), folder / "memory")
    roles = tuple(load_duties().roles)
    officers = [FirstOfficer(name, f"Sample {name}", PASSPHRASES[name], roles) for name in (FIRST, SECOND)]
    found_register(path, SITE, officers, around=around, cost=COST)
    with desk_of(path, FIRST, around) as desk:
        furnish(desk)
    return path


@pytest.fixture
def stocked(furnished: Path, tmp_path: Path, around: Surroundings) -> Iterator[Desk]:
    """The first officer's desk at a copy of the furnished register."""
    path = tmp_path / "stocked" / "main.armoury"
    shutil.copytree(furnished, path)
    with desk_of(path, FIRST, around) as opened:
        yield opened


@pytest.fixture
def desk(stocked: Desk) -> Desk:
    """In this folder the desk may do everything, and there are places to put weapons in."""
    return stocked
