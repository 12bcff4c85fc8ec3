"""Any table, in any dialect: imported, exported in a bundle, and imported from there again, gives the same weapons."""

import csv
import io
import itertools
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armoury.domain.records.weapon import Weapon
from armoury.domain.serials import SerialStatus
from armoury.services.desk import Desk
from armoury.services.exporting import export_bundle
from armoury.services.importing import plan
from armoury.services.importing_apply import apply
from armoury.services.importing_fields import propose
from armoury.services.importing_terms import Decisions, Verdict
from armoury.store.opening import Surroundings
from armoury.store.reading import several
from armoury.tabular.reading import read_table
from tests.registers import SetClock, desk_of
from tests.services.conftest import furnished as furnished
from tests.services.stock import FIRST, NOW, whole

COLUMNS = {
    "Make": "maker_text", "Model": "model_text", "Type": "type_text", "Calibre": "calibre_text", "Serial No": "serial",
    "Country": "country_text", "Year made": "made", "Unit": "unit", "Features": "features", "Remarks": "remarks",
}  # fmt: skip
SAME = (
    "maker",
    "model",
    "type",
    "calibre",
    "country",
    "serial_status",
    "custody",
    "legal",
    "sighting",
    *COLUMNS.values(),
)
DECISIONS = Decisions(missing_serial=SerialStatus.OBLITERATED, leave_out_errors=True)

WORDS = st.text(st.sampled_from("abcXYZ 0123,;\t|'\"-/.éñü\n"), max_size=14)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "Make": st.sampled_from(["Glock", "FN", "H & K", "Colt", "Unknown Works"]),
            "Model": st.sampled_from(["17", "FAL", "MP5", "M1911", "Model X"]),
            "Type": st.sampled_from(["Pistol", "Rifle", "Submachine gun"]),
            "Calibre": st.sampled_from(["9x19", "7.62x51", ".45 ACP"]),
            "Serial No": st.from_regex(r"[A-Z]{1,3}[0-9]{3,6}", fullmatch=True),
            "Country": st.sampled_from(["Austria", "Belgium", "USA", ""]),
            "Year made": st.sampled_from(["1998", "2003", "2016", ""]),
            "Location": st.just("R1"),
            "Status": st.just("In store"),
            "Unit": WORDS,
            "Features": WORDS,
            "Remarks": WORDS,
        }
    ),
    min_size=1,
    max_size=15,
)  # fmt: skip

_FOLDERS = itertools.count()


@pytest.fixture(scope="module")
def copies(furnished: Path, tmp_path_factory: pytest.TempPathFactory):
    """Give fresh copies of the furnished register, each with a folder of its own."""
    base = tmp_path_factory.mktemp("copies")

    def copy() -> tuple[Path, Path]:
        folder = base / str(next(_FOLDERS))
        shutil.copytree(furnished, folder / "main.armoury")
        return folder / "main.armoury", folder

    return copy


def desk_at(path: Path, folder: Path) -> Desk:
    return desk_of(path, FIRST, Surroundings(SetClock(NOW), folder / "memory"))


def take_in(desk: Desk, path: Path, **mapping: str) -> int:
    table = read_table(path)
    found = plan(desk, table, {**propose(table), **mapping}, DECISIONS)
    if not found.changes_nothing:
        apply(desk, found)
    return found.counts[Verdict.NEW]


def weapons(desk: Desk) -> dict[str, tuple[Any, ...]]:
    with desk.read() as connection:
        return {each.serial or "": tuple(getattr(each, name) for name in SAME)
                for each in several(connection, Weapon)}  # fmt: skip


def weapon_table(bundle: Path, path: Path) -> None:
    """Write the bundle's table of weapons as a book with the headings of books."""
    with zipfile.ZipFile(bundle) as archive:
        name = next(each for each in archive.namelist() if each.endswith("data/weapon.csv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, "Location", "Status"])
        writer.writerows([*(row[field] for field in COLUMNS.values()), "R1", "In store"] for row in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_imported_and_exported_imports_the_same(copies, rows, delimiter, encoding, quoting, ending):
    path, folder = copies()
    book, again = folder / "book.csv", folder / "again.csv"
    with book.open("w", encoding=encoding, newline="") as file:
        names = [*COLUMNS, "Location", "Status"]
        writer = csv.DictWriter(file, names, delimiter=delimiter, quoting=quoting, lineterminator=ending)
        writer.writeheader()
        writer.writerows(rows)
    with desk_at(path, folder) as desk:
        first = take_in(desk, book)
        assert first
        before = weapons(desk)
        weapon_table(export_bundle(desk, folder).path, again)
        assert take_in(desk, again) == 0
    other, elsewhere = copies()
    with desk_at(other, elsewhere) as desk:
        assert take_in(desk, again) == first
        assert weapons(desk) == before
        assert whole(desk)
