"""What a certificate says of a stock-take: the register as it was when the stock-take was closed."""

import pytest

from armoury.documents.inventory import Inventory, TypeCount, frozen_form
from armoury.domain.errors import IntegrityError
from armoury.domain.records.stocktake import Stocktake
from armoury.history.canonical import canonical_bytes
from armoury.services.desk import Desk
from armoury.services.inventory_facts import inventory_facts
from armoury.services.moving import move
from armoury.services.people import change_person, plan_purge
from armoury.services.places import change_place
from armoury.services.stocktakes import Scope, plan_opening, stocktake_by_id
from armoury.services.weapons import correct
from tests.services.floor import WHY, board, claimed, closed, count, opened
from tests.services.stock import officer, rack, registered, with_two


def facts_of(desk: Desk, stocktake: Stocktake, language: str = "en") -> Inventory:
    with desk.read() as connection:
        return inventory_facts(desk, connection, stocktake_by_id(desk, stocktake.id), language)


def test_each_list_has_its_lines(desk: Desk) -> None:
    claimed(desk, "SEEN1", "MISSED1", "OUT1")
    stocktake = opened(desk)
    count(desk, stocktake, "SEEN1", "NOBODY9", at="R2")
    facts = facts_of(desk, closed(desk, stocktake))
    assert (facts.both, facts.outside, facts.book, facts.floor, facts.never_seen) == (1, 0, 3, 2, 2)
    assert [each.serial for each in facts.book_only] == ["MISSED1", "OUT1"]
    assert [(each.serial, each.place) for each in facts.not_in_book] == [("NOBODY9", "R2")]


def test_what_cannot_be_told_stands_apart(desk: Desk) -> None:
    claimed(desk, "A1", maker_text="Glock")
    claimed(desk, "A1", maker_text="Beretta", country="IT", model_text="92")
    stocktake = opened(desk)
    count(desk, stocktake, "A1", "B7")
    facts = facts_of(desk, closed(desk, stocktake))
    assert [(each.serial, each.reasons[0].code) for each in facts.unsure] == [("A1", "could_be")]
    assert [each.serial for each in facts.not_in_book] == ["B7"]


def test_a_line_says_what_the_book_says_of_the_weapon(desk: Desk) -> None:
    (weapon,) = claimed(desk, "A1", position="05")
    claimed(desk, "B1")
    stocktake = opened(desk)
    count(desk, stocktake, "B1")
    (item,) = facts_of(desk, closed(desk, stocktake)).book_only
    assert (item.tag, item.serial, item.maker, item.model, item.place) == (
        weapon.tag, "A1", "Glock", "Glock 17", "R1 05",
    )  # fmt: skip


def test_weapons_are_counted_by_type(desk: Desk) -> None:
    claimed(desk, "A1", "A2", "A3")
    stocktake = opened(desk)
    count(desk, stocktake, "A1", "A2")
    assert facts_of(desk, closed(desk, stocktake)).types == (TypeCount("Self-loading pistol", 2, 1, 0),)


def test_what_is_out_by_the_book_stands_elsewhere(desk: Desk) -> None:
    registered(desk, "OUT1", holder=officer(desk).id, custody="issued")
    claimed(desk, "A1")
    stocktake = opened(desk)
    count(desk, stocktake, "A1")
    facts = facts_of(desk, closed(desk, stocktake))
    (item,) = facts.elsewhere
    assert (item.serial, item.reasons[0].code, item.reasons[0].about) == ("OUT1", "book_elsewhere", ("Issued",))


def test_the_board_is_named_with_what_was_set_aside_for_it(desk: Desk) -> None:
    claimed(desk, "A1")
    stocktake = opened(desk)
    count(desk, stocktake, "A1")
    facts = facts_of(desk, closed(desk, stocktake))
    assert [(each.known_as, each.name) for each in facts.board] == [("cdr", "Sample cdr"), ("adm", "Sample adm")]
    assert facts.board[1].set_aside is not None
    assert facts.board[1].set_aside.startswith("adm sits on the board")
    assert (facts.override, facts.opened.approved_by, facts.closed.approved_by) == (WHY, ("adm",), ("adm",))


def test_a_scope_is_named(desk: Desk) -> None:
    claimed(desk, "A1")
    stocktake = opened(desk, Scope((rack(desk, "R1"),), ("self_loading_pistol",), ("state_property",)))
    count(desk, stocktake, "A1")
    scope = facts_of(desk, closed(desk, stocktake)).scope
    assert (scope.places, scope.types, scope.legal) == (("R1 Rack one",), ("Self-loading pistol",), ("State property",))


def test_nothing_that_is_entered_later_changes_it(desk: Desk) -> None:
    seen, missed = claimed(desk, "A1", "B1")
    stocktake = opened(desk, Scope(places=(rack(desk, "R1"),)))
    count(desk, stocktake, "A1", at="R1")
    ended = closed(desk, stocktake)
    before = canonical_bytes(frozen_form(facts_of(desk, ended)))
    correct(desk, missed.id, {"serial": "B2", "maker_text": "Beretta"}, reason="misread")
    move(desk, [seen.id], "custody", "in_store", changes={"place": rack(desk, "R2")})
    change_place(desk, "R1", code="R1X", name="Rack of old")
    change_person(desk, board(desk)[0], {"rank": "General"})
    assert canonical_bytes(frozen_form(facts_of(desk, ended))) == before


def test_a_purged_name_is_gone_and_nothing_else_changes(desk: Desk) -> None:
    guest = officer(desk, "Sample Guest", badge="G1")
    claimed(desk, "A1")
    act = plan_opening(desk, Scope(), [*board(desk), guest.id], override=WHY)
    stocktake = stocktake_by_id(desk, with_two(desk, act).ids[0])
    count(desk, stocktake, "A1")
    ended = closed(desk, stocktake)
    before = facts_of(desk, ended)
    change_person(desk, guest.id, {"status": "left"})
    with_two(desk, plan_purge(desk, "person", guest.id, "data protection act"))
    after = facts_of(desk, ended)
    assert (before.board[2].name, after.board[2].name) == ("Sample Guest", None)
    assert frozen_form(after) == frozen_form(before)


def test_lists_that_no_longer_are_those_it_was_closed_with_are_noticed(desk: Desk) -> None:
    claimed(desk, "A1", "B1")
    stocktake = opened(desk)
    count(desk, stocktake, "A1")
    ended = closed(desk, stocktake)
    with desk.register.writing() as connection:
        connection.exec_driver_sql("UPDATE count_line SET struck = 'x' WHERE line = 1")
    with pytest.raises(IntegrityError, match="no longer those"):
        facts_of(desk, ended)
