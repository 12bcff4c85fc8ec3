"""Whatever is done in whatever order: bulk and single acts leave the same history, and history gives the same rows."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.records.weapon import Weapon
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.evidence import attach
from armoury.services.moving import move, plan_move
from armoury.services.people import add_person, change_person, people, plan_purge_person
from armoury.services.places import change_place
from armoury.services.weapons import correct, draft_crate, plan_registration, register, sight
from armoury.store.checking import check_register
from armoury.store.opening import Surroundings
from armoury.store.reading import several
from armoury.store.steps import Act
from tests.registers import SetClock, desk_of, second_approval
from tests.services.stock import FIRST, NOW, PISTOL, photograph, pistol, rack


@contextmanager
def _copied(furnished: Path) -> Iterator[Desk]:
    """Open a copy of the furnished register for one example."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "main.armoury"
        shutil.copytree(furnished, path)
        with desk_of(path, FIRST, Surroundings(SetClock(NOW), Path(folder) / "memory")) as desk:
            yield desk


def _weapons(desk: Desk) -> list[Weapon]:
    with desk.read() as connection:
        return list(several(connection, Weapon, "ORDER BY t.number"))


def _entries(desk: Desk) -> list[dict[str, Any]]:
    """Return the entries without what tells one act from another: number, action and time."""
    with desk.read() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM entry ORDER BY seq").fetchall()
    own = ("seq", "action", "recorded_at", "approvals")
    return [{name: each[name] for name in each if name not in own} for each in (json.loads(row[0]) for row in rows)]


def _at_once(items: Sequence[Any], act: Callable[[Sequence[Any]], object]) -> None:
    act(items)


def _one_by_one(items: Sequence[Any], act: Callable[[Sequence[Any]], object]) -> None:
    for each in items:
        act([each])


def _story(desk: Desk, drafts: Sequence[Weapon], holder: str, done: Callable[..., None]) -> list[dict[str, Any]]:
    ids = [each.id for each in drafts]
    done(drafts, lambda part: register(desk, part))
    done(ids, lambda part: move(desk, part, "custody", "issued", changes={"holder": holder}))
    there = {"place": rack(desk, "R2")}
    done(ids, lambda part: move(desk, part, "custody", "in_store", changes=there, sighted="hatch"))
    done(ids, lambda part: sight(desk, part, "Count 1"))
    end = {"end": "Receipt 1"}
    done(ids, lambda part: _with_second(desk, _sold(desk, part, end)))
    return _entries(desk)


def _sold(desk: Desk, ids: Sequence[str], end: dict[str, str]) -> Act:
    return plan_move(desk, ids, "custody", "transferred", changes=end, reason="sold")


def _with_second(desk: Desk, act: Any) -> None:
    carry_out(desk, act, [second_approval(desk, act)])


@settings(max_examples=15)
@given(count=st.integers(1, 8), serial=st.sampled_from(["A001", "KX-40", "77"]))
def test_bulk_and_single_acts_leave_the_same_history(furnished: Path, count: int, serial: str) -> None:
    with _copied(furnished) as bulk, _copied(furnished) as single:
        holder = bulk.officer.id
        drafts = draft_crate(bulk, f"{serial}+{count}", **PISTOL, place=rack(bulk))
        told = _story(bulk, drafts, holder, _at_once)
        assert told == _story(single, drafts, holder, _one_by_one)
        assert bulk.officer.id == single.officer.id
        assert _weapons(bulk)[-1].end == "Receipt 1"


STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 1_000)), min_size=1, max_size=14)


def _try(desk: Desk, kind: int, number: int) -> None:
    """Do one of the things that officers do; what the rules refuse is refused."""
    weapons, serial = _weapons(desk), f"S{number}"
    if kind == 0 or not weapons:
        giver = f"Sample {number}" if number % 2 else None
        registration = plan_registration(desk, [pistol(desk, serial, source_from=giver)])
        approvals = [second_approval(desk, registration.act)] if registration.act.overrides else []
        carry_out(desk, registration.act, approvals)
        return
    one = weapons[number % len(weapons)].id
    everyone = [each for each in people(desk, status=None) if each.sign_in is None]
    acts: Sequence[Callable[[], object]] = (
        lambda: correct(desk, one, {"variant": f"Gen {number % 5}", "source_from": f"Sample {number}"}, "misread"),
        lambda: correct(desk, one, {"serial": serial, "made": "1999", "kit": ()}, "misread"),
        lambda: move(desk, [one], "custody", "in_store", changes={"place": rack(desk, "R2")}, reason="found"),
        lambda: move(desk, [one], "custody", "issued", changes={"holder": desk.officer.id}),
        lambda: move(desk, [one], "custody", "not_located", changes={"end": "Report"}, reason="gone"),
        lambda: move(desk, [each.id for each in weapons], "fitness", ("serviceable", "limited")[number % 2]),
        lambda: sight(desk, [one], f"Count {number % 3}"),
        lambda: change_place(desk, "R2", name=f"Rack {number}"),
        lambda: attach(desk, "weapon", one, photograph(number % 200), role="serial"),
        lambda: add_person(desk, f"Sample {number}", service_number=serial),
        lambda: _leave_and_purge(desk, everyone[number % len(everyone)].id) if everyone else None,
    )
    acts[kind - 1]()


def _leave_and_purge(desk: Desk, person: str) -> None:
    change_person(desk, person, {"status": "left"})
    _with_second(desk, plan_purge_person(desk, person, "Sample law"))


@settings(max_examples=25)
@given(steps=STEPS)
def test_random_edits_replay_to_the_same_rows(furnished: Path, steps: list[tuple[int, int]]) -> None:
    with _copied(furnished) as desk:
        for kind, number in steps:
            try:
                _try(desk, kind, number)
            except RuleError:
                continue
        assert check_register(desk.register, deep=True).findings == ()
        assert [each.number for each in _weapons(desk)] == list(range(1, len(_weapons(desk)) + 1))
