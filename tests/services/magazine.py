"""Ammunition for the tests of services: an item, lots, and vouchers that two officers sign."""

from typing import Any

from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher
from armoury.services.acts import carry_out
from armoury.services.ammunition import Planned, item_of, lot_of, plan_item, plan_lot
from armoury.services.ammunition_vouchers import (
    Amount,
    PlannedVouchers,
    carry_out_vouchers,
    draft_reversal,
    draft_voucher,
    plan_vouchers,
    voucher_numbered,
)
from armoury.services.desk import Desk
from armoury.store.steps import Changes
from tests.registers import second_approval
from tests.services.stock import rack

BALL: dict[str, Any] = {
    "code": "9-BALL", "name": "Cartridge 9 mm ball", "nature": "ball", "calibre_text": "9x19", "un_number": "0012",
    "hazard_division": "1.4", "compatibility_group": "S", "neq_micrograms": 400_000,
    "unit_of_issue": "box", "unit_quantity": 50,
}  # fmt: skip
TODAY = "2026-09-21"
"""The day of the tests at the site."""

SAID: dict[str, dict[str, Any]] = {
    "receipt": {"party": "Sample supplier", "giver": "Sample Driver"},
    "issue": {"party": "First company", "taker": "Sample Corporal"},
    "return": {"party": "First company", "giver": "Sample Corporal"},
    "transfer": {},
    "adjustment": {"reason": "count of the day"},
    "destruction": {},
}
"""What each kind of voucher must say beside its authority."""


def entered(desk: Desk, planned: Planned) -> str:
    """Carry out a planned item or lot; return its id."""
    return carry_out(desk, planned.act).ids[0]


def item(desk: Desk, **fields: Any) -> AmmunitionItem:
    """Enter an item."""
    return item_of(desk, entered(desk, plan_item(desk, **{**BALL, **fields})))


def lot(desk: Desk, number: str = "LC-26-A", *, of: AmmunitionItem | None = None, **fields: Any) -> Lot:
    """Enter a lot; of the usual item, which is entered with the first."""
    if of is None:
        with desk.read() as connection:
            row = connection.exec_driver_sql("SELECT id FROM ammunition WHERE code = ?", (BALL["code"],)).first()
        of = item_of(desk, row[0]) if row else item(desk)
    said = {"lot_number": number, "maker_text": "CBC", "condition": "iatg_a", **fields}
    return lot_of(desk, entered(desk, plan_lot(desk, of.id, **said)))


def draft(desk: Desk, kind: str, of: Lot, quantity: int, place: str = "R1", **fields: Any) -> Voucher:
    """Draft a voucher of one line."""
    where = {"to_place": rack(desk, fields.pop("to"))} if "to" in fields else {}
    amount = Amount(of.id, quantity, fields.pop("expended", None))
    said = {"authority": "Order 12/26", **SAID[kind], **fields}
    return draft_voucher(desk, kind, [amount], place=rack(desk, place), **where, **said)


def write(desk: Desk, *drafts: Voucher) -> Changes:
    """Plan and write vouchers, with the second officer's approval."""
    return signed(desk, plan_vouchers(desk, drafts))


def signed(desk: Desk, planned: PlannedVouchers) -> Changes:
    """Write planned vouchers, with the second officer's approval."""
    return carry_out_vouchers(desk, planned, [second_approval(desk, planned.act)])


def voucher(desk: Desk, kind: str, of: Lot, quantity: int, place: str = "R1", **fields: Any) -> Voucher:
    """Write a voucher of one line and return it as the register has it."""
    override = fields.pop("override", None)
    planned = plan_vouchers(desk, [draft(desk, kind, of, quantity, place, **fields)], override=override)
    signed(desk, planned)
    return voucher_numbered(desk, planned.vouchers[0].number)


def reverse(desk: Desk, number: int) -> Changes:
    """Take a voucher back."""
    return write(desk, draft_reversal(desk, number, authority="Order 13/26", reason="misread"))
