"""One process at a time: a lock of the operating system on the register's `lock` file.

The lock ends with the process that holds it, however it ends; nothing is guessed from process numbers. `lock.json`
only serves to tell another process who holds it.
"""

import getpass
import json
import os
import platform
import sys
from io import BufferedRandom
from pathlib import Path

from armoury.domain.clock import Clock, format_instant
from armoury.domain.dates import moment_shown
from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.store.files import RegisterFolder, cannot_write

_NETWORK_FILESYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "9p", "fuse.sshfs", "fuse.davfs", "davfs",
     "fuse.rclone", "ceph", "glusterfs", "fuse.glusterfs", "lustre", "ocfs2", "gfs2", "afpfs", "webdav"}
)  # fmt: skip


class Lock:
    """The held lock; releasing it twice does no harm."""

    def __init__(self, stream: BufferedRandom, holder: Path) -> None:
        """Keep the open, locked file and the path that names its holder."""
        self._stream = stream
        self._holder = holder

    def release(self) -> None:
        """Give the lock back."""
        if not self._stream.closed:
            self._holder.unlink(missing_ok=True)
            self._stream.close()


def take_lock(folder: RegisterFolder, *, clock: Clock) -> Lock:
    """Take the lock of a register for this process.

    Raises:
        StorageError: another process holds it, or the folder cannot be written or lies on a network.
    """
    refuse_network(folder.path)
    try:
        stream = folder.lock.open("a+b")
    except OSError as problem:
        raise cannot_write(folder.lock, problem) from problem
    try:
        _lock(stream)
    except OSError as problem:
        stream.close()
        raise StorageError(_held_by(folder)) from problem
    try:
        folder.holder.write_text(json.dumps(_who(clock)), encoding="utf-8")
    except OSError as problem:
        stream.close()
        raise cannot_write(folder.holder, problem) from problem
    return Lock(stream, folder.holder)


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a network drive, where neither locks nor the journal can be relied on.

    Raises:
        StorageError: the folder lies on a network file system.
    """
    if filesystem_of(folder) in _NETWORK_FILESYSTEMS or str(folder).startswith("\\\\"):
        text = _("“{folder}” lies on a network drive, where a register is not safe. Move it to a disk of this machine.")
        raise StorageError(text.format(folder=folder))


def filesystem_of(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the type of the file system that a folder lies on; empty where the system does not tell."""
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, raw, name, *_rest = line.split(" ")
        point = raw.replace("\\040", " ").replace("\\011", "\t")
        if folder.resolve().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, name
    return kind


def _lock(stream: BufferedRandom) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _who(clock: Clock) -> dict[str, str]:
    return {
        "user": _user(),
        "computer": platform.node(),
        "process": str(os.getpid()),
        "since": format_instant(clock()),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def _held_by(folder: RegisterFolder) -> str:
    try:
        who = json.loads(folder.holder.read_text(encoding="utf-8"))
        return _("The register is in use by {user} on {computer} since {since}. Close it there first.").format(
            user=who["user"], computer=who["computer"], since=moment_shown(who["since"])
        )
    except (OSError, ValueError, LookupError, TypeError):
        return _("The register is in use by another program on this computer. Close it there first.")
