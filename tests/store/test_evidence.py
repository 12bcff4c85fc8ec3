"""Files of evidence: sealed, found by their digest, and known when anything about them was changed."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError
from armoury.store.evidence import FileCheck, KeptFile, copy_evidence, keep_file, read_file
from armoury.store.files import RegisterFolder
from armoury.store.register import Register

DATA = b"a photograph " * 500


@pytest.fixture
def kept(desk) -> tuple[Register, KeptFile]:
    return desk.register, keep_file(desk.register, DATA)


def remember(register: Register, kept: KeptFile) -> None:
    with register.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO evidence_key (sha256, address, content_key) VALUES (?, ?, ?)",
            (kept.sha256, kept.address, kept.key),
        )


def test_a_file_comes_back_as_it_was_put_in(kept):
    register, file = kept
    remember(register, file)
    assert read_file(register, sha256(DATA).hexdigest()) == DATA


def test_the_same_file_twice_is_sealed_under_two_keys(kept):
    register, file = kept
    again = keep_file(register, DATA)
    assert again.sha256 == file.sha256
    assert again.address != file.address
    assert again.key != file.key


def test_the_file_on_disk_tells_nothing(kept):
    register, file = kept
    raw = register.folder.evidence.read_bytes()
    assert b"a photograph" not in raw
    assert file.sha256.encode() not in raw
    assert bytes.fromhex(file.sha256) not in raw


def test_a_file_without_a_key_is_said(desk):
    with pytest.raises(IntegrityError, match="holds no key"):
        read_file(desk.register, "ab" * 32)


def test_a_key_is_never_shown(kept):
    assert kept[1].key.hex() not in repr(kept[1])
    assert "key" not in repr(kept[1])


@pytest.mark.parametrize("place", [0, 12, 100, -1])
def test_any_changed_byte_is_found(place: int, kept):
    register, file = kept
    with closing(sqlite3.connect(register.folder.evidence)) as connection, connection:
        sealed = bytearray(connection.execute("SELECT sealed FROM file").fetchone()[0])
        sealed[place] ^= 1
        connection.execute("UPDATE file SET sealed = ?", (bytes(sealed),))
    with FileCheck(register.folder) as files, pytest.raises(IntegrityError, match="was changed"):
        files.open(file.sha256, address=file.address, key=file.key)


@pytest.mark.parametrize("sealed", [None, "text", b""])
def test_content_of_another_form_is_found(sealed, kept):
    register, file = kept
    with closing(sqlite3.connect(register.folder.evidence)) as connection, connection:
        connection.execute("DROP TABLE file")
        connection.execute("CREATE TABLE file (address TEXT PRIMARY KEY, sealed)")
        connection.execute("INSERT INTO file VALUES (?, ?)", (file.address, sealed))
    with FileCheck(register.folder) as files, pytest.raises(IntegrityError):
        files.open(file.sha256, address=file.address, key=file.key)


def test_one_file_in_the_place_of_another_is_found(kept):
    register, file = kept
    other = keep_file(register, b"something else")
    with FileCheck(register.folder) as files, pytest.raises(IntegrityError, match="was changed"):
        files.open(file.sha256, address=other.address, key=other.key)


def test_looking_makes_no_file(desk):
    desk.register.folder.evidence.unlink(missing_ok=True)
    with FileCheck(desk.register.folder) as files:
        assert not files.lies("ab" * 32)
    assert not desk.register.folder.evidence.exists()


def test_a_copy_holds_every_file(kept, tmp_path: Path):
    register, file = kept
    target = RegisterFolder(tmp_path)
    copy_evidence(register.folder, target)
    with FileCheck(target) as files:
        assert files.open(file.sha256, address=file.address, key=file.key) == DATA


def test_no_evidence_yet_is_copied_as_none(desk, tmp_path: Path):
    desk.register.folder.evidence.unlink(missing_ok=True)
    copy_evidence(desk.register.folder, RegisterFolder(tmp_path))
    with FileCheck(RegisterFolder(tmp_path)) as files:
        assert not files.lies("ab" * 32)


def test_damaged_evidence_is_not_copied(desk, tmp_path: Path):
    desk.register.folder.evidence.write_bytes(b"not a database" * 1000)
    with pytest.raises(IntegrityError, match=r"evidence\.db"):
        copy_evidence(desk.register.folder, RegisterFolder(tmp_path))
