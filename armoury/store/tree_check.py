"""The check of the tree: every node is recomputed from the leaves and compared with the stored one."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from armoury.history.tree import node_hash
from armoury.i18n import _
from armoury.store.findings import Finding


class TreeCheck:
    """Takes the leaves in their order; a cursor a level walks along the stored nodes, so that memory stays small."""

    def __init__(self, connection: sa.Connection) -> None:
        """Begin before the first leaf."""
        self._connection = connection
        self._waiting: list[bytes | None] = []
        self._stored: list[Iterator[Any]] = []
        self._count: list[int] = []

    def add(self, leaf: bytes) -> Iterator[Finding]:
        """Take the next leaf; give what it completes and differs."""
        node, level = leaf, 0
        while True:
            if level == len(self._waiting):
                self._waiting.append(None)
                self._open(level + 1)
            left = self._waiting[level]
            if left is None:
                self._waiting[level] = node
                return
            self._waiting[level] = None
            node, level = node_hash(left, node), level + 1
            yield from self._compare(level, node)

    def finish(self) -> Iterator[Finding]:
        """Tell of stored nodes that no leaf gives."""
        levels = range(1, len(self._stored) + 1)
        outside = self._connection.exec_driver_sql(
            "SELECT level FROM node WHERE typeof(level) <> 'integer' OR typeof(position) <> 'integer'"
            " OR level < 1 OR level > ? LIMIT 1",
            (len(levels),),
        ).scalar()
        left_over = [level for level in levels if next(self._stored[level - 1], None) is not None]
        for level in [*left_over, *([] if outside is None else [outside])]:
            yield Finding("tree", f"level {level}", _("The tree holds nodes that belong to no entry."))

    def _open(self, level: int) -> None:
        rows = self._connection.exec_driver_sql(
            "SELECT position, hash FROM node WHERE level = ? ORDER BY position", (level,)
        )
        self._stored.append(iter(rows))
        self._count.append(0)

    def _compare(self, level: int, node: bytes) -> Iterator[Finding]:
        position = self._count[level - 1]
        self._count[level - 1] += 1
        stored = next(self._stored[level - 1], None)
        if stored is None or tuple(stored) != (position, node):
            where = f"level {level}, position {position}"
            text = _("The tree over the history was changed ({where}).").format(where=where)
            yield Finding("tree", where, text)
