"""`armoury import`: an old spreadsheet is planned, looked at, and with `--apply` taken into the register."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from armoury.cli.approving import told
from armoury.cli.failures import Exit
from armoury.cli.importing_shown import plan_json, show_outcome, show_plan
from armoury.cli.output import say_json
from armoury.cli.progress import progress_line
from armoury.cli.session import Door, at_desk, at_register
from armoury.domain.errors import RuleError
from armoury.domain.serials import SerialStatus
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.services.importing import plan
from armoury.services.importing_apply import apply
from armoury.services.importing_fields import field_named, propose
from armoury.services.importing_report import write_plan_report
from armoury.services.importing_terms import LEFT_OUT, Decisions, Outcome, Plan
from armoury.tabular.columns import ColumnMap, load_map, save_map
from armoury.tabular.dates import DateOrder
from armoury.tabular.reading import read_table
from armoury.tabular.table import Choices, Table

T = TypeVar("T")
_LINES = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9})?(?:,[0-9]{1,9}(?:-[0-9]{1,9})?)*")
_MOST_LINES = 1_000_000
_MISSING = {"none": SerialStatus.NONE, "unreadable": SerialStatus.OBLITERATED}
_ORDERS = {"day": DateOrder.DAY_FIRST, "month": DateOrder.MONTH_FIRST, "year": DateOrder.YEAR_FIRST}


@dataclass(frozen=True)
class _Wanted:
    """What the options said of the file and of the work."""

    file: Path
    choices: Choices
    mapping: Mapping[str, str]
    map_file: Path | None
    save_map: Path | None
    report: Path | None
    apply: bool
    decisions: Decisions


def _file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed((
        click.option("--sheet", metavar="NAME", help=_("The sheet of an .xlsx file; else the first one with a table.")),
        click.option("--encoding", metavar="NAME", help=_("The encoding of a CSV file, such as cp1252.")),
        click.option("--delimiter", metavar="SIGN", help=_("What separates the cells of a CSV file; tab for a tab.")),
        click.option("--header-line", type=click.IntRange(0), metavar="N",
                     help=_("The line of the header; 0 if there is none.")),
        click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD",
                     help=_("Take a column as a field; “-” leaves it out, “remarks” keeps it in the remarks.")),
        click.option("--map-file", metavar="FILE", help=_("Take columns as an earlier import saved them.")),
        click.option("--save-map", metavar="FILE", help=_("Save how the columns are taken, for the next file.")),
    )):  # fmt: skip
        command = option(command)
    return command


def _decision_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed((
        click.option("--day-first", is_flag=True, help=_("In 03/04/2016 the day is 3.")),
        click.option("--month-first", is_flag=True, help=_("In 03/04/2016 the month is 3.")),
        click.option("--date-order", "orders", multiple=True, metavar="COLUMN=day|month|year",
                     help=_("Which number of a date comes first in one column.")),
        click.option("--missing-serial", "missing", multiple=True, metavar="none|unreadable[@LINES]",
                     help=_("What is said of weapons whose serial is not written down, of all or of some lines.")),
        click.option("--word", "words", multiple=True, metavar="WORD=STANDING",
                     help=_("What a status word means: in_store, legal=exhibit, or a word that is known.")),
        click.option("--at", "places", multiple=True, metavar="WRITTEN=CODE",
                     help=_("Which place of the register is meant by a place as written.")),
        click.option("--place", metavar="CODE", help=_("Where weapons lie for which no place is written.")),
        click.option("--set", "fixed", multiple=True, metavar="FIELD=VALUE",
                     help=_("A field that is the same for all rows, such as ownership=state_service.")),
        click.option("--serial-as-written", metavar="LINES", help=_("Lines whose odd-looking serial is right.")),
        click.option("--distinct", metavar="LINES", help=_("Lines that only look like another weapon.")),
        click.option("--leave-out", metavar="LINES", help=_("Lines that are not wanted.")),
        click.option("--leave-out-errors", is_flag=True,
                     help=_("Leave out rows with errors and clashes instead of stopping; the report lists them.")),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command("import", help=_("Import the CSV or XLSX file FILE: shows the plan; with --apply carries it out."))
@click.argument("file")
@_file_options
@_decision_options
@click.option("--apply", "carry_out", is_flag=True, help=_("Carry the plan out, wholly or not at all."))
@click.option("--report", metavar="FILE", help=_("Write a CSV file with a line for each row: what became of it."))
@at_register()
def import_book(door: Door, **given: Any) -> int:
    """Import a file."""
    wanted = _wanted(given)
    table = read_table(wanted.file, wanted.choices)
    if wanted.choices.sheet is not None and table.form != "xlsx":
        raise RuleError(_("“{name}” is a text file and has no sheets. Leave --sheet out.").format(name=table.name))
    mapping, decisions = _mapping(table, wanted)
    with at_desk(door) as desk:
        with progress_line(_("Comparing")) as progress:
            planned = plan(desk, table, mapping, decisions, progress=progress)
        if wanted.save_map is not None:
            save_map(wanted.save_map, _saved(planned, wanted.choices))
        if not door.json:
            show_plan(planned)
        return _finish(door, desk, planned, wanted)


globals()["import"] = import_book
"""The command has the name of a word of the language."""


def _finish(door: Door, desk: Desk, planned: Plan, wanted: _Wanted) -> int:
    """Carry the plan out, or leave it at the plan."""
    ready = not planned.undecided and not planned.in_the_way
    outcome: Outcome | None = None
    if wanted.apply and ready:
        with progress_line(_("Writing")) as progress:
            outcome = apply(desk, planned, report=wanted.report, progress=progress)
        if outcome.changes is not None:
            told(outcome.changes)
    elif wanted.report is not None:
        write_plan_report(desk, planned, wanted.report)
    if door.json:
        say_json(plan_json(planned, outcome))
    else:
        show_outcome(planned, outcome, applied=wanted.apply)
    return Exit.FINE if ready else Exit.UNDECIDED


def _wanted(given: Mapping[str, Any]) -> _Wanted:
    delimiter = given["delimiter"]
    return _Wanted(
        Path(given["file"]),
        Choices(given["encoding"], _TAB.get(delimiter, delimiter), given["sheet"], given["header_line"]),
        dict(_pairs("--map", given["mapping"])),
        Path(given["map_file"]) if given["map_file"] else None,
        Path(given["save_map"]) if given["save_map"] else None,
        Path(given["report"]) if given["report"] else None,
        given["carry_out"],
        _decisions(given),
    )


_TAB: Mapping[str | None, str] = {"tab": "\t", "\\t": "\t"}


def _decisions(given: Mapping[str, Any]) -> Decisions:
    if given["day_first"] and given["month_first"]:
        raise click.UsageError(_("Choose one of --day-first and --month-first."))
    orders = {column: _of(_ORDERS, "--date-order", order) for column, order in _pairs("--date-order", given["orders"])}
    if given["day_first"] or given["month_first"]:
        orders[""] = DateOrder.DAY_FIRST if given["day_first"] else DateOrder.MONTH_FIRST
    everywhere, somewhere = _missing(given["missing"])
    return Decisions(
        missing_serial=everywhere,
        missing_serial_lines=somewhere,
        date_order=orders,
        words=dict(_pairs("--word", given["words"])),
        places=dict(_pairs("--at", given["places"])),
        place=given["place"],
        fixed=dict(_pairs("--set", given["fixed"])),
        serials_as_written=_lines("--serial-as-written", given["serial_as_written"]),
        distinct=_lines("--distinct", given["distinct"]),
        leave_out=_lines("--leave-out", given["leave_out"]),
        leave_out_errors=given["leave_out_errors"],
    )


def _missing(given: Iterable[str]) -> tuple[SerialStatus | None, dict[int, SerialStatus]]:
    everywhere: SerialStatus | None = None
    somewhere: dict[int, SerialStatus] = {}
    for each in given:
        word, at, lines = each.partition("@")
        status = _of(_MISSING, "--missing-serial", word)
        if at:
            somewhere |= dict.fromkeys(_lines("--missing-serial", lines), status)
        else:
            everywhere = status
    return everywhere, somewhere


def _mapping(table: Table, wanted: _Wanted) -> tuple[dict[str, str | None], Decisions]:
    """Guess the columns, or take them from a saved map; what was said for single columns goes before both."""
    mapping, decisions = dict(propose(table)), wanted.decisions
    if wanted.map_file is not None:
        saved = load_map(wanted.map_file)
        if missing := [each for each in saved.columns if each not in table.columns]:
            text = _("The saved map names the column “{name}”, which the file does not have.")
            raise RuleError(text.format(name=missing[0]))
        mapping |= {column: field or LEFT_OUT for column, field in saved.columns.items()}
        decisions = replace(decisions, date_order={**saved.date_order, **decisions.date_order})
        decisions = replace(decisions, date_system=saved.date_system)
    for column, field in wanted.mapping.items():
        if field != LEFT_OUT and (named := field_named(field)) != "remarks":
            # A field that is said for one column is not also taken from the column that was guessed.
            mapping = {other: None if _is(taken, named) else taken for other, taken in mapping.items()}
        mapping[column] = field
    return mapping, decisions


def _is(taken: str | None, field: str) -> bool:
    return taken not in (None, LEFT_OUT) and field_named(taken or "") == field


def _saved(planned: Plan, choices: Choices) -> ColumnMap:
    columns = {column: None if field == LEFT_OUT else field or "remarks" for column, field in planned.mapping.items()}
    return ColumnMap(columns, choices, planned.decisions.date_order, planned.decisions.date_system)


def _pairs(option: str, given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for each in given:
        name, equals, value = each.rpartition("=") if option == "--map" else each.partition("=")
        if not equals or not name or not value:
            text = _("{option} is written as NAME=VALUE, not “{given}”.")
            raise click.UsageError(text.format(option=option, given=each))
        yield name, value


def _of(known: Mapping[str, T], option: str, word: str) -> T:
    if word not in known:
        text = _("{option} may be {known}, not “{given}”.")
        raise click.UsageError(text.format(option=option, known=", ".join(known), given=word))
    return known[word]


def _lines(option: str, given: str | None) -> frozenset[int]:
    """Read line numbers such as `12,20-25`."""
    if given is None:
        return frozenset()
    if not _LINES.fullmatch(given):
        raise click.UsageError(_("{option} takes lines such as 12,20-25.").format(option=option))
    found: set[int] = set()
    for part in given.split(","):
        first, _hyphen, last = part.partition("-")
        if int(last or first) - int(first) > _MOST_LINES:
            raise click.UsageError(_("{option} takes lines such as 12,20-25.").format(option=option))
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
