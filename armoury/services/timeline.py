"""The history in words: what befell one subject, or everything that was entered, as values that a page or paper shows.

A record is never overwritten, so a card can show what was written originally, what is right now, or both. What was
entered later than it happened carries both times. Personal values come from beside the history, or are named as purged.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from armoury.domain.dates import PartialDate, shown
from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.kinds import KINDS
from armoury.domain.record_form import Json, to_json
from armoury.domain.reference import Reference
from armoury.domain.standings import Standing, Standings
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.store.reading import get
from armoury.store.steps import Step

MOST_ENTRIES = 1_000
"""What one page of the whole history holds at most."""


class View(StrEnum):
    """Which values a timeline shows: as first written, as corrected since, or every step."""

    ORIGINAL = "original"
    CORRECTED = "corrected"
    BOTH = "both"


@dataclass(frozen=True)
class FieldChange:
    """One field that an entry set, in words; None where it was or became empty.

    Attributes:
        corrected_in: number of the entry that corrected it since, where the corrected value is shown.
    """

    field: str
    before: str | None
    after: str | None
    corrected_in: int | None = None


@dataclass(frozen=True)
class Line:
    """One entry of the history in words.

    Attributes:
        kind, subject: what it befell.
        recorded_at: when it was entered; `occurred_at`, if another, when it happened (UTC instants).
        clock: what the machine's clock said, where it ran far behind.
        approved_by: the officers who approved it.
        overrides: rules that were set aside, with two officers' hands.
    """

    seq: int
    action: str
    event: str
    kind: str
    subject: str
    recorded_at: str
    actor: str
    occurred_at: str | None = None
    clock: str | None = None
    reason: str | None = None
    approved_by: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()

    @property
    def late(self) -> bool:
        """Tell whether it was entered later than it happened."""
        return self.occurred_at is not None

    @property
    def correction(self) -> bool:
        """Tell whether it corrects what was written before."""
        return self.event.endswith(".corrected")


@dataclass(frozen=True)
class Filters:
    """Which entries of the whole history: by kind of subject, event, officer, action, and time (UTC instants)."""

    kinds: Sequence[str] = ()
    events: Sequence[str] = ()
    actor: str | None = None
    action: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass
class _Words:
    """Turns ids and values into words; what was looked up once is remembered for the time of one reading."""

    connection: Connection
    reference: Reference
    standings: Standings
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    approved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Who approved each act that was met."""


def history_of(desk: Desk, kind: str, subject_id: str, view: View | str = View.BOTH) -> list[Line]:
    """Return what befell one subject, oldest first.

    Args:
        desk: who looks.
        kind: kind of the subject, such as `weapon`.
        subject_id: its id.
        view: `original` leaves corrections out; `corrected` leaves them out and shows what they made of the values;
            `both` shows every entry.

    Raises:
        RuleError: the history knows no such subject.
    """
    with desk.read() as connection:
        words = _Words(connection, desk.reference, desk.standings)
        rows = connection.exec_driver_sql(
            "SELECT body FROM entry WHERE subject_kind = ? AND subject = ? ORDER BY seq", (kind, subject_id)
        )
        lines = list(_lines((json.loads(row[0]) for row in rows.fetchall()), words))
    if not lines:
        raise RuleError(_("The history knows nothing of this."))
    if view == View.BOTH:
        return lines
    chosen = lines if view == View.ORIGINAL else list(_as_corrected(lines))
    return [each for each in chosen if not each.correction]


def entries(desk: Desk, first: int = 0, count: int = 100, filters: Filters = Filters()) -> list[Line]:
    """Return entries of the whole history, the latest first.

    Args:
        desk: who looks.
        first: how many of the latest to pass over.
        count: how many to return, at most 1,000.
        filters: which of them.
    """
    condition, values = _condition(filters)
    query = f"SELECT body FROM entry {condition} ORDER BY seq DESC LIMIT ? OFFSET ?"  # noqa: S608 - columns of a table below
    with desk.read() as connection:
        words = _Words(connection, desk.reference, desk.standings)
        rows = connection.exec_driver_sql(query, (*values, min(count, MOST_ENTRIES), first)).fetchall()
        found = [json.loads(row[0]) for row in rows]
        return [_line(each, _former(connection, each), words) for each in found]


