"""A sample register of any size: marked officers, places, people, weapons and a little ammunition, the same for a seed.

It is filled through the one door for change like any other register, in acts of 50,000 weapons, so that its history,
tree and full text are real and memory does not grow with its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from armoury.domain.duties import check_permission
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Person, Place
from armoury.domain.reference import Reference
from armoury.domain.voucher_rules import RULES
from armoury.services.acts import approve_with, approver, carry_out, plan
from armoury.services.desk import Desk, sign_in
from armoury.services.founding import FirstOfficer, Site, found_register
from armoury.services.officers import NewOfficer, plan_new_officer, write_with_slot
from armoury.services.sample_ammunition import SampleMagazine, sample_magazine
from armoury.services.sample_weapons import Identities, Pattern, Surround, sample_weapons
from armoury.signing.recovery import RecoveryKey
from armoury.signing.signer import Signer
from armoury.signing.wrapping import KeyCost
from armoury.store.opening import Surroundings
from armoury.store.register import Progress, no_progress
from armoury.store.steps import Act, Authority, Step, step
from armoury.store.writing import read_head

SAMPLE_PASSPHRASES = {
    "commander": "sample commander opens doors",
    "administrator": "sample administrator keeps keys",
    "armourer": "sample armourer issues rifles",
    "storekeeper": "sample storekeeper counts racks",
}
"""Sign-in names of the sample officers and their passphrases; the role of each is its sign-in name."""

_COST = KeyCost()

ACT_SIZE = 50_000
"""Weapons in one act."""


@dataclass(frozen=True)
class SampleFacts:
    """What was made."""

    path: Path
    weapons: int
    places: int
    people: int
    lots: int
    """Lots of ammunition."""
    vouchers: int
    entries: int
    recovery: RecoveryKey = field(repr=False)


def make_sample(  # noqa: PLR0913 - a register, what guards it, and how it is filled
    path: Path,
    weapons: int,
    *,
    around: Surroundings,
    cost: KeyCost = _COST,
    seed: int = 1,
    progress: Progress = no_progress,
) -> SampleFacts:
    """Found a sample register and fill it.

    Ids, tags and everything about places, people, weapons and ammunition follow from the seed; keys, salts and times
    do not.

    Args:
        path: folder of the register, `NAME.armoury`.
        weapons: how many.
        around: clock and memory of last-seen checkpoints.
        cost: what guessing a passphrase shall cost.
        seed: another seed gives another register.
        progress: told how many weapons are in.

    Raises:
        RuleError: something lies at the path already.
        StorageError: the disk is full or cannot be written.
    """
    recovery = found_register(path, _SITE, [_founder("commander"), _founder("administrator")], around=around, cost=cost)
    with sign_in(path, "commander", SAMPLE_PASSPHRASES["commander"], around=around, cost=cost) as desk:
        administrator = _approver(desk, "administrator")
        for name in ("armourer", "storekeeper"):
            _add_officer(desk, name, administrator)
    with sign_in(path, "storekeeper", SAMPLE_PASSPHRASES["storekeeper"], around=around, cost=cost) as desk:
        identities = Identities(seed, _tags(desk))
        places = _sample_places(identities, _between(8, weapons // 300, 2_000))
        people = _sample_people(identities, _between(20, weapons // 100, 3_000))
        carry_out(desk, plan(desk, "place.added", [step("place.added", None, each) for each in places]))
        carry_out(desk, plan(desk, "person.added", [step("person.added", None, each) for each in people]))
        racks = [each.id for each in places if each.level == "rack"]
        surround = Surround(racks, [each.id for each in people], desk.officer.id)
        made = sample_weapons(patterns_of(desk.reference), surround, identities, seed=seed)
        _register(desk, (step("weapon.registered", None, each) for each in made), weapons, progress)
        magazine = sample_magazine(places[0].id, identities, seed=seed)
        _fill(desk, magazine, _approver(desk, "armourer"))
        with desk.read() as connection:
            entries = read_head(connection).size
    stored = len(places) + len(magazine.places)
    return SampleFacts(
        path, weapons, stored, len(people), len(magazine.lots), len(magazine.vouchers), entries, recovery
    )


def patterns_of(reference: Reference) -> list[Pattern]:
    """Return every model of the reference data with a calibre it takes, as books write it."""
    patterns = []
    for model in reference.models.values():
        maker, kind = reference.makers[model.maker], reference.types[model.type]
        calibre = reference.calibres[model.calibres[0]] if model.calibres else None
        patterns.append(
            Pattern(
                model.id, model.name, maker.id, maker.name, model.country or maker.country, kind.id, model.action,
                model.fire_modes, calibre.id if calibre else None, calibre.name if calibre else None,
                model.high_risk or kind.high_risk, kind.id in _SERVICE,
            )
        )  # fmt: skip
    return patterns


_SERVICE = frozenset(
    {"self_loading_pistol", "assault_rifle", "carbine", "sub_machine_gun", "general_purpose_machine_gun"}
)
_SITE = Site("Sample armoury (invented data)", "BB", "America/Barbados", "Sample organisation")


def _founder(name: str) -> FirstOfficer:
    return FirstOfficer(name, f"Sample {name}", SAMPLE_PASSPHRASES[name], (name,))


def _approver(desk: Desk, name: str) -> tuple[Person, Signer]:
    """Open the key of a sample officer, which takes a while, once for all that he approves."""
    return approver(desk, name, SAMPLE_PASSPHRASES[name])


def _add_officer(desk: Desk, name: str, administrator: tuple[Person, Signer]) -> None:
    """Add an officer as the two who founded the register would: one asks, the other approves."""
    planned = plan_new_officer(desk, NewOfficer(name, SAMPLE_PASSPHRASES[name], (name,), f"Sample {name}"))
    write_with_slot(desk, planned, [approve_with(desk, planned.act, *administrator)])


def _tags(desk: Desk) -> frozenset[str]:
    with desk.read() as connection:
        return frozenset(row[0] for row in connection.exec_driver_sql("SELECT key FROM code WHERE scheme = 'tag'"))


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def _sample_places(identities: Identities, racks: int) -> list[Place]:
    """Make a site with a building for 200 racks and a room for 20."""

    def place(code: str, name: str, level: str, parent: Place | None) -> Place:
        return Place(identities.id(), identities.tag(), code, name, level, parent.id if parent else None)

    places = [site := place("S", "Sample site", "site", None)]
    building = room = site
    for number in range(racks):
        if number % 200 == 0:
            count = number // 200 + 1
            places.append(building := place(f"B{count}", f"Sample building {count}", "building", site))
        if number % 20 == 0:
            count = number % 200 // 20 + 1
            places.append(room := place(f"{building.code}-{count}", f"Sample room {count}", "room", building))
        rack = number % 20 + 1
        places.append(place(f"{room.code}-R{rack:02d}", f"Rack {rack}", "rack", room))
    return places


def _sample_people(identities: Identities, count: int) -> list[Person]:
    return [
        Person(
            identities.id(), identities.tag(), f"Sample holder {number:04d}", f"SN{number:05d}",
            badge=f"SB{number:05d}", unit=f"Sample unit {number % 12 + 1}",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


def _register(desk: Desk, steps: Iterator[Step], weapons: int, progress: Progress) -> None:
    """Register the weapons; a generator of steps is not judged by `carry_out`, so the permission is judged here."""
    check_permission(desk.officer, "weapons.register", desk.duties)
    authority = Authority(desk.officer.id, desk.officer.id)
    for done in range(0, weapons, ACT_SIZE):
        some = islice(steps, min(ACT_SIZE, weapons - done))
        act = Act(new_uuid7(desk.now()), "weapon.registered", some)
        desk.register.change(act, authority, progress=lambda now, _total, before=done: progress(before + now, weapons))  # type: ignore[misc]


def _fill(desk: Desk, magazine: SampleMagazine, armourer: tuple[Person, Signer]) -> None:
    """Enter ammunition as the storekeeper does, with the armourer's signature on the vouchers."""
    for event, records in (
        ("place.added", magazine.places), ("ammunition.added", magazine.items), ("lot.added", magazine.lots),
    ):  # fmt: skip
        carry_out(desk, plan(desk, event, [step(event, None, each) for each in records]))
    steps = [step(RULES[each.voucher_kind].event, None, each, reason=each.reason) for each in magazine.vouchers]
    act = plan(desk, "voucher.written", steps)
    carry_out(desk, act, [approve_with(desk, act, *armourer)])
