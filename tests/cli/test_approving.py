"""What the second officer is shown, and what is told after an act."""

from armoury.cli.approving import describe, told
from armoury.domain.records.site import Place
from armoury.store.steps import Act, Changes, step


def _act(count: int) -> Act:
    places = [Place(str(each), f"T{each}", f"R{each}", "Rack", "rack") for each in range(count)]
    return Act("a", "place.added", [step("place.added", None, each) for each in places], "new building")


def test_every_record_and_the_reason_are_shown():
    lines = list(describe(_act(2)))
    assert [each.strip() for each in lines] == [
        "To be approved:", "Place added: T0 R0 Rack", "Place added: T1 R1 Rack", "Reason: new building"
    ]  # fmt: skip


def test_of_many_records_the_rest_is_counted():
    assert "  and 8 more" in list(describe(_act(20)))


def test_a_clock_that_runs_behind_is_told_loudly(capsys):
    told(Changes(frozenset({"place"}), ("1",), 1, 1, ("The clock runs behind.",)))
    assert capsys.readouterr().err == "*** WARNING: The clock runs behind. ***\n"
