"""Checkpoints: signed by the site, kept once a size, and still the site's after its key was renewed."""

import pytest

from armoury.domain.errors import IntegrityError, RuleError
from armoury.history.checkpoints import read_note
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.proof import check_against
from armoury.services.site import note
from armoury.services.site_keys import plan_site_key
from armoury.signing.certificates import verify_successor
from armoury.signing.wrapping import from_base64
from armoury.store.checkpoints import (
    SITE_KEY,
    check_signed,
    disagreement,
    make_checkpoint,
    origin_of,
    read_secret,
    register_record,
    site_certificates,
)
from tests.history.slow_tree import root as slow_root
from tests.registers import Second


def test_the_same_history_gives_the_same_note(desk: Desk):
    assert make_checkpoint(desk.register) == make_checkpoint(desk.register)


def test_a_longer_history_gives_another_note(desk: Desk):
    before = make_checkpoint(desk.register)
    note(desk, "visit", "one")
    assert make_checkpoint(desk.register) != before


def test_it_counts_the_entries_and_roots_them(desk: Desk):
    with desk.read() as connection:
        said = check_signed(connection, make_checkpoint(desk.register))
        bodies = [row[0] for row in connection.exec_driver_sql("SELECT body FROM entry ORDER BY seq")]
    assert (said.size, said.root) == (len(bodies), slow_root(bodies))
    assert said.origin == origin_of(desk.register.site)


def test_the_beginning_of_a_history_has_the_note_that_it_had(desk: Desk):
    with desk.read() as connection:
        size = connection.exec_driver_sql("SELECT max(seq) FROM entry").scalar_one()
    note(desk, "visit", "one")
    late = make_checkpoint(desk.register, size)
    with desk.read() as connection:
        said = check_signed(connection, late)
        bodies = [row[0] for row in connection.exec_driver_sql("SELECT body FROM entry ORDER BY seq LIMIT ?", (size,))]
    assert (said.size, said.root) == (size, slow_root(bodies))
    assert make_checkpoint(desk.register, size) == late


@pytest.mark.parametrize("size", [0, -1, 10**9])
def test_a_history_has_no_note_over_more_than_it_holds(desk: Desk, size: int):
    with pytest.raises(RuleError, match="entries"):
        make_checkpoint(desk.register, size)


def test_a_history_that_goes_on_does_not_contradict_it(desk: Desk):
    with desk.read() as connection:
        before = check_signed(connection, make_checkpoint(desk.register))
    for turn in range(9):
        note(desk, "visit", f"number {turn}")
    with desk.read() as connection:
        assert disagreement(connection, before) is None


def test_the_site_s_former_key_still_counts_and_certified_the_new_one(desk: Desk, second: Second):
    before = make_checkpoint(desk.register)
    act = plan_site_key(desk, reason="an officer left")
    carry_out(desk, act, [second(desk, act)])
    assert check_against(desk, before).continues
    assert check_against(desk, make_checkpoint(desk.register)).continues
    with desk.read() as connection:
        former, present = site_certificates(connection)
        record = register_record(connection)
    verify_successor(former, present, from_base64(record.certified_by))


def test_a_note_with_another_root_is_not_the_site_s(desk: Desk):
    text = make_checkpoint(desk.register)
    lines = text.split("\n")
    lines[2] = "A" * 43 + "="
    assert read_note("\n".join(lines))
    with desk.read() as connection, pytest.raises(IntegrityError):
        check_signed(connection, "\n".join(lines))


def test_a_lost_secret_is_said(desk: Desk):
    with desk.read() as connection, pytest.raises(IntegrityError, match="lost the site's key"):
        read_secret(connection, SITE_KEY + "s")


def test_a_comparison_can_be_written_as_json(desk: Desk):
    said = check_against(desk, make_checkpoint(desk.register)).to_json()
    assert said["continues"] is True
    assert said["size"] == said["entries"]
    assert "problem" not in said
