"""A founded register for any test: built once, copied for each test, at a time that moves only by hand.

Two officers have founded it, `cdr` and `adm`, who may decide on officers and rights; a second one also has an armourer
and a storekeeper. Keys cost next to nothing here.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from armoury.services.acts import Approval, approve
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.officers import NewOfficer, plan_new_officer, write_with_slot
from armoury.signing.recovery import RecoveryKey
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from armoury.store.steps import Act

pytest_plugins = ["tests.softhsm"]

COST = KeyCost(64, 1, 1, for_tests=True)
PASSPHRASES = {
    "cdr": "seven brown mules cross",
    "adm": "quiet lamp over water",
    "arm": "green boats at anchor",
    "sto": "three crates by the door",
}
"""By sign-in name."""

ROLES: dict[str, Sequence[str]] = {"cdr": ("commander",), "adm": ("administrator",)}
SITE = Site("Sample Main Armoury", "BB", "America/Barbados", "Sample Defence Force", "defence_force", "depot")
NOON = 1_790_000_000_000
"""2026-09-21T14:13:20Z, when the template is founded."""


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: int = NOON) -> None:
        """Begin at a time in milliseconds since 1970."""
        self.now = now

    def __call__(self) -> int:
        """Return the time."""
        return self.now

    def forward(self, milliseconds: int) -> None:
        """Let time pass; a negative number sets the clock back."""
        self.now += milliseconds


Second = Callable[..., Approval]


@pytest.fixture
def clock() -> SetClock:
    """The time at which the test happens, an hour after the register was founded."""
    return SetClock(NOON + 3_600_000)


@pytest.fixture
def around(clock: SetClock, tmp_path: Path) -> Surroundings:
    """The clock, and a memory of last-seen checkpoints of the test's own."""
    return Surroundings(clock, tmp_path / "memory")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RecoveryKey]:
    """The register that all tests copy, closed, with its recovery key."""
    folder = tmp_path_factory.mktemp("template")
    path, around = folder / "main.armoury", Surroundings(SetClock(), folder / "memory")
    officers = [FirstOfficer(name, f"Sample {name}", PASSPHRASES[name], tuple(ROLES[name])) for name in ("cdr", "adm")]
    return path, found_register(path, SITE, officers, around=around, cost=COST)


@pytest.fixture
def register_path(template: tuple[Path, RecoveryKey], tmp_path: Path) -> Path:
    """A copy of the template register for this test alone, closed."""
    path = tmp_path / "main.armoury"
    shutil.copytree(template[0], path)
    return path


@pytest.fixture
def recovery_key(template: tuple[Path, RecoveryKey]) -> RecoveryKey:
    """What the two half-sheets of the register say."""
    return template[1]


@pytest.fixture
def desk(register_path: Path, around: Surroundings) -> Iterator[Desk]:
    """The desk, taken by the commander."""
    with desk_of(register_path, "cdr", around) as opened:
        yield opened


@pytest.fixture(scope="session")
def staffed_template(template: tuple[Path, RecoveryKey], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with an armourer (`arm`) and a storekeeper (`sto`) beside its founders."""
    folder = tmp_path_factory.mktemp("staffed")
    path = folder / "main.armoury"
    shutil.copytree(template[0], path)
    with desk_of(path, "cdr", Surroundings(SetClock(), folder / "memory")) as desk:
        for name, role in (("arm", "armourer"), ("sto", "storekeeper")):
            planned = plan_new_officer(desk, NewOfficer(name, PASSPHRASES[name], (role,), f"Sample {name}"))
            write_with_slot(desk, planned, [second_approval(desk, planned.act)])
    return path


@pytest.fixture
def staffed_path(staffed_template: Path, tmp_path: Path) -> Path:
    """A copy of the staffed register for this test alone, closed."""
    path = tmp_path / "staffed.armoury"
    shutil.copytree(staffed_template, path)
    return path


@pytest.fixture
def second() -> Second:
    """Approve an act as a second officer: `second(desk, act)`, or `second(desk, act, "cdr")`."""
    return second_approval


def desk_of(path: Path, name: str, around: Surroundings) -> Desk:
    """Sign an officer of the template in."""
    return sign_in(path, name, PASSPHRASES[name], around=around, cost=COST)


def second_approval(desk: Desk, act: Act, name: str = "adm") -> Approval:
    """Approve an act with the passphrase of an officer of the template."""
    return approve(desk, act, name, PASSPHRASES[name])
