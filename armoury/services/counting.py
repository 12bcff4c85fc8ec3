"""Counting: every scan of a stock-take is stored at once and answered at once; nothing that was found is lost.

A text is looked up as any scan is. One weapon answers: it is seen. Several: the line stays open with its candidates
until somebody settles which. None: it stands on the floor and not in the book. The label of a place says where the next
ones lie. What was found before at the same place is only told, so a list may be read in twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import Connection

from armoury.domain.clock import format_instant
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Place
from armoury.domain.records.stocktake import CountLine, Stocktake
from armoury.domain.records.weapon import Weapon
from armoury.domain.serials import serial_key
from armoury.domain.stocktakes import MOST_CANDIDATES, OPEN_QUESTION, Outcome, found_text
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.desk import Desk
from armoury.services.lookup import Closeness, Found, Hit, WeaponCard, find
from armoury.services.places import check_open
from armoury.services.stocktakes import check_open_state
from armoury.store.reading import first, several
from armoury.store.steps import Changes, step


class Answer(StrEnum):
    """What a scan is answered with."""

    SEEN = "seen"
    AGAIN = "again"
    """Seen before, and now somewhere else: stored."""
    SAME = "same"
    """Found before at the same place: nothing is stored."""
    UNSURE = "unsure"
    NOT_IN_BOOK = "not in book"
    PLACE = "place"
    """A place: what follows lies there."""
    NO_WEAPON = "no weapon"
    """Something of the register that is neither weapon nor place: nothing is stored."""
    REFUSED = "refused"
    """Nothing that can be kept: empty, or longer than any code."""


@dataclass(frozen=True)
class Verdict:
    """The answer to one text.

    Attributes:
        line: what was stored; for `same` the line that stands there already.
        hit: the weapon, place or other subject it is.
        candidates: the weapons it may be, the likeliest first.
        problem: the sentence where it was refused.
    """

    text: str
    answer: Answer
    line: CountLine | None = None
    hit: Hit | None = None
    candidates: tuple[Hit, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Recorded:
    """What became of some texts: a verdict each, and where the counter stands afterwards."""

    verdicts: tuple[Verdict, ...]
    place: Place | None
    changes: Changes | None


@dataclass
class _Count:
    """One reading-in while it goes on: where the counter stands, and the lines that are not written yet."""

    desk: Desk
    connection: Connection
    stocktake: Stocktake
    place: Place | None
    next_line: int
    unlisted: bool
    lines: list[CountLine] = field(default_factory=list)
    by_weapon: dict[str, list[CountLine]] = field(default_factory=dict)
    by_key: dict[str, list[CountLine]] = field(default_factory=dict)


def record(
    desk: Desk,
    stocktake: Stocktake,
    texts: Sequence[str],
    *,
    place: Place | None = None,
    unlisted: bool = False,
) -> Recorded:
    """Store what was scanned or typed; all texts together or none.

    Args:
        desk: who counts.
        stocktake: an open one.
        texts: tags, serials, butt numbers, rack positions with the last three of a serial, labels of places.
        place: where the counter stands; the label of a place among the texts changes it.
        unlisted: they are other weapons than those in the book that answer to these texts, or have no number at all
            and are described: each is stored as not in the book.

    Raises:
        RuleError: the stock-take is not open, or the place was closed.
        PermissionRefusedError: the officer may not count.
    """
    check_open_state(stocktake)
    with desk.read() as connection:
        check_open(connection, place.id if place else None)
        count = _Count(desk, connection, stocktake, place, _last_line(connection, stocktake) + 1, unlisted)
        verdicts = tuple(_judge(count, text) for text in texts)
    changes = None
    if count.lines:
        steps = [step("count_line.found", None, each) for each in count.lines]
        changes = carry_out(desk, plan(desk, "count_line.found", steps))
    return Recorded(verdicts, count.place, changes)


def strike(desk: Desk, stocktake: Stocktake, line: int, reason: str) -> Changes:
    """Strike a line that was a mistake; it stays, with the reason.

    Raises:
        RuleError: the stock-take is not open, there is no such line, it was struck before, or no reason is given.
    """
    before = _open_line(desk, stocktake, line)
    if not reason.strip():
        raise RuleError(_("Say why the line is a mistake."))
    steps = [step("count_line.struck", before, replace(before, struck=reason.strip()))]
    return carry_out(desk, plan(desk, "count_line.struck", steps, reason=reason))


def settle(desk: Desk, stocktake: Stocktake, line: int, weapon: WeaponCard, reason: str | None = None) -> Changes:
    """Say which weapon of the book a line is that could not be told.

    Raises:
        RuleError: the stock-take is not open; there is no such line, or it names a weapon already; the book does not
            offer this weapon for it and no reason is given.
    """
    before = _open_line(desk, stocktake, line)
    if before.outcome not in OPEN_QUESTION:
        raise RuleError(_("Line {line} names its weapon already. Strike it if it is wrong.").format(line=line))
    found = weapon.weapon
    sure = before.outcome == Outcome.UNSURE and found.id in before.candidates
    if not sure and not (reason or "").strip():
        raise RuleError(_("The book does not offer this weapon for line {line}. Say how you know.").format(line=line))
    with desk.read() as connection:
        earlier = _lines_of(connection, stocktake, "weapon", found.id)
    outcome = Outcome.AGAIN if earlier else Outcome.SEEN
    after = _of_weapon(replace(before, outcome=outcome.value), found)
    return carry_out(desk, plan(desk, "count_line.settled", [step("count_line.settled", before, after)], reason=reason))


def line_of(desk: Desk, stocktake: Stocktake, line: int) -> CountLine:
    """Return a line of a stock-take by its number.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = first(connection, CountLine, "WHERE t.stocktake = ? AND t.line = ?", (stocktake.id, line))
    if found is None:
        text = _("The stock-take {reference} has no line {line}.")
        raise RuleError(text.format(reference=stocktake.reference, line=line))
    return found


