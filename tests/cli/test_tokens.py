"""A second officer who approves with a software token, in processes as they are started by hand."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.calls import environment, start

PIN = "123456"
DEPUTY = "five new words together"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


@dataclass(frozen=True)
class Token:
    module: str
    serial: str
    environment: Mapping[str, str]


@pytest.fixture
def token(tmp_path: Path) -> Token:
    module = next((path for path in MODULES if Path(path).is_file()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", encoding="utf-8")
    env = {**os.environ, "SOFTHSM2_CONF": str(tmp_path / "softhsm2.conf")}
    words = ["softhsm2-util", "--init-token", "--free", "--label", "adm", "--so-pin", "87654321", "--pin", PIN]
    subprocess.run(words, check=True, capture_output=True, env=env)
    slots = subprocess.run(["softhsm2-util", "--show-slots"], check=True, capture_output=True, text=True, env=env)
    serial = re.findall(r"Serial number:\s+(\w+)", slots.stdout)[0]
    return Token(module, serial, {"SOFTHSM2_CONF": env["SOFTHSM2_CONF"], "ARMOURY_PIN": PIN})


@pytest.fixture
def env(register: Path, token: Token) -> dict[str, str]:
    """The administrator signs with the token from here on; a third officer approved it."""
    third = {"ARMOURY_SECOND": "dep", "ARMOURY_SECOND_PASSPHRASE": DEPUTY}
    env = {**environment(register), **token.environment, "ARMOURY_NEW_PASSPHRASE": DEPUTY}
    answer = start("officers", "add", "dep", "--name", "Sample Deputy", "--role", "administrator", env=env)
    assert answer.returncode == 0, answer.stderr
    words = ("--driver", token.module, "--serial", token.serial, "--reason", "card issued")
    answer = start("officers", "token", "adm", *words, env={**env, **third})
    assert answer.returncode == 0, answer.stderr
    return env


ROLES = ("officers", "roles", "dep", "auditor", "--reason", "fewer duties")


def test_an_approval_by_token_counts(env, token):
    env["ARMOURY_SECOND_PASSPHRASE"] = PIN
    answer = start(*ROLES, "--second-token", token.module, env=env)
    assert answer.returncode == 0, answer.stderr


def test_the_passphrase_no_longer_approves(env):
    answer = start(*ROLES, env=env)
    assert (answer.returncode, b"token" in answer.stderr) == (6, True)


def test_a_wrong_pin_is_a_sentence(env, token):
    env["ARMOURY_SECOND_PASSPHRASE"] = "654321"
    answer = start(*ROLES, "--second-token", token.module, env=env)
    assert answer.returncode == 4
    assert b"PIN" in answer.stderr
