"""`armoury reference`: editions listed, and a national file adopted by two officers."""

import json

import pytest

OWN = {
    "dataset": "makers", "edition": "BB-1", "source": "own", "confidence": "own", "note": "",
    "entries": [{"id": "sample_works", "name": "Sample Works", "country": "BB"}],
}  # fmt: skip
AUTHORITY = ("--authority", "Sample Authority")


@pytest.fixture
def national(signed_in, tmp_path):
    path = tmp_path / "makers.json"
    path.write_text(json.dumps(OWN), encoding="utf-8")
    return path


def _line(call, name):
    return next(each for each in call("reference", "--json").json if each["dataset"] == name)


@pytest.mark.parametrize("name", ["standings", "roles", "makers", "countries"])
def test_every_dataset_is_listed_with_its_edition(call, signed_in, name):
    line = _line(call, name)
    assert (line["from"], bool(line["shipped"]), "national" in line) == ("shipped", True, False)


def test_a_national_file_is_adopted_and_read(call, national):
    answer = call("reference", "adopt", national, *AUTHORITY)
    assert answer.code == 0, answer.err
    line = _line(call, "makers")
    assert (line["national"], line["authority"], line["from"]) == ("BB-1", "Sample Authority", "both")
    assert "BB-1" in call("reference", "list").out
    call("add", "place", "B1", "Building 1", "--level", "building")
    weapon = ("--type", "pistol", "--maker", "Sample Works", "--serial", "S1", "--calibre", "9x19", "--country", "BB")
    assert call("add", "weapon", *weapon, "--model", "unknown", "--place", "B1").code == 0
    assert call("show", "S1", "--json").json["record"]["maker"] == "sample_works"


def test_a_file_that_replaces_is_alone_in_force(call, national):
    data = {**OWN, "dataset": "finishes", "replaces": True, "entries": [{"id": "blued", "name": "Blued"}]}
    national.write_text(json.dumps(data), encoding="utf-8")
    answer = call("reference", "adopt", national, *AUTHORITY)
    assert answer.code == 0, answer.err
    assert _line(call, "finishes")["from"] == "national"


def test_the_second_officer_sees_which_file_it_is(call, national):
    answer = call("reference", "adopt", national, *AUTHORITY)
    assert "makers BB-1 Sample Authority" in answer.err


def test_an_adoption_needs_a_second_officer(call, national, monkeypatch):
    monkeypatch.delenv("ARMOURY_SECOND")
    assert call("reference", "adopt", national, *AUTHORITY).code == 6
    assert _line(call, "makers")["from"] == "shipped"


def test_an_adoption_names_its_authority(call, national):
    assert call("reference", "adopt", national).code == 2


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"not json", b'{"dataset": "nonsense"}'])
def test_what_is_no_national_file_is_a_sentence(call, national, content):
    national.write_bytes(content)
    answer = call("reference", "adopt", national, *AUTHORITY)
    assert (answer.code, "checkpoint" in answer.err) == (3, False)


def test_the_words_of_a_list_are_shown_with_their_names(call, signed_in):
    answer = call("reference", "show", "ownership_categories")
    assert any(line.startswith("state_service  ") for line in answer.out.splitlines())


@pytest.mark.parametrize(("dataset", "id_"), [("roles", "auditor"), ("custody", "in_store"), ("makers", "glock")])
def test_roles_standings_and_vocabularies_are_shown(call, signed_in, dataset, id_):
    assert id_ in [each["id"] for each in call("reference", "show", dataset, "--json").json]


def test_words_are_found_by_name_and_synonym(call, signed_in):
    assert [each["id"] for each in call("reference", "show", "sources", "--find", "BOUGHT", "--json").json] == [
        "purchase"
    ]


def test_an_unknown_list_is_answered_with_all_of_them(call, signed_in):
    answer = call("reference", "show", "nonsense")
    assert (answer.code, "ownership_categories" in answer.err) == (3, True)
