"""Export: the register as a signed bundle for the national registry, read back and checked before success is said.

The number is taken first, in an entry of its own, so that no two bundles ever share one; then a checkpoint is signed,
the bundle is written from one moment of the register, read back from the disk, checked as its receiver would, given its
name, and recorded. What a crash leaves is a file named `.part` and a bundle that the next export calls abandoned.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from armoury.bundle.building import Contents, Paper, TableRows, build
from armoury.bundle.continuity import Continuity, State
from armoury.bundle.layout import SEALED_SUFFIX, SUFFIX
from armoury.bundle.schema import tables
from armoury.bundle.sealing import Identity, Recipient, seal, unseal
from armoury.bundle.tags import BagInfo
from armoury.bundle.verification import Known, Verified, verify_bundle
from armoury.domain.clock import format_instant
from armoury.domain.duties import check_permission
from armoury.domain.errors import ArmouryError, RuleError, StorageError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.exchange import Bundle
from armoury.domain.records.site import RegisterRecord
from armoury.history.checkpoints import read_note
from armoury.history.proofs import consistency_proof
from armoury.history.tree import EMPTY_ROOT
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.desk import Desk
from armoury.signing.keys import private_from_der
from armoury.signing.signer import SoftwareSigner
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import SITE_KEY, make_checkpoint, read_secret, register_record, site_line
from armoury.store.evidence import read_file
from armoury.store.files import cannot_write, sync_folder
from armoury.store.reading import first, several
from armoury.store.register import Cancelled, Progress, never, no_progress
from armoury.store.steps import Step, step
from armoury.store.upgrade import HEAD
from armoury.store.writing import fetch_node, read_head

PART = ".part"
_BATCH = 500
_ROOM_SHARE = 8
"""A bundle takes less than this part of the register's own size; asked for before anything is written."""


@dataclass(frozen=True)
class Exported:
    """A bundle that lies where it was asked for, and what its own check said of it."""

    path: Path
    record: Bundle
    verified: Verified


@dataclass(frozen=True)
class _Draft:
    """A bundle that was begun: its record, the last one that left before it, and the moment it is signed for."""

    record: Bundle
    previous: Bundle | None
    at: int


