"""What the second officer is shown, and what is told after an act."""

from dataclasses import replace
from typing import Any

from armoury.cli.approving import MOST_LINES, describe, told
from armoury.domain.records.site import LogNote, Person, Place
from armoury.services.desk import Desk
from armoury.services.officers import plan_roles
from armoury.store.steps import Act, Changes, content_digest, step


def _act(count: int) -> Act:
    places = [Place(str(each), f"T{each}", f"R{each}", "Rack", "rack") for each in range(count)]
    return Act("a", "place.added", [step("place.added", None, each) for each in places], "new building")


def _lines(desk: Desk, act: Act) -> list[str]:
    return [each.strip() for each in describe(desk, act)]


def _reset(**after: Any) -> Act:
    before = Person("1", "T1", "Sample", sign_in="adm", certificate="old")
    return Act("a", "officer.reset", [step("officer.reset", before, replace(before, **after))], "card issued")


def test_every_record_every_field_and_the_reason_are_shown(desk: Desk):
    assert _lines(desk, _act(2)) == [
        "To be approved:", "Place added: T0 R0 Rack", "Level: Rack", "Place added: T1 R1 Rack", "Level: Rack",
        "Reason: new building",
    ]  # fmt: skip


def test_no_record_of_two_hundred_is_hidden(desk: Desk):
    assert "Place added: T199 R199 Rack" in _lines(desk, _act(200))


def test_of_a_greater_act_all_records_are_counted_by_event_and_kind(desk: Desk):
    assert "Place added (Place): 500" in _lines(desk, _act(500))


def test_of_a_greater_act_the_digest_that_is_signed_is_shown(desk: Desk):
    act = _act(500)
    lines = _lines(desk, act)
    assert any(content_digest(act.steps) in each for each in lines)
    assert len(lines) == MOST_LINES + 5


def test_a_token_is_shown_with_its_serial_number(desk: Desk):
    lines = _lines(desk, _reset(token="00A1:01", certificate="new"))
    assert "Token: nothing → token with the serial number 00A1, key 01" in lines


def test_former_and_new_roles_are_shown(desk: Desk):
    lines = _lines(desk, plan_roles(desk, "adm", ["commander", "armourer"], reason="x", override="small site"))
    assert "Roles: administrator → commander, armourer" in lines
    assert any(each.endswith(": small site") for each in lines)


def test_a_clock_that_runs_behind_is_told_loudly(capsys):
    told(Changes(frozenset({"place"}), ("1",), 1, 1, ("The clock runs behind.",)))
    assert capsys.readouterr().err == "*** WARNING: The clock runs behind. ***\n"


def test_a_moment_is_told_by_the_sites_clock(desk: Desk):
    noted = LogNote("0", "visit", "2026-03-09T14:05:07.123Z", "Somebody came")
    lines = _lines(desk, Act("a", "log.noted", [step("log.noted", None, noted)]))
    assert "At: 2026-03-09 10:05" in lines
