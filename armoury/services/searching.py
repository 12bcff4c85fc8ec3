"""Search over the weapons: any part of a number, name, place or remark, with filters.

Words of three characters or more are found anywhere (trigrams), shorter ones where something begins with them. All
words must match; a word may also name a maker, model, calibre or type of the reference data, by any of its names. Up to
2,000 hits are sorted; beyond that they come in the order of their numbers, and it is said. No text that an officer can
type raises an error.
"""

# ruff: noqa: S608 - names of tables and columns are constants of this program; every value is bound

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any

from armoury.domain.reference import Reference
from armoury.domain.serials import fold_serial, serial_key
from armoury.i18n import _, ngettext
from armoury.services.desk import Desk
from armoury.services.naming import called, named
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
from armoury.services.words import TRIGRAM, Term, fold_glob, key_glob, phrase_of, terms_of
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
    terms, reference = terms_of(query.text), desk.reference
    with desk.register.glance() as connection:
        found = matching(connection, query, terms, reference, limit=MOST_SORTED + 1)
        few = len(found) <= MOST_SORTED
        in_order = few or (not terms and has_index(query))
        if few:
            ids = sorted_numbers(connection, found, query)[:limit]
        else:
            ids = first_sorted(connection, query, limit) if in_order else found[:limit]
        alike = _look_alikes(connection, query, terms, frozenset(found)) if terms and few else ()
    return Result(tuple(ids), len(found) if few else None, in_order, _said(len(found), in_order, alike), alike)


def matching(
    connection: Driver, query: Query, terms: Sequence[Term], reference: Reference, *, limit: int | None = None
) -> list[int]:
    """Return the numbers of all weapons that match, ascending; where `limit` cuts them off, any so many of them."""
    filters = conditions(connection, query)
    cut = "" if limit is None else f" LIMIT {int(limit)}"
    numbers: set[int] = set()
    for way in _ways(connection, query.text, terms, reference):
        if limit is not None and len(numbers) >= limit:
            break
        if statement := _statement(connection, way, filters, cut, reference):
            sql, values = statement
            numbers.update(array("q", (row[0] for row in connection.execute(sql + cut, values))))
    return sorted(numbers)[:limit]


_Among = tuple[str, tuple[str, ...]]
"""An indexed column and ids, one of which it must hold."""


@dataclass(frozen=True)
class _Way:
    """One way to read the words: these in the full text, these as beginnings or patterns, and so as places or names.

    Attributes:
        ids: what the text as a whole names in the reference data; any of them will do.
    """

    full_text: tuple[Term, ...]
    others: tuple[Term, ...]
    among: tuple[_Among, ...] = ()
    ids: tuple[str, ...] = ()


def _ways(connection: Driver, text: str, terms: Sequence[Term], reference: Reference) -> list[_Way]:
    """Each word may stand in the weapon's own texts or name its place: list every way to read them all.

    Where a word is too short to be found anywhere, the text as a whole may still stand somewhere as it was typed. It
    may also be the whole name of a place, or of something in the reference data.
    """
    named_by = {term: among for term in terms if not term.wild and (among := _among(connection, term, reference))}
    usable = list(named_by)[:_MOST_PLACED_WORDS]
    ways = _ways_of_all(connection, text, reference) if len(terms) > 1 else []
    if len(terms) > 1 and not all(term.in_full_text for term in terms):
        ways.append(_Way((phrase_of(text),), ()))
    for count in range(len(usable) + 1):
        for chosen in combinations(usable, count):
            rest = [term for term in terms if term not in chosen]
            words = tuple(term for term in rest if term.in_full_text)
            others = tuple(term for term in rest if not term.in_full_text)
            ways += [_Way(words, others, among) for among in product(*(named_by[term] for term in chosen))]
    return ways


def _among(connection: Driver, term: Term, reference: Reference) -> list[_Among]:
    """Say what a word may name that the full text cannot tell: places, and what has too short an id."""
    places = _places_named(connection, term)
    short = [
        (column, brief)
        for column, ids in (named(reference, term.text).items() if term.in_full_text else ())
        if (brief := tuple(each for each in ids if len(each) < TRIGRAM))
    ]
    return [("place", tuple(sorted(places)))] * bool(places) + short


