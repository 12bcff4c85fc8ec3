"""The schema's version: made on creation, upgraded on opening, refused where it is newer than this program.

Foreign keys are off before the transaction begins and checked before it ends, as SQLite asks for table changes.
"""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from armoury.domain.errors import IntegrityError, StorageError
from armoury.i18n import _
from armoury.store.engine import explain, only_reading

KNOWN = (
    "r0001",
    "r0002",
    "r0003",
    "r0004",
    "r0005",
    "r0006",
    "r0007",
)
HEAD = KNOWN[-1]
"""The revision this program works with; a test holds it equal to Alembic's head."""

NOTHING = "base"
"""What Alembic calls the state before the first revision."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def schema_revision(connection: sa.Connection) -> str | None:
    """Return the revision of an opened database; None for an empty one."""
    there = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first() if there else None
    return str(row[0]) if row else None


def needs_upgrade(revision: str | None) -> bool:
    """Tell whether a database must be upgraded before work.

    Raises:
        StorageError: a newer program wrote it.
    """
    if revision is not None and revision not in KNOWN:
        raise StorageError(
            _(
                "This register was written by a newer version of Armoury (its format is {found}, this program knows "
                "{known}). Nothing was changed. Install the newer version."
            ).format(found=revision, known=HEAD)
        )
    return revision != HEAD


def move_schema(
    engine: sa.Engine, revision: str = HEAD, *, check: Callable[[sa.Connection], None] | None = None
) -> None:
    """Take the schema to a revision, forward or back, in one transaction.

    Args:
        engine: an engine nobody else uses now.
        revision: where to go.
        check: asked before the transaction ends; what it raises rolls everything back.

    Raises:
        IntegrityError: rows would refer to rows that are not there; nothing was changed.
        StorageError: the disk is full or cannot be written; nothing was changed.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            only_reading(connection.connection, False)
            connection.exec_driver_sql("PRAGMA foreign_keys=off")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                _run_revisions(connection, revision)
                _check_moved(connection, check)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                # A full disk has rolled back already; a connection that is thrown away leaves nothing behind.
                connection.invalidate()
                raise
            connection.exec_driver_sql("PRAGMA foreign_keys=on")
    except DBAPIError as problem:
        raise explain(problem.orig or problem, Path("register.db")) from problem


def _check_moved(connection: sa.Connection, check: Callable[[sa.Connection], None] | None) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise IntegrityError(_("The register could not be upgraded: some records refer to missing ones."))
    if check is not None:
        check(connection)


def _run_revisions(connection: sa.Connection, revision: str) -> None:
    # Alembic takes a third of a second to import and is needed on creation and upgrade only.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    current = schema_revision(connection)
    order = (NOTHING, *KNOWN)
    going_back = current is not None and order.index(revision) < order.index(current)
    (command.downgrade if going_back else command.upgrade)(config, revision)
