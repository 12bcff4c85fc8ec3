"""Puts the program together, for every front end: what `start` does can be read aloud.

Nothing here knows a screen. The store is reached for only when a register is about to be opened, because its libraries
take longer to load than all the rest.
"""

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from armoury.domain.clock import Clock, system_clock
from armoury.domain.errors import StorageError
from armoury.i18n import use_language
from armoury.paths import data_folder, state_folder
from armoury.settings import Settings, load_settings, remember_register, save_settings, settings_file

if TYPE_CHECKING:
    from armoury.store.opening import Surroundings

LOG_FILE = "armoury.log"
_LOG_BYTES = 1_000_000
_LOG_FILES = 5
_log = logging.getLogger("armoury")


@dataclass(frozen=True)
class Program:
    """What a front end starts with.

    Attributes:
        settings: preferences of the operating system's user.
        clock: the one source of time.
        memory: folder of the checkpoints last seen.
        log: the log file, None where none can be written.
        notices: sentences for the user about the start itself.
    """

    settings: Settings
    clock: Clock
    memory: Path
    log: Path | None
    notices: tuple[str, ...] = ()


def start(*, language: str | None = None, clock: Clock = system_clock) -> Program:
    """Read preferences, choose the language, open the log; nothing of a register is touched."""
    loaded = load_settings(settings_file())
    use_language(language if language is not None else loaded.settings.language)
    log = start_log(state_folder())
    notices = (loaded.notice,) if loaded.notice else ()
    return Program(loaded.settings, clock, data_folder() / "last-seen", log, notices)


def surroundings(program: Program) -> "Surroundings":
    """Return what opening a register needs from outside."""
    from armoury.store.opening import Surroundings

    return Surroundings(program.clock, program.memory)


def opened(program: Program, register_id: str, path: Path) -> None:
    """Remember a register as the one opened last; a folder that cannot be written is only noted in the log."""
    # Read anew: another window may have written preferences since this one started.
    settings = load_settings(settings_file()).settings
    changed = remember_register(settings, register_id, path.absolute())
    if changed == settings:
        return
    try:
        save_settings(changed, settings_file())
    except StorageError:
        _log.warning("preferences could not be saved")


def start_log(folder: Path) -> Path | None:
    """Open the rotating log in a folder; return None where it cannot be written, which stops nobody from working."""
    end_log()
    _log.propagate = False
    _log.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / LOG_FILE, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=False
        )
    except OSError:
        _log.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _log.addHandler(handler)
    return folder / LOG_FILE


def end_log() -> None:
    """Close the log."""
    for handler in list(_log.handlers):
        _log.removeHandler(handler)
        handler.close()


@contextmanager
def logged(act: str) -> Iterator[None]:
    """Log an act with its duration and how it ended: no serial, name or text of it, not even of its errors."""
    began = monotonic()
    ended = "stopped"
    try:
        yield
        ended = "done"
    except Exception as problem:
        ended = type(problem).__name__
        raise
    finally:
        _log.info("%s %s %d ms", act, ended, (monotonic() - began) * 1000)


def log_fault(problem: BaseException) -> str:
    """Log where the program failed and return the number to quote.

    The message of the exception stays out, for it may hold a serial or a name; types and places in the code suffice.
    """
    number = os.urandom(4).hex().upper()
    _log.error("fault %s\n%s", number, "\n".join(_places(problem)))
    return number


def _places(problem: BaseException) -> Iterator[str]:
    seen: BaseException | None = problem
    while seen is not None:
        yield f"  {type(seen).__module__}.{type(seen).__qualname__}"
        for frame in traceback.extract_tb(seen.__traceback__):
            yield f"    {frame.filename}:{frame.lineno} {frame.name}"
        seen = seen.__cause__ or seen.__context__
