"""What every test gets: a user's folders of its own, English texts, and repeatable examples."""

from collections.abc import Iterator
from importlib.util import find_spec

import hypothesis
import pytest

from armoury import i18n

if find_spec("tests.registers"):
    pytest_plugins = ["tests.registers"]

# The same examples on every run, and no limit of time that a busy machine could break.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# New examples on every run, many of them: pytest --hypothesis-profile search
hypothesis.settings.register_profile(
    "search", hypothesis.settings.get_profile("repeatable"), derandomize=False, max_examples=2000
)
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-bytes", action="store_true", help="flip every byte of a bundle, cut it at every length")
    parser.addoption("--kills", type=int, default=20, help="how often tests/fault kills the program in each act")


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep preferences, data and logs of one test away from all others and from the user."""
    monkeypatch.setenv("ARMOURY_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let a test that chose a language not choose it for the next one."""
    yield
    i18n.use_language("en")
