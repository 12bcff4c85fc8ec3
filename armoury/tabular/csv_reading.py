"""Reading a CSV file: once through to learn what is in it, then as often as its rows are wanted.

No pass holds more than a piece of the file. An unclosed quotation mark is never read over: the reader is strict, a cell
of several lines that holds what looks like whole rows is stopped, and the line where the mark opened is named.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from armoury.tabular.csv_remarks import look_closely, remark_guesses
from armoury.tabular.dialect import QUOTE, check_delimiter, find_delimiter
from armoury.tabular.encoding import ByteCensus, Encoding, name_of
from armoury.tabular.files import open_table
from armoury.tabular.layout import HEAD_LINES, HeaderWatch, Layout, lay_out
from armoury.tabular.lines import PIECE, TextLines
from armoury.tabular.notes import Notes
from armoury.tabular.quotes import quote_error
from armoury.tabular.table import Choices, Row, SkipReason, Table, TextRow

Skip = Callable[[int, SkipReason, str], None]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose encoding and separator are known, and its layout once that is."""

    path: Path
    encoding: str
    delimiter: str
    layout: Layout = field(default_factory=lambda: Layout(0, (), ()))
    sha256: str | None = None

    def lines(self) -> TextLines:
        """Begin a pass over the file."""
        return TextLines(self.path, self.encoding, self.sha256)

    def raw_rows(self, lines: TextLines) -> Iterator[tuple[int, list[str]]]:
        """Give every row as the file has it, with the line where it begins; `lines.row_end` is where it ends.

        Raises:
            TableError: a quotation mark went wrong, or what `TextLines` raises.
        """
        reader = csv.reader(
            lines, delimiter=self.delimiter, quotechar=QUOTE, strict=True, skipinitialspace=self.delimiter != " "
        )
        begin = lines.row_line = 1
        try:
            for cells in reader:
                lines.row_end = reader.line_num
                yield begin, cells
                begin = lines.row_line = lines.row_end + 1
        except csv.Error as problem:
            again = islice(TextLines(self.path, self.encoding), begin - 1, None)
            raise quote_error(self.path.name, again, begin, self.delimiter) from problem

    def sifted(self, lines: TextLines, skip: Skip) -> Iterator[tuple[int, list[str]]]:
        """Give the rows of the table as the file has them; what is none is told to `skip`."""
        suspects, header_line = self.layout.suspects(), self.layout.header_line
        for row in self.raw_rows(lines):
            begin, cells = row
            first = cells[0] if cells else ""
            # Every row of a million comes by here; only some get the closer look.
            if begin > header_line and first[:1] > " " and first[:2] not in suspects:
                yield row
            elif begin != header_line:
                reason = self.layout.why_no_row(begin, cells)
                if reason is None:
                    yield row
                else:
                    skip(begin, reason, self.delimiter.join(cells).strip())

    def rows(self) -> Iterator[Row]:
        """Stream the rows, each with at least as many cells as there are columns."""
        width = len(self.layout.columns)
        for begin, cells in self.sifted(self.lines(), _silently):
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            elif len(cells) > width and not any(map(str.strip, cells[width:])):
                del cells[width:]
            yield TextRow(begin, cells)


def _silently(_line: int, _reason: SkipReason, _text: str) -> None:
    """The first pass has told it."""


def read_csv(path: Path, choices: Choices) -> Table:
    """Read a CSV file through once.

    Raises:
        TableError: it cannot be read as a table.
    """
    encoding = find_encoding(path, choices)
    head = list(islice(TextLines(path, encoding.name), 2 * HEAD_LINES))
    delimiter = check_delimiter(choices.delimiter) if choices.delimiter else find_delimiter(head)
    file = CsvFile(path, encoding.name, delimiter or ",")
    notes = Notes(path.name)
    remark_guesses(encoding, delimiter, notes)
    first = list(islice(file.raw_rows(file.lines()), HEAD_LINES))
    return _survey(replace(file, layout=lay_out(first, choices, notes)), notes)


def find_encoding(path: Path, choices: Choices) -> Encoding:
    """Return the encoding that was chosen, or the one that the bytes tell.

    Raises:
        TableError: nothing is known of the chosen one, or the file is no text.
    """
    if choices.encoding:
        return Encoding(name_of(choices.encoding))
    census = ByteCensus()
    file, _zipped = open_table(path)
    with file:
        while piece := file.read(PIECE):
            census.take(piece)
    return census.encoding()


def _survey(file: CsvFile, notes: Notes) -> Table:
    width, count, lines = len(file.layout.columns), 0, file.lines()
    watch = HeaderWatch(notes)
    for begin, cells in file.sifted(lines, notes.skip):
        count += 1
        watch.look(begin, cells)
        if len(cells) != width or lines.row_end != begin or begin <= lines.strange_until:
            look_closely(begin, cells, file.layout.columns, file.delimiter, notes)
    known = replace(file, sha256=lines.digest)
    return Table(
        name=file.path.name,
        sha256=lines.digest,
        form="csv",
        encoding=file.encoding,
        delimiter=file.delimiter,
        sheet=None,
        sheets=(),
        header_line=file.layout.header_line,
        columns=file.layout.columns,
        skipped=tuple(notes.skipped),
        remarks=notes.finished(),
        row_count=count,
        open_rows=known.rows,
    )
