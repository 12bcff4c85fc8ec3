"""An older register is backed up, upgraded in one transaction and checked before the transaction ends."""

import sqlalchemy as sa

from armoury.domain.errors import IntegrityError
from armoury.i18n import _
from armoury.store.backup import make_backup
from armoury.store.register import Register
from armoury.store.replay import replay_faults
from armoury.store.upgrade import HEAD, move_schema


def upgrade_register(register: Register) -> None:
    """Bring an opened register to the present schema, keeping a backup of it as it was.

    Raises:
        StorageError: no room for the backup, or the disk cannot be written; the register is as before.
        IntegrityError: after the upgrade the records would not agree with their history; the register is as before.
    """
    kept = make_backup(register, prefix=f"before-{HEAD}-")
    move_schema(register.engine, check=_must_replay)
    register.notices.append(
        _("The register was upgraded to the format of this program. A backup as it was lies in “{place}”.").format(
            place=kept.path
        )
    )


def _must_replay(connection: sa.Connection) -> None:
    faults = list(replay_faults(connection))
    if faults:
        raise IntegrityError(
            _("The register could not be upgraded: {fault} It is as it was before.").format(fault=faults[0].text)
        )
