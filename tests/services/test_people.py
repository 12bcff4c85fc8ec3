"""People without an account, and the removal of personal data."""

import json

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.moving import move
from armoury.services.people import add_person, change_person, people, person_of, plan_purge, plan_purge_person
from armoury.services.timeline import history_of
from armoury.services.weapons import weapon_of
from armoury.store.checking import check_register
from tests.services.stock import officer, registered, whole, with_two

LAW = "Data Protection Act, section 12"


def test_a_person_has_a_tag_and_the_given_fields(desk: Desk) -> None:
    person = officer(desk, "Sample Name", badge="B-17", agency="police", rank="Constable")
    assert (person.name, person.badge, person.rank, len(person.tag)) == ("Sample Name", "B-17", "Constable", 9)


def test_a_name_never_enters_the_history(desk: Desk) -> None:
    officer(desk, "Unmistakable Name")
    with desk.read() as connection:
        bodies = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT body FROM entry")]
    assert not [each for each in bodies if b"Unmistakable" in each]


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "A", "agency": "nonsense"}, {"name": "A", "roles": ("x",)}])
def test_what_cannot_be_said_of_a_person_is_refused(desk: Desk, fields: dict) -> None:
    with pytest.raises(RuleError):
        add_person(desk, **fields)


def test_a_badge_belongs_to_one_active_person(desk: Desk) -> None:
    first = officer(desk, "Sample One", badge="B 17")
    with pytest.raises(RuleError, match="Sample One"):
        add_person(desk, "Sample Two", badge="b-17")
    change_person(desk, first.id, {"status": "left"})
    add_person(desk, "Sample Two", badge="b-17")


def test_a_change_is_kept(desk: Desk) -> None:
    person = officer(desk)
    change_person(desk, person.id, {"unit": "Traffic"}, reason="posted")
    assert person_of(desk, person.id).unit == "Traffic"


def test_who_holds_a_weapon_does_not_leave(desk: Desk) -> None:
    person, weapon = officer(desk), registered(desk, "A1")
    move(desk, [weapon.id], "custody", "issued", changes={"holder": person.id})
    with pytest.raises(RuleError, match="still holds 1"):
        change_person(desk, person.id, {"status": "left"})


def test_an_officer_leaves_only_as_an_officer(desk: Desk) -> None:
    with pytest.raises(RuleError, match="account"):
        change_person(desk, desk.officer.id, {"status": "left"})


def test_people_are_listed_by_name_and_status(desk: Desk) -> None:
    gone = officer(desk, "Sample A")
    change_person(desk, gone.id, {"status": "left"})
    assert [each.name for each in people(desk)] == ["Sample adm", "Sample cdr"]
    assert [each.name for each in people(desk, status=None)] == ["Sample A", "Sample adm", "Sample cdr"]


def test_personal_data_are_purged_by_two_officers_only(desk: Desk) -> None:
    person = officer(desk, "Sample Gone", service_number="S-9")
    change_person(desk, person.id, {"status": "left"})
    act = plan_purge_person(desk, person.id, LAW)
    with pytest.raises(PermissionRefusedError):
        carry_out(desk, act)
    with_two(desk, act)
    assert (person_of(desk, person.id).name, person_of(desk, person.id).service_number) == (None, None)


def test_purged_values_are_gone_and_the_register_is_whole(desk: Desk) -> None:
    person = officer(desk, "Sample Gone")
    change_person(desk, person.id, {"name": "Sample Renamed", "status": "left"})
    with_two(desk, plan_purge_person(desk, person.id, LAW))
    with desk.read() as connection:
        query = "SELECT salt, content FROM personal WHERE subject = ?"
        rows = connection.exec_driver_sql(query, (person.id,)).fetchall()
    assert [tuple(each) for each in rows] == [(None, None), (None, None)]
    assert check_register(desk.register, deep=True).findings == ()


def test_older_history_says_that_values_were_purged(desk: Desk) -> None:
    person = officer(desk, "Sample Gone")
    change_person(desk, person.id, {"status": "left"})
    with_two(desk, plan_purge_person(desk, person.id, LAW))
    lines = history_of(desk, "person", person.id)
    assert [each.after for each in lines[0].changes if each.field == "personal"] == ["purged"]
    assert "Sample" not in json.dumps([each.changes for each in lines], default=str)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_purge_names_its_law(desk: Desk, reason: str) -> None:
    with pytest.raises(RuleError, match="law"):
        plan_purge(desk, "person", officer(desk).id, reason)


def test_an_active_person_is_not_purged(desk: Desk) -> None:
    with pytest.raises(RuleError, match="active"):
        plan_purge_person(desk, officer(desk).id, LAW)


def test_what_is_purged_is_purged_once(desk: Desk) -> None:
    person = officer(desk)
    change_person(desk, person.id, {"status": "left"})
    with_two(desk, plan_purge_person(desk, person.id, LAW))
    with pytest.raises(RuleError, match="no personal data"):
        plan_purge_person(desk, person.id, LAW)


def test_a_weapons_former_holder_can_be_purged_and_the_weapon_still_moves(desk: Desk) -> None:
    weapon = registered(desk, "A1", source_from="Sample Previous Owner")
    with_two(desk, plan_purge(desk, "weapon", weapon.id, LAW))
    move(desk, [weapon.id], "fitness", "serviceable")
    assert (weapon_of(desk, weapon.id).source_from, whole(desk)) == (None, True)


def test_a_kind_without_personal_data_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleError, match="kind holds no"):
        plan_purge(desk, "place", "x", LAW)


def test_who_is_unknown_is_told(desk: Desk) -> None:
    with pytest.raises(RuleError, match="does not know"):
        person_of(desk, "nobody")
    with pytest.raises(RuleError, match="no such record"):
        plan_purge(desk, "weapon", "nothing", LAW)
