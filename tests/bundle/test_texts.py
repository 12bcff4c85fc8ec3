"""The texts of a bundle read back as they were written, and nothing else is taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.bundle.continuity import Continuity, State, check_continuity, read_continuity, write_continuity
from armoury.bundle.errors import BundleError
from armoury.bundle.tags import BagInfo, read_bag_info, read_manifest, write_bag_info, write_manifest
from armoury.history.proofs import consistency_proof
from armoury.history.tree import EMPTY_ROOT, leaf_hash, nodes_after_append, peaks, root

HASH = st.binary(min_size=32, max_size=32)
STATE = st.builds(State, st.integers(0, 10**9), HASH)
INFO = st.builds(
    BagInfo,
    name=st.text(max_size=40),
    site=st.just("BB-BCDFGHJK"),
    register=st.just("01a0c450-6c00-7224-8805-18ccc7fe1996"),
    sequence=st.integers(1, 999_999),
    exported_at=st.just("2026-03-09T14:05:07.123Z"),
    schema=st.just("r0007"),
    base=st.integers(0, 2**53),
    size=st.integers(0, 2**53),
    octets=st.integers(0, 2**50),
    files=st.integers(0, 65_000),
    software=st.just("Armoury 1"),
)


@given(INFO)
def test_bag_info_reads_back(info):
    text = write_bag_info(info)
    found = read_bag_info(text)
    assert (found.sequence, found.base, found.size, found.octets) == (info.sequence, info.base, info.size, info.octets)
    assert write_bag_info(found) == text


@given(st.text(max_size=200))
def test_no_other_text_is_bag_info(text):
    with pytest.raises(BundleError):
        read_bag_info(text)


@given(
    st.builds(
        Continuity, STATE, st.lists(HASH, max_size=4).map(tuple), STATE, st.lists(HASH, max_size=4).map(tuple), STATE
    )
)
def test_consistency_reads_back(said):
    assert read_continuity(write_continuity(said)) == said


@given(st.text(max_size=200))
def test_no_other_text_is_consistency(text):
    with pytest.raises(BundleError):
        read_continuity(text)


@given(st.integers(1, 70), st.integers(0, 70), st.integers(0, 70))
def test_what_an_honest_site_says_of_its_history_holds(new, base, previous):
    base, previous = min(base, new), min(previous, new)
    known = {(level, index): node for level, index, node in nodes_after_append(
        0, [leaf_hash(bytes([number])) for number in range(new)], lambda level, index: b"")}  # fmt: skip

    def fetch(level, index):
        return known[level, index]

    def state(size):
        return State(size, root(size, fetch) if size else EMPTY_ROOT)

    said = Continuity(
        state(base),
        tuple(fetch(*each) for each in peaks(base)),
        state(previous) if previous else None,
        tuple(consistency_proof(previous, new, fetch)) if previous else (),
        state(new),
    )
    check_continuity(read_continuity(write_continuity(said)))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9})?\.csv", fullmatch=True), st.just("ab" * 32), max_size=5))
def test_a_manifest_reads_back(digests):
    assert read_manifest(write_manifest(digests), "m") == digests


@pytest.mark.parametrize(
    "text", ["x", "ab  c\n", "AB" * 32 + "  c\n", "ab" * 32 + " c\n", "ab" * 32 + "  c", "ab" * 32 + "  c\r\n", "\n"]
)
def test_no_other_text_is_a_manifest(text):
    with pytest.raises(BundleError):
        read_manifest(text, "m")
