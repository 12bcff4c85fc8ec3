"""What the program is doing when it is killed, and what must be true afterwards of everything it had acknowledged."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from armoury.domain.stocktakes import State
from armoury.services.backups import Credentials, Declared, backups_in, restore_backup
from armoury.services.certificates import certificate_of, certificates_over, certify, issue, paper_of, prepare
from armoury.services.desk import Desk
from armoury.services.exporting import bundles, export_bundle
from armoury.services.officers import change_own_passphrase
from armoury.services.receiving import Against, verify_file
from armoury.services.stocktakes import stocktakes
from armoury.signing.errors import WrongPassphraseError
from armoury.store.backup import make_backup, read_backup
from armoury.store.checkpoints import check_signed, disagreement, make_checkpoint
from armoury.store.evidence import read_file
from armoury.store.keyslots import read_keyslots, unlock
from tests.fault import scene as acts
from tests.fault.scene import Scene

IMPORTED = "IMP"
"""What serials of imported books begin with."""

Acknowledge = Callable[..., None]
Later = Sequence[Mapping[str, Any]]
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


def passphrase(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """An officer's own passphrase, changed again and again."""
    old = acts.PASSPHRASES[acts.SECOND]
    with scene.desk(acts.SECOND) as desk:
        for _turn in range(5):
            new = f"changed words {chance.randrange(10**9)}"
            acknowledge(act="passphrase_begun", new=new)
            changes = change_own_passphrase(desk, old, new)
            acknowledge(act="passphrase", officer=acts.SECOND, new=new, last=changes.last)
            old = new


