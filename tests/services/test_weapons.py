"""Weapons registered by hand, corrected and sighted, on a real register."""

from dataclasses import replace

import pytest

from armoury.domain.clock import format_instant
from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.weapon import Component, KitItem, Serial, Weapon
from armoury.services.desk import Desk
from armoury.services.evidence import prepare_evidence
from armoury.services.moving import move
from armoury.services.weapons import (
    Registration,
    carry_out_registration,
    correct,
    draft,
    draft_crate,
    plan_correction,
    plan_registration,
    register,
    remarks_on,
    sight,
    weapon_of,
)
from armoury.store.reading import several
from tests.registers import SetClock, second_approval
from tests.services.stock import (
    NOW,
    PISTOL,
    codes,
    photograph,
    pistol,
    rack,
    registered,
    whole,
    with_two,
)


def _approved(desk: Desk, registration: Registration) -> None:
    carry_out_registration(desk, registration, [second_approval(desk, registration.act)])


def _numbers(desk: Desk) -> list[int]:
    with desk.read() as connection:
        return sorted(each.number for each in several(connection, Weapon))


def _craft(desk: Desk, **fields: object) -> Weapon:
    about = {
        "scheme": "none", "serial_status": "none", "type": "craft_made", "model_text": "unknown",
        "calibre_text": "unknown", "overall_length_mm": 310, "features": "pipe barrel, wooden grip",
        "source": "found", "legal_basis": "none_known", "place": rack(desk),
    }  # fmt: skip
    return draft(desk, **{**about, **fields})


def _scaled(desk: Desk, weapon: Weapon, count: int = 2) -> list:
    roles = ("scale_1", "scale_2")[:count]
    return [
        prepare_evidence(desk, "weapon", weapon.id, photograph(shade), role=role)
        for shade, role in zip((80, 140), roles, strict=False)
    ]


def test_what_was_written_is_kept_beside_what_it_was_matched_to(desk: Desk) -> None:
    weapon = registered(desk, "ABC123")
    assert (weapon.maker, weapon.maker_text) == ("glock", "Glock")
    assert (weapon.model, weapon.model_text, weapon.calibre) == ("glock_17", "Glock 17", "9x19")


def test_the_type_follows_the_model_where_nothing_is_said(desk: Desk) -> None:
    assert pistol(desk, "ABC123").type == "self_loading_pistol"


def test_a_near_match_is_only_proposed(desk: Desk) -> None:
    weapon = pistol(desk, "ABC123", maker_text="Glokk", type="self_loading_pistol")
    assert weapon.maker is None
    assert "maker_near" in codes(plan_registration(desk, [weapon]).remarks)


def test_who_registers_by_hand_has_sighted_it(desk: Desk) -> None:
    weapon = registered(desk, "ABC123")
    assert (weapon.sighting, weapon.sighted_by, weapon.last_sighted) == (
        "sighted",
        desk.officer.id,
        format_instant(NOW),
    )


def test_a_record_from_a_book_is_only_claimed(desk: Desk) -> None:
    weapon = pistol(desk, "ABC123")
    register(desk, [weapon], claimed=True)
    assert (weapon_of(desk, weapon.id).sighting, weapon_of(desk, weapon.id).sighted_by) == ("claimed", None)


def test_numbers_have_no_gaps(desk: Desk) -> None:
    registered(desk, "A1")
    plan_registration(desk, [pistol(desk, "A2")])
    with pytest.raises(RuleError):
        register(desk, [pistol(desk, None)])
    register(desk, [pistol(desk, "A3"), pistol(desk, "A4")])
    assert _numbers(desk) == [1, 2, 3]


def test_a_registration_planned_before_another_is_refused(desk: Desk) -> None:
    early = plan_registration(desk, [pistol(desk, "A1")])
    registered(desk, "B2")
    with pytest.raises(RuleError, match="meanwhile"):
        carry_out_registration(desk, early)


def test_all_stops_are_told_together(desk: Desk) -> None:
    weapon = draft(desk, serial="A1", place=rack(desk))
    with pytest.raises(RuleError) as refused:
        plan_registration(desk, [weapon])
    assert len(refused.value.text().splitlines()) == 5  # maker, country, type, model, calibre


def test_a_register_holds_nothing_after_a_refusal(desk: Desk) -> None:
    with pytest.raises(RuleError):
        register(desk, [pistol(desk, "A1"), pistol(desk, None)])
    assert _numbers(desk) == []


