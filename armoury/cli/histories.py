"""`armoury history`: what befell one thing, or everything that was entered; original, corrected, or both."""

from dataclasses import asdict
from typing import Any

import click

from armoury.cli.output import plain, say, say_json, say_lines, tell
from armoury.cli.session import Door, at_desk, at_register, moment_of, zone_of
from armoury.cli.subjects import hit_words, subject
from armoury.cli.words import event_words, field_words, is_instant, moment_words
from armoury.domain.kinds import KINDS
from armoury.i18n import _
from armoury.services.timeline import FieldChange, Filters, Line, View, entries, history_of


@click.command(help=_("Show what befell THING (a tag, serial, place code, badge), oldest first. Without THING: the "
                      "latest entries of the whole register."))  # fmt: skip
@click.argument("thing", required=False)
@click.option("--view", type=click.Choice([each.value for each in View]), default="both", show_default=True,
              help=_("As first written, as corrected since, or every step."))  # fmt: skip
@click.option("--count", default=50, show_default=True, type=click.IntRange(1, 1000), help=_("How many of the latest."))
@click.option("--skip", default=0, type=click.IntRange(0), help=_("Pass over so many of the latest."))
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help=_("Only of this kind of subject."))
@click.option("--event", "events", multiple=True, metavar="EVENT", help=_("Only these events: weapon.issued ..."))
@click.option("--since", metavar="TIME", help=_("Entered since: 2026-03-09, by the site's clock."))
@click.option("--until", metavar="TIME", help=_("Entered before: 2026-03-10."))
@at_register()
def history(door: Door, thing: str | None, view: str, **said: Any) -> None:
    """Show history."""
    with at_desk(door) as desk:
        if thing:
            hit = subject(desk, thing)
            title, lines = hit_words(hit), history_of(desk, hit.kind, hit.id, view)
        else:
            since, until = moment_of(desk, said["since"]), moment_of(desk, said["until"])
            filters = Filters(said["kinds"], said["events"], since=since, until=until)
            title, lines = "", entries(desk, said["skip"], said["count"], filters)
        zone = zone_of(desk)
    if door.json:
        say_json([_as_json(each) for each in lines])
        return
    if title:
        say(title)
    for each in lines:
        _say_line(each, zone, named=not thing)
    if not lines:
        tell(_("Nothing was entered."))


def _say_line(line: Line, zone: str, *, named: bool) -> None:
    when = moment_words(line.recorded_at, zone)
    what = f"{event_words(line.event)} ({line.kind})" if named else event_words(line.event)
    say(_("{entry}  {when}  {what}, by {who}").format(entry=line.seq, when=when, what=what, who=line.actor))
    for label, text in _beside(line, zone):
        say_lines(f"      {label}: {text}")
    for each in line.changes:
        say_lines(f"      {_change(each, zone)}")


def _beside(line: Line, zone: str) -> list[tuple[str, str]]:
    about = [
        (_("Happened"), moment_words(line.occurred_at, zone)),
        (_("Clock"), _("it ran behind and said {time}").format(time=line.clock) if line.clock else ""),
        (_("Reason"), line.reason or ""),
        (_("Approved by"), ", ".join(line.approved_by)),
        (_("Set aside"), "; ".join(line.overrides)),
    ]
    return [(label, text) for label, text in about if text]


def _change(change: FieldChange, zone: str) -> str:
    label, after = _label(change.field), _value(change.after, zone) or _("empty")
    said = f"{label}: {after}" if change.before is None else f"{label}: {_value(change.before, zone)} → {after}"
    if change.corrected_in is None:
        return said
    return _("{said} (corrected in entry {entry})").format(said=said, entry=change.corrected_in)


def _label(field: str) -> str:
    return _("{field}, as written").format(field=field_words(field)) if field.endswith("_text") else field_words(field)


def _value(text: str | None, zone: str) -> str:
    """Show an instant in the site's time; everything else stands as the timeline gives it."""
    return moment_words(text, zone) if text and is_instant(text) else text or ""


def _as_json(line: Line) -> dict[str, Any]:
    return plain({**asdict(line), "changes": [plain(asdict(each)) for each in line.changes]})
