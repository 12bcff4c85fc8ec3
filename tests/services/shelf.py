"""Weapons put into a register as they are, to be found again."""

from pathlib import Path
from typing import Any

from armoury.domain.clock import system_clock
from armoury.domain.ids import new_uuid7
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import new_tag
from armoury.services.acts import carry_out, plan
from armoury.services.desk import Desk, sign_in
from armoury.services.sample import SAMPLE_PASSPHRASES, make_sample
from armoury.services.weapons import weapon_of
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from armoury.store.steps import step
from tests.services.stock import rack

CHEAP = KeyCost(64, 1, 1, for_tests=True)


def put(desk: Desk, **fields: Any) -> Weapon:
    """Store a weapon with just these fields, in rack R1 unless it is said to be elsewhere."""
    with desk.read() as connection:
        number = connection.exec_driver_sql("SELECT coalesce(max(number), 0) + 1 FROM weapon").scalar_one()
    where = {} if {"place", "holder", "transfer", "end"} & set(fields) else {"place": rack(desk)}
    weapon = Weapon(**{"id": new_uuid7(desk.now()), "number": number, "tag": new_tag(), **where, **fields})
    carry_out(desk, plan(desk, "weapon.registered", [step("weapon.registered", None, weapon)]))
    return weapon_of(desk, weapon.id)


def change(desk: Desk, before: Weapon, after: Weapon) -> None:
    """Store a weapon's record anew."""
    carry_out(desk, plan(desk, "weapon.corrected", [step("weapon.corrected", before, after)], reason="Test"))


def sample(folder: Path, weapons: int, *, seed: int = 1) -> Path:
    """Make a sample register that is quick to open."""
    path = folder / "sample.armoury"
    make_sample(path, weapons, around=around(folder), cost=CHEAP, seed=seed)
    return path


def around(folder: Path) -> Surroundings:
    """Give the clock and the memory of last-seen checkpoints."""
    return Surroundings(system_clock, folder / "memory")


def at_desk(path: Path, name: str = "storekeeper") -> Desk:
    """Sign in to a sample register."""
    return sign_in(path, name, SAMPLE_PASSPHRASES[name], around=around(path.parent))
