"""Inside the one door: what is written follows the steps exactly, and what contradicts the register is not written."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.ammunition import AmmunitionItem, Lot, Voucher, VoucherLine
from armoury.domain.records.site import Person
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import new_tag
from armoury.services.desk import Desk
from armoury.services.lookup import find
from armoury.services.query import Query
from armoury.services.searching import search
from armoury.store import writing
from armoury.store.checking import check_register
from armoury.store.engine import CACHE_KIB
from armoury.store.reading import get, several
from armoury.store.steps import Act, Authority, Changes, Step, step
from tests.services.shelf import at_desk, sample

MINUTE = 60_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("writing"), 12)


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(filled, tmp_path / "sample.armoury")
    with at_desk(tmp_path / "sample.armoury") as opened:
        yield opened


def stored(desk: Desk) -> list[Weapon]:
    with desk.read() as connection:
        return list(several(connection, Weapon, "ORDER BY t.number"))


def change(desk: Desk, steps) -> Changes:
    act = Act(new_uuid7(desk.now()), "test", steps, reason="Test")
    return desk.register.change(act, Authority(desk.officer.id, desk.officer.id))


def change_one_by_one(desk: Desk, steps: list[Step]) -> None:
    for each in steps:
        change(desk, [each])


def corrected(before: Weapon, **fields) -> Step:
    return step("weapon.corrected", before, replace(before, **fields))


def entries(desk: Desk, after: int = 0) -> list[dict]:
    with desk.read() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM entry WHERE seq > ? ORDER BY seq", (after,))
        return [json.loads(row[0]) for row in rows]


def whole(desk: Desk) -> bool:
    return check_register(desk.register, deep=True).whole


def newcomer(desk: Desk, **fields) -> Weapon:
    like = stored(desk)[0]
    fields = {"id": new_uuid7(desk.now()), "number": 13, "tag": new_tag(), "entry": 0, "serial": "NEW1", **fields}
    return replace(like, **fields)


def test_a_record_changed_meanwhile_is_not_overwritten(desk: Desk):
    weapon, count = stored(desk)[0], len(entries(desk))
    change(desk, [corrected(weapon, remarks="first")])
    with pytest.raises(RuleError, match="changed by someone else"):
        change(desk, [corrected(weapon, remarks="second")])
    assert (stored(desk)[0].remarks, len(entries(desk))) == ("first", count + 1)


def test_one_stale_step_of_many_stops_them_all(desk: Desk):
    first, second = stored(desk)[:2]
    change(desk, [corrected(second, remarks="meanwhile")])
    with pytest.raises(RuleError):
        change(desk, [corrected(first, remarks="x"), corrected(second, remarks="x")])
    assert stored(desk)[0].remarks == first.remarks


@pytest.mark.parametrize("chunk", [1, 2, 2_000])
def test_a_subject_may_change_several_times_in_one_act(desk: Desk, monkeypatch: pytest.MonkeyPatch, chunk: int):
    monkeypatch.setattr(writing, "CHUNK", chunk)
    first = stored(desk)[0]
    second = replace(first, remarks="one")
    third = replace(second, serial="SECOND9", place=first.place)
    fourth = replace(third, remarks="two", serial="THIRD9")
    made = change(
        desk, [step("weapon.corrected", *pair) for pair in ((first, second), (second, third), (third, fourth))]
    )
    assert stored(desk)[0] == replace(fourth, entry=made.last)
    assert (len(find(desk, "SECOND9").hits), len(find(desk, "THIRD9").hits)) == (0, 1)
    assert whole(desk)


@pytest.mark.parametrize("chunk", [1, 2_000])
def test_a_new_record_may_change_in_the_act_that_makes_it(desk: Desk, monkeypatch: pytest.MonkeyPatch, chunk: int):
    monkeypatch.setattr(writing, "CHUNK", chunk)
    weapon = newcomer(desk)
    change(desk, [step("weapon.registered", None, weapon), corrected(weapon, remarks="later", serial="NEW2")])
    assert (stored(desk)[-1].remarks, search(desk, Query("NEW2")).ids) == ("later", (13,))
    assert whole(desk)


@pytest.mark.parametrize("chunk", [1, 2_000])
def test_a_later_step_that_would_undo_an_earlier_one_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, chunk: int
):
    monkeypatch.setattr(writing, "CHUNK", chunk)
    weapon = stored(desk)[0]
    with pytest.raises(RuleError, match="already changed"):
        change(desk, [corrected(weapon, remarks="one"), corrected(weapon, features="two")])
    assert stored(desk)[0] == weapon


def test_steps_that_change_nothing_leave_no_entry(desk: Desk):
    weapon, count = stored(desk)[0], len(entries(desk))
    change(desk, [corrected(weapon), corrected(stored(desk)[1], remarks="x"), corrected(weapon)])
    assert len(entries(desk)) == count + 1


def test_entries_are_numbered_on_over_chunks_and_generators(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "CHUNK", 3)
    before = len(entries(desk))
    made = change(desk, (corrected(each, remarks="x") for each in stored(desk)[:8]))
    assert [each["seq"] for each in entries(desk, before)] == list(range(made.first, made.last + 1))
    assert (made.last - before, whole(desk)) == (8, True)


def test_bulk_and_single_acts_leave_the_same_history(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "CHUNK", 5)
    histories = []
    for name, bulk in (("one", False), ("many", True)):
        shutil.copytree(filled, tmp_path / name / "sample.armoury")
        with at_desk(tmp_path / name / "sample.armoury") as desk:
            steps = [corrected(each, remarks=f"Seen {each.number}") for each in stored(desk)]
            before = len(entries(desk))
            for some in [steps] if bulk else [[each] for each in steps]:
                change(desk, some)
            changing = ("action", "recorded_at")
            histories.append([{k: v for k, v in each.items() if k not in changing} for each in entries(desk, before)])
    assert histories[0] == histories[1]


def test_an_entry_holds_the_whole_record_after_and_only_what_changed_before(desk: Desk):
    weapon = next(each for each in stored(desk) if each.serial)
    change(desk, [corrected(weapon, remarks="later")])
    (*_rest, entry) = entries(desk)
    assert entry["before"] == ({"remarks": weapon.remarks} if weapon.remarks else {})
    assert (entry["after"]["remarks"], entry["after"]["serial"], entry["reason"]) == ("later", weapon.serial, "Test")


def set_back(desk: Desk, milliseconds: int) -> None:
    behind = desk.now() - milliseconds
    desk.register.clock = lambda: behind


def test_a_clock_a_little_behind_repeats_the_last_time(desk: Desk):
    last = entries(desk)[-1]["recorded_at"]
    set_back(desk, MINUTE)
    made = change(desk, [corrected(stored(desk)[0], remarks="x")])
    assert (entries(desk)[-1]["recorded_at"], "clock" in entries(desk)[-1], made.notices) == (last, False, ())


def test_a_clock_far_behind_is_written_down_and_told(desk: Desk):
    last = entries(desk)[-1]["recorded_at"]
    set_back(desk, 10 * MINUTE)
    made = change(desk, [corrected(stored(desk)[0], remarks="x")])
    entry = entries(desk)[-1]
    assert (entry["recorded_at"], entry["clock"] < last, len(made.notices)) == (last, True, 1)


def cache_sizes(desk: Desk) -> set[int]:
    """Ask every connection of the register for the size of its cache."""
    held = [desk.register.engine.connect() for _each in range(3)]
    sizes = {each.exec_driver_sql("PRAGMA cache_size").scalar_one() for each in held}
    for each in held:
        each.close()
    return sizes


def test_bulk_work_gives_its_cache_back(desk: Desk):
    change(desk, (corrected(each, remarks="x") for each in stored(desk)))
    assert cache_sizes(desk) == {-CACHE_KIB}


def test_bulk_work_that_fails_gives_its_cache_back(desk: Desk):
    weapon = stored(desk)[0]
    with pytest.raises(RuleError):
        change(desk, (each for each in (corrected(weapon, remarks="1"), corrected(weapon, remarks="2"))))
    assert cache_sizes(desk) == {-CACHE_KIB}


def test_a_tag_that_is_taken_is_refused_in_a_sentence(desk: Desk):
    count = len(entries(desk))
    with pytest.raises(RuleError, match="already has this"):
        change(desk, [step("weapon.registered", None, newcomer(desk, tag=stored(desk)[0].tag))])
    assert len(entries(desk)) == count


def test_a_place_that_does_not_exist_is_refused_in_a_sentence(desk: Desk):
    weapon = next(each for each in stored(desk) if each.place)
    with pytest.raises(RuleError, match="not in the register"):
        change(desk, [corrected(weapon, place=new_uuid7(1))])
    assert whole(desk)


def test_a_record_may_name_another_that_the_same_act_makes_after_it(desk: Desk):
    with desk.read() as connection:
        template = next(several(connection, Person, "WHERE t.badge IS NOT NULL"))
    person = replace(template, id=new_uuid7(desk.now()), tag=new_tag(), entry=0, badge="B9")
    weapon = newcomer(desk, custody="issued", place=None, holder=person.id, transfer=None, end=None)
    change(desk, [step("weapon.registered", None, weapon), step("person.added", None, person)])
    assert whole(desk)


def test_what_is_purged_is_gone_and_what_is_given_afterwards_stays(desk: Desk):
    with desk.read() as connection:
        person = next(several(connection, Person, "WHERE t.badge IS NOT NULL"))
    gone = replace(person, name=None, service_number=None, personal=None)
    renamed = step("person.changed", gone, replace(gone, name="Sample Renamed"))
    change(desk, [step("person.purged", person, gone), renamed])
    with desk.read() as connection:
        kept = get(connection, Person, person.id)
        held = (
            connection.exec_driver_sql("SELECT content FROM personal WHERE subject = ?", (person.id,)).scalars().all()
        )
    assert kept is not None
    assert (kept.name, kept.service_number, sorted(map(str, held))) == (
        "Sample Renamed",
        None,
        ["None", '{"name":"Sample Renamed"}'],
    )


def test_personal_values_never_enter_an_entry(desk: Desk):
    weapon = stored(desk)[0]
    change(desk, [corrected(weapon, source_from="Sample Seller Unseen")])
    assert stored(desk)[0].source_from == "Sample Seller Unseen"
    assert "Unseen" not in json.dumps(entries(desk))


def test_a_tree_that_lacks_a_node_is_not_continued(desk: Desk):
    change(desk, [corrected(each, features="x") for each in stored(desk)[:3]])
    with desk.register.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER node_no_delete")
        connection.exec_driver_sql("DELETE FROM node")
    steps = [corrected(each, remarks="x") for each in stored(desk)]
    with pytest.raises(IntegrityError, match="lacks a node"):
        change_one_by_one(desk, steps)


def test_reading_cannot_write_even_after_a_change(desk: Desk):
    change(desk, [corrected(stored(desk)[0], remarks="x")])
    with pytest.raises(Exception, match="read-only"), desk.read() as connection:
        connection.exec_driver_sql("DELETE FROM code")
    with pytest.raises(Exception, match="read-only"), desk.register.glance() as driver:
        driver.execute("DELETE FROM code")


def test_an_unfolded_list_is_kept_line_by_line_and_follows_its_record(desk: Desk):
    item = AmmunitionItem(new_uuid7(desk.now()), new_tag(), "A", "Ball", "ball")
    lot = Lot(new_uuid7(desk.now()), new_tag(), item.id, "A-1")
    place = stored_place(desk)
    lines = (VoucherLine(lot.id, place, 5), VoucherLine(lot.id, place, -2, 1))
    voucher = Voucher(new_uuid7(desk.now()), 100, "adjustment", "2026-01-01", "x", lines)
    change(
        desk,
        [
            step("voucher.adjusted", None, voucher),
            step("voucher.adjusted", voucher, replace(voucher, lines=lines[1:])),
            step("ammunition.added", None, item),
            step("lot.added", None, lot),
        ],
    )
    with desk.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM voucher_line WHERE subject = ?", (voucher.id,)).fetchall()
    assert [tuple(row) for row in rows] == [(voucher.id, 1, lot.id, place, -2, 1)]
    assert "line" not in {each.code for each in check_register(desk.register).findings}


def stored_place(desk: Desk) -> str:
    with desk.read() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM place LIMIT 1").scalar_one())
