"""The end of a stock-take: two of the board close it, and what was seen becomes sighted in the same act.

Nothing is marked missing by it. What is in the book only is written down line by line, for the board, the certificate
and whoever follows it up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from armoury.domain.clock import format_instant
from armoury.domain.count_lists import Listed, Lists
from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.stocktake import Stocktake
from armoury.domain.standings import Standing
from armoury.domain.stocktakes import State
from armoury.i18n import _
from armoury.services.acts import Approval, carry_out, plan
from armoury.services.count_lists import lists_at, not_seen_lines
from armoury.services.desk import Desk
from armoury.services.moving import weapons_by_id
from armoury.services.stocktakes import check_open_state
from armoury.services.weapons import sighting_step
from armoury.store.register import Progress, no_progress
from armoury.store.steps import Act, Changes, Step, step


@dataclass(frozen=True)
class Closing:
    """A planned end: the act to approve and carry out, the lists it rests on, and where the history stood."""

    act: Act
    lists: Lists
    size: int


def plan_closing(desk: Desk, stocktake: Stocktake) -> Closing:
    """Plan to close a stock-take; nothing is written.

    One act: the stock-take is closed with its totals; a line is written for every weapon that nobody saw; every weapon
    of the book that was scanned is sighted, when and by whom, also one that the book has as not located, unless it was
    sighted later or has left.

    Raises:
        RuleError: it is not open, or nothing was found yet.
        PermissionRefusedError: the officer is not of the board.
    """
    check_open_state(stocktake)
    _check_of_board(stocktake, desk.officer.id)
    with desk.read() as connection:
        found = lists_at(desk, connection, stocktake)
        missed = not_seen_lines(desk, connection, stocktake)
        if not (found.both or found.floor_only):
            raise RuleError(_("Nothing was found yet. Scan first, or give the stock-take up."))
        steps = [step("stocktake.closed", stocktake, _closed(desk, stocktake, found))]
        steps += [step("count_line.not_seen", None, each) for each in missed]
        steps += _sightings(desk, connection, stocktake, found)
        size = _size(connection)
    reason = _("Stock-take {reference}").format(reference=stocktake.reference)
    return Closing(plan(desk, "stocktake.closed", steps, reason=reason), found, size)


def close(
    desk: Desk, closing: Closing, approvals: Sequence[Approval] = (), *, progress: Progress = no_progress
) -> Changes:
    """Carry out a planned end.

    Raises:
        RuleError: something was entered since it was planned.
        PermissionRefusedError: no second officer of the board approved it.
        IntegrityError: an approval is forged or for something else.
    """
    stocktake: Stocktake = next(each.after for each in closing.act.steps if each.kind == "stocktake")
    approvers = {str(each["statement"]["officer"]) for each in approvals} - {desk.officer.id}
    if approvers and approvers.isdisjoint(stocktake.board):
        raise PermissionRefusedError(_("Whoever closes a stock-take sits on its board; the second officer does not."))
    with desk.read() as connection:
        if _size(connection) != closing.size:
            raise RuleError(_("Something was entered meanwhile. Look at the lists again, then close."))
    return carry_out(desk, closing.act, approvals, progress=progress)


def _check_of_board(stocktake: Stocktake, person: str) -> None:
    if person not in stocktake.board:
        raise PermissionRefusedError(_("You do not sit on the board of this stock-take; two of its board close it."))


def _size(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM entry").scalar_one())


def _closed(desk: Desk, stocktake: Stocktake, found: Lists) -> Stocktake:
    return replace(
        stocktake,
        state=State.CLOSED.value,
        closed_at=format_instant(desk.now()),
        closed_by=desk.officer.id,
        book=found.book,
        both=len(found.both),
        book_only=len(found.book_only),
        elsewhere=len(found.elsewhere),
        floor_only=len(found.floor_only),
        outside=found.outside,
    )


def _sightings(desk: Desk, connection: Connection, stocktake: Stocktake, found: Lists) -> Iterator[Step]:
    """Yield the sighting of every weapon that was seen and is still held, as a single sighting would be.

    A weapon that the book has as not located lies on the floor only; it is held again once somebody has seen it.
    """
    custody = desk.standings.values[Standing.CUSTODY]
    seen = [each for each in found.both if not _has_left(each)]
    seen += [each for each in found.floor_only if each.weapon and not custody[each.weapon.custody].gone]
    last = {each.weapon.id: each.lines[-1] for each in seen if each.weapon}
    for weapon in weapons_by_id(connection, list(last)):
        line = last[weapon.id]
        if weapon.last_sighted is None or weapon.last_sighted < line.at or weapon.sighting == "claimed":
            yield sighting_step(weapon, at=line.at, by=line.counted_by, act_text=stocktake.reference)


def _has_left(item: Listed) -> bool:
    return any(each.code == "since_gone" for each in item.reasons)
