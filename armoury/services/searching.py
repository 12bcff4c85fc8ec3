"""Search over the weapons: any part of a number, name, place or remark, with filters.

Words of three characters or more are found anywhere (trigrams), shorter ones where something begins with them. All
words must match. Up to 2,000 hits are sorted; beyond that they come in the order of their numbers, and it is said.
No text that an officer can type raises an error.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from armoury.domain.serials import fold_serial, serial_key
from armoury.i18n import _, ngettext
from armoury.services.desk import Desk
from armoury.services.query import (
    FEW,
    LAST,
    Conditions,
    Query,
    any_of,
    conditions,
    count_up_to,
    first_sorted,
    has_index,
    sorted_numbers,
)
from armoury.services.words import Term, fold_glob, key_glob, phrase_of, terms_of
from armoury.store.register import Driver

MOST_SORTED = 2_000
MOST_LOOK_ALIKES = 20
_MOST_PLACED_WORDS = 3
"""Of the words of one search, so many may name places; every way to read them is one more question."""


@dataclass(frozen=True)
class Result:
    """What a search found.

    Attributes:
        ids: numbers of the first weapons, in order.
        total: how many there are; None where there are more than 2,000.
        sorted: whether they are in the order asked for.
        said: the sentence for the officer.
        look_alikes: numbers of weapons whose codes only look like what was typed; none of them is among the hits.
    """

    ids: tuple[int, ...]
    total: int | None
    sorted: bool
    said: str
    look_alikes: tuple[int, ...] = ()


def search(desk: Desk, query: Query, limit: int = 50) -> Result:
    """Return the first weapons that a query finds.

    Raises:
        StorageError, IntegrityError: the register cannot be read.
    """
    terms = terms_of(query.text)
    with desk.register.glance() as connection:
        found = matching(connection, query, terms, limit=MOST_SORTED + 1)
        few = len(found) <= MOST_SORTED
        in_order = few or (not terms and has_index(query))
        if few:
            ids = sorted_numbers(connection, found, query)[:limit]
        else:
            ids = first_sorted(connection, query, limit) if in_order else found[:limit]
        alike = _look_alikes(connection, query, terms, frozenset(found)) if terms and few else ()
    return Result(tuple(ids), len(found) if few else None, in_order, _said(len(found), in_order, alike), alike)


def matching(connection: Driver, query: Query, terms: Sequence[Term], *, limit: int | None = None) -> list[int]:
    """Return the numbers of all weapons that match, ascending; where `limit` cuts them off, any so many of them."""
    filters = conditions(connection, query)
    cut = "" if limit is None else f" LIMIT {int(limit)}"
    numbers: set[int] = set()
    for way in _ways(connection, query.text, terms):
        if limit is not None and len(numbers) >= limit:
            break
        if statement := _statement(connection, way, filters, cut):
            sql, values = statement
            numbers.update(array("q", (row[0] for row in connection.execute(sql + cut, values))))
    return sorted(numbers)[:limit]


@dataclass(frozen=True)
class _Way:
    """One way to read the words: these in the full text, these as beginnings or patterns, and so in these places."""

    full_text: tuple[Term, ...]
    others: tuple[Term, ...]
    places: tuple[frozenset[str], ...] = ()


def _ways(connection: Driver, text: str, terms: Sequence[Term]) -> list[_Way]:
    """Each word may stand in the weapon's own texts or name its place: list every way to read them all.

    Where a word is too short to be found anywhere, the text as a whole may still stand somewhere as it was typed.
    """
    placed = {term: ids for term in terms if not term.wild and (ids := _places_named(connection, term))}
    usable = list(placed)[:_MOST_PLACED_WORDS]
    ways = []
    if len(terms) > 1 and not all(term.in_full_text for term in terms):
        ways.append(_Way((phrase_of(text),), ()))
    for count in range(len(usable) + 1):
        for as_places in combinations(usable, count):
            rest = [term for term in terms if term not in as_places]
            ways.append(
                _Way(
                    tuple(term for term in rest if term.in_full_text),
                    tuple(term for term in rest if not term.in_full_text),
                    tuple(placed[term] for term in as_places),
                )
            )
    return ways


_PLACES = (
    "WITH RECURSIVE inside(id) AS ("
    " SELECT id FROM place WHERE code LIKE ? ESCAPE '!' OR name LIKE ? ESCAPE '!'"
    " UNION SELECT p.id FROM place AS p JOIN inside ON p.parent = inside.id) SELECT id FROM inside"
)


def _places_named(connection: Driver, term: Term) -> frozenset[str]:
    """Return the places, with all inside them, whose code or name holds the word (a short word: begins with it)."""
    escaped = term.text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    pattern = f"%{escaped}%" if term.in_full_text else f"{escaped}%"
    return frozenset(row[0] for row in connection.execute(_PLACES, (pattern, pattern)))


def _statement(connection: Driver, way: _Way, filters: Conditions, cut: str) -> tuple[str, list[Any]] | None:
    """Write the question of one way with its values; None where it cannot find anything."""
    phrase = " AND ".join(term.quoted for term in way.full_text)
    own = Conditions()
    for places in way.places:
        any_of(connection, "place", sorted(places), own)
    for term in way.others:
        alone = len(way.others) == 1 and not (phrase or filters or own)
        if term.wild:
            key_glob(term, own)
        elif not _begins(connection, term, own, led=bool(phrase or own.sets), cut=cut if alone else ""):
            return None
    every = own.joined(filters)
    if not phrase:
        where, values = every.over("w.number")
        return f"SELECT w.number FROM weapon AS w WHERE 1{where}", values
    # The full text leads: CROSS JOIN keeps SQLite from walking the weapons, + from asking the full text row by row.
    where, values = every.over("+search.rowid")
    weapon = " CROSS JOIN weapon AS w ON w.number = search.rowid" if every.tests else ""
    return f"SELECT search.rowid FROM search{weapon} WHERE search MATCH ?{where}", [phrase, *values]


_BEGINNINGS = ("tag", "serial_key", "maker_sort", "model_sort", "calibre_sort")


def _begins(connection: Driver, term: Term, found: Conditions, *, led: bool, cut: str) -> bool:
    """Add that a number or name begins with a word of one or two characters; False where none does.

    Args:
        connection: the register.
        term: the word.
        found: gets the condition.
        led: something else finds the weapons, so that many beginnings are better tested than fetched.
        cut: how many of each kind are enough.
    """
    parts: list[str] = []
    values: list[str] = []
    for column in _BEGINNINGS:
        text = term.text.upper() if column in ("tag", "serial_key") else term.text.casefold()
        parts.append(f"{column} >= ? AND {column} < ?")
        values += [text, text + LAST]
    every = " UNION ALL ".join(f"SELECT * FROM (SELECT number FROM weapon WHERE {each}{cut})" for each in parts)
    count = count_up_to(connection, every, values)
    if count == FEW and led:
        tests = " OR ".join(f"(w.{each.replace(' AND ', ' AND w.')})" for each in parts)
        found.tests.append((f"({tests})", list(values)))
    elif count:
        found.sets.append((every, list(values)))
    return count > 0


def _look_alikes(connection: Driver, query: Query, terms: Sequence[Term], found: frozenset[int]) -> tuple[int, ...]:
    """Find weapons whose folded code begins like the folded text, or fits the folded pattern, and are no hits."""
    if len(terms) == 1 and terms[0].wild:
        sql, values = fold_glob(terms[0])
        if len(values) == 1:
            return ()  # a pattern that begins with a wildcard would ask for every code of the register
    else:
        key, folded = serial_key(query.text), fold_serial(query.text)
        if len(folded) < 3:
            return ()
        sql, values = "fold >= ? AND fold < ? AND NOT (key >= ? AND key < ?)", [folded, folded + LAST, key, key + LAST]
    where, given = conditions(connection, query).over("w.number")
    rows = connection.execute(
        f"SELECT DISTINCT w.number FROM (SELECT subject FROM code WHERE {sql} LIMIT {MOST_SORTED}) AS c"
        f" CROSS JOIN weapon AS w ON w.id = c.subject WHERE 1{where}",
        (*values, *given),
    )
    return tuple(islice((row[0] for row in rows if row[0] not in found), MOST_LOOK_ALIKES))


def _said(count: int, in_order: bool, alike: Sequence[int]) -> str:
    if count > MOST_SORTED:
        text = _("More than {count} weapons match.").format(count=f"{MOST_SORTED:,}")
        return text if in_order else text + " " + _("They are not sorted; add a word or a filter to sort them.")
    if count:
        return ngettext("{count} weapon matches.", "{count} weapons match.", count).format(count=count)
    if alike:
        return _("No weapon matches. What looks like it is offered below; compare it with the weapon.")
    return _("No weapon matches.")


__all__ = ["Query", "Result", "matching", "search"]
