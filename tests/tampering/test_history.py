"""Somebody with the data key changes the history itself, with all hashes recomputed where he can."""

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.ids import new_uuid7
from armoury.signing.keys import new_private_key, private_to_der
from armoury.store.checkpoints import check_signed, disagreement, make_checkpoint
from armoury.store.engine import connect
from armoury.store.history_check import history_faults
from armoury.store.register import no_progress
from tests.fault.scene import START, Scene, add_place
from tests.tampering.conftest import Check
from tests.tampering.thief import cover, data_key, inside, last_of, put_entry, read_entry, rewrite

Entry = dict[str, Any]


def codes(check: Check, scene: Scene) -> set[str]:
    return {each.code for each in check(scene).findings}


BLUNT = {
    "an entry's bytes": ("UPDATE entry SET body = CAST(replace(body, 'Rack', 'Rank') AS BLOB) WHERE seq = 5", "bytes"),
    "an entry that is no bytes": ("UPDATE entry SET body = 'none' WHERE seq = 3", "bytes"),
    "a leaf": ("UPDATE entry SET leaf = zeroblob(32) WHERE seq = 3", "bytes"),
    "the actor of a row": ("UPDATE entry SET actor = 'nobody' WHERE seq = 3", "columns"),
    "the subject of a row": ("UPDATE entry SET subject = 'x' WHERE seq = 3", "columns"),
    "the time of a row": ("UPDATE entry SET recorded_at = '2026-01-01T00:00:00.000Z' WHERE seq = 3", "columns"),
    "a removed entry": ("DELETE FROM entry WHERE seq = 5", "sequence"),
    "a node": ("UPDATE node SET hash = zeroblob(32) WHERE level = 2 AND position = 1", "tree"),
    "a removed node": ("DELETE FROM node WHERE level = 1 AND position = 2", "tree"),
    "an added node": ("INSERT INTO node VALUES (1, 5000, zeroblob(32))", "tree"),
    "a node on a level that is not there": ("INSERT INTO node VALUES (40, 0, zeroblob(32))", "tree"),
    "a node below the leaves": ("INSERT INTO node VALUES (0, 0, zeroblob(32))", "tree"),
}  # fmt: skip


@pytest.mark.parametrize("crime", BLUNT)
def test_an_edit_without_care_is_found(crime: str, scene: Scene, check: Check):
    statement, code = BLUNT[crime]
    with inside(scene) as connection:
        assert connection.execute(statement).rowcount != 0
    assert code in codes(check, scene)


@pytest.fixture(scope="module")
def opened(honest: Scene):
    with honest.desk() as desk:
        yield desk.register


@pytest.fixture(scope="module")
def rooms(opened):
    """The size of every table of history, and the columns whose bytes can change."""
    with opened.read() as connection:
        return {
            "entry": connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one(),
            "node": connection.exec_driver_sql("SELECT count(*) FROM node").scalar_one(),
        }


COLUMNS = [
    *(("entry", name) for name in
      ("seq", "leaf", "action", "kind", "subject_kind", "subject", "recorded_at", "actor", "body", "body", "body")),
    *(("node", name) for name in ("level", "position", "hash")),
]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.sampled_from(COLUMNS), data=st.data())
def test_any_changed_bit_of_stored_history_is_found(place, data, opened, rooms):
    """One bit of one byte of one value: integers as SQLite would store them in eight bytes."""
    table, column = place
    offset = data.draw(st.integers(0, rooms[table] - 1), label="row")
    with suppress(UndoneError), opened.writing() as connection:
        for name in ("entry_no_update", "entry_no_delete", "node_no_update", "node_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        key = "seq" if table == "entry" else "level, position"
        row = connection.exec_driver_sql(
            f"SELECT {key}, {column} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {offset}"
        ).one()
        where = " AND ".join(f"{name} = ?" for name in key.split(", "))
        changed = flipped(row[-1], data)
        connection.exec_driver_sql(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {where}", (changed, *row[:-1]))
        assert list(history_faults(connection, no_progress)) != []
        raise UndoneError


class UndoneError(Exception):
    """Ends a change that shall leave nothing behind."""


def flipped(value: int | str | bytes, data: st.DataObject) -> object:
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 62), label="bit"))
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    position = data.draw(st.integers(0, len(raw) - 1), label="byte")
    # In text only seven bits change, so that it stays text that can be stored.
    raw[position] ^= 1 << data.draw(st.integers(0, 6 if isinstance(value, str) else 7), label="bit")
    return raw.decode() if isinstance(value, str) else bytes(raw)


def test_the_untouched_history_has_no_faults(opened):
    with opened.read() as connection:
        assert list(history_faults(connection, no_progress)) == []


def drop(name: str) -> Callable[[Entry], object]:
    return lambda entry: entry.pop(name)


def approval(entry: Entry) -> Entry:
    return entry["approvals"][0]


def say(name: str, value: object) -> Callable[[Entry], object]:
    return lambda entry: approval(entry)["statement"].__setitem__(name, value)


