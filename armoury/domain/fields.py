"""How a field of a record is declared: once, beside its type, for table, history, bundle and screen.

A record is a frozen dataclass whose fields are annotated with a `Field`. `models` builds its columns from that, `store`
its history and replay, `bundle` its schema; nothing else describes a record.
"""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Protocol, get_type_hints


class FieldType(StrEnum):
    """What a field holds, and so how it is stored, written to history and exported."""

    TEXT = "text"
    """Words, NFC."""
    AS_MARKED = "as marked"
    """Characters exactly as they stand on the weapon; never normalised."""
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    """A `PartialDate`: day, month, year or decade."""
    DAY = "day"
    """A whole day, `2026-03-09`."""
    INSTANT = "instant"
    """UTC in milliseconds with `Z`."""
    WORDS = "words"
    """A list of ids or short texts."""
    PARTS = "parts"
    """A list of small records that belong to this one."""


@dataclass(frozen=True)
class Field:
    """The declaration of one field.

    Attributes:
        form: what it holds.
        vocabulary: name of the reference dataset or standing whose ids it may take.
        refers_to: kind of the record whose id it holds.
        part: dataclass of the items of a `PARTS` field.
        personal: the value never enters a history entry, only a salted digest of it.
        recorded: part of the history; False for what the store derives.
        exported: a column of the bundle's table.
        unique: no two records of the kind share a value.
        signed: a whole number that may lie below 0, such as what a voucher takes away.
    """

    form: FieldType = FieldType.TEXT
    vocabulary: str | None = None
    refers_to: str | None = None
    part: type[Any] | None = None
    personal: bool = False
    recorded: bool = True
    exported: bool = True
    unique: bool = False
    signed: bool = False


class Record(Protocol):
    """What every record has: its id, and the number of its last history entry (0 before it is stored)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str:
        """Return the record's UUIDv7."""
        ...

    @property
    def entry(self) -> int:
        """Return the number of the record's last history entry."""
        ...


@dataclass(frozen=True)
class Declared:
    """One field of a record class with its name, its default and whether it may be missing."""

    name: str
    field: Field
    default: object
    required: bool


Text = Annotated[str | None, Field()]
AsMarked = Annotated[str | None, Field(FieldType.AS_MARKED)]
Whole = Annotated[int | None, Field(FieldType.INTEGER)]
Flag = Annotated[bool, Field(FieldType.FLAG)]
Day = Annotated[str | None, Field(FieldType.DAY)]
Instant = Annotated[str | None, Field(FieldType.INSTANT)]
Words = Annotated[tuple[str, ...], Field(FieldType.WORDS)]
PersonalText = Annotated[str | None, Field(personal=True)]
PersonalDigest = Annotated[str | None, Field()]
EntryNumber = Annotated[int, Field(FieldType.INTEGER, recorded=False)]


_DECLARED: dict[type[Any], tuple[Declared, ...]] = {}
"""Each class is read once; `functools.cache` does not take classes in the eyes of the type checker."""


def declared_fields(record: type[Any]) -> tuple[Declared, ...]:
    """List the declared fields of a record or part class, in order.

    Raises:
        TypeError: a field of the class carries no declaration.
    """
    found = _DECLARED.get(record)
    if found is None:
        hints = get_type_hints(record, include_extras=True)
        found = tuple(_declare(item, hints[item.name]) for item in dataclasses.fields(record))
        _DECLARED[record] = found
    return found


def _declare(item: "dataclasses.Field[Any]", hint: object) -> Declared:
    metadata = getattr(hint, "__metadata__", ())
    declaration = next((each for each in metadata if isinstance(each, Field)), None)
    if declaration is None:
        raise TypeError(f"field {item.name} is not declared")
    missing = dataclasses.MISSING
    default = item.default if item.default is not missing else None
    return Declared(item.name, declaration, default, required=item.default is missing)


def personal_names(record: type[Any]) -> tuple[str, ...]:
    """Name the fields whose values are personal data."""
    return tuple(each.name for each in declared_fields(record) if each.field.personal)
