"""National files adopted by two officers, on a real register."""

import json

import pytest

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.paths import resource
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.moving import plan_move
from armoury.services.reference import adopt, editions, plan_adoption
from tests.registers import second_approval
from tests.services.stock import pistol, registered, whole

OWN_MAKER = {
    "dataset": "makers", "edition": "BB-1", "source": "own", "confidence": "own", "note": "",
    "entries": [{"id": "sample_works", "name": "Sample Works", "country": "BB"}],
}  # fmt: skip


def _adopt(desk: Desk, data: dict, authority: str = "Sample Authority") -> None:
    act = plan_adoption(desk, json.dumps(data), authority)
    adopt(desk, act, [second_approval(desk, act)])


def _shipped(name: str) -> dict:
    return json.loads(resource(f"{name}.json").read_text(encoding="utf-8"))


def test_an_adopted_file_is_read_at_once(desk: Desk) -> None:
    _adopt(desk, OWN_MAKER)
    weapon = pistol(desk, "A1", maker_text="Sample Works", country="BB", type="rifle")
    assert (weapon.maker, whole(desk)) == ("sample_works", True)


def test_an_adoption_needs_two_officers(desk: Desk) -> None:
    with pytest.raises(PermissionRefusedError):
        carry_out(desk, plan_adoption(desk, json.dumps(OWN_MAKER)))


def test_a_later_edition_takes_the_place_of_the_former(desk: Desk) -> None:
    _adopt(desk, OWN_MAKER)
    _adopt(desk, {**OWN_MAKER, "edition": "BB-2"}, "Another Authority")
    assert [(each.dataset, each.edition, each.authority) for each in editions(desk)] == [
        ("makers", "BB-2", "Another Authority")
    ]


@pytest.mark.parametrize("text", [
    "not json", "[]", '{"dataset": "nonsense"}', '{"dataset": "standings"}', '{"dataset": "roles", "edition": "1"}',
    json.dumps({**OWN_MAKER, "entries": [{"id": "x", "name": "X", "country": "nowhere"}]}),
])  # fmt: skip
def test_a_file_with_faults_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(RuleError):
        plan_adoption(desk, text)


def test_a_word_that_is_used_is_not_taken_away(desk: Desk) -> None:
    registered(desk, "A1")
    entries = [{"id": "coast_guard", "name": "Coast Guard"}, {"id": "defence_force", "name": "Defence Force"}]
    with pytest.raises(RuleError, match="weapon, agency: “police”"):
        plan_adoption(desk, json.dumps({**OWN_MAKER, "dataset": "agencies", "replaces": True, "entries": entries}))


def test_own_standings_move_as_they_say(desk: Desk) -> None:
    data = {**_shipped("standings"), "edition": "BB-1"}
    data["fitness"] = [*data["fitness"], {"id": "museum", "name": "Museum piece"}]
    move = {"standing": "fitness", "from": ["*"], "to": ["museum"], "event": "weapon.examined", "second_officer": True}
    data["moves"] = [*data["moves"], {**move, "requires": ["reason"]}]
    _adopt(desk, data)
    assert plan_move(desk, [registered(desk, "A1").id], "fitness", "museum", reason="historic").second_officer


def test_own_standings_keep_the_values_in_use(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    assert weapon.fitness == "not_examined"
    data = {**_shipped("standings"), "edition": "BB-1"}
    data["fitness"] = [each for each in data["fitness"] if each["id"] != "not_examined"]
    data["moves"] = [each for each in data["moves"] if each["standing"] != "fitness"]
    with pytest.raises(RuleError, match="must keep its value “not_examined”"):
        plan_adoption(desk, json.dumps(data))


def test_own_roles_leave_two_who_decide_on_rights(desk: Desk) -> None:
    data = {**_shipped("roles"), "edition": "BB-1"}
    chief = sorted({each for permissions in data["roles"].values() for each in permissions})
    for permissions in data["roles"].values():
        if "officers.change" in permissions:
            permissions.remove("officers.change")
    data["roles"]["chief"] = chief
    with pytest.raises(RuleError, match="two officers"):
        plan_adoption(desk, json.dumps(data))


def test_own_roles_keep_the_roles_in_use(desk: Desk) -> None:
    data = {**_shipped("roles"), "edition": "BB-1"}
    data["roles"]["keeper"] = data["roles"].pop("storekeeper")
    with pytest.raises(RuleError, match="person, roles: “storekeeper”"):
        plan_adoption(desk, json.dumps(data))
