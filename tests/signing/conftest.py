"""Keys and certificates that the tests of this room share."""

import subprocess

import pytest

from armoury.signing.certificates import Issuer, SiteName, make_officer_certificate, make_site_certificate
from armoury.signing.keys import new_private_key, public_to_der
from armoury.signing.signer import SoftwareSigner

AT = 1_773_000_000_000
"""2026-03-08T20:00:00Z: the moment at which these tests happen."""

SITE = SiteName("CC-ABCDEFGH", "Sample Main Armoury", "Sample Defence Force", "JM")


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
