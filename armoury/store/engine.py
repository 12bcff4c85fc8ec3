"""Connections to the encrypted database: the key first, then the settings that keep every commit.

At most three connections, 16 MB of page cache each. Autocommit at the driver, so that `read` begins plainly and
`change` takes the write lock at once (two writers who read first would fork the history).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection, QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.errors import ArmouryError, IntegrityError, RuleError, StorageError
from armoury.i18n import _

Driver = sqlcipher.Connection
"""The driver's own connection."""

MOST_CONNECTIONS = 3
CACHE_KIB = 16 * 1024
BULK_CACHE_KIB = 256 * 1024
"""For bulk work, while it lasts: the indexes of a million weapons that are written at random take about 280 MB, and
every page of them that does not stay in the cache is decrypted and encrypted again (64 MB: 1.7 times slower there)."""

_WORKING = (
    "PRAGMA journal_mode=wal",
    "PRAGMA synchronous=full",
    "PRAGMA foreign_keys=on",
    "PRAGMA recursive_triggers=on",
    "PRAGMA temp_store=memory",
    f"PRAGMA cache_size=-{CACHE_KIB}",
    "PRAGMA busy_timeout=30000",
    "PRAGMA mmap_size=0",
)


def connect(path: Path, key: bytes, *, read_only: bool = False) -> sqlcipher.Connection:
    """Open one connection with a raw 256-bit key.

    Raises:
        IntegrityError: the file is not a database of this key, or it is damaged.
        StorageError: the file cannot be opened.
    """
    connection = None
    try:
        connection = sqlcipher.connect(
            f"file:{quote(str(path))}{'?immutable=1' if read_only else ''}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=30,
        )
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level=none")
        for statement in () if read_only else _WORKING:
            connection.execute(statement)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as problem:
        if connection is not None:
            connection.close()
        raise explain(problem, path) from problem
    return connection


def make_engine(path: Path, key: bytes, *, read_only: bool = False) -> sa.Engine:
    """Make the engine of one register; closing it closes all connections."""
    creator: Callable[[], sqlcipher.Connection] = lambda: connect(path, key, read_only=read_only)  # noqa: E731
    return sa.create_engine(
        "sqlite+pysqlite://",
        creator=creator,
        module=sqlcipher,
        isolation_level="AUTOCOMMIT",
        poolclass=QueuePool,
        # The connection that was used last is used next, so that its page cache is warm and seldom changes its mode.
        pool_use_lifo=True,
        pool_size=MOST_CONNECTIONS,
        max_overflow=0,
        pool_reset_on_return=None,
    )


def driver_of(pooled: PoolProxiedConnection) -> sqlcipher.Connection:
    """Return the driver's own connection behind one of the pool."""
    driver: Any = pooled.driver_connection
    if not isinstance(driver, sqlcipher.Connection):
        raise TypeError("the connection was closed")
    return driver


def only_reading(pooled: PoolProxiedConnection, wanted: bool) -> sqlcipher.Connection:
    """Let a connection of the pool write or not write, and return the driver's own connection.

    Most work reads; a connection keeps its mode until other work needs the other one.
    """
    driver = driver_of(pooled)
    if pooled.info.get("only_reading") is not wanted:
        driver.execute(f"PRAGMA query_only={int(wanted)}")
        pooled.info["only_reading"] = wanted
    return driver


_SENTENCES: tuple[tuple[str, type[ArmouryError], Callable[[], str]], ...] = (
    ("unique constraint", RuleError,
     lambda: _("Another record already has this number, tag or code ({problem}). Nothing was changed.")),
    ("foreign key constraint", RuleError,
     lambda: _("The record names a place, person or file that is not in the register. Nothing was changed.")),
    ("constraint failed", RuleError, lambda: _("The record contradicts itself ({problem}). Nothing was changed.")),
    ("append-only", IntegrityError, lambda: _("The history can only be added to. Nothing was changed.")),
    ("disk is full", StorageError, lambda: _("The disk is full. Nothing was changed. Make room, then try again.")),
    ("readonly", StorageError,
     lambda: _("“{path}” cannot be written: the medium is read-only. Copy the register first.")),
    ("unable to open", StorageError, lambda: _("“{path}” cannot be opened. Check that the folder is there and yours.")),
    ("locked", StorageError, lambda: _("“{path}” is in use by another program. Close it there and try again.")),
    ("disk i/o", StorageError,
     lambda: _("“{path}” could not be read or written: the disk is full or failing. Nothing was changed.")),
    ("not a database", IntegrityError,
     lambda: _(
         "“{path}” does not belong to these keyslots, or it is damaged. Put the right file back or restore a backup."
     )),
    ("malformed", IntegrityError, lambda: _("“{path}” is damaged. Restore the last backup.")),
)  # fmt: skip


def explain(problem: BaseException, path: Path) -> ArmouryError:
    """Turn a driver's error into a sentence about the register's file."""
    words = str(problem).lower()
    for part, error, sentence in _SENTENCES:
        if part in words:
            return error(sentence().format(path=path, problem=problem))
    return StorageError(
        _("“{path}” cannot be used: {problem}. Nothing was changed.").format(path=path, problem=problem)
    )