def export_bundle(
    desk: Desk,
    folder: Path,
    *,
    recipient: str | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> Exported:
    """Export the register as it stands to a folder, such as that of a USB stick.

    Args:
        desk: who exports.
        folder: where the file shall lie; it must be there.
        recipient: to whom it is sealed, `age1…`; None writes an open bundle.
        progress: told how many entries are written, and of how many.
        cancelled: asked now and then whether to stop.

    Raises:
        PermissionRefusedError: the officer may not export.
        RuleError: the recipient is none, it was stopped, or the bundle would grow beyond 4 GB.
        StorageError: the folder is missing, full or cannot be written; no half-written bundle stays.
        IntegrityError: what was written does not pass its own check.
    """
    check_permission(desk.officer, "bundles.export", desk.duties)
    to = Recipient(recipient) if recipient else None
    _check_folder(desk, folder)
    draft = _begin(desk)
    path = folder / f"{draft.record.reference}{SEALED_SUFFIX if to else SUFFIX}"
    part = path.with_name(path.name + PART)
    try:
        _remove_leftovers(desk, folder)
        done, verified = _write(desk, draft, part, to, _Watch(progress, cancelled))
        _give_name(part, path)
    except BaseException as problem:
        with suppress(OSError):
            part.unlink()
        if isinstance(problem, OSError):
            problem = cannot_write(path, problem)
        if isinstance(problem, ArmouryError):
            _abandon(desk, draft.record, str(problem))
        raise problem
    record = replace(done, file_name=path.name, recipient=recipient, exported_at=format_instant(desk.now()))
    carry_out(desk, plan(desk, "bundle.exported", [step("bundle.exported", _stored(desk, record.id), record)]))
    return Exported(path, record, verified)


def bundles(desk: Desk) -> list[Bundle]:
    """List all bundles that were begun, the latest first."""
    with desk.read() as connection:
        return list(several(connection, Bundle, "ORDER BY t.sequence DESC"))


@dataclass
class _Watch:
    """Passes progress on and stops where the officer asks for it."""

    progress: Progress
    cancelled: Cancelled
    total: int = 0
    done: int = 0

    def add(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)
        if self.cancelled():
            raise RuleError(_("The export was stopped. Nothing was exported."))


def _check_folder(desk: Desk, folder: Path) -> None:
    if not folder.is_dir():
        text = _("There is no folder “{folder}”. Put the stick in, or name another folder.")
        raise StorageError(text.format(folder=folder))
    if folder.resolve().is_relative_to(desk.register.folder.path.resolve()):
        raise RuleError(_("A bundle does not belong in the register's own folder. Name another one."))
    needed = desk.register.folder.database.stat().st_size // _ROOM_SHARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        text = _(
            "“{folder}” has {free} MB free, but the bundle may need {needed} MB. Make room, or take another stick."
        )
        raise StorageError(text.format(folder=folder, free=free // 1_000_000, needed=needed // 1_000_000 + 1))


def _begin(desk: Desk) -> _Draft:
    """Take the next number; a bundle that was begun and never finished is called abandoned in the same act."""
    with desk.read() as connection:
        last = first(connection, Bundle, "ORDER BY t.sequence DESC LIMIT 1")
        previous = first(connection, Bundle, "WHERE t.state = 'exported' ORDER BY t.sequence DESC LIMIT 1")
        begun = list(several(connection, Bundle, "WHERE t.state = 'prepared'"))
    sequence = (last.sequence if last else 0) + 1
    record = Bundle(
        id=new_uuid7(desk.now()),
        reference=f"{desk.register.site}-{sequence:06d}",
        sequence=sequence,
        prepared_at=format_instant(desk.now()),
        prepared_by=desk.officer.id,
        base=0,
        previous=previous.reference if previous else None,
    )
    left = [_abandoned(each, _("It was begun and not finished.")) for each in begun]
    carry_out(desk, plan(desk, "bundle.prepared", [*left, step("bundle.prepared", None, record)]))
    return _Draft(_stored(desk, record.id), previous, desk.now())


def _stored(desk: Desk, bundle_id: str) -> Bundle:
    with desk.read() as connection:
        found = first(connection, Bundle, "WHERE t.id = ?", (bundle_id,))
    if found is None:
        raise RuleError(_("The register does not know this bundle."))
    return found


def _abandoned(record: Bundle, reason: str) -> Step:
    return step("bundle.abandoned", record, replace(record, state="abandoned", abandoned=reason), reason=reason)


def _abandon(desk: Desk, record: Bundle, reason: str) -> None:
    """Say that a bundle never left; where even that cannot be written, the next export says it."""
    with suppress(ArmouryError):
        carry_out(desk, plan(desk, "bundle.abandoned", [_abandoned(record, reason)]))


def _remove_leftovers(desk: Desk, folder: Path) -> None:
    """Take away what a crash during an earlier export of this site left behind."""
    for left in folder.glob(f"{desk.register.site}-*.zip*{PART}"):
        left.unlink(missing_ok=True)


def _write(
    desk: Desk, draft: _Draft, part: Path, recipient: Recipient | None, watch: _Watch
) -> tuple[Bundle, Verified]:
    note = make_checkpoint(desk.register)
    checkpoint = read_note(note).checkpoint
    key = Identity.fresh() if recipient else None
    with desk.read() as connection:
        if read_head(connection).size != checkpoint.size:
            raise RuleError(_("The register was changed while the export began. Export again."))
        register = register_record(connection)
        contents = _contents(desk, connection, draft, note, watch)
        pieces = build(contents, _signer(connection, register), at=draft.at)
        with part.open("xb") as file:
            if recipient and key:
                seal(pieces, file, recipient, key.recipient())
            else:
                file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            _forget(file)
    digest, octets, verified = _read_back(part, key, _known(draft, register), register, desk.now())
    root = checkpoint.root.hex()
    done = replace(draft.record, state="exported", size=checkpoint.size, root=root, sha256=digest, octets=octets)
    return done, verified


def _signer(connection: sa.Connection, register: RegisterRecord) -> SoftwareSigner:
    return SoftwareSigner(private_from_der(read_secret(connection, SITE_KEY)), from_base64(register.certificate))


def _contents(desk: Desk, connection: sa.Connection, draft: _Draft, note: str, watch: _Watch) -> Contents:
    register, record = register_record(connection), draft.record
    size = watch.total = read_head(connection).size
    line = site_line(connection)
    info = BagInfo(
        name=register.name,
        site=register.site,
        register=register.id,
        sequence=record.sequence,
        exported_at=format_instant(draft.at),
        schema=HEAD,
        base=record.base,
        size=size,
        octets=0,
        files=0,
        software="",
        first=line[0][0] if len(line) > 1 else None,
        successors=tuple(line[1:]),
    )
    continuity = _continuity(connection, draft, State(size, read_note(note).checkpoint.root))
    return Contents(
        info, _tables(connection), _entries(connection, record.base, watch), _papers(desk, connection), note, continuity
    )


def _continuity(connection: sa.Connection, draft: _Draft, new: State) -> Continuity:
    def fetch(level: int, index: int) -> bytes:
        return fetch_node(connection, level, index)

    base, previous = State(0, EMPTY_ROOT), _state_of(draft.previous)
    proof = consistency_proof(previous.size, new.size, fetch) if previous else []
    return Continuity(base, (), previous, tuple(proof), new)


def _state_of(bundle: Bundle | None) -> State | None:
    return State(bundle.size or 0, bytes.fromhex(bundle.root or "")) if bundle else None


def _known(draft: _Draft, register: RegisterRecord) -> Known | None:
    state = _state_of(draft.previous)
    if draft.previous is None or state is None:
        return None
    return Known(register.site, state, draft.previous.sequence, register.id)


def _tables(connection: sa.Connection) -> Iterator[TableRows]:
    """Give the tables as the driver gives them: through the layers above it a million rows would take twice as long."""
    driver = connection.connection.driver_connection
    for kind, table in tables().items():
        names = ", ".join(f't."{name}"' for name in table.header)
        rows = driver.execute(f'SELECT {names} FROM "{kind}" AS t ORDER BY t.rowid')  # type: ignore[union-attr]  # noqa: S608
        yield TableRows(kind, table.header, rows)


def _entries(connection: sa.Connection, base: int, watch: _Watch) -> Iterator[Sequence[bytes]]:
    driver = connection.connection.driver_connection
    query = "SELECT body FROM entry WHERE seq > ? ORDER BY seq"
    rows = driver.execute(query, (base,))  # type: ignore[union-attr]
    while batch := rows.fetchmany(_BATCH):
        yield [body for (body,) in batch]
        watch.add(len(batch))


def _papers(desk: Desk, connection: sa.Connection) -> list[Paper]:
    query = "SELECT reference, sha256 FROM certificate WHERE state = 'issued' ORDER BY reference"
    return [Paper(reference, _loader(desk, digest)) for reference, digest in connection.exec_driver_sql(query)]


def _loader(desk: Desk, digest: str) -> Callable[[], bytes]:
    return lambda: read_file(desk.register, digest)


def _forget(file: BinaryIO) -> None:
    """Ask the system to forget what it has just written, so that reading back reads the stick and not the memory."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read_back(
    part: Path, key: Identity | None, known: Known | None, register: RegisterRecord, now: int
) -> tuple[str, int, Verified]:
    """Read the file from the disk and check it as its receiver would."""
    digest = sha256()
    with part.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        octets = file.seek(0, os.SEEK_END)
        file.seek(0)
        archive: BinaryIO = unseal(file, key) if key else file  # type: ignore[assignment]
        with archive:
            trusted = [from_base64(register.certificate)]
            verified = verify_bundle(archive, now=now, trusted=trusted, known=known)
    return digest.hexdigest(), octets, verified


def _give_name(part: Path, path: Path) -> None:
    if path.exists():
        raise StorageError(_("“{path}” is there already. Take it away, then export again.").format(path=path))
    part.rename(path)
    sync_folder(path.parent)
