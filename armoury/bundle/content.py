"""What a bundle says: tables by their schema, entries by their tree, and each row by the entry that it follows."""

import json
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from armoury.bundle.continuity import Continuity, State
from armoury.bundle.entries import UNREADABLE, Entries, Seals
from armoury.bundle.errors import BundleError, Promise
from armoury.bundle.lines import entry_lines, table_rows, wide_cells
from armoury.bundle.rows import Cells, RowForm
from armoury.bundle.schema import Column, tables
from armoury.bundle.tags import BagInfo
from armoury.i18n import _, ngettext
from armoury.signing.wrapping import to_base64

_TABLE = re.compile(r"data/([a-z_]+)\.csv")


@dataclass(frozen=True)
class Content:
    """What is to be checked.

    Attributes:
        declared: columns of each table by file, as the bundle's own data package names them.
        digests: SHA-256 of every file of the payload, in hex.
        stream: gives the content of a file of the payload.
        known: what is known of the history from before.
    """

    info: BagInfo
    continuity: Continuity
    signer: bytes
    declared: Mapping[str, Sequence[str]]
    digests: Mapping[str, str]
    stream: Callable[[str], Iterator[bytes]]
    known: State | None


@dataclass
class Found:
    """What the check came upon that breaks no promise: rows by kind, and sentences worth reading."""

    rows: dict[str, int] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def check_content(content: Content) -> Found:
    """Check tables and history.

    Raises:
        BundleError: a promise is broken, in the order entries, continuity, schema, content.
    """
    check = _Check(content)
    with wide_cells():
        problem = check.read_tables()
        check.read_history()
    if problem is not None:
        raise problem
    check.compare()
    return check.found


