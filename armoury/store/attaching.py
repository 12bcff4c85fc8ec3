"""Taking hold of a register's database with a data key: is it there, whole, and the one of these key slots?"""

from collections.abc import Sequence

import sqlalchemy as sa

from armoury.domain.clock import Clock
from armoury.domain.errors import IntegrityError, StorageError
from armoury.i18n import _
from armoury.store.engine import make_engine
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import Keyslots
from armoury.store.register import Register
from armoury.store.upgrade import schema_revision

FIRST_PAGE = 4096
"""Bytes of the first page of any SQLCipher database; a whole one is never shorter."""


def attach(
    folder: RegisterFolder, keyslots: Keyslots, keys: Sequence[bytes], *, clock: Clock, read_only: bool = False
) -> Register:
    """Make the register object with the first of the keys that opens the database.

    Raises:
        StorageError: the database is missing.
        IntegrityError: no key opens it, it is cut off, or it is another register's.
    """
    _check_present(folder)
    problem: IntegrityError | None = None
    for key in keys:
        engine = make_engine(folder.database, key, read_only=read_only)
        register = Register(folder, keyslots.register, "", engine, key, clock)
        try:
            _identify(register)
            return register
        except IntegrityError as refused:
            engine.dispose()
            problem = problem or refused
    raise problem or IntegrityError(_("keyslots.json holds no key for this register."))


def _identify(register: Register) -> None:
    with register.read() as connection:
        _check_length(register.folder, connection)
        if schema_revision(connection) is None:
            raise IntegrityError(_("“{path}” holds no register.").format(path=register.folder.database))
        record = connection.exec_driver_sql("SELECT id, site FROM register LIMIT 1").first()
    if record is None or record[0] != register.id:
        raise IntegrityError(
            _(
                "“{path}” is the database of another register than keyslots.json beside it. "
                "Put the right pair together."
            ).format(path=register.folder.database)
        )
    register.site = record[1]


def _check_present(folder: RegisterFolder) -> None:
    if not folder.database.is_file():
        raise StorageError(
            _("The file register.db is missing from “{path}”. Restore a backup.").format(path=folder.path)
        )
    # SQLite takes what is shorter than a page for a new database and would write to it.
    if folder.database.stat().st_size < FIRST_PAGE:
        raise IntegrityError(_("“{path}” was cut off. Restore a backup.").format(path=folder.database))


def _check_length(folder: RegisterFolder, connection: sa.Connection) -> None:
    """A file cut off behind its first page still opens; its length betrays it unless the journal holds the rest."""
    journal = folder.database.with_name(folder.database.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        return
    pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    size = int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    if folder.database.stat().st_size < pages * size:
        raise IntegrityError(_("“{path}” was cut off. Restore a backup.").format(path=folder.database))
