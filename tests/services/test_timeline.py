"""The history in words, on a real register."""

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.records.weapon import KitItem
from armoury.services.desk import Desk
from armoury.services.moving import move, plan_move
from armoury.services.timeline import Filters, Line, entries, history_of
from armoury.services.weapons import correct, plan_registration
from tests.services.stock import officer, pistol, rack, registered, with_two


def _after(line: Line, field: str) -> str | None:
    return next((each.after for each in line.changes if each.field == field), None)


def _corrected(desk: Desk) -> str:
    weapon = registered(desk, "A1", variant="Gen 3")
    correct(desk, weapon.id, {"variant": "Gen 4"}, "misread")
    return weapon.id


def test_the_first_entry_says_everything_in_words(desk: Desk) -> None:
    line = history_of(desk, "weapon", registered(desk, "A1").id)[0]
    assert [_after(line, each) for each in ("maker", "custody", "place")] == ["Glock", "In store", "R1 Rack one"]
    assert (line.event, line.actor, line.late) == ("weapon.registered", "Sample cdr", False)


def test_both_shows_every_entry_with_what_it_changed(desk: Desk) -> None:
    lines = history_of(desk, "weapon", _corrected(desk))
    assert [each.event for each in lines] == ["weapon.registered", "weapon.corrected"]
    assert [(each.field, each.before, each.after) for each in lines[1].changes] == [("variant", "Gen 3", "Gen 4")]
    assert lines[1].reason == "misread"


def test_original_shows_what_was_first_written(desk: Desk) -> None:
    lines = history_of(desk, "weapon", _corrected(desk), "original")
    assert [(each.event, _after(each, "variant")) for each in lines] == [("weapon.registered", "Gen 3")]


def test_corrected_shows_what_corrections_made_of_it(desk: Desk) -> None:
    id_ = _corrected(desk)
    lines = history_of(desk, "weapon", id_, "corrected")
    change = next(each for each in lines[0].changes if each.field == "variant")
    assert (len(lines), change.after, change.corrected_in) == (1, "Gen 4", history_of(desk, "weapon", id_)[1].seq)


def test_a_field_that_was_empty_is_shown_when_it_is_filled(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    correct(desk, weapon.id, {"remarks": "chipped grip"}, "seen at cleaning")
    change = history_of(desk, "weapon", weapon.id)[1].changes[0]
    assert (change.field, change.before, change.after) == ("remarks", None, "chipped grip")


def test_a_field_that_was_emptied_is_shown(desk: Desk) -> None:
    weapon, holder = registered(desk, "A1"), officer(desk)
    move(desk, [weapon.id], "custody", "issued", changes={"holder": holder.id})
    changes = {each.field: (each.before, each.after) for each in history_of(desk, "weapon", weapon.id)[1].changes}
    assert changes == {
        "custody": ("In store", "Issued"), "place": ("R1 Rack one", None), "holder": (None, "Sample Holder"),
    }  # fmt: skip


def test_personal_values_are_shown_from_beside_the_history(desk: Desk) -> None:
    weapon = registered(desk, "A1", source_from="Sample Donor")
    correct(desk, weapon.id, {"source_from": "Sample Giver"}, "misread")
    change = history_of(desk, "weapon", weapon.id)[1].changes[0]
    assert (change.field, change.before, change.after) == ("source_from", "Sample Donor", "Sample Giver")


def test_approvals_and_overrides_are_shown(desk: Desk) -> None:
    registered(desk, "A1")
    again = plan_registration(desk, [pistol(desk, "A1")])
    with_two(desk, again.act)
    line = entries(desk, count=1)[0]
    assert (line.approved_by, line.overrides) == (("Sample adm",), again.act.overrides)
    assert line.actor == "Sample cdr"


def test_a_value_set_anew_by_a_move_is_not_a_correction(desk: Desk) -> None:
    weapon = registered(desk, "A1", condition="worn")
    move(desk, [weapon.id], "fitness", "serviceable", changes={"condition": "overhauled"})
    correct(desk, weapon.id, {"condition": "overhauled, new barrel"}, "forgotten")
    lines = history_of(desk, "weapon", weapon.id, "corrected")
    assert [_after(each, "condition") for each in lines] == ["worn", "overhauled, new barrel"]


def test_the_whole_history_is_read_latest_first_and_in_pages(desk: Desk) -> None:
    for serial in ("A1", "A2", "A3"):
        registered(desk, serial)
    seqs = [each.seq for each in entries(desk, count=2)]
    assert seqs == sorted(seqs, reverse=True)
    assert entries(desk, 1, 2)[0].seq == seqs[1]


def test_entries_can_be_filtered(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    move(desk, [weapon.id], "custody", "in_store", changes={"place": rack(desk, "R2")})
    assert [each.event for each in entries(desk, filters=Filters(kinds=["weapon"]))] == [
        "weapon.placed", "weapon.registered",
    ]  # fmt: skip
    assert len(entries(desk, filters=Filters(events=["weapon.placed"], actor=desk.officer.id))) == 1
    assert entries(desk, filters=Filters(until="2020-01-01T00:00:00.000Z")) == []


def test_lists_dates_and_flags_are_shown_in_words(desk: Desk) -> None:
    weapon = registered(
        desk, "A1", made="201?", kit=(KitItem("magazine", 3),), fire_modes=("semi",), museum_piece=True,
    )  # fmt: skip
    line = history_of(desk, "weapon", weapon.id)[0]
    assert [_after(line, each) for each in ("made", "kit", "fire_modes", "museum_piece")] == [
        "2010s", "Magazine 3", "Semi-automatic", "yes",
    ]  # fmt: skip


def test_an_unknown_subject_is_told(desk: Desk) -> None:
    with pytest.raises(RuleError, match="knows nothing"):
        history_of(desk, "weapon", "nothing")


def test_every_line_of_an_act_names_who_approved_it(desk: Desk) -> None:
    ids = [registered(desk, serial).id for serial in ("A1", "A2", "A3")]
    with_two(desk, plan_move(desk, ids, "custody", "transferred", changes={"end": "Receipt 1"}, reason="sold"))
    assert [each.approved_by for each in entries(desk, count=3)] == [("Sample adm",)] * 3


def test_an_act_of_one_officer_names_nobody_else(desk: Desk) -> None:
    registered(desk, "A1")
    assert entries(desk, count=1)[0].approved_by == ()
