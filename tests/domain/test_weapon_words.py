"""What was written of a weapon, matched where it is certain and proposed where it is near."""

from dataclasses import replace

import pytest

from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import load_reference
from armoury.domain.weapon_words import described_by_model, matched, near_remarks

BARE = Weapon("id", 1, "BCDEFGHJK")
REFERENCE = load_reference()


def test_everything_that_is_certain_is_matched() -> None:
    weapon = matched(
        replace(
            BARE, type_text="pistol", maker_text="GLOCK", model_text="17", calibre_text="9 mm Luger",
            country_text="Austria",
        ),
        REFERENCE,
    )  # fmt: skip
    assert (weapon.type, weapon.maker, weapon.model) == ("self_loading_pistol", "glock", "glock_17")
    assert (weapon.calibre, weapon.country) == ("9x19", "AT")


def test_what_was_chosen_is_not_matched_over() -> None:
    assert matched(replace(BARE, maker="colt", maker_text="Glock"), REFERENCE).maker == "colt"


def test_what_is_near_is_left_and_proposed() -> None:
    weapon = replace(BARE, maker_text="Glokk")
    assert matched(weapon, REFERENCE).maker is None
    assert [each.code for each in near_remarks(weapon, REFERENCE)] == ["maker_near"]


def test_what_is_certain_is_not_proposed() -> None:
    assert list(near_remarks(matched(replace(BARE, maker_text="Glock"), REFERENCE), REFERENCE)) == []


@pytest.mark.parametrize("said", [{"type": "rifle"}, {"type_text": "strange thing"}])
def test_a_type_that_was_said_stands(said: dict) -> None:
    weapon = replace(BARE, model="glock_17", **said)
    assert described_by_model(weapon, REFERENCE) == weapon


def test_an_action_that_was_said_stands() -> None:
    weapon = described_by_model(replace(BARE, model="glock_17", action="blowback"), REFERENCE)
    assert (weapon.type, weapon.action) == ("self_loading_pistol", "blowback")


SYMBOL = replace(BARE, scheme="symbol", symbol_code="△66")


def test_a_model_by_symbol_is_matched_within_its_country() -> None:
    weapon = matched(replace(SYMBOL, model_text="Type 56", country="CN"), REFERENCE)
    assert weapon.model == "china_unspecified_type_56"


@pytest.mark.parametrize("country", [None, "CN", "US", "BR"])
def test_a_model_by_symbol_is_tied_to_no_maker_of_elsewhere(country: str | None) -> None:
    assert matched(replace(SYMBOL, model_text="1911", country=country), REFERENCE).model in (None, "norinco_np_29")
