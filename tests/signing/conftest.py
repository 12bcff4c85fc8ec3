"""Keys, certificates and real software tokens that the tests of this room share."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from armoury.signing.certificates import Issuer, SiteName, make_officer_certificate, make_site_certificate
from armoury.signing.keys import new_private_key, public_to_der
from armoury.signing.signer import SoftwareSigner

AT = 1_773_000_000_000
"""2026-03-08T20:00:00Z: the moment at which these tests happen."""

SITE = SiteName("CC-ABCDEFGH", "Sample Main Armoury", "Sample Defence Force", "JM")
PIN = "123456"
SOFTHSM_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


@dataclass(frozen=True)
class Tokens:
    """A driver and the serial numbers of the tokens it shows."""

    module: Path
    officer: str
    spare: str


@pytest.fixture(scope="session")
def site() -> Issuer:
    private = new_private_key()
    return Issuer(private, make_site_certificate(private, SITE, at=AT))


@pytest.fixture(scope="session")
def officer(site):
    private = new_private_key()
    public = public_to_der(private.public_key())
    certificate = make_officer_certificate(site, public, name="Sample Officer", officer="officer-1", at=AT)
    return SoftwareSigner(private, certificate)


@pytest.fixture
def openssl(tmp_path):
    """Run the stock `openssl` in an empty folder; give what it says, good or bad."""

    def run(*words: str, **files: bytes) -> str:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        command = ["openssl", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def tokens(tmp_path_factory):
    """Two SoftHSM tokens with the same PIN; the driver is loaded once a process, after its settings are in place."""
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
        _pkcs11().unload(str(module))


def _initialise(label: str) -> None:
    words = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN]
    subprocess.run(words, check=True, capture_output=True, env=dict(os.environ))


def _loaded(module: Path) -> Tokens:
    library = _pkcs11().lib(str(module))
    library.reinitialize()
    serials = {token.label: token.serial.decode() for token in library.get_tokens() if token.label}
    return Tokens(module, serials["officer"], serials["spare"])


def _pkcs11():
    import pkcs11

    return pkcs11
