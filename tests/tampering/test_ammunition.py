"""Somebody with the data key changes the ammunition account, in its rows or by vouchers that no service would plan."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from armoury.domain.ids import new_uuid7
from armoury.domain.records.ammunition import Voucher, VoucherLine
from armoury.domain.voucher_rules import RULES
from armoury.services.acts import approve, carry_out, plan
from armoury.services.ammunition import plan_item, plan_lot
from armoury.services.ammunition_vouchers import Amount, carry_out_vouchers, draft_voucher, plan_vouchers
from armoury.services.desk import Desk
from armoury.store.steps import step
from tests.fault.conftest import copy_of
from tests.fault.scene import PASSPHRASES, SECOND, Scene, any_place, build
from tests.tampering.conftest import Check
from tests.tampering.thief import inside


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A register with a lot, a receipt of 100, an issue of 40 and a return of 10."""
    scene = Scene(tmp_path_factory.mktemp("held"))
    build(scene)
    with scene.desk() as desk:
        item = carry_out(desk, plan_item(desk, code="9-BALL", name="Ball", nature="ball").act).ids[0]
        lot = carry_out(desk, plan_lot(desk, item, lot_number="A-1", condition="iatg_a").act).ids[0]
        issue = None
        for kind, count in (("receipt", 100), ("issue", 40), ("return", 10)):
            said: dict[str, Any] = {"authority": "Order 1", "party": "First company", "giver": "x", "taker": "y"}
            one = draft_voucher(desk, kind, [Amount(lot, count)], place=any_place(desk), issue=issue, **said)
            planned = plan_vouchers(desk, [one])
            carry_out_vouchers(desk, planned, [approve(desk, planned.act, SECOND, PASSPHRASES[SECOND])])
            issue = one.id if kind == "issue" else None
    return scene


@pytest.fixture(name="scene")
def _scene(held: Scene, tmp_path: Path) -> Scene:
    return copy_of(held, tmp_path / "scene")


def test_an_honest_account_is_whole(scene: Scene, check: Check):
    assert check(scene, deep=True).findings == ()


ISSUE = "(SELECT id FROM voucher WHERE number = 2)"
CRIMES = {
    "a quantity": f"UPDATE voucher_line SET quantity = -41 WHERE subject = {ISSUE}",
    "a lot": f"UPDATE voucher_line SET lot = (SELECT id FROM weapon LIMIT 1) WHERE subject = {ISSUE}",
    "a quantity of another type": f"UPDATE voucher_line SET expended = 'x''y' WHERE subject = {ISSUE}",
    "a place in the list": f"UPDATE voucher_line SET position = 2 WHERE subject = {ISSUE}",
    "a removed line": f"DELETE FROM voucher_line WHERE subject = {ISSUE}",
    "an added line": "INSERT INTO voucher_line SELECT subject, 2, lot, place, -1, NULL FROM voucher_line LIMIT 1",
    "a line of nobody": "INSERT INTO voucher_line SELECT 'nobody', 1, lot, place, 9, NULL FROM voucher_line LIMIT 1",
}


@pytest.mark.parametrize("crime", CRIMES)
def test_an_edited_line_is_found(crime: str, scene: Scene, check: Check):
    with inside(scene) as connection:
        assert connection.execute(CRIMES[crime]).rowcount != 0
    assert "line" in {each.code for each in check(scene).findings}


def test_an_edited_voucher_is_found_and_named(scene: Scene, check: Check):
    with inside(scene) as connection:
        connection.execute("UPDATE voucher SET authority = 'Order 2' WHERE number = 2")
    assert any(each.code == "row" and "authority" in each.text for each in check(scene).findings)


def forged(desk: Desk, number: int, kind: str, *quantities: int, **fields: Any) -> Voucher:
    """Make a voucher that names everything it must but follows no rule."""
    with desk.read() as connection:
        lot, place = connection.exec_driver_sql("SELECT lot, place FROM voucher_line LIMIT 1").one()
        issue = connection.exec_driver_sql("SELECT id FROM voucher WHERE number = 2").scalar_one()
    lines = tuple(VoucherLine(lot, place, each) for each in quantities)
    voucher = Voucher(new_uuid7(desk.now()), number, kind, "2026-02-02", "Order 9", lines)
    return replace(voucher, **{name: issue for name, given in fields.items() if given})


FORGED: dict[str, tuple[str, Callable[[Desk], Voucher]]] = {
    "a number left out": ("voucher_number", lambda desk: forged(desk, 5, "receipt", 1)),
    "more than lies there": ("voucher_balance", lambda desk: forged(desk, 4, "issue", -71)),
    "a transfer that loses one": ("voucher_transfer", lambda desk: forged(desk, 4, "transfer", -2, 1)),
    "a reversal of something else": ("voucher_reversal", lambda desk: forged(desk, 4, "reversal", 39, reverses=True)),
    "more back than went": ("voucher_return", lambda desk: forged(desk, 4, "return", 31, issue=True)),
}


@pytest.mark.parametrize("crime", FORGED)
def test_a_voucher_that_no_service_would_plan_is_found(crime: str, scene: Scene, check: Check):
    code, make = FORGED[crime]
    with scene.desk() as desk:
        voucher = make(desk)
        act = plan(desk, "forged", [step(RULES[voucher.voucher_kind].event, None, voucher)])
        carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])
    assert code in {each.code for each in check(scene).findings}
