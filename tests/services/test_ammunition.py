"""Items and lots on a real register: entered, never merged, corrected with a reason, released by two."""

from typing import Any

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import carry_out
from armoury.services.ammunition import (
    item_of,
    items,
    lot_of,
    plan_item,
    plan_item_correction,
    plan_lot,
    plan_lot_correction,
)
from armoury.services.desk import Desk
from armoury.services.lookup import Closeness, find
from tests.services.magazine import BALL, entered, item, lot
from tests.services.stock import codes, whole, with_two


def test_an_item_is_kept_as_written_and_matched(desk: Desk) -> None:
    found = item(desk)
    assert (found.calibre, found.calibre_text, found.unit_quantity) == ("9x19", "9x19", 50)
    assert items(desk) == [found]
    assert whole(desk)


def test_an_item_says_at_least_code_name_and_nature(desk: Desk) -> None:
    with pytest.raises(RuleError, match="nature"):
        plan_item(desk, code="A", name="B")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hazard_division": "1.1"}, "no 1.1S"),
        ({"hazard_division": "1.9"}, "“1.9” is not known"),
        ({"un_number": "12"}, "four figures"),
        ({"nature": "magic"}, "magic"),
        ({"neq_micrograms": -1}, "neq_micrograms"),
        ({"calibre": "9x999"}, "9x999"),
        ({"name": " "}, "name"),
        ({"weight": 3}, "weight"),
        ({"id": "x"}, "id"),
    ],
)
def test_what_an_item_cannot_be_is_refused(desk: Desk, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        plan_item(desk, **{**BALL, **fields})


@pytest.mark.parametrize("fields", [{"code": "9 ball"}, {"code": "other", "stock_number": "1305-12 345"}])
def test_a_code_or_stock_number_belongs_to_one_item(desk: Desk, fields: dict[str, Any]) -> None:
    item(desk, stock_number="1305-12-345")
    with pytest.raises(RuleError, match="already"):
        plan_item(desk, **{**BALL, **fields})


def test_what_was_perhaps_meant_is_proposed(desk: Desk) -> None:
    assert "calibre_near" in codes(plan_item(desk, **{**BALL, "calibre_text": "9 mm"}).remarks)


def test_an_item_is_corrected_with_a_reason(desk: Desk) -> None:
    before = item(desk)
    with pytest.raises(RuleError, match="reason"):
        plan_item_correction(desk, before.id, {"neq_micrograms": 350_000}, " ")
    carry_out(desk, plan_item_correction(desk, before.id, {"calibre_text": "9x18"}, "misread").act)
    assert item_of(desk, before.id).calibre == "9x18"


def test_a_lot_is_kept_as_marked(desk: Desk) -> None:
    found = lot(desk, " lc-26 a ", country_text="Brazil", made="2026-08", expires="2036")
    assert (found.lot_number, found.country, found.maker_text) == (" lc-26 a ", "BR", "CBC")
    assert found.made
    assert found.made.value == "2026-08"


@pytest.mark.parametrize("number", ["LC-26-A", "lc26a", "LC 26 A"])
def test_the_same_lot_is_not_entered_twice(desk: Desk, number: str) -> None:
    first = lot(desk)
    with pytest.raises(RuleError, match="entered already"):
        plan_lot(desk, first.item, lot_number=number, maker_text="CBC")


@pytest.mark.parametrize(
    ("number", "maker", "code"),
    [
        ("LC-26-A", "PMC", "lot_elsewhere"),
        ("LC-26-A", None, "lot_perhaps"),
        ("LC-Z6-A", "CBC", "lot_alike"),
    ],
)
def test_what_is_perhaps_the_same_lot_is_remarked(desk: Desk, number: str, maker: str | None, code: str) -> None:
    first = lot(desk)
    planned = plan_lot(desk, first.item, lot_number=number, maker_text=maker, condition="iatg_a")
    assert codes(planned.remarks) == {code}


def test_the_same_number_of_another_item_is_another_lot(desk: Desk) -> None:
    lot(desk)
    other = lot(desk, of=item(desk, code="9-BLANK", nature="blank", un_number="0014"))
    assert other.lot_number == "LC-26-A"


def test_loose_rounds_get_a_number_here(desk: Desk) -> None:
    numbers = [lot(desk, "", lot_kind="local").lot_number for _each in range(2)]
    assert numbers == ["LOCAL-1", "LOCAL-2"]


def test_a_local_number_that_is_taken_is_passed_over(desk: Desk) -> None:
    lot(desk, "LOCAL-1")
    assert lot(desk, "", lot_kind="local").lot_number == "LOCAL-2"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"made": "2027"}, "future"),
        ({"made": "2010", "expires": "2009"}, "before it was made"),
        ({"made": "03/04/2010"}, "year first"),
        ({"condition": "iatg_x"}, "iatg_x"),
        ({"lot_kind": "local"}, "no local one"),
        ({"acquisition": "none"}, "none"),
        ({"lot_number": ""}, "lot_number"),
    ],
)
def test_what_a_lot_cannot_be_is_refused(desk: Desk, fields: dict[str, Any], said: str) -> None:
    of = item(desk)
    with pytest.raises(RuleError, match=said):
        plan_lot(desk, of.id, **{"lot_number": "A-1", **fields})


