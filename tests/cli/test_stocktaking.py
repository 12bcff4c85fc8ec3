"""`armoury stocktake`: from opening to the certificate, by two officers, with an answer to every scan."""

import io
import os
from pathlib import Path

import pytest

from tests.papers import text_of

WHY = ("--override", "only two officers on the island")


@pytest.fixture
def stocked(call, signed_in, monkeypatch):
    """Two racks with claimed pistols, and a second officer who may close a stock-take."""
    monkeypatch.setenv("ARMOURY_NEW_PASSPHRASE", "a long new passphrase")
    for words in (
        ("add", "place", "ARM", "Armoury", "--level", "room"),
        ("add", "place", "R1", "Rack one", "--level", "rack", "--within", "ARM"),
        ("add", "place", "R2", "Rack two", "--level", "rack", "--within", "ARM"),
        ("add", "weapon", "--type", "pistol", "--maker", "Glock", "--model", "Glock 17", "--calibre", "9x19",
         "--country", "Austria", "--crate", "A0001-A0003", "--place", "R1"),
        ("officers", "add", "aud", "--name", "Ñandú Auditor", "--role", "auditor"),
        ("officers", "add", "arm", "--name", "Sample Armourer", "--role", "armourer"),
    ):  # fmt: skip
        assert call(*words).code == 0
    monkeypatch.setenv("ARMOURY_SECOND", "aud")
    monkeypatch.setenv("ARMOURY_SECOND_PASSPHRASE", "a long new passphrase")
    return call


def number(call) -> str:
    """Return the number of the latest stock-take."""
    return str(call("stocktake", "show", "--json").json[0]["reference"])


@pytest.fixture
def opened(stocked, monkeypatch):
    """An open stock-take of the whole site; the commander keeps the store as well."""
    assert stocked("stocktake", "open", "--board", "cdr", "--board", "aud", *WHY).code == 0
    return stocked


@pytest.fixture
def closed(opened):
    """A closed one: two seen, one not, one unknown."""
    opened("stocktake", "scan", "R1", "A0001", "A0002", "NOBODY9")
    assert opened("stocktake", "close").code == 0
    return opened


def test_opening_says_number_and_board(stocked):
    answer = stocked("stocktake", "open", "--board", "cdr", "--board", "aud", "--place", "R1", *WHY, "--json")
    assert answer.json["board"] == ["cdr", "aud"]
    assert stocked("stocktake", "show", answer.json["reference"], "--json").json["places"] == ["R1"]


def test_a_keeper_of_the_store_is_not_let_on_the_board_silently(stocked):
    answer = stocked("stocktake", "open", "--board", "cdr", "--board", "aud")
    assert (answer.code, "Who keeps the store" in answer.err) == (3, True)


def test_every_scan_is_answered(opened):
    answer = opened("stocktake", "scan", "R1", "A0001", "R2", "A0001", "A0001", "NOBODY9", "cdr")
    said = [line.split()[0] for line in answer.out.splitlines()]
    assert (answer.code, said) == (0, ["place", "seen", "place", "again", "same", "not", "not"])
    assert "You stand at R2" in answer.err


def test_the_answers_are_json(opened):
    answer = opened("stocktake", "scan", "A0001", "NOBODY9", "--place", "R1", "--json").json
    assert [each["answer"] for each in answer["answers"]] == ["seen", "not in book"]
    assert answer["answers"][0]["hit"]["serial"] == "A0001"
    assert answer["place"] == "R1"


def test_a_file_is_read_one_a_line_and_may_be_read_again(opened, tmp_path: Path):
    found = tmp_path / "found.txt"
    found.write_text("R1\r\nA0001\r\n\r\nA0002\r\n", encoding="utf-8")
    opened("stocktake", "scan", "--from", found)
    again = opened("stocktake", "scan", "--from", found, "--json").json["answers"]
    assert [each["answer"] for each in again] == ["place", "same", "same"]


@pytest.mark.parametrize("words", [(), ("--from", "-")])
def test_standard_input_is_read_line_by_line(opened, monkeypatch, words):
    monkeypatch.setattr("sys.stdin", io.StringIO("A0001\nA0002\n"))
    assert opened("stocktake", "scan", *words).out.count("seen") == 2


def test_a_line_is_stored_before_the_next_one_is_read(opened, monkeypatch):
    """Who pulls the plug loses nothing that was answered."""

    class Scanner:
        def isatty(self) -> bool:
            return False

        @property
        def closed(self) -> bool:
            return False

        def __iter__(self):
            yield "A0001\n"
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Scanner())
    assert opened("stocktake", "scan").code == 130
    assert opened("stocktake", "show", number(opened), "--json").json["lines"] == {"seen": 1}


def test_texts_and_a_file_together_are_refused(opened, tmp_path: Path):
    assert opened("stocktake", "scan", "A0001", "--from", tmp_path / "x").code == 2


def test_what_cannot_be_kept_ends_with_a_code(opened):
    answer = opened("stocktake", "scan", "A0001", " ")
    assert (answer.code, "refused" in answer.out, "seen" in answer.out) == (3, True, True)


def test_a_line_is_settled_and_struck(opened):
    opened("stocktake", "scan", "AO001")
    assert opened("stocktake", "settle", "1", "A0001").code == 3
    assert opened("stocktake", "settle", "1", "A0001", "--reason", "the label was wet").code == 0
    assert opened("stocktake", "strike", "1", "--reason", "counted in the wrong room", "--json").json["entries"]
    assert opened("stocktake", "show", number(opened), "--json").json["lines"] == {"struck": 1}


