"""A register with ammunition for the tests of the command line: two racks, two items, three lots, one receipt."""

from pathlib import Path
from typing import Any

from armoury.domain.clock import system_clock
from armoury.domain.duties import load_duties
from armoury.services.acts import approve, carry_out
from armoury.services.ammunition import plan_item, plan_lot
from armoury.services.ammunition_vouchers import Amount, carry_out_vouchers, draft_voucher, plan_vouchers
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.places import add_place, place_by_code
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from tests.cli.calls import FIRST, SECOND

COST = KeyCost(64, 1, 1, for_tests=True)
BALL = {
    "name": "Cartridge 9 mm ball", "nature": "ball", "calibre_text": "9x19", "un_number": "0012",
    "hazard_division": "1.4", "compatibility_group": "S", "neq_micrograms": 400_000, "unit_of_issue": "box",
    "unit_quantity": 50,
}  # fmt: skip
SMOKE = {
    "name": "Smoke cartridge", "nature": "smoke", "un_number": "0303", "hazard_division": "1.4",
    "compatibility_group": "G", "unit_of_issue": "item",
}  # fmt: skip


def make_depot(folder: Path) -> Path:
    """Make a closed register whose two officers may do everything; 1000 of LC-26-A lie in R1 by voucher 1."""
    path, around = folder / "Main.armoury", Surroundings(system_clock, folder / "memory")
    roles = tuple(load_duties().roles)
    officers = [FirstOfficer("cdr", "Commander One", FIRST, roles), FirstOfficer("adm", "Admin Two", SECOND, roles)]
    found_register(path, Site("Main", "BB", "America/Barbados", "Police"), officers, around=around, cost=COST)
    with sign_in(path, "cdr", FIRST, around=around, cost=COST) as desk:
        _furnish(desk)
    return path


def _furnish(desk: Desk) -> None:
    add_place(desk, "ARM", "Armoury", "room")
    for code in ("R1", "R2"):
        add_place(desk, code, f"Rack {code}", "rack", "ARM")
    ball, smoke = (_entered(desk, plan_item(desk, code=code, **fields)) for code, fields in
                   (("9-BALL", BALL), ("SMOKE", SMOKE)))  # fmt: skip
    first = _entered(desk, plan_lot(desk, ball, lot_number="LC-26-A", maker_text="CBC", condition="iatg_a"))
    _entered(desk, plan_lot(desk, ball, lot_number="LC-26-B", maker_text="CBC", condition="iatg_c"))
    _entered(desk, plan_lot(desk, smoke, lot_number="SMK-1", condition="iatg_a"))
    terms = {"authority": "Order 1", "party": "Sample supplier", "giver": "Sample Driver"}
    place = place_by_code(desk, "R1").id
    planned = plan_vouchers(desk, [draft_voucher(desk, "receipt", [Amount(first, 1000)], place=place, **terms)])
    carry_out_vouchers(desk, planned, [approve(desk, planned.act, "adm", SECOND)])


def _entered(desk: Desk, planned: Any) -> str:
    return carry_out(desk, planned.act).ids[0]
