"""Sealed bundles, held against the tool age; and the vault in which one is read."""

import io
import random
import subprocess

import pytest

from armoury.bundle.errors import BundleError
from armoury.bundle.sealing import Identity, Recipient, Vault, seal, unseal
from armoury.domain.errors import RuleError


def sealed(data: bytes, *recipients: Recipient) -> bytes:
    out = io.BytesIO()
    seal(iter([data[:7], b"", data[7:]]), out, *recipients)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65_536, 300_000])
def test_what_was_sealed_opens(size):
    key, data = Identity.fresh(), random.Random(size).randbytes(size)
    with unseal(io.BytesIO(sealed(data, key.recipient())), key) as vault:
        assert vault.read() == data


def test_age_opens_what_was_sealed(tmp_path):
    key = Identity.fresh()
    (tmp_path / "key").write_text(f"# made today\n{key.key}\n")
    (tmp_path / "sealed").write_bytes(sealed(b"a bundle", key.recipient(), Identity.fresh().recipient()))
    words = ["age", "--decrypt", "--identity", str(tmp_path / "key"), str(tmp_path / "sealed")]
    assert subprocess.run(words, check=True, capture_output=True).stdout == b"a bundle"


def test_what_age_sealed_opens(tmp_path):
    key = Identity.fresh()
    words = ["age", "--encrypt", "--recipient", str(key.key.to_public())]
    data = subprocess.run(words, input=b"a bundle", check=True, capture_output=True).stdout
    with unseal(io.BytesIO(data), key) as vault:
        assert vault.read() == b"a bundle"


def test_a_strangers_key_opens_nothing():
    with pytest.raises(BundleError, match="sealed to somebody else"):
        unseal(io.BytesIO(sealed(b"x", Identity.fresh().recipient())), Identity.fresh())


@pytest.mark.parametrize("cut", [1, 20, 100, 65_600])
def test_a_cut_seal_opens_nothing(cut):
    key = Identity.fresh()
    with pytest.raises(BundleError, match="damaged or cut"):
        unseal(io.BytesIO(sealed(bytes(100_000), key.recipient())[:-cut]), key)


def test_what_the_stream_raises_comes_through():
    def pieces():
        yield b"x" * 100
        raise RuleError("Stopped.")

    with pytest.raises(RuleError, match="Stopped"):
        seal(pieces(), io.BytesIO(), Identity.fresh().recipient())


def test_what_the_disk_raises_comes_through():
    class Full(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        seal(iter([b"x" * 100]), io.BufferedWriter(Full(), 1), Identity.fresh().recipient())


@pytest.mark.parametrize("text", ["", "age1", "age1nobody", "AGE-SECRET-KEY-1X", "ssh-ed25519 AAAA"])
def test_what_is_no_recipient(text):
    with pytest.raises(RuleError, match="not a recipient"):
        Recipient(text)


@pytest.mark.parametrize("text", ["", "# nothing", "AGE-SECRET-KEY-1X", "age1qqq"])
def test_what_is_no_key(text):
    with pytest.raises(RuleError, match="no key of age"):
        Identity(text)


def test_two_keys_in_one_file_are_refused():
    with pytest.raises(RuleError, match="more than one"):
        Identity(f"{Identity.fresh().key}\n{Identity.fresh().key}\n")


@pytest.fixture
def vault():
    with Vault() as made:
        data = random.Random(1).randbytes(100_003)
        made.write(data[:5])
        made.write(data[5:70_001])
        made.write(data[70_001:])
        yield made, data


@pytest.mark.parametrize(("start", "count"), [(0, 10), (15, 2), (16, 16), (17, 40_000), (99_990, 50), (100_003, 5)])
def test_a_vault_is_read_from_any_place(vault, start, count):
    file, data = vault
    file.seek(start)
    assert file.read(count) == data[start : start + count]


def test_a_vault_knows_its_end(vault):
    file, data = vault
    assert file.seek(0, 2) == len(data)
    assert file.seek(-3, 2) == len(data) - 3
    assert file.read() == data[-3:]


def test_a_vault_keeps_nothing_in_the_clear(vault):
    file, data = vault
    file._file.seek(0)
    assert data[:64] not in file._file.read()
