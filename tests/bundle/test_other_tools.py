"""Bundles held against tools that no one here wrote."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest
from frictionless import validate

from armoury.signing.certificates import certificate_to_pem
from tests.bundle.conftest import Sent


@pytest.fixture
def bag(sent: Sent, tmp_path: Path) -> Path:
    """The second bundle, unpacked."""
    with zipfile.ZipFile(io.BytesIO(sent.second)) as archive:
        archive.extractall(tmp_path)
        return tmp_path / archive.namelist()[0].partition("/")[0]


def test_bagit_finds_the_bag_valid(bag):
    assert bagit.Bag(str(bag)).validate()


def test_bagit_finds_a_changed_file(bag):
    (bag / "data" / "weapon.csv").write_bytes(b"id\r\n")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(bag)).validate()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_finds_the_package_and_every_row_valid(bag):
    report = validate(str(bag / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "note"])
    assert {task.name: task.stats.get("rows") for task in report.tasks}["weapon"] == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_frictionless_finds_a_wrong_cell(bag):
    path = bag / "data" / "weapon.csv"
    lines = path.read_bytes().split(b"\r\n")
    place = lines[0].split(b",").index(b"entry")
    cells = lines[-2].split(b",")
    cells[place] = b"none"
    path.write_bytes(b"\r\n".join([*lines[:-2], b",".join(cells), b""]))
    assert not validate(str(bag / "data" / "datapackage.json")).valid


def test_every_table_is_in_the_package(bag):
    package = json.loads((bag / "data" / "datapackage.json").read_text())
    assert {each["path"] for each in package["resources"]} == {each.name for each in (bag / "data").glob("*.csv")}


def test_openssl_finds_the_signature_good(bag, sent, tmp_path):
    (tmp_path / "site.pem").write_bytes(certificate_to_pem(sent.certificate))
    assert "Verification successful" in _openssl(bag, tmp_path)


def test_openssl_finds_another_certificate_wrong(bag, tmp_path):
    key = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    subprocess.run(
        [*key, "-keyout", tmp_path / "key.pem", "-out", tmp_path / "site.pem"], check=True, capture_output=True
    )
    assert "Verification failure" in _openssl(bag, tmp_path)


def _openssl(bag: Path, folder: Path) -> str:
    assert shutil.which("openssl")
    words = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "tagmanifest-sha256.txt.p7s",
             "-content", "tagmanifest-sha256.txt", "-CAfile", str(folder / "site.pem")]  # fmt: skip
    return subprocess.run(words, cwd=bag, capture_output=True, text=True, check=False).stderr


def test_unzip_finds_the_archive_whole(sent, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(sent.second)
    assert subprocess.run(["unzip", "-tq", str(path)], capture_output=True, check=False).returncode == 0
