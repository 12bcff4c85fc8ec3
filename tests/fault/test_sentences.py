"""Whatever lies in the register's folder, opening it gives a register or a sentence; and nothing is written."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from armoury.domain.errors import ArmouryError, IntegrityError, StorageError
from armoury.services.desk import look_in, sign_in
from armoury.store.checking import check_register
from armoury.store.evidence import keep_file, read_file
from tests.fault.conftest import copy_of
from tests.fault.scene import CHEAP, FIRST, PASSPHRASES, Scene, build

PAGE = 4096
PASSING = frozenset({"lock", "lock.json"})
"""Made on every attempt to open; they say nothing about the content."""


CONTENTS = {
    "empty": b"", "zeros": b"\0" * 100, "object": b"{}", "list": b"[]", "null": b"null",
    "noise": random.Random(7).randbytes(8192),
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    """Every byte below a folder."""
    found = {}
    for each in sorted(folder.rglob("*")):
        if each.is_file() and each.name not in PASSING:
            found[str(each.relative_to(folder))] = each.read_bytes()
    return found


def refused(scene: Scene, passphrase: str = PASSPHRASES[FIRST], name: str = FIRST) -> str:
    """Try to open, for work and for looking: both refuse with a sentence, and no byte changes."""
    before = contents(scene.home)
    with pytest.raises(ArmouryError) as problem:
        sign_in(scene.path, name, passphrase, around=scene.around(), cost=CHEAP)
    with pytest.raises(ArmouryError):
        look_in(scene.path, name, passphrase, around=scene.around())
    assert contents(scene.home) == before
    text = problem.value.text()
    assert text.endswith((".", "!"))
    assert "Traceback" not in text
    return text


def test_a_wrong_passphrase(scene: Scene):
    assert "not right" in refused(scene, "wrong passphrase here")


def test_a_name_that_nobody_has(scene: Scene):
    assert "Nobody signs in" in refused(scene, name="nobody")


def test_no_folder(tmp_path: Path):
    assert "no register" in refused(Scene(tmp_path))


def test_a_file_instead_of_the_folder(scene: Scene):
    shutil.rmtree(scene.path)
    scene.path.write_bytes(b"x")
    refused(scene)


@pytest.mark.parametrize("name", ["keyslots.json", "register.db"])
def test_a_missing_file(name: str, scene: Scene):
    (scene.path / name).unlink()
    assert name in refused(scene)


@pytest.mark.parametrize("name", ["keyslots.json", "register.db"])
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_file_with_other_content(name: str, content: bytes, scene: Scene):
    (scene.path / name).write_bytes(content)
    refused(scene)


@pytest.mark.parametrize("name", ["keyslots.json", "register.db"])
def test_a_folder_instead_of_a_file(name: str, scene: Scene):
    (scene.path / name).unlink()
    (scene.path / name).mkdir()
    refused(scene)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Name every place in the key slots."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


def slots(scene: Scene) -> Any:
    return json.loads((scene.path / "keyslots.json").read_text())


GARBLED: list[object] = [None, 7, -1, 1.5, True, "", "AAAA", "x\ud800y", [], {}, 2**40, "\0" * 50]
KEEP = object()


def garble(value: Any, path: tuple, garbage: object) -> None:
    for key in path[:-1]:
        value = value[key]
    if garbage is KEEP:
        del value[path[-1]]
    else:
        value[path[-1]] = garbage


OPENED = "It opened."


def opened_or_said(scene: Scene) -> str:
    try:
        sign_in(scene.path, FIRST, PASSPHRASES[FIRST], around=scene.around(), cost=CHEAP).close()
    except ArmouryError as problem:
        return problem.text()
    return OPENED


@pytest.mark.parametrize("garbage", [KEEP, *GARBLED], ids=lambda each: "removed" if each is KEEP else repr(each)[:12])
def test_every_field_of_the_key_slots_garbled(garbage: object, template: Scene, scene: Scene):
    """The register opens, where the field is not needed, or there is a sentence."""
    whole = slots(template)
    for path in places(whole):
        data = json.loads(json.dumps(whole))
        garble(data, path, garbage)
        (scene.path / "keyslots.json").write_text(json.dumps(data))
        before = contents(scene.path)
        try:
            sentence = opened_or_said(scene)
        except Exception as problem:
            problem.add_note(f"{path}: {garbage!r}")
            raise
        assert sentence.endswith("."), path
        assert sentence == OPENED or contents(scene.path) == before, path


@pytest.mark.parametrize("numbers", [
    {"memory_kib": 2**31}, {"iterations": 10**9}, {"lanes": 10**6}, {"memory_kib": 0}, {"iterations": 0}, {"lanes": 0},
    {"memory_kib": -5}, {"kdf": "none"}, {"salt": ""}, {"ciphertext": "A" * 10**6},
], ids=str)  # fmt: skip
def test_hostile_numbers_in_a_key_slot(numbers: dict, scene: Scene):
    data = slots(scene)
    data["slots"][0]["wrapped"].update(numbers)
    (scene.path / "keyslots.json").write_text(json.dumps(data))
    assert "damaged" in refused(scene)


def test_key_slots_of_a_newer_program(scene: Scene):
    data = {**slots(scene), "format": "armoury/keyslots/9"}
    (scene.path / "keyslots.json").write_text(json.dumps(data))
    assert "newer" in refused(scene)


def test_a_database_cut_off_anywhere(template: Scene, tmp_path: Path):
    size = (template.path / "register.db").stat().st_size
    pages = range(1, size // PAGE, max(1, size // PAGE // 25))
    lengths = {1, 16, 100, PAGE - 1, size - 1, *(page * PAGE for page in pages)}
    for length in sorted(lengths):
        scene = copy_of(template, tmp_path / str(length))
        os.truncate(scene.path / "register.db", length)
        refused(scene)


def test_a_database_with_a_damaged_page_opens_or_refuses_and_the_deep_check_names_it(template: Scene, tmp_path: Path):
    size = (template.path / "register.db").stat().st_size
    for page in range(0, size // PAGE, max(1, size // PAGE // 25)):
        scene = copy_of(template, tmp_path / str(page))
        raw = bytearray((scene.path / "register.db").read_bytes())
        raw[page * PAGE + 2000] ^= 0x40
        (scene.path / "register.db").write_bytes(bytes(raw))
        if opened_or_said(scene) == OPENED:
            with scene.desk() as desk:
                assert "file" in {each.code for each in check_register(desk.register, deep=True).findings}


def test_a_database_of_another_register(scene: Scene, tmp_path: Path):
    other = Scene(tmp_path / "other")
    other.home.mkdir()
    build(other)
    shutil.copy(other.path / "register.db", scene.path / "register.db")
    assert "does not belong" in refused(scene)


def test_a_plain_database(scene: Scene):
    (scene.path / "register.db").unlink()
    with closing(sqlite3.connect(scene.path / "register.db")) as connection:
        connection.execute("CREATE TABLE weapon (id)")
    assert "does not belong" in refused(scene)


def digest(scene: Scene) -> str:
    with scene.desk() as desk, desk.read() as connection:
        return str(connection.exec_driver_sql("SELECT sha256 FROM evidence_key LIMIT 1").scalar_one())


def _folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


EVIDENCE: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(os.urandom(9000)),
    "cut off": lambda path: os.truncate(path, PAGE),
    "a folder": _folder_instead,
}


@pytest.mark.parametrize("damage", EVIDENCE)
def test_damaged_evidence_is_said_and_found_while_the_register_works(damage: str, scene: Scene):
    wanted = digest(scene)
    EVIDENCE[damage](scene.path / "evidence.db")
    before = contents(scene.path).get("evidence.db")
    with scene.desk() as desk:
        with pytest.raises((IntegrityError, StorageError)) as problem:
            read_file(desk.register, wanted)
        assert "evidence.db" in problem.value.text()
        found = check_register(desk.register).findings
        assert {each.where.split()[0] for each in found} <= {"evidence", "evidence.db"}
        assert found != ()
    assert contents(scene.path).get("evidence.db") == before


@pytest.mark.parametrize("damage", ["garbage", "cut off", "a folder"])
def test_nothing_is_put_into_damaged_evidence(damage: str, scene: Scene):
    EVIDENCE[damage](scene.path / "evidence.db")
    with scene.desk() as desk, pytest.raises(ArmouryError):
        keep_file(desk.register, b"new")


@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(scene: Scene):
    scene.path.chmod(0o500)
    try:
        assert "could not be written" in refused(scene)
    finally:
        scene.path.chmod(0o700)
