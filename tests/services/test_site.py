"""The site's profile, holding scale, acquisition files and log, on a real register."""

import pytest

from armoury.domain.clock import format_instant
from armoury.domain.errors import RuleError
from armoury.domain.records.site import Contact, Licence
from armoury.services.desk import Desk
from armoury.services.moving import move
from armoury.services.site import (
    ScaleLine,
    acquisition_of,
    authorise_holding,
    change_acquisition,
    describe_site,
    end_holding,
    holdings_against_scale,
    last_of,
    note,
    open_acquisition,
    profile_of,
    site_log,
)
from tests.registers import SetClock
from tests.services.stock import NOW, rack, registered, whole

PISTOLS = "self_loading_pistol"
ORDER = {"authority": "Order 7", "dated": "2026-01-05"}


def _line(desk: Desk, calibre: str | None = None) -> ScaleLine:
    return next(each for each in holdings_against_scale(desk) if (each.type, each.calibre) == (PISTOLS, calibre))


def test_the_profile_keeps_contacts_and_licences(desk: Desk) -> None:
    contacts = (Contact("Duty officer", "Sample Duty", "555-0100"),)
    licences = (Licence("EL 4", "explosives limit", expires="2027-01-01"),)
    describe_site(desk, agency="police", contacts=contacts, licences=licences)
    assert (profile_of(desk).contacts, profile_of(desk).licences) == (contacts, licences)
    assert whole(desk)


def test_names_of_contacts_never_enter_the_history(desk: Desk) -> None:
    describe_site(desk, contacts=(Contact("Duty officer", "Unmistakable Name"),))
    with desk.read() as connection:
        assert not [row for row in connection.exec_driver_sql("SELECT body FROM entry") if b"Unmistakable" in row[0]]


@pytest.mark.parametrize("changes", [
    {"name": " "}, {"agency": "nonsense"}, {"colour": "red"},
    {"licences": (Licence("1", "x", expires="soon"),)},
    {"licences": (Licence("1", "x", issued="2026-02-01", expires="2026-01-01"),)},
    {"contacts": (Contact("", "Sample"),)},
])  # fmt: skip
def test_a_profile_that_cannot_be_is_refused(desk: Desk, changes: dict) -> None:
    with pytest.raises(RuleError):
        describe_site(desk, **changes)


def test_what_is_there_is_held_against_the_scale(desk: Desk) -> None:
    authorise_holding(desk, PISTOLS, 1, **ORDER)
    registered(desk, "A1")
    registered(desk, "A2")
    line = _line(desk)
    assert (line.authorised, line.present, line.difference, line.authority) == (1, 2, 1, "Order 7")


def test_a_line_of_a_calibre_counts_that_calibre_alone(desk: Desk) -> None:
    authorise_holding(desk, PISTOLS, 5, **ORDER)
    authorise_holding(desk, PISTOLS, 1, calibre="9x19", **ORDER)
    registered(desk, "A1")
    registered(desk, "A2", model_text="Glock 22", calibre_text=".40 S&W")
    assert (_line(desk, "9x19").difference, _line(desk).difference) == (0, -4)


def test_what_no_scale_speaks_of_is_over(desk: Desk) -> None:
    registered(desk, "A1")
    line = _line(desk, "9x19")
    assert (line.authorised, line.difference) == (None, 1)


def test_the_courts_weapons_and_lost_ones_are_no_holding(desk: Desk) -> None:
    authorise_holding(desk, PISTOLS, 5, **ORDER)
    registered(desk, "A1", legal="exhibit", case_number="1", court="C", exhibit_number="1")
    lost = registered(desk, "A2")
    move(desk, [lost.id], "custody", "not_located", changes={"end": "Report 1"}, reason="not at count")
    assert _line(desk).present == 0


def test_a_new_line_ends_the_former(desk: Desk) -> None:
    authorise_holding(desk, PISTOLS, 5, **ORDER)
    authorise_holding(desk, PISTOLS, 8, authority="Order 9", dated="2026-03-01")
    assert [each.authorised for each in holdings_against_scale(desk)] == [8]


