"""The tree against published roots and against the recursions of RFC 9162 spelled out."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.history.tree import (
    EMPTY_ROOT,
    leaf_hash,
    node_hash,
    nodes_after_append,
    peaks,
    peaks_after_append,
    root,
    root_from_peaks,
)
from tests.history import slow_tree
from tests.history.slow_tree import LEAVES, fetch_from, grown

# The eight leaves and the roots after each, as published with the certificate transparency code.
PUBLISHED_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    assert root(size, fetch_from(grown(PUBLISHED_LEAVES))).hex() == PUBLISHED_ROOTS[size - 1]


def test_empty_root():
    assert root(0, fetch_from({})) == EMPTY_ROOT == sha256(b"").digest()


def test_roots_agree_with_the_slow_tree():
    fetch = fetch_from(grown(LEAVES))
    for size in range(len(LEAVES) + 1):
        assert root(size, fetch) == slow_tree.root(LEAVES[:size])


@given(st.integers(0, 130), st.integers(1, 40))
def test_nodes_do_not_depend_on_how_they_were_appended(size, chunk):
    assert grown(LEAVES[:size], chunk) == grown(LEAVES[:size])


def test_every_complete_node_is_given_once():
    nodes = nodes_after_append(0, [leaf_hash(each) for each in LEAVES], fetch_from({}))
    addresses = [(level, index) for level, index, _node in nodes]
    assert sorted(addresses) == [(level, index) for level in range(8) for index in range(130 >> level)]


def test_appending_asks_for_peaks_only():
    nodes = grown(LEAVES[:87])
    old_peaks = {address: nodes[address] for address in peaks(87)}
    added = nodes_after_append(87, [leaf_hash(each) for each in LEAVES[87:]], fetch_from(old_peaks))
    assert nodes | {(level, index): node for level, index, node in added} == grown(LEAVES)


def test_appending_nothing_gives_nothing():
    assert nodes_after_append(5, [], fetch_from({})) == []


def test_peaks_of_eleven_leaves():
    assert peaks(11) == [(3, 0), (1, 4), (0, 10)]


@given(st.integers(0, 130), st.data())
def test_peaks_alone_lead_to_the_new_root(size, data):
    base = data.draw(st.integers(0, size))
    nodes = grown(LEAVES[:base])
    held = [nodes[address] for address in peaks(base)]
    after = peaks_after_append(base, held, [leaf_hash(each) for each in LEAVES[base:size]])
    assert root_from_peaks(held) == slow_tree.root(LEAVES[:base])
    assert root_from_peaks(after) == slow_tree.root(LEAVES[:size])


def test_the_number_of_peaks_must_fit():
    with pytest.raises(ValueError, match="zip"):
        peaks_after_append(3, [b"one"], [])


def test_leaves_and_nodes_are_told_apart():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


@given(st.integers(0, 129), st.integers(0, 15))
def test_any_changed_bit_of_any_entry_changes_the_root(place, bit):
    changed = list(LEAVES)
    changed[place] = (int.from_bytes(LEAVES[place]) ^ 1 << bit).to_bytes(2)
    assert root(130, fetch_from(grown(changed))) != root(130, fetch_from(grown(LEAVES)))
