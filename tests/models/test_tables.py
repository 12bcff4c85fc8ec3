"""The tables hold what is declared, and nothing personal."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from armoury.domain.fields import declared_fields
from armoury.domain.kinds import KINDS
from armoury.models.tables import ENTRY, METADATA, NODE, TABLES, UNFOLDED


def test_every_kind_has_its_table():
    assert set(TABLES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda each: each.name)
def test_a_table_has_the_recorded_and_derived_fields_and_nothing_personal(kind):
    declared = {each.name for each in declared_fields(kind.record) if not each.field.personal}
    assert set(TABLES[kind.name].c.keys()) == declared | {each.name for each in kind.derived}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda each: each.name)
def test_an_id_is_unique(kind):
    table = TABLES[kind.name]
    unique = [index for index in table.indexes if index.unique and index.columns.keys() == ["id"]]
    assert table.primary_key.columns.keys() == ["id"] or unique


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda each: each.name)
def test_what_lists_sort_by_has_an_index(kind):
    indexed = {index.columns.keys()[0] for index in TABLES[kind.name].indexes}
    assert set(kind.indexes) <= indexed


def test_an_unfolded_list_has_a_table_of_its_items():
    unfolded = {kind.name: kind.unfolded for kind in KINDS.values() if kind.unfolded}
    assert set(UNFOLDED) == set(unfolded)
    for name, each in unfolded.items():
        declared = [field.name for field in declared_fields(each.part)]
        assert UNFOLDED[name].c.keys() == ["subject", "position", *declared]
        assert {tuple(index.columns.keys()) for index in UNFOLDED[name].indexes} == set(each.indexes)


def test_a_reference_leads_to_a_table():
    for table in METADATA.tables.values():
        for key in table.foreign_keys:
            assert key.column.name == "id"


def test_the_history_is_in_its_own_tables():
    assert ENTRY.primary_key.columns.keys() == ["seq"]
    assert NODE.primary_key.columns.keys() == ["level", "position"]


HELD = {
    "place": ("p", None, None, None, 0),
    "holder": (None, "h", None, None, 0),
    "holder not listed": (None, None, None, None, 1),
    "gone": (None, None, None, "e", 0),
}
NOT_HELD = {
    "nowhere": (None, None, None, None, 0),
    "two hands": ("p", "h", None, None, 0),
    "gone and here": ("p", None, None, "e", 0),
}


def held(place, holder, transfer, end, unlisted) -> bool:
    """Ask SQLite whether the table's check lets a weapon be held so."""
    (check,) = [each for each in TABLES["weapon"].constraints if isinstance(each, sa.CheckConstraint)]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f'CREATE TABLE w (place, holder, transfer, "end", holder_unlisted, CHECK ({check.sqltext}))')
        try:
            connection.execute("INSERT INTO w VALUES (?, ?, ?, ?, ?)", (place, holder, transfer, end, unlisted))
        except sqlite3.IntegrityError:
            return False
    return True


@pytest.mark.parametrize("how", HELD)
def test_a_weapon_is_in_one_hand(how):
    assert held(*HELD[how])


@pytest.mark.parametrize("how", NOT_HELD)
def test_a_weapon_is_never_in_none_or_two(how):
    assert not held(*NOT_HELD[how])