def counted(desk: Desk, stocktake: Stocktake) -> dict[str, int]:
    """Return how many lines of a stock-take have each outcome; those that were struck under `struck`."""
    outcome = "CASE WHEN struck IS NULL THEN outcome ELSE 'struck' END"
    query = f"SELECT {outcome}, count(*) FROM count_line WHERE stocktake = ? GROUP BY 1 ORDER BY 1"  # noqa: S608 - bound
    with desk.read() as connection:
        return {row[0]: row[1] for row in connection.exec_driver_sql(query, (stocktake.id,))}


def _open_line(desk: Desk, stocktake: Stocktake, line: int) -> CountLine:
    check_open_state(stocktake)
    found = line_of(desk, stocktake, line)
    if found.struck is not None:
        raise RuleError(_("Line {line} was struck before: {reason}").format(line=line, reason=found.struck))
    return found


def _last_line(connection: Connection, stocktake: Stocktake) -> int:
    # Rows are never taken away, so the last one of the index is the last line; counting them all would take longer.
    row = connection.exec_driver_sql(
        "SELECT line FROM count_line WHERE stocktake = ? ORDER BY rowid DESC LIMIT 1", (stocktake.id,)
    ).first()
    return row[0] if row else 0


def _judge(count: _Count, text: str) -> Verdict:
    kept = found_text(text)
    if not kept:
        return Verdict(text, Answer.REFUSED, problem=_("There is nothing in it."))
    try:
        found = find(count.desk, text)
    except RuleError as problem:
        return Verdict(text, Answer.REFUSED, problem=problem.text())
    if count.unlisted:
        return _store(count, kept, Outcome.UNKNOWN, found)
    sure = [each for each in found.hits if each.closeness is not Closeness.LOOK_ALIKE]
    weapons = [each for each in sure if each.kind == "weapon"]
    if len(sure) == 1 and weapons:
        return _seen(count, kept, weapons[0])
    if weapons:
        return _open_question(count, kept, Outcome.UNSURE, found)
    if sure:
        return _not_a_weapon(count, kept, sure)
    return _open_question(count, kept, Outcome.UNKNOWN, found)


