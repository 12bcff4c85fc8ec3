"""A row while it is read: its cells, the fields they give, and what is to be said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from armoury.domain.remarks import Level
from armoury.i18n import _
from armoury.services.importing_fields import Source
from armoury.services.importing_terms import Said
from armoury.services.importing_texts import shortened, tidy
from armoury.tabular.table import Cell


@dataclass(slots=True)
class RowDraft:
    """One row that is being read.

    Attributes:
        fields: what the row's own cells give, by field of the weapon.
        kept: texts that no field can take, with their column, for the remarks.
    """

    line: int
    cells: tuple[Cell, ...]
    fields: dict[str, Any] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)

    def text(self, source: Source | None) -> str:
        """Return what stands in a column; nothing where the file has no such column."""
        return self.cells[source.index].text if source is not None else ""

    def say(self, source: Source | None, code: str, found: str = "", level: Level = Level.WARN) -> None:
        """Say something about a column, in the sentence of its rule."""
        column = source.column if source is not None else ""
        shown = shortened(found)
        self.said.append(Said(column, code, shown, SENTENCES[code]().format(found=shown, column=column), level))

    def line_of(self, source: Source | None, written: str) -> str | None:
        """Return a text on one line; None, and a stop, where a record cannot hold it."""
        text = tidy(written, one_line=True)
        if text is None:
            self.say(source, "unreadable_text", written, Level.STOP)
        return text or None


SENTENCES: Mapping[str, Callable[[], str]] = {
    "unreadable_text": lambda: _("{column}: the text is too long or holds signs that cannot be seen. Type it anew."),
    "word_unknown": lambda: _("{column}: “{found}” is not in the list; it is kept in the remarks."),
    "status_missing": lambda: _("{column}: nothing is written, so the weapon counts as in store."),
    "status_unknown": lambda: _("{column}: nothing is known of “{found}”. Say which standing it means."),
    "number_unreadable": lambda: _("{column}: “{found}” is no whole number; it is kept in the remarks."),
    "quantity_unreadable": lambda: _("{column}: “{found}” is no number of weapons. Correct it."),
    "leading_zeros": lambda: _("The leading zeros of “{found}” are kept."),
    "line_break": lambda: _("{column}: a line break stands in the cell (“{found}”)."),
    "decimal_comma": lambda: _("{column}: the comma in “{found}” is read as a point; it is kept as written."),
    "place_missing": lambda: _("No place is written. Say where weapons without a place lie."),
    "place_closed": lambda: _("The place “{found}” was closed. Open it again, or say which place is meant."),
    "place_unreadable": lambda: _("“{found}” cannot be the name of a place. Say which place is meant."),
    "holder_missing": lambda: _("The weapon is out, but nobody is named who holds it. Ask who has it."),
    "holder_not_issued": lambda: _("Somebody is named as holder, but the status does not say that it is issued."),
}
"""Each rule's sentence; `found` is what stands in the cell."""
