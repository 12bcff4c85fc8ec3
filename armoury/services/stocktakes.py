"""Stock-takes: opened for a board, found again, abandoned; and whether the site has its baseline.

A register that was filled from an old book claims weapons that nobody has seen. The first stock-take of the whole site
is its baseline: loss clocks, service gates and due dates bind only after it (design section 6). The board has two or
more people; whoever keeps the store does not judge it (domain rule 9), unless a second officer agrees and it is written
on every paper.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from armoury.domain.clock import format_instant
from armoury.domain.duties import Exclusion, permissions_of
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Person
from armoury.domain.records.stocktake import Stocktake
from armoury.domain.records.weapon import Weapon
from armoury.domain.standings import Standing
from armoury.domain.stocktakes import State, stocktake_reference
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record, found_ids, today
from armoury.services.desk import Desk
from armoury.store.reading import first, get, several
from armoury.store.steps import Act, Changes, step

CLOSING = "stocktake.close"
"""The permission of who certifies a stock-take; duties that exclude it are those of the keepers of the store."""

SMALLEST_BOARD = 2


@dataclass(frozen=True)
class Scope:
    """What a stock-take is about; nothing given means the whole site.

    Attributes:
        places: ids of places, with everything inside them.
        types: ids of types of weapon.
        legal: legal standings.
    """

    places: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keeper:
    """One of a board who also keeps the store, and the exclusion that this breaks."""

    person: Person
    exclusion: Exclusion


def plan_opening(desk: Desk, scope: Scope, board: Sequence[str], *, override: str | None = None) -> Act:
    """Plan to open a stock-take; nothing is written.

    Args:
        desk: who orders it.
        scope: what it is about.
        board: ids of the people of the board, who presides first.
        override: why people of the board sit on it who also keep the store; a second officer must then approve.

    Raises:
        RuleError: the board is too small, names somebody twice or who has left, or fewer than two of it may close it;
            somebody keeps the store and no reason is given; the scope names what does not exist, or holds no weapon.
    """
    members = _board(desk, board)
    keepers = keepers_of(desk, members)
    if keepers and not (override or "").strip():
        raise RuleError(_keepers_refused(keepers))
    with desk.read() as connection:
        year = today(desk, connection).year
        record = _drafted(desk, connection, year, members)
        record = replace(record, places=scope.places, types=scope.types, legal=scope.legal)
        _check_scope(desk, connection, scope)
    if keepers:
        record = replace(record, keepers=tuple(each.person.id for each in keepers), override=(override or "").strip())
    check_record(desk, record)
    steps = [step("stocktake.opened", None, record)]
    return plan(desk, "stocktake.opened", steps, reason=override, overrides=[_override(each) for each in keepers])


def open_stocktake(desk: Desk, scope: Scope, board: Sequence[str]) -> Stocktake:
    """Open a stock-take with a board that keeps nothing.

    Raises:
        RuleError: as `plan_opening`.
        PermissionRefusedError: the officer may not.
    """
    act = plan_opening(desk, scope, board)
    return stocktake_by_id(desk, carry_out(desk, act).ids[0])


def stocktake_named(desk: Desk, reference: str | None) -> Stocktake:
    """Return a stock-take by its number, or the one that is open where no number is given.

    Raises:
        RuleError: there is none, or several are open.
    """
    if reference is None:
        return _only_open(desk)
    with desk.read() as connection:
        found = first(connection, Stocktake, "WHERE upper(t.reference) = ?", (reference.strip().upper(),))
    if found is None:
        raise RuleError(_("There is no stock-take “{reference}”.").format(reference=reference))
    return found


def stocktake_by_id(desk: Desk, id_: str) -> Stocktake:
    """Return a stock-take by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Stocktake, id_)
    if found is None:
        raise RuleError(_("There is no such stock-take."))
    return found


def stocktakes(desk: Desk, states: Collection[str] = ()) -> list[Stocktake]:
    """List the stock-takes in some states or in any, the latest first."""
    with desk.read() as connection:
        found = list(several(connection, Stocktake, _LATEST_FIRST))
    return [each for each in found if not states or each.state in states]


