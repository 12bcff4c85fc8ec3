"""The revisions: they end where the models are, stand alone, go up and down, and keep what is stored."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from armoury.models.ddl import SEARCH, TRIGGERS
from armoury.models.tables import METADATA
from armoury.store.engine import make_engine
from armoury.store.upgrade import HEAD, KNOWN, NOTHING, move_schema
from tests.architecture.source import ROOT

MIGRATIONS = ROOT / "armoury" / "store" / "migrations"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(tmp_path / "register.db", bytes(32))
    move_schema(engine)
    yield engine
    engine.dispose()


def schema(engine: sa.Engine) -> set[tuple[str, str, str]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, coalesce(sql, '') FROM sqlite_master")
        return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows}


def test_the_head_is_what_the_program_works_with():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_every_revision_is_known_in_its_order():
    revisions = [each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    assert tuple(reversed(revisions)) == KNOWN


def ours(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """The full text keeps tables of its own, and Alembic one."""
    return not (kind == "table" and name and (name.startswith("search") or name == "alembic_version"))


def test_the_head_equals_the_models(engine: sa.Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, METADATA) == []


def test_columns_checks_and_keys_are_those_of_the_models(engine: sa.Engine):
    """What the comparison of tables passes over: checks, and tables without a row number."""
    fresh = sa.create_engine("sqlite://")
    METADATA.create_all(fresh)
    for table in METADATA.tables:
        made, moved = sa.inspect(fresh), sa.inspect(engine)
        for ask in ("get_check_constraints", "get_pk_constraint", "get_unique_constraints"):
            assert tidy(getattr(moved, ask)(table)) == tidy(getattr(made, ask)(table)), (table, ask)
        assert rowless(fresh, table) == rowless(engine, table)
    fresh.dispose()


def tidy(found: object) -> str:
    return "".join(str(found).replace("\\n", " ").split())


def rowless(engine: sa.Engine, table: str) -> bool:
    with engine.connect() as connection:
        sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    return "WITHOUT ROWID" in sql


def test_triggers_and_full_text_are_those_of_the_models(engine: sa.Engine):
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger' OR name = 'search'")
        assert {row[0] for row in rows} == {*TRIGGERS, SEARCH}


@pytest.mark.parametrize("older", KNOWN[:-1])
def test_down_and_up_again_changes_nothing_of_the_schema(older: str, engine: sa.Engine):
    before = schema(engine)
    move_schema(engine, older)
    assert schema(engine) != before
    move_schema(engine)
    assert schema(engine) == before


def test_all_the_way_down_leaves_nothing(engine: sa.Engine):
    move_schema(engine, NOTHING)
    assert {name for kind, name, _sql in schema(engine) if kind == "table"} == {"alembic_version"}


@pytest.mark.parametrize("revision", sorted(MIGRATIONS.glob("versions/r*.py")), ids=lambda each: each.stem)
def test_a_revision_imports_nothing_of_the_program(revision: Path):
    imported = set()
    for node in ast.walk(ast.parse(revision.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert imported <= {"alembic", "sqlalchemy"}
