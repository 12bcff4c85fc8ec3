"""Which column of an old register is which field of a weapon, guessed by what stands above it.

The headings are data: `resources/tabular/columns.json`, in English, Spanish, French and Dutch. They are compared
without case, accents, punctuation and spaces; a slip of the pen is forgiven where only one field comes near. A heading
that may mean two fields means none, and no two columns are guessed to be one field.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from armoury.domain.folding import How, Index, build_index, fold
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference_entries import Entry
from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.paths import resource
from armoury.tabular.table import TableRemark

STATUS = "status"
"""Not a field of the weapon but the word of an old book that stands for its four standings."""

QUANTITY = "quantity"
"""Not a field of the weapon but the number of weapons that a row is about."""

UNMAPPED = frozenset(
    {"id", "number", "tag", "entry", "personal", "holder", "holder_unlisted", "acquisition", "sighting", "last_sighted",
     "sighted_by", "sighted_in", "scheme", "serial_status", "components", "kit", "fire_modes", "transit_countries"}
)  # fmt: skip
"""What the register gives itself, and what does not fit into one cell; no file can set it."""


@dataclass(frozen=True)
class Guess:
    """What a column was guessed to be.

    Attributes:
        column: as written.
        field: of the weapon, `status` or `quantity`; None if nothing is known.
        how: exact, by a listed spelling, or nearly right.
        rival: another column that got the same field first.
    """

    column: str
    field: str | None
    how: How | None = None
    rival: str | None = None


def mappable_fields() -> frozenset[str]:
    """Return every field that a column may be mapped to."""
    return (frozenset(Weapon.__dataclass_fields__) | {STATUS, QUANTITY}) - UNMAPPED


def guess_columns(columns: Sequence[str]) -> Mapping[str, str | None]:
    """Return for each column, as written, the field that it stands for by its heading, or None; no field twice."""
    return {each.column: each.field for each in guesses(columns)}


def guesses(columns: Sequence[str]) -> tuple[Guess, ...]:
    """Guess every column; what is written exactly goes before what is nearly right, and the first before the second."""
    found = [_guess(column) for column in columns]
    takers: dict[str, str] = {}
    for each in sorted(found, key=lambda guess: _STRENGTH[guess.how]):
        if each.field:
            takers.setdefault(each.field, each.column)
    return tuple(_unless_taken(each, takers) for each in found)


_STRENGTH: Mapping[How | None, int] = {"exact": 0, "spelling": 1, "near": 2, None: 3}


def _unless_taken(guess: Guess, takers: Mapping[str, str]) -> Guess:
    taker = takers.get(guess.field or "", guess.column)
    return guess if taker == guess.column else Guess(guess.column, None, None, taker)


def _guess(column: str) -> Guess:
    form = _form(column)
    found = _headings().find([form]) or _headings().near(form)
    return Guess(column, found.id, found.how) if found else Guess(column, None)


def _form(column: str) -> str:
    return fold(column.replace("#", " no "))


def count_known(texts: Sequence[str]) -> int:
    """Count how many different fields are written in a line exactly as a heading would be; a row of data has none."""
    found = (_headings().find([_form(text)]) for text in texts if text and len(text) <= _LONGEST_HEADING)
    return len({each.id for each in found if each})


_LONGEST_HEADING = 60


@cache
def written_headings() -> frozenset[str]:
    """Return every heading in the letters in which it is mostly written, to look for quickly."""
    data = json.loads(resource("tabular/columns.json").read_text(encoding="utf-8"))
    texts = [each["name"] for each in data["entries"]]
    texts += [text for each in data["entries"] for text in each["synonyms"]]
    texts += [text for each in data["entries"] for names in each["names"].values() for text in names]
    return frozenset(form for text in texts for form in (text, text.lower(), text.upper(), text.title()))


def guess_remarks(columns: Sequence[str]) -> tuple[TableRemark, ...]:
    """Return a remark for each column that was left out because another one got its field."""
    text = _("The column “{column}” may mean the same as “{rival}”, which was taken. Choose between them.")
    return tuple(
        TableRemark(
            None, each.column, "field_twice", each.column, text.format(column=each.column, rival=each.rival), Level.WARN
        )
        for each in guesses(columns)
        if each.rival
    )


@cache
def _headings() -> Index:
    data = json.loads(resource("tabular/columns.json").read_text(encoding="utf-8"))
    entries = [
        Entry(each["id"], each["name"], tuple(each["synonyms"]), {k: tuple(v) for k, v in each["names"].items()})
        for each in data["entries"]
    ]
    return build_index(entries, {each.id: [(_form(t), how) for t, how in _written(each)] for each in entries})


def _written(entry: Entry) -> list[tuple[str, How]]:
    every: list[tuple[str, How]] = [(entry.name, "exact"), (entry.id, "exact")]
    every += [(each, "spelling") for each in entry.synonyms]
    return every + [(each, "spelling") for names in entry.names.values() for each in names]
