"""The Merkle tree over the entries, as in RFC 9162, section 2.1.

A complete subtree of 2^level leaves is addressed by `(level, index)` and covers the leaves from `index * 2^level` on.
Once complete, its hash never changes: appending only adds nodes. Every function takes the nodes it needs from a
callable `fetch(level, index)`, so that a table, a dictionary or a file can hold them; level 0 are the leaf hashes.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from hashlib import sha256

Fetch = Callable[[int, int], bytes]
"""Gives the hash of the complete node at (level, index)."""

Node = tuple[int, int, bytes]
"""Level, index and hash of a complete node."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry's bytes (RFC 9162, 2.1.1: prefix 0x00)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from the hashes of its two children (RFC 9162, 2.1.1: prefix 0x01)."""
    return sha256(b"\x01" + left + right).digest()


def nodes_after_append(size: int, leaf_hashes: Iterable[bytes], fetch: Fetch) -> list[Node]:
    """Return all nodes that become complete when leaves are appended to a tree of `size` leaves.

    The new leaves themselves are among them, as level 0. `fetch` is asked for peaks of the old tree only, once a level.
    """
    level, start, row = 0, size, list(leaf_hashes)
    nodes: list[Node] = []
    while row:
        nodes += [(level, index, node) for index, node in enumerate(row, start)]
        if start % 2:
            start -= 1
            row.insert(0, fetch(level, start))
        row = [node_hash(row[left], row[left + 1]) for left in range(0, len(row) - 1, 2)]
        level, start = level + 1, start // 2
    return nodes


def peaks(size: int, first: int = 0) -> list[tuple[int, int]]:
    """Return the addresses of the largest complete subtrees that cover `size` leaves, from left to right.

    With `first`, which must be a multiple of a power of two not below `size`, they cover the leaves from there on.
    """
    addresses = []
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            addresses.append((level, first >> level))
            first += 1 << level
    return addresses


def root_from_peaks(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree whose peaks, from left to right, have these hashes."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def root(size: int, fetch: Fetch) -> bytes:
    """Return the root of the first `size` leaves, in O(log size) fetches."""
    return range_root(0, size, fetch)


def range_root(first: int, size: int, fetch: Fetch) -> bytes:
    """Return the root over `size` leaves from leaf `first` on; see `peaks` for which ranges have one."""
    return root_from_peaks([fetch(*address) for address in peaks(size, first)])


def peaks_after_append(size: int, hashes: Sequence[bytes], leaf_hashes: Iterable[bytes]) -> list[bytes]:
    """Return the peaks after appending leaves to a tree of which only the peaks are known.

    This is how a reader who holds the base of a bundle and the entries since then arrives at the new root.
    """
    known = dict(zip(peaks(size), hashes, strict=True))
    nodes = nodes_after_append(size, leaf_hashes, lambda level, index: known[level, index])
    known |= {(level, index): node for level, index, node in nodes}
    grown = size + sum(level == 0 for level, _, _ in nodes)
    return [known[address] for address in peaks(grown)]