class _Check:
    """One check of one bundle."""

    def __init__(self, content: Content) -> None:
        self.found = Found()
        self._content = content
        base, new = content.continuity.base, content.continuity.new
        self._seals = Seals(base.size, new.size)
        self._entries = Entries(base, content.continuity.peaks, self._seals, self._record_of)
        self._entries.strange = frozenset(
            kind.encode() for kind in map(_kind_of, content.declared) if kind not in tables()
        )
        self._forms: dict[str, RowForm] = {}
        self._papers: dict[str, str] = {}
        self._wanted: list[str] = []

    def read_tables(self) -> BundleError | None:
        """Read all tables; return what is wrong with one, for what the history says is reported before it."""
        try:
            files = [name for name in self._content.digests if _TABLE.fullmatch(name)]
            if set(files) != set(self._content.declared):
                raise _schema(_("“data/datapackage.json” does not name the tables that are there"))
            for kind in tables():
                if f"data/{kind}.csv" not in files and kind in ("register", "weapon"):
                    raise _schema(_("the table “{name}” is missing").format(name=kind))
            for name in files:
                self._read_table(name)
        except BundleError as problem:
            return problem
        return None

    def read_history(self) -> None:
        """Read the entries and compare their root with the checkpoint, and with what is known.

        Raises:
            BundleError: they are malformed, give another root, or do not continue what is known.
        """
        known, base = self._content.known, self._content.continuity.base
        if known and known.size > base.size:
            self._entries.watch(known.size)
        for name in self._content.digests:
            if name.startswith("data/history"):
                self._entries.read(entry_lines(self._content.stream(name), name), name)
        if known:
            self._check_known(known, base)
        if self._entries.finish() != self._content.continuity.new:
            text = _("The entries do not give the root of the checkpoint. The history was changed, or the bundle is "
                     "forged; ask the site why.")  # fmt: skip
            raise BundleError(Promise.ENTRIES, text)

    def compare(self) -> None:
        """Hold the rows against the entries.

        Raises:
            BundleError: a row says something else than the last entry about it, or one of the two is missing.
        """
        for seq in self._entries.mismatched:
            kind, columns, subject = self._difference(seq)
            text = _(
                "The row of {kind} {id} is not what entry {entry} says: {columns}. The bundle is forged or broken."
            )
            raise _content_error(text.format(kind=kind, id=subject, entry=seq, columns=", ".join(columns)))
        if orphans := self._entries.orphans():
            text = _("Entry {entry} speaks of something of which no row follows it: a row was left out, or is older "
                     "than its history.")  # fmt: skip
            raise _content_error(text.format(entry=orphans[0]))
        self._check_papers()
        if restored := self._entries.restored:
            text = ngettext("The site declared that a backup was put in place (entry {entries}).",
                            "The site declared that backups were put in place (entries {entries}).",
                            len(restored))  # fmt: skip
            self.found.notices.append(text.format(entries=", ".join(map(str, restored))))

    def _read_table(self, name: str) -> None:
        kind = _kind_of(name)
        rows = table_rows(self._content.stream(name), name)
        header = next(rows, [])
        if header != list(self._content.declared[name]):
            raise _schema(_("“{name}” has not the columns that the data package names").format(name=name))
        count, once = 0, _Once(name)
        for count, cells in enumerate(rows, 1):
            if len(cells) != len(header):
                text = _("row {row} of “{name}” has {found} cells, not {wanted}")
                raise _schema(text.format(row=count, name=name, found=len(cells), wanted=len(header)))
            if kind in tables():
                form = self._form(kind, header)
                known = form.known(cells)
                self._take_row(kind, form, known, count)
                once.note(form, known)
        once.check()
        self.found.rows[kind] = count

    def _form(self, kind: str, header: Sequence[str]) -> RowForm:
        form = self._forms.get(kind)
        if form is None:
            form = self._forms[kind] = RowForm(tables()[kind], header)
            missing = [each.name for each in tables()[kind].columns if each.required and each.name not in header]
            if missing:
                text = _("“data/{name}.csv” lacks the column “{column}”")
                raise _schema(text.format(name=kind, column=missing[0]))
        return form

    def _take_row(self, kind: str, form: RowForm, cells: Cells, number: int) -> None:
        column = form.fault(cells)
        if column is not None:
            raise _bad_cell(kind, number, column, cells[form.names.index(column.name)])
        subject, entry = cells[form.place("id")], int(cells[form.place("entry")])
        wrong = self._seals.put(entry, self._seals.seal(kind, subject, form.after(cells).encode()))
        if wrong:
            text = _("row {row} of “data/{name}.csv” cannot be: {why}")
            raise _schema(text.format(row=number, name=kind, why=wrong))
        self._note(kind, form, cells)

    def _note(self, kind: str, form: RowForm, cells: Cells) -> None:
        """Keep what the other files of the bundle are held against."""
        if kind == "register":
            said = {name: cells[form.place(name)] for name in ("id", "site", "certificate")}
            info = self._content.info
            if said != {"id": info.register, "site": info.site, "certificate": to_base64(self._content.signer)}:
                raise _schema(_("“data/register.csv” is about another register, or names another certificate"))
        if kind == "certificate" and form.cell(cells, "state") == "issued":
            self._papers[form.cell(cells, "reference")] = form.cell(cells, "sha256")
            if int(form.cell(cells, "entry")) > self._content.info.base:
                self._wanted.append(form.cell(cells, "reference"))

    def _record_of(self, kind: str, after: Mapping[str, Any]) -> str | None:
        form = self._forms.get(kind)
        return form.after(form.cells_of(after)) if form else None

    def _check_known(self, known: State, base: State) -> None:
        """Hold the history against what is known of it from before."""
        said = self._content.continuity
        states = {each.size: each.root for each in (said.previous, base, said.new) if each}
        root = self._entries.root_at(known.size) if known.size > base.size else states.get(known.size)
        if root is None and known.size > base.size:
            return  # There are fewer entries than the checkpoint counts, which is said next.
        if root is None:
            text = _("The history in this bundle begins after entry {base}, and nothing in it leads back to the "
                     "{known} entries that are known. Ask the site for the bundle in between.")  # fmt: skip
            raise BundleError(Promise.CONTINUITY, text.format(base=base.size, known=known.size))
        if root != known.root:
            text = _("The first {known} entries are not those that are known: the history was rewritten, or an older "
                     "copy of the register was worked on. Call the site.")  # fmt: skip
            restored = [each for each in self._entries.restored if each <= said.new.size]
            if restored:
                text += " " + _("It declares in entry {entry} that a backup was put in place.").format(
                    entry=restored[0]
                )
            raise BundleError(Promise.CONTINUITY, text.format(known=known.size))

    def _check_papers(self) -> None:
        papers = {name.removeprefix("data/documents/").removesuffix(".pdf"): digest
                  for name, digest in self._content.digests.items() if name.startswith("data/documents/")}  # fmt: skip
        for reference, digest in papers.items():
            if self._papers.get(reference) != digest:
                text = _("The document “{reference}” is not the one that was issued under this number.")
                raise _content_error(text.format(reference=reference))
        for reference in self._wanted:
            if reference not in papers:
                text = _("The certificate “{reference}” was issued, but its document was left out.")
                raise _content_error(text.format(reference=reference))

    def _difference(self, seq: int) -> tuple[str, list[str], str]:
        """Find what a row and its entry say differently; only called where they do."""
        after, kind = self._entry(seq)
        form = self._forms.get(kind)
        if form is None:
            return kind, [_("no table of that name")], str(after.get("id"))
        for cells in self._rows_of(kind):
            if cells[form.place("entry")] == str(seq):
                try:
                    expected = form.cells_of(after)
                except UNREADABLE as problem:
                    return kind, [str(problem)], cells[form.place("id")]
                names = [name for name, *pair in zip(form.names, cells, expected, strict=True) if pair[0] != pair[1]]
                return kind, names, cells[form.place("id")]
        return kind, [_("the row is about something else")], str(after.get("id"))

    def _entry(self, seq: int) -> tuple[Mapping[str, Any], str]:
        number = self._content.info.base
        for name in self._content.digests:
            if name.startswith("data/history"):
                for line in entry_lines(self._content.stream(name), name):
                    number += 1
                    if number == seq:
                        entry = json.loads(line)
                        return entry["after"], entry["subject"]["kind"]
        raise KeyError(seq)

    def _rows_of(self, kind: str) -> Iterator[Cells]:
        rows = table_rows(self._content.stream(f"data/{kind}.csv"), kind)
        next(rows)
        with wide_cells():
            yield from map(self._forms[kind].known, rows)