COVERED = {
    "approvals removed": ("weapon.gone", drop("approvals"), "approval"),
    "approval forged": ("weapon.gone", lambda e: approval(e).update(signature="AAAA"), "approval"),
    "approval by another key": ("weapon.gone", lambda e: approval(e).update(certificate="ab" * 32), "approval"),
    "approval over other content": ("weapon.gone", lambda e: e["after"].update(end="Order 13/2026"), "approval"),
    "approval of another register": ("weapon.gone", say("register", "other"), "approval"),
    "approver is the actor": (
        "weapon.gone", lambda e: e.update(actor=approval(e)["statement"]["officer"]), "approval",
    ),
    "approver unknown": ("weapon.gone", say("officer", "nobody"), "approval"),
    "statement changed": ("weapon.gone", say("act", "weapon.corrected"), "approval"),
    "the founders' approval removed": ("register.created", drop("approvals"), "approval"),
    "an actor without an account": ("weapon.corrected", lambda e: e.update(actor="nobody"), "permission"),
    "the recovery key at work": ("weapon.corrected", lambda e: e.update(actor="recovery"), "permission"),
    "an event that does not exist": ("weapon.corrected", lambda e: e.update(kind="weapon.wished"), "event"),
    "another founding": ("place.added", lambda e: e.update(kind="register.created"), "event"),
    "a field that does not exist": ("weapon.corrected", lambda e: e.update(note="x"), "bytes"),
    "a field of another form": ("weapon.corrected", lambda e: e.update(reason=7), "bytes"),
    "an entry without its record": ("weapon.corrected", drop("after"), "bytes"),
    "a record of somebody else": ("weapon.corrected", lambda e: e["after"].update(id="x"), "bytes"),
    "a version of the future": ("weapon.corrected", lambda e: e.update(v=2), "bytes"),
    "another time": ("weapon.corrected", lambda e: e.update(recorded_at="2020-01-01T00:00:00.000Z"), "time"),
    "what was before": ("weapon.corrected", lambda e: e["before"].update(remarks="x"), "before"),
    "nothing before": ("weapon.corrected", drop("before"), "before"),
    "a digest of personal data": ("weapon.corrected", lambda e: e["after"].update(personal="ab"), "personal"),
    "an override without a second officer": ("weapon.corrected", lambda e: e.update(overrides=["duty"]), "approval"),
    "a transfer under another name": ("weapon.gone", lambda e: (e.update(kind="weapon.placed"), e.pop("approvals")),
                                      "approval"),
    "another hand inside an act": ("weapon.registered", lambda e: e.update(overrides=["x"]), "act"),
}  # fmt: skip


@pytest.mark.parametrize("crime", COVERED)
def test_what_cannot_be_recomputed_gives_it_away(crime: str, scene: Scene, check: Check):
    event, mutate, code = COVERED[crime]
    with inside(scene) as connection:
        seq = last_of(connection, event)
        rewrite(connection, seq, mutate)
        cover(connection)
    found = check(scene).findings
    assert any(each.code == code for each in found), found
    assert any(f"{seq}" in each.where for each in found) or event == "register.created"


def test_an_approval_used_for_another_act_is_found(scene: Scene, check: Check):
    with inside(scene) as connection:
        last = last_of(connection, "weapon.gone")
        one, other = read_entry(connection, last - 1), read_entry(connection, last)
        other["approvals"] = one["approvals"]
        put_entry(connection, last, other)
        cover(connection)
    assert "approval" in codes(check, scene)


def test_an_approver_without_the_role_is_found(scene: Scene, check: Check):
    def demote(entry: Entry) -> None:
        if entry["after"].get("sign_in") == "okoro":
            entry["after"]["roles"] = ["exporter"]

    with inside(scene) as connection:
        for seq in (2, 3):
            rewrite(connection, seq, demote)
        cover(connection)
    text = [each.text for each in check(scene).findings if each.code == "approval"]
    assert any("weapons.dispose" in each for each in text)


def test_an_officer_added_by_other_hands_is_found(scene: Scene, check: Check):
    with inside(scene) as connection:
        officer = read_entry(connection, 3)
        last = connection.execute("SELECT max(seq) FROM entry").fetchone()[0]
        intruder = new_uuid7(START)
        entry = {**officer, "seq": last + 1, "kind": "person.added", "action": new_uuid7(START),
                 "subject": {"kind": "person", "id": intruder},
                 "recorded_at": read_entry(connection, last)["recorded_at"],
                 "after": {**officer["after"], "id": intruder, "sign_in": "intruder"}}  # fmt: skip
        entry.pop("approvals", None)
        put_entry(connection, last + 1, entry)
        cover(connection)
    assert any("officer's account" in each.text for each in check(scene).findings)


def test_a_rewritten_history_that_fits_is_found_by_an_earlier_checkpoint(scene: Scene, check: Check):
    """Everything fits: row, entry, hashes, and a checkpoint signed anew. Only what left the machine tells."""
    with scene.desk() as desk:
        known = make_checkpoint(desk.register)
    rewritten(scene)
    report = check(scene)
    assert report.findings == ()
    with scene.desk() as desk, desk.read() as connection:
        assert "rewritten" in (disagreement(connection, check_signed(connection, known)) or "")


