"""A second process is told who has the register; when the first one dies, the register is free at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from armoury.domain.errors import StorageError
from armoury.services.desk import look_in, sign_in
from armoury.store.checking import check_register
from armoury.store.files import RegisterFolder
from armoury.store.lock import take_lock
from tests.fault.scene import CHEAP, FIRST, PASSPHRASES, Scene, Ticking

HOLDER = """
import sys
from pathlib import Path
from tests.fault.scene import Scene
with Scene(Path(sys.argv[1])).desk() as desk:
    sys.stdout.write("open\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


@pytest.fixture
def holder(scene: Scene):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(scene.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield process
    if process.poll() is None:
        process.kill()
        process.communicate(timeout=30)


def test_the_second_is_refused_and_told_who_has_it(scene: Scene, holder: subprocess.Popen):
    with pytest.raises(StorageError, match=f"in use by .* on {os.uname().nodename} since 2026-"):
        scene.desk()


def test_a_refusal_does_not_disturb_the_first(scene: Scene, holder: subprocess.Popen):
    with pytest.raises(StorageError):
        scene.desk()
    with pytest.raises(StorageError, match="in use by"):
        scene.desk()
    assert holder.poll() is None


def test_it_is_free_at_once_when_the_first_is_killed(scene: Scene, holder: subprocess.Popen):
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=30)
    with scene.desk() as desk:
        assert check_register(desk.register).whole


def test_it_is_free_when_the_first_is_closed(scene: Scene, holder: subprocess.Popen):
    holder.communicate(timeout=30)
    assert holder.returncode == 0
    scene.desk().close()
    assert not (scene.path / "lock.json").exists()


def test_the_same_process_cannot_open_it_twice(scene: Scene):
    with scene.desk(), pytest.raises(StorageError, match="in use by"):
        scene.desk()


def test_a_note_of_the_holder_that_cannot_be_read_still_gives_a_sentence(scene: Scene):
    with scene.desk():
        for content in (b"", b"[]", b"{}", b"\xff", b'{"user": 1}'):
            (scene.path / "lock.json").write_bytes(content)
            with pytest.raises(StorageError, match="in use by another program"):
                scene.desk()


def test_the_note_of_a_dead_process_holds_nobody_up(scene: Scene):
    (scene.path / "lock.json").write_text('{"user": "gone", "computer": "x", "process": "1", "since": "2020"}')
    scene.desk().close()


def test_a_wrong_passphrase_leaves_no_lock_behind(scene: Scene):
    with pytest.raises(StorageError):
        sign_in(scene.path, FIRST, "not the passphrase", around=scene.around(), cost=CHEAP)
    take_lock(RegisterFolder(scene.path), clock=Ticking()).release()


def test_looking_in_needs_no_lock(scene: Scene, holder: subprocess.Popen):
    desk = look_in(scene.path, FIRST, PASSPHRASES[FIRST], around=scene.around())
    assert desk.register.lock is None
    desk.close()