def test_the_lists_are_shown(opened):
    opened("stocktake", "scan", "A0001", "NOBODY9", "--place", "R2")
    said = opened("stocktake", "list").out
    assert "In the book and on the floor: 1 line\n" in said
    assert "NOBODY9" in said
    assert "A0002" in said
    assert "A0001" not in said
    assert "found in R2, by the book in R1" in opened("stocktake", "list", "--only", "both").out


def test_the_lists_are_json(opened):
    opened("stocktake", "scan", "A0001", "NOBODY9")
    found = opened("stocktake", "list", "--json").json
    assert {name: len(found[name]) for name in ("both", "book_only", "elsewhere", "floor_only")} == {
        "both": 1, "book_only": 2, "elsewhere": 0, "floor_only": 1,
    }  # fmt: skip
    assert found["floor_only"][0]["text"] == "NOBODY9"


def test_who_may_not_close_it_does_not_see_what_is_missing(opened, monkeypatch):
    monkeypatch.setenv("ARMOURY_OFFICER", "arm")
    monkeypatch.setenv("ARMOURY_PASSPHRASE", "a long new passphrase")
    assert opened("stocktake", "scan", "A0001").code == 0
    assert opened("stocktake", "list").code == 6
    assert opened("stocktake", "close").code == 6


def test_closing_makes_what_was_seen_sighted(closed):
    reference = number(closed)
    assert reference in closed("show", "A0001").out
    assert reference not in closed("show", "A0003").out
    shown = closed("stocktake", "show", reference, "--json").json
    assert [shown[name] for name in ("state", "book", "both", "book_only", "floor_only")] == ["closed", 3, 2, 1, 1]


def test_closing_says_the_totals_before_the_second_officer_is_asked(opened):
    opened("stocktake", "scan", "A0001")
    answer = opened("stocktake", "close", "--json")
    assert (answer.json["both"], answer.json["book_only"]) == (1, 2)
    assert "In the book and on the floor: 1" in answer.err


def test_one_that_is_given_up_says_why(opened):
    assert opened("stocktake", "abandon", "--reason", "fire in the store").code == 0
    assert "fire in the store" in opened("stocktake", "show", number(opened)).out
    assert "given up" in opened("stocktake", "show").out


def test_all_are_listed(stocked, closed):
    assert [each["state"] for each in closed("stocktake", "show", "--json").json] == ["closed"]
    assert number(closed) in closed("stocktake", "show").out


def test_none_is_said(stocked):
    answer = stocked("stocktake", "show")
    assert (answer.code, answer.out, "no stock-take" in answer.err) == (0, "", True)


def test_the_certificate_is_written_and_comes_again_from_evidence(closed, tmp_path: Path):
    first = closed("stocktake", "certificate", "--to", tmp_path / "a.pdf", "--json").json
    second = closed("stocktake", "certificate", number(closed), "--to", tmp_path / "b.pdf", "--json").json
    assert (first["reference"][:4], first["state"], "entries" in first, "entries" in second) == (
        "BIC-", "issued", True, False,
    )  # fmt: skip
    paper = (tmp_path / "a.pdf").read_bytes()
    assert paper == (tmp_path / "b.pdf").read_bytes()
    assert "Ñandú Auditor" in text_of(paper)
    assert closed("check", "--deep").code == 0


def test_the_register_is_held_against_the_certificate(closed, tmp_path: Path):
    closed("stocktake", "certificate", "--to", tmp_path / "a.pdf")
    found = closed("check", "--against", tmp_path / "a.pdf", "--json").json
    assert (found["verdict"], found["against"][0]["certificate"][:4]) == ("whole", "BIC-")
    (tmp_path / "b.pdf").write_bytes((tmp_path / "a.pdf").read_bytes().replace(b"/Title", b"/Titel", 1))
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    for other, why in (("b.pdf", "was changed"), ("c.pdf", "no certificate")):
        answer = closed("check", "--against", tmp_path / other)
        assert (answer.code, why in answer.out) == (5, True)


def test_a_file_in_the_way_issues_nothing(closed, tmp_path: Path):
    taken = tmp_path / "a.pdf"
    taken.write_bytes(b"mine")
    assert closed("stocktake", "certificate", "--to", taken).code == 4
    assert closed("stocktake", "show", number(closed), "--json").json["certificates"] == []


def test_language_and_classification_are_chosen(closed, tmp_path: Path):
    words = ("--language", "fr", "--classification", "DIFFUSION RESTREINTE")
    answer = closed("stocktake", "certificate", "--to", tmp_path / "a.pdf", *words, "--json").json
    assert (answer["language"], answer["classification"]) == ("fr", "DIFFUSION RESTREINTE")
    assert "DIFFUSION RESTREINTE" in text_of((tmp_path / "a.pdf").read_bytes())
    again = closed("stocktake", "certificate", "--to", tmp_path / "b.pdf", "--language", "en")
    assert "stays as it was prepared: language fr" in again.err


def test_an_issued_certificate_is_not_voided(closed, tmp_path: Path):
    assert closed("stocktake", "certificate", "--void", "misprint").code == 3
    closed("stocktake", "certificate", "--to", tmp_path / "a.pdf")
    assert closed("stocktake", "certificate", "--void", "misprint").code == 3


def test_a_certificate_is_either_written_or_void(closed):
    assert closed("stocktake", "certificate").code == 2


def test_an_open_stock_take_has_no_certificate(opened, tmp_path: Path):
    answer = opened("stocktake", "certificate", "--to", tmp_path / "a.pdf")
    assert (answer.code, os.listdir(tmp_path).count("a.pdf")) == (3, 0)
