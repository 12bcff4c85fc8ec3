"""Proofs against the recursions of RFC 9162, for all sizes to 130, and with whatever can be wrong in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.history.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from armoury.history.tree import EMPTY_ROOT, leaf_hash, root
from tests.history import slow_tree
from tests.history.slow_tree import LEAVES, fetch_from, grown

FETCH = fetch_from(grown(LEAVES))
HASHES = [leaf_hash(each) for each in LEAVES]
ROOTS = [root(size, FETCH) for size in range(131)]
SIZES = st.integers(1, 130)


def included(index, size, proof):
    return verify_inclusion(HASHES[index], index, size=size, root=ROOTS[size], proof=proof)


def consistent(old, new, proof, roots=ROOTS):
    return verify_consistency(old_size=old, old_root=roots[old], new_size=new, new_root=roots[new], proof=proof)


def flipped(data, what):
    place = data.draw(st.integers(0, len(what) - 1))
    bits = bytearray(what[place])
    bits[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    return [*what[:place], bytes(bits), *what[place + 1 :]]


@pytest.mark.parametrize("size", range(1, 131))
def test_inclusion_agrees_with_the_slow_tree(size):
    for index in range(size):
        proof = inclusion_proof(index, size, FETCH)
        assert proof == slow_tree.path(index, LEAVES[:size])
        assert included(index, size, proof)


@pytest.mark.parametrize("new", range(1, 131))
def test_consistency_agrees_with_the_slow_tree(new):
    for old in range(1, new + 1):
        proof = consistency_proof(old, new, FETCH)
        assert proof == slow_tree.subproof(old, LEAVES[:new], True)
        assert consistent(old, new, proof)


def test_every_tree_continues_the_empty_one():
    assert consistency_proof(0, 7, FETCH) == []
    assert consistent(0, 7, [])
    assert consistent(0, 0, [])
    assert not consistent(0, 7, [HASHES[0]])


def test_the_empty_tree_has_one_root():
    assert not verify_consistency(old_size=0, old_root=HASHES[0], new_size=3, new_root=ROOTS[3], proof=[])
    assert not verify_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=0, new_root=ROOTS[3], proof=[])
    assert not verify_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=-1, new_root=EMPTY_ROOT, proof=[])


def test_a_tree_of_the_same_size_must_be_the_same():
    assert consistent(7, 7, [])
    assert not consistent(7, 7, [HASHES[0]])
    assert not verify_consistency(old_size=7, old_root=ROOTS[6], new_size=7, new_root=ROOTS[7], proof=[])


def test_a_shorter_tree_does_not_continue_a_longer_one():
    assert not consistent(8, 7, consistency_proof(7, 8, FETCH))
    with pytest.raises(ValueError, match="no way from 8 to 7"):
        consistency_proof(8, 7, FETCH)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, FETCH)
    assert not verify_inclusion(HASHES[0], index, size=size, root=ROOTS[1], proof=[])


@given(SIZES, st.data())
def test_inclusion_with_a_flipped_bit_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    [leaf, whole, *proof] = flipped(data, [HASHES[index], ROOTS[size], *inclusion_proof(index, size, FETCH)])
    assert not verify_inclusion(leaf, index, size=size, root=whole, proof=proof)


@given(SIZES, st.data())
def test_inclusion_at_another_place_is_refused(size, data):
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, FETCH)
    assert (index == other) is verify_inclusion(HASHES[index], other, size=size, root=ROOTS[size], proof=proof)


@given(SIZES, st.data())
def test_inclusion_with_a_hash_too_many_or_too_few_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, FETCH)
    assert not included(index, size, [*proof, HASHES[0]])
    assert not proof or not included(index, size, proof[:-1])


@given(st.integers(2, 130), st.data())
def test_consistency_with_a_flipped_bit_is_refused(new, data):
    old = data.draw(st.integers(1, new - 1))
    [old_root, new_root, *proof] = flipped(data, [ROOTS[old], ROOTS[new], *consistency_proof(old, new, FETCH)])
    assert not verify_consistency(old_size=old, old_root=old_root, new_size=new, new_root=new_root, proof=proof)


@given(st.integers(2, 130), st.data())
def test_consistency_with_a_hash_too_many_or_too_few_is_refused(new, data):
    old = data.draw(st.integers(1, new - 1))
    proof = consistency_proof(old, new, FETCH)
    assert not consistent(old, new, [*proof, HASHES[0]])
    assert not consistent(old, new, proof[:-1])


@given(st.integers(2, 130), st.data())
def test_a_rewritten_history_has_no_proof(new, data):
    old = data.draw(st.integers(1, new - 1))
    rewritten = list(LEAVES[:new])
    rewritten[data.draw(st.integers(0, old - 1))] += b"!"
    fetch = fetch_from(grown(rewritten))
    assert not verify_consistency(
        old_size=old,
        old_root=ROOTS[old],
        new_size=new,
        new_root=root(new, fetch),
        proof=consistency_proof(old, new, fetch),
    )


def test_a_proof_needs_few_nodes():
    asked = []

    def fetch(level, index):
        asked.append((level, index))
        return bytes(32)

    inclusion_proof(600_000, 1_000_001, fetch)
    consistency_proof(600_000, 1_000_001, fetch)
    assert len(asked) < 100


def test_a_proof_of_nothing_is_refused():
    assert not consistent(3, 7, [])
