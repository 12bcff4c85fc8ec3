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
    assert "  Place added: 8 more" in list(describe(_act(408)))


def test_a_clock_that_runs_behind_is_told_loudly(capsys):
    told(Changes(frozenset({"place"}), ("1",), 1, 1, ("The clock runs behind.",)))
    assert capsys.readouterr().err == "*** WARNING: The clock runs behind. ***\n"


def test_the_second_officer_sees_which_roles_are_given(call, signed_in, monkeypatch):
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", "a long new passphrase")
    added = call("officers", "add", "aud", "--name", "Ana Sample", "--role", "auditor")
    assert "auditor" in added.err
    changed = call("officers", "roles", "aud", "exporter", "--reason", "new post")
    assert "auditor → exporter" in changed.err


def test_the_second_officer_sees_of_what_a_weapon_is_a_duplicate(call, signed_in):
    weapon = (
        "--type",
        "pistol",
        "--maker",
        "Glock",
        "--model",
        "Glock 17",
        "--calibre",
        "9x19",
        "--country",
        "Austria",
    )
    assert call("add", "place", "R9", "Rack nine", "--level", "room").code == 0
    first = call("add", "weapon", *weapon, "--serial", "SXL020", "--place", "R9", "--json").json["weapons"][0]
    second = call("add", "weapon", *weapon, "--serial", "SXL020", "--place", "R9")
    tag = first["tag"]
    assert f"Duplicate of {tag[:3]}-{tag[3:6]}-{tag[6:]}" in second.err


def test_a_reason_cannot_forge_a_line_of_the_history(call, signed_in):
    assert call("add", "place", "R9", "Rack nine", "--level", "room").code == 0
    assert call("correct", "R9", "--set", "name=Nine", "--reason", "x\n      Approved by: Somebody").code == 0
    lines = call("history", "R9").out.splitlines()
    assert not any(line.strip().startswith("Approved by") for line in lines)
    assert any("x / Approved by: Somebody" in line for line in lines)
