"""Places: a tree of site, building, room, rack and position, each with a code of its own and a label.

A code finds its place for ever: one that was given up is never given to another place, and still leads to its former
holder. A place is closed only when nothing lies in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Place
from armoury.domain.serials import serial_key
from armoury.domain.tags import is_tag, normalise_tag
from armoury.i18n import _
from armoury.services.acts import carry_out, plan
from armoury.services.checks import check_record
from armoury.services.desk import Desk
from armoury.services.tagging import free_tags
from armoury.store.reading import first, get, several
from armoury.store.steps import Changes, step

_NEED_A_PARENT = ("rack", "position")


@dataclass(frozen=True)
class PlaceNode:
    """A place in its tree, with what lies in it.

    Attributes:
        depth: 0 for a place that lies in no other.
        path: the codes from the outermost place to this one.
        here: weapons that lie in this very place.
        within: weapons that lie in it or in anything inside it.
    """

    place: Place
    depth: int
    path: tuple[str, ...]
    here: int
    within: int


def add_place(desk: Desk, code: str, name: str, level: str, parent_code: str | None = None) -> Changes:
    """Enter a new place.

    Raises:
        RuleError: the code is or was another place's, the level is unknown or does not fit in its parent.
    """
    parent = place_by_code(desk, parent_code) if parent_code else None
    with desk.read() as connection:
        tag = free_tags(connection, 1)[0]
    place = Place(new_uuid7(desk.now()), tag, code.strip(), name.strip(), level, parent.id if parent else None)
    _check(desk, place)
    return carry_out(desk, plan(desk, "place.added", [step("place.added", None, place)]))


def change_place(desk: Desk, code: str, /, *, reason: str | None = None, **changes: Any) -> Changes:
    """Rename, move, annotate, close or open a place.

    Args:
        desk: who does it.
        code: the place's code as it is now.
        reason: why.
        **changes: new `code`, `name`, `level`, `parent_code` (None for no parent), `remarks`, `closed`.

    Raises:
        RuleError: as `add_place`; or the place would lie in itself, or is closed while something lies in it.
    """
    before = place_by_code(desk, code)
    if strange := changes.keys() - {"code", "name", "level", "parent_code", "remarks", "closed"}:
        raise RuleError(_("A place has no {fields} that can be changed.").format(fields=", ".join(sorted(strange))))
    if "parent_code" in changes:
        parent_code = changes.pop("parent_code")
        changes["parent"] = place_by_code(desk, parent_code).id if parent_code else None
    after = replace(before, **changes)
    _check(desk, after)
    act = plan(desk, "place.changed", [step("place.changed", before, after)], reason=reason)
    return carry_out(desk, act)


def place_by_code(desk: Desk, code: str) -> Place:
    """Return the place that has a code, in whatever letters and spacing it is typed.

    Raises:
        RuleError: there is none; if the code was given up, the sentence says which place had it.
    """
    with desk.read() as connection:
        found = _with_code(connection, code)
        if found is not None:
            return found
        former = _formerly(connection, code)
    if former is not None:
        text = _("The place “{code}” is now called “{now}”.")
        raise RuleError(text.format(code=code, now=former.code))
    raise RuleError(_("There is no place with the code “{code}”. Enter it first.").format(code=code))


def place_of(desk: Desk, place_id: str) -> Place:
    """Return a place by its id.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = get(connection, Place, place_id)
    if found is None:
        raise RuleError(_("There is no such place."))
    return found


def place_tree(desk: Desk, *, closed: bool = True) -> list[PlaceNode]:
    """Return all places, each followed by what lies in it, sorted by code; with or without the closed ones."""
    with desk.read() as connection:
        places = sorted(several(connection, Place), key=lambda each: each.code)
        here = _weapons_by_place(connection)
    children: dict[str | None, list[Place]] = {}
    for each in places:
        children.setdefault(each.parent, []).append(each)
    nodes = list(_walk(children, None, here, ()))
    return nodes if closed else [each for each in nodes if not each.place.closed]


def places_within(desk: Desk, place_id: str) -> frozenset[str]:
    """Return the ids of a place and of everything inside it."""
    with desk.read() as connection:
        return frozenset(_subtree(connection, place_id))


def check_open(connection: Connection, place_id: str | None) -> None:
    """Check that something can be put into a place.

    Raises:
        RuleError: the place does not exist or was closed.
    """
    if place_id is None:
        return
    place = get(connection, Place, place_id)
    if place is None:
        raise RuleError(_("There is no such place."))
    if place.closed:
        text = _("The place “{code}” was closed. Choose another one, or open it again.")
        raise RuleError(text.format(code=place.code))


def former_codes(desk: Desk, place_id: str) -> tuple[str, ...]:
    """Return the codes that a place had before, oldest first."""
    with desk.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT json_extract(CAST(body AS TEXT), '$.after.code') FROM entry"
            " WHERE subject_kind = 'place' AND subject = ? ORDER BY seq",
            (place_id,),
        )
        codes = list(dict.fromkeys(row[0] for row in rows))
        now = get(connection, Place, place_id)
    return tuple(each for each in codes if now is None or each != now.code)


