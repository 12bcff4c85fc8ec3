"""A serial that was corrected is still found, as a former one."""

import pytest

from armoury.services.desk import Desk
from armoury.services.former import former_serials
from armoury.services.weapons import correct
from tests.services.stock import registered


@pytest.mark.parametrize("typed", ["A0008", "a 0008", "A-0008"])
def test_a_former_serial_names_the_weapon_and_the_entry(desk: Desk, typed: str) -> None:
    weapon = registered(desk, "A0008")
    entry = correct(desk, weapon.id, {"serial": "A0009"}, "misread").last
    (found,) = former_serials(desk, typed)
    assert (found.number, found.serial, found.entry) == (weapon.number, "A0008", entry)


@pytest.mark.parametrize("typed", ["A0009", "", "-"])
def test_what_no_correction_replaced_is_no_former_serial(desk: Desk, typed: str) -> None:
    weapon = registered(desk, "A0008")
    correct(desk, weapon.id, {"serial": "A0009"}, "misread")
    assert former_serials(desk, typed) == ()
