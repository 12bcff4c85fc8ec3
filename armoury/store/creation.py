"""A new register folder: built beside its place and given its name only when it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from armoury.domain.clock import Clock
from armoury.domain.errors import RuleError
from armoury.i18n import _
from armoury.store.engine import make_engine
from armoury.store.files import SUFFIX, RegisterFolder, cannot_write, make_private, sync_folder
from armoury.store.lock import refuse_network
from armoury.store.register import Register
from armoury.store.restore import is_ready
from armoury.store.upgrade import move_schema


@dataclass(frozen=True)
class Identity:
    """Which register it shall be."""

    register: str
    site: str
    data_key: bytes = field(repr=False)


@contextmanager
def new_register(path: Path, identity: Identity, *, clock: Clock) -> Iterator[Register]:
    """Give an empty register to fill; on leaving it gets its name, on any error nothing of it stays.

    Raises:
        RuleError: something lies at the path already, or the name lacks `.armoury`.
        StorageError: the folder cannot be written or lies on a network.
    """
    _check_free(path)
    building = RegisterFolder(path.with_name(f"{path.name}.creating"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        refuse_network(path.parent)
        shutil.rmtree(building.path, ignore_errors=True)
        building.path.mkdir(mode=0o700)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    try:
        yield _fill(building, identity, clock)
        sync_folder(building.path)
        os.rename(building.path, path)
        sync_folder(path.parent)
    except OSError as problem:
        raise cannot_write(path, problem) from problem
    finally:
        shutil.rmtree(building.path, ignore_errors=True)


def _check_free(path: Path) -> None:
    if path.suffix != SUFFIX:
        text = _("A register's folder is named NAME{suffix}, not “{name}”.")
        raise RuleError(text.format(suffix=SUFFIX, name=path.name))
    if path.exists() or path.is_symlink():
        raise RuleError(_("“{path}” exists already. Open it, or choose another name.").format(path=path))
    if is_ready(RegisterFolder(path)):
        raise RuleError(
            _("A restored register waits beside “{path}” for its name. Open it, or choose another name.").format(
                path=path
            )
        )


def _fill(folder: RegisterFolder, identity: Identity, clock: Clock) -> Register:
    make_private(folder.database)
    engine = make_engine(folder.database, identity.data_key)
    try:
        move_schema(engine)
    except BaseException:
        engine.dispose()
        raise
    return Register(folder, identity.register, identity.site, engine, identity.data_key, clock)
