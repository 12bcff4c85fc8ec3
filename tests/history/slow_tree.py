"""RFC 9162, section 2.1, spelled as the recursions stand there: the yardstick for the fast functions."""

from hashlib import sha256

from armoury.history.tree import leaf_hash, nodes_after_append

LEAVES = [number.to_bytes(2) for number in range(130)]


def grown(leaves, chunk=1000):
    """Append leaves by the functions under test; return their nodes."""
    nodes: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(leaves), chunk):
        hashes = [leaf_hash(each) for each in leaves[start : start + chunk]]
        added = nodes_after_append(start, hashes, fetch_from(nodes))
        nodes |= {(level, index): node for level, index, node in added}
    return nodes


def fetch_from(nodes):
    return lambda level, index: nodes[level, index]


def root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m, leaves, whole):
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k
