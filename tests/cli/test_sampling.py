"""`armoury sample`."""

from armoury.services.sample import SAMPLE_PASSPHRASES


def test_a_sample_register_can_be_opened_and_searched(call, tmp_path, monkeypatch):
    answer = call("sample", tmp_path / "S", "--weapons", 50, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["weapons"] == 50
    monkeypatch.setenv("ARMOURY_PASSPHRASE", SAMPLE_PASSPHRASES["storekeeper"])
    found = call("find", "--register", tmp_path / "S", "--officer", "storekeeper", "--json").json
    assert (found["total"], len(found["weapons"])) == (50, 50)


def test_what_is_there_already_is_not_touched(call, tmp_path):
    (tmp_path / "S.armoury").mkdir()
    assert call("sample", tmp_path / "S").code == 4