def planned_changes(desk: Desk, planned: Iterable[Step]) -> Iterator[tuple[Step, list[FieldChange]]]:
    """Give each step of an act that is not written yet with the fields that it sets, as a history will show them."""
    with desk.read() as connection:
        words = _Words(connection, desk.reference, desk.standings)
        for each in planned:
            yield each, [*_planned(each, words), *_planned(each, words, personal=True)]


def _planned(planned: Step, words: _Words, *, personal: bool = False) -> Iterator[FieldChange]:
    before, after = (to_json(each, personal=personal) if each else {} for each in (planned.before, planned.after))
    for each in declared_fields(type(planned.after)):
        new, old = after.get(each.name), before.get(each.name)
        if each.name not in ("id", "personal") and new != old and not (planned.before is None and new is False):
            yield FieldChange(each.name, _value(each, old, words), _value(each, new, words))


def _former(connection: Connection, entry: Mapping[str, Any]) -> Mapping[str, Json] | None:
    """Return the record as the entry before left it; None where the entry is its first."""
    subject = entry["subject"]
    row = connection.exec_driver_sql(
        "SELECT body FROM entry WHERE subject_kind = ? AND subject = ? AND seq < ? ORDER BY seq DESC LIMIT 1",
        (subject["kind"], subject["id"], entry["seq"]),
    ).first()
    return json.loads(row[0])["after"] if row else None


def _lines(found: Iterable[Mapping[str, Any]], words: _Words) -> Iterator[Line]:
    former = None
    for entry in found:
        yield _line(entry, former, words)
        former = entry["after"]


def _condition(filters: Filters) -> tuple[str, tuple[str, ...]]:
    parts: list[tuple[str, Sequence[str]]] = [
        ("subject_kind IN ({})", filters.kinds),
        ("kind IN ({})", filters.events),
        ("actor = {}", [filters.actor] if filters.actor else ()),
        ("action = {}", [filters.action] if filters.action else ()),
        ("recorded_at >= {}", [filters.since] if filters.since else ()),
        ("recorded_at < {}", [filters.until] if filters.until else ()),
    ]
    asked = [(text.format(", ".join("?" * len(values))), values) for text, values in parts if values]
    where = " AND ".join(text for text, _values in asked)
    return (f"WHERE {where}" if where else ""), tuple(value for _text, values in asked for value in values)


def _line(entry: Mapping[str, Any], former: Mapping[str, Json] | None, words: _Words) -> Line:
    subject = entry["subject"]
    return Line(
        seq=entry["seq"],
        action=entry["action"],
        event=entry["kind"],
        kind=subject["kind"],
        subject=subject["id"],
        recorded_at=entry["recorded_at"],
        actor=_name(words, "person", entry["actor"]),
        occurred_at=entry.get("occurred_at"),
        clock=entry.get("clock"),
        reason=entry.get("reason"),
        approved_by=_approved_by(entry, words),
        overrides=tuple(entry.get("overrides", ())),
        changes=tuple(_changes(entry, former, words)),
    )


def _approved_by(entry: Mapping[str, Any], words: _Words) -> tuple[str, ...]:
    """Name the officers who approved the act; its first entry carries the approvals."""
    action = entry["action"]
    if action not in words.approved:
        row = words.connection.exec_driver_sql(
            "SELECT body FROM entry WHERE action = ? ORDER BY seq LIMIT 1", (action,)
        ).one()
        found = json.loads(row[0]).get("approvals", ())
        words.approved[action] = tuple(_name(words, "person", each["statement"]["officer"]) for each in found)
    return words.approved[action]


