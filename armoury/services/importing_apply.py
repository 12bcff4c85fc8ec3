"""Carrying out an import that was planned: places, weapons, corrections and the record of it, in one act.

The file is read once more while it is written, so that memory does not grow with it. What the plan showed is what is
written: the file must be the same to the byte, the register in the same state, and every verdict the same again.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from armoury.domain.errors import RuleError, StorageError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.intake import Intake
from armoury.i18n import _, ngettext
from armoury.services.acts import carry_out_streamed
from armoury.services.desk import Desk
from armoury.services.importing import check_cancelled, file_name, judge_of, taken_of
from armoury.services.importing_making import FreshTags, Maker
from armoury.services.importing_places import make_places
from armoury.services.importing_report import Report, unwanted, write_plan_report
from armoury.services.importing_tally import of_table
from armoury.services.importing_terms import Outcome, Plan, Verdict
from armoury.services.importing_verdicts import Judge, Judged
from armoury.store.register import Cancelled, Progress, never, no_progress
from armoury.store.steps import Act, Step, step
from armoury.store.writing import read_head

BYTES_A_ROW = 7_000
"""Free disk that a new weapon needs while it is written, with its history, its full text and the log of the write."""

BYTES_A_CORRECTION = 4_000
_ASKED_EVERY = 1_000


def apply(
    desk: Desk,
    plan: Plan,
    *,
    report: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> Outcome:
    """Carry out a planned import, wholly or not at all. Where nothing would change, nothing is written.

    Args:
        desk: who imports.
        plan: from `armoury.services.importing.plan`.
        report: where to write the report; only its digest is kept without one.
        progress: told how many records are written.
        cancelled: asked now and then whether to stop.

    Raises:
        RuleError: something is undecided, rows are in the way, the register has changed since, or it was stopped.
        TableError: the book is no longer the file that was planned.
        PermissionRefusedError: the officer may not import.
        StorageError: there is not enough room on the disk, or something cannot be written.
    """
    _check_ready(plan)
    if plan.changes_nothing:
        return Outcome(plan, None, None, write_plan_report(desk, plan, report) if report else None)
    _check_room(desk, plan)
    writing = Report(report)
    try:
        taken = taken_of(plan.table, plan.mapping, plan.decisions)
        writing.add_header(plan.table.header_line, of_table(plan.table, taken))
        with desk.read() as connection:
            work = _Work(desk, plan, connection, writing)
            act = Act(new_uuid7(desk.now()), "intake.applied", work.steps(cancelled))
            weapons = plan.weapons
            changes = carry_out_streamed(
                desk, act, _events(plan), progress=lambda done, _total: progress(min(done, weapons), weapons)
            )
        writing.keep()
    finally:
        writing.discard()
    return Outcome(plan, changes, work.intake, work.digest)


def _check_ready(plan: Plan) -> None:
    if plan.undecided:
        raise RuleError("\n".join(plan.undecided))
    if plan.in_the_way:
        text = ngettext(
            "{count} row cannot be taken as it is. Correct the file, or decide what the plan asks; "
            "what remains can be left out by choice.",
            "{count} rows cannot be taken as they are. Correct the file, or decide what the plan asks; "
            "what remains can be left out by choice.",
            plan.in_the_way,
        )
        raise RuleError(text.format(count=plan.in_the_way))


def _check_room(desk: Desk, plan: Plan) -> None:
    needed = plan.weapons * BYTES_A_ROW + plan.counts[Verdict.CHANGED] * BYTES_A_CORRECTION
    free = shutil.disk_usage(desk.register.folder.path).free
    if free < needed:
        text = _("The import needs about {needed} MB on the register's disk, and {free} MB are free. Make room first.")
        raise StorageError(text.format(needed=needed // 1_000_000 + 1, free=free // 1_000_000))


def _events(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Name what the act will do, so that it is allowed before anything is written."""
    wanted = (
        (bool(plan.places), ("place", "place.added")),
        (bool(plan.weapons), ("weapon", "weapon.registered")),
        (bool(plan.counts[Verdict.CHANGED]), ("weapon", "weapon.corrected")),
        (True, ("intake", "intake.applied")),
    )
    return tuple(event for needed, event in wanted if needed)


