"""The four standings as data: what a file must say, which moves there are, and that a weapon is in one place only."""

import json
from dataclasses import replace

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.records.weapon import Weapon
from armoury.domain.standings import (
    CONDITIONS,
    Standing,
    check_holding,
    check_move,
    check_value,
    find_move,
    load_standings,
)
from armoury.paths import resource

HERE = Weapon("id", 1, "BCDEFGHJK", place="rack")
ELSEWHERE = {"place": None, "holder": "p", "holder_unlisted": True, "transfer": "t", "end": "e"}


def _edition(**changes: object) -> str:
    data = json.loads(resource("standings.json").read_text(encoding="utf-8"))
    return json.dumps({**data, **changes})


def _moves(*moves: dict) -> list[dict]:
    usual = {"standing": "fitness", "from": ["*"], "to": ["limited"], "event": "weapon.examined", "requires": []}
    return [{**usual, **each} for each in moves]


def test_the_shipped_standings_have_no_fault() -> None:
    standings = load_standings()
    assert {each: len(values) for each, values in standings.values.items()} == {
        Standing.CUSTODY: 13, Standing.LEGAL: 9, Standing.FITNESS: 5, Standing.PLAN: 6,
    }  # fmt: skip


def test_every_shipped_value_but_destroyed_can_be_reached_or_left() -> None:
    standings = load_standings()
    for standing, values in standings.values.items():
        moves = [each for each in standings.moves if each.standing is standing]
        touched = {value for each in moves for value in each.from_values | each.to_values}
        assert set(values) - touched <= {"destroyed"}


def test_no_shipped_move_destroys() -> None:
    assert not [each for each in load_standings().moves if "destroyed" in each.to_values]


def test_what_is_gone_comes_back_only_with_two_officers() -> None:
    back = find_move(load_standings(), Standing.CUSTODY, "exported", "in_store")
    assert back.second_officer


@pytest.mark.parametrize(("before", "after", "event"), [
    ("in_store", "issued", "weapon.issued"), ("issued", "in_store", "weapon.returned"),
    ("in_store", "in_store", "weapon.placed"), ("not_located", "written_off", "weapon.gone"),
    ("at_court", "returned_to_owner", "weapon.gone"),
])  # fmt: skip
def test_a_move_has_its_event(before: str, after: str, event: str) -> None:
    assert find_move(load_standings(), Standing.CUSTODY, before, after).event == event


@pytest.mark.parametrize(("before", "after"), [
    ("in_store", "destroyed"), ("in_store", "written_off"), ("destroyed", "in_store"), ("issued", "exported"),
])  # fmt: skip
def test_what_is_no_move_is_refused(before: str, after: str) -> None:
    with pytest.raises(RuleError, match="cannot go"):
        find_move(load_standings(), Standing.CUSTODY, before, after)


def test_an_unknown_value_names_the_known_ones() -> None:
    with pytest.raises(RuleError, match="deactivated"):
        check_value(load_standings(), Standing.FITNESS, "rusty")


@pytest.mark.parametrize(("custody", "fields"), [
    ("in_store", {"place": "rack"}), ("issued", {"holder": "p"}), ("issued", {"holder_unlisted": True}),
    ("at_court", {"transfer": "t"}), ("destroyed", {"end": "e"}),
])  # fmt: skip
def test_custody_with_its_own_thing_holds(custody: str, fields: dict) -> None:
    check_holding(replace(HERE, custody=custody, **{"place": None, **fields}), load_standings())


@pytest.mark.parametrize(("custody", "fields"), [
    ("in_store", {}), ("in_store", {"place": "rack", "holder": "p"}), ("issued", {"place": "rack"}),
    ("issued", {"holder": "p", "end": "e"}), ("not_located", {"transfer": "t"}),
])  # fmt: skip
def test_custody_with_another_thing_is_refused(custody: str, fields: dict) -> None:
    with pytest.raises(RuleError, match="exactly one thing"):
        check_holding(replace(HERE, custody=custody, **{"place": None, **fields}), load_standings())


@pytest.mark.parametrize(("name", "before", "after", "reason"), [
    ("place", {}, {"place": None}, None),
    ("holder", {}, {}, None),
    ("transfer", {}, {}, None),
    ("end", {}, {}, None),
    ("reason", {}, {}, "  "),
    ("release_order", {}, {}, None),
    ("release_order_if_court", {"legal": "exhibit"}, {}, None),
    ("source_document", {}, {}, None),
    ("state_property", {"legal": "found"}, {}, None),
    ("was_state_property", {"ownership": "seized"}, {}, None),
    ("fit", {"fitness": "unserviceable"}, {}, None),
    ("no_end_planned", {"plan": "to_return"}, {}, None),
    ("not_held_for_court", {"legal": "seized_criminal"}, {}, None),
    ("not_forfeited", {"legal": "forfeited"}, {}, None),
    ("not_deactivated", {"fitness": "deactivated"}, {}, None),
])  # fmt: skip
def test_each_condition_refuses_what_it_is_there_for(name: str, before: dict, after: dict, reason: str | None) -> None:
    move = replace(load_standings().moves[0], requires=(name,))
    was = replace(HERE, **before)
    with pytest.raises(RuleError):
        check_move(move, was, replace(was, **after), reason)


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_condition_lets_pass_what_has_everything(name: str) -> None:
    move = replace(load_standings().moves[0], requires=(name,))
    was = replace(HERE, ownership="state_service")
    full = replace(was, holder="p", transfer="t", end="e", release_order="o", source_document="d")
    check_move(move, was, full, "because")


@pytest.mark.parametrize(("changes", "said"), [
    ({"custody": None}, "needs a list of values"),
    ({"custody": [{"id": "in_store", "name": "In store", "held_by": "shelf"}]}, "not declared"),
    ({"legal": [{"id": "state_property", "name": "State"}]}, "must keep its value “exhibit”"),
    ({"plan": [{"id": "none", "name": "N"}, {"id": "none", "name": "N"}]}, "twice"),
    ({"moves": []}, "names no moves"),
    ({"moves": _moves({"to": ["nonsense"]})}, "not declared"),
    ({"moves": _moves({"standing": "colour"})}, "none of the four"),
    ({"moves": _moves({"event": "place.added"})}, "event"),
    ({"moves": _moves({"requires": ["luck"]})}, "luck"),
    ({"moves": _moves({"standing": "custody", "to": ["destroyed"]})}, "certificate"),
    ({"moves": ["nonsense"]}, "not an object"),
    ({"moves": _moves({"to": "limited"})}, "not declared"),
])  # fmt: skip
def test_a_national_file_with_faults_is_refused(changes: dict, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        load_standings(_edition(**changes))


@pytest.mark.parametrize("text", ["nonsense", "[]"])
def test_what_is_no_edition_at_all_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        load_standings(text)


def test_a_national_file_may_ask_for_more() -> None:
    own = load_standings(_edition(moves=_moves({"permission": "weapons.legal", "second_officer": True})))
    assert (own.moves[0].permission, own.moves[0].second_officer) == ("weapons.legal", True)
