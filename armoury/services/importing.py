"""Importing an old book: a file is planned, looked at, and then carried out wholly or not at all.

Planning compares every row with the register and with the other rows, and writes nothing. What it found is what
`armoury.services.importing_apply` writes: both give their verdicts by the same lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from armoury.domain.errors import RuleError
from armoury.domain.records.site import Place
from armoury.i18n import _
from armoury.services.checks import today
from armoury.services.desk import Desk
from armoury.services.importing_compare import Comparison
from armoury.services.importing_dates import settle_orders
from armoury.services.importing_described import Facts
from armoury.services.importing_fields import Taken, Way, field_named, take_columns
from armoury.services.importing_fixed import check_fixed
from armoury.services.importing_places import MOST_NEW, place_book, place_called
from armoury.services.importing_register import view_of
from armoury.services.importing_rows import RowReader
from armoury.services.importing_tally import Tally
from armoury.services.importing_terms import Decisions, Plan
from armoury.services.importing_verdicts import Judge
from armoury.services.importing_words import StatusWords
from armoury.store.reading import several
from armoury.store.register import Cancelled, Progress, never, no_progress
from armoury.store.writing import read_head
from armoury.tabular.table import Cell, Table, TableRemark

NO_DECISIONS = Decisions()


def plan(  # noqa: PLR0913 - whose, which file, how it is read, and two callables
    desk: Desk,
    table: Table,
    mapping: Mapping[str, str | None],
    decisions: Decisions = NO_DECISIONS,
    *,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> Plan:
    """Compare a file with the register; nothing is written.

    Args:
        desk: who imports.
        table: the file, from `armoury.tabular.reading.read_table`.
        mapping: column to field, as `guess_columns` proposes it; None: kept in the remarks, `-`: left out.
        decisions: what the officer says where the file leaves it open.
        progress: told how many rows are judged.
        cancelled: asked now and then whether to stop.

    Raises:
        RuleError: a column, field, word or place is named that there is not, or the officer stopped it.
        TableError: the file is no longer the one that was read first.
    """
    taken = taken_of(table, mapping, decisions)
    orders, undecided = settle_orders(table, taken, decisions)
    settled = replace(decisions, date_order=orders)
    tally, last = Tally(table, taken), 0
    with desk.read() as connection:
        judge = judge_of(desk, connection, table, taken, settled)
        for done, judged in enumerate(judge.judge(table.rows()), 1):
            tally.add(judged, settled)
            last = judged.reading.line
            if done % 1_000 == 0:
                check_cancelled(cancelled)
                progress(done, table.row_count)
        entries = read_head(connection).size
    _check_lines(decisions, last)
    places = judge.reader.places.new_places()
    undecided += _undecided(taken, decisions, len(places))
    return Plan(
        table=table,
        mapping={column: taken.mapping[column] for column in table.columns},
        decisions=settled,
        counts=tally.counts,
        left_out=tally.left_out,
        weapons=tally.weapons,
        groups=tally.groups(),
        places=places,
        words=judge.reader.word_uses(),
        undecided=tuple(undecided),
        entries=entries,
    )


def _check_lines(decisions: Decisions, last: int) -> None:
    """Hold the lines that the officer names against the file.

    Raises:
        RuleError: a line behind the last row is named, so another file or line was meant.
    """
    named = (decisions.distinct, decisions.leave_out, decisions.serials_as_written, decisions.missing_serial_lines)
    greatest = max((line for lines in named for line in lines), default=0)
    if greatest > last:
        text = _("The file has no row in line {line}; its last one stands in line {last}. Correct the lines.")
        raise RuleError(text.format(line=greatest, last=last))


def taken_of(table: Table, mapping: Mapping[str, str | None], decisions: Decisions) -> Taken:
    """Sort the columns, with those that are the same for all rows behind the ones of the file.

    Raises:
        RuleError: a column or field is named that there is not, or two would become one field.
    """
    fixed = {f"={field_named(name)}": field_named(name) for name in decisions.fixed}
    return take_columns((*table.columns, *fixed), {**mapping, **fixed})


def judge_of(desk: Desk, connection: Connection, table: Table, taken: Taken, decisions: Decisions) -> Judge:
    """Put together what gives the verdicts on one file, on one moment of the register.

    Raises:
        RuleError: a word or place is decided to mean what there is not.
    """
    books, standings = desk.old_books, desk.standings
    facts = Facts(
        reference=desk.reference,
        standings=standings,
        books=books,
        words=StatusWords(books, standings, decisions.words),
        places=(places := place_book(connection, books, decisions.places)),
        today=today(desk, connection),
        file_name=file_name(table),
        orders=decisions.date_order,
        date_system=decisions.date_system or table.date_system,
    )
    check_fixed(decisions, facts)
    fixed = tuple(Cell(text) for text in decisions.fixed.values())
    default = place_called(places, decisions.place).id if decisions.place else None
    comparison = Comparison(taken, desk.reference)
    view = view_of(connection, comparison, desk.reference, table.sha256, table.sheet)
    codes = {each.id: each.code for each in several(connection, Place)}
    reader = RowReader(facts, taken, decisions, fixed, default)
    return Judge(reader, view, taken, decisions, _remarks_by_line(table), codes)


def file_name(table: Table) -> str:
    """Return the file's name as a record can hold it."""
    name = table.name.encode("utf-8", "replace").decode("utf-8")
    return "".join(each if each.isprintable() else "?" for each in name)[:200] or "?"


def check_cancelled(cancelled: Cancelled) -> None:
    """Stop where the officer asks for it.

    Raises:
        RuleError: it is so.
    """
    if cancelled():
        raise RuleError(_("The import was stopped. Nothing was written."))


def _remarks_by_line(table: Table) -> dict[int, list[TableRemark]]:
    found: dict[int, list[TableRemark]] = {}
    for each in table.remarks:
        if each.line is not None:
            found.setdefault(each.line, []).append(each)
    return found


def _undecided(taken: Taken, decisions: Decisions, places: int) -> Iterator[str]:
    if not taken.of(Way.SERIAL) and decisions.missing_serial is None and not taken.column("symbol_code"):
        yield _("No column is taken as the serial. Say which column it is.")
    if places > MOST_NEW:
        text = _("{count} new places would be made. Check which column is the place, or say which places are meant.")
        yield text.format(count=places)
