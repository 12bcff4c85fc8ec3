"""The commands around bundles: export, bundles, seal, verify, open, and check against one."""

from pathlib import Path

import pytest

from armoury.bundle.sealing import Identity

GLOCK = ("--type", "pistol", "--maker", "Glock", "--model", "Glock 17", "--calibre", "9x19", "--country", "Austria")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def exported(call, signed_in, stick) -> Path:
    answer = call("export", "--to", stick, "--open")
    assert answer.code == 0, answer.err
    return Path(answer.out.strip())


@pytest.fixture
def certificate(call, signed_in, tmp_path) -> Path:
    path = tmp_path / "site.pem"
    assert call("site", "--certificate", path).code == 0
    return path


@pytest.fixture
def registry(tmp_path) -> tuple[str, Path]:
    identity = Identity.fresh()
    path = tmp_path / "registry.key"
    path.write_text(f"# created: today\n# public key: none\n{identity.key}\n")
    return str(identity.key.to_public()), path


def test_the_path_goes_to_the_output(exported, stick):
    assert exported.parent == stick
    assert exported.is_file()


def test_an_open_bundle_is_said_to_be_readable(call, signed_in, stick):
    assert "whoever finds the stick can read it" in call("export", "--to", stick, "--open").err


def test_nothing_leaves_open_unasked(call, signed_in, stick):
    answer = call("export", "--to", stick)
    assert (answer.code, list(stick.iterdir())) == (3, [])
    assert "--recipient" in answer.err
    assert "--open" in answer.err


def test_the_answer_as_json(call, signed_in, stick):
    said = call("export", "--to", stick, "--open", "--json").json
    assert (said["sequence"], said["state"], len(said["checked"])) == (1, "exported", 7)


def test_bundles_are_listed(call, exported):
    assert [each["sequence"] for each in call("bundles", "--json").json] == [1]
    assert exported.name.removesuffix(".zip") in call("bundles").out


def test_nothing_exported_is_said(call, signed_in):
    assert "Nothing was exported yet" in call("bundles").err


def test_without_certificate_and_previous_a_part_is_not_checked(call, exported):
    answer = call("verify", exported)
    assert answer.code == 7
    assert "NOT CHECKED" in answer.out


def test_with_both_everything_is_checked(call, exported, certificate, stick):
    later = call("export", "--to", stick, "--open").out.strip()
    answer = call("verify", later, "--trust", certificate, "--previous", exported, "--json")
    assert (answer.code, answer.json["verdict"], answer.json["not_checked"]) == (0, "accepted", [])


def test_a_folder_of_certificates_is_trusted(call, exported, certificate, stick):
    note = stick / "note.txt"
    assert call("checkpoint", "--to", note).code == 0
    later = call("export", "--to", stick, "--open").out.strip()
    assert call("verify", later, "--trust", certificate.parent, "--previous", note).code == 0


def test_an_older_one_is_refused(call, exported, stick):
    later = call("export", "--to", stick, "--open").out.strip()
    answer = call("verify", exported, "--previous", later)
    assert answer.code == 5
    assert "is known already" in answer.err


def test_a_refusal_as_json_names_the_promise(call, exported):
    exported.write_bytes(exported.read_bytes()[:-1])
    answer = call("verify", exported, "--json")
    assert (answer.code, answer.json["verdict"], answer.json["broken"]) == (5, "refused", "container")


def test_it_needs_no_register(call, exported, monkeypatch):
    for name in ("ARMOURY_REGISTER", "ARMOURY_OFFICER", "ARMOURY_PASSPHRASE"):
        monkeypatch.delenv(name)
    assert call("verify", exported).code == 7


@pytest.mark.parametrize("name", ["nothing.zip", "."])
def test_a_file_that_is_not_there(call, signed_in, tmp_path, name):
    assert call("verify", tmp_path / name).code == 4


def test_a_certificate_that_is_none(call, exported):
    answer = call("verify", exported, "--trust", exported)
    assert answer.code == 3
    assert "not a certificate" in answer.err


def test_sealed_by_hand_and_opened(call, exported, registry, certificate, tmp_path):
    recipient, key = registry
    sealed = call("seal", exported, "--recipient", recipient).out.strip()
    assert call("verify", sealed).code == 5
    answer = call("open", sealed, "--identity", key, "--trust", certificate, "--to", tmp_path / "received", "--json")
    assert answer.code == 7
    assert Path(answer.json["path"], "data", "weapon.csv").is_file()


def test_a_bundle_is_opened_once(call, exported, tmp_path):
    assert call("open", exported, "--to", tmp_path / "received").code == 7
    answer = call("open", exported, "--to", tmp_path / "received")
    assert answer.code == 4
    assert "is there already" in answer.err


def test_nothing_is_unpacked_of_a_broken_one(call, exported, tmp_path):
    data = bytearray(exported.read_bytes())
    data[2_000] ^= 1
    exported.write_bytes(data)
    assert call("open", exported, "--to", tmp_path / "received").code == 5
    assert not (tmp_path / "received").exists()


def test_the_sites_recipient_is_used_from_then_on(call, signed_in, stick, registry):
    recipient, key = registry
    assert call("site", "--registry-recipient", recipient, "--reason", "letter 3").code == 0
    sealed = call("export", "--to", stick).out.strip()
    assert sealed.endswith(".zip.age")
    assert call("verify", sealed, "--identity", key).code == 7
    assert call("export", "--to", stick, "--open").out.strip().endswith(".zip")


def test_a_wrong_recipient_of_the_site_is_refused(call, signed_in):
    assert call("site", "--registry-recipient", "age1x", "--reason", "letter 3").code == 3


def test_both_ways_at_once_are_refused(call, signed_in, stick, registry):
    assert call("export", "--to", stick, "--open", "--recipient", registry[0]).code == 3


def test_the_register_is_held_against_its_bundle(call, exported):
    call("add", "log", "visit", "Somebody came")
    answer = call("check", "--against", exported)
    assert answer.code == 0
    assert "The history continues it" in answer.out


def test_a_broken_bundle_is_no_proof(call, exported):
    data = bytearray(exported.read_bytes())
    data[-1_200] ^= 1
    exported.write_bytes(data)
    assert call("check", "--against", exported).code in (5, 7)


def test_who_may_not_export_is_told(call, signed_in, stick, monkeypatch):
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", "a long new passphrase")
    assert call("officers", "add", "aud", "--name", "Ana Sample", "--role", "auditor").code == 0
    monkeypatch.setenv("ARMOURY_OFFICER", "aud")
    monkeypatch.setenv("ARMOURY_PASSPHRASE", "a long new passphrase")
    answer = call("export", "--to", stick, "--open")
    assert (answer.code, list(stick.iterdir())) == (6, [])