def test_symbol_and_code_need_no_maker(desk: Desk) -> None:
    weapon = draft(
        desk, scheme="symbol", symbol_code="▲26 4711", type="rifle", model_text="unknown", calibre_text="unknown",
        place=rack(desk),
    )  # fmt: skip
    register(desk, [weapon])
    assert weapon_of(desk, weapon.id).symbol_code == "▲26 4711"


def test_symbol_and_code_need_the_code(desk: Desk) -> None:
    weapon = draft(desk, scheme="symbol", type="rifle", model_text="?", calibre_text="?", place=rack(desk))
    with pytest.raises(RuleError, match="symbol and code"):
        plan_registration(desk, [weapon])


def test_without_identity_it_needs_two_photographs_with_a_scale(desk: Desk) -> None:
    weapon = _craft(desk)
    with pytest.raises(RuleError, match="two photographs"):
        plan_registration(desk, [weapon], photographs=_scaled(desk, weapon, 1))


def test_without_identity_photographs_are_written_in_the_same_act(desk: Desk) -> None:
    weapon = _craft(desk)
    changes = carry_out_registration(desk, plan_registration(desk, [weapon], photographs=_scaled(desk, weapon)))
    assert (set(changes.kinds), changes.last - changes.first) == ({"weapon", "evidence"}, 2)
    assert whole(desk)


@pytest.mark.parametrize("missing", ["overall_length_mm", "features"])
def test_without_identity_length_and_features_are_owed(desk: Desk, missing: str) -> None:
    weapon = _craft(desk, **{missing: None})
    with pytest.raises(RuleError):
        plan_registration(desk, [weapon], photographs=_scaled(desk, weapon))


def test_without_identity_a_claimed_record_is_only_warned_of(desk: Desk) -> None:
    remarks = plan_registration(desk, [_craft(desk, features=None)], claimed=True).remarks
    assert {"photographs_missing", "features_missing"} <= codes(remarks)


def test_records_without_a_serial_never_clash(desk: Desk) -> None:
    for _each in range(2):
        weapon = _craft(desk)
        carry_out_registration(desk, plan_registration(desk, [weapon], photographs=_scaled(desk, weapon)))
    assert _numbers(desk) == [1, 2]


def test_a_taken_weapon_needs_its_legal_basis(desk: Desk) -> None:
    with pytest.raises(RuleError, match="legal basis"):
        plan_registration(desk, [pistol(desk, "A1", source="seized_criminal")])


def test_the_legal_standing_follows_the_source(desk: Desk) -> None:
    assert pistol(desk, "A1", source="surrendered", legal_basis="voluntary").legal == "surrendered"


def test_an_exhibit_needs_case_court_and_number(desk: Desk) -> None:
    with pytest.raises(RuleError) as refused:
        plan_registration(desk, [pistol(desk, "A1", legal="exhibit")])
    assert len(refused.value.text().splitlines()) == 3


def test_safekeeping_needs_depositor_reason_receipt_and_review(desk: Desk) -> None:
    with pytest.raises(RuleError) as refused:
        plan_registration(desk, [pistol(desk, "A1", legal="safekeeping")])
    assert len(refused.value.text().splitlines()) == 4


def test_a_complete_deposit_is_registered(desk: Desk) -> None:
    weapon = registered(
        desk, "A1", legal="safekeeping", depositor="Sample Depositor", safekeeping_reason="owner abroad",
        receipt_number="R-1", review_date="2027-01-01", ownership="private_safekeeping",
    )  # fmt: skip
    assert weapon.depositor == "Sample Depositor"
    assert whole(desk)


def test_a_gone_weapon_cannot_lie_before_you(desk: Desk) -> None:
    with pytest.raises(RuleError, match="lies before you"):
        plan_registration(desk, [pistol(desk, "A1", custody="destroyed", end="Certificate 7")])


def test_an_old_book_may_say_that_it_is_gone(desk: Desk) -> None:
    register(desk, [pistol(desk, "A1", custody="destroyed", end="Certificate 7 of 1998")], claimed=True)
    assert _numbers(desk) == [1]


def test_custody_and_place_must_agree(desk: Desk) -> None:
    with pytest.raises(RuleError, match="exactly one thing"):
        plan_registration(desk, [pistol(desk, "A1", custody="issued")])


