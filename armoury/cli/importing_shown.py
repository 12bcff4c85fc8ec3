"""How the plan of an import is shown: what would become of the rows, what is to be said of them, what to do next."""

from collections.abc import Iterator, Mapping
from typing import Any

from armoury.cli.output import say, say_card, say_table, tell
from armoury.cli.words import field_words
from armoury.domain.remarks import Level
from armoury.i18n import _, ngettext
from armoury.services.importing_terms import LEFT_OUT, Outcome, Plan, RemarkGroup, RowRemark, Verdict
from armoury.tabular.table import SkipReason

_MOST_PLACES = 20
_MOST_LINES = 6


def show_plan(planned: Plan) -> None:
    """Show a plan."""
    table = planned.table
    say_card(
        table.name,
        [
            (_("Rows"), str(planned.rows)),
            (_("Sheet"), _sheets(planned)),
            (_("Encoding"), table.encoding or ""),
            (_("Separator"), {"\t": _("tab")}.get(table.delimiter or "", table.delimiter or "")),
            (_("Header in line"), str(table.header_line or "")),
            (_("Lines that are no rows"), _skipped(planned)),
            (_("SHA-256"), table.sha256),
        ],
    )
    say()
    say_table([_("Column"), _("Taken as")], [(name, _taken(field)) for name, field in planned.mapping.items()])
    say()
    say_table([_("Verdict"), _("Rows"), _("What happens")], _verdicts(planned))
    if planned.groups:
        say()
        say_table([_("Weight"), _("Rows"), _("Column"), _("Remark"), _("Lines")], map(_group, planned.groups))
    _show_words(planned)
    _show_places(planned)


def show_outcome(planned: Plan, outcome: Outcome | None, *, applied: bool) -> None:
    """Say what was done, or what to do next."""
    if outcome is not None and outcome.changes is not None:
        count = planned.weapons
        text = ngettext("{count} weapon registered", "{count} weapons registered", count).format(count=count)
        say(_("{text}, in entries {first} to {last}.").format(
            text=text, first=outcome.changes.first, last=outcome.changes.last))  # fmt: skip
    elif outcome is not None and not planned.rows:
        say(_("The file holds no rows under its header. Nothing was written."))
    elif outcome is not None:
        say(_("Everything is in the register already. Nothing was written."))
    else:
        for line in _next_steps(planned, applied=applied):
            tell(line)


def _next_steps(planned: Plan, *, applied: bool) -> Iterator[str]:
    yield ""
    if applied:
        yield _("Nothing was written.")
    yield from planned.undecided
    if planned.in_the_way:
        yield ngettext(
            "{count} row cannot be taken as it is: correct the file, decide it by options, or add --leave-out-errors.",
            "{count} rows cannot be taken as they are: correct the file, decide them by options, or add "
            "--leave-out-errors.",
            planned.in_the_way,
        ).format(count=planned.in_the_way)
    elif not planned.undecided:
        if not planned.rows:
            yield _("The file holds no rows under its header; there is nothing to do.")
        elif planned.changes_nothing:
            yield _("Everything is in the register already; there is nothing to do.")
        else:
            yield _("Nothing was written yet. If the plan is right, call the same again with --apply.")


def _sheets(planned: Plan) -> str:
    table = planned.table
    others = [_("{name} (hidden)").format(name=e.name) if e.hidden else e.name for e in table.sheets]
    if len(others) < 2:
        return table.sheet or ""
    return _("{sheet} (of: {all})").format(sheet=table.sheet, all=", ".join(others))


def _skipped(planned: Plan) -> str:
    words: Mapping[SkipReason, str] = {
        SkipReason.TITLE: _("title"),
        SkipReason.BLANK: _("blank"),
        SkipReason.TOTAL: _("total"),
        SkipReason.REPEATED_HEADER: _("header again"),
    }
    shown = [f"{each.line} ({words[each.reason]})" for each in planned.table.skipped]
    return ", ".join(shown[:_MOST_LINES]) + (" …" if len(shown) > _MOST_LINES else "")