def abandon(desk: Desk, stocktake: Stocktake, reason: str) -> Changes:
    """Give an open stock-take up; its lines stay, and nothing follows from them.

    Raises:
        RuleError: it is not open, or no reason is given.
    """
    check_open_state(stocktake)
    if not reason.strip():
        raise RuleError(_("Say why the stock-take is given up."))
    after = replace(stocktake, state=State.VOID.value, void=reason.strip())
    act = plan(desk, "stocktake.abandoned", [step("stocktake.abandoned", stocktake, after)], reason=reason)
    return carry_out(desk, act)


def baseline_of(desk: Desk, weapon: Weapon | None = None) -> Stocktake | None:
    """Return the stock-take since which rules bind: clocks of losses, gates to service, due dates.

    Args:
        desk: whose register.
        weapon: ask for this weapon: then the first closed stock-take that covers it or saw it counts, also one of a
            part of the site. Without one, only a stock-take of the whole site counts.

    Returns:
        The first one that was closed; None where there is none yet.
    """
    with desk.read() as connection:
        closed = list(several(connection, Stocktake, _CLOSED))
        if weapon is None:
            return next((each for each in closed if is_whole(each)), None)
        return next((each for each in closed if _covers(connection, each, weapon)), None)


def is_whole(stocktake: Stocktake) -> bool:
    """Tell whether a stock-take is about the whole site."""
    return not (stocktake.places or stocktake.types or stocktake.legal)


def in_scope(stocktake: Stocktake, inside: Collection[str], weapon: Weapon) -> bool:
    """Tell whether a stock-take is about a weapon.

    Args:
        stocktake: which.
        inside: ids of the places of its scope with all inside them (`places_inside`).
        weapon: as the book has it.
    """
    if stocktake.places and weapon.place not in inside:
        return False
    if stocktake.types and weapon.type not in stocktake.types:
        return False
    return not stocktake.legal or weapon.legal in stocktake.legal


def places_inside(connection: Connection, places: Sequence[str]) -> frozenset[str]:
    """Return the ids of places and of all places inside them."""
    return frozenset(row[0] for each in places for row in connection.exec_driver_sql(_INSIDE, (each,)))


_INSIDE = (
    "WITH RECURSIVE inside(id) AS (SELECT ? UNION SELECT p.id FROM place AS p JOIN inside ON p.parent = inside.id)"
    " SELECT id FROM inside"
)


def keepers_of(desk: Desk, people: Sequence[Person]) -> list[Keeper]:
    """Return those of some people whose duties exclude that they certify what is in the store."""
    duties = desk.duties
    found = []
    for person in people:
        held = permissions_of(person, duties)
        for each in duties.excluding:
            if CLOSING in each.duties and not held.isdisjoint(set(each.duties) - {CLOSING}):
                found.append(Keeper(person, each))
                break
    return found


def board_of(desk: Desk, stocktake: Stocktake) -> list[Person]:
    """Return the people of a board, who presides first."""
    with desk.read() as connection:
        found = [get(connection, Person, each) for each in stocktake.board]
    return [each for each in found if each is not None]


def may_close(desk: Desk, person: Person) -> bool:
    """Tell whether an officer may close a stock-take."""
    return person.sign_in is not None and CLOSING in permissions_of(person, desk.duties)


def check_open_state(stocktake: Stocktake) -> None:
    """Check that a stock-take is open.

    Raises:
        RuleError: it was closed or given up.
    """
    if stocktake.state == State.CLOSED:
        text = _("The stock-take {reference} is closed. Open another one.")
        raise RuleError(text.format(reference=stocktake.reference))
    if stocktake.state == State.VOID:
        text = _("The stock-take {reference} was given up: {reason}")
        raise RuleError(text.format(reference=stocktake.reference, reason=stocktake.void))


def person_name(person: Person) -> str:
    """Name a person without personal data: by sign-in name, badge or tag."""
    return person.sign_in or person.badge or printed_tag(person.tag)


def _only_open(desk: Desk) -> Stocktake:
    found = stocktakes(desk, [State.OPEN])
    if not found:
        raise RuleError(_("No stock-take is open. Open one with: armoury stocktake open"))
    if len(found) > 1:
        named = ", ".join(each.reference for each in found)
        raise RuleError(_("Several stock-takes are open: {named}. Say which one.").format(named=named))
    return found[0]


