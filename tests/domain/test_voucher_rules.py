"""Vouchers by themselves: every kind has its rule, and its event needs two officers."""

import pytest

from armoury.domain.kinds import VOUCHER
from armoury.domain.reference import load_reference
from armoury.domain.voucher_rules import RULES


def test_every_kind_of_voucher_has_its_rule():
    assert RULES.keys() == load_reference().lists["voucher_kinds"].keys()


@pytest.mark.parametrize("kind", RULES)
def test_two_officers_stand_for_every_voucher(kind: str):
    assert VOUCHER.event(RULES[kind].event).second_officer


def test_an_adjustment_and_a_reversal_are_no_matter_of_those_who_keep_the_stock():
    permissions = {kind: VOUCHER.event(rule.event).permission for kind, rule in RULES.items()}
    assert permissions["adjustment"] == permissions["reversal"] == "ammunition.adjust"
    assert permissions["destruction"] == "ammunition.destroy"