def reset(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """An officer forgot the passphrase: new keys, a new certificate, a new slot, by two others."""
    with scene.desk() as desk:
        for _turn in range(3):
            new = f"reset words {chance.randrange(10**9)}"
            acknowledge(act="passphrase_begun", new=new)
            changes = acts.reset_officer(desk, acts.THIRD, new)
            acknowledge(act="passphrase", officer=acts.THIRD, new=new, last=changes.last)


def joining(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """An officer is added."""
    with scene.desk() as desk:
        acts.add_officer(desk, acts.THIRD)
        acknowledge(act="passphrase", officer=acts.THIRD, new=acts.PASSPHRASES[acts.THIRD], last=0)


def removal(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """An officer is removed and the register gets a new data key."""
    with scene.desk() as desk:
        changes = acts.end_officer(desk, acts.THIRD)
        assert changes is not None
        acknowledge(act="removed", last=changes.last)
        acknowledge(act="entry", last=acts.remark(desk, acts.weapon_ids(desk)[1], "under the new key").last)


def restore(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """A backup is put in the place of the register."""
    first, second = (Credentials(name, acts.PASSPHRASES[name]) for name in (acts.FIRST, acts.SECOND))
    (backup,) = backups_in(scene.home / "stick")
    around = scene.around(acts.START + 7_200_000)
    restored = restore_backup(
        backup.path, scene.path, Declared(first, second, "the disk failed"), around=around, cost=acts.CHEAP
    )
    acknowledge(act="restored", entries=restored.entries, kept=str(restored.kept))


def importing(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """Old books are planned and taken in, one after the other."""
    with scene.desk() as desk:
        for turn in range(2):
            serials = [f"{IMPORTED}{turn}{number:04}" for number in range(60)]
            outcome = acts.import_book(desk, scene.home / f"book{turn}.csv", serials)
            assert outcome.changes is not None
            acknowledge(act="imported", serials=serials, last=outcome.changes.last)


def certifying(scene: Scene, _chance: random.Random, acknowledge: Acknowledge) -> None:
    """The certificate of a stock-take is prepared and issued."""
    with scene.desk() as desk:
        (stocktake,) = stocktakes(desk, [State.CLOSED])
        certificate = prepare(desk, stocktake)
        acknowledge(act="prepared", id=certificate.id, content=certificate.content)
        issued = issue(desk, certificate)
        acknowledge(act="issued", id=certificate.id, sha256=issued.certificate.sha256)


def exporting(scene: Scene, chance: random.Random, acknowledge: Acknowledge) -> None:
    """Bundles are exported to a stick, open and sealed, between changes."""
    stick = scene.home / "stick"
    stick.mkdir(exist_ok=True)
    with scene.desk() as desk:
        for turn in range(2):
            acts.remark(desk, acts.weapon_ids(desk)[1], f"before bundle {chance.random()}")
            done = export_bundle(desk, stick, recipient=str(acts.REGISTRY.key.to_public()) if turn else None)
            acknowledge(act="bundle", path=str(done.path), sha256=done.record.sha256, sequence=done.record.sequence)


SCENARIOS: Mapping[str, Scenario] = {
    "change": change,
    "evidence": evidence,
    "backup": backup,
    "checkpoint": checkpoint,
    "upgrade": upgrade,
    "founding": founding,
    "passphrase": passphrase,
    "reset": reset,
    "joining": joining,
    "removal": removal,
    "restore": restore,
    "importing": importing,
    "exporting": exporting,
    "certifying": certifying,
}


def _entry_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    with desk.read() as connection:
        assert connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one() >= done["last"]


def _book_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    _entry_there(desk, done, _later)
    with desk.read() as connection:
        found = connection.exec_driver_sql("SELECT serial FROM weapon").scalars().all()
    assert set(done["serials"]) <= set(found)


def books_are_whole(desk: Desk) -> None:
    """A book is wholly in or not at all: as many weapons as the records of imports say."""
    with desk.read() as connection:
        said = connection.exec_driver_sql("SELECT coalesce(sum(weapons), 0) FROM intake").scalar_one()
        there = f"SELECT count(*) FROM weapon WHERE serial LIKE '{IMPORTED}%'"
        assert connection.exec_driver_sql(there).scalar_one() == said


def _prepared_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    assert certificate_of(desk, done["id"]).content == done["content"]


def _paper_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    certificate = certificate_of(desk, done["id"])
    assert (certificate.state, certificate.sha256) == ("issued", done["sha256"])
    assert sha256(paper_of(desk, certificate)).hexdigest() == done["sha256"]


def certificates_can_be_issued(desk: Desk) -> None:
    """A closed stock-take has no certificate, a prepared one or an issued one; the next call ends with number one."""
    for each in stocktakes(desk, [State.CLOSED]):
        issued = certify(desk, each)
        assert issued.certificate.reference.endswith("-0001")
        assert certificates_over(desk, each) == [issued.certificate]


def _bundle_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    assert sha256(Path(done["path"]).read_bytes()).hexdigest() == done["sha256"]
    states = {each.sequence: each.state for each in bundles(desk)}
    assert states[done["sequence"]] == "exported"


def bundles_are_whole(desk: Desk, home: Path) -> None:
    """No half-written bundle lies under a final name, and the next one can be exported."""
    stick = home / "stick"
    there = [*stick.glob("*.zip"), *stick.glob("*.zip.age")]
    if not there and not list(stick.glob("*.part")):
        return
    key = home / "registry.key"
    key.write_text(str(acts.REGISTRY.key))
    for each in there:
        verify_file(each, Against(identity=key), clock=desk.now)
    numbers = [each.sequence for each in bundles(desk)]
    assert export_bundle(desk, stick).record.sequence == max(numbers, default=0) + 1
    assert not list(stick.glob("*.part"))
    assert {each.state for each in bundles(desk)} <= {"exported", "abandoned"}


def _weapons_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    _entry_there(desk, done, _later)
    assert set(done["ids"]) <= set(acts.weapon_ids(desk))


def _remark_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    with desk.read() as connection:
        body = connection.exec_driver_sql("SELECT body FROM entry WHERE seq = ?", (done["last"],)).scalar_one()
    assert done["words"] in bytes(body).decode()


def _file_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    assert len(read_file(desk.register, done["sha256"])) == done["size"]


def _backup_there(_desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    assert read_backup(Path(done["path"])).entries == done["entries"]


def _checkpoint_holds(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    with desk.read() as connection:
        assert disagreement(connection, check_signed(connection, done["note"])) is None


def _passphrase_opens(desk: Desk, done: Mapping[str, Any], later: Later) -> None:
    """The acknowledged one opens, or one whose change was under way afterwards."""
    _entry_there(desk, done, later)
    slots = read_keyslots(desk.register.folder)
    for each in (done["new"], *(one["new"] for one in later)):
        with suppress(WrongPassphraseError):
            unlock(slots, done["officer"], each)
            return
    raise AssertionError("no passphrase opens the slot")


def _officer_gone(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    _entry_there(desk, done, _later)
    slots = read_keyslots(desk.register.folder)
    assert slots.pending is None
    assert acts.THIRD not in {each.sign_in for each in slots.slots}


def _restored_there(desk: Desk, done: Mapping[str, Any], _later: Later) -> None:
    assert Path(done["kept"]).is_dir()
    assert desk.register.warnings == []
    with desk.read() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM entry WHERE seq = ?", (done["entries"],)).scalars().all()
    assert kinds == ["register.restored"]


def _nothing_more(_desk: Desk, _done: Mapping[str, Any], _later: Later) -> None:
    """The register opens; that was all that was promised."""


KEPT: Mapping[str, Callable[[Desk, Mapping[str, Any], Later], None]] = {
    "registered": _weapons_there,
    "imported": _book_there,
    "bundle": _bundle_there,
    "remark": _remark_there,
    "evidence": _file_there,
    "entry": _entry_there,
    "backup": _backup_there,
    "checkpoint": _checkpoint_holds,
    "passphrase_begun": _nothing_more,
    "passphrase": _passphrase_opens,
    "removed": _officer_gone,
    "restored": _restored_there,
    "prepared": _prepared_there,
    "issued": _paper_there,
    "opened": _nothing_more,
    "founded": _nothing_more,
}
"""For each acknowledgement: what must be found afterwards, given what was acknowledged later."""
