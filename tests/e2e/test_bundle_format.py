"""The page about the bundle's format: its commands, run one after the other as they stand, on a real sealed bundle."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from armoury.bundle.sealing import Identity
from armoury.services.exporting import export_bundle
from armoury.signing.certificates import certificate_to_pem
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import register_record
from tests.registers import desk_of

PAGE = Path(__file__).parents[2] / "docs" / "bundle-format.md"
TOOLS = ("age", "unzip", "sha256sum", "openssl")

pytestmark = pytest.mark.skipif(shutil.which("apt-get") is None, reason="the tools are installed on Debian and its kin")


@pytest.fixture
def folder(register_path, around, tmp_path) -> Path:
    """What the example begins with: bundle 2, sealed, the registry's key, the site's certificate."""
    registry, work = Identity.fresh(), tmp_path / "work"
    work.mkdir()
    with desk_of(register_path, "cdr", around) as desk:
        export_bundle(desk, tmp_path)
        export_bundle(desk, work, recipient=str(registry.key.to_public()))
        with desk.read() as connection:
            der = from_base64(register_record(connection).certificate)
    (work / "site.pem").write_bytes(certificate_to_pem(der))
    (work / "registry.key").write_text(f"{registry.key}\n")
    return work


def commands(site: str) -> str:
    """All commands of the page, for a real site, as one script that stops at the first failure."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    return "set -eu\n" + "".join(blocks).replace("BB-BCDFGHJK", site)


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def site_of(folder: Path) -> str:
    return next(folder.glob("*.age")).name[:11]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_is_there(tool):
    assert shutil.which(tool)


def test_the_commands_of_the_page_work(folder):
    done = run(folder, commands(site_of(folder)))
    assert done.returncode == 0, done.stderr
    assert "CMS Verification successful" in done.stderr
    assert "Verified OK" in done.stdout


def test_they_use_no_other_tools(folder):
    script = commands(site_of(folder))
    used = set(re.findall(r"(?:^|[|(]\s*|\$\(\s*)([a-z0-9]+)\b", script, flags=re.MULTILINE))
    coreutils = {"set", "cd", "cat", "cut", "find", "grep", "head", "printf", "sed", "tail", "test", "tr", "wc"}
    assert used <= coreutils | set(TOOLS), used


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("printf x >> data/weapon.csv", "data/weapon.csv: FAILED"),
        ("printf x >> bag-info.txt", "bag-info.txt: FAILED"),
        ("rm data/log.csv", "data/log.csv: FAILED"),
    ],
)
def test_they_find_a_changed_file(folder, change, complaint):
    site = site_of(folder)
    before, after = commands(site).split("sha256sum --check", 1)
    done = run(folder, f"{before}{change}\nsha256sum --check{after}")
    assert done.returncode != 0
    assert complaint in done.stdout + done.stderr


def test_they_find_a_forged_signature(folder, register_path):
    site = site_of(folder)
    before, after = commands(site).split("openssl cms -verify", 1)
    done = run(folder, f"{before}printf x >> tagmanifest-sha256.txt\nopenssl cms -verify{after}")
    assert done.returncode != 0
    assert "verif" in done.stderr.lower()