def _changes(entry: Mapping[str, Any], former: Mapping[str, Json] | None, words: _Words) -> Iterator[FieldChange]:
    """Give each field that the entry set, against the record as the entry before left it."""
    after, before = entry["after"], former or {}
    record = KINDS[entry["subject"]["kind"]].record
    for declared in declared_fields(record):
        new, old = after.get(declared.name), before.get(declared.name)
        if declared.name in ("id", "personal") or new == old or (former is None and new is False):
            continue
        yield FieldChange(declared.name, _value(declared, old, words), _value(declared, new, words))
    if after.get("personal") != before.get("personal"):
        yield from _personal_changes(record, before.get("personal"), after.get("personal"), words)


def _personal_changes(
    record: type[Any], old_digest: str | None, new_digest: str | None, words: _Words
) -> Iterator[FieldChange]:
    old, new = _personal(words, old_digest), _personal(words, new_digest)
    if new is _PURGED or old is _PURGED:
        yield FieldChange("personal", _purged(old), _purged(new))
        return
    for each in declared_fields(record):
        if each.field.personal and old.get(each.name) != new.get(each.name):
            was, now = (_value(each, values.get(each.name), words) for values in (old, new))
            yield FieldChange(each.name, was, now)


_PURGED: Mapping[str, Json] = {"": ""}
"""Stands for personal values that were taken away under national law."""


def _purged(values: Mapping[str, Json]) -> str | None:
    return _("purged") if values is _PURGED else None


def _personal(words: _Words, digest: str | None) -> Mapping[str, Json]:
    if digest is None:
        return {}
    row = words.connection.exec_driver_sql("SELECT content FROM personal WHERE digest = ?", (digest,)).first()
    return json.loads(row[0]) if row is not None and row[0] is not None else _PURGED


def _value(declared: Declared, value: Json, words: _Words) -> str | None:
    """Write a value of an entry in words."""
    if value is None:
        return None
    if declared.field.refers_to:
        return _name(words, declared.field.refers_to, value)
    form = declared.field.form
    if form is FieldType.PARTS and declared.field.part:
        return "; ".join(_part(declared.field.part, each, words) for each in value) or None
    if form is FieldType.WORDS:
        return ", ".join(_word(declared.field.vocabulary, str(each), words) for each in value) or None
    if form is FieldType.FLAG:
        return _("yes") if value else _("no")
    if form is FieldType.DATE:
        return shown(PartialDate.from_json(value))
    return _word(declared.field.vocabulary, str(value), words)


def _part(part: type[Any], values: Mapping[str, Json], words: _Words) -> str:
    texts = (_value(each, values.get(each.name), words) for each in declared_fields(part))
    return " ".join(each for each in texts if each)


def _word(vocabulary: str | None, value: str, words: _Words) -> str:
    if vocabulary is None:
        return value
    if vocabulary in set(Standing):
        known = words.standings.values[Standing(vocabulary)].get(value)
        return known.name if known else value
    entry = words.reference.dataset(vocabulary).get(value)
    return entry.name if entry else value


def _name(words: _Words, kind: str, id_: str) -> str:
    """Name a subject that an entry refers to; the id where nothing better is known."""
    key = (kind, id_)
    if key not in words.named:
        record = get(words.connection, KINDS[kind].record, id_) if kind in KINDS else None
        names = ("name", "sign_in", "reference", "code", "tag")
        found = [text for name in names if (text := getattr(record, name, None))]
        code = getattr(record, "code", None)
        words.named[key] = f"{code} {found[0]}" if code and found else (str(found[0]) if found else id_)
    return words.named[key]


def _as_corrected(lines: Sequence[Line]) -> Iterator[Line]:
    """Put what later corrections say into the lines that first said it.

    A value counts as corrected only as long as no other act set the field anew.
    """
    for place, line in enumerate(lines):
        later = lines[place + 1 :]
        yield replace(line, changes=tuple(_corrected(each, later) for each in line.changes))


def _corrected(change: FieldChange, later: Iterable[Line]) -> FieldChange:
    for line in later:
        for each in line.changes:
            if each.field != change.field:
                continue
            if not line.correction:
                return change
            change = replace(change, after=each.after, corrected_in=line.seq)
    return change