@dataclass
class _Work:
    """The steps of one import while they are written."""

    desk: Desk
    plan: Plan
    connection: Connection
    report: Report
    intake: str = ""
    digest: str = ""
    _verdicts: Counter[Verdict] = field(default_factory=Counter)
    _done: Counter[Verdict] = field(default_factory=Counter)
    """Rows of which something was made, by verdict."""
    _weapons: int = 0

    def steps(self, cancelled: Cancelled) -> Iterator[Step]:
        """Make the steps one after the other.

        Raises:
            RuleError: the register or the verdicts are no longer those of the plan.
        """
        plan = self.plan
        if read_head(self.connection).size != plan.entries:
            raise RuleError(_("Something was entered since the file was planned. Look at a new plan first."))
        maker, judge = self._prepare()
        yield from (step("place.added", None, each) for each in maker.places.values())
        for number, judged in enumerate(judge.judge(plan.table.rows())):
            if number % _ASKED_EVERY == 0:
                check_cancelled(cancelled)
            yield from self._row(judged, maker)
        self._check_as_planned()
        yield self._intake_step()

    def _prepare(self) -> tuple[Maker, Judge]:
        plan, now, tags = self.plan, self.desk.now(), FreshTags(self.connection)
        taken = taken_of(plan.table, plan.mapping, plan.decisions)
        judge = judge_of(self.desk, self.connection, plan.table, taken, plan.decisions)
        places = make_places(plan.places, [tags.take() for _each in plan.places], now)
        last = self.connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM weapon").scalar_one()
        return Maker(judge.view.comparison, tags, places, now, file_name(plan.table), last), judge

    def _row(self, judged: Judged, maker: Maker) -> Iterator[Step]:
        verdict = judged.verdict
        self._verdicts[verdict] += 1
        weapons, done = list(judged.before), ""
        if unwanted(judged, self.plan.decisions):
            done = _("left out")
        elif verdict is Verdict.NEW:
            done, weapons = _("registered"), maker.weapons(judged)
            self._weapons += len(weapons)
            yield from maker.registrations(judged, weapons)
        elif verdict is Verdict.CHANGED:
            done = _("corrected")
            yield from maker.corrections(judged)
        self._done[verdict] += done != _("left out")
        self.report.add(judged, done, weapons)

    def _check_as_planned(self) -> None:
        same = all(self._verdicts[each] == self.plan.counts[each] for each in Verdict)
        if not same or self._weapons != self.plan.weapons:
            raise RuleError(_("The file or the register is no longer as it was planned. Look at a new plan first."))

    def _intake_step(self) -> Step:
        plan, table = self.plan, self.plan.table
        self.digest = self.report.finish()
        self.intake = new_uuid7(self.desk.now())
        done = self._done
        record = Intake(
            id=self.intake,
            file_name=file_name(table),
            sha256=table.sha256,
            mapping=_mapping_text(plan),
            rows_read=plan.rows,
            rows_new=done[Verdict.NEW],
            rows_same=done[Verdict.SAME],
            rows_changed=done[Verdict.CHANGED],
            rows_left_out=plan.rows - done.total(),
            weapons=self._weapons,
            sheet=table.sheet,
            encoding=table.encoding,
            header_line=table.header_line,
            report=self.digest,
        )
        return step("intake.applied", None, record)


def _mapping_text(plan: Plan) -> str:
    """Write how the columns were taken and what was decided, so that the import can be understood in twenty years."""
    decided = {name: _plain(value) for name, value in vars(plan.decisions).items() if value}
    return json.dumps({"columns": dict(plan.mapping), "decisions": decided}, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(name): str(each) for name, each in value.items()}
    return value if isinstance(value, bool) else str(value)
