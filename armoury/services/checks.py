"""Checks that every service makes before it plans: declared form, known words, references that lead somewhere."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import Connection

from armoury.domain.conformity import Known, conformity_remarks, references
from armoury.domain.dates import local_date
from armoury.domain.remarks import Remark, refuse_stops, stop
from armoury.domain.standings import Standing
from armoury.i18n import _
from armoury.services.desk import Desk

BATCH = 500
"""How many values one query asks for; SQLite takes more, but its plan gets no better."""


def known_words(desk: Desk) -> Known:
    """Return what gives the ids of a vocabulary: a standing's values, the roles, or a dataset of the reference data."""
    standings, reference, duties = desk.standings, desk.reference, desk.duties

    def known(vocabulary: str) -> Collection[str]:
        if vocabulary in set(Standing):
            return standings.values[Standing(vocabulary)]
        return duties.roles if vocabulary == "roles" else reference.dataset(vocabulary)

    return known


def check_record(desk: Desk, record: object, names: Collection[str] | None = None) -> tuple[Remark, ...]:
    """Check one record, or the named fields of it.

    Raises:
        RuleError: something does not conform or refers to nothing; all faults are named.
    """
    remarks = list(conformity_remarks(record, known_words(desk), names))
    with desk.read() as connection:
        remarks += reference_remarks(connection, [record], names)
    return refuse_stops(remarks)


def reference_remarks(
    connection: Connection, records: Sequence[object], names: Collection[str] | None = None
) -> Iterator[Remark]:
    """Check that what the records refer to exists; one query for many records."""
    for kind, field, wanted in _wanted(records, names):
        there = found_ids(connection, kind, wanted)
        for missing in sorted(wanted - there):
            text = _("{field}: the register has no {kind} with the number {id}.")
            yield stop("reference", field, text.format(field=field, kind=kind, id=missing))


def _wanted(records: Sequence[object], names: Collection[str] | None) -> Iterator[tuple[str, str, set[str]]]:
    for (kind, field), ids in references(records).items():
        if names is None or field in names:
            yield kind, field, ids


def found_ids(connection: Connection, kind: str, wanted: Collection[str]) -> set[str]:
    """Return those of the ids that records of a kind have."""
    found: set[str] = set()
    for part in batches(sorted(wanted)):
        marks = ", ".join("?" * len(part))
        query = f'SELECT id FROM "{kind}" WHERE id IN ({marks})'  # noqa: S608 - a declared kind; values are bound
        found.update(row[0] for row in connection.exec_driver_sql(query, tuple(part)))
    return found


def batches(values: Sequence[str], size: int = BATCH) -> Iterator[list[str]]:
    """Cut a long list into parts that one query can ask for."""
    remaining = iter(values)
    while part := list(islice(remaining, size)):
        yield part


def today(desk: Desk, connection: Connection | None = None) -> date:
    """Return the day that it is at the site, in the register's time zone."""
    if connection is None:
        with desk.read() as opened:
            return today(desk, opened)
    zone = connection.exec_driver_sql("SELECT time_zone FROM register").scalar_one()
    return local_date(desk.now(), zone)
