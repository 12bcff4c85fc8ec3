"""Moves of the four standings on a real register."""

from typing import Any

import pytest

from armoury.domain.clock import format_instant
from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.desk import Desk
from armoury.services.moving import move, plan_move
from armoury.services.people import change_person
from armoury.services.places import change_place
from armoury.services.site import open_acquisition
from armoury.services.timeline import history_of
from armoury.services.weapons import draft_crate, register, weapon_of
from tests.services.stock import NOW, PISTOL, officer, rack, registered, whole, with_two

SENT = {"transfer": "Laboratory, receipt 12"}


def test_a_weapon_put_elsewhere_lies_there(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk, "R2"), "position": "3"})
    after = weapon_of(desk, weapon.id)
    assert (after.place, after.position) == (rack(desk, "R2"), "3")


def test_an_issued_weapon_has_a_holder_and_no_place(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id, "due_back": "2026-09-22"})
    after = weapon_of(desk, weapon.id)
    assert (after.custody, after.holder, after.place, after.due_back) == ("issued", holder.id, None, "2026-09-22")


def test_a_returned_weapon_has_a_place_and_nothing_else(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id, "due_back": "2026-09-22"})
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk)}, sighted="Return")
    after = weapon_of(desk, weapon.id)
    assert (after.holder, after.due_back, after.sighted_in) == (None, None, "Return")
    assert [each.event for each in history_of(desk, "weapon", weapon.id)][1:] == ["weapon.issued", "weapon.returned"]


def test_nothing_is_due_back_before_it_goes_out(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    with pytest.raises(RuleError, match="2026-09-20"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id, "due_back": "2026-09-20"})


def test_a_return_does_not_happen_before_its_issue(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id, "due_back": "2026-09-22"})
    earlier = format_instant(NOW - 60_000)
    with pytest.raises(RuleError, match="later"):
        plan_move(
            desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk)}, occurred_at=earlier, reason="late"
        )


def test_nothing_is_moved_before_it_came(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1", received="2026-09-01"), officer(desk)
    with pytest.raises(RuleError, match="2026-09-01"):
        plan_move(
            desk, [weapon.id], "custody", "issued", changes={"holder": holder.id},
            occurred_at="2026-08-31T12:00:00.000Z", reason="late",
        )  # fmt: skip


ISSUED_LATE = {"occurred_at": "1900-01-01T12:00:00.000Z", "reason": "late"}


def test_nothing_happened_before_a_weapon_was_entered_unless_its_receipt_is_known(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    late = {**ISSUED_LATE, "occurred_at": "2026-08-31T12:00:00.000Z"}
    with pytest.raises(RuleError, match="received=DATE"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id}, **late)


@pytest.mark.parametrize("known", [{"import_year": 1999}, {"made": "1990"}, {"model_text": "Glock 17"}])
def test_nothing_happened_before_a_weapon_can_have_been_there(desk: Desk, known: dict[str, Any]) -> None:
    weapon, holder = registered(desk, "A1", **known), officer(desk)
    with pytest.raises(RuleError, match="cannot have been here"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id}, **ISSUED_LATE)


def test_what_happened_after_a_known_receipt_is_entered_late(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1", received="2026-09-01"), officer(desk)
    late = {"occurred_at": "2026-09-02T12:00:00.000Z", "reason": "the power was off"}
    move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id, "due_back": "2026-09-22"}, **late)
    assert weapon_of(desk, weapon.id).custody == "issued"


@pytest.mark.parametrize("changes", [{}, {"place": "R1", "transfer": "Court"}, {"transfer": "Court"}])
def test_custody_needs_exactly_its_own_thing(desk: Desk, changes: dict) -> None:
    weapon = registered(desk, "A1")
    if "place" in changes:
        changes = {**changes, "place": rack(desk)}
    with pytest.raises(RuleError):
        plan_move(desk, [weapon.id], "custody", "in_store", changes=changes)


def test_not_located_needs_the_report(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="report"):
        plan_move(desk, [weapon.id], "custody", "not_located", reason="not at count")


def test_what_is_not_located_can_be_found_again(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "not_located", changes={"end": "Loss report 3"}, reason="not at count")
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk)}, reason="behind rack")
    assert (weapon_of(desk, weapon.id).end, whole(desk)) == (None, True)


