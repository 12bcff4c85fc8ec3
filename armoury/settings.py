"""Preferences of the operating system's user: what the next start should look like, and nothing that a rule reads.

One frozen dataclass, read once at start-up and handed to whoever needs it. The file is written new and put in place of
the old one, so it is always whole. A damaged file never stops the program: what can be read is used, defaults stand in
for the rest, the damaged file is kept aside and a notice says so. Keys that this version does not know are kept.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from armoury.domain.errors import StorageError
from armoury.i18n import _
from armoury.paths import config_folder

VERSION = 1
"""The form of the file that this program writes."""

THEMES = ("system", "light", "dark", "contrast")

_MOST_REGISTERS = 10


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """A register that was opened here, and where it lay then."""

    register_id: str
    path: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All preferences with their defaults; change one with `dataclasses.replace`.

    Attributes:
        version: the form of the file; greater than `VERSION` if a newer program wrote it.
        language: of screen, command line and paper; empty means the operating system's.
        theme: one of `THEMES`.
        registers: the registers opened last, newest first.
        backup_folder: where backups go; empty means into the register's own folder.
        unknown: keys of other versions, written back as they were read.
    """

    version: int = VERSION
    language: str = ""
    theme: str = "system"
    registers: tuple[KnownRegister, ...] = ()
    backup_folder: str = ""
    unknown: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings as read, and a sentence for the user if the file was damaged."""

    settings: Settings
    notice: str = ""


def settings_file() -> Path:
    """Return where the preferences of this user lie."""
    return config_folder() / "settings.json"


def load_settings(path: Path) -> LoadedSettings:
    """Read the preferences; a missing file means defaults, a damaged one defaults and a notice, never an error."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return LoadedSettings(Settings())
    except OSError as problem:
        return LoadedSettings(Settings(), _unreadable(path, problem))
    settings, damaged = _parse(text)
    if not damaged:
        return LoadedSettings(settings)
    return LoadedSettings(settings, _damaged(path, damaged))


def save_settings(settings: Settings, path: Path) -> None:
    """Write the preferences in place of the old ones; after a crash the file is the old or the new one, whole.

    Raises:
        StorageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace_file(path, _serialise(settings))
    except OSError as problem:
        raise StorageError(
            _(
                "Your preferences could not be saved to {path} ({reason}). They hold until you close the program."
            ).format(path=path, reason=problem.strerror or problem)
        ) from problem


def remember_register(settings: Settings, register_id: str, path: Path) -> Settings:
    """Put a register first among those opened last; an older place of the same register is forgotten."""
    others = (known for known in settings.registers if known.register_id != register_id)
    registers = (KnownRegister(register_id, str(path)), *others)
    return replace(settings, registers=registers[:_MOST_REGISTERS])


def register_path(settings: Settings, register_id: str) -> Path | None:
    """Return where a register lay when it was last opened here."""
    return next((Path(known.path) for known in settings.registers if known.register_id == register_id), None)


def _read_version(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return max(value, VERSION)


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _read_theme(value: object) -> str:
    if value not in THEMES:
        raise ValueError(value)
    return str(value)


def _read_registers(value: object) -> tuple[KnownRegister, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(KnownRegister(_read_text(entry["id"]), _read_text(entry["path"])) for entry in value)


_READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "version": _read_version,
        "language": _read_text,
        "theme": _read_theme,
        "registers": _read_registers,
        "backup_folder": _read_text,
    }
)


def _parse(text: bytes) -> tuple[Settings, list[str]]:
    """Read what can be read; also return the names of what was damaged, `*` for the whole file."""
    try:
        found = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return Settings(), ["*"]
    values: dict[str, Any] = {}
    damaged = []
    for name, read in _READERS.items():
        try:
            if name in found:
                values[name] = read(found.pop(name))
        except (ValueError, TypeError, KeyError):
            damaged.append(name)
    return replace(Settings(unknown=MappingProxyType(found)), **values), damaged


def _serialise(settings: Settings) -> bytes:
    known = {
        "version": settings.version,
        "language": settings.language,
        "theme": settings.theme,
        "registers": [{"id": known.register_id, "path": known.path} for known in settings.registers],
        "backup_folder": settings.backup_folder,
    }
    return (json.dumps({**settings.unknown, **known}, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _replace_file(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    # Windows cannot open a folder, and writes its entries through by itself.
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreadable(path: Path, problem: OSError) -> str:
    return _(
        "Your preferences in {path} cannot be read ({reason}). The program starts with its defaults; "
        "check the rights of the file."
    ).format(path=path, reason=problem.strerror or problem)


def _damaged(path: Path, damaged: list[str]) -> str:
    if damaged == ["*"]:
        said = _("Your preferences in {path} were damaged. The program starts with its defaults.").format(path=path)
    else:
        said = _("Your preferences in {path} were damaged in part. Defaults stand in for: {names}.").format(
            path=path, names=", ".join(damaged)
        )
    kept = _keep_aside(path)
    if kept is None:
        return said
    return said + " " + _("The damaged file is kept as {kept}.").format(kept=kept)


def _keep_aside(path: Path) -> Path | None:
    """Rename a damaged file to a free name beside it; return None if the folder does not allow it."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(kept)
    except OSError:
        return None
    return kept
