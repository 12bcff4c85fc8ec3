"""Checkpoints of the history: the size and root of the tree, signed by the site's key as a C2SP note."""

import sqlalchemy as sa

from armoury.domain.clock import format_instant
from armoury.domain.errors import IntegrityError, RuleError
from armoury.domain.records.site import RegisterRecord
from armoury.history.checkpoints import Checkpoint, check_note, read_note, write_note
from armoury.history.tree import root
from armoury.i18n import _
from armoury.signing.certificates import certificate_public_key
from armoury.signing.keys import private_from_der, public_to_der, sign, verify
from armoury.signing.wrapping import from_base64
from armoury.store.reading import first
from armoury.store.register import Register
from armoury.store.site_chain import succeeds
from armoury.store.writing import fetch_node, read_head

SITE_KEY = "site_key"


def origin_of(site: str) -> str:
    """Return the origin line of a site's checkpoints, which is also the name of its key."""
    return f"armoury/{site}"


def root_at(connection: sa.Connection, size: int) -> bytes:
    """Return the root of the first `size` entries, from the stored nodes."""
    return root(size, lambda level, index: fetch_node(connection, level, index))


def current(connection: sa.Connection, site: str) -> Checkpoint:
    """Return the checkpoint of the history as it stands, unsigned."""
    return _at(connection, site, read_head(connection).size)


def _at(connection: sa.Connection, site: str, size: int) -> Checkpoint:
    return Checkpoint(origin_of(site), size, root_at(connection, size))


def make_checkpoint(register: Register, size: int | None = None) -> str:
    """Sign the history and keep the note; the same size gives the note that was kept first.

    Args:
        register: whose history.
        size: how many of its entries, at least 1; all of them where it is not given.

    Raises:
        RuleError: the history has not so many entries.
        StorageError: the disk cannot be written.
    """
    with register.writing() as connection:
        head = read_head(connection).size
        if size is not None and not 1 <= size <= head:
            raise RuleError(_("The history has {head} entries, not {size}.").format(head=head, size=size))
        checkpoint = _at(connection, register.site, head if size is None else size)
        kept = connection.exec_driver_sql("SELECT note FROM checkpoint WHERE size = ?", (checkpoint.size,)).first()
        if kept:
            return str(kept[0])
        key = private_from_der(read_secret(connection, SITE_KEY))
        note = write_note(checkpoint, public_to_der(key.public_key()), lambda text: sign(key, text))
        connection.exec_driver_sql(
            "INSERT INTO checkpoint (size, made_at, note) VALUES (?, ?, ?)",
            (checkpoint.size, format_instant(register.clock()), note),
        )
        return note


def read_secret(connection: sa.Connection, name: str) -> bytes:
    """Return a secret of the site.

    Raises:
        IntegrityError: it is missing.
    """
    row = connection.exec_driver_sql("SELECT content FROM secret WHERE name = ?", (name,)).first()
    if row is None:
        raise IntegrityError(_("The register has lost the site's key. Restore the last backup."))
    return bytes(row[0])


def write_secret(connection: sa.Connection, name: str, content: bytes) -> None:
    """Keep a secret of the site, replacing an older one of that name."""
    connection.exec_driver_sql("INSERT OR REPLACE INTO secret (name, content) VALUES (?, ?)", (name, content))


def site_certificates(connection: sa.Connection) -> list[bytes]:
    """Return every certificate the site has had, oldest first: the first, and each that the one before it certified."""
    return [from_base64(certificate) for certificate, _signature in site_line(connection)]


def site_line(connection: sa.Connection) -> list[tuple[str, str]]:
    """Return the same with the signature by the key before each, all in base64; the first has none."""
    rows = connection.exec_driver_sql(
        "SELECT json_extract(CAST(body AS TEXT), '$.after.certificate'),"
        " json_extract(CAST(body AS TEXT), '$.after.certified_by')"
        " FROM entry WHERE subject_kind = 'register' ORDER BY seq"
    )
    line: list[tuple[str, str]] = []
    for certificate, signature in rows:
        known = {former for former, _signature in line}
        if certificate and (not line or (certificate not in known and succeeds(line[-1][0], certificate, signature))):
            line.append((certificate, signature or ""))
    return line


def check_signed(connection: sa.Connection, text: str) -> Checkpoint:
    """Check that a note was signed by this site and return what it says.

    Raises:
        IntegrityError: it is malformed, another site's, or not signed by a key of this one.
    """
    note = read_note(text)
    problem: IntegrityError | None = None
    for certificate in reversed(site_certificates(connection)):
        try:
            return check_note(note, certificate_public_key(certificate), verify)
        except IntegrityError as refused:
            problem = refused
    own = register_record(connection).site
    if note.checkpoint.origin != origin_of(own):
        text = _("It is the checkpoint of another site, {other}; this register is that of {own}. "
                 "Hold it against the register of its own site.")  # fmt: skip
        other = note.checkpoint.origin.removeprefix(origin_of(""))
        raise IntegrityError(text.format(other=other, own=own)) from problem
    raise problem or IntegrityError(_("The register names no certificate of its site."))


def disagreement(connection: sa.Connection, checkpoint: Checkpoint) -> str | None:
    """Say how the register's history contradicts a checkpoint, or None where it continues it."""
    size = read_head(connection).size
    if size < checkpoint.size:
        return _(
            "The history ends at entry {size}, but the checkpoint already counted {known} entries: "
            "the end was cut off, or an older copy was put in place."
        ).format(size=size, known=checkpoint.size)
    if root_at(connection, checkpoint.size) != checkpoint.root:
        return _(
            "The first {known} entries are not those that the checkpoint counted: the history was rewritten."
        ).format(known=checkpoint.size)
    return None


def register_record(connection: sa.Connection) -> RegisterRecord:
    """Return the register's own record.

    Raises:
        IntegrityError: it is missing.
    """
    found = first(connection, RegisterRecord, "LIMIT 1")
    if found is None:
        raise IntegrityError(_("The register does not say which one it is. Restore the last backup."))
    return found
