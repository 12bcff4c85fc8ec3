"""Old books go in: every row gets its verdict, every planted fault is named, the same book again changes nothing."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armoury.domain.errors import PermissionRefusedError, RuleError, StorageError
from armoury.domain.records.weapon import Weapon
from armoury.domain.serials import SerialStatus
from armoury.services.desk import Desk
from armoury.services.importing import plan
from armoury.services.importing_apply import apply
from armoury.services.importing_fields import field_named, importable, propose
from armoury.services.importing_report import write_plan_report
from armoury.services.importing_terms import Decisions, Plan, Verdict
from armoury.services.lists import totals
from armoury.services.timeline import history_of
from armoury.services.weapons import correct
from armoury.store.opening import Surroundings
from armoury.store.reading import several
from armoury.store.writing import read_head
from armoury.tabular.columns import guess_columns, mappable_fields
from armoury.tabular.reading import read_table
from armoury.tabular.table import Table
from tests.registers import desk_of
from tests.services.stock import whole
from tests.tabular.sheets import OLD

HEADER = "No.,Make,Model,Cal,Type,Serial No,Country of origin,Year,Date recvd,Location,Status,Issued to,Remarks"
PLANTED = json.loads((OLD / "planted.json").read_text(encoding="utf-8"))


def row(serial: str, **other: str) -> str:
    usual = {
        "No.": "1", "Make": "Glock", "Model": "Glock 17", "Cal": "9x19", "Type": "pistol", "Serial No": serial,
        "Country of origin": "Austria", "Year": "2010", "Date recvd": "2012-03-04", "Location": "Main Store",
        "Status": "In store", "Issued to": "", "Remarks": "",
    }  # fmt: skip
    values = usual | other
    return ",".join(f'"{values[name]}"' for name in HEADER.split(","))


def book(folder: Path, *rows: str, name: str = "book.csv") -> Table:
    path = folder / name
    path.write_text("\r\n".join([HEADER, *rows]) + "\r\n", encoding="utf-8")
    return read_table(path)


def planned(desk: Desk, table: Table, **decisions: Any) -> Plan:
    return plan(desk, table, guess_columns(table.columns), Decisions(**decisions))


def counts(found: Plan) -> dict[str, int]:
    return {verdict.value: count for verdict, count in found.counts.items() if count}


def remarked(found: Plan) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for each in found.groups:
        total[each.code] += each.count
    return total


def weapons(desk: Desk) -> list[Weapon]:
    with desk.read() as connection:
        return list(several(connection, Weapon, "ORDER BY t.number"))


def entries(desk: Desk) -> int:
    with desk.read() as connection:
        return read_head(connection).size


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_the_verdicts_of_an_old_register_add_up_to_its_rows(desk: Desk, name: str):
    found = planned(desk, read_table(OLD / name))
    assert sum(found.counts.values()) == PLANTED[name]["rows"]


NAMED = {
    "exact duplicate of an earlier row (same make, serial)": ("duplicate_row",),
    "serial differs from an earlier one only in look-alike characters": ("alike_row",),
    "serial missing": ("serial_missing",),
    "serial unreadable or removed": ("serial_partial", "serial_removed", "serial_unreadable"),
    "year of manufacture impossible (before 1850 or in the future)": ("year_impossible",),
    "received before it was made": ("received_before_made",),
    "date that does not exist": ("no_such_day", "not_a_date"),
    "unknown type": ("type_unknown",),
    "issued, but nobody named": ("holder_missing",),
    "serial that a spreadsheet turned into a number in scientific notation": ("serial_ruined",),
    "line break inside a cell": ("line_break",),
}
"""The remarks that name each planted fault."""


def test_every_planted_fault_of_the_english_register_is_named(desk: Desk):
    said = remarked(planned(desk, read_table(OLD / "arms_register_en.csv")))
    faults = dict(PLANTED["arms_register_en.csv"]["planted"])
    unfit = faults.pop("calibre does not fit the type")
    assert {fault: sum(said[code] for code in codes) for fault, codes in NAMED.items()} == faults
    # Other rows of that book carry an unusual calibre by chance.
    assert said["calibre_unusual"] >= unfit


def test_duplicates_and_look_alikes_are_the_only_clashes(desk: Desk):
    found = planned(desk, read_table(OLD / "arms_register_en.csv"))
    assert counts(found) == {"new": 4920, "clash": 55, "error": 25}


def test_leading_zeros_and_decimal_commas_of_the_spanish_register_are_seen(desk: Desk):
    found = planned(desk, read_table(OLD / "registro_de_armas_es.csv"))
    said, spanish = remarked(found), PLANTED["registro_de_armas_es.csv"]["planted"]
    assert said["leading_zeros"] >= spanish["serial with leading zeros that must survive"]
    assert said["decimal_comma"] >= spanish["decimal comma in calibre"]
    assert counts(found) == {"new": 1500}


def test_planning_writes_nothing(desk: Desk, tmp_path: Path):
    before = entries(desk)
    planned(desk, book(tmp_path, row("A1")))
    assert entries(desk) == before


def test_an_import_is_one_act_whose_weapons_are_claimed(desk: Desk, tmp_path: Path):
    apply(desk, planned(desk, book(tmp_path, row("001"), row("002"))))
    found = weapons(desk)
    assert [(each.serial, each.sighting, each.maker, each.maker_text) for each in found] == [
        ("001", "claimed", "glock", "Glock"), ("002", "claimed", "glock", "Glock"),
    ]  # fmt: skip
    with desk.read() as connection:
        actions = connection.exec_driver_sql("SELECT DISTINCT action FROM entry WHERE kind = 'weapon.registered'")
        assert len(actions.fetchall()) == 1
    assert whole(desk)


def test_the_same_book_again_changes_nothing(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("001"), row("002", Status="Issued", **{"Issued to": "Cpl Sample"}))
    apply(desk, planned(desk, table))
    before, again = entries(desk), planned(desk, table)
    outcome = apply(desk, again)
    assert counts(again) == {"same": 2}
    assert outcome.changes is None
    assert entries(desk) == before


def test_what_an_officer_corrected_since_is_still_the_same_row(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("001"))
    apply(desk, planned(desk, table))
    correct(desk, weapons(desk)[0].id, {"variant": "Gen 4"}, "seen")
    assert counts(planned(desk, table)) == {"same": 1}


def test_a_changed_row_corrects_and_never_moves(desk: Desk, tmp_path: Path):
    apply(desk, planned(desk, book(tmp_path, row("001"))))
    other = book(tmp_path, row("001", Remarks="scratched", Status="Lost"), name="later.csv")
    found = planned(desk, other)
    assert counts(found) == {"changed": 1}
    apply(desk, found)
    weapon = weapons(desk)[0]
    assert (weapon.custody, "scratched" in (weapon.remarks or "")) == ("in_store", True)
    assert [each.event for each in history_of(desk, "weapon", weapon.id)] == ["weapon.registered", "weapon.corrected"]


@pytest.mark.parametrize("year", ["c. 1987", "1987?", "~1987"])
def test_a_year_that_is_not_sure_is_taken_and_its_words_are_kept(desk: Desk, tmp_path: Path, year: str):
    found = planned(desk, book(tmp_path, row("001", Year=year)))
    assert remarked(found)["date_rough"] == 1
    apply(desk, found)
    weapon = weapons(desk)[0]
    assert weapon.made is not None
    assert (weapon.made.value, f"Year: {year}" in (weapon.remarks or "")) == ("1987", True)


def test_two_columns_of_one_name_and_of_one_meaning_are_told(desk: Desk, tmp_path: Path):
    path = tmp_path / "twice.csv"
    path.write_text("Serial No,Make,Serial No,Weapon Number\r\nA1,FN,B9,C7\r\n", encoding="utf-8")
    found, report = planned(desk, read_table(path)), tmp_path / "report.csv"
    write_plan_report(desk, found, report)
    assert {"column_twice", "field_twice"} <= set(remarked(found))
    assert "Serial No (2)" in report.read_text(encoding="utf-8-sig").splitlines()[1]


def test_unknown_places_are_listed_and_made_with_the_weapons(desk: Desk, tmp_path: Path):
    found = planned(desk, book(tmp_path, row("001", Location="North Depot")))
    assert [each.name for each in found.places] == ["North Depot"]
    apply(desk, found)
    assert totals(desk).by["place"][weapons(desk)[0].place] == 1


def test_a_crate_in_one_row_registers_each_of_its_serials(desk: Desk, tmp_path: Path):
    found = planned(desk, book(tmp_path, row("A0098-A0102")))
    assert (counts(found), found.weapons) == ({"new": 1}, 5)
    apply(desk, found)
    assert [each.serial for each in weapons(desk)] == ["A0098", "A0099", "A0100", "A0101", "A0102"]


def quantities(folder: Path, heading: str, *rows: str) -> Table:
    path = folder / "quantity.csv"
    path.write_text("\r\n".join([f"Serial No,{heading},Make,Location", *rows, ""]), encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize("heading", ["Qty", "Quantity", "quantity", "Cantidad", "Aantal", "Quantité", "Nombre"])
def test_a_column_of_quantities_is_known(desk: Desk, tmp_path: Path, heading: str):
    table = quantities(tmp_path, heading, "0101-0150,50,Glock,Main", "A6,1,Glock,Main")
    found = plan(desk, table, propose(table))
    assert (counts(found), found.weapons) == ({"new": 2}, 51)


def test_a_spanish_column_of_names_is_no_quantity(tmp_path: Path):
    assert propose(quantities(tmp_path, "Nombre", "A6,Cabo Muestra,Glock,Main"))["Nombre"] == "holder_text"


QUANTITIES = [("1.0", "new"), ("3", "error"), ("0", "error"), ("x", "error"), ("1,000", "error")]


@pytest.mark.parametrize(("quantity", "verdict"), QUANTITIES)
def test_a_quantity_is_a_whole_number_that_agrees(desk: Desk, tmp_path: Path, quantity: str, verdict: str):
    table = quantities(tmp_path, "Qty", f"A6,{quantity},Glock,Main")
    assert counts(plan(desk, table, propose(table))) == {verdict: 1}


def test_what_can_be_imported_is_what_a_saved_map_can_name():
    assert {field_named(each) for each in mappable_fields()} == set(importable())


WORDS = {
    "In store": {"custody": "in_store"}, "Lost": {"custody": "not_located"}, "Under repair": {"custody": "in_repair"},
    "For destruction": {"plan": "to_destroy"}, "Inservible": {"fitness": "unserviceable"},
    "Court exhibit": {"legal": "exhibit"}, "Robada": {"custody": "not_located"},
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_words_of_old_books_become_standings(desk: Desk, tmp_path: Path, word: str):
    apply(desk, planned(desk, book(tmp_path, row("001", Status=word))))
    weapon = weapons(desk)[0]
    assert {name: getattr(weapon, name) for name in WORDS[word]} == WORDS[word]


@pytest.mark.parametrize("words", ["ground off", "ILLEGIBLE", "N/A"])
def test_words_in_the_place_of_a_serial_are_kept(desk: Desk, tmp_path: Path, words: str):
    apply(desk, planned(desk, book(tmp_path, row(words)), missing_serial=SerialStatus.NONE))
    assert weapons(desk)[0].remarks == f"Serial No: {words}"


KEPT = [("Stolen", "Status: Stolen"), ("in stock", "Status: in stock"), ("In store", None)]


@pytest.mark.parametrize(("word", "kept"), KEPT)
def test_a_status_is_kept_as_written_unless_the_record_says_the_same(desk: Desk, tmp_path: Path, word, kept):
    apply(desk, planned(desk, book(tmp_path, row("001", Status=word))))
    assert weapons(desk)[0].remarks == kept


def test_the_time_of_a_day_is_kept(desk: Desk, tmp_path: Path):
    rows = row("001", **{"Date recvd": "2012-03-04 14:30"}), row("002", **{"Date recvd": "2012-03-04 00:00:00"})
    apply(desk, planned(desk, book(tmp_path, *rows)))
    assert [each.remarks for each in weapons(desk)] == ["Date recvd: 2012-03-04 14:30", None]


def test_another_status_alone_is_no_correction(desk: Desk, tmp_path: Path):
    apply(desk, planned(desk, book(tmp_path, row("001", Status="in stock"), row("none", Status="in stock")),
                        missing_serial=SerialStatus.NONE))  # fmt: skip
    other = book(tmp_path, row("001", Status="Stolen"), row("none", Status="Stolen"), name="later.csv")
    assert counts(planned(desk, other, missing_serial=SerialStatus.NONE)) == {"same": 2}


def test_an_unknown_status_stops_until_it_is_said_what_it_means(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("001", Status="Gone fishing"))
    stopped = planned(desk, table)
    assert counts(stopped) == {"error": 1}
    with pytest.raises(RuleError):
        apply(desk, stopped)
    assert counts(planned(desk, table, words={"Gone fishing": "not_located"})) == {"new": 1}


def test_a_missing_serial_is_an_error_until_the_officer_says_which(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row(""))
    assert counts(planned(desk, table)) == {"error": 1}
    apply(desk, planned(desk, table, missing_serial=SerialStatus.OBLITERATED))
    assert (weapons(desk)[0].serial, weapons(desk)[0].serial_status) == (None, "obliterated")


@pytest.mark.parametrize("serial", ["1.23457E+11", "1,23E+09"])
def test_a_serial_that_a_spreadsheet_ruined_is_an_error(desk: Desk, tmp_path: Path, serial: str):
    assert counts(planned(desk, book(tmp_path, row(serial)))) == {"error": 1}


@pytest.mark.parametrize("fixed", [{"ownership": "nonsense"}, {"legal": "x9"}, {"status": "x9"}, {"capacity": "many"}])
def test_what_is_said_of_all_rows_must_be_a_word_of_its_list(desk: Desk, tmp_path: Path, fixed: dict[str, str]):
    path = tmp_path / "short.csv"
    path.write_text("Serial No,Make,Location\r\n001,Glock,Main\r\n", encoding="utf-8")
    with pytest.raises(RuleError, match="may be"):
        planned(desk, read_table(path), fixed=fixed)


def test_days_that_could_be_two_are_asked_about(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("001", **{"Date recvd": "03/04/2012"}))
    found = planned(desk, table)
    assert found.undecided
    with pytest.raises(RuleError):
        apply(desk, found)


def test_errors_are_left_out_only_when_that_is_said(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("001"), row(""))
    with pytest.raises(RuleError):
        apply(desk, planned(desk, table))
    assert weapons(desk) == []
    apply(desk, planned(desk, table, leave_out_errors=True))
    assert [each.serial for each in weapons(desk)] == ["001"]


def test_a_weapon_of_the_register_that_looks_alike_is_a_clash(desk: Desk, tmp_path: Path):
    apply(desk, planned(desk, book(tmp_path, row("AB0123"))))
    assert counts(planned(desk, book(tmp_path, row("ABO123"), name="other.csv"))) == {"clash": 1}


def test_a_file_that_changed_since_the_plan_is_refused(desk: Desk, tmp_path: Path):
    found = planned(desk, book(tmp_path, row("001")))
    book(tmp_path, row("002"))
    with pytest.raises(RuleError):
        apply(desk, found)
    assert weapons(desk) == []


def test_a_register_that_changed_since_the_plan_is_refused(desk: Desk, tmp_path: Path):
    found = planned(desk, book(tmp_path, row("001")))
    apply(desk, planned(desk, book(tmp_path, row("002"), name="other.csv")))
    with pytest.raises(RuleError):
        apply(desk, found)


class StoppedError(Exception):
    """Ends an import in its middle."""


def test_an_import_that_falls_in_its_middle_leaves_nothing(desk: Desk, tmp_path: Path):
    found = planned(desk, book(tmp_path, *(row(f"S{number:05}") for number in range(4_500))))
    before = entries(desk)

    def fall(done: int, _total: int) -> None:
        if done > 2_000:
            raise StoppedError

    with pytest.raises(StoppedError):
        apply(desk, found, progress=fall)
    assert (entries(desk), weapons(desk)) == (before, [])
    assert whole(desk)


def test_an_armourer_may_not_import(staffed_path: Path, around: Surroundings, tmp_path: Path):
    with desk_of(staffed_path, "arm", around) as desk:
        found = planned(desk, book(tmp_path, row("001")))
        with pytest.raises(PermissionRefusedError):
            apply(desk, found)


def test_hostile_serials_are_kept_as_text(desk: Desk, tmp_path: Path):
    table = book(tmp_path, row("=1+1"), row("A\u202e1"), row("<b>1</b>"))
    found = planned(desk, table, leave_out_errors=True)
    assert sum(found.counts.values()) == 3
    apply(desk, found)
    assert whole(desk)


SERIALS = st.from_regex(r"[A-Z]{0,2}[0-9]{3,6}", fullmatch=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(
    rows=st.lists(st.tuples(SERIALS, st.sampled_from(["Glock", "FN", "Colt", "H & K"])), min_size=1, max_size=12),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_book_in_any_dialect_is_the_same_the_second_time(
    desk: Desk, tmp_path: Path, rows, delimiter: str, encoding: str
):
    lines = [row(serial, Make=maker).replace('","', f'"{delimiter}"') for serial, maker in rows]
    path = tmp_path / "any.csv"
    path.write_bytes("\r\n".join([HEADER.replace(",", delimiter), *lines, ""]).encode(encoding))
    first = planned(desk, read_table(path), leave_out_errors=True)
    assert sum(first.counts.values()) == len(rows)
    apply(desk, first)
    again = planned(desk, read_table(path), leave_out_errors=True)
    assert again.counts[Verdict.NEW] == again.counts[Verdict.CHANGED] == 0
    with desk.read() as connection:
        known = {each.serial for each in several(connection, Weapon)}
    assert {serial for serial, _maker in rows} <= known or again.counts[Verdict.CLASH] > 0


def test_no_room_on_the_disk_is_said_before_anything_is_written(desk: Desk, tmp_path: Path, monkeypatch):
    found = planned(desk, book(tmp_path, row("001")))
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=0))
    with pytest.raises(StorageError, match=r"free"):
        apply(desk, found)
    assert weapons(desk) == []
