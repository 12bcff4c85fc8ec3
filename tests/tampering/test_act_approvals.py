"""An act of several entries: the first carries the approvals, and they hold for every entry of it."""

from dataclasses import replace

import pytest

from armoury.services.acts import approve, carry_out, plan
from armoury.store.steps import step
from tests.fault.scene import PASSPHRASES, SECOND, Scene, weapon_ids, weapon_of
from tests.tampering.conftest import Check
from tests.tampering.thief import cover, inside, read_entry, rewrite


@pytest.fixture
def act(scene: Scene) -> range:
    """The numbers of three entries of one act that a second officer approved."""
    with scene.desk() as desk:
        steps = []
        for weapon in weapon_ids(desk)[6:9]:
            before = weapon_of(desk, weapon)
            steps.append(step("weapon.gone", before, replace(before, custody="exported", place=None, end="Permit 9")))
        planned = plan(desk, "weapon.gone", steps, reason="exported")
        done = carry_out(desk, planned, [approve(desk, planned, SECOND, PASSPHRASES[SECOND])])
    return range(done.first, done.last + 1)


def test_the_first_entry_alone_carries_them(scene: Scene, act: range):
    with inside(scene) as connection:
        assert ["approvals" in read_entry(connection, seq) for seq in act] == [True, False, False]


def test_an_act_that_repeats_them_as_older_registers_do_passes(scene: Scene, act: range, check: Check):
    with inside(scene) as connection:
        approvals = read_entry(connection, act[0])["approvals"]
        for seq in act[1:]:
            rewrite(connection, seq, lambda entry: entry.update(approvals=approvals))
        cover(connection)
    assert check(scene).findings == ()


def test_a_later_entry_with_other_approvals_is_found(scene: Scene, act: range, check: Check):
    with inside(scene) as connection:
        rewrite(connection, act[1], lambda entry: entry.update(approvals=[{"statement": {}}]))
        cover(connection)
    assert [each.where for each in check(scene).findings if each.code == "act"] == [f"entry {act[1]}"]


def test_approvals_taken_from_the_first_entry_are_missed(scene: Scene, act: range, check: Check):
    with inside(scene) as connection:
        rewrite(connection, act[0], lambda entry: entry.pop("approvals"))
        cover(connection)
    assert "approval" in {each.code for each in check(scene).findings}


def test_approvals_moved_to_a_later_entry_are_missed(scene: Scene, act: range, check: Check):
    with inside(scene) as connection:
        approvals = read_entry(connection, act[0])["approvals"]
        rewrite(connection, act[0], lambda entry: entry.pop("approvals"))
        rewrite(connection, act[1], lambda entry: entry.update(approvals=approvals))
        cover(connection)
    assert {"approval", "act"} <= {each.code for each in check(scene).findings}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_another_content_of_any_entry_is_found(scene: Scene, act: range, check: Check, place: int):
    with inside(scene) as connection:
        rewrite(connection, act[place], lambda entry: entry["after"].update(end="Permit 10"))
        cover(connection)
    assert "approval" in {each.code for each in check(scene).findings}


def test_an_entry_slipped_into_the_act_is_found(scene: Scene, act: range, check: Check):
    with inside(scene) as connection:
        action = read_entry(connection, act[0])["action"]
        rewrite(connection, act[0] - 1, lambda entry: entry.update(action=action))
        cover(connection)
    assert "approval" in {each.code for each in check(scene).findings}