@pytest.mark.parametrize("value", ["transferred", "exported", "returned_to_owner"])
def test_gone_needs_a_second_officer(desk: Desk, value: str) -> None:
    weapon = registered(desk, "A1")
    act = plan_move(desk, [weapon.id], "custody", value, changes={"end": "Receipt 9"}, reason="order 4")
    with pytest.raises(PermissionRefusedError, match="second officer"):
        move(desk, [weapon.id], "custody", value, changes={"end": "Receipt 9"}, reason="order 4")
    with_two(desk, act)
    assert (weapon_of(desk, weapon.id).custody, whole(desk)) == (value, True)


def test_only_what_is_not_located_is_written_off(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="cannot go"):
        plan_move(desk, [weapon.id], "custody", "written_off", changes={"end": "Board 1"}, reason="lost")


def test_a_move_whose_data_say_so_needs_a_second_officer(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with_two(desk, plan_move(desk, [weapon.id], "custody", "exported", changes={"end": "Receipt"}, reason="sale"))
    back: dict[str, Any] = {"changes": {"place": rack(desk)}, "reason": "returned unsold"}
    with pytest.raises(PermissionRefusedError, match="second officer"):
        move(desk, [weapon.id], "custody", "in_store", **back)
    with_two(desk, plan_move(desk, [weapon.id], "custody", "in_store", **back))


def test_destroyed_is_reached_by_no_move(desk: Desk) -> None:
    with pytest.raises(RuleError, match="certificate"):
        plan_move(desk, [registered(desk, "A1").id], "custody", "destroyed", changes={"end": "C 1"}, reason="done")


def test_an_exhibit_is_not_issued(desk: Desk) -> None:
    court = {"case_number": "4/26", "court": "Sample Court", "exhibit_number": "E1"}
    weapon = registered(desk, "A1", legal="exhibit", **court)
    with pytest.raises(RuleError, match="state property"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": officer(desk).id})


def test_an_unserviceable_weapon_is_not_issued(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "fitness", "unserviceable", changes={"condition": "cracked slide"})
    with pytest.raises(RuleError, match="examined"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": officer(desk).id})


def test_a_weapon_planned_for_destruction_is_not_issued(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "plan", "to_destroy", reason="board of survey")
    with pytest.raises(RuleError, match="Change the plan"):
        plan_move(desk, [weapon.id], "custody", "issued", changes={"holder": officer(desk).id})


def test_to_exhibit_needs_the_courts_fields(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="exhibit number"):
        plan_move(desk, [weapon.id], "legal", "exhibit", changes={"case_number": "1", "court": "C"}, reason="seized")


def test_retained_for_the_state_needs_document_and_second_officer(desk: Desk) -> None:
    weapon = registered(desk, "A1", source="found", legal_basis="none_known")
    with pytest.raises(RuleError, match="document"):
        plan_move(desk, [weapon.id], "legal", "state_property", reason="kept")
    act = plan_move(desk, [weapon.id], "legal", "state_property", changes={"source_document": "M 7"}, reason="kept")
    with pytest.raises(PermissionRefusedError):
        move(desk, [weapon.id], "legal", "state_property", changes={"source_document": "M 7"}, reason="kept")
    with_two(desk, act)


def test_a_forfeited_weapon_leaves_to_nobody(desk: Desk) -> None:
    weapon = registered(desk, "A1", source="forfeited", legal_basis="court_order")
    with pytest.raises(RuleError, match="forfeited"):
        plan_move(desk, [weapon.id], "custody", "transferred", changes={"end": "R"}, reason="sold")


def test_consent_of_the_supplier_is_asked_for(desk: Desk) -> None:
    file = open_acquisition(desk, "C-1", supplier="Sample Supplier", consent_to_retransfer=True).ids[0]
    weapon = registered(desk, "A1", acquisition=file)
    details: dict[str, Any] = {"changes": {"end": "R 1"}, "reason": "gift"}
    with pytest.raises(RuleError, match="consent of Sample Supplier"):
        plan_move(desk, [weapon.id], "custody", "transferred", **details)
    act = plan_move(desk, [weapon.id], "custody", "transferred", consent="letter 5", **details)
    with_two(desk, act)
    assert history_of(desk, "weapon", weapon.id)[-1].reason == "gift; consent: letter 5"


@pytest.mark.parametrize("field", ["serial", "maker", "holder", "sighting"])
def test_a_move_changes_nothing_beside_it(desk: Desk, field: str) -> None:
    with pytest.raises(RuleError, match="Correct the record"):
        plan_move(desk, [registered(desk, "A1").id], "fitness", "serviceable", changes={field: "x"})


def test_a_crate_moves_in_one_act(desk: Desk) -> None:
    drafts = draft_crate(desk, "A01-A50", **PISTOL, place=rack(desk))
    register(desk, drafts)
    ids = [each.id for each in drafts]
    changes = move(desk, ids, "custody", "in_store", changes={"place": rack(desk, "R2")})
    assert (changes.ids, changes.last - changes.first) == (tuple(ids), 49)


def test_one_that_cannot_move_keeps_all_where_they_are_and_is_named(desk: Desk) -> None:
    good, bad = registered(desk, "A1"), registered(desk, "A2")
    move(desk, [bad.id], "fitness", "unserviceable")
    with pytest.raises(RuleError, match=bad.tag[:3]) as refused:
        move(desk, [good.id, bad.id], "custody", "issued", changes={"holder": officer(desk).id})
    assert good.tag[:3] not in refused.value.text()
    assert weapon_of(desk, good.id) == good


def test_nobody_who_left_receives_a_weapon(desk: Desk) -> None:
    holder = officer(desk)
    change_person(desk, holder.id, {"status": "left"})
    with pytest.raises(RuleError, match="has left"):
        plan_move(desk, [registered(desk, "A1").id], "custody", "issued", changes={"holder": holder.id})


def test_nothing_is_put_into_a_closed_place(desk: Desk) -> None:
    closed = rack(desk, "R2")
    change_place(desk, "R2", closed=True)
    with pytest.raises(RuleError, match="was closed"):
        plan_move(desk, [registered(desk, "A1").id], "custody", "in_store", changes={"place": closed})


def test_what_happened_earlier_needs_a_reason_and_keeps_both_times(desk: Desk) -> None:
    weapon, earlier = registered(desk, "A1"), format_instant(NOW - 3_600_000)
    with pytest.raises(RuleError, match="late entry"):
        move(desk, [weapon.id], "fitness", "serviceable", occurred_at=earlier)
    move(desk, [weapon.id], "fitness", "serviceable", occurred_at=earlier, reason="power was off")
    line = history_of(desk, "weapon", weapon.id)[-1]
    assert (line.late, line.occurred_at, line.recorded_at) == (True, earlier, format_instant(NOW))


def test_nothing_happens_in_the_future(desk: Desk) -> None:
    weapon, later = registered(desk, "A1"), format_instant(NOW + 3_600_000)
    with pytest.raises(RuleError, match="future"):
        move(desk, [weapon.id], "fitness", "serviceable", occurred_at=later, reason="early")


def test_an_unknown_weapon_is_named(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no weapon"):
        plan_move(desk, ["nothing"], "fitness", "serviceable")


def test_an_unknown_value_names_the_known_ones(desk: Desk) -> None:
    with pytest.raises(RuleError, match="serviceable"):
        plan_move(desk, [registered(desk, "A1").id], "fitness", "rusty")


def test_what_is_sent_is_received(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "at_laboratory", changes=SENT, reason="ballistics")
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk)})
    assert [each.event for each in history_of(desk, "weapon", weapon.id)][1:] == ["weapon.sent", "weapon.received"]


def test_what_is_reported_lost_was_not_in_hand(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="not here"):
        plan_move(desk, [weapon.id], "custody", "not_located", changes={"end": "R"}, reason="lost", sighted="Count")


def test_nobody_unknown_receives_a_weapon(desk: Desk) -> None:
    with pytest.raises(RuleError, match="does not know"):
        plan_move(desk, [registered(desk, "A1").id], "custody", "issued", changes={"holder": "nobody"})


def test_a_file_without_such_a_clause_asks_for_no_consent(desk: Desk) -> None:
    file = open_acquisition(desk, "C-1", supplier="Sample Supplier").ids[0]
    weapon = registered(desk, "A1", acquisition=file)
    with_two(desk, plan_move(desk, [weapon.id], "custody", "exported", changes={"end": "R 1"}, reason="gift"))


def test_a_seizure_takes_the_source_and_the_legal_basis_that_it_asks_for(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    with pytest.raises(RuleError, match="legal basis"):
        plan_move(desk, [weapon.id], "legal", "seized_criminal", reason="case 3")
    basis = {"source": "seized_criminal", "legal_basis": next(iter(desk.reference.lists["legal_basis"]))}
    move(desk, [weapon.id], "legal", "seized_criminal", changes=basis, reason="case 3")
    assert weapon_of(desk, weapon.id).source == "seized_criminal"
    assert whole(desk)