class _Once:
    """Watches that what is unique stands once in a table: 8 bytes a value, a digest that changes with every start."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: dict[str, array[int]] = {}

    def note(self, form: RowForm, cells: Cells) -> None:
        for place, column in form.unique:
            if cells[place]:
                self._seen.setdefault(column, array("q")).append(hash(cells[place]))

    def check(self) -> None:
        for column, values in self._seen.items():
            if len(set(values)) < len(values):
                text = _("two rows of “{name}” have the same “{column}”")
                raise _schema(text.format(name=self._name, column=column))


def _kind_of(name: str) -> str:
    return name.removeprefix("data/").removesuffix(".csv")


def _bad_cell(kind: str, number: int, column: Column, cell: str) -> BundleError:
    text = _("row {row} of “data/{name}.csv” holds “{cell}” in the column “{column}”, which takes {form}")
    shown = cell[:40] + ("…" if len(cell) > 40 else "")
    return _schema(text.format(row=number, name=kind, cell=shown, column=column.name, form=column.form.value))


def _schema(what: str) -> BundleError:
    text = _(
        "The tables are not as they must be: {what}. The bundle is forged or broken; ask the site to export again."
    )
    return BundleError(Promise.SCHEMA, text.format(what=what))


def _content_error(sentence: str) -> BundleError:
    return BundleError(Promise.CONTENT, sentence)
