"""The ammunition of the sample register: lawful, the same for the same seed, and its account adds up."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from armoury.domain.ammunition_rules import hindrances, item_remarks, lot_remarks
from armoury.domain.conformity import conformity_remarks
from armoury.domain.reference import load_reference
from armoury.domain.voucher_rules import voucher_remarks
from armoury.services.ammunition_reports import VoucherFilter, report, vouchers
from armoury.services.ammunition_stock import stock
from armoury.services.desk import Desk
from armoury.services.sample_ammunition import SampleMagazine, sample_magazine
from armoury.services.sample_weapons import Identities
from armoury.store.checking import check_register
from tests.services.shelf import at_desk, sample

DAY = date(2026, 1, 1)


def made(seed: int = 1) -> SampleMagazine:
    return sample_magazine("site", Identities(seed), seed=seed)


def balances(magazine: SampleMagazine) -> Counter[tuple[str, str]]:
    """Add the vouchers up in the order of days; a balance below 0 at any moment fails."""
    sums: Counter[tuple[str, str]] = Counter()
    for voucher in sorted(magazine.vouchers, key=lambda each: (each.day, each.number)):
        for line in voucher.lines:
            sums[line.lot, line.place] += line.quantity
            assert sums[line.lot, line.place] >= 0, voucher
    return sums


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("sample"), 20)


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with at_desk(path) as opened:
        yield opened


def test_the_same_seed_gives_the_same_ammunition():
    assert made() == made()


def test_another_seed_gives_other_lots_and_quantities():
    one, other = made(), made(2)
    assert {each.lot_number for each in one.lots} != {each.lot_number for each in other.lots}
    assert list(balances(one).values()) != list(balances(other).values())


@pytest.mark.parametrize("seed", range(1, 30))
def test_no_balance_is_below_0_on_any_day(seed: int):
    magazine = made(seed)
    balances(magazine)
    assert [each.number for each in magazine.vouchers] == list(range(1, len(magazine.vouchers) + 1))


@pytest.mark.parametrize("seed", range(1, 30))
def test_all_of_it_keeps_the_rules(seed: int):
    magazine, reference = made(seed), load_reference({})
    lots = {each.id: each for each in magazine.lots}
    records = [*magazine.items, *magazine.lots, *magazine.vouchers]
    remarks = [found for each in records for found in conformity_remarks(each, reference.dataset)]
    remarks += [found for each in magazine.items for found in item_remarks(each, reference)]
    remarks += [found for each in magazine.lots for found in lot_remarks(each, DAY)]
    for each in magazine.vouchers:
        remarks += voucher_remarks(each, {line.lot: lots[line.lot] for line in each.lines}, DAY)
    assert {each.code for each in remarks} <= {"hazard_missing", "expired"}
    assert [each for each in remarks if each.level == "stop"] == []


def test_only_fit_lots_were_issued():
    magazine = made()
    lots = {each.id: each for each in magazine.lots}
    issued = [(line.lot, each.day) for each in magazine.vouchers if each.voucher_kind == "issue" for line in each.lines]
    assert [hindrances(lots[lot], load_reference({}), date.fromisoformat(day)) for lot, day in issued] == [()] * 6


def test_it_says_that_it_is_made_up():
    magazine = made()
    said = [*(each.name for each in magazine.items), *(each.authority for each in magazine.vouchers)]
    said += [each for voucher in magazine.vouchers for each in (voucher.party, voucher.giver, voucher.taker) if each]
    assert [each for each in said if not each.startswith("Sample ")] == []


def test_balances_of_the_register_are_the_sums_of_its_vouchers(desk: Desk):
    sums: Counter[tuple[str, str]] = Counter()
    for each in vouchers(desk):
        for line in each.lines:
            sums[line.lot, line.place] += line.quantity
    assert {(each.lot, each.place): each.quantity for each in stock(desk)} == {key: n for key, n in sums.items() if n}
    assert check_register(desk.register, deep=True).findings == ()


def test_some_issues_are_open_and_two_signed_each_voucher(desk: Desk):
    still_out = [report(desk, each.number).still_out for each in vouchers(desk, VoucherFilter(open_issues=True))]
    assert (len(still_out), all(still_out)) == (3, True)
    said = report(desk, 1)
    assert (said.entered_by, said.approved_by) == ("Sample storekeeper", ("Sample armourer",))
