"""Photographs and documents: sealed files in `evidence.db`, their keys in the register.

Each file is encrypted with a random key of its own (AES-256-GCM) and lies under the SHA-256 of its sealed form, so that
the file can be checked without any key and tells a thief nothing, and a new data key never touches it. A file is
written before the record that names it; one that no record names does no harm.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from armoury.domain.errors import IntegrityError
from armoury.i18n import _
from armoury.store.engine import explain
from armoury.store.files import RegisterFolder
from armoury.store.register import Register

_NONCE = 12


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in evidence.db, and the key that the register must keep for it."""

    sha256: str
    address: str
    key: bytes = field(repr=False)


def keep_file(register: Register, data: bytes) -> KeptFile:
    """Seal a file and write it to disk, durably; the register does not know it yet.

    Raises:
        StorageError: the disk is full or cannot be written.
        IntegrityError: evidence.db is damaged.
    """
    digest, key, nonce = sha256(data).hexdigest(), os.urandom(32), os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, bytes.fromhex(digest))
    address = sha256(sealed).hexdigest()
    with _explained(register.folder), closing(_connect_to_write(register.folder)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO file (address, sealed) VALUES (?, ?)", (address, sealed))
        connection.execute("COMMIT")
    return KeptFile(digest, address, key)


def read_file(register: Register, digest: str) -> bytes:
    """Return a file by the SHA-256 of its content.

    Raises:
        IntegrityError: it is missing, or is not what was put in.
    """
    with register.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT address, content_key FROM evidence_key WHERE sha256 = ?", (digest,)
        ).first()
    if row is None:
        raise IntegrityError(_("The register holds no key for the file {digest}.").format(digest=digest[:16]))
    with FileCheck(register.folder) as files:
        return files.open(digest, address=row[0], key=bytes(row[1]))


class FileCheck:
    """Reads many files of evidence.db through one connection; use it in a `with` block."""

    def __init__(self, folder: RegisterFolder) -> None:
        """Open evidence.db; one that is missing holds no files.

        Raises:
            StorageError: it cannot be opened.
        """
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        if folder.evidence.exists():
            with _explained(folder):
                self._connection = _connect_to_read(folder)

    def lies(self, address: str) -> bool:
        """Tell whether there is a file at an address.

        Raises:
            IntegrityError: evidence.db is damaged.
        """
        return self._value("SELECT 1 FROM file WHERE address = ?", address) is not None

    def open(self, digest: str, *, address: str, key: bytes) -> bytes:
        """Return one file, checked against both digests.

        Raises:
            IntegrityError: it is missing, or is not what was put in.
        """
        sealed = self._value("SELECT sealed FROM file WHERE address = ?", address)
        if not isinstance(sealed, bytes):
            raise IntegrityError(_("The file {digest} is missing from evidence.db.").format(digest=digest[:16]))
        try:
            data = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bytes.fromhex(digest))
        except (InvalidTag, ValueError) as problem:
            raise IntegrityError(_changed(digest)) from problem
        if sha256(sealed).hexdigest() != address or sha256(data).hexdigest() != digest:
            raise IntegrityError(_changed(digest))
        return data

    def _value(self, query: str, address: str) -> object:
        if self._connection is None:
            return None
        with _explained(self._folder):
            row = self._connection.execute(query, (address,)).fetchone()
        return row[0] if row else None

    def __enter__(self) -> "FileCheck":
        """Use it."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close evidence.db."""
        if self._connection is not None:
            self._connection.close()


def _changed(digest: str) -> str:
    return _("The file {digest} in evidence.db was changed.").format(digest=digest[:16])


def copy_evidence(source: RegisterFolder, target: RegisterFolder) -> None:
    """Copy evidence.db consistently; one that does not exist yet gives an empty copy.

    Raises:
        StorageError: the disk is full or cannot be written.
        IntegrityError: evidence.db is damaged.
    """
    with _explained(target), closing(_connect_to_write(target)) as copy:
        if source.evidence.exists():
            with _explained(source), closing(_connect_to_read(source)) as origin:
                _read_through(origin)
                origin.backup(copy)


def _read_through(connection: sqlite3.Connection) -> None:
    """Touch the table, so that a file that is no database is found out before a copy of it is made."""
    connection.execute("SELECT count(*) FROM file").fetchone()


def _connect_to_write(folder: RegisterFolder) -> sqlite3.Connection:
    connection = sqlite3.connect(folder.evidence, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA synchronous=full")
        connection.execute("PRAGMA temp_store=memory")
        connection.execute("CREATE TABLE IF NOT EXISTS file (address TEXT PRIMARY KEY, sealed BLOB NOT NULL)")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_to_read(folder: RegisterFolder) -> sqlite3.Connection:
    """Nothing is written but what a power cut left in the journal, which must be rolled back before anything is read.

    On a medium that cannot be written this is impossible, and `immutable` says so to SQLite.
    """
    asked = "mode=rw" if os.access(folder.path, os.W_OK) else "immutable=1"
    return sqlite3.connect(f"file:{quote(str(folder.evidence))}?{asked}", uri=True, isolation_level=None, timeout=30)


@contextmanager
def _explained(folder: RegisterFolder) -> Iterator[None]:
    """Turn what SQLite raises into a sentence about evidence.db."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        words = str(problem).lower()
        if any(each in words for each in ("not a database", "malformed", "no such table")):
            raise IntegrityError(
                _("“{path}” is damaged. Put back evidence.db from the newest backup.").format(path=folder.evidence)
            ) from problem
        raise explain(problem, folder.evidence) from problem
