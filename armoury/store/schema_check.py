"""The check of the schema: tables, columns, rules, indexes, triggers are those of a new register, no more, no less."""

from collections.abc import Iterator, Mapping
from functools import cache

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from armoury.i18n import _
from armoury.store.findings import Finding
from armoury.store.upgrade import move_schema

_ALL = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
"""What SQLite makes for itself has no SQL or its own prefix."""

_Schema = Mapping[tuple[str, str], str]


def schema_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare the schema with that of a register that was founded now."""
    held, expected = _read(connection), _expected()
    for (kind, name), sql in expected.items():
        if held.get((kind, name)) != sql:
            text = _("The database's {kind} “{name}” was removed or changed.")
            yield Finding("schema", name, text.format(kind=kind, name=name))
    for kind, name in held.keys() - expected.keys():
        text = _("The database holds a {kind} “{name}” that this program did not make.")
        yield Finding("schema", name, text.format(kind=kind, name=name))


def _read(connection: sa.Connection) -> _Schema:
    return {(kind, name): sql for kind, name, sql in connection.exec_driver_sql(_ALL)}


@cache
def _expected() -> _Schema:
    """Return the schema that the revisions make of nothing."""
    engine = sa.create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlcipher.connect(":memory:", isolation_level=None),
        module=sqlcipher,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )
    try:
        move_schema(engine)
        with engine.connect() as connection:
            return _read(connection)
    finally:
        engine.dispose()
