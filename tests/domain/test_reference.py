"""The shipped reference data hold together; national files extend or replace them and have their faults named."""

import json
from typing import Any

import pytest

from armoury.domain import reference as subject
from armoury.domain.errors import RuleError, StorageError
from armoury.domain.reference import (
    DATASETS,
    EditionError,
    Reference,
    check_edition,
    dangling,
    label,
    load_reference,
)


@pytest.fixture(name="data")
def _data() -> Reference:
    return load_reference()


def file(dataset: str, *entries: dict[str, Any], **more: Any) -> str:
    """Write a national file."""
    return json.dumps({"dataset": dataset, "edition": "JM-1", "entries": list(entries), **more})


def faults(text: str) -> tuple[str, ...]:
    """Return what is wrong with a file."""
    with pytest.raises(EditionError) as caught:
        check_edition(text)
    return caught.value.details


@pytest.mark.parametrize(
    ("dataset", "least"), [("makers", 170), ("models", 430), ("calibres", 60), ("countries", 270), ("types", 35)]
)
def test_there_is_enough(data: Reference, dataset: str, least: int) -> None:
    assert len(data.dataset(dataset)) >= least


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_has_entries_and_names_its_source(data: Reference, dataset: str) -> None:
    (shipped,) = data.editions[dataset]
    assert data.dataset(dataset)
    assert shipped.source
    assert shipped.confidence
    assert shipped.note == "to be checked against the national edition"


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_id_stands_twice(data: Reference, dataset: str) -> None:
    (shipped,) = data.editions[dataset]
    assert len(shipped.entries) == len(data.dataset(dataset))


def test_every_reference_resolves(data: Reference) -> None:
    assert dangling(data) == []


def test_model_years_are_in_order(data: Reference) -> None:
    assert [m.id for m in data.models.values() if m.from_year and m.to_year and m.from_year > m.to_year] == []


def test_types_belong_to_the_four_groups(data: Reference) -> None:
    assert {each.group for each in data.types.values()} == {"small_arm", "light_weapon", "other", "component"}


def test_light_weapons_and_automatic_models_are_high_risk(data: Reference) -> None:
    light = {each.id for each in data.types.values() if each.group == "light_weapon"}
    automatic = [m for m in data.models.values() if m.type in light or "auto" in m.fire_modes]
    assert automatic
    assert all(each.high_risk for each in automatic)


def test_sources_map_to_legal_bases(data: Reference) -> None:
    bases = data.dataset("legal_basis")
    assert all(each.details["legal_basis"] in bases for each in data.lists["sources"].values())


def test_high_risk_intervals_are_days(data: Reference) -> None:
    days = [each.details["count_days"] for each in data.lists["high_risk"].values()]
    assert all(isinstance(each, int) and 0 < each < 366 for each in days)


def test_an_unknown_dataset_is_an_error(data: Reference) -> None:
    with pytest.raises(KeyError):
        data.dataset("beetles")


def test_the_same_files_give_the_same_object(data: Reference) -> None:
    assert load_reference({}) is data


def test_a_label_is_in_the_language_asked_for_or_in_english(data: Reference) -> None:
    shotgun = data.types["shotgun"]
    assert (label(shotgun, "es"), label(shotgun, "fr"), label(shotgun, "pt")) == (
        "escopeta",
        "fusil de chasse",
        "Shotgun",
    )


def test_a_national_file_adds_and_overrides(data: Reference) -> None:
    text = file("makers", {"id": "yard", "name": "Yard Works", "country": "JM"}, {"id": "glock", "name": "GLOCK"})
    assert check_edition(text).edition == "JM-1"
    extended = load_reference({"makers": text})
    assert extended.makers["yard"].country == "JM"
    assert extended.makers["glock"].name == "GLOCK"
    assert len(extended.makers) == len(data.makers) + 1
    assert [each.edition for each in extended.editions["makers"]] == ["2026-11", "JM-1"]


def test_a_national_file_may_replace_a_dataset() -> None:
    text = file("finishes", {"id": "green", "name": "Green"}, replaces=True)
    assert check_edition(text).replaces
    assert list(load_reference({"finishes": text}).dataset("finishes")) == ["green"]


def test_replacing_what_others_need_is_a_fault() -> None:
    assert any("models" in each and "glock" in each for each in faults(file("makers", replaces=True)))


def test_a_file_may_refer_to_another_national_file() -> None:
    model = file("models", {"id": "yard_1", "maker": "yard", "name": "1", "type": "craft_made"})
    assert "“yard”" in faults(model)[0]
    assert check_edition(model, {"makers": file("makers", {"id": "yard", "name": "Yard"})}).dataset == "models"


def test_all_faults_are_named_at_once_with_dataset_entry_and_field() -> None:
    found = faults(
        file(
            "models",
            {"id": "a", "maker": "glock", "name": "A"},
            {"id": "b", "maker": "glock", "name": 5, "type": "rifle"},
            {"id": "b", "maker": "glock", "name": "B", "type": "rifle", "from": "1990", "colour": "red"},
            "c",  # type: ignore[arg-type]
        )
    )
    assert found == (
        "In models, entry “a”, field “type”: it is missing.",
        "In models, entry “b”, field “name”: it must be a text.",
        "In models, entry “b”, field “from”: it must be a year in four figures.",
        "In models, entry “b”, field “colour”: it is not known here.",
        "In models, entry “b”, field “id”: the same id stands twice.",
        "In models, entry “4”, must be an object.",
    )


def test_a_dangling_reference_is_named() -> None:
    found = faults(file("models", {"id": "x", "maker": "glock", "name": "X", "type": "rifle", "calibres": ["1x1"]}))
    assert found == ("In models, entry “x”, field “calibres”: there is no “1x1” in calibres.",)


def test_lists_of_texts_are_checked() -> None:
    entry = {"id": "x", "name": "X", "synonyms": ["", "y"], "names": {"es": "z"}}
    assert [each.split("”: ")[1] for each in faults(file("finishes", entry))] == [
        "it must be a list of texts.",
        "it must be lists of texts by language.",
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{", "not JSON: line 1"),
        ("[]", "one JSON object"),
        ('{"dataset": "beetles"}', "“dataset” must be one of"),
        ('{"dataset": "makers", "edition": "1", "entries": 3}', "“entries” must be a list"),
        ('{"dataset": "makers", "entries": []}', "“edition” must be a text"),
        ('{"dataset": "makers", "edition": "1", "entries": [], "note": 7}', "“note” must be a text"),
        ('{"dataset": "makers", "edition": "1", "entries": [], "replaces": 1}', "“replaces” must be true or false"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(text: str, part: str) -> None:
    assert part in faults(text)[0]


def test_the_fault_is_the_officers_to_mend() -> None:
    with pytest.raises(RuleError, match="1 fault and was not taken"):
        check_edition("[]")


def test_no_entry_may_be_nameless() -> None:
    assert faults(file("finishes", {"id": "x", "name": " "})) == (
        "In finishes, entry “x”, field “name”: it must be a text.",
    )


def test_names_by_language_are_an_object() -> None:
    assert "lists of texts by language" in faults(file("finishes", {"id": "x", "name": "X", "names": ["y"]}))[0]


def test_details_are_written_beside_the_name() -> None:
    assert "left out" in faults(file("finishes", {"id": "x", "name": "X", "details": {}}))[0]


def test_a_missing_shipped_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(subject, "resource", lambda name: tmp_path / name)
    subject._shipped.cache_clear()
    with pytest.raises(StorageError, match=r"finishes\.json"):
        subject._shipped("finishes")
    subject._shipped.cache_clear()