def test_a_rewritten_history_that_fits_is_noticed_on_opening(scene: Scene):
    rewritten(scene)
    with scene.desk() as desk:
        assert any("rewritten" in each for each in desk.register.warnings)


def test_a_rewritten_history_is_found_by_a_checkpoint_that_is_kept(scene: Scene, check: Check):
    with scene.desk() as desk:
        make_checkpoint(desk.register)
    rewritten(scene, forget=False)
    assert "checkpoint" in codes(check, scene)


def rewritten(scene: Scene, *, forget: bool = True) -> None:
    with inside(scene) as connection:
        seq = last_of(connection, "weapon.corrected")
        rewrite(connection, seq, lambda entry: entry["after"].update(remarks="bolt lost"))
        connection.execute("UPDATE weapon SET remarks = 'bolt lost' WHERE remarks = 'bolt replaced'")
        number, words = connection.execute("SELECT number, tag FROM weapon WHERE remarks = 'bolt lost'").fetchone()
        assert number
        assert words
        cover(connection)
        if forget:
            connection.execute("DELETE FROM checkpoint")


def test_a_tail_cut_off_with_its_rows_is_found(scene: Scene, check: Check):
    """The last act is undone as if it had never been: the register agrees with itself, not with what others hold."""
    with scene.desk() as desk:
        known = make_checkpoint(desk.register)
    with inside(scene) as connection:
        last = connection.execute("SELECT max(seq) FROM entry").fetchone()[0]
        weapon = read_entry(connection, last)["subject"]["id"]
        connection.execute("DELETE FROM entry WHERE seq = ?", (last,))
        first = connection.execute("SELECT max(seq) FROM entry WHERE subject = ?", (weapon,)).fetchone()[0]
        before = read_entry(connection, first)["after"]
        connection.execute(
            'UPDATE weapon SET custody = ?, place = ?, "end" = NULL, entry = ? WHERE id = ?',
            (before["custody"], before["place"], first, weapon),
        )
        connection.execute("DELETE FROM checkpoint")
        cover(connection)
    assert check(scene).findings == ()
    with scene.desk() as desk, desk.read() as connection:
        assert "cut off" in (disagreement(connection, check_signed(connection, known)) or "")
        assert any("cut off" in each for each in desk.register.warnings)


@pytest.mark.parametrize("statement", [
    "UPDATE checkpoint SET note = replace(note, char(10) || size || char(10), char(10) || (size - 1) || char(10))",
    "UPDATE checkpoint SET size = size - 1",
    "UPDATE checkpoint SET note = 'nothing'",
    "UPDATE checkpoint SET note = x'ff'",
])  # fmt: skip
def test_a_changed_checkpoint_is_found(statement: str, scene: Scene, check: Check):
    with scene.desk() as desk:
        make_checkpoint(desk.register)
    with inside(scene) as connection:
        assert connection.execute(statement).rowcount == 1
    assert "checkpoint" in codes(check, scene)


def test_a_removed_checkpoint_takes_nothing_from_who_holds_it(scene: Scene, check: Check):
    with scene.desk() as desk:
        known = make_checkpoint(desk.register)
    with inside(scene) as connection:
        connection.execute("DELETE FROM checkpoint")
    assert check(scene).findings == ()
    with scene.desk() as desk, desk.read() as connection:
        assert disagreement(connection, check_signed(connection, known)) is None


def test_another_key_of_the_site_is_found(scene: Scene, check: Check):
    with inside(scene) as connection:
        connection.execute("UPDATE secret SET content = ?", (private_to_der(new_private_key()),))
    assert codes(check, scene) == {"key"}


def test_an_older_backup_in_its_place_is_noticed(scene: Scene):
    shutil.copytree(scene.path, scene.home / "older")
    with scene.desk() as desk:
        add_place(desk, "R2", "Rack two")
        known = make_checkpoint(desk.register)
    shutil.rmtree(scene.path)
    (scene.home / "older").rename(scene.path)
    with scene.desk() as desk, desk.read() as connection:
        assert any("older copy" in each for each in desk.register.warnings)
        assert "cut off" in (disagreement(connection, check_signed(connection, known)) or "")


def test_the_triggers_refuse_who_has_not_dropped_them(scene: Scene):
    with closing(connect(scene.path / "register.db", data_key(scene))) as connection:
        for statement in (
            "UPDATE entry SET actor = 'x'", "DELETE FROM entry", "DELETE FROM node", "UPDATE node SET hash = x'00'",
            "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2", "DELETE FROM personal",
            "INSERT OR REPLACE INTO node SELECT * FROM node LIMIT 1", "UPDATE personal SET content = '{}'",
        ):  # fmt: skip
            with pytest.raises(sqlcipher.DatabaseError, match="append-only"):
                connection.execute(statement)
