"""Which column of an old spreadsheet is which field of a weapon: guessed by synonyms, chosen by the officer, kept in a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from armoury.tabular.dates import DateOrder
from armoury.tabular.table import Choices, DateSystem


@dataclass(frozen=True)
class ColumnMap:
    """What an officer decided about a file, fit for the next one of the same make.

    Attributes:
        fields: column as written to field of the weapon record, or `status`; None for a column that is left out.
        choices: encoding, delimiter, sheet and header line, where they were chosen.
        date_order: day or month first, where it was asked for; by column as written.
        date_system: how day numbers count.
    """

    fields: Mapping[str, str | None]
    choices: Choices = Choices()
    date_order: Mapping[str, DateOrder] | None = None
    date_system: DateSystem | None = None


def guess_columns(columns: Sequence[str]) -> Mapping[str, str | None]:
    """Return for each column the field that it stands for by its name, or None; no field twice."""
    raise NotImplementedError


def save_map(path: Path, chosen: ColumnMap) -> None:
    """Write the choices to a file."""
    raise NotImplementedError


def load_map(path: Path) -> ColumnMap:
    """Read choices back.

    Raises:
        TableError: the file is not one, or names what is not known here.
    """
    raise NotImplementedError
