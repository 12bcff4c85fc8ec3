"""Somebody with the data key edits what the history describes: `check` finds it and names it."""

import sqlite3
from contextlib import closing

import pytest

from armoury.domain.kinds import KINDS
from armoury.domain.records.weapon import Weapon
from armoury.services.desk import Desk
from armoury.store.engine import connect
from armoury.store.reading import several
from tests.fault.scene import Scene, remark, weapon_ids
from tests.tampering.conftest import Check
from tests.tampering.thief import data_key, inside

WEAPON = "(SELECT id FROM weapon WHERE number = 2)"


def test_an_honest_register_is_whole(scene: Scene, check: Check):
    assert check(scene, deep=True).findings == ()


CRIMES = {
    "a serial": ("UPDATE weapon SET serial = 'SN99999' WHERE number = 2", "row", "serial"),
    "a standing": ("UPDATE weapon SET legal = 'forfeited' WHERE number = 2", "row", "legal"),
    "a flag, to another truth": ("UPDATE weapon SET museum_piece = 1 WHERE number = 2", "row", "museum_piece"),
    "a flag, to a truth that no list finds": ("UPDATE weapon SET museum_piece = 2 WHERE number = 2", "row", "museum"),
    "a derived column": ("UPDATE weapon SET serial_key = 'SN99999' WHERE number = 2", "row", "serial_key"),
    "the number of the last entry": ("UPDATE weapon SET entry = 1 WHERE number = 2", "row", "last entry"),
    "a deleted row": ("DELETE FROM weapon WHERE number = 2", "row", "its row is gone"),
    "an added row": (
        "INSERT INTO place (id, tag, code, name, level, closed, entry) VALUES ('x', 'y', 'z', 'n', 'rack', 0, 9999)",
        "row", "no history",
    ),
    "a row under another's entry": (
        "INSERT INTO place (id, tag, code, name, level, closed, entry) VALUES ('x', 'y', 'z', 'n', 'rack', 0, 5)",
        "row", "something else",
    ),
    "a code": (f"UPDATE code SET key = 'SN99999' WHERE scheme = 'serial' AND subject = {WEAPON}", "code", "scanned"),
    "a code of another type": (
        f"UPDATE code SET key = x'00ff' WHERE scheme = 'serial' AND subject = {WEAPON}", "code", "scanned",
    ),
    "a removed code": (f"DELETE FROM code WHERE scheme = 'serial' AND subject = {WEAPON}", "code", "scanned"),
    "a code twice": (f"INSERT INTO code SELECT * FROM code WHERE scheme = 'serial' AND subject = {WEAPON}", "code", ""),
    "a code of nobody": ("INSERT INTO code VALUES ('A', 'A', 'serial', 'weapon', 'nobody')", "code", "codes"),
    "a removed line of the full text": ("DELETE FROM search WHERE rowid = 2", "search", "lacks weapon number 2"),
    "a line of the full text for nothing": (
        "INSERT INTO search (rowid, words) VALUES (999, 'ghost')", "search", "number 999",
    ),
    "an officer's role": ("UPDATE person SET roles = '[\"armourer\"]' WHERE sign_in = 'okoro'", "row", "roles"),
    "a personal value": ("UPDATE personal SET content = '{}' WHERE subject_kind = 'weapon'", "personal", "changed"),
    "a personal value of another type": (
        "UPDATE personal SET content = x'ff' WHERE subject_kind = 'weapon'", "personal", "changed",
    ),
    "the salt of a personal value": ("UPDATE personal SET salt = zeroblob(32)", "personal", "changed"),
    "a personal value purged without an entry": (
        "UPDATE personal SET salt = NULL, content = NULL WHERE subject_kind = 'person'", "personal", "without an entry",
    ),
    "a removed personal value": ("DELETE FROM personal WHERE subject_kind = 'person'", "personal", "missing"),
    "an added personal value": (
        "INSERT INTO personal VALUES ('aa', 'person', (SELECT id FROM person LIMIT 1), x'00', '{}')", "personal",
        "no entry",
    ),
    "a removed key of a file": ("DELETE FROM evidence_key", "evidence", "missing"),
    "the site's key": ("UPDATE secret SET content = x'00'", "key", "cannot be used"),
    "a removed key of the site": ("DELETE FROM secret", "key", "lost"),
}  # fmt: skip


