"""What a bundle says, broken on purpose by an insider who holds the site's key: entries, rows, and both together."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from armoury.bundle.continuity import State, read_continuity, write_continuity
from armoury.bundle.errors import Promise
from armoury.bundle.layout import CHECKPOINT, CONSISTENCY, DATA_PACKAGE, HISTORY
from armoury.history.canonical import canonical_bytes
from armoury.history.checkpoints import Checkpoint, write_note
from tests.bundle.conftest import Sent, refusal
from tests.bundle.forge import Opened, cells, take_apart, with_cell, with_cells, with_history

# Entries


def changed_lines(change: Callable[[list[bytes]], None]) -> Callable[[Sent], bytes]:
    def forge(sent: Sent) -> bytes:
        lines = sent.opened.files[HISTORY].splitlines()
        change(lines)
        return sent.forged(with_history(sent.opened, lines, sent.signer))

    return forge


def _spaced(lines: list[bytes]) -> None:
    lines[3] = lines[3].replace(b'"v":1', b'"v": 1')


def _null(lines: list[bytes]) -> None:
    lines[3] = lines[3].replace(b'"v":1', b'"v":1,"x":null')


def _version(lines: list[bytes]) -> None:
    lines[3] = lines[3].replace(b'"v":1', b'"v":2')


def _doubled(lines: list[bytes]) -> None:
    lines.insert(3, lines[3])


def _swapped(lines: list[bytes]) -> None:
    lines[3], lines[4] = lines[4], lines[3]


def _backwards(lines: list[bytes]) -> None:
    entry = json.loads(lines[-1])
    lines[-1] = lines[-1].replace(entry["recorded_at"].encode(), b"2001-01-01T00:00:00.000Z")


def _no_json(lines: list[bytes]) -> None:
    lines[3] = b"\x00\xff"


def _empty(lines: list[bytes]) -> None:
    lines[3] = b""


def _deep(lines: list[bytes]) -> None:
    lines[3] = b"[" * 100_000


def _other_subject(lines: list[bytes]) -> None:
    entry = json.loads(lines[-2])
    lines[-2] = lines[-2].replace(b'"subject":{"id":"' + entry["subject"]["id"].encode(), b'"subject":{"id":"x')


@pytest.mark.parametrize(
    "change", [_spaced, _null, _version, _doubled, _swapped, _backwards, _no_json, _empty, _deep, _other_subject]
)
def test_an_entry_that_cannot_be(sent, change):
    found = refusal(sent, changed_lines(change)(sent), known=False)
    assert found.promise in (Promise.ENTRIES, Promise.SCHEMA), found.text()


def test_entries_that_do_not_give_the_root(sent):
    lines = sent.opened.files[HISTORY].splitlines(keepends=True)
    data = sent.forged(sent.opened.having({HISTORY: b"".join(lines[:-1])}))
    assert refusal(sent, data, known=False).promise is Promise.ENTRIES


def test_more_entries_than_the_checkpoint_counts(sent):
    lines = sent.opened.files[HISTORY].splitlines(keepends=True)
    data = sent.forged(sent.opened.having({HISTORY: b"".join([*lines, lines[-1]])}))
    assert refusal(sent, data, known=False).promise is Promise.ENTRIES


def test_a_made_up_number_of_entries_takes_no_memory(sent):
    said = read_continuity(sent.opened.files[CONSISTENCY].decode())
    state = State(10**15, said.new.root)
    forged = with_history(sent.opened, sent.opened.files[HISTORY].splitlines(), sent.signer)
    said = replace(read_continuity(forged.files[CONSISTENCY].decode()), new=state)
    note = write_note(
        Checkpoint(f"armoury/{forged.info.site}", state.size, state.root), sent.signer.public_key_der, sent.signer.sign
    )
    opened = forged.having({CONSISTENCY: write_continuity(said).encode(), CHECKPOINT: note.encode()})
    found = refusal(sent, sent.forged(opened.saying(size=10**15)), known=False)
    assert (found.promise, "shorter than" in found.text()) == (Promise.ENTRIES, True)


# Schema


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("weapon", "number", "one"),
        ("weapon", "number", "01"),
        ("weapon", "number", "-1"),
        ("weapon", "number", ""),
        ("weapon", "museum_piece", "yes"),
        ("weapon", "museum_piece", ""),
        ("weapon", "made", "09/03/2026"),
        ("weapon", "made", "2026-13"),
        ("weapon", "review_date", "2026-02-29"),
        ("weapon", "review_date", "2026-02-30"),
        ("weapon", "last_sighted", "2026-02-28T24:00:00.000Z"),
        ("weapon", "serials", "none"),
        ("weapon", "tag", ""),
        ("weapon", "entry", "0"),
        ("weapon", "entry", "99999"),
        ("place", "code", ""),
        ("register", "site", "BB-BCDFGHJK"),
        ("register", "certificate", "AAAA"),
    ],
)
def test_a_cell_that_does_not_match_its_schema(sent, kind, column, value):
    found = refusal(sent, sent.forged(with_cell(sent.opened, kind, column, value)))
    assert found.promise is Promise.SCHEMA
    assert f"data/{kind}.csv" in found.text()


def test_a_row_with_a_cell_too_many(sent):
    rows = cells(sent.opened, "weapon")
    rows[1].append("more")
    found = refusal(sent, sent.forged(with_cells(sent.opened, "weapon", rows)))
    assert "row 1 of “data/weapon.csv” has" in found.text()


def test_two_rows_that_follow_one_entry(sent):
    rows = cells(sent.opened, "weapon")
    assert refusal(sent, sent.forged(with_cells(sent.opened, "weapon", [*rows, rows[1]]))).promise is Promise.SCHEMA


@pytest.mark.parametrize("data", [b"\xff\xfe", b'id,"x', b"", b"id\r\n\x00\r\n", b"id,id\r\n"])
def test_a_table_that_is_none(sent, data):
    assert refusal(sent, sent.forged(sent.opened.having({"data/log.csv": data}))).promise is Promise.SCHEMA


@pytest.mark.parametrize("data", [b"{}", b"[]", b"nothing", b'{"resources":[{}],"armoury":"bundle/1"}', b"[" * 99_999])
def test_a_data_package_that_is_none(sent, data):
    assert refusal(sent, sent.forged(sent.opened.having({DATA_PACKAGE: data}))).promise is Promise.SCHEMA


def declared(opened: Opened, change: Callable[[Any], None]) -> Opened:
    package = json.loads(opened.files[DATA_PACKAGE])
    change(package)
    return opened.having({DATA_PACKAGE: json.dumps(package).encode()})


def test_a_column_that_is_not_known_here_is_passed_over(sent):
    rows = [[*row, "colour" if number == 0 else "red"] for number, row in enumerate(cells(sent.opened, "weapon"))]

    def change(package: Any) -> None:
        table = next(each for each in package["resources"] if each["name"] == "weapon")
        table["schema"]["fields"].append({"name": "colour", "type": "string"})

    opened = declared(with_cells(sent.opened, "weapon", rows), change)
    assert sent.judged(sent.forged(opened)).rows["weapon"] == 2


def test_a_table_that_is_not_known_here_is_passed_over(sent):
    def change(package: Any) -> None:
        fields = [{"name": "id", "type": "string"}]
        package["resources"].append({"name": "dog", "path": "dog.csv", "schema": {"fields": fields}})

    opened = declared(sent.opened.having({"data/dog.csv": b"id\r\nrex\r\n"}), change)
    assert sent.judged(sent.forged(opened)).rows["dog"] == 1


def test_a_known_column_that_is_missing(sent):
    rows = cells(sent.opened, "place")
    place = rows[0].index("code")
    rows = [row[:place] + row[place + 1 :] for row in rows]

    def change(package: Any) -> None:
        table = next(each for each in package["resources"] if each["name"] == "place")
        table["schema"]["fields"] = [each for each in table["schema"]["fields"] if each["name"] != "code"]

    found = refusal(sent, sent.forged(declared(with_cells(sent.opened, "place", rows), change)))
    assert "lacks the column “code”" in found.text()


# Content


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        ("weapon", "serial", "SXL029"),
        ("weapon", "fitness", "unserviceable"),
        ("weapon", "id", "01a0c450-6c00-7224-8805-18ccc7fe1999"),
        ("weapon", "remarks", ""),
        ("weapon", "museum_piece", "1"),
        ("weapon", "made", "1999"),
        ("place", "name", "Elsewhere"),
        ("person", "roles", '["auditor"]'),
    ],
)
def test_a_row_that_is_not_what_its_entry_says(sent, kind, column, value):
    found = refusal(sent, sent.forged(with_cell(sent.opened, kind, column, value)))
    assert found.promise is Promise.CONTENT
    assert column in found.text() or column == "id"


def test_a_row_that_was_left_out(sent):
    rows = cells(sent.opened, "weapon")
    found = refusal(sent, sent.forged(with_cells(sent.opened, "weapon", rows[:-1])))
    assert (found.promise, "a row was left out" in found.text()) == (Promise.CONTENT, True)


def test_a_row_that_is_older_than_its_history(sent):
    """The first bundle's row for the bundle itself: prepared, while the history says exported."""
    old = take_apart(sent.first).files["data/bundle.csv"].splitlines(keepends=True)
    new = sent.opened.files["data/bundle.csv"].splitlines(keepends=True)
    opened = sent.opened.having({"data/bundle.csv": new[0] + old[1] + new[2]})
    found = refusal(sent, sent.forged(opened))
    assert (found.promise, "older than" in found.text()) == (Promise.CONTENT, True)


