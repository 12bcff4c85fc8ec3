"""Dependencies are pinned by version and hash, and the lock files say nothing of where they were fetched from."""

import re

import pytest

from tests.architecture.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return dict(line.split("==", 1) for line in text.splitlines())


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_version_and_hashes(lock):
    one = re.compile(r"[0-9a-z.]+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert [name for name, pin in _pins(lock).items() if not one.fullmatch(pin)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_and_no_path(lock):
    assert re.findall(r"https?:|file:|index|find-links|/", (ROOT / lock).read_text("utf-8")) == []


def test_tests_run_with_the_versions_of_the_program():
    run, test = (_pins(lock) for lock in LOCKS)
    assert {name: test.get(name) for name in run} == run