def _board(desk: Desk, board: Sequence[str]) -> list[Person]:
    if len(set(board)) < len(board):
        raise RuleError(_("The board names somebody twice."))
    if len(board) < SMALLEST_BOARD:
        raise RuleError(_("A stock-take needs a board of two people or more."))
    with desk.read() as connection:
        found = [get(connection, Person, each) for each in board]
    members = [each for each in found if each is not None]
    if len(members) < len(found):
        raise RuleError(_("The register does not know one of the board. Enter the person first."))
    if left := [person_name(each) for each in members if each.status != "active"]:
        raise RuleError(_("{names} left and cannot sit on the board.").format(names=", ".join(left)))
    if len([each for each in members if may_close(desk, each)]) < SMALLEST_BOARD:
        able = [role for role, permissions in desk.duties.roles.items() if CLOSING in permissions]
        text = _("At least two of the board must be officers who may close the stock-take. They need one of: {able}.")
        raise RuleError(text.format(able=", ".join(able)))
    return members


def _keepers_refused(keepers: Sequence[Keeper]) -> str:
    lines = [_("{name}: {reason}").format(name=person_name(e.person), reason=e.exclusion.reason) for e in keepers]
    last = _("Name others, or give the reason why they sit on it all the same; a second officer then approves it.")
    return "\n".join([*lines, last])


def _override(keeper: Keeper) -> str:
    text = _("{name} sits on the board of the stock-take. {rule}")
    return text.format(name=person_name(keeper.person), rule=keeper.exclusion.reason)


def _drafted(desk: Desk, connection: Connection, year: int, members: Sequence[Person]) -> Stocktake:
    number = connection.exec_driver_sql("SELECT count(*) FROM stocktake WHERE year = ?", (year,)).scalar_one() + 1
    done = first(connection, Stocktake, _WHOLE_AND_CLOSED)
    return Stocktake(
        id=new_uuid7(desk.now()),
        reference=stocktake_reference(year, number),
        year=year,
        opened_at=format_instant(desk.now()),
        opened_by=desk.officer.id,
        board=tuple(each.id for each in members),
        baseline=done is None,
    )


# Of two at the same moment the one with the lower number is the earlier one.
_LATEST_FIRST = "ORDER BY t.opened_at DESC, length(t.reference) DESC, t.reference DESC"
_CLOSED = "WHERE t.state = 'closed' ORDER BY t.closed_at, length(t.reference), t.reference"
_WHOLE_AND_CLOSED = "WHERE t.state = 'closed' AND t.places IS NULL AND t.types IS NULL AND t.legal IS NULL LIMIT 1"


def _check_scope(desk: Desk, connection: Connection, scope: Scope) -> None:
    if len(found_ids(connection, "place", scope.places)) < len(set(scope.places)):
        raise RuleError(_("The scope names a place that does not exist."))
    reference, standings = desk.reference, desk.standings
    strange = [
        *(each for each in scope.types if each not in reference.dataset("types")),
        *(each for each in scope.legal if each not in standings.values[Standing.LEGAL]),
    ]
    if strange:
        text = _("The scope names {strange}, which is no type of weapon and no legal standing.")
        raise RuleError(text.format(strange=", ".join(strange)))


def _covers(connection: Connection, stocktake: Stocktake, weapon: Weapon) -> bool:
    saw = "SELECT 1 FROM count_line WHERE stocktake = ? AND weapon = ? AND struck IS NULL LIMIT 1"
    if connection.exec_driver_sql(saw, (stocktake.id, weapon.id)).first():
        return True
    return in_scope(stocktake, places_inside(connection, stocktake.places), weapon)


def scope_conditions(stocktake: Stocktake, inside: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the conditions over the table of weapons `w` by which a weapon is in scope, with their values."""
    for column, values in (("place", inside), ("type", stocktake.types), ("legal", stocktake.legal)):
        if values:
            yield f"w.{column} IN ({', '.join('?' * len(values))})", sorted(values)
