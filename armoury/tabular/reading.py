"""Reading a spreadsheet file, whatever it is, into a `Table`."""

from pathlib import Path

from armoury.tabular.csv_reading import read_csv
from armoury.tabular.files import open_table
from armoury.tabular.table import Choices, Table, TableError

__all__ = ["TableError", "read_table"]

_DETECT = Choices()


def read_table(path: Path, choices: Choices = _DETECT) -> Table:
    """Read a CSV or XLSX file through once.

    Args:
        path: the file; what it is is decided by its content, not its name.
        choices: what the officer says instead of what would be detected.

    Raises:
        TableError: it cannot be read as a table; the sentence says why.
    """
    file, zipped = open_table(path)
    file.close()
    return read_csv(path, choices)