def test_a_lot_of_nothing_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="nothing"):
        plan_lot(desk, "nothing", lot_number="A-1")


def test_one_officer_bans_a_lot_at_once(desk: Desk) -> None:
    found = lot(desk)
    carry_out(desk, plan_lot_correction(desk, found.id, {"ban": "TA 7/26", "condition": "iatg_b"}, "misfires").act)
    assert lot_of(desk, found.id).ban == "TA 7/26"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ({"ban": "TA 7/26"}, {"ban": None}),
        ({"condition": "iatg_d"}, {"condition": "iatg_a"}),
        ({"condition": None}, {"condition": "iatg_a"}),
        ({"expires": "2020"}, {"expires": "2030"}),
        ({"expires": "2020", "condition": "iatg_a"}, {"expires": None, "condition": "iatg_d"}),
    ],
)
def test_two_officers_release_a_lot(desk: Desk, was: dict[str, Any], becomes: dict[str, Any]) -> None:
    found = lot(desk, **was)
    planned = plan_lot_correction(desk, found.id, becomes, "examined")
    with pytest.raises(PermissionRefusedError):
        carry_out(desk, planned.act)
    with_two(desk, planned.act)
    assert whole(desk)


def test_a_correction_cannot_make_two_lots_one(desk: Desk) -> None:
    lot(desk)
    other = lot(desk, "LC-26-B")
    with pytest.raises(RuleError, match="entered already"):
        plan_lot_correction(desk, other.id, {"lot_number": "LC-26-A"}, "misread")


@pytest.mark.parametrize("scanned", ["lc-26-a", "LC26A"])
def test_a_lot_is_found_by_its_number(desk: Desk, scanned: str) -> None:
    found = lot(desk)
    assert [(hit.kind, hit.id) for hit in find(desk, scanned).hits] == [("lot", found.id)]


def test_a_lot_is_found_by_its_tag_and_an_item_by_code_and_stock_number(desk: Desk) -> None:
    of = item(desk, stock_number="1305-12-345")
    found = lot(desk, of=of)
    asked = {text: find(desk, text).only for text in (found.tag, of.tag, "9-ball", "1305-12-345")}
    assert [hit.id if hit else None for hit in asked.values()] == [found.id, of.id, of.id, of.id]
    assert {hit.closeness for hit in asked.values() if hit} == {Closeness.EXACT}


def test_entering_needs_the_permission(desk: Desk) -> None:
    planned = plan_item(desk, **BALL)
    assert entered(desk, planned)
    assert {each.event for each in planned.act.steps} == {"ammunition.added"}