def test_an_exact_duplicate_needs_a_second_officer(desk: Desk) -> None:
    registered(desk, "ABC123")
    with pytest.raises(PermissionRefusedError, match="second officer"):
        register(desk, [pistol(desk, "abc-123")])


def test_a_duplicate_that_two_confirm_carries_the_override(desk: Desk) -> None:
    other = registered(desk, "ABC123")
    again = plan_registration(desk, [pistol(desk, "ABC123")])
    _approved(desk, again)
    assert (len(again.act.overrides), other.tag[:3] in again.act.overrides[0], _numbers(desk)) == (1, True, [1, 2])
    assert whole(desk)


def test_the_same_serial_twice_in_one_act_is_a_duplicate(desk: Desk) -> None:
    assert plan_registration(desk, [pistol(desk, "A1"), pistol(desk, "A1")]).act.overrides


def test_the_same_serial_of_another_model_is_none(desk: Desk) -> None:
    registered(desk, "ABC123")
    other = plan_registration(desk, [pistol(desk, "ABC123", model_text="Glock 19")])
    assert (other.act.overrides, "serial_elsewhere" in codes(other.remarks)) == ((), True)


@pytest.mark.parametrize(
    ("serial", "code"), [("ABCI23", "serial_alike"), ("ABC132", "serial_near"), ("ABC0123", "serial_near")]
)
def test_a_look_alike_is_warned_of_with_the_others_tag(desk: Desk, serial: str, code: str) -> None:
    other = registered(desk, "ABC123")
    found = [each for each in plan_registration(desk, [pistol(desk, serial)]).remarks if each.code == code]
    assert other.tag[:3] in found[0].text


def test_a_crate_is_one_act_with_an_entry_a_weapon(desk: Desk) -> None:
    drafts = draft_crate(desk, "A0001-A0200", **PISTOL, place=rack(desk))
    changes = register(desk, drafts)
    assert (changes.last - changes.first + 1, len({each.tag for each in drafts}), drafts[199].serial) == (
        200,
        200,
        "A0200",
    )
    assert whole(desk)


def test_serials_components_and_kit_are_kept(desk: Desk) -> None:
    parts = {
        "serials": (Serial("BPF 0042"),),
        "components": (Component("slide", "ABC123"), Component("barrel", "ABC123")),
        "control_component": "frame",
        "kit": (KitItem("magazine", 3),),
    }
    weapon = registered(desk, "ABC123", **parts)
    assert {name: getattr(weapon, name) for name in parts} == parts


@pytest.mark.parametrize("fields", [
    {"serials": (Serial("12", kind="nonsense"),)},
    {"components": (Component("rifle", "1"),)},
    {"kit": (KitItem("magazine", 0),)},
    {"kit": (KitItem("nonsense", 1),)},
    {"fire_modes": ("nonsense",)},
    {"maker": "Glock Ges.m.b.H"},
    {"acquisition": "no such file"},
    {"made": "2030"},
    {"received": "2009", "made": "2010"},
    {"import_year": 2009, "made": "2010"},
    {"last_inspected": "2027-01-01"},
    {"last_inspected": "yesterday"},
    {"serial_status": "obliterated"},
    {"barrel_length_mm": -1},
    {"remarks": "a\x00b"},
])  # fmt: skip
def test_what_cannot_be_is_refused(desk: Desk, fields: dict) -> None:
    with pytest.raises(RuleError):
        plan_registration(desk, [pistol(desk, "A1", **fields)])


@pytest.mark.parametrize(("fields", "code"), [
    ({"calibre_text": "12 gauge"}, "calibre_unusual"),
    ({"country": "JM"}, "country_of_maker"),
    ({"country": "CSHH", "made": "1999"}, "country_existed"),
    ({"made": "1975"}, "year_of_model"),
    ({"type": "rifle"}, "type_of_model"),
    ({"control_component": "barrel"}, "control_component"),
    ({"serial": "1.23E+11"}, "serial_ruined"),
    ({"ownership": None}, "ownership_missing"),
])  # fmt: skip
def test_what_is_unusual_is_only_warned_of(desk: Desk, fields: dict, code: str) -> None:
    assert code in codes(plan_registration(desk, [pistol(desk, **{"serial": "A1", **fields})]).remarks)


def test_a_closed_or_unknown_place_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no such place"):
        plan_registration(desk, [replace(pistol(desk, "A1"), place="nowhere")])


