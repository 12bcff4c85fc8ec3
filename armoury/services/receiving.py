"""What comes from another site: bundles checked, opened and sealed, without any register."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from armoury.bundle.container import SEALED_SIGN, Container
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.layout import SEALED_SUFFIX
from armoury.bundle.sealing import Identity, Recipient, seal, unseal
from armoury.bundle.trust import read_trust
from armoury.bundle.verification import Header, Known, Verified, known_checkpoint, read_header, verify_bundle
from armoury.domain.clock import Clock
from armoury.domain.errors import RuleError, StorageError
from armoury.i18n import _
from armoury.store.files import cannot_write, sync_file, sync_folder
from armoury.store.register import Progress, no_progress

_LARGEST_NOTE = 1 << 16
_LARGEST_KEY = 1 << 16
_ARCHIVE_SIGN = b"PK"
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Against:
    """What a bundle is held against.

    Attributes:
        trust: certificates that are trusted, as files or folders; none leaves trust unchecked.
        previous: the last bundle or checkpoint that is known of the site; None leaves that unchecked.
        identity: the key file of age that opens sealed bundles.
    """

    trust: Sequence[Path] = ()
    previous: Path | None = None
    identity: Path | None = None


def verify_file(path: Path, against: Against, *, clock: Clock, progress: Progress = no_progress) -> Verified:
    """Check a bundle that came as a file, sealed or open.

    Args:
        path: the file.
        against: what it is held against.
        clock: the reader's clock.
        progress: told how many bytes are read, and of how many.

    Raises:
        BundleError: a promise of the bundle is broken.
        RuleError: a certificate or key that was given is none.
        StorageError: a file cannot be read.
    """
    trusted, known = _held(against, clock)
    with opened(path, against.identity) as file:
        return verify_bundle(file, now=clock(), trusted=trusted, known=known, progress=progress)


def read_known(path: Path, *, clock: Clock, identity: Path | None = None) -> Known:
    """Read what is known of a site: its last bundle, sealed or open, or a checkpoint.

    Raises:
        BundleError, IntegrityError: it is neither, or is broken.
        StorageError: it cannot be read.
    """
    if is_bundle(path):
        with opened(path, identity) as file:
            return read_header(file, now=clock()).known()
    return known_checkpoint(_text(path, _LARGEST_NOTE))


def header_of(path: Path, *, clock: Clock, identity: Path | None = None) -> Header:
    """Read what a bundle says of itself; its signature is checked, its payload is not.

    Raises:
        BundleError: one of these promises is broken.
        StorageError: it cannot be read.
    """
    with opened(path, identity) as file:
        return read_header(file, now=clock())


def is_bundle(path: Path) -> bool:
    """Tell whether a file begins as a bundle does, sealed or open.

    Raises:
        StorageError: it cannot be read.
    """
    with _reading(path) as file:
        begin = file.read(len(SEALED_SIGN))
    return begin == SEALED_SIGN or begin.startswith(_ARCHIVE_SIGN)


def open_file(
    path: Path, folder: Path, against: Against, *, clock: Clock, progress: Progress = no_progress
) -> tuple[Verified, Path]:
    """Check a bundle as `verify_file` does, then unpack it into a folder of its own, wholly or not at all.

    What is unpacked is what was checked: the same opened file, and each file's digest once more.

    Raises:
        BundleError: a promise is broken, or the file was changed meanwhile.
        RuleError, StorageError: as `verify_file`; something lies there already, or the disk is full.
    """
    trusted, known = _held(against, clock)
    with opened(path, against.identity) as file:
        found = verify_bundle(file, now=clock(), trusted=trusted, known=known, progress=progress)
        label = str(found.header.info.label)
        target, staging = folder / label, folder / f".{label}.part"
        if target.exists():
            raise StorageError(_("“{path}” is there already. Name another folder.").format(path=target))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(staging, ignore_errors=True)
            _unpack(Container(file), staging, found.header)
            (staging / label).rename(target)
            sync_folder(folder)
        except OSError as problem:
            raise cannot_write(target, problem) from problem
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return found, target


def _held(against: Against, clock: Clock) -> tuple[list[bytes] | None, Known | None]:
    trusted = [each for place in against.trust for each in read_trust(place)] if against.trust else None
    known = read_known(against.previous, clock=clock, identity=against.identity) if against.previous else None
    return trusted, known


def seal_file(path: Path, recipient: str, target: Path | None = None, *, clock: Clock) -> Path:
    """Seal an open bundle to a recipient (`age1…`), beside it or under another name; return where it lies.

    Raises:
        BundleError: the file is no bundle.
        RuleError: the recipient is none, or the bundle is sealed already.
        StorageError: something lies there already, or the disk is full.
    """
    to = Recipient(recipient)
    sealed = target or path.with_name(path.name.removesuffix(".zip") + SEALED_SUFFIX)
    if sealed.exists():
        raise StorageError(_("“{path}” is there already. Choose another name.").format(path=sealed))
    part = sealed.with_name(sealed.name + ".part")
    with _reading(path) as file:
        if file.read(len(SEALED_SIGN)) == SEALED_SIGN:
            raise RuleError(_("“{path}” is sealed already.").format(path=path))
        file.seek(0)
        read_header(file, now=clock())
        file.seek(0)
        try:
            with part.open("xb") as writing:
                seal(iter(lambda: file.read(_CHUNK), b""), writing, to)
            sync_file(part)
            part.rename(sealed)
            sync_folder(sealed.parent)
        except OSError as problem:
            with suppress(OSError):
                part.unlink()
            raise cannot_write(sealed, problem) from problem
    return sealed


@contextmanager
def opened(path: Path, identity: Path | None = None) -> Iterator[BinaryIO]:
    """Open a bundle for reading from any place; a sealed one with the key that opens it.

    Raises:
        StorageError: it cannot be read.
        RuleError: the key file holds no key.
        BundleError: the key does not open it.
    """
    with _reading(path) as file:
        sealed = file.read(len(SEALED_SIGN)) == SEALED_SIGN
        file.seek(0)
        if not (sealed and identity):
            yield file
            return
        with unseal(file, Identity(_text(identity, _LARGEST_KEY))) as vault:
            yield vault  # type: ignore[misc]


def _unpack(container: Container, staging: Path, header: Header) -> None:
    prefix = f"{header.info.label}/"
    for name in container.members:
        place, digest = staging / name, sha256()
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for chunk in container.stream(name):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        listed = header.manifest.get(name.removeprefix(prefix), digest.hexdigest())
        if listed != digest.hexdigest() or not name.startswith(prefix):
            text = _("“{name}” was changed while the bundle was being opened. Nothing of it was kept; check it again.")
            raise BundleError(Promise.DIGESTS, text.format(name=name))


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        if path.is_dir():
            raise StorageError(_("“{path}” is a folder. Name the bundle's file.").format(path=path))
        file = path.open("rb")
    except OSError as problem:
        text = _("“{path}” cannot be read: {why}.")
        raise StorageError(text.format(path=path, why=problem.strerror or problem)) from problem
    with file:
        yield file


def _text(path: Path, largest: int) -> str:
    with _reading(path) as file:
        data = file.read(largest + 1)
    try:
        text = data[:largest].decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RuleError(_("“{path}” is neither a bundle nor text.").format(path=path)) from problem
    # Notepad and mail programs change line ends; signed text has plain ones.
    return text.replace("\r\n", "\n")
