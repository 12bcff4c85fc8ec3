"""The one door: two writers cannot fork the history, and what is read is one moment."""

import threading
from dataclasses import replace

import pytest

from armoury.domain.errors import ArmouryError, RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import LogNote
from armoury.services.acts import officer_named
from armoury.services.desk import Desk
from armoury.services.site import note
from armoury.store.checking import check_register
from armoury.store.steps import Act, Authority, step
from armoury.store.writing import read_head
from tests.registers import desk_of

WRITERS, ACTS = 4, 50


def write(desk: Desk, text: str) -> None:
    record = LogNote(new_uuid7(desk.now()), "visit", "2026-09-21T14:00:00.000Z", text)
    act = Act(new_uuid7(desk.now()), "log.noted", [step("log.noted", None, record)])
    desk.register.change(act, Authority(desk.officer.id, desk.officer.id))


def test_many_writers_leave_one_history(desk: Desk):
    with desk.read() as connection:
        before = read_head(connection).size
    failed: list[ArmouryError] = []

    def work(writer: int) -> None:
        try:
            for turn in range(ACTS):
                write(desk, f"{writer} {turn}")
        except ArmouryError as problem:
            failed.append(problem)

    threads = [threading.Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    with desk.read() as connection:
        assert read_head(connection).size == before + WRITERS * ACTS
    assert check_register(desk.register, deep=True).whole


def test_of_two_who_read_the_same_one_writes(desk: Desk):
    person = officer_named(desk, "adm")
    steps = [step("person.changed", person, replace(person, unit=unit)) for unit in ("A", "B")]
    acts = [Act(new_uuid7(desk.now()), "person.changed", [each]) for each in steps]
    authority = Authority(desk.officer.id, desk.officer.id)
    desk.register.change(acts[0], authority)
    with pytest.raises(RuleError, match="meanwhile"):
        desk.register.change(acts[1], authority)
    assert officer_named(desk, "adm").unit == "A"


def test_a_reader_sees_one_moment(desk: Desk):
    with desk.read() as connection:
        before = read_head(connection).size
        note(desk, "visit", "meanwhile")
        assert read_head(connection).size == before


def fail_inside(desk: Desk) -> None:
    with desk.register.writing() as connection:
        connection.exec_driver_sql("INSERT INTO secret VALUES ('x', x'00')")
        _ = 1 / 0


def test_what_fails_inside_leaves_nothing(desk: Desk):
    with desk.read() as connection:
        before = read_head(connection)
    with pytest.raises(ZeroDivisionError):
        fail_inside(desk)
    with desk.read() as connection:
        assert read_head(connection) == before
        assert connection.exec_driver_sql("SELECT count(*) FROM secret WHERE name = 'x'").scalar_one() == 0


def test_it_can_be_opened_again_at_once(desk: Desk):
    path = desk.register.folder.path
    desk.close()
    desk_of(path, "adm", desk.around).close()