@pytest.mark.parametrize(("fields", "category"), [
    ({"type": "sub_machine_gun"}, "automatic"),
    ({"type": "self_loading_pistol", "fire_modes": ("semi", "auto")}, "automatic"),
    ({"type": "self_loading_pistol", "components": (Component("suppressor"),)}, "suppressor"),
    ({"type": "self_loading_pistol"}, None),
])  # fmt: skip
def test_the_high_risk_category_follows_type_and_fire_mode(desk: Desk, fields: dict, category: str | None) -> None:
    assert registered(desk, "A1", model_text="unknown", **fields).high_risk == category


def test_a_correction_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(RuleError, match="reason"):
        correct(desk, registered(desk, "A1").id, {"variant": "Gen 4"}, " ")


def test_a_correction_matches_anew_what_is_written_anew(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    correct(desk, weapon.id, {"calibre_text": ".40 S&W"}, "misread")
    assert weapon_of(desk, weapon.id).calibre == "10x22"


@pytest.mark.parametrize("name", ["id", "tag", "number", "personal", "entry", "nonsense"])
def test_what_a_record_is_known_by_is_never_corrected(desk: Desk, name: str) -> None:
    with pytest.raises(RuleError, match="never be corrected"):
        plan_correction(desk, registered(desk, "A1").id, {name: "x"}, "why")


@pytest.mark.parametrize(
    "name", ["custody", "legal", "fitness", "plan", "place", "holder", "transfer", "end", "sighting"]
)
def test_what_moves_is_not_corrected(desk: Desk, name: str) -> None:
    with pytest.raises(RuleError, match="moved"):
        plan_correction(desk, registered(desk, "A1").id, {name: "x"}, "why")


def test_a_correction_that_changes_nothing_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="Nothing"):
        correct(desk, registered(desk, "A1").id, {"serial": "A1"}, "why")


def test_a_correction_cannot_make_a_stop(desk: Desk) -> None:
    with pytest.raises(RuleError):
        correct(desk, registered(desk, "A1").id, {"serial": None}, "why")


def test_what_a_book_left_out_does_not_stand_in_the_way_of_a_correction(desk: Desk) -> None:
    weapon = draft(desk, serial="A1", place=rack(desk))
    register(desk, [weapon], claimed=True)
    sight(desk, [weapon.id], "Count 1")
    correct(desk, weapon.id, {"maker_text": "Glock"}, "read on the slide")
    assert weapon_of(desk, weapon.id).maker == "glock"


def test_a_correction_into_a_duplicate_needs_a_second_officer(desk: Desk) -> None:
    registered(desk, "A1")
    act = plan_correction(desk, registered(desk, "B2").id, {"serial": "A1"}, "misread")
    assert act.overrides
    with_two(desk, act)
    assert whole(desk)


def test_a_duplicate_that_stands_can_be_corrected_otherwise(desk: Desk) -> None:
    registered(desk, "A1")
    again = plan_registration(desk, [pistol(desk, "A1")])
    _approved(desk, again)
    correct(desk, next(iter(again.act.steps)).after.id, {"variant": "Gen 4"}, "seen on the slide")


def test_a_sighting_makes_it_sighted(desk: Desk, clock: SetClock) -> None:
    weapon = pistol(desk, "A1")
    register(desk, [weapon], claimed=True)
    clock.now += 60_000
    sight(desk, [weapon.id], "Baseline 2026")
    seen = weapon_of(desk, weapon.id)
    assert (seen.sighting, seen.sighted_in, seen.last_sighted) == (
        "sighted",
        "Baseline 2026",
        format_instant(clock.now),
    )


def test_what_is_not_located_cannot_just_be_sighted(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "not_located", changes={"end": "Loss report 3"}, reason="not at count")
    with pytest.raises(RuleError, match="found again"):
        sight(desk, [weapon.id], "Count 2")


def test_remarks_on_a_record_refuse_nothing(desk: Desk) -> None:
    assert "serial_missing" in codes(remarks_on(desk, replace(registered(desk, "A1"), serial=None)))


def test_a_new_weapon_has_no_field_of_its_own_making(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no field"):
        draft(desk, tag="BCDEFGHJK")


def test_a_draft_of_a_registered_weapon_is_refused(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="taken already"):
        plan_registration(desk, [weapon])
