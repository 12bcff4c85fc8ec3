"""`armoury add`: each kind can be entered, and what stands in the way is said."""

import zlib

import pytest

GLOCK = ("--type", "pistol", "--maker", "Glock", "--model", "Glock 17", "--calibre", "9x19", "--country", "AT")


def png(width: int = 64, height: int = 48) -> bytes:
    """Return a small picture in the PNG format."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(width)) for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def rack(call, signed_in):
    assert call("add", "place", "B1", "Building 1", "--level", "building").code == 0
    assert call("add", "place", "R1", "Rack 1", "--level", "rack", "--within", "B1").code == 0


def test_a_weapon_is_registered_with_its_number(call, rack):
    answer = call("add", "weapon", *GLOCK, "--serial", "SXL020", "--place", "r1", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["weapons"][0]["number"] == 1
    assert answer.json["weapons"][0]["serial"] == "SXL020"


def test_a_crate_is_registered_in_one_act(call, rack):
    answer = call("add", "weapon", *GLOCK, "--crate", "A0001-A0020", "--place", "R1", "--json")
    assert [each["serial"] for each in answer.json["weapons"]][-1] == "A0020"
    assert answer.json["entries"][1] - answer.json["entries"][0] == 19


def test_parts_are_typed_as_pairs(call, rack):
    parts = ("--component", "barrel:X12", "--kit", "magazine:3")
    answer = call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1", *parts)
    assert answer.code == 0, answer.err
    record = call("show", "X12", "--json").json["record"]
    assert record["components"][0]["serial"] == "X12"
    assert record["kit"][0]["quantity"] == 3


def test_a_part_that_is_no_pair_is_named(call, rack):
    answer = call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1", "--kit", "magazine")
    assert answer.code == 3
    assert "Kit" in answer.err


def test_a_weapon_without_a_place_is_refused(call, rack):
    assert call("add", "weapon", *GLOCK, "--serial", "S1").code == 3


def test_a_duplicate_needs_the_second_officer(call, rack, monkeypatch):
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1")
    monkeypatch.delenv("ARMOURY_SECOND")
    assert call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1").code == 6
    assert call("find", "S1", "--json").json["total"] == 1


def test_a_photograph_is_taken_with_the_weapon(call, rack, tmp_path):
    (tmp_path / "left.png").write_bytes(png())
    photo = f"serial:{tmp_path / 'left.png'}"
    answer = call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1", "--photo", photo)
    assert answer.code == 0, answer.err
    assert call("show", "S1", "--json").json["evidence"][0]["role"] == "serial"


def test_a_photograph_comes_back_out(call, rack, tmp_path):
    (tmp_path / "left.png").write_bytes(png())
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1")
    evidence = call("add", "photo", "S1", tmp_path / "left.png", "--caption", "left", "--json").json["id"]
    assert call("show", "S1", "--evidence", evidence, "--to", tmp_path / "out.jpg").code == 0
    assert (tmp_path / "out.jpg").read_bytes().startswith(b"\xff\xd8")


@pytest.mark.parametrize("name", ["missing.png", "."])
def test_a_photograph_that_is_no_file_is_a_sentence(call, rack, tmp_path, name):
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1")
    answer = call("add", "photo", "S1", tmp_path / name)
    assert answer.code == 4
    assert str(tmp_path) in answer.err


def test_what_is_no_photograph_is_refused(call, rack, tmp_path):
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1")
    (tmp_path / "left.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    assert call("add", "photo", "S1", tmp_path / "left.png").code == 3


def test_a_person_is_found_by_the_badge(call, signed_in):
    assert call("add", "person", "Sam Sample", "--badge", "B77").code == 0
    assert call("show", "B77", "--json").json["record"]["name"] == "Sam Sample"


def test_a_log_note_is_read_back(call, signed_in):
    assert call("add", "log", "key_check", "All keys there").code == 0
    assert [each["text"] for each in call("log", "--json").json] == ["All keys there"]


def test_a_holding_stands_against_what_is_there(call, rack):
    assert call("add", "holding", "pistol", 5, "--authority", "Ministry", "--dated", "2026-01-01").code == 0
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1")
    line = call("scale", "--json").json[0]
    assert (line["authorised"], line["present"], line["difference"]) == (5, 1, -4)


def test_a_weapon_is_tied_to_its_acquisition(call, rack):
    assert call("add", "acquisition", "C-17", "--supplier", "Sample supplier", "--consent-to-retransfer").code == 0
    call("add", "weapon", *GLOCK, "--serial", "S1", "--place", "R1", "--acquisition", "c-17")
    assert "C-17" in call("show", "S1").out