def _not_a_weapon(count: _Count, text: str, hits: Sequence[Hit]) -> Verdict:
    only = hits[0]
    if len(hits) == 1 and isinstance(only.found, Place):
        if only.found.closed:
            problem = _("The place “{code}” was closed.").format(code=only.found.code)
            return Verdict(text, Answer.REFUSED, hit=only, problem=problem)
        count.place = only.found
        return Verdict(text, Answer.PLACE, hit=only)
    return Verdict(text, Answer.NO_WEAPON, hit=only)


def _seen(count: _Count, text: str, hit: Hit) -> Verdict:
    earlier = _earlier(count, "weapon", hit.id)
    if here := _at_place(count, earlier):
        return Verdict(text, Answer.SAME, here, hit)
    outcome, answer = (Outcome.AGAIN, Answer.AGAIN) if earlier else (Outcome.SEEN, Answer.SEEN)
    line = _line(count, text, outcome)
    if isinstance(hit.found, WeaponCard):
        line = _of_weapon(replace(line, scheme=hit.scheme), hit.found.weapon)
    _keep(count, line)
    return Verdict(text, answer, line, hit)


def _open_question(count: _Count, text: str, outcome: Outcome, found: Found) -> Verdict:
    if here := _at_place(count, _earlier(count, "text_key", _key(text))):
        return Verdict(text, Answer.SAME, here, candidates=_weapons(found))
    return _store(count, text, outcome, found)


def _store(count: _Count, text: str, outcome: Outcome, found: Found) -> Verdict:
    candidates = _weapons(found)
    line = replace(
        _line(count, text, outcome),
        candidates=tuple(each.id for each in candidates),
        unlisted=count.unlisted,
    )
    _keep(count, line)
    answer = Answer.UNSURE if outcome is Outcome.UNSURE else Answer.NOT_IN_BOOK
    return Verdict(text, answer, line, candidates=candidates)


def _weapons(found: Found) -> tuple[Hit, ...]:
    return tuple(each for each in found.hits if each.kind == "weapon")[:MOST_CANDIDATES]


def _line(count: _Count, text: str, outcome: Outcome) -> CountLine:
    now = count.desk.now()
    return CountLine(
        id=new_uuid7(now),
        stocktake=count.stocktake.id,
        line=count.next_line,
        outcome=outcome.value,
        at=format_instant(now),
        counted_by=count.desk.officer.id,
        text=text,
        place=count.place.id if count.place else None,
    )


def _of_weapon(line: CountLine, weapon: Weapon) -> CountLine:
    """Let a line name a weapon, with what the book says of it at this moment."""
    claimed = weapon.sighting == "claimed"
    return replace(line, weapon=weapon.id, book_custody=weapon.custody, book_place=weapon.place, claimed=claimed)


def _keep(count: _Count, line: CountLine) -> None:
    count.lines.append(line)
    count.next_line += 1
    count.by_key.setdefault(_key(line.text or ""), []).append(line)
    if line.weapon:
        count.by_weapon.setdefault(line.weapon, []).append(line)


def _earlier(count: _Count, column: str, value: str) -> list[CountLine]:
    """Return the lines that stand for the same weapon or text, those of this reading-in too."""
    fresh = (count.by_weapon if column == "weapon" else count.by_key).get(value, [])
    return [*_lines_of(count.connection, count.stocktake, column, value), *fresh]


def _lines_of(connection: Connection, stocktake: Stocktake, column: str, value: str) -> list[CountLine]:
    where = f"WHERE t.{column} = ? AND t.stocktake = ? AND t.struck IS NULL ORDER BY t.line"
    return list(several(connection, CountLine, where, (value, stocktake.id)))


def _at_place(count: _Count, lines: Sequence[CountLine]) -> CountLine | None:
    here = count.place.id if count.place else None
    return next((each for each in lines if each.place == here), None)


def _key(text: str) -> str:
    return serial_key(text) or text