def _check(desk: Desk, place: Place) -> None:
    """Check a place as it shall be.

    Raises:
        RuleError: something of it cannot be.
    """
    if not place.code or not place.name:
        raise RuleError(_("A place needs a code and a name."))
    if not serial_key(place.code):
        text = _("The code “{code}” needs a letter or a digit, else no scan finds it.")
        raise RuleError(text.format(code=place.code))
    check_record(desk, place)
    with desk.read() as connection:
        _check_code(connection, place)
        _check_parent(desk, connection, place)
        if place.closed:
            _check_empty(connection, place)


def _check_code(connection: Connection, place: Place) -> None:
    if is_tag(normalise_tag(place.code)):
        text = _("“{code}” is written like a tag, and a scan could not tell them apart. Give the place another code.")
        raise RuleError(text.format(code=place.code))
    other = _with_code(connection, place.code)
    if other is not None and other.id != place.id:
        raise RuleError(_("The code “{code}” belongs to the place “{name}”.").format(code=other.code, name=other.name))
    former = _formerly(connection, place.code)
    if former is not None and former.id != place.id:
        text = _("“{code}” was the code of the place that is now “{now}”; old labels still say so. Choose another.")
        raise RuleError(text.format(code=place.code, now=former.code))


def _check_parent(desk: Desk, connection: Connection, place: Place) -> None:
    ranks = {each: int(entry.details["rank"]) for each, entry in desk.reference.lists["place_levels"].items()}
    for child in several(connection, Place, "WHERE t.parent = ?", (place.id,)):
        if ranks[child.level] <= ranks[place.level]:
            text = _("“{child}” lies in this place, so this place must be larger than a {level}.")
            raise RuleError(text.format(child=child.code, level=child.level))
    if place.parent is None:
        if place.level in _NEED_A_PARENT:
            raise RuleError(_("Say in which room or building the {level} is.").format(level=place.level))
        return
    if place.parent in _subtree(connection, place.id):
        raise RuleError(_("A place cannot lie in itself or in something that is inside it."))
    parent = get(connection, Place, place.parent)
    if parent is not None and ranks[parent.level] >= ranks[place.level]:
        text = _("A {level} cannot lie in “{parent}”, which is a {parent_level}.")
        raise RuleError(text.format(level=place.level, parent=parent.code, parent_level=parent.level))
    if parent is not None and parent.closed and not place.closed:
        raise RuleError(_("“{parent}” was closed. Open it first.").format(parent=parent.code))


def _check_empty(connection: Connection, place: Place) -> None:
    inside = _subtree(connection, place.id)
    weapons = _count_in(connection, inside)
    if weapons:
        text = _("{count} weapons lie in “{code}”. Move them elsewhere before it is closed.")
        raise RuleError(text.format(count=weapons, code=place.code))
    if _ammunition_in(connection, inside):
        text = _("Ammunition lies in “{code}”. Move it elsewhere before it is closed.")
        raise RuleError(text.format(code=place.code))
    open_ones = [each for each in inside if each != place.id and not _closed(connection, each)]
    if open_ones:
        text = _("There are still open places inside “{code}”. Close those first.")
        raise RuleError(text.format(code=place.code))


def _ammunition_in(connection: Connection, places: Iterable[str]) -> bool:
    query = "SELECT 1 FROM voucher_line WHERE place = ? GROUP BY lot HAVING sum(quantity) <> 0 LIMIT 1"
    return any(connection.exec_driver_sql(query, (each,)).first() for each in places)


def _closed(connection: Connection, place_id: str) -> bool:
    place = get(connection, Place, place_id)
    return place is None or place.closed


def _with_code(connection: Connection, code: str) -> Place | None:
    key = serial_key(code) or code
    return first(
        connection,
        Place,
        "JOIN code AS c ON c.subject = t.id WHERE c.scheme = 'place' AND c.key = ? ORDER BY t.code = ? DESC",
        (key, code),
    )


def _formerly(connection: Connection, code: str) -> Place | None:
    """Return the place that had a code before and now has another."""
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT subject, json_extract(CAST(body AS TEXT), '$.after.code') FROM entry"
        " WHERE subject_kind = 'place'"
    ).fetchall()
    wanted = serial_key(code)
    for subject, former in rows:
        if serial_key(former or "") == wanted:
            return get(connection, Place, subject)
    return None


def _weapons_by_place(connection: Connection) -> Mapping[str, int]:
    rows = connection.exec_driver_sql("SELECT place, count(*) FROM weapon WHERE place IS NOT NULL GROUP BY place")
    return {row[0]: row[1] for row in rows}


def _walk(
    children: Mapping[str | None, Sequence[Place]], parent: str | None, here: Mapping[str, int], path: tuple[str, ...]
) -> Iterator[PlaceNode]:
    for place in children.get(parent, ()):
        own = (*path, place.code)
        below = list(_walk(children, place.id, here, own))
        count = here.get(place.id, 0)
        within = count + sum(each.here for each in below)
        yield PlaceNode(place, len(path), own, count, within)
        yield from below


_SUBTREE = (
    "WITH RECURSIVE inside(id) AS (SELECT ? UNION SELECT p.id FROM place AS p JOIN inside ON p.parent = inside.id)"
)


def _subtree(connection: Connection, place_id: str) -> list[str]:
    return [row[0] for row in connection.exec_driver_sql(f"{_SUBTREE} SELECT id FROM inside", (place_id,))]  # noqa: S608 - a constant


def _count_in(connection: Connection, places: Iterable[str]) -> int:
    query = "SELECT count(*) FROM weapon WHERE place = ?"
    return sum(connection.exec_driver_sql(query, (each,)).scalar_one() for each in places)
