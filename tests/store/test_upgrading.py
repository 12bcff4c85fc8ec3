"""A register of the first format: backed up, upgraded, checked; or left as it was."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, StorageError
from armoury.domain.records.weapon import Weapon
from armoury.services.backups import Credentials, Declared, restore_backup
from armoury.services.desk import Desk, look_in, sign_in
from armoury.store.backup import Backup, read_backup
from armoury.store.checking import check_register
from armoury.store.engine import connect
from armoury.store.files import RegisterFolder
from armoury.store.keyslots import read_keyslots, unlock
from armoury.store.opening import Surroundings
from armoury.store.reading import several
from armoury.store.upgrade import HEAD
from tests.data.registers.make_r0001 import FOLDER, PASSPHRASES, SERIALS
from tests.registers import COST


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "main.armoury"
    shutil.copytree(FOLDER, path)
    return path


@pytest.fixture
def upgraded(older: Path, around: Surroundings) -> Iterator[Desk]:
    with opened(older, around) as desk:
        yield desk


def opened(path: Path, around: Surroundings) -> Desk:
    return sign_in(path, "cdr", PASSPHRASES["cdr"], around=around, cost=COST)


def change_database(path: Path, *statements: str) -> None:
    """Change a register as another program with the key could."""
    folder = RegisterFolder(path)
    key = unlock(read_keyslots(folder), "cdr", PASSPHRASES["cdr"]).data_keys[0]
    with closing(connect(folder.database, key)) as connection:
        for each in statements:
            connection.execute(each)


def revision(path: Path) -> str:
    folder = RegisterFolder(path)
    key = unlock(read_keyslots(folder), "cdr", PASSPHRASES["cdr"]).data_keys[0]
    with closing(connect(folder.database, key)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def kept(path: Path) -> Backup:
    (only,) = (path / "backups").iterdir()
    return read_backup(only)


def test_the_stored_register_is_of_the_first_format(older: Path):
    assert revision(older) == "r0001"


def test_it_is_upgraded_on_opening(upgraded: Desk, older: Path):
    assert revision(older) == HEAD
    assert check_register(upgraded.register, deep=True).whole


def test_the_officer_is_told_where_the_backup_lies(upgraded: Desk, older: Path):
    assert any(str(kept(older).path) in each for each in upgraded.register.notices)
    assert upgraded.register.warnings == []


def test_every_record_is_kept_and_new_fields_have_their_defaults(upgraded: Desk):
    with upgraded.read() as connection:
        weapons = list(several(connection, Weapon, "ORDER BY t.number"))
    assert tuple(each.serial for each in weapons) == SERIALS
    assert [each.remarks for each in weapons] == ["bolt replaced", None, None]
    assert not any(each.museum_piece or each.temporary_import for each in weapons)


def test_it_is_upgraded_once(upgraded: Desk, older: Path, around: Surroundings):
    upgraded.close()
    with opened(older, around) as again:
        assert again.register.notices == []


def test_the_backup_made_before_can_be_put_in_place(upgraded: Desk, older: Path, around: Surroundings):
    upgraded.close()
    officers = [Credentials(name, PASSPHRASES[name]) for name in ("cdr", "adm")]
    declared = Declared(officers[0], officers[1], "the new format is not wanted")
    restore_backup(kept(older).path, older, declared, around=around, cost=COST)
    with opened(older, around) as again:
        assert check_register(again.register, deep=True).whole


def test_records_that_another_program_changed_are_not_upgraded(older: Path, around: Surroundings):
    change_database(older, "UPDATE weapon SET remarks = 'never there' WHERE number = 2")
    with pytest.raises(IntegrityError, match="as it was before"):
        opened(older, around)
    assert revision(older) == "r0001"


def test_records_that_refer_to_nothing_are_not_upgraded(older: Path, around: Surroundings):
    change_database(older, "PRAGMA foreign_keys=off", "UPDATE weapon SET place = 'nowhere' WHERE number = 2")
    with pytest.raises(IntegrityError, match="refer to missing"):
        opened(older, around)
    assert revision(older) == "r0001"


def test_an_older_register_is_not_looked_at_where_it_cannot_be_upgraded(older: Path, around: Surroundings):
    with pytest.raises(StorageError, match="older version"):
        look_in(older, "cdr", PASSPHRASES["cdr"], around=around)


@pytest.mark.parametrize("way", [opened, lambda path, around: look_in(path, "cdr", PASSPHRASES["cdr"], around=around)])
def test_a_newer_register_is_refused_and_nothing_is_written(way, older: Path, around: Surroundings):
    change_database(older, "UPDATE alembic_version SET version_num = 'r9999'")
    before = (older / "register.db").read_bytes()
    with pytest.raises(StorageError, match="newer version of Armoury"):
        way(older, around)
    assert (older / "register.db").read_bytes() == before
    assert not (older / "backups").exists()