def _taken(field: str | None) -> str:
    if field == LEFT_OUT:
        return _("left out")
    return field_words(field) if field else _("kept in the remarks")


def _verdicts(planned: Plan) -> Iterator[tuple[object, ...]]:
    weapons = planned.weapons
    left = _("left out") if planned.decisions.leave_out_errors else _("in the way")
    words = {
        Verdict.NEW: (_("new"), ngettext("{count} weapon registered", "{count} weapons registered", weapons).format(
            count=weapons)),
        Verdict.SAME: (_("same"), _("nothing")),
        Verdict.CHANGED: (_("changed"), _("the description is corrected")),
        Verdict.CLASH: (_("clash"), left),
        Verdict.ERROR: (_("error"), left),
    }  # fmt: skip
    for verdict, (name, what) in words.items():
        count = planned.counts[verdict]
        yield name, count, what if count else ""


def _group(group: RemarkGroup) -> tuple[object, ...]:
    words = {Level.STOP: _("stop"), Level.WARN: _("look"), Level.NOTE: _("note")}
    lines = [str(each.line) for each in group.examples if each.line is not None]
    more = " …" if group.count > _MOST_LINES and lines else ""
    text = group.examples[0].said.text if group.examples else ""
    return words[group.level], group.count, group.column, text, ", ".join(lines[:_MOST_LINES]) + more


def _show_words(planned: Plan) -> None:
    if planned.words:
        say()
        rows = [
            (each.word, each.rows, ", ".join(f"{name}={value}" for name, value in each.meaning.items()) or "?")
            for each in planned.words[:_MOST_PLACES]
        ]
        say_table([_("Status as written"), _("Rows"), _("Taken as")], rows)


def _show_places(planned: Plan) -> None:
    if planned.places:
        say()
        say_table([_("New place"), _("Rows")], [(each.name, each.rows) for each in planned.places[:_MOST_PLACES]])
        if (more := len(planned.places) - _MOST_PLACES) > 0:
            say(ngettext("and {count} more", "and {count} more", more).format(count=more))


def plan_json(planned: Plan, outcome: Outcome | None) -> dict[str, Any]:
    """Return a plan, and what came of it, as JSON."""
    table = planned.table
    changes = outcome.changes if outcome else None
    return {
        "file": {
            "name": table.name, "sha256": table.sha256, "form": table.form, "encoding": table.encoding,
            "delimiter": table.delimiter, "sheet": table.sheet, "header_line": table.header_line,
            "skipped": [{"line": e.line, "reason": e.reason.value, "lines": e.lines} for e in table.skipped],
        },
        "columns": dict(planned.mapping),
        "rows": planned.rows,
        "verdicts": {verdict.value: count for verdict, count in planned.counts.items()},
        "weapons": planned.weapons,
        "remarks": [_group_json(each) for each in planned.groups],
        "places": [{"name": each.name, "rows": each.rows} for each in planned.places],
        "words": [{"word": e.word, "meaning": dict(e.meaning), "rows": e.rows} for e in planned.words],
        "undecided": list(planned.undecided),
        "in_the_way": planned.in_the_way,
        "applied": outcome is not None,
        "entries": [changes.first, changes.last] if changes else None,
        "intake": outcome.intake if outcome else None,
        "report_sha256": outcome.report if outcome else None,
    }  # fmt: skip


def _group_json(group: RemarkGroup) -> dict[str, Any]:
    return {
        "code": group.code,
        "column": group.column,
        "level": group.level.value,
        "count": group.count,
        "examples": [_remark_json(each) for each in group.examples],
    }


def _remark_json(remark: RowRemark) -> dict[str, Any]:
    return {"line": remark.line, "found": remark.said.found, "text": remark.said.text}
