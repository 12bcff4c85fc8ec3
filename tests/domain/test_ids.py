"""UUIDv7 and site numbers."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.ids import is_site_id, is_uuid7, new_site_id, new_uuid7, read_site_id, uuid7_time

TIMES = st.integers(0, (1 << 48) - 1)
CHANCE = st.binary(min_size=16, max_size=16)


@given(TIMES, st.binary(min_size=10, max_size=10))
def test_a_uuid_keeps_its_time_version_and_variant(now, chance):
    made = new_uuid7(now, lambda _count: chance)
    known = uuid.UUID(made)
    assert (known.version, known.variant, str(known)) == (7, uuid.RFC_4122, made)
    assert known.int >> 80 == uuid7_time(made) == now
    assert is_uuid7(made)


@given(st.integers(0, 79))
def test_all_random_bits_but_six_are_used(bit):
    plain = uuid.UUID(new_uuid7(0, bytes)).int
    changed = uuid.UUID(new_uuid7(0, lambda count: (1 << bit).to_bytes(count))).int
    assert (changed ^ plain).bit_count() == (0 if 62 <= bit < 68 else 1)


def test_later_records_sort_later():
    assert new_uuid7(1_700_000_000_000) < new_uuid7(1_700_000_000_001)


def test_two_of_one_moment_differ():
    assert new_uuid7(5) != new_uuid7(5)


@pytest.mark.parametrize("now", [-1, 1 << 48])
def test_a_time_that_does_not_fit_is_refused(now):
    with pytest.raises(ValueError, match="not a time"):
        new_uuid7(now)


@pytest.mark.parametrize("text", ["", str(uuid.UUID(int=0)), "0192F0C4-0000-7000-8000-000000000000", "x" * 36])
def test_other_text_is_no_uuid7(text):
    assert not is_uuid7(text)
    with pytest.raises(ValueError, match="not a UUID"):
        uuid7_time(text)


@given(CHANCE)
def test_a_new_site_number_is_one(chance):
    site = new_site_id("JM", lambda count: chance[:count])
    assert is_site_id(site)
    assert read_site_id(f" {site.lower()} ") == site


@pytest.mark.parametrize("country", ["", "J", "jm", "JAM", "J1", "ÄB"])
def test_a_site_needs_a_country(country):
    with pytest.raises(RuleError, match="is not a country code"):
        new_site_id(country)


@pytest.mark.parametrize("text", ["", "JM-BCDFGHJ", "JM-BCDFGHJI", "JMBCDFGHJK", "J-BCDFGHJK"])
def test_other_text_is_no_site_number(text):
    with pytest.raises(RuleError, match="is not a site number"):
        read_site_id(text)
