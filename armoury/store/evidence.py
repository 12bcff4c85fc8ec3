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
    """
    digest, key, nonce = sha256(data).hexdigest(), os.urandom(32), os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, bytes.fromhex(digest))
    address = sha256(sealed).hexdigest()
    with _files(register.folder) as connection:
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
    return open_sealed_file(register.folder, digest, address=row[0], key=bytes(row[1]))


def open_sealed_file(folder: RegisterFolder, digest: str, *, address: str, key: bytes) -> bytes:
    """Return one file from evidence.db, checked against both digests.

    Raises:
        IntegrityError: it is missing, or is not what was put in.
    """
    with _files(folder) as connection:
        row = connection.execute("SELECT sealed FROM file WHERE address = ?", (address,)).fetchone()
    if row is None:
        raise IntegrityError(_("The file {digest} is missing from evidence.db.").format(digest=digest[:16]))
    sealed = bytes(row[0])
    try:
        data = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bytes.fromhex(digest))
    except (InvalidTag, ValueError) as problem:
        raise IntegrityError(_("The file {digest} in evidence.db was changed.").format(digest=digest[:16])) from problem
    if sha256(sealed).hexdigest() != address or sha256(data).hexdigest() != digest:
        raise IntegrityError(_("The file {digest} in evidence.db was changed.").format(digest=digest[:16]))
    return data


def addresses(folder: RegisterFolder) -> frozenset[str]:
    """Return the addresses of all files that lie in evidence.db."""
    with _files(folder) as connection:
        return frozenset(row[0] for row in connection.execute("SELECT address FROM file"))


def copy_evidence(source: RegisterFolder, target: RegisterFolder) -> None:
    """Copy evidence.db consistently.

    Raises:
        StorageError: the disk is full or cannot be written.
    """
    with _files(source) as origin, _files(target) as copy:
        origin.backup(copy)


@contextmanager
def _files(folder: RegisterFolder) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(folder.evidence, isolation_level=None, timeout=30)) as connection:
            connection.execute("PRAGMA synchronous=full")
            connection.execute("PRAGMA temp_store=memory")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS file (address TEXT PRIMARY KEY, sealed BLOB NOT NULL)"
            )
            yield connection
    except sqlite3.DatabaseError as problem:
        raise explain(problem, folder.evidence) from problem
