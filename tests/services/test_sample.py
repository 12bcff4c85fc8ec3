"""A sample register is whole, the same for the same seed, realistic in what makes registers hard, and marked."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from armoury.domain.conformity import conformity_remarks
from armoury.domain.records.site import Person, Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import load_reference
from armoury.domain.standings import check_holding, load_standings
from armoury.domain.tags import is_tag
from armoury.services import sample as sample_module
from armoury.services.desk import Desk
from armoury.services.sample import SAMPLE_PASSPHRASES, make_sample, patterns_of
from armoury.services.sample_weapons import Identities, Surround, sample_weapons
from armoury.store.checking import check_register
from armoury.store.reading import several
from tests.services.shelf import CHEAP, around, at_desk, sample


def made(count: int, seed: int = 1) -> Iterator[Weapon]:
    surround = Surround(["rack"], ["holder"], "officer")
    return islice(sample_weapons(patterns_of(load_reference({})), surround, Identities(seed), seed=seed), count)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("sample"), 120)


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with at_desk(path) as opened:
        yield opened


def test_it_passes_the_deep_check(desk: Desk):
    assert check_register(desk.register, deep=True).findings == ()


@pytest.mark.parametrize("name", ["commander", "administrator", "armourer"])
def test_every_sample_officer_can_sign_in(path: Path, name: str):
    with at_desk(path, name) as opened:
        assert opened.officer.roles == (name,)


def test_the_same_seed_gives_the_same_weapons():
    assert list(made(300)) == list(made(300))


def test_another_seed_gives_other_weapons():
    assert {each.tag for each in made(300)}.isdisjoint(each.tag for each in made(300, seed=2))


def test_tags_and_ids_are_never_given_twice():
    weapons = list(made(20_000))
    assert len({each.tag for each in weapons}) == len({each.id for each in weapons}) == len(weapons)
    assert all(is_tag(each.tag) for each in weapons)


def test_a_tag_that_is_taken_is_left_out():
    first = Identities(1).tag()
    assert Identities(1, frozenset({first})).tag() != first


def test_every_weapon_conforms_to_its_declaration():
    reference, standings = load_reference({}), load_standings()
    known = {each.value: values for each, values in standings.values.items()}
    remarks = [
        remark
        for weapon in made(3_000)
        for remark in conformity_remarks(weapon, lambda name: known[name] if name in known else reference.dataset(name))
    ]
    assert remarks == []


def test_custody_agrees_with_where_every_weapon_is():
    for weapon in made(3_000):
        check_holding(weapon, load_standings())


def test_it_holds_what_makes_registers_hard():
    weapons = list(made(20_000))
    states = Counter(each.serial_status for each in weapons)
    assert min(states[each] for each in ("none", "obliterated", "partial")) > 50
    assert {"in_store", "issued", "destroyed", "not_located"} <= {each.custody for each in weapons}
    assert {"exhibit", "safekeeping", "state_property"} <= {each.legal for each in weapons}
    assert 0.5 < sum(each.sighting == "sighted" for each in weapons) / len(weapons) < 0.9


def test_invented_people_and_places_say_that_they_are(desk: Desk):
    with desk.read() as connection:
        names = [each.name or "" for each in several(connection, Person)]
        site = [each.name for each in several(connection, Place, "WHERE t.level = 'site'")]
    assert all(name.startswith("Sample ") for name in [*names, *site])


def test_acts_of_any_size_leave_all_weapons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample_module, "ACT_SIZE", 7)
    told: list[int] = []
    facts = make_sample(
        tmp_path / "s.armoury", 20, around=around(tmp_path), cost=CHEAP, progress=lambda done, total: told.append(done)
    )
    with at_desk(facts.path) as opened, opened.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM weapon").scalar_one()
    assert (count, told[-1], sorted(told)) == (20, 20, told)


def test_the_passphrases_are_for_the_roles_that_daily_work_needs():
    assert {"commander", "administrator", "armourer", "storekeeper"} <= SAMPLE_PASSPHRASES.keys()