def test_a_line_can_end_alone(desk: Desk) -> None:
    line = authorise_holding(desk, PISTOLS, 5, **ORDER).ids[0]
    end_holding(desk, line, "2026-04-01", "unit disbanded")
    assert holdings_against_scale(desk) == []
    with pytest.raises(RuleError, match="in force"):
        end_holding(desk, line, "2026-04-01", "again")


@pytest.mark.parametrize(("type_", "quantity", "terms"), [
    ("nonsense", 1, ORDER), (PISTOLS, -1, ORDER), (PISTOLS, 1, {**ORDER, "authority": " "}),
    (PISTOLS, 1, {**ORDER, "dated": "2030-01-01"}), (PISTOLS, 1, {**ORDER, "dated": "5 Jan"}),
    (PISTOLS, 1, {**ORDER, "calibre": "nonsense"}),
])  # fmt: skip
def test_a_line_that_cannot_be_is_refused(desk: Desk, type_: str, quantity: int, terms: dict) -> None:
    with pytest.raises(RuleError):
        authorise_holding(desk, type_, quantity, **terms)


def test_an_acquisition_file_is_found_by_its_reference(desk: Desk) -> None:
    open_acquisition(desk, "C-2026/4", supplier="Sample Supplier", dated="2026-02-01")
    change_acquisition(desk, "c-2026/4", consent_to_destroy=True, reason="contract, clause 9")
    assert acquisition_of(desk, "C-2026/4").consent_to_destroy


@pytest.mark.parametrize("details", [{"dated": "2030-01-01"}, {"consent_to_destroy": True}, {"colour": "red"}])
def test_a_file_that_cannot_be_is_refused(desk: Desk, details: dict) -> None:
    with pytest.raises(RuleError):
        open_acquisition(desk, "C-1", **details)


def test_a_reference_belongs_to_one_file(desk: Desk) -> None:
    open_acquisition(desk, "C-1")
    with pytest.raises(RuleError, match="already"):
        open_acquisition(desk, "c-1")


def test_the_log_is_read_latest_first(desk: Desk, clock: SetClock) -> None:
    note(desk, "count", "40 of 40", people=(desk.officer.id,), outcome="agrees")
    clock.now += 60_000
    note(desk, "alarm_test", "zone 1", place=rack(desk, "ARM"))
    assert [each.log_kind for each in site_log(desk)] == ["alarm_test", "count"]
    assert [each.text for each in site_log(desk, kinds=("count",))] == ["40 of 40"]
    assert [each.text for each in site_log(desk, since=format_instant(clock.now))] == ["zone 1"]


def test_the_last_of_a_kind_is_the_last_that_happened(desk: Desk) -> None:
    note(desk, "lock_change", "front door", at=format_instant(NOW - 1000))
    note(desk, "lock_change", "back door", at=format_instant(NOW - 86_400_000))
    last = last_of(desk, "lock_change")
    assert last is not None
    assert (last.text, last_of(desk, "drill")) == ("front door", None)


@pytest.mark.parametrize(("log_kind", "text", "details"), [
    ("nonsense", "x", {}), ("count", " ", {}), ("count", "x", {"at": "2030-01-01T00:00:00.000Z"}),
    ("count", "x", {"place": "nowhere"}), ("count", "x", {"people": ("nobody",)}), ("count", "x", {"at": "noon"}),
])  # fmt: skip
def test_a_note_that_cannot_be_is_refused(desk: Desk, log_kind: str, text: str, details: dict) -> None:
    with pytest.raises(RuleError):
        note(desk, log_kind, text, **details)


@pytest.mark.parametrize("reason", ["", " "])
def test_the_end_of_a_line_needs_a_reason(desk: Desk, reason: str) -> None:
    line = authorise_holding(desk, PISTOLS, 5, **ORDER).ids[0]
    with pytest.raises(RuleError, match="why"):
        end_holding(desk, line, "2026-04-01", reason)


def test_a_file_is_named_and_known(desk: Desk) -> None:
    with pytest.raises(RuleError, match="needs a reference"):
        open_acquisition(desk, " ")
    with pytest.raises(RuleError, match="no acquisition file"):
        acquisition_of(desk, "C-9")
