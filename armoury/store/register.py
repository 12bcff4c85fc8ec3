"""An opened register: `read` for looking, `change` for the one way to write.

Only `change` commits, and what changed goes into the history in the same transaction. Nothing leaves this room that
holds a connection open, save inside these two contexts.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as sqlcipher

from armoury.domain.clock import Clock
from armoury.domain.errors import IntegrityError, StorageError
from armoury.i18n import _
from armoury.store.engine import Driver, explain, only_reading
from armoury.store.files import RegisterFolder
from armoury.store.lock import Lock
from armoury.store.steps import Act, Authority, Changes
from armoury.store.writing import write_act

Progress = Callable[[int, int], None]
"""Told what is done and how much there is."""

Cancelled = Callable[[], bool]
"""Asked now and then whether to stop."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def never() -> bool:
    """Do not stop."""
    return False


@dataclass
class Register:
    """A register that is open in this process.

    Attributes:
        id: register id, UUIDv7.
        site: site id, `CC-XXXXXXXX`.
        warnings: sentences that must be shown: an older copy than last seen, a change that was cut short.
        notices: sentences worth knowing that are no fault of the register: it was upgraded.
        lock: held for as long as it is open; None where it is only checked from read-only media.
    """

    folder: RegisterFolder
    id: str
    site: str
    engine: sa.Engine = field(repr=False)
    data_key: bytes = field(repr=False)
    clock: Clock = field(repr=False)
    lock: Lock | None = field(default=None, repr=False)
    warnings: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Look at one moment of the register; nothing can be written."""
        with self._connection() as connection, _transaction(only_reading(connection.connection, True)):
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Driver]:
        """Look as `read` does, through the driver alone: for what is asked at every scan and every scroll."""
        try:
            with closing(self.engine.raw_connection()) as pooled:
                driver = only_reading(pooled, True)
                with _transaction(driver):
                    yield driver
        except sqlcipher.Error as problem:
            raise explain(problem, self.folder.database) from problem

    def change(self, act: Act, authority: Authority, *, progress: Progress = no_progress) -> Changes:
        """Carry out an act: rows, codes, full text, entries and tree in one transaction.

        Raises:
            RuleError: a record was changed by someone else since it was read.
            StorageError: the disk is full or cannot be written; nothing was changed.
        """
        with self.writing() as connection:
            return write_act(connection, act, authority, clock=self.clock, progress=progress)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Hold the write lock; commit on leaving, roll back on any error. For this room only."""
        with self._connection() as connection:
            only_reading(connection.connection, False)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise

    @staticmethod
    def _roll_back(connection: sa.Connection) -> None:
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # The database has already rolled back by itself, as it does when the disk is full.
            connection.invalidate()

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as problem:
            raise explain(problem.orig or problem, self.folder.database) from problem
        except sqlcipher.Error as problem:
            raise explain(problem, self.folder.database) from problem

    def close(self) -> None:
        """Close all connections and give the lock back."""
        self.engine.dispose()
        if self.lock is not None:
            self.lock.release()

    def __enter__(self) -> "Register":
        """Use the register in a `with` block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close it."""
        self.close()


@contextmanager
def _transaction(driver: sqlcipher.Connection) -> Iterator[None]:
    """Hold one moment of the database."""
    driver.execute("BEGIN")
    try:
        yield
    finally:
        # A damaged page or a failing disk may already have ended it.
        if driver.in_transaction:
            driver.execute("COMMIT")


def integrity(sentence: str) -> IntegrityError:
    """Make the error for a register whose content contradicts itself."""
    text = _("{sentence} Do not go on working; restore a backup or ask for help.")
    return IntegrityError(text.format(sentence=sentence))


__all__ = ["Cancelled", "Driver", "Progress", "Register", "StorageError", "never", "no_progress"]
