"""The check of the full text: which words it holds for which weapon, compared with the records.

The full text keeps no text, only an index. So a fresh index is made of the records, some thousand at a time and in
memory only, and both are read as what they are: every word at every place of every weapon. For each word the sum over
its places of a number that nobody can foretell must agree; the factors are drawn anew for every check.
"""

import secrets
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from armoury.domain.kinds import KINDS
from armoury.domain.record_form import from_row
from armoury.i18n import _
from armoury.models.ddl import SEARCH
from armoury.store.engine import only_reading
from armoury.store.findings import Finding
from armoury.store.register import Progress

_PRIME = (1 << 31) - 1
BATCH = 10_000

Words = Counter[tuple[str, str]]
"""For each word: how often it stands (`n`), and the sum over its places (`s`)."""


def search_faults(
    connection: sa.Connection, *, deep: bool, progress: Progress, batch: int = BATCH
) -> Iterator[Finding]:
    """Compare the full text with the records: one line a weapon; deep, every word of it, `batch` weapons at a time."""
    for (number,) in connection.exec_driver_sql(
        "SELECT number FROM weapon EXCEPT SELECT id FROM search_docsize ORDER BY 1 LIMIT 100"
    ):
        text = _("The full text lacks weapon number {number}.")
        yield Finding("search", f"weapon {number}", text.format(number=number))
    for (number,) in connection.exec_driver_sql(
        "SELECT id FROM search_docsize EXCEPT SELECT number FROM weapon ORDER BY 1 LIMIT 100"
    ):
        text = _("The full text holds a weapon number {number} that is not in the register.").format(number=number)
        yield Finding("search", f"weapon {number}", text)
    if deep:
        yield from _word_faults(connection, progress, batch)


def _word_faults(connection: sa.Connection, progress: Progress, batch: int) -> Iterator[Finding]:
    factors = (1 + secrets.randbelow(_PRIME - 1), 1 + secrets.randbelow(_PRIME - 1))
    # Only tables in memory are made; the register itself may lie on read-only media.
    only_reading(connection.connection, False)
    try:
        held = _words(connection, "main.search", factors)
        expected: Words = Counter()
        for texts in _texts(connection, progress, batch):
            expected.update(_fresh_words(connection, texts, factors))
    finally:
        only_reading(connection.connection, True)
    differing = sorted({word for word, _sort in (held - expected) + (expected - held)})
    if differing:
        text = _("The full text does not agree with the records, at “{words}” and others. Searching may miss weapons.")
        yield Finding("search", "search", text.format(words="”, “".join(differing[:3])))


def _texts(connection: sa.Connection, progress: Progress, batch: int) -> Iterator[list[tuple[int, str]]]:
    """Give the words of all weapons; no query stays open, because the tables in memory come and go in between."""
    kind = KINDS["weapon"]
    compose = kind.search_text or (lambda record: "")
    total = int(connection.exec_driver_sql("SELECT count(*) FROM weapon").scalar_one())
    last = done = 0
    while rows := connection.exec_driver_sql(
        "SELECT * FROM weapon WHERE number > ? ORDER BY number LIMIT ?", (last, batch)
    ).mappings().all():  # fmt: skip
        yield [(row["number"], compose(from_row(kind.record, dict(row)))) for row in rows]
        last, done = rows[-1]["number"], done + len(rows)
        progress(done, total)


def _fresh_words(connection: sa.Connection, texts: list[tuple[int, str]], factors: tuple[int, int]) -> Words:
    connection.exec_driver_sql(SEARCH.replace("search", "temp.fresh", 1))
    try:
        connection.exec_driver_sql("INSERT INTO temp.fresh (rowid, words) VALUES (?, ?)", texts)
        return _words(connection, "temp.fresh", factors)
    finally:
        connection.exec_driver_sql("DROP TABLE temp.fresh")


def _words(connection: sa.Connection, table: str, factors: tuple[int, int]) -> Words:
    """Read an index word by word; no product reaches 2^63, and nobody can steer a remainder without the factors."""
    schema, name = table.split(".")
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab({schema}, {name}, instance)")
    try:
        rows = connection.exec_driver_sql(
            "SELECT term, count(*), sum((doc * ? % ?) * ((offset + 1) * ? % ?) % 2147483629)"
            " FROM temp.vocabulary GROUP BY term",
            (factors[0], _PRIME, factors[1], _PRIME),
        )
        words: Words = Counter()
        for term, count, total in rows:
            words[term, "n"], words[term, "s"] = count, total
        return words
    finally:
        connection.exec_driver_sql("DROP TABLE temp.vocabulary")
