"""Two bundles of one small register, exported once, with the key that signed them."""

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from armoury.bundle.errors import BundleError
from armoury.bundle.verification import Known, Verified, read_header, verify_bundle
from armoury.services.exporting import export_bundle
from armoury.signing.keys import private_from_der
from armoury.signing.signer import SoftwareSigner
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import SITE_KEY, read_secret, register_record
from armoury.store.opening import Surroundings
from tests.bundle.forge import Opened, put_together, take_apart
from tests.registers import NOON, SetClock, desk_of
from tests.services.conftest import furnished as furnished
from tests.services.stock import FIRST, registered

NOW = NOON + 7_200_000


@dataclass(frozen=True)
class Sent:
    """What the site sent, and its secret."""

    first: bytes
    second: bytes
    signer: SoftwareSigner

    @property
    def certificate(self) -> bytes:
        """The site's certificate, DER."""
        assert self.signer.certificate_der is not None
        return self.signer.certificate_der

    @property
    def opened(self) -> Opened:
        """The second bundle as its files."""
        return take_apart(self.second)

    def known(self) -> Known:
        """What is known from the first bundle."""
        return read_header(io.BytesIO(self.first), now=NOW).known()

    def forged(self, opened: Opened, *, at: int = NOW, lists: bool = True) -> bytes:
        """Sign it with the site's own key."""
        return put_together(opened, self.signer, at=at, lists=lists)

    def judged(self, data: bytes, *, known: bool = True, now: int = NOW) -> Verified:
        """Check a bundle as the registry would."""
        held = self.known() if known else None
        return verify_bundle(io.BytesIO(data), now=now, trusted=[self.certificate], known=held)


@pytest.fixture(scope="session")
def sent(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("sent")
    path = folder / "main.armoury"
    shutil.copytree(furnished, path)
    clock = SetClock(NOON + 3_600_000)
    with desk_of(path, FIRST, Surroundings(clock, folder / "memory")) as desk:
        registered(desk, "SXL020", remarks='says "no",\r\nthen \\ more', received=None)
        first = export_bundle(desk, folder).path.read_bytes()
        clock.forward(60_000)
        registered(desk, "SXL021", features="worn")
        second = export_bundle(desk, folder).path.read_bytes()
        with desk.read() as connection:
            key = private_from_der(read_secret(connection, SITE_KEY))
            signer = SoftwareSigner(key, from_base64(register_record(connection).certificate))
    return Sent(first, second, signer)


def refusal(sent: Sent, data: bytes, **options: Any) -> BundleError:
    with pytest.raises(BundleError) as caught:
        sent.judged(data, **options)
    assert caught.value.text().endswith((".", "?")), caught.value.text()
    return caught.value
