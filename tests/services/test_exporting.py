"""Exports: what leaves, what is recorded of it, what a failure leaves behind."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from armoury.bundle.errors import Promise
from armoury.bundle.sealing import Identity
from armoury.domain.errors import PermissionRefusedError, RuleError, StorageError
from armoury.services.exporting import bundles, export_bundle
from armoury.services.receiving import Against, verify_file
from armoury.services.site_keys import plan_site_key
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import register_record
from tests.registers import desk_of
from tests.services.stock import officer, registered, whole, with_two


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def certificate(desk, folder: Path) -> Path:
    with desk.read() as connection:
        der = from_base64(register_record(connection).certificate)
    path = folder / "site.der"
    path.write_bytes(der)
    return path


def against(desk, folder: Path, **more) -> Against:
    return Against(trust=(certificate(desk, folder),), **more)


def test_a_bundle_is_named_by_site_and_number(desk, stick):
    done = export_bundle(desk, stick)
    assert done.path == stick / f"{desk.register.site}-000001.zip"


def test_numbers_follow_each_other(desk, stick):
    assert [export_bundle(desk, stick).record.sequence for _turn in range(3)] == [1, 2, 3]


def test_the_record_names_the_files_digest(desk, stick):
    done = export_bundle(desk, stick)
    assert done.record.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()
    assert bundles(desk)[0].state == "exported"


def test_all_promises_hold_for_the_receiver(desk, stick, clock, tmp_path):
    registered(desk, "SXL020", remarks='a "quoted", \\ word\r\nand a line')
    first = export_bundle(desk, stick)
    registered(desk, "SXL021")
    second = export_bundle(desk, stick)
    found = verify_file(second.path, against(desk, tmp_path, previous=first.path), clock=clock)
    assert (found.checked, found.unchecked) == (tuple(Promise), ())
    assert found.rows["weapon"] == 2


def test_what_nothing_is_given_for_stays_unchecked(desk, stick, clock):
    found = verify_file(export_bundle(desk, stick).path, Against(), clock=clock)
    assert found.unchecked == (Promise.TRUST, Promise.SEQUENCE, Promise.CONTINUITY)


def test_the_register_stays_whole(desk, stick):
    export_bundle(desk, stick)
    assert whole(desk)


def test_personal_data_stay_at_home(desk, stick):
    officer(desk, "Ermengarde Unmistakable", service_number="PF-778899")
    done = export_bundle(desk, stick)
    with zipfile.ZipFile(done.path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Unmistakable" not in everything
    assert b"778899" not in everything


def test_the_history_is_there_to_the_byte(desk, stick):
    done = export_bundle(desk, stick)
    with zipfile.ZipFile(done.path) as archive:
        lines = archive.read(f"{done.record.reference}/data/history.jsonl").splitlines()
    with desk.read() as connection:
        bodies = [row[0] for row in connection.exec_driver_sql("SELECT body FROM entry ORDER BY seq")]
    assert lines == bodies[: done.record.size]


def test_a_sealed_bundle_opens_for_its_receiver_alone(desk, stick, clock, tmp_path):
    registry, stranger = Identity.fresh(), Identity.fresh()
    done = export_bundle(desk, stick, recipient=str(registry.key.to_public()))
    assert done.path.name.endswith(".zip.age")
    keys = [tmp_path / "registry.key", tmp_path / "stranger.key"]
    for path, identity in zip(keys, (registry, stranger), strict=True):
        path.write_text(f"# a key\n{identity.key}\n")
    assert verify_file(done.path, Against(identity=keys[0]), clock=clock).rows["register"] == 1
    with pytest.raises(Exception, match="sealed to somebody else"):
        verify_file(done.path, Against(identity=keys[1]), clock=clock)
    with pytest.raises(Exception, match="This bundle is sealed"):
        verify_file(done.path, Against(), clock=clock)


def test_a_sealed_bundle_shows_nothing(desk, stick):
    registered(desk, "SXL020")
    done = export_bundle(desk, stick, recipient=str(Identity.fresh().key.to_public()))
    assert desk.register.site.encode() not in done.path.read_bytes()


def test_a_new_site_key_is_believed_by_who_trusts_the_old_one(desk, stick, clock, tmp_path):
    trust = against(desk, tmp_path)
    first = export_bundle(desk, stick)
    with_two(desk, plan_site_key(desk, reason="an officer left"))
    second = export_bundle(desk, stick)
    held = Against(trust=trust.trust, previous=first.path)
    assert verify_file(second.path, held, clock=clock).unchecked == ()


def test_nobody_exports_without_permission(staffed_path, around, stick):
    with desk_of(staffed_path, "sto", around) as keeper, pytest.raises(PermissionRefusedError):
        export_bundle(keeper, stick)
    assert list(stick.iterdir()) == []


def test_a_missing_folder_is_named(desk, tmp_path):
    with pytest.raises(StorageError, match="There is no folder"):
        export_bundle(desk, tmp_path / "nowhere")


def test_the_registers_own_folder_is_refused(desk):
    with pytest.raises(RuleError, match="own folder"):
        export_bundle(desk, desk.register.folder.path)


def test_a_wrong_recipient_takes_no_number(desk, stick):
    with pytest.raises(RuleError, match="not a recipient"):
        export_bundle(desk, stick, recipient="age1nobody")
    assert bundles(desk) == []


def test_a_stopped_export_leaves_nothing_but_its_number(desk, stick):
    with pytest.raises(RuleError, match="stopped"):
        export_bundle(desk, stick, cancelled=lambda: True)
    assert list(stick.iterdir()) == []
    assert [(each.sequence, each.state) for each in bundles(desk)] == [(1, "abandoned")]


def test_a_file_in_the_way_is_not_overwritten(desk, stick):
    there = stick / f"{desk.register.site}-000001.zip"
    there.write_text("something else")
    with pytest.raises(StorageError, match="is there already"):
        export_bundle(desk, stick)
    assert there.read_text() == "something else"


def test_what_a_crash_left_is_called_abandoned_by_the_next(desk, stick):
    left = stick / f"{desk.register.site}-000009.zip.part"
    left.write_bytes(b"half")
    export_bundle(desk, stick)
    assert not left.exists()


def test_reading_back_covers_the_signature(desk, stick):
    done = export_bundle(desk, stick)
    assert Promise.TRUST in done.verified.checked
    assert done.verified.header.info.sequence == 1


def test_the_bundle_declares_its_tables(desk, stick):
    done = export_bundle(desk, stick)
    with zipfile.ZipFile(done.path) as archive:
        package = json.loads(archive.read(f"{done.record.reference}/data/datapackage.json"))
    assert package["armoury"] == "bundle/1"
