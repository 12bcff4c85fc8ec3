"""The check of the ammunition account: vouchers numbered without a gap, balances never below 0, nothing lost.

Whoever holds the data key can write entries by hand that no service would have planned. What such vouchers break of the
account is found here, over all of them and in the order in which things happened: by day, and within a day by number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from armoury.i18n import _
from armoury.store.findings import Finding

MOST_NAMED = 100
"""Of each sort of fault."""


@dataclass(frozen=True)
class _Question:
    """What is asked of the vouchers: each row that answers is a fault, and its columns fill the sentence."""

    code: str
    sql: str
    sentence: Callable[[], str]


_QUESTIONS = (
    _Question(
        "number",
        "SELECT number, place FROM (SELECT number, row_number() OVER (ORDER BY number) AS place FROM voucher)"
        " WHERE number <> place",
        lambda: _("Voucher {0} stands at place {1} of its series: vouchers are missing or were added."),
    ),
    _Question(
        "balance",
        "SELECT v_number, lot.lot_number, place.code, balance, day FROM ("
        " SELECT v.number AS v_number, l.lot, l.place, v.day,"
        " sum(l.quantity) OVER (PARTITION BY l.lot, l.place ORDER BY v.day, v.number"
        " ROWS UNBOUNDED PRECEDING) AS balance"
        " FROM voucher_line AS l JOIN voucher AS v ON v.id = l.subject) AS s"
        " JOIN lot ON lot.id = s.lot JOIN place ON place.id = s.place WHERE balance < 0",
        lambda: _("By voucher {0} lot {1} in {2} stands at {3} on {4}. A balance is never below 0."),
    ),
    _Question(
        "transfer",
        "SELECT v.number, lot.lot_number, sum(l.quantity) FROM voucher AS v JOIN voucher_line AS l ON l.subject = v.id"
        " JOIN lot ON lot.id = l.lot WHERE v.voucher_kind = 'transfer'"
        " GROUP BY v.number, l.lot HAVING sum(l.quantity) <> 0",
        lambda: _("Voucher {0} moves lot {1} between places, but what goes and what comes differ by {2}."),
    ),
    _Question(
        "reversal",
        "SELECT v.number, o.number FROM voucher AS v JOIN voucher AS o ON o.id = v.reverses"
        " WHERE o.voucher_kind = 'reversal' OR v.day <> o.day"
        " OR (SELECT group_concat(lot || place || quantity) FROM"
        " (SELECT lot, place, quantity FROM voucher_line WHERE subject = v.id ORDER BY position))"
        " IS NOT (SELECT group_concat(lot || place || quantity) FROM"
        " (SELECT lot, place, -quantity AS quantity FROM voucher_line WHERE subject = o.id ORDER BY position))",
        lambda: _("Voucher {0} does not take back what voucher {1} did."),
    ),
    _Question(
        "return",
        "SELECT i.number, lot.lot_number, sum(CASE WHEN l.subject = i.id THEN l.quantity"
        " ELSE l.quantity + coalesce(l.expended, 0) END) AS rest FROM voucher AS i"
        " JOIN voucher AS v ON (v.id = i.id OR v.issue = i.id)"
        " AND NOT EXISTS (SELECT 1 FROM voucher AS r WHERE r.reverses = v.id)"
        " JOIN voucher_line AS l ON l.subject = v.id JOIN lot ON lot.id = l.lot"
        " WHERE i.id IN (SELECT issue FROM voucher WHERE issue IS NOT NULL) GROUP BY i.number, l.lot HAVING rest > 0",
        lambda: _("More came back of lot {1} than voucher {0} issued: {2} too many."),
    ),
)


def voucher_faults(connection: sa.Connection) -> Iterator[Finding]:
    """Compare the vouchers with each other; the rows themselves are held against history by the replay."""
    for question in _QUESTIONS:
        rows = connection.exec_driver_sql(question.sql).fetchmany(MOST_NAMED)
        for row in rows:
            yield Finding(f"voucher_{question.code}", f"voucher {row[0]}", question.sentence().format(*row))
