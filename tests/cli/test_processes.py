"""The command line as a real process: start-up, descriptors, terminals, locales, pipes that close."""

import contextlib
import errno
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

from tests.cli.calls import FIRST, ROOT, SECOND, environment, start
from tests.cli.test_founding import PEOPLE, SITE

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


def _at_terminal(words: list[str], answers: Sequence[str | Callable[[str], str]]) -> tuple[int, str]:
    """Call the command line at a terminal of its own and type each answer when something is asked.

    An answer may be made from what was said so far.
    """
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "armoury", *words],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(slave)
    said, waiting = "", list(answers)
    while True:
        try:
            piece = os.read(master, 4096).decode()
        except OSError as problem:
            if problem.errno != errno.EIO:
                raise
            break
        said += piece
        if waiting and said.rstrip(" ").endswith(":"):
            answer = waiting.pop(0)
            os.write(master, (answer if isinstance(answer, str) else answer(said)).encode() + b"\n")
            said += "\n"
    os.close(master)
    return process.wait(timeout=60), said


def test_help_loads_no_library_that_takes_time():
    code = (
        "import sys; from armoury.cli.main import run; run(['--help']);"
        "slow = {'sqlalchemy', 'cryptography', 'sqlcipher3', 'PIL', 'alembic'} & set(sys.modules); sys.exit(len(slow))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True).returncode == 0


def test_two_passphrases_come_through_one_descriptor(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, f"{FIRST}\n{SECOND}\n".encode())
    os.close(writing)
    fds = ("--passphrase-fd", reading, "--second-passphrase-fd", reading)
    answer = start("new", tmp_path / "M", *SITE, *PEOPLE, "--yes", *fds, pass_fds=(reading,))
    os.close(reading)
    assert answer.returncode == 0, answer.stderr


def test_a_descriptor_that_is_not_open_is_a_sentence(register):
    answer = start("places", "--register", register, "--officer", "cdr", "--passphrase-fd", "77")
    assert answer.returncode == 3
    assert b"77" in answer.stderr


def test_a_wrong_passphrase_is_the_environment(register):
    answer = start("places", env={**environment(register), "ARMOURY_PASSPHRASE": "another one entirely"})
    assert answer.returncode == 4
    assert b"Traceback" not in answer.stderr


def test_without_terminal_and_passphrase_the_way_is_said(register):
    answer = start("places", "--register", register, "--officer", "cdr")
    assert answer.returncode == 3
    assert b"ARMOURY_PASSPHRASE" in answer.stderr


def test_a_closed_standard_input_is_no_terminal(register):
    words = [sys.executable, "-m", "armoury", "places", "--register", str(register)]
    shell = f"{shlex.join(words)} <&-"
    answer = subprocess.run(["sh", "-c", shell], cwd=ROOT, capture_output=True, check=False)
    assert answer.returncode == 3
    assert b"--officer" in answer.stderr


def test_a_closed_standard_output_is_no_fault(register):
    shell = f"{shlex.quote(sys.executable)} -m armoury places >&-"
    answer = subprocess.run(
        ["sh", "-c", shell], cwd=ROOT, env={**os.environ, **environment(register)}, capture_output=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, b"")


@pytest.mark.parametrize("words", [("--help",), ("site",), ("history",), ("site", "--json")])
def test_the_c_locale_is_served(register, words):
    answer = start(*words, env={**environment(register), **ASCII})
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.isascii()


def test_a_reader_that_leaves_is_no_traceback(register):
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "armoury", "history"]
    process = subprocess.Popen(
        words, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, **environment(register)}
    )
    os.close(writing)
    _out, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (141, b"")


@pytest.mark.parametrize("kind", ["missing", "file", "empty folder"])
def test_what_is_no_register_is_a_sentence(tmp_path, kind):
    path = tmp_path / "x.armoury"
    if kind == "file":
        path.write_text("", encoding="utf-8")
    if kind == "empty folder":
        path.mkdir()
    answer = start("places", env=environment(path))
    assert answer.returncode == 4
    assert str(path).encode() in answer.stderr


def test_the_register_used_last_is_meant(register):
    values = environment(register)
    del values["ARMOURY_REGISTER"]
    assert start("site", env=values).returncode == 3
    assert start("site", env=environment(register)).returncode == 0
    assert start("site", env=values).returncode == 0


def test_a_home_that_cannot_be_written_stops_no_look(register):
    home = register.parent / "file"
    home.write_text("", encoding="utf-8")
    answer = start("site", env={**environment(register), "ARMOURY_HOME": str(home)})
    assert answer.returncode == 0, answer.stderr
    assert b"WARNING" in answer.stderr


def test_the_log_holds_no_name_serial_or_text(register, tmp_path):
    home = tmp_path / "home"
    start("find", "SECRETSERIAL", env={**environment(register), "ARMOURY_HOME": str(home)})
    log = (home / "state" / "armoury.log").read_text("utf-8")
    assert "find done" in log
    assert "SECRETSERIAL" not in log + str(list(home.rglob("*")))


def test_an_older_copy_in_the_place_of_the_register_is_told_first(register, tmp_path):
    older = {each.name: each.read_bytes() for each in register.iterdir() if each.is_file()}
    assert start("add", "log", "visit", "Somebody came", env=environment(register)).returncode == 0
    for name, data in older.items():
        (register / name).write_bytes(data)
    answer = start("site", env=environment(register))
    assert answer.stderr.startswith(b"*** WARNING")


def _from_the_paper(said: str) -> str:
    """Return the group that was asked for, as the screen showed it."""
    place, half = re.findall(r"group (\d) of half-sheet (\d)", said)[-1]
    sheet = said.split(f"Half-sheet {half}")[1]
    return re.findall(rf"{place}: ([A-Z]{{5}})", sheet)[0]


def test_a_new_register_at_a_terminal_shows_the_key_and_has_it_typed_back(tmp_path):
    typed: list[str | Callable[[str], str]] = [FIRST, FIRST, SECOND, SECOND, "WRONG"]
    typed += [_from_the_paper, _from_the_paper]
    code, said = _at_terminal(["new", str(tmp_path / "M"), *SITE, *PEOPLE], typed)
    assert code == 0, said
    assert "That is not what is shown" in said
    assert FIRST not in said


def test_ctrl_c_leaves_nothing_half_done_and_says_so(tmp_path):
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "armoury", "sample", str(tmp_path / "S"), "--weapons", "300000"]
    process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT)
    os.close(slave)
    said = b""
    while b"Weapons: " not in said:
        said += os.read(master, 4096)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):
        while piece := os.read(master, 4096):
            said += piece
    os.close(master)
    assert process.wait(timeout=60) == 130
    assert b"Nothing is half-done" in said
    assert list(tmp_path.iterdir()) == []


def test_passphrases_that_differ_are_asked_for_again(tmp_path):
    typed = [FIRST, SECOND, FIRST, FIRST, SECOND, SECOND]
    code, said = _at_terminal(["new", str(tmp_path / "M"), *SITE, *PEOPLE, "--yes"], typed)
    assert code == 0, said
    assert "differ" in said
