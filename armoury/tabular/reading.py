"""Reading a spreadsheet file, whatever it is, into a `Table`."""

from pathlib import Path

from armoury.tabular.table import Choices, Table

__all__ = ["read_table"]


def read_table(path: Path, choices: Choices = Choices()) -> Table:  # noqa: B008 frozen
    """Read a CSV or XLSX file through once.

    Args:
        path: the file; what it is is decided by its content, not its name.
        choices: what the officer says instead of what would be detected.

    Raises:
        TableError: it cannot be read as a table; the sentence says why.
    """
    raise NotImplementedError
