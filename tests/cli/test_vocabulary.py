"""Words of short lists: taken by id, name or word of the trade; a word of two is refused, and lists are named."""

from collections.abc import Iterator

import pytest

from armoury.cli.vocabulary import chosen_values, entry_words, short
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.services.desk import Desk, sign_in
from armoury.store.opening import Surroundings
from tests.cli.calls import FIRST
from tests.registers import SetClock


@pytest.fixture
def desk(depot, tmp_path) -> Iterator[Desk]:
    with sign_in(depot, "cdr", FIRST, around=Surroundings(SetClock(), tmp_path / "memory")) as opened:
        yield opened


@pytest.mark.parametrize("typed", ["iatg_a", "IATG A", "iatg a: serviceable, available for use", " IATG A "])
def test_a_word_becomes_the_id(desk: Desk, typed: str) -> None:
    assert chosen_values(desk, Lot, {"condition": typed}) == {"condition": "iatg_a"}


def test_what_has_no_list_stays(desk: Desk) -> None:
    values = {"name": "Ball", "nature": None, "unit_quantity": 5, "remarks": "Box"}
    assert chosen_values(desk, AmmunitionItem, values) == values


def test_what_is_not_known_names_what_is(desk: Desk) -> None:
    with pytest.raises(RuleError, match=r"“reel” is not known here. Choose one of: .*belt"):
        chosen_values(desk, AmmunitionItem, {"unit_of_issue": "reel"})


def test_names_are_shown_and_strange_ids_stay(desk: Desk) -> None:
    assert short(entry_words(desk, "ammunition_conditions", "iatg_a")) == "IATG A"
    assert (entry_words(desk, "ammunition_conditions", "old"), entry_words(desk, "makers", None)) == ("old", "")
