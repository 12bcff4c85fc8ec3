"""The three lists of a stock-take, read from the register.

While it is open they are worked out from its lines and the book as it is. At its end what nobody saw is written down
line by line too, so a closed stock-take says the same for ever, whatever becomes of the book. Counters count blind:
before the end only those see what is missing who may close it (domain rule 10).
"""

# ruff: noqa: S608 - names of columns are constants of this program; every value is bound

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection

from armoury.domain.clock import format_instant
from armoury.domain.count_lists import Book, BookWeapon, Lists, sort_out
from armoury.domain.duties import check_permission
from armoury.domain.ids import new_uuid7
from armoury.domain.record_form import from_json
from armoury.domain.records.site import Person
from armoury.domain.records.stocktake import CountLine, Stocktake
from armoury.domain.standings import Standing, Value
from armoury.domain.stocktakes import Outcome, State
from armoury.services.desk import Desk
from armoury.services.lookup import WeaponCard, find
from armoury.services.stocktakes import CLOSING, person_name, places_inside, scope_conditions
from armoury.store.reading import several


def lists(desk: Desk, stocktake: Stocktake) -> Lists:
    """Return the three lists.

    Raises:
        PermissionRefusedError: it is open, and the officer may not close it.
    """
    if stocktake.state == State.OPEN:
        check_permission(desk.officer, CLOSING, desk.duties)
    with desk.read() as connection:
        return lists_at(desk, connection, stocktake)


def lists_at(desk: Desk, connection: Connection, stocktake: Stocktake, upto: int | None = None) -> Lists:
    """Return the three lists as one moment of the register has them.

    Args:
        desk: who asks.
        connection: that moment.
        stocktake: which.
        upto: number of an entry: weapons and places are described as they were after it.
    """
    where = "WHERE t.stocktake = ? ORDER BY t.line"
    lines = list(several(connection, CountLine, where, (stocktake.id,)))
    if stocktake.state == State.OPEN:
        known = _now_known(desk, lines)
        lines += not_seen_lines(desk, connection, stocktake)
        return sort_out(stocktake, lines, replace(_book(desk, connection, lines, upto), now_known=known))
    return sort_out(stocktake, lines, _book(desk, connection, lines, upto))


def not_seen_lines(desk: Desk, connection: Connection, stocktake: Stocktake) -> list[CountLine]:
    """Return a line for every weapon of the scope that no line names, as the end of the stock-take writes it down."""
    last = connection.exec_driver_sql(
        "SELECT coalesce(max(line), 0) FROM count_line WHERE stocktake = ?", (stocktake.id,)
    ).scalar_one()
    now, custody = desk.now(), desk.standings.values[Standing.CUSTODY]
    expected = _expected(connection, stocktake, custody)
    return [
        CountLine(
            id=new_uuid7(now), stocktake=stocktake.id, line=number, at=format_instant(now), counted_by=desk.officer.id,
            outcome=_missed(stocktake, custody[held], sighted), weapon=id_, book_custody=held, book_place=place,
            claimed=sighting == "claimed",
        )
        for number, (id_, held, place, sighted, sighting) in enumerate(expected, last + 1)
    ]  # fmt: skip


def _expected(connection: Connection, stocktake: Stocktake, custody: Mapping[str, Value]) -> Iterator[Sequence[Any]]:
    """Give the weapons of the scope that the book holds and no line names."""
    gone = sorted(name for name, value in custody.items() if value.gone)
    conditions = [(f"w.custody NOT IN ({', '.join('?' * len(gone))})", gone)]
    conditions += scope_conditions(stocktake, places_inside(connection, stocktake.places))
    query = (
        "SELECT w.id, w.custody, w.place, w.last_sighted, w.sighting FROM weapon AS w WHERE NOT EXISTS"
        " (SELECT 1 FROM count_line AS l WHERE l.weapon = w.id AND l.stocktake = ? AND l.struck IS NULL)"
        f"{''.join(f' AND {sql}' for sql, _values in conditions)} ORDER BY w.number"
    )
    values = (stocktake.id, *(each for _sql, given in conditions for each in given))
    yield from (tuple(row) for row in connection.exec_driver_sql(query, values))


def _missed(stocktake: Stocktake, custody: Value, sighted: str | None) -> str:
    """Tell a weapon that should lie here from one that the book places elsewhere, or that another act has sighted."""
    otherwise = sighted is not None and sighted >= stocktake.opened_at
    return (Outcome.NOT_SEEN if custody.held_by == "place" and not otherwise else Outcome.ELSEWHERE).value


def _now_known(desk: Desk, lines: Iterable[CountLine]) -> dict[str, str]:
    """Return the tag of the weapon that a line means by now, for lines that the book did not know."""
    known = {}
    for line in lines:
        if line.outcome == Outcome.UNKNOWN and line.struck is None and not line.unlisted and line.text:
            only = find(desk, line.text).only
            if only is not None and isinstance(only.found, WeaponCard):
                known[line.id] = only.found.weapon.tag
    return known


def _book(desk: Desk, connection: Connection, lines: Sequence[CountLine], upto: int | None) -> Book:
    custody = desk.standings.values[Standing.CUSTODY]
    parents, codes = _places(connection, upto)
    wanted = {each.weapon for each in lines if each.weapon}
    wanted |= {candidate for each in lines if each.weapon is None for candidate in each.candidates}
    return Book(
        weapons=_weapons(connection, wanted, upto),
        ended=[name for name, value in custody.items() if value.held_by == "end"],
        lying=[name for name, value in custody.items() if value.held_by == "place"],
        parents=parents,
        places=codes,
        people=_people(connection, upto),
    )


_NAMES = tuple(each.name for each in fields(BookWeapon))
_COLUMNS = ", ".join(f"w.{name}" for name in _NAMES)


def _weapons(connection: Connection, ids: Collection[str], upto: int | None) -> dict[str, BookWeapon]:
    if upto is not None:
        return {
            id_: BookWeapon(**{name: after[name] for name in _NAMES if name in after})
            for id_, after in records_after(connection, "weapon", ids, upto)
        }
    query = f"SELECT {_COLUMNS} FROM json_each(?) AS j JOIN weapon AS w ON w.id = j.value"
    rows = connection.exec_driver_sql(query, (json.dumps(sorted(ids)),))
    return {row[0]: BookWeapon(*row) for row in rows}


def _places(connection: Connection, upto: int | None) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return what each place lies in, and its code, by id."""
    rows = connection.exec_driver_sql("SELECT id, parent, code FROM place").fetchall()
    parents, codes = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
    for id_, after in records_after(connection, "place", codes, upto) if upto is not None else ():
        parents[id_], codes[id_] = after.get("parent"), after["code"]
    return parents, codes


def _people(connection: Connection, upto: int | None) -> dict[str, str]:
    """Return the names of people without personal data, by id."""
    people = {each.id: each for each in several(connection, Person)}
    for id_, after in records_after(connection, "person", people, upto) if upto is not None else ():
        people[id_] = from_json(Person, after)
    return {id_: person_name(each) for id_, each in people.items()}


def records_after(
    connection: Connection, kind: str, ids: Iterable[str], upto: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give records as the history has them after an entry: each id with the fields recorded of it."""
    query = (
        "SELECT j.value, (SELECT body FROM entry WHERE subject_kind = ? AND subject = j.value AND seq <= ?"
        " ORDER BY seq DESC LIMIT 1) FROM json_each(?) AS j"
    )
    rows = connection.exec_driver_sql(query, (kind, upto, json.dumps(sorted(ids))))
    yield from ((id_, json.loads(body)["after"]) for id_, body in rows if body is not None)
