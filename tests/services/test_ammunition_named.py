"""Items and lots named by what is typed or scanned: certain or refused, never guessed."""

import pytest

from armoury.domain.errors import RuleError
from armoury.domain.tags import printed_tag
from armoury.services.ammunition_named import item_named, lot_named
from armoury.services.desk import Desk
from tests.services.magazine import item, lot
from tests.services.shelf import put


@pytest.mark.parametrize("typed", ["LC-26-A", "lc26a", " lc 26 a ", "LC/26/A"])
def test_a_lot_is_named_in_any_spacing(desk: Desk, typed: str) -> None:
    assert lot(desk) == lot_named(desk, typed)


def test_a_tag_names_lot_and_item(desk: Desk) -> None:
    found = lot(desk)
    assert lot_named(desk, printed_tag(found.tag).lower()) == found
    assert item_named(desk, item_named(desk, "9 ball").tag).id == found.item


def test_a_stock_number_names_an_item(desk: Desk) -> None:
    found = item(desk, stock_number="1305-12-345")
    assert item_named(desk, "130512345") == found


def test_a_serial_of_many_weapons_still_names_the_lot(desk: Desk) -> None:
    found = lot(desk, "1001")
    for _each in range(60):
        put(desk, butt_number="1001")
    assert lot_named(desk, "1001") == found


def test_the_same_number_of_several_items_is_refused(desk: Desk) -> None:
    one, other = lot(desk), lot(desk, of=item(desk, code="OTHER"))
    with pytest.raises(RuleError) as caught:
        lot_named(desk, "LC-26-A")
    assert all(printed_tag(each.tag) in caught.value.text() for each in (one, other))
    assert lot_named(desk, one.tag) == one


def test_what_looks_alike_is_named_and_not_taken(desk: Desk) -> None:
    found = lot(desk, "LO-1")
    with pytest.raises(RuleError, match=f"looks like:\n  {printed_tag(found.tag)}"):
        lot_named(desk, "L0-I")


@pytest.mark.parametrize("typed", ["none", "", " ", "%", "ß" * 200])
def test_what_is_not_there_is_a_sentence(desk: Desk, typed: str) -> None:
    lot(desk)
    with pytest.raises(RuleError, match="no lot"):
        lot_named(desk, typed)
    with pytest.raises(RuleError, match="no ammunition"):
        item_named(desk, typed)


def test_a_weapon_is_no_lot(desk: Desk) -> None:
    put(desk, serial="LC-26-A")
    with pytest.raises(RuleError, match="no lot"):
        lot_named(desk, "LC-26-A")
