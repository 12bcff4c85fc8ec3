"""What the program is doing when it is killed, and what must be true afterwards of everything it had acknowledged."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from armoury.services.desk import Desk
from armoury.store.backup import make_backup, read_backup
from armoury.store.checkpoints import check_signed, disagreement, make_checkpoint
from armoury.store.evidence import read_file
from tests.fault import scene as acts
from tests.fault.scene import Scene

Acknowledge = Callable[..., None]
Scenario = Callable[[Scene, random.Random, Acknowledge], None]


def change(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """Single and bulk acts."""
    with scene.desk() as desk:
        place = acts.any_place(desk)
        for turn in range(6):
            if turn % 3 == 2:
                serials = [f"BULK{turn}{number:04}" for number in range(chance.randrange(20, 60))]
                changes = acts.register_weapons(desk, place, serials)
                acknowledge(act="registered", ids=list(changes.ids), last=changes.last)
            else:
                weapon, words = chance.choice(acts.weapon_ids(desk)), f"remark {chance.random()}"
                changes = acts.remark(desk, weapon, words)
                acknowledge(act="remark", weapon=weapon, words=words, last=changes.last)


def evidence(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """Files put into evidence."""
    with scene.desk() as desk:
        weapon = acts.weapon_ids(desk)[0]
        for _turn in range(4):
            data = chance.randbytes(chance.randrange(10, 60_000))
            acknowledge(act="evidence", sha256=acts.attach(desk, weapon, data), size=len(data))


def backup(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """Backups between changes."""
    with scene.desk() as desk:
        for _turn in range(2):
            changes = acts.remark(desk, acts.weapon_ids(desk)[1], f"before backup {chance.random()}")
            acknowledge(act="entry", last=changes.last)
            made = make_backup(desk.register, scene.home / "stick")
            acknowledge(act="backup", path=str(made.path), entries=made.entries)


def checkpoint(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """Checkpoints between changes."""
    with scene.desk() as desk:
        for _turn in range(4):
            acts.remark(desk, acts.weapon_ids(desk)[1], f"before checkpoint {chance.random()}")
            acknowledge(act="checkpoint", note=make_checkpoint(desk.register))


def upgrade(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """Opening a register of the format before this one."""
    with scene.desk() as desk:
        acknowledge(act="opened", warnings=len(desk.register.warnings))
        changes = acts.remark(desk, acts.weapon_ids(desk)[2], "after the upgrade")
        acknowledge(act="entry", last=changes.last)


def founding(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """A new register."""
    key = acts.found(scene)
    acknowledge(act="founded", halves=key.halves())


SCENARIOS: Mapping[str, Scenario] = {
    "change": change,
    "evidence": evidence,
    "backup": backup,
    "checkpoint": checkpoint,
    "upgrade": upgrade,
    "founding": founding,
}


def _entry_there(desk: Desk, done: Mapping[str, Any]) -> None:
    with desk.read() as connection:
        assert connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one() >= done["last"]


def _weapons_there(desk: Desk, done: Mapping[str, Any]) -> None:
    _entry_there(desk, done)
    assert set(done["ids"]) <= set(acts.weapon_ids(desk))


def _remark_there(desk: Desk, done: Mapping[str, Any]) -> None:
    with desk.read() as connection:
        body = connection.exec_driver_sql("SELECT body FROM entry WHERE seq = ?", (done["last"],)).scalar_one()
    assert done["words"] in bytes(body).decode()


def _file_there(desk: Desk, done: Mapping[str, Any]) -> None:
    assert len(read_file(desk.register, done["sha256"])) == done["size"]


def _backup_there(_desk: Desk, done: Mapping[str, Any]) -> None:
    assert read_backup(Path(done["path"])).entries == done["entries"]


def _checkpoint_holds(desk: Desk, done: Mapping[str, Any]) -> None:
    with desk.read() as connection:
        assert disagreement(connection, check_signed(connection, done["note"])) is None


def _nothing_more(_desk: Desk, _done: Mapping[str, Any]) -> None:
    """The register opens; that was all that was promised."""


KEPT: Mapping[str, Callable[[Desk, Mapping[str, Any]], None]] = {
    "registered": _weapons_there,
    "remark": _remark_there,
    "evidence": _file_there,
    "entry": _entry_there,
    "backup": _backup_there,
    "checkpoint": _checkpoint_holds,
    "opened": _nothing_more,
    "founded": _nothing_more,
}
"""For each acknowledgement: what must be found afterwards."""
