"""Certificates over stock-takes: numbered without gaps, frozen, drawn over a checkpoint, resumed or void."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from armoury.domain.errors import IntegrityError, PermissionRefusedError, RuleError
from armoury.domain.records.stocktake import Stocktake
from armoury.services import certificates
from armoury.services.certificates import (
    Terms,
    certificates_over,
    certify,
    current,
    draw,
    issue,
    issued_as,
    note_of,
    paper_of,
    prepare,
    void,
)
from armoury.services.desk import Desk
from armoury.services.evidence import evidence_on
from armoury.services.people import change_person
from armoury.services.proof import check_against
from armoury.services.stocktakes import Scope, plan_opening, stocktake_by_id
from armoury.services.weapons import correct
from armoury.store.opening import Surroundings
from tests.papers import text_of
from tests.registers import SetClock, desk_of
from tests.services.floor import WHOLE_SITE, WHY, board, claimed, closed, count, opened
from tests.services.stock import officer, rack, whole, with_two

YEAR = 366 * 24 * 3_600_000


def taken(
    desk: Desk, seen: Sequence[str] = ("SEEN1",), missed: Sequence[str] = ("MISSED1",), scope: Scope = WHOLE_SITE
) -> Stocktake:
    """Close a stock-take of claimed weapons, of which some were seen, and one thing that the book does not know."""
    claimed(desk, *seen, *missed)
    stocktake = opened(desk, scope)
    count(desk, stocktake, *seen, "NOBODY9", at="R2")
    return closed(desk, stocktake)


def test_a_certificate_is_issued_in_two_acts(desk: Desk) -> None:
    stocktake = taken(desk)
    issued = certify(desk, stocktake)
    assert (issued.certificate.reference, issued.certificate.state) == ("BIC-2026-0001", "issued")
    assert issued.changes is not None
    assert issued.certificate.entry == issued.changes.first
    assert whole(desk)


def test_the_stock_take_carries_number_and_digest(desk: Desk) -> None:
    stocktake = taken(desk)
    issued = certify(desk, stocktake)
    now = stocktake_by_id(desk, stocktake.id)
    assert (now.certificate, now.certificate_sha256) == ("BIC-2026-0001", sha256(issued.paper).hexdigest())


def test_the_paper_is_found_again_in_evidence(desk: Desk) -> None:
    stocktake = taken(desk)
    issued = certify(desk, stocktake)
    again = certify(desk, stocktake_by_id(desk, stocktake.id))
    assert (again.paper, again.certificate, again.changes) == (issued.paper, issued.certificate, None)
    (kept,) = evidence_on(desk, "certificate", issued.certificate.id)
    assert (kept.role, kept.media_type, kept.caption) == ("certificate", "application/pdf", "BIC-2026-0001")


def test_the_checkpoint_counts_up_to_the_entry_in_which_it_was_prepared(desk: Desk) -> None:
    certificate = prepare(desk, taken(desk))
    note = note_of(draw(desk, certificate))
    assert note is not None
    found = check_against(desk, note)
    assert (found.continues, found.checkpoint.size) == (True, certificate.entry)


def test_a_prepared_one_is_resumed_with_the_same_paper(desk: Desk) -> None:
    stocktake = taken(desk)
    certificate = prepare(desk, stocktake)
    before = draw(desk, certificate)
    resumed = certify(desk, stocktake)
    assert (resumed.certificate.id, resumed.paper) == (certificate.id, before)


def test_what_is_entered_meanwhile_changes_nothing_of_the_paper(desk: Desk, clock: SetClock) -> None:
    weapon = claimed(desk, "MISSED1")[0]
    stocktake = taken(desk, missed=())
    certificate = prepare(desk, stocktake)
    before = draw(desk, certificate)
    clock.forward(YEAR)
    correct(desk, weapon.id, {"maker_text": "Beretta", "model_text": "92"}, reason="misread")
    change_person(desk, board(desk)[0], {"rank": "General"})
    assert draw(desk, certificate) == before


def test_a_prepared_one_survives_the_end_of_the_program(desk: Desk, around: Surroundings) -> None:
    stocktake = taken(desk)
    certificate = prepare(desk, stocktake)
    path = desk.register.folder.path
    desk.close()
    with desk_of(path, "adm", around) as other:
        issued = certify(other, stocktake)
        assert (issued.certificate.id, issued.certificate.state) == (certificate.id, "issued")
        assert "by cdr, entry" in text_of(issued.paper)
        assert whole(other)


def test_the_language_and_classification_it_was_prepared_with_stay(desk: Desk) -> None:
    stocktake = taken(desk)
    prepare(desk, stocktake, Terms("es", "RESERVADO"))
    issued = certify(desk, stocktake, Terms("en", "OPEN"))
    assert (issued.certificate.language, issued.certificate.classification) == ("es", "RESERVADO")
    assert "RESERVADO" in text_of(issued.paper)
    assert "Pistola 1 1 0 2" in text_of(issued.paper)


def test_a_void_number_is_never_given_again(desk: Desk) -> None:
    stocktake = taken(desk)
    void(desk, prepare(desk, stocktake), "the printer ate it")
    issued = certify(desk, stocktake)
    found = [(each.reference, each.state) for each in certificates_over(desk, stocktake)]
    assert found == [("BIC-2026-0001", "void"), ("BIC-2026-0002", "issued")]
    assert current(desk, stocktake) == issued.certificate
    assert whole(desk)


def test_numbers_run_within_the_year_of_the_site(desk: Desk, clock: SetClock) -> None:
    certify(desk, taken(desk, scope=Scope(places=(rack(desk, "R1"),))))
    clock.forward(YEAR)
    second = taken(desk, seen=("B1",), missed=(), scope=Scope(places=(rack(desk, "R1"),)))
    assert certify(desk, second).certificate.reference == "BIC-2027-0001"


def test_a_later_stock_take_is_no_baseline(desk: Desk) -> None:
    taken(desk)
    later = opened(desk)
    count(desk, later, "SEEN1")
    issued = certify(desk, closed(desk, later))
    assert issued.certificate.reference == "STC-2026-0001"
    assert "Stock-take certificate" in text_of(issued.paper)


def test_a_void_one_is_not_issued(desk: Desk) -> None:
    stocktake = taken(desk)
    void(desk, prepare(desk, stocktake), "misprint")
    with pytest.raises(RuleError, match="misprint"):
        issue(desk, certificates_over(desk, stocktake)[0])


@pytest.mark.parametrize("reason", ["", "  "])
def test_voiding_needs_a_reason(desk: Desk, reason: str) -> None:
    certificate = prepare(desk, taken(desk))
    with pytest.raises(RuleError, match="why"):
        void(desk, certificate, reason)


def test_an_issued_one_is_not_voided(desk: Desk) -> None:
    issued = certify(desk, taken(desk))
    with pytest.raises(RuleError, match="issued before"):
        void(desk, issued.certificate, "too late")


def test_two_are_not_prepared_for_one_stock_take(desk: Desk) -> None:
    stocktake = taken(desk)
    prepare(desk, stocktake)
    with pytest.raises(RuleError, match="BIC-2026-0001 already"):
        prepare(desk, stocktake)


def test_an_open_stock_take_is_not_certified(desk: Desk) -> None:
    with pytest.raises(RuleError, match="close it first"):
        certify(desk, opened(desk))


def test_a_paper_has_a_classification(desk: Desk) -> None:
    with pytest.raises(RuleError, match="classification"):
        prepare(desk, taken(desk), Terms(classification=" "))


def test_who_may_not_takes_no_number(staffed_path: Path, desk: Desk, around: Surroundings) -> None:
    stocktake = taken(desk)
    with desk_of(staffed_path, "arm", around) as other, pytest.raises(PermissionRefusedError):
        certify(other, stocktake)
    assert certificates_over(desk, stocktake) == []


def test_a_file_is_known_as_the_certificate_only_byte_for_byte(desk: Desk) -> None:
    issued = certify(desk, taken(desk))
    assert issued_as(desk, issued.paper) == issued.certificate
    assert issued_as(desk, issued.paper.replace(b"BIC", b"BIX", 1)) is None
    assert paper_of(desk, issued.certificate) == issued.paper


def test_lists_too_long_for_a_paper_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stocktake = taken(desk, missed=("M1", "M2", "M3"))
    monkeypatch.setattr(certificates, "MOST_LINES", 3)
    with pytest.raises(RuleError, match="4 lines"):
        prepare(desk, stocktake)
    assert certificates_over(desk, stocktake) == []


def test_what_no_longer_is_what_was_frozen_is_not_issued(desk: Desk) -> None:
    certificate = prepare(desk, taken(desk), Terms("fr"))
    with pytest.raises(IntegrityError, match="Void it"):
        draw(desk, replace(certificate, language="en"))


def test_a_board_member_without_an_account_is_named(desk: Desk) -> None:
    guest = officer(desk, "Łucja Ñandú-Gonçalves", badge="G1", rank="Major")
    claimed(desk, "A1")
    act = plan_opening(desk, Scope(), [guest.id, *board(desk)], override=WHY)
    stocktake = stocktake_by_id(desk, with_two(desk, act).ids[0])
    count(desk, stocktake, "A1")
    said = text_of(certify(desk, closed(desk, stocktake)).paper)
    assert "Łucja Ñandú-Gonçalves" in said
    assert "Major, G1, presides over the board" in said