def _ways_of_all(connection: Driver, text: str, reference: Reference) -> list[_Way]:
    """Take a text of several words as one name."""
    whole = phrase_of(text).text
    places = sorted({row[0] for row in connection.execute(_PLACE_CALLED, (whole, whole))})
    meant = called(reference, whole)
    ids = tuple(each for found in meant.values() for each in found if len(each) >= TRIGRAM)
    placed = [_Way((), (), (("place", tuple(places)),))] * bool(places)
    return placed + [_Way((), (), (), ids)] * bool(ids) + _brief(meant)


def _brief(meant: Mapping[str, tuple[str, ...]]) -> list[_Way]:
    every = ((column, tuple(each for each in ids if len(each) < TRIGRAM)) for column, ids in meant.items())
    return [_Way((), (), (each,)) for each in every if each[1]]


_PLACE_CALLED = (
    "WITH RECURSIVE inside(id) AS ("
    " SELECT id FROM place WHERE code = ? COLLATE NOCASE OR name = ? COLLATE NOCASE"
    " UNION SELECT p.id FROM place AS p JOIN inside ON p.parent = inside.id) SELECT id FROM inside"
)
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


def _statement(
    connection: Driver, way: _Way, filters: Conditions, cut: str, reference: Reference
) -> tuple[str, list[Any]] | None:
    """Write the question of one way with its values; None where it cannot find anything."""
    phrases = [_any_phrase(term.text, _ids(term, reference)) for term in way.full_text]
    phrase = " AND ".join([*phrases, *([_any_phrase("", way.ids)] if way.ids else [])])
    own = Conditions()
    for column, ids in way.among:
        any_of(connection, column, ids, own)
    for term in way.others:
        alone = len(way.others) == 1 and not (phrase or filters or own)
        if term.wild:
            key_glob(term, own)
        elif not _begins(connection, _parts(term, reference), own, led=bool(phrase or own.sets),
                         cut=cut if alone else ""):  # fmt: skip
            return None
    every = own.joined(filters)
    if not phrase:
        where, values = every.over("w.number")
        return f"SELECT w.number FROM weapon AS w WHERE 1{where}", values
    # The full text leads: CROSS JOIN keeps SQLite from walking the weapons, + from asking the full text row by row.
    where, values = every.over("+search.rowid")
    weapon = " CROSS JOIN weapon AS w ON w.number = search.rowid" if every.tests else ""
    return f"SELECT search.rowid FROM search{weapon} WHERE search MATCH ?{where}", [phrase, *values]


def _ids(term: Term, reference: Reference) -> list[str]:
    """Return the ids of what a word names, but for those in which the full text finds the word by itself."""
    word = term.text.casefold()
    every = (id_ for ids in named(reference, term.text).values() for id_ in ids)
    return [each for each in every if len(each) >= TRIGRAM and word not in each]


def _any_phrase(text: str, ids: Sequence[str]) -> str:
    """Write, in the full text's own language, that the text or one of the ids stands there."""
    quoted = [f'"{each}"' for each in (text.replace('"', '""'), *ids) if each]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


_Part = tuple[str, list[str]]
"""A test of one indexed column, and its values."""


def _parts(term: Term, reference: Reference) -> list[_Part]:
    """Say where a word of one or two characters may be found: numbers and names that begin with it."""
    parts: list[_Part] = []
    for column in _BEGINNINGS:
        text = term.text.upper() if column in ("tag", "serial_key") else term.text.casefold()
        parts.append((f"{column} >= ? AND {column} < ?", [text, text + LAST]))
    for column, ids in named(reference, term.text).items():
        parts.append((f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(ids)]))
    return parts


_BEGINNINGS = ("tag", "serial_key", "maker_sort", "model_sort", "calibre_sort")


def _begins(connection: Driver, parts: Sequence[_Part], found: Conditions, *, led: bool, cut: str) -> bool:
    """Add that a number or name begins with a word of one or two characters; False where none does.

    Args:
        connection: the register.
        parts: where it may be found.
        found: gets the condition.
        led: something else finds the weapons, so that many beginnings are better tested than fetched.
        cut: how many of each kind are enough.
    """
    values = [value for _sql, given in parts for value in given]
    every = " UNION ALL ".join(f"SELECT * FROM (SELECT number FROM weapon WHERE {each}{cut})" for each, _given in parts)
    count = count_up_to(connection, every, values)
    if count == FEW and led:
        tests = " OR ".join(f"(w.{each.replace(' AND ', ' AND w.')})" for each, _given in parts)
        found.tests.append((f"({tests})", values))
    elif count:
        found.sets.append((every, values))
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
