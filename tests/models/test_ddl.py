"""The triggers: nothing of history is changed, taken away, or put anywhere but at its end."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from armoury.models.ddl import SEARCH, TRIGGERS
from armoury.models.tables import METADATA


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    connection = engine.raw_connection()
    driver = connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    for each in TRIGGERS:
        driver.execute(each)
    driver.execute("PRAGMA recursive_triggers=on")
    for seq in (1, 2):
        driver.execute("INSERT INTO entry VALUES (?, x'00', 'a', 'k', 's', 'i', 't', 'w', x'00')", (seq,))
    driver.execute("INSERT INTO node VALUES (1, 0, x'00')")
    driver.execute("INSERT INTO checkpoint VALUES (2, 't', 'note')")
    driver.execute("INSERT INTO personal VALUES ('d', 'person', 'i', x'00', '{}')")
    yield driver
    connection.close()
    engine.dispose()


_ENTRY = "VALUES ({}, x'11', 'a', 'k', 's', 'i', 't', 'w', x'11')"
CRIMES = (
    "UPDATE entry SET body = x'11' WHERE seq = 1",
    "DELETE FROM entry WHERE seq = 2",
    f"INSERT INTO entry {_ENTRY.format(4)}",
    f"INSERT INTO entry {_ENTRY.format(0)}",
    f"INSERT OR REPLACE INTO entry {_ENTRY.format(1)}",
    f"INSERT OR REPLACE INTO entry {_ENTRY.format(2)}",
    f"REPLACE INTO entry {_ENTRY.format(2)}",
    "UPDATE node SET hash = x'11'",
    "DELETE FROM node",
    "INSERT OR REPLACE INTO node VALUES (1, 0, x'11')",
    "UPDATE checkpoint SET note = 'other'",
    "DELETE FROM checkpoint",
    "INSERT OR REPLACE INTO checkpoint VALUES (2, 't', 'other')",
    "DELETE FROM personal",
    'UPDATE personal SET content = \'{"name":"other"}\'',
    "UPDATE personal SET salt = NULL, content = NULL, digest = 'other'",
    "INSERT OR REPLACE INTO personal VALUES ('d', 'person', 'i', x'11', '{}')",
)


@pytest.mark.parametrize("crime", CRIMES)
def test_history_is_only_added_to(crime: str, database: sqlite3.Connection):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(crime)


def test_the_next_entry_is_taken(database: sqlite3.Connection):
    database.execute(f"INSERT INTO entry {_ENTRY.format(3)}")


def test_personal_values_can_be_purged(database: sqlite3.Connection):
    database.execute("UPDATE personal SET salt = NULL, content = NULL")
    assert database.execute("SELECT salt, content FROM personal").fetchone() == (None, None)


def test_the_full_text_finds_any_three_characters():
    with closing(sqlcipher.connect(":memory:")) as connection:
        connection.execute(SEARCH)
        connection.execute("INSERT INTO search (rowid, words) VALUES (7, 'Beretta 92')")
        assert connection.execute("SELECT rowid FROM search WHERE search MATCH '\"ett\"'").fetchone() == (7,)
