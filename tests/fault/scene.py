"""A small register with known content, and the acts that the fault and tampering tests do in it.

Everything goes through the services and the store as the program itself would; only the cost of keys is a test's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Evidence, Person, Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import new_tag
from armoury.services.acts import approve, authorise, carry_out, officer_named, plan
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.signing.certificates import Issuer, make_officer_certificate
from armoury.signing.keys import new_private_key, private_from_der, public_to_der
from armoury.signing.recovery import RecoveryKey
from armoury.signing.wrapping import KeyCost, from_base64, to_base64
from armoury.store.checkpoints import SITE_KEY, read_secret, register_record
from armoury.store.evidence import keep_file
from armoury.store.keyslots import SlotKeys, make_slot, read_keyslots, with_slot, write_keyslots
from armoury.store.opening import Surroundings
from armoury.store.reading import get
from armoury.store.rotation import rotate
from armoury.store.steps import Act, Changes, Step, step

CHEAP = KeyCost(64, 1, 1, for_tests=True)
FIRST, SECOND, THIRD = "grant", "okoro", "silva"
PASSPHRASES = {FIRST: "seven brown mules cross", SECOND: "quiet lamp over water", THIRD: "green door by harbour"}
ROLES = ("commander", "administrator", "armourer", "storekeeper", "destruction_officer")
START = 1_770_000_000_000


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

    def desk(self, name: str = FIRST, *, start: int = START + 3_600_000) -> Desk:
        """Sign an officer in."""
        return sign_in(self.path, name, PASSPHRASES[name], around=self.around(start), cost=CHEAP)


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


def add_officer(desk: Desk, name: str) -> None:
    """Add an officer: a slot for the passphrase, a certificate, and an act that the second officer approves."""
    unlocking, signing = new_private_key(), new_private_key()
    id_ = new_uuid7(desk.now())
    with desk.read() as connection:
        site_key = private_from_der(read_secret(connection, SITE_KEY))
        issuer = Issuer(site_key, from_base64(register_record(connection).certificate))
        slots, data_key = read_keyslots(desk.register.folder), desk.register.data_key
    public = public_to_der(signing.public_key())
    certificate = make_officer_certificate(issuer, public, name=name, officer=id_, at=desk.now())
    slot = make_slot(
        desk.register.id, id_, sign_in=name, passphrase=PASSPHRASES[name],
        keys=SlotKeys(unlocking, signing, data_key), cost=CHEAP,
    )  # fmt: skip
    write_keyslots(desk.register.folder, with_slot(slots, slot))
    person = Person(id_, new_tag(), name="Rita Silva", sign_in=name, roles=ROLES, certificate=to_base64(certificate))
    act = plan(desk, "officer.added", [step("officer.added", None, person)])
    carry_out(desk, act, [approve(desk, act, SECOND, PASSPHRASES[SECOND])])


def remove_officer(desk: Desk, name: str) -> Changes | None:
    """Remove an officer: a new data key for the register, recorded by an act that the second officer approves."""
    person = officer_named(desk, name)
    after = replace(person, status="left", sign_in=None, roles=())
    act = plan(desk, "officer.removed", [step("officer.removed", person, after)], reason="posted away")
    approval = approve(desk, act, SECOND, PASSPHRASES[SECOND])
    return rotate(desk.register, act, authorise(desk, act, [approval]), leaving=person.id)