def test_a_document_that_was_never_issued(sent):
    found = refusal(sent, sent.forged(sent.opened.having({"data/documents/BIC-2026-0001.pdf": b"%PDF-1.4"})))
    assert (found.promise, "BIC-2026-0001" in found.text()) == (Promise.CONTENT, True)


# What a hostile reader found


def test_the_older_state_of_a_weapon_beside_its_present_one(sent):
    """An insider adds a second row that names an older entry of the same subject."""
    rows, entries = cells(sent.opened, "bundle"), sent.opened.entries
    first = next(row for row in rows[1:] if row[rows[0].index("state")] == "exported")
    older = next(each for each in entries if each["kind"] == "bundle.prepared" and each["subject"]["id"] == first[0])
    stale = list(first)
    for name in ("exported_at", "size", "root", "file_name", "sha256", "octets", "recipient"):
        stale[rows[0].index(name)] = ""
    stale[rows[0].index("state")], stale[rows[0].index("entry")] = "prepared", str(older["seq"])
    found = refusal(sent, sent.forged(with_cells(sent.opened, "bundle", [*rows, stale])))
    assert (found.promise, "have the same" in found.text()) == (Promise.SCHEMA, True)


@pytest.mark.parametrize(
    "cell",
    ["[this is no json]", "[ ]", "[1.5]", "[null]", '["a",{}]', '[{"a":1,"a":2}]', "[" * 30_000 + "]" * 30_000,
     '["a"],"zz_extra":["b"]', "[1]"],
)  # fmt: skip
def test_a_list_that_is_none_even_where_row_and_entry_agree(sent, cell):
    """The same bytes stand in the row and in the entry, so that nothing but reading the list can tell."""
    opened, lines = sent.opened, sent.opened.files[HISTORY].splitlines()
    rows = cells(opened, "person")
    place, at = rows[0].index("roles"), int(rows[1][rows[0].index("entry")]) - 1
    lines[at] = lines[at].replace(f'"roles":{rows[1][place]}'.encode(), f'"roles":{cell}'.encode(), 1)
    rows[1][place] = cell
    forged = with_cells(with_history(opened, lines, sent.signer), "person", rows)
    assert refusal(sent, sent.forged(forged), known=False).promise in (Promise.SCHEMA, Promise.ENTRIES)


