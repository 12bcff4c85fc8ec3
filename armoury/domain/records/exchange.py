"""The bundle: what left the register for the national registry, when, how much of its history, and sealed to whom."""

from dataclasses import dataclass
from typing import Annotated

from armoury.domain.fields import EntryNumber, Field, FieldType, Instant, Text, Whole


@dataclass(frozen=True)
class Bundle:
    """A signed export: prepared when its number is taken, then exported or abandoned. No number is given twice."""

    id: Annotated[str, Field()]
    reference: Annotated[str, Field(unique=True)]
    """Its label, `BB-BCDFGHJK-000001`."""
    sequence: Annotated[int, Field(FieldType.INTEGER)]
    prepared_at: Annotated[str, Field(FieldType.INSTANT)]
    prepared_by: Annotated[str, Field(refers_to="person")]
    base: Annotated[int, Field(FieldType.INTEGER)]
    """Entries before the history that it holds."""
    previous: Text = None
    """Label of the last bundle that left before it."""
    state: Annotated[str, Field()] = "prepared"
    """prepared, exported or abandoned."""
    exported_at: Instant = None
    size: Whole = None
    """Entries of the history at its end."""
    root: Text = None
    """Root over them, in hex."""
    file_name: Text = None
    sha256: Text = None
    """SHA-256 of the file as it was carried away."""
    octets: Whole = None
    """Bytes of that file."""
    recipient: Text = None
    """To whom it is sealed (age); none for an open one."""
    abandoned: Text = None
    """Why it never left."""
    entry: EntryNumber = 0
