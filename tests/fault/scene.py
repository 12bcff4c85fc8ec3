"""A small register with known content, and the acts that the fault and tampering tests do in it.

Everything goes through the services and the store as the program itself would; only the cost of keys is a test's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from armoury.bundle.sealing import Identity
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Evidence, Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import new_tag
from armoury.services.acts import approve, carry_out, officer_named, plan
from armoury.services.counting import record
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.importing import plan as plan_import
from armoury.services.importing_apply import apply
from armoury.services.importing_terms import Outcome
from armoury.services.officers import (
    NewOfficer,
    plan_new_officer,
    plan_removal,
    plan_reset,
    remove_officer,
    write_with_slot,
)
from armoury.services.stocktake_closing import close, plan_closing
from armoury.services.stocktakes import Scope, plan_opening, stocktake_by_id
from armoury.signing.recovery import RecoveryKey
from armoury.signing.wrapping import KeyCost
from armoury.store.evidence import keep_file
from armoury.store.opening import Surroundings
from armoury.store.reading import get
from armoury.store.steps import Act, Changes, Step, step
from armoury.tabular.columns import guess_columns
from armoury.tabular.reading import read_table
from armoury.tabular.writing import write_csv
from tests.data.registers import make_r0001 as kept

CHEAP = KeyCost(64, 1, 1, for_tests=True)
FIRST, SECOND, THIRD = "grant", "okoro", "silva"
PASSPHRASES = {
    FIRST: "seven brown mules cross", SECOND: "quiet lamp over water", THIRD: "green door by harbour",
    **kept.PASSPHRASES,
}  # fmt: skip
ROLES = ("commander", "administrator", "armourer", "storekeeper", "destruction_officer")
REGISTRY = Identity("AGE-SECRET-KEY-1AJZ67ARYT7AGW0ECUWFF3VQWYEQ2QPE0CYRVM33RSKVW57J27A4Q7JETDM")
"""A registry's key, made for these tests."""
START = 1_770_000_000_000
OLDEST = "oldest"
"""A file that marks a scene of the register kept in the first format, which `cdr` signs in to."""


class Ticking:
    """A clock that moves on by a second with every question, so that every run is alike."""

    def __init__(self, start: int = START) -> None:
        """Begin at a fixed time."""
        self.now = start

    def __call__(self) -> int:
        """Return milliseconds since 1970."""
        self.now += 1_000
        return self.now


@dataclass(frozen=True)
class Scene:
    """Where the register lies and what surrounds it."""

    home: Path

    @property
    def path(self) -> Path:
        """The register's folder."""
        return self.home / "main.armoury"

    @property
    def memory(self) -> Path:
        """Where checkpoints last seen lie."""
        return self.home / "memory"

    def around(self, start: int = START) -> Surroundings:
        """Return the surroundings, with a clock of their own."""
        return Surroundings(Ticking(start), self.memory)

    @property
    def first(self) -> str:
        """Who signs in, if nobody is named."""
        return "cdr" if (self.home / OLDEST).exists() else FIRST

    def desk(self, name: str | None = None, *, start: int = START + 3_600_000) -> Desk:
        """Sign an officer in."""
        named = name or self.first
        return sign_in(self.path, named, PASSPHRASES[named], around=self.around(start), cost=CHEAP)


def found(scene: Scene) -> RecoveryKey:
    """Found the scene's register."""
    officers = [
        FirstOfficer(FIRST, "Adaeze Grant", PASSPHRASES[FIRST], ROLES),
        FirstOfficer(SECOND, "Emeka Okoro", PASSPHRASES[SECOND], ROLES),
    ]
    site = Site("Sample Depot", "BB", "America/Barbados", "Sample Force")
    return found_register(scene.path, site, officers, around=scene.around(), cost=CHEAP)


def furnish(scene: Scene, *, weapons: int = 12) -> None:
    """Fill a founded register with a place, weapons, a changed weapon and a photograph."""
    with scene.desk() as desk:
        place = add_place(desk, "R1", "Rack one")
        ids = register_weapons(desk, place, [f"SN{number:05}" for number in range(weapons)]).ids
        remark(desk, ids[0], "bolt replaced")
        attach(desk, ids[0], b"a photograph, not really" * 40)


def build(scene: Scene) -> RecoveryKey:
    """Found and furnish the scene's register."""
    key = found(scene)
    furnish(scene)
    return key


def do(desk: Desk, name: str, steps: Sequence[Step], reason: str | None = None) -> Changes:
    """Plan an act and carry it out."""
    return carry_out(desk, plan(desk, name, steps, reason=reason))


