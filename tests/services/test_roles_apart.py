"""Officers with one role each: what two of them do together passes the check; what their roles forbid is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.domain.errors import PermissionRefusedError
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.places import add_place, place_by_code
from armoury.services.weapons import carry_out_registration, draft, plan_correction, plan_registration, register
from armoury.store.opening import Surroundings
from tests.registers import desk_of, second_approval
from tests.services.stock import PISTOL, whole


@pytest.fixture
def keeper(staffed_path: Path, around: Surroundings) -> Iterator[Desk]:
    """The storekeeper's desk, with one pistol in its rack."""
    with desk_of(staffed_path, "sto", around) as desk:
        add_place(desk, "R1", "Room one", "room")
        register(desk, [_pistol(desk, "SAME1")])
        yield desk


def _pistol(desk: Desk, serial: str):
    return draft(desk, **PISTOL, serial=serial, place=place_by_code(desk, "R1").id)


def test_a_commander_confirms_a_duplicate_of_the_storekeeper(keeper: Desk):
    planned = plan_registration(keeper, [_pistol(keeper, "SAME1")])
    carry_out_registration(keeper, planned, [second_approval(keeper, planned.act, "cdr")])
    assert whole(keeper)


def test_a_commander_confirms_a_correction_into_a_duplicate(keeper: Desk):
    other = register(keeper, [_pistol(keeper, "OTHER2")]).ids[0]
    act = plan_correction(keeper, other, {"serial": "SAME1"}, "misread")
    carry_out(keeper, act, [second_approval(keeper, act, "cdr")])
    assert whole(keeper)


def test_an_armourer_cannot_confirm_a_duplicate(keeper: Desk):
    planned = plan_registration(keeper, [_pistol(keeper, "SAME1")])
    with pytest.raises(PermissionRefusedError):
        second_approval(keeper, planned.act, "arm")
