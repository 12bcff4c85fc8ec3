"""Proofs over the tree: that an entry is in it, and that a later tree continues an earlier one.

Making a proof needs O(log n) nodes; checking one needs nothing but hashes. This is what lets somebody who holds only a
printed root prove that a history was continued and never rewritten.
"""

from collections.abc import Sequence

from armoury.history.tree import EMPTY_ROOT, Fetch, node_hash, range_root
from armoury.history.tree import root_from_peaks as root_from_peaks


def inclusion_proof(index: int, size: int, fetch: Fetch) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    first = 0
    while size > 1:
        first, size, sibling = _descend(index, first, size, fetch)
        proof.append(sibling)
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, fetch: Fetch) -> list[bytes]:
    """Prove that the tree of `new_size` leaves begins with the tree of `old_size` leaves (RFC 9162, 2.1.4.1).

    From an empty tree, and from a tree to itself, the proof is empty.

    Raises:
        ValueError: the earlier tree is larger than the later one.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"no way from {old_size} to {new_size} leaves")
    proof: list[bytes] = []
    first, size = 0, new_size
    while 0 < old_size < first + size:
        first, size, sibling = _descend(old_size - 1, first, size, fetch)
        proof.append(sibling)
    if first:
        proof.append(range_root(first, size, fetch))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, *, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the leaf hash is number `index` in the tree with this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if _is_right(here, last):
            found = node_hash(sibling, found)
            here, last = _climb_to_right(here, last)
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the later tree begins with the earlier one (RFC 9162, 2.1.4.2).

    Every tree continues the empty one, and only itself at the same size; both are told without a proof.
    """
    if not 0 < old_size < new_size:
        nothing = old_size == 0 <= new_size and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
        return not proof and (nothing or (old_size == new_size > 0 and old_root == new_root))
    if old_size & (old_size - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        return False
    here, last = _climb_to_left(old_size - 1, new_size - 1)
    old_found = new_found = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if _is_right(here, last):
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            here, last = _climb_to_right(here, last)
        else:
            new_found = node_hash(new_found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _descend(leaf: int, first: int, size: int, fetch: Fetch) -> tuple[int, int, bytes]:
    """Step from a subtree into the child that holds the leaf; return its first leaf, size, and the other child's hash.

    The left child holds the largest power of two of leaves below the size (RFC 9162, 2.1.1).
    """
    half = 1 << (size - 1).bit_length() - 1
    middle = first + half
    if leaf < middle:
        return first, half, range_root(middle, size - half, fetch)
    return middle, size - half, range_root(first, half, fetch)


def _is_right(here: int, last: int) -> bool:
    return here % 2 == 1 or here == last


def _climb_to_right(here: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the last node of the row has no sibling and is carried up unchanged."""
    while here and here % 2 == 0:
        here, last = here >> 1, last >> 1
    return here, last


def _climb_to_left(here: int, last: int) -> tuple[int, int]:
    while here % 2:
        here, last = here >> 1, last >> 1
    return here, last
