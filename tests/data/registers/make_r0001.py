"""Makes `r0001.armoury` anew, a small register in the first format: `python -m tests.data.registers.make_r0001`.

The stored one is what the upgrade is tested with. It is made again only if the first format itself was never shipped.
"""

import shutil
from pathlib import Path
from typing import Any

from armoury.services.desk import sign_in
from armoury.services.evidence import attach
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.people import add_person
from armoury.services.places import add_place, place_by_code
from armoury.services.weapons import correct, draft, register
from armoury.signing.wrapping import KeyCost
from armoury.store.engine import connect, make_engine
from armoury.store.files import RegisterFolder
from armoury.store.opening import Surroundings
from armoury.store.upgrade import move_schema

FOLDER = Path(__file__).parent / "r0001.armoury"
PASSPHRASES = {"cdr": "seven brown mules cross", "adm": "quiet lamp over water"}
SERIALS = ("SAMPLE-001", "SAMPLE-002", "SAMPLE-003")
AT = 1_790_000_000_000
_WEAPON: dict[str, Any] = {
    "maker_text": "Glock", "country": "AT", "model_text": "Glock 17", "calibre_text": "9x19",
    "ownership": "state_service", "agency": "police", "source": "purchase",
}  # fmt: skip
_COST = KeyCost(64, 1, 1, for_tests=True)


def make(folder: Path) -> None:
    """Found a register, fill it, and take its schema back to the first format."""
    shutil.rmtree(folder, ignore_errors=True)
    memory = folder.with_name("memory")
    around = Surroundings(lambda: AT, memory)
    roles = ("commander", "administrator", "storekeeper")
    officers = [FirstOfficer(name, f"Sample {name}", PASSPHRASES[name], roles) for name in PASSPHRASES]
    site = Site("Sample armoury (invented data)", "BB", "America/Barbados", "Sample organisation")
    found_register(folder, site, officers, around=around, cost=_COST)
    with sign_in(folder, "cdr", PASSPHRASES["cdr"], around=around, cost=_COST) as desk:
        add_place(desk, "B1", "Building one", "site")
        add_person(desk, "Sample Holder", badge="SB1")
        place = place_by_code(desk, "B1").id
        weapons = [draft(desk, **_WEAPON, serial=each, place=place) for each in SERIALS]
        ids = register(desk, weapons).ids
        correct(desk, ids[0], {"remarks": "bolt replaced"}, "as seen")
        attach(desk, "weapon", ids[1], b"%PDF-1.4 sample", role="document")
        key = desk.register.data_key
    shutil.rmtree(memory)
    _take_back(RegisterFolder(folder), key)


def _take_back(folder: RegisterFolder, key: bytes) -> None:
    engine = make_engine(folder.database, key)
    move_schema(engine, "r0001")
    engine.dispose()
    connection = connect(folder.database, key)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    folder.lock.unlink(missing_ok=True)


if __name__ == "__main__":
    make(FOLDER)
