"""Which field of a weapon each column of a file becomes, and in which way it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from armoury.domain.errors import RuleError
from armoury.domain.fields import Declared, FieldType, declared_fields
from armoury.domain.folding import fold
from armoury.domain.records.weapon import Weapon
from armoury.domain.standings import Standing
from armoury.domain.weapon_words import MATCHED
from armoury.i18n import _
from armoury.services.importing_terms import LEFT_OUT
from armoury.tabular.headings import QUANTITY, UNMAPPED, guess_columns
from armoury.tabular.table import Table


class Way(StrEnum):
    """How a column is read."""

    NAME = "name"
    """Kept as written and matched to the reference data."""
    CHOICE = "choice"
    """A word of a vocabulary; what is not known goes to the remarks."""
    SERIAL = "serial"
    FURTHER = "further serial"
    QUANTITY = "quantity"
    STATUS = "status"
    """A word of old books, for several standings at once."""
    STANDING = "standing"
    PLACE = "place"
    POSITION = "position"
    HOLDER = "holder"
    DATE = "date"
    DAY = "day"
    WHOLE = "whole number"
    FLAG = "flag"
    TEXT = "text"
    REMARKS = "remarks"


_OWN_WAYS: Mapping[str, Way] = {
    **dict.fromkeys(MATCHED, Way.NAME),
    **{each.value: Way.STANDING for each in Standing},
    "serial": Way.SERIAL,
    "serials": Way.FURTHER,
    "quantity": Way.QUANTITY,
    "status": Way.STATUS,
    "place": Way.PLACE,
    "position": Way.POSITION,
    "holder_text": Way.HOLDER,
    "remarks": Way.REMARKS,
}
_BY_FORM: Mapping[FieldType, Way] = {
    FieldType.TEXT: Way.TEXT,
    FieldType.AS_MARKED: Way.TEXT,
    FieldType.DATE: Way.DATE,
    FieldType.DAY: Way.DAY,
    FieldType.INTEGER: Way.WHOLE,
    FieldType.FLAG: Way.FLAG,
}
_NEVER = UNMAPPED | {f"{each}_text" for each in MATCHED}
_OTHER_NAMES: Mapping[str, str] = {
    **{f"{each}_text": each for each in MATCHED},
    "make": "maker", "manufacturer": "maker", "caliber": "calibre", "year": "made", "location": "place",
    "rack": "position", "holder": "holder_text", "issued_to": "holder_text", "standing": "status",
    "number": "ledger_line", "state_serial": "serials", "serial_number": "serial", "notes": "remarks",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A column that is taken, and as what."""

    index: int
    column: str
    field: str
    way: Way


@dataclass(frozen=True)
class Taken:
    """The columns of a file, sorted by what becomes of them."""

    sources: tuple[Source, ...]
    mapping: Mapping[str, str | None]

    def of(self, *ways: Way) -> tuple[Source, ...]:
        """Return the columns that are read in one of these ways."""
        return tuple(each for each in self.sources if each.way in ways)

    def column(self, field: str) -> str:
        """Return the column that a field is read from; empty if there is none."""
        name = _OTHER_NAMES.get(field, field)
        return next((each.column for each in self.sources if each.field == name), "")


def way_of(field: str) -> Way | None:
    """Return how a field is read, or None if no column can become it."""
    if field in _OWN_WAYS:
        return _OWN_WAYS[field]
    declared = _declared().get(field)
    if declared is None or field in _NEVER:
        return None
    if declared.field.vocabulary:
        return Way.CHOICE
    return _BY_FORM.get(declared.field.form)


def importable() -> tuple[str, ...]:
    """Name every field that a column can become."""
    return tuple(sorted({*_OWN_WAYS, *(name for name in _declared() if way_of(name))}))


def field_named(name: str) -> str:
    """Return the field that a name stands for.

    Raises:
        RuleError: no column can become it.
    """
    field = _OTHER_NAMES.get(name, name)
    if way_of(field) is None:
        text = _("There is no field “{name}” to import into. There are: {known}.")
        raise RuleError(text.format(name=name, known=", ".join(importable())))
    return field


def vocabulary_of(field: str) -> str:
    """Return the dataset whose words a field takes."""
    return _declared()[field].field.vocabulary or ""


def take_columns(columns: tuple[str, ...], mapping: Mapping[str, str | None]) -> Taken:
    """Sort the columns of a file by what becomes of them.

    Args:
        columns: of the file.
        mapping: column to field; None or absent: kept in the remarks, `-`: left out.

    Raises:
        RuleError: the file has no such column, there is no such field, or two columns would become one.
    """
    if strange := [each for each in mapping if each not in columns]:
        text = _("The file has no column “{name}”. It has: {known}.")
        raise RuleError(text.format(name=strange[0], known=", ".join(columns)))
    settled: dict[str, str | None] = {}
    sources: list[Source] = []
    for index, column in enumerate(columns):
        name = mapping.get(column)
        settled[column] = name if name in (None, LEFT_OUT) else field_named(name or "")
        if name != LEFT_OUT:
            field = settled[column] or "remarks"
            sources.append(Source(index, column, field, way_of(field) or Way.REMARKS))
    _check_once(sources)
    return Taken(tuple(sources), settled)


def _check_once(sources: list[Source]) -> None:
    seen: dict[str, str] = {}
    for each in sources:
        if each.way not in (Way.REMARKS, Way.FURTHER) and each.field in seen:
            text = _("The columns “{one}” and “{other}” are both taken as {field}. Choose one of them.")
            raise RuleError(text.format(one=seen[each.field], other=each.column, field=each.field))
        seen[each.field] = each.column


def propose(table: Table) -> Mapping[str, str | None]:
    """Guess what the columns of a file are, by their headings; where one means two things, by what stands under it."""
    found = {column: field if field and way_of(_OTHER_NAMES.get(field, field)) else None
             for column, field in guess_columns(table.columns).items()}  # fmt: skip
    for index, column in enumerate(table.columns):
        if fold(column) == _NAME_OR_NUMBER and QUANTITY not in found.values() and _counts(table, index):
            found[column] = QUANTITY
    return found


_NAME_OR_NUMBER = "nombre"
"""Spanish for a name and French for a number."""
_LOOKED_AT = 50


def _counts(table: Table, index: int) -> bool:
    """Tell whether the first rows have numbers in a column and nothing else."""
    texts = [row.cells[index].text for row in islice(table.rows(), _LOOKED_AT) if index < len(row.cells)]
    return any(texts) and all(each.isdecimal() for each in texts if each)


def is_remarks_by_name(column: str) -> bool:
    """Tell whether a column is called remarks; any other one that is kept in the remarks is named there."""
    return guess_columns([column]).get(column) == "remarks"


_FIELDS: dict[str, Declared] = {}


def _declared() -> Mapping[str, Declared]:
    if not _FIELDS:
        _FIELDS.update((each.name, each) for each in declared_fields(Weapon))
    return _FIELDS
