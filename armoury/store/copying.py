"""A consistent copy of a register's three files, while others may read and write."""

from contextlib import closing

from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.store.engine import connect
from armoury.store.evidence import copy_evidence
from armoury.store.files import RegisterFolder, cannot_write, make_private, sync_file, write_whole
from armoury.store.register import Progress, Register, no_progress

_PAGES = 4_096
"""Copied at a time, about 16 MB."""


def copy_register(register: Register, target: RegisterFolder, *, progress: Progress = no_progress) -> None:
    """Copy records, evidence and key slots consistently and durably into an empty folder.

    Raises:
        StorageError: the disk is full or cannot be written; or the key slots were changed while the copy was made.
    """
    try:
        keyslots = register.folder.keyslots.read_bytes()
        make_private(target.database)
        _copy_records(register, target, progress)
        # The records first: every file that they name is there already.
        make_private(target.evidence)
        copy_evidence(register.folder, target)
        for each in (target.database, target.evidence):
            sync_file(each)
        if register.folder.keyslots.read_bytes() != keyslots:
            raise StorageError(_("Officers or keys were changed while the copy was made. Make the copy again."))
    except OSError as problem:
        raise cannot_write(target.path, problem) from problem
    write_whole(target.keyslots, keyslots)


def _copy_records(register: Register, target: RegisterFolder, progress: Progress) -> None:
    def tell(status: int, remaining: int, total: int) -> None:
        progress(total - remaining, total)

    with register.read() as connection, closing(connect(target.database, register.data_key)) as copy:
        source = connection.connection.driver_connection
        if source is None:
            raise StorageError(_("The register was closed."))
        copy.execute("PRAGMA journal_mode=delete").fetchall()
        source.backup(copy, pages=_PAGES, progress=tell)
