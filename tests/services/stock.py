"""What the tests of services work with: places, people and weapons of a made-up armoury."""

from typing import Any

from armoury.domain.records.weapon import Weapon
from armoury.services.desk import Desk
from armoury.services.places import add_place, place_by_code
from armoury.services.weapons import draft, register, weapon_of

PISTOL = {
    "maker_text": "Glock", "country": "AT", "model_text": "Glock 17", "calibre_text": "9x19",
    "ownership": "state_service", "agency": "police", "source": "purchase",
}  # fmt: skip


def furnish(desk: Desk) -> None:
    """Make a site with one room of two racks."""
    add_place(desk, "HQ", "Headquarters", "site")
    add_place(desk, "ARM", "Armoury", "room", "HQ")
    add_place(desk, "R1", "Rack one", "rack", "ARM")
    add_place(desk, "R2", "Rack two", "rack", "ARM")


def pistol(desk: Desk, serial: str, **fields: Any) -> Weapon:
    """Draft a pistol in rack R1."""
    return draft(desk, **{**PISTOL, "serial": serial, "place": place_by_code(desk, "R1").id, **fields})


def registered(desk: Desk, serial: str, **fields: Any) -> Weapon:
    """Register a pistol and return it as the register has it."""
    weapon = pistol(desk, serial, **fields)
    register(desk, [weapon])
    return weapon_of(desk, weapon.id)
