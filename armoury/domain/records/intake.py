"""The intake: that a file of an old book was taken into the register, which one, and what became of its rows."""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.fields import EntryNumber, Field, FieldType, Text, Whole


@dataclass(frozen=True)
class Intake:
    """One file that was imported in one act; the weapons it brought have their entries in the same act."""

    id: Annotated[str, Field()]
    file_name: Annotated[str, Field()]
    sha256: Annotated[str, Field()]
    """SHA-256 of the file's bytes."""
    mapping: Annotated[str, Field()]
    """Which column was taken as which field, and what the officer decided, as canonical JSON."""
    rows_read: Annotated[int, Field(FieldType.INTEGER)]
    rows_new: Annotated[int, Field(FieldType.INTEGER)]
    rows_same: Annotated[int, Field(FieldType.INTEGER)]
    rows_changed: Annotated[int, Field(FieldType.INTEGER)]
    rows_left_out: Annotated[int, Field(FieldType.INTEGER)]
    """Rows with errors and clashes, and those that the officer left out; the report names each."""
    weapons: Annotated[int, Field(FieldType.INTEGER)]
    """How many were registered; a row may hold a run of serials."""
    sheet: Text = None
    encoding: Text = None
    header_line: Whole = None
    report: Text = None
    """SHA-256 of the report, a CSV file with a line for each row."""
    remarks: Text = None
    entry: EntryNumber = 0