@pytest.mark.parametrize(
    ("part", "value"),
    [("actor", None), ("unlocked_by", None), ("kind", "x"), ("recorded_at", "zzzz"), ("v", True), ("approvals", 5),
     ("recorded_at", "9999-99-99T99:99:99.999Z"), ("before", "nonsense"), ("more", "fields"), ("overrides", [])],
)  # fmt: skip
def test_an_entry_with_a_part_that_cannot_be(sent, part, value):
    lines = sent.opened.files[HISTORY].splitlines()
    entry = json.loads(lines[-1])
    entry = {name: each for name, each in {**entry, part: value}.items() if each is not None}
    lines[-1] = canonical_bytes(entry)
    found = refusal(sent, sent.forged(with_history(sent.opened, lines, sent.signer)), known=False)
    assert found.promise is Promise.ENTRIES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_a_data_package_that_declares_known_columns_otherwise(sent, encoding):
    package = sent.opened.files[DATA_PACKAGE].decode()
    changed = package if encoding == "utf-16" else package.replace('"type": "integer"', '"type": "geopoint"')
    assert refusal(sent, sent.forged(sent.opened.having({DATA_PACKAGE: changed.encode(encoding)})))


def test_a_number_that_no_reader_keeps_exactly(sent):
    found = refusal(sent, sent.forged(with_cell(sent.opened, "weapon", "number", str(2**53 + 1))))
    assert found.promise is Promise.SCHEMA
