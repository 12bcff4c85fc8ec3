"""Somebody with the data key lets an entry say less than it does: the check does not believe the event's name."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fault.scene import Scene
from tests.tampering.conftest import Check
from tests.tampering.thief import cover, inside, last_of, put_entry, read_entry

Entry = dict[str, Any]


def custody(value: str) -> Callable[[Entry], None]:
    def change(after: Entry) -> None:
        after.update(custody=value, end="Order 9")
        after.pop("place", None)

    return change


CRIMES = {
    "written off as a correction": ("weapon.corrected", custody("written_off")),
    "destroyed as a correction": ("weapon.corrected", custody("destroyed")),
    "forfeited as a correction": ("weapon.corrected", lambda after: after.update(legal="forfeited")),
    "another serial as a sighting": ("weapon.sighted", lambda after: after.update(serial="OTHER")),
    "not located as a sighting": ("weapon.sighted", custody("not_located")),
    "written off as a move to a rack": ("weapon.placed", custody("written_off")),
    "another tag as a correction": ("weapon.corrected", lambda after: after.update(tag="BCDEFGHJK")),
    "another maker as an examination": ("weapon.examined", lambda after: after.update(maker_text="Other")),
}


@pytest.mark.parametrize("crime", CRIMES)
def test_an_event_that_does_more_than_its_name_says_is_found(crime: str, scene: Scene, check: Check):
    event, change = CRIMES[crime]
    with inside(scene) as connection:
        last = read_entry(connection, last_of(connection, "weapon.corrected"))
        (size,) = connection.execute("SELECT max(seq) FROM entry").fetchone()
        after = dict(last["after"])
        change(after)
        before = {name: value for name, value in last["after"].items() if after.get(name) != value}
        forged = {**last, "seq": size + 1, "kind": event, "after": after, "before": before}
        put_entry(connection, size + 1, forged | {"action": "019c1c38-abd0-7967-9230-e4d952b225cd"})
        cover(connection)
    assert "event" in {each.code for each in check(scene).findings}


SWAPS = {
    "by a restore": ("register.restored", {"restored_from": "x"}),
    "by a new recovery key": ("register.recovery_key_changed", {"recovery_mark": "00"}),
    "by a new site key that the old one did not certify": ("register.site_key_changed", {"certified_by": "AAAA"}),
}


@pytest.mark.parametrize("how", SWAPS)
def test_another_certificate_of_the_site_is_found(how: str, scene: Scene, check: Check):
    event, said = SWAPS[how]
    with inside(scene) as connection:
        first = read_entry(connection, 1)
        (size,) = connection.execute("SELECT max(seq) FROM entry").fetchone()
        last = read_entry(connection, size)
        after = {**first["after"], **said, "certificate": first["after"]["recovery_certificate"]}
        before = {name: value for name, value in first["after"].items() if after[name] != value}
        entry = {**first, "seq": size + 1, "kind": event, "after": after, "before": before}
        entry |= {"recorded_at": last["recorded_at"], "action": "019c1c38-abd0-7967-9230-e4d952b225cd"}
        put_entry(connection, size + 1, entry)
        cover(connection)
    assert "key" in {each.code for each in check(scene).findings}


SCHEMA = {
    "a table": "CREATE TABLE evil (x)",
    "an index": "CREATE INDEX evil ON weapon (remarks)",
    "a removed index": "DROP INDEX ix_weapon_place",
    "a column": "ALTER TABLE weapon ADD COLUMN evil TEXT",
    "a secret": "INSERT INTO secret (name, content) VALUES ('evil', x'00')",
}


@pytest.mark.parametrize("what", SCHEMA)
def test_what_another_program_put_into_the_database_is_found(what: str, scene: Scene, check: Check):
    with inside(scene) as connection:
        connection.execute(SCHEMA[what])
    assert {each.code for each in check(scene).findings} == {"key" if what == "a secret" else "schema"}


def test_a_rule_that_was_loosened_is_found(scene: Scene, check: Check):
    with inside(scene) as connection:
        connection.execute("PRAGMA writable_schema=on")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'ck_', 'cq_') WHERE name = 'weapon'")
        connection.execute("PRAGMA writable_schema=off")
    assert "schema" in {each.code for each in check(scene).findings}


def test_the_honest_register_has_no_findings(scene: Scene, check: Check):
    assert check(scene, deep=True).findings == ()
