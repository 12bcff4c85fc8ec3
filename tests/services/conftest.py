"""A register with two officers who may do everything, made once and copied for each test; the clock stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.domain.duties import load_duties
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from tests.services.stock import FIRST, FIRST_PASSPHRASE, SECOND, SECOND_PASSPHRASE, StandingClock, furnish

COST = KeyCost(64, 1, 1, for_tests=True)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed register with a site, a room and two racks."""
    folder = tmp_path_factory.mktemp("furnished")
    around = Surroundings(StandingClock(), folder / "memory")
    path = folder / "main.armoury"
    roles = tuple(load_duties().roles)
    officers = [
        FirstOfficer(FIRST, "Sample First", FIRST_PASSPHRASE, roles),
        FirstOfficer(SECOND, "Sample Second", SECOND_PASSPHRASE, roles),
    ]
    found_register(path, Site("Main", "BB", "America/Barbados", "Police"), officers, around=around, cost=COST)
    with sign_in(path, FIRST, FIRST_PASSPHRASE, around=around, cost=COST) as desk:
        furnish(desk)
    return path


@pytest.fixture
def clock() -> StandingClock:
    """The clock of the desk, which a test may set forward."""
    return StandingClock()


@pytest.fixture
def desk(furnished: Path, tmp_path: Path, clock: StandingClock) -> Iterator[Desk]:
    """The first officer's desk at a copy of the furnished register."""
    path = tmp_path / "main.armoury"
    shutil.copytree(furnished, path)
    around = Surroundings(clock, tmp_path / "memory")
    with sign_in(path, FIRST, FIRST_PASSPHRASE, around=around, cost=COST) as opened:
        yield opened
