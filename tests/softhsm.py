"""Real software tokens (SoftHSM2) for any test; the driver is loaded once a process, so all tests share them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest

PIN = "123456"
SOFTHSM_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


@dataclass(frozen=True)
class Tokens:
    """A driver and the serial numbers of the tokens it shows."""

    module: Path
    officer: str
    spare: str


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    """Two SoftHSM tokens with the same PIN; the driver is loaded after its settings are in place."""
    module = next((Path(path) for path in SOFTHSM_MODULES if Path(path).is_file()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for label in ("officer", "spare"):
            _initialise(label)
        yield _loaded(module)
        pkcs11.unload(str(module))


def _initialise(label: str) -> None:
    words = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN]
    subprocess.run(words, check=True, capture_output=True, env=dict(os.environ))


def _loaded(module: Path) -> Tokens:
    library = pkcs11.lib(str(module))
    library.reinitialize()
    serials = {token.label: token.serial.decode() for token in library.get_tokens() if token.label}
    return Tokens(module, serials["officer"], serials["spare"])