@pytest.mark.parametrize("crime", CRIMES)
def test_an_edit_is_found_and_named(crime: str, scene: Scene, check: Check):
    statement, code, words = CRIMES[crime]
    with inside(scene) as connection:
        assert connection.execute(statement).rowcount != 0
    found = check(scene).findings
    assert any(each.code == code and words in each.text for each in found), found


def test_every_changed_column_of_a_weapon_is_named(scene: Scene, check: Check):
    with inside(scene) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(weapon)")]
        columns = [name for name in columns if name not in ("id", "number", "entry")]
        # The rule that custody names one place, holder, transfer or end stands against some of the edits.
        connection.execute("PRAGMA ignore_check_constraints=on")
        for column in columns:
            connection.execute(f'UPDATE weapon SET "{column}" = 77 WHERE number = 2')
    named = " ".join(each.text for each in check(scene).findings if each.code == "row")
    assert [column for column in columns if column not in named] == []


def test_swapped_lines_of_the_full_text_are_found(scene: Scene, check: Check):
    # The same words as before, but each under the other weapon: every count stays the same.
    with scene.desk() as desk:
        texts = _texts(desk)
    with inside(scene) as connection:
        for number, other in ((7, 8), (8, 7)):
            connection.execute("DELETE FROM search WHERE rowid = ?", (number,))
            connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (number, texts[other]))
    assert check(scene).findings == ()
    assert [each.code for each in check(scene, deep=True).findings] == ["search"]


def test_a_changed_word_of_the_full_text_is_found(scene: Scene, check: Check):
    with scene.desk() as desk:
        texts = _texts(desk)
    with inside(scene) as connection:
        connection.execute("DELETE FROM search WHERE rowid = 7")
        connection.execute("INSERT INTO search (rowid, words) VALUES (7, ?)", (texts[7].replace("SN", "XX"),))
    assert [each.code for each in check(scene, deep=True).findings] == ["search"]


def _texts(desk: Desk) -> dict[int, str]:
    compose = KINDS["weapon"].search_text
    assert compose is not None
    with desk.read() as connection:
        return {each.number: compose(each) for each in several(connection, Weapon)}


def test_full_text_agrees_after_many_changes(scene: Scene, check: Check):
    with scene.desk() as desk:
        for turn in range(40):
            remark(desk, weapon_ids(desk)[turn % 3], f"turn {turn}")
    assert check(scene, deep=True).findings == ()


def test_a_changed_file_of_evidence_is_found(scene: Scene, check: Check):
    with closing(sqlite3.connect(scene.path / "evidence.db")) as connection, connection:
        sealed = bytearray(connection.execute("SELECT sealed FROM file").fetchone()[0])
        sealed[40] ^= 1
        connection.execute("UPDATE file SET sealed = ?", (bytes(sealed),))
    found = check(scene, deep=True).findings
    assert [each.code for each in found] == ["evidence"]
    assert "was changed" in found[0].text


def test_a_removed_file_of_evidence_is_found(scene: Scene, check: Check):
    (scene.path / "evidence.db").unlink()
    found = check(scene).findings
    assert [each.code for each in found] == ["evidence"]
    assert not (scene.path / "evidence.db").exists()


@pytest.mark.parametrize("statement", [
    "DROP TRIGGER entry_no_update",
    "CREATE TRIGGER quiet AFTER INSERT ON entry BEGIN UPDATE weapon SET remarks = NULL; END",
    "CREATE VIEW shadow AS SELECT * FROM weapon",
])  # fmt: skip
def test_a_guard_that_was_changed_is_found(statement: str, scene: Scene, check: Check):
    with closing(connect(scene.path / "register.db", data_key(scene))) as connection:
        connection.execute(statement)
    assert "schema" in {each.code for each in check(scene).findings}
