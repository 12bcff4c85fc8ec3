"""The rules about one weapon, each with what it lets pass and what it does not."""

from dataclasses import replace
from datetime import date

import pytest

from armoury.domain.dates import PartialDate, Precision
from armoury.domain.records.weapon import Component, Serial, Weapon
from armoury.domain.reference import load_reference
from armoury.domain.remarks import Level
from armoury.domain.weapon_rules import high_risk_of, standing_remarks, weapon_remarks

REFERENCE = load_reference()
TODAY = date(2026, 9, 21)
GOOD = Weapon(
    "id", 1, "BCDEFGHJK", place="rack", sighting="sighted", type="self_loading_pistol", maker="glock", country="AT",
    model="glock_17", calibre="9x19", serial="ABC123", ownership="state_service", agency="police", source="purchase",
)  # fmt: skip


def _year(value: str) -> PartialDate:
    return PartialDate(value, Precision.DECADE if len(value) == 3 else Precision.YEAR)


def _said(**changes: object) -> dict[str, Level]:
    weapon = replace(GOOD, **changes)  # type: ignore[arg-type]
    return {each.code: each.level for each in weapon_remarks(weapon, REFERENCE, TODAY)}


def test_a_complete_weapon_has_no_remark() -> None:
    assert _said() == {}


@pytest.mark.parametrize(("changes", "code"), [
    ({"maker": None}, "maker_missing"), ({"country": None}, "country_missing"), ({"type": None}, "type_missing"),
    ({"model": None}, "model_missing"), ({"calibre": None}, "calibre_missing"),
    ({"serial": None, "serial_status": "none"}, "no_identity"), ({"scheme": "none"}, "length_missing"),
    ({"legal": "exhibit"}, "exhibit_incomplete"), ({"legal": "safekeeping"}, "safekeeping_incomplete"),
])  # fmt: skip
def test_what_is_owed_stops_by_hand_and_warns_from_a_book(changes: dict, code: str) -> None:
    assert _said(**changes)[code] is Level.STOP
    assert _said(**changes, sighting="claimed")[code] is Level.WARN


@pytest.mark.parametrize(("changes", "code"), [
    ({"serial": None}, "serial_missing"), ({"serial": "--"}, "serial_empty"), ({"serial": "AB?1"}, "serial_wildcard"),
    ({"serial": None, "serial_status": "partial"}, "serial_missing"),
    ({"serial_status": "none"}, "serial_contradicts"),
    ({"scheme": "symbol"}, "symbol_missing"), ({"source": "found"}, "source_missing"),
    ({"legal": "surrendered"}, "source_missing"), ({"made": _year("2027")}, "future"),
    ({"serials": (Serial("--"),)}, "serial_empty"), ({"components": (Component("slide", "A?"),)}, "serial_wildcard"),
    ({"made": _year("2010"), "received": _year("2009")}, "received_before_made"),
    ({"import_year": 2027}, "import_year"),
    ({"made": _year("2010"), "import_year": 2009}, "import_before_made"),
    ({"received": _year("2009"), "import_year": 2010}, "received_before_import"),
])  # fmt: skip
def test_what_cannot_be_stops_even_from_a_book(changes: dict, code: str) -> None:
    assert _said(**changes, sighting="claimed")[code] is Level.STOP


@pytest.mark.parametrize("changes", [
    {"serial": "AB??3", "serial_status": "partial"}, {"made": _year("201"), "received": _year("2015")},
    {"made": _year("2010"), "import_year": 2010, "received": _year("2010")},
    {"legal_basis": "voluntary", "source": "found"},
    {"scheme": "symbol", "symbol_code": "★26 AB", "maker": None, "country": None, "serial": None},
    {"type": "frame", "model": "unknown", "calibre": None},
])  # fmt: skip
def test_what_can_be_never_stops(changes: dict) -> None:
    assert Level.STOP not in _said(**changes).values()


@pytest.mark.parametrize(("changes", "code"), [
    ({"country": "SUHH", "made": _year("1995")}, "country_existed"), ({"country": "CN"}, "country_of_maker"),
    ({"maker": "colt", "country": "US"}, "maker_of_model"), ({"calibre": "7.62x51"}, "calibre_of_model"),
    ({"control_component": "slide"}, "control_component"), ({"made": _year("1849")}, "very_old"),
    ({"fire_modes": ("auto",)}, "high_risk"),
])  # fmt: skip
def test_what_is_unusual_warns(changes: dict, code: str) -> None:
    assert _said(**changes)[code] is Level.WARN


def test_a_decade_in_which_the_country_existed_for_a_while_is_passed() -> None:
    assert "country_existed" not in _said(country="SUHH", made=_year("199"), maker=None, maker_text="?", model=None)


def test_what_is_not_in_the_list_is_only_noted() -> None:
    assert _said(maker=None, maker_text="Sample Works")["maker_unmatched"] is Level.NOTE


def test_a_change_of_standing_is_strict_even_for_a_claimed_record() -> None:
    weapon = replace(GOOD, legal="exhibit", sighting="claimed")
    assert {each.level for each in standing_remarks(weapon, strict=True)} == {Level.STOP}


@pytest.mark.parametrize(("changes", "category"), [
    ({}, None), ({"type": "manpads"}, "manpads"), ({"model": "glock_18"}, "automatic"),
    ({"fire_modes": ("semi", "burst")}, "automatic"),
    ({"components": (Component("conversion_device"),)}, "conversion_device"),
    ({"components": (Component("suppressor", ended="removed 2025"),)}, None),
    ({"type": "heavy_machine_gun", "fire_modes": ("auto",)}, "light_weapon"),
])  # fmt: skip
def test_the_gravest_category_counts(changes: dict, category: str | None) -> None:
    assert high_risk_of(replace(GOOD, **changes), REFERENCE) == category


def test_what_is_in_no_list_is_told_with_the_name_of_the_list() -> None:
    weapon = replace(GOOD, country=None, country_text="Atlantis")
    texts = [each.text for each in weapon_remarks(weapon, REFERENCE, TODAY) if each.code == "country_unmatched"]
    assert texts == ["“Atlantis” is not in the list “countries”; it is kept as written."]
