"""The set-up on a machine that lacks things: it installs where it may, and otherwise names exactly what is missing."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TOOLS = ("basename", "bash", "cat", "dirname", "env", "sha256sum")
# Answers as the interpreter of a bare Debian does: there, but unable to make a virtual environment.
BARE_PYTHON = 'case "$*" in *ensurepip*) exit 1;; -V) echo Python 3.11.2;; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A project folder with a space in its name, on a machine where only the commands in `bin` exist."""
    project = tmp_path / "my project"
    (project / "packaging").mkdir(parents=True)
    shutil.copy(ROOT / "packaging/setup.sh", project / "packaging")
    for lock in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / lock, project)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


@pytest.fixture
def command(machine: Path) -> Callable[[str, str], None]:
    def add(name: str, script: str) -> None:
        path = machine / name if "/" in name else machine / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
        path.chmod(0o755)

    add("python3", BARE_PYTHON)
    add("id", "echo 1000")
    return add


def tools(command: Callable[[str, str], None]) -> None:
    """Put the tools there with which a bundle is checked."""
    for name in ("age", "openssl", "unzip"):
        command(name, "")


def set_up(machine: Path, job: str) -> tuple[int, str]:
    told = subprocess.run(
        [machine / "my project/packaging/setup.sh", job],
        env={"PATH": str(machine / "bin"), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout + told.stderr


@pytest.mark.parametrize(
    ("job", "missing"), [("run", "python3-venv age openssl unzip"), ("test", "python3-venv age openssl unzip softhsm2")]
)
def test_missing_packages_are_named_exactly(machine, command, job, missing):
    status, said = set_up(machine, job)
    assert status == 1
    assert f"are missing: {missing}\n" in said


def test_what_is_there_is_not_named(machine, command):
    command("openssl", "")
    assert "are missing: python3-venv age unzip softhsm2\n" in set_up(machine, "test")[1]


def test_nothing_is_asked_where_nobody_can_answer(machine, command):
    command("apt-get", 'echo "apt-get $*"')
    command("sudo", '[ "$1" = -n ] && exit 1; echo asked')
    status, said = set_up(machine, "run")
    assert status == 1
    assert "asked" not in said
    assert "Installing" not in said


def test_the_administrator_installs_what_is_missing(machine, command):
    command("id", "echo 0")
    command("apt-get", f'echo "$*" >> "{machine}/installed"')
    set_up(machine, "test")
    asked = (machine / "installed").read_text().splitlines()
    assert asked == ["update -qq", "install -y -qq --no-install-recommends python3-venv age openssl unzip softhsm2"]


def test_an_old_interpreter_is_refused_with_a_sentence(machine, command):
    command("python3", "exit 1")
    status, said = set_up(machine, "run")
    assert status == 1
    assert "needs Python 3.11 or newer" in said


def test_a_second_run_has_nothing_to_do(machine, command):
    tools(command)
    command("my project/.venv/bin/python", 'case "$*" in -V) echo Python 3.11.2;; *) echo worked;; esac')
    assert "Installing the pinned dependencies" in set_up(machine, "run")[1]
    assert set_up(machine, "run") == (0, "")


def test_a_changed_lock_is_installed(machine, command):
    tools(command)
    command("my project/.venv/bin/python", "")
    set_up(machine, "run")
    with (machine / "my project/requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    assert "Installing the pinned dependencies of requirements.lock" in set_up(machine, "run")[1]
