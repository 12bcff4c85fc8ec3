"""A new register gets its name when it is whole; on any error nothing of it stays."""

from pathlib import Path

import pytest

from armoury.domain.errors import RuleError, StorageError
from armoury.services.founding import FirstOfficer, found_register
from armoury.store.creation import Identity, new_register
from armoury.store.files import RegisterFolder
from armoury.store.opening import Surroundings
from armoury.store.restore import READY, staging_of
from tests.registers import COST, PASSPHRASES, SITE, SetClock, desk_of

IDENTITY = Identity("019a0000-0000-7000-8000-000000000001", "BB-BDFGHJKL", bytes(32))


def found(path: Path, around: Surroundings) -> None:
    roles = {"cdr": ("commander",), "adm": ("administrator",)}
    officers = [FirstOfficer(name, f"Sample {name}", PASSPHRASES[name], roles[name]) for name in roles]
    found_register(path, SITE, officers, around=around, cost=COST)


def test_what_exists_is_never_overwritten(register_path: Path, around: Surroundings):
    before = (register_path / "register.db").read_bytes()
    with pytest.raises(RuleError, match="exists already"):
        found(register_path, around)
    assert (register_path / "register.db").read_bytes() == before


@pytest.mark.parametrize("name", ["main", "main.db", "main.armoury.old"])
def test_the_name_says_that_it_is_a_register(name: str, tmp_path: Path, around: Surroundings):
    with pytest.raises(RuleError, match=r"\.armoury"):
        found(tmp_path / name, around)
    assert list(tmp_path.iterdir()) == []


def fail_while_filling(path: Path) -> None:
    with new_register(path, IDENTITY, clock=SetClock()) as register:
        register.close()
        _ = 1 / 0


def test_an_error_while_it_is_filled_leaves_nothing(tmp_path: Path):
    with pytest.raises(ZeroDivisionError):
        fail_while_filling(tmp_path / "a.armoury")
    assert list(tmp_path.iterdir()) == []


def test_it_has_no_name_before_it_is_whole(tmp_path: Path):
    with new_register(tmp_path / "a.armoury", IDENTITY, clock=SetClock()) as register:
        assert not (tmp_path / "a.armoury").exists()
        register.close()
    assert (tmp_path / "a.armoury" / "register.db").exists()


def test_what_a_power_cut_left_is_no_hindrance(tmp_path: Path, around: Surroundings):
    (tmp_path / "a.armoury.creating").mkdir()
    (tmp_path / "a.armoury.creating" / "register.db").write_bytes(b"half")
    found(tmp_path / "a.armoury", around)
    with desk_of(tmp_path / "a.armoury", "cdr", around) as desk:
        assert desk.officer.sign_in == "cdr"
    assert not (tmp_path / "a.armoury.creating").exists()


def test_a_restored_register_that_waits_for_the_name_is_not_shut_out(tmp_path: Path, around: Surroundings):
    staging = staging_of(RegisterFolder(tmp_path / "a.armoury")).path
    staging.mkdir()
    (staging / READY).touch()
    with pytest.raises(RuleError, match="waits"):
        found(tmp_path / "a.armoury", around)


def test_its_files_are_its_owner_s_alone(tmp_path: Path, around: Surroundings):
    found(tmp_path / "a.armoury", around)
    files = [tmp_path / "a.armoury" / each for each in ("", "register.db", "keyslots.json")]
    assert [each for each in files if each.stat().st_mode & 0o077] == []


def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path, around: Surroundings):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="could not be written"):
        found(tmp_path / "file" / "a.armoury", around)
