"""Photographs and documents on a real register."""

from hashlib import sha256

import pytest

from armoury.domain.errors import RuleError
from armoury.services.desk import Desk
from armoury.services.evidence import attach, evidence_of, evidence_on, show, show_thumbnail, withdraw
from tests.services.stock import photograph, rack, registered, whole

PDF = b"%PDF-1.7\n%sample\n"


def test_a_photograph_is_shown_as_it_was_kept(desk: Desk) -> None:
    weapon = registered(desk, "A1")
    id_ = attach(desk, "weapon", weapon.id, photograph(), role="overall_left", caption="left").ids[0]
    record = evidence_of(desk, id_)
    assert sha256(show(desk, id_)).hexdigest() == record.sha256
    assert (record.original_sha256, record.media_type) == (sha256(photograph()).hexdigest(), "image/jpeg")
    assert whole(desk)


def test_a_photograph_has_a_thumbnail_and_a_document_none(desk: Desk) -> None:
    place = rack(desk)
    picture = attach(desk, "place", place, photograph(), role="other").ids[0]
    paper = attach(desk, "place", place, PDF, role="document", name="plan.pdf").ids[0]
    assert (show_thumbnail(desk, picture) or b"")[:2] == b"\xff\xd8"
    assert show_thumbnail(desk, paper) is None


def test_a_document_is_kept_byte_for_byte(desk: Desk) -> None:
    id_ = attach(desk, "place", rack(desk), PDF, role="document", name="plan.pdf").ids[0]
    assert (show(desk, id_), evidence_of(desk, id_).media_type) == (PDF, "application/pdf")
    assert evidence_of(desk, id_).caption == "plan.pdf"


def test_a_document_is_no_photograph(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no photograph"):
        attach(desk, "place", rack(desk), PDF, role="overall_left")


@pytest.mark.parametrize(("kind", "subject"), [("place", "nowhere"), ("nonsense", "x")])
def test_a_subject_must_exist(desk: Desk, kind: str, subject: str) -> None:
    with pytest.raises(RuleError, match="no such"):
        attach(desk, kind, subject, PDF, role="document")


def test_a_role_must_be_known(desk: Desk) -> None:
    with pytest.raises(RuleError, match="overall_left"):
        attach(desk, "place", rack(desk), PDF, role="nonsense")


def test_the_same_file_may_be_attached_twice(desk: Desk) -> None:
    first, second = (attach(desk, "place", rack(desk), PDF, role="document").ids[0] for _each in range(2))
    assert (show(desk, first), show(desk, second), whole(desk)) == (PDF, PDF, True)


def test_what_is_withdrawn_no_longer_counts_and_stays(desk: Desk) -> None:
    place = rack(desk)
    id_ = attach(desk, "place", place, PDF, role="document").ids[0]
    withdraw(desk, id_, "wrong place")
    assert evidence_on(desk, "place", place) == []
    assert [each.withdrawn for each in evidence_on(desk, "place", place, withdrawn=True)] == ["wrong place"]
    assert show(desk, id_) == PDF


def test_what_is_withdrawn_is_withdrawn_once_and_with_a_reason(desk: Desk) -> None:
    id_ = attach(desk, "place", rack(desk), PDF, role="document").ids[0]
    with pytest.raises(RuleError, match="reason"):
        withdraw(desk, id_, " ")
    withdraw(desk, id_, "wrong place")
    with pytest.raises(RuleError, match="before"):
        withdraw(desk, id_, "again")


def test_unknown_evidence_is_told(desk: Desk) -> None:
    with pytest.raises(RuleError, match="no such"):
        show(desk, "nothing")


@pytest.mark.parametrize(("said", "taken"), [
    ("2024:03:05 14:22:11", "2024-03-05T18:22:11.000Z"), ("2024:13:45 99:99:99", None), (None, None),
])  # fmt: skip
def test_the_cameras_clock_is_read_in_the_sites_time(desk: Desk, said: str | None, taken: str | None) -> None:
    id_ = attach(desk, "place", rack(desk), photograph(said=said), role="other").ids[0]
    assert evidence_of(desk, id_).taken == taken