def add_place(desk: Desk, code: str, name: str) -> str:
    """Add a place and return its id."""
    place = Place(new_uuid7(desk.now()), new_tag(), code, name, "rack")
    do(desk, "place.added", [step("place.added", None, place)])
    return place.id


def any_place(desk: Desk) -> str:
    """Return the id of the place that the furnished register has."""
    with desk.read() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM place ORDER BY id LIMIT 1").scalar_one())


def weapon_ids(desk: Desk) -> list[str]:
    """Return the ids of all weapons in the order of their numbers."""
    with desk.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT id FROM weapon ORDER BY number")]


def register_weapons(desk: Desk, place: str, serials: Sequence[str]) -> Changes:
    """Register weapons in one act."""
    with desk.read() as connection:
        first = int(connection.exec_driver_sql("SELECT coalesce(max(number), 0) + 1 FROM weapon").scalar_one())
    weapons = [
        Weapon(
            new_uuid7(desk.now()), number, new_tag(), serial=serial, place=place, maker_text="Sample Works",
            source_from=f"Seller of {serial}",
        )
        for number, serial in enumerate(serials, first)
    ]  # fmt: skip
    return do(desk, "weapon.registered", [step("weapon.registered", None, each) for each in weapons])


def import_book(desk: Desk, path: Path, serials: Sequence[str]) -> Outcome:
    """Write an old book and take it in."""
    rows = [("Colt", "M1911", each, "Main store", "In store") for each in serials]
    write_csv(path, ("Make", "Model", "Serial No", "Location", "Status"), rows)
    table = read_table(path)
    return apply(desk, plan_import(desk, table, guess_columns(table.columns)), report=path.with_suffix(".report.csv"))


def remark(desk: Desk, weapon: str, words: str) -> Changes:
    """Correct a weapon's remarks."""
    return do(desk, "weapon.corrected", [step("weapon.corrected", weapon_of(desk, weapon),
              replace(weapon_of(desk, weapon), remarks=words))], "as seen")  # fmt: skip


def weapon_of(desk: Desk, id_: str) -> Weapon:
    """Return a weapon that must be there."""
    with desk.read() as connection:
        found_weapon = get(connection, Weapon, id_)
    assert found_weapon is not None
    return found_weapon


def attach(desk: Desk, weapon: str, data: bytes) -> str:
    """Put a document into evidence and return its SHA-256."""
    kept = keep_file(desk.register, data)
    record = Evidence(
        new_uuid7(desk.now()), "weapon", weapon, "document", kept.sha256, kept.sha256, "text/plain", len(data)
    )
    act = plan(desk, "evidence.added", [step("evidence.added", None, record)])
    carry_out(desk, replace(act, evidence_keys=((kept.sha256, kept.address, kept.key),)))
    return kept.sha256


def gone_act(desk: Desk, weapon: str) -> Act:
    """Plan an act that needs a second officer: the weapon was transferred for good."""
    before = weapon_of(desk, weapon)
    after = replace(before, custody="transferred", place=None, end="Order 12/2026")
    return plan(desk, "weapon.gone", [step("weapon.gone", before, after)], reason="handed over")


def take_stock(desk: Desk) -> None:
    """Open a stock-take, see all weapons but one and a thing that nobody knows, and close it, all by two officers."""
    board = [officer_named(desk, each).id for each in (FIRST, SECOND)]
    act = plan_opening(desk, Scope(), board, override="a small site")
    opened = carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])
    stocktake = stocktake_by_id(desk, opened.ids[0])
    tags = [weapon_of(desk, each).tag for each in weapon_ids(desk)[1:]]
    record(desk, stocktake, [*tags, "NOBODY9"])
    planned = plan_closing(desk, stocktake)
    close(desk, planned, [approve(desk, planned.act, SECOND, PASSPHRASES[SECOND])])


def add_officer(desk: Desk, name: str) -> None:
    """Add an officer, approved by the second one."""
    new = NewOfficer(name, PASSPHRASES[name], ROLES, name="Rita Silva")
    planned = plan_new_officer(desk, new, override="a small site")
    write_with_slot(desk, planned, [approve(desk, planned.act, SECOND, PASSPHRASES[SECOND])])


def end_officer(desk: Desk, name: str) -> Changes | None:
    """Remove an officer, approved by the second one: the register gets a new data key."""
    act = plan_removal(desk, name, reason="posted away")
    return remove_officer(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])


def reset_officer(desk: Desk, name: str, passphrase: str) -> Changes:
    """Give an officer who forgot it a new passphrase, approved by the second one."""
    planned = plan_reset(desk, name, passphrase, reason="forgotten")
    return write_with_slot(desk, planned, [approve(desk, planned.act, SECOND, PASSPHRASES[SECOND])])
