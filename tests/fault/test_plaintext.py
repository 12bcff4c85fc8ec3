"""No plaintext on disk: nothing that the register knows can be read in any file that the program leaves or opens."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from armoury.store.backup import make_backup
from armoury.store.checking import check_register
from armoury.store.checkpoints import make_checkpoint
from tests.fault.scene import (
    FIRST,
    PASSPHRASES,
    SECOND,
    Scene,
    add_place,
    attach,
    build,
    gone_act,
    register_weapons,
    remark,
    weapon_ids,
)  # fmt: skip

SECRETS = {
    "a serial": "QZ7711-KWX",
    "a place": "Underground Vault Seven",
    "a remark": "barrel swapped at Fort Amity",
    "an officer's name": "Adaeze Grant",
    "a supplier": "Seller of QZ7711-KWX",
    "a file of evidence": "photographed beside the harbour wall",
    "a passphrase": PASSPHRASES[FIRST],
    "another passphrase": PASSPHRASES[SECOND],
    "an end": "Order 12/2026",
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")

STORY = """
import sys
from pathlib import Path
from tests.fault.scene import Scene
from tests.fault.test_plaintext import story
story(Scene(Path(sys.argv[1])))
"""


def story(scene: Scene) -> None:
    """Found a register, tell it every secret, change it in bulk, back it up, check it; then stay open for a look."""
    build(scene)
    with scene.desk() as desk:
        place = add_place(desk, "V7", SECRETS["a place"])
        register_weapons(desk, place, [SECRETS["a serial"], *(f"BULK{number}" for number in range(3_000))])
        weapon = weapon_ids(desk)[-3_001]
        remark(desk, weapon, SECRETS["a remark"])
        attach(desk, weapon, SECRETS["a file of evidence"].encode() * 3_000)
        gone_act(desk, weapon)
        make_checkpoint(desk.register)
        make_backup(desk.register, scene.home / "stick")
        assert check_register(desk.register, deep=True).whole
        remark(desk, weapon, SECRETS["a remark"] + ", again")
        sys.stdout.write("told\n")
        sys.stdout.flush()
        sys.stdin.read()


def needles() -> Iterator[tuple[str, bytes]]:
    for name, text in SECRETS.items():
        for encoding in ENCODINGS:
            yield name, text.encode(encoding)


def found_in(path: Path) -> set[str]:
    data = path.read_bytes()
    return {name for name, needle in needles() if needle in data}


def search(*folders: Path) -> dict[str, set[str]]:
    files = (each for folder in folders for each in sorted(folder.rglob("*")) if each.is_file())
    return {str(each): found for each in files if (found := found_in(each))}


def open_files(pid: int, besides: tuple[Path, ...]) -> dict[str, set[str]]:
    """Search what a process holds open under no name that can be found, such as deleted files."""
    found = {}
    for link in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(link)
        named = any(target.startswith(str(folder)) for folder in besides) and not target.endswith("(deleted)")
        if target.startswith("/") and not named and link.is_file() and (seen := found_in(link)):
            found[target] = seen
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The story told by a process that still has the register open; every folder it may write to is under one root."""
    root = tmp_path_factory.mktemp("told")
    for name in ("work", "temporary", "home"):
        (root / name).mkdir()
    trace = ["strace", "-f", "-qq", "-e", "trace=openat,open,creat", "-o", str(root / "trace")]
    environment = {
        **os.environ, "TMPDIR": str(root / "temporary"), "SQLITE_TMPDIR": str(root / "temporary"),
        "HOME": str(root / "home"), "ARMOURY_HOME": str(root / "home" / "armoury"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [*(trace if shutil.which("strace") else []), sys.executable, "-c", STORY, str(root / "work")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "told\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    below = children.read_text().split() if shutil.which("strace") and children.exists() else []
    yield root, int(below[0]) if below else process.pid
    process.communicate(timeout=60)


def test_the_search_finds_what_is_planted(tmp_path: Path):
    for encoding in ENCODINGS:
        (tmp_path / encoding).write_bytes(b"\0" * 999 + SECRETS["a serial"].encode(encoding) + b"\0")
    assert [set(each) for each in search(tmp_path).values()] == [{"a serial"}] * len(ENCODINGS)


def test_nothing_is_readable_while_the_register_is_open(told: tuple[Path, int]):
    root, _pid = told
    names = {each.name for each in root.rglob("*")}
    assert {"register.db", "register.db-wal", "evidence.db", "keyslots.json", "backup.json"} <= names
    assert search(root) == {}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system does not list open files")
def test_nothing_is_readable_in_files_without_a_name(told: tuple[Path, int]):
    root, pid = told
    assert open_files(pid, (root / "work",)) == {}


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_file_is_made_anywhere_else(told: tuple[Path, int]):
    root, _pid = told
    made = {
        line.split('"')[1]
        for line in (root / "trace").read_text(errors="replace").splitlines()
        if "O_CREAT" in line and '"' in line and "= -1" not in line
    }
    assert any("register.db" in each for each in made)
    outside = {each for each in made if not each.startswith((str(root / "work"), "/dev/"))}
    assert outside == set()


def test_nothing_is_readable_after_closing(scene: Scene):
    for each in ("a serial", "a remark"):
        with scene.desk() as desk:
            remark(desk, weapon_ids(desk)[0], SECRETS[each])
    assert search(scene.home) == {}
