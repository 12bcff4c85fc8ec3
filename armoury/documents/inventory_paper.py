"""The certificate over a stock-take as paper: totals, board, signatures, proof, and the lists line by line."""

import gettext
from collections.abc import Sequence
from dataclasses import dataclass

from armoury.documents.codes import qr_code
from armoury.documents.fonts import Face
from armoury.documents.frames import Frame, draw
from armoury.documents.inventory import Drawn, Hand, Inventory, Item, Member
from armoury.documents.inventory_words import remark_words
from armoury.documents.sheets import MM, SIZE, Sheets
from armoury.documents.tables import Column, draw_table
from armoury.domain.dates import moment_shown
from armoury.domain.stocktakes import reason_words
from armoury.domain.tags import printed_tag
from armoury.i18n import catalogue

_SMALL = 7.0
_NOTE_SIDE = 44 * MM


def inventory_paper(facts: Inventory, drawn: Drawn, note: str) -> bytes:
    """Draw the certificate as a PDF; the same facts and note give the same bytes.

    Args:
        facts: what it says.
        drawn: its number, classification, language, and who prepared it.
        note: the signed checkpoint over the entry in which it was prepared (a C2SP note).

    Raises:
        StorageError: a font of the program is missing.
        IntegrityError: the note is malformed.
    """
    paper = _Paper(facts, drawn, catalogue(drawn.language), Sheets())
    frame = Frame(
        paper.title, drawn.reference, facts.holder.register, facts.holder.site, drawn.classification, drawn.entry,
        note, drawn.language,
    )  # fmt: skip
    paper.head()
    paper.statement()
    paper.totals()
    paper.types()
    paper.first_list()
    paper.board()
    paper.signatures()
    paper.proof(note, frame.size)
    paper.lists()
    return draw(paper.sheets.pages, frame)


@dataclass
class _Paper:
    """The certificate while it is laid out."""

    facts: Inventory
    drawn: Drawn
    texts: gettext.NullTranslations
    sheets: Sheets

    @property
    def title(self) -> str:
        """Name the paper."""
        _ = self.texts.gettext
        return _("Baseline inventory certificate") if self.facts.baseline else _("Stock-take certificate")

    def head(self) -> None:
        """Say what it is, whose, about what, and when."""
        _ = self.texts.gettext
        holder = self.facts.holder
        self.sheets.heading(f"{self.title} {self.drawn.reference}", size=17)
        site = ", ".join(each for each in (holder.site, holder.agency, holder.address, holder.country) if each)
        prepared = _("{when} by {who}, entry {entry} of the history").format(
            when=self._moment(self.drawn.prepared.at), who=self.drawn.prepared.by, entry=self.drawn.entry
        )
        self.sheets.facts(
            (
                (_("Register"), f"{holder.register}\n{holder.register_id}"),
                (_("Site"), site),
                (_("Stock-take"), self.facts.stocktake),
                (_("Scope"), self._scope()),
                (_("Opened"), self._hand(self.facts.opened)),
                (_("Closed"), self._hand(self.facts.closed)),
                (_("Drawn up"), prepared),
                (_("Times"), _("by the clock of {zone}").format(zone=holder.zone)),
            )
        )

    def statement(self) -> None:
        """Say what the board certifies, and what nobody does."""
        _ = self.texts.gettext
        self.sheets.paragraph(_(
            "The board held what lay on the floor against the book, the register named above. It certifies the three "
            "lists as they stood when the stock-take was closed. What is in the book and on the floor was seen. What "
            "is in the book only was not seen: it is claimed by the book, and this certificate does not say that it "
            "exists. What is on the floor only was seen and does not stand in the book, or not for certain."
        ))  # fmt: skip
        never = self.facts.never_seen
        if never:
            text = self.texts.ngettext(
                "Of what was not seen, {count} weapon is only claimed: it was taken over from an old book, and nobody "
                "has ever seen it.",
                "Of what was not seen, {count} weapons are only claimed: they were taken over from an old book, and "
                "nobody has ever seen them.",
                never,
            )
            self.sheets.paragraph(text.format(count=never), face=Face.BOLD)

    def totals(self) -> None:
        """Give the sums, and how each is made up."""
        _ = self.texts.gettext
        facts = self.facts
        self.sheets.heading(_("Totals"), follows=50 * MM)
        columns = (Column("", 7, Face.BOLD), Column(_("What"), 133), Column(_("Count"), 25, number=True))
        seen = ("A", _("In the book and on the floor (list 1)"), facts.both)
        self._sum(columns, _("In the book, of the scope: A + B + C"), facts.book, [
            seen,
            ("B", _("In the book only: by the book it lies here, and it was not seen (list 2a)"), len(facts.book_only)),
            ("C", _("Elsewhere by the book, or sighted in another act: not seen here (list 2b)"), len(facts.elsewhere)),
        ])  # fmt: skip
        self._sum(columns, _("On the floor, in all: A + D + E + F"), facts.floor, [
            seen,
            ("D", _("In the book and on the floor, but outside the scope"), facts.outside),
            ("E", _("On the floor only: not in the book, or ended in the book (list 3a)"), len(facts.not_in_book)),
            ("F", _("On the floor, and not to be told which weapon of the book it is (list 3b)"), len(facts.unsure)),
        ])  # fmt: skip

    def types(self) -> None:
        """Give the weapons of the book by type."""
        _ = self.texts.gettext
        if not self.facts.types:
            return
        self.sheets.heading(_("The book by type"))
        columns = (
            Column(_("Type"), 65), Column(_("A: book and floor"), 30, number=True),
            Column(_("B: book only"), 25, number=True), Column(_("C: elsewhere"), 25, number=True),
            Column(_("In the book"), 25, number=True),
        )  # fmt: skip
        rows = [
            (each.type or _("not known"), str(each.both), str(each.book_only), str(each.elsewhere), str(each.book))
            for each in self.facts.types
        ]
        counts = (self.facts.both, len(self.facts.book_only), len(self.facts.elsewhere), self.facts.book)
        draw_table(self.sheets, columns, rows, size=8, total=(_("All"), *(str(each) for each in counts)))

    def first_list(self) -> None:
        """Give the first list as a count, with how many weapons of it have which remark."""
        _ = self.texts.gettext
        self.sheets.heading(_("List 1: in the book and on the floor"))
        seen = self.facts.both + self.facts.outside
        text = self.texts.ngettext(
            "{count} weapon. The register holds line by line when, where and by whom it was seen.",
            "{count} weapons. The register holds line by line when, where and by whom each was seen.",
            seen,
        )
        self.sheets.paragraph(text.format(count=seen))
        if self.facts.struck:
            text = self.texts.ngettext(
                "{count} line was struck as a mistake, with its reason; it is counted nowhere.",
                "{count} lines were struck as mistakes, each with its reason; they are counted nowhere.",
                self.facts.struck,
            )
            self.sheets.paragraph(text.format(count=self.facts.struck))
        if self.facts.remarks:
            columns = (Column(_("Remarks on weapons of this list"), 140), Column(_("Weapons"), 25, number=True))
            rows = [(remark_words(each.code, _), str(each.count)) for each in self.facts.remarks]
            draw_table(self.sheets, columns, rows, size=8)

    def board(self) -> None:
        """Name the board, and what was set aside for it."""
        _ = self.texts.gettext
        self.sheets.heading(_("Board"))
        columns = (Column(_("Name"), 55), Column(_("Known as"), 25), Column(_("Rank"), 25), Column(_("Roles"), 70))
        rows = [
            (self._named(each), each.known_as, each.rank or "", ", ".join(_role(each) for each in each.roles))
            for each in self.facts.board
        ]
        draw_table(self.sheets, columns, rows, size=8)
        rules = [each.set_aside for each in self.facts.board if each.set_aside]
        if rules:
            text = _("Rules set aside:\n{rules}\nReason: {reason}\nApproved when the stock-take was opened: {who}")
            said = text.format(
                rules="\n".join(rules), reason=self.facts.override or "", who=", ".join(self.facts.opened.approved_by)
            )
            self.sheets.paragraph(said, face=Face.BOLD)

    def signatures(self) -> None:
        """Leave a box for the hand of each of the board, and of the commander."""
        _ = self.texts.gettext
        self.sheets.heading(_("Signatures"), follows=40 * MM)
        labels = (_("Signature"), _("Day"))
        for number, each in enumerate(self.facts.board):
            place = _("presides over the board") if number == 0 else _("of the board")
            about = ", ".join(part for part in (each.rank, each.known_as, place) if part)
            self.sheets.sign_here(self._named(each), about, labels)
        self.sheets.sign_here("", _("Commander of the site (name, rank)"), labels)

    def proof(self, note: str, size: int) -> None:
        """Say how the certificate is checked, with the whole checkpoint."""
        _ = self.texts.gettext
        self.sheets.heading(_("How to check this certificate"), follows=_NOTE_SIDE)
        text = _(
            "Keep this certificate as a file, or the text of this code letter by letter, away from the register. Later "
            "ask the register: armoury check --against FILE. It tells whether the history still holds the first {size} "
            "entries as they were when this certificate was drawn up, and of the file, whether it is the one that was "
            "issued."
        )
        lines = [
            (text.format(size=size), Face.PLAIN, SIZE), (" ", Face.PLAIN, 4),
            (note.rstrip("\n"), Face.MONO, 6.2),
        ]  # fmt: skip
        self.sheets.code(qr_code(note), lines, side=_NOTE_SIDE)

    def lists(self) -> None:
        """Write the lists line by line, and the end."""
        _ = self.texts.gettext
        facts = self.facts
        for heading, items in (
            (_("List 2a: in the book only"), facts.book_only),
            (_("List 2b: elsewhere by the book"), facts.elsewhere),
            (_("List 3a: on the floor only"), facts.not_in_book),
            (_("List 3b: on the floor, and not to be told which"), facts.unsure),
        ):
            count = self.texts.ngettext("{count} line", "{count} lines", len(items)).format(count=len(items))
            self.sheets.heading(f"{heading} ({count})")
            self._list(items, _("{list}, continued").format(list=heading))
        self.sheets.paragraph(_("End of the certificate {reference}").format(reference=self.drawn.reference), size=8)

    def _list(self, items: Sequence[Item], continued: str) -> None:
        _ = self.texts.gettext
        if not items:
            self.sheets.paragraph(_("Nothing."))
            return
        columns = (
            Column(_("Line"), 13, number=True), Column(_("Tag"), 22, Face.MONO),
            Column(_("Serial, or what was found"), 33, Face.MONO), Column(_("Maker"), 23), Column(_("Model"), 25),
            Column(_("Place"), 21), Column(_("Remarks"), 43),
        )  # fmt: skip
        draw_table(self.sheets, columns, [self._row(each) for each in items], size=_SMALL, continued=continued)

    def _row(self, item: Item) -> tuple[str, ...]:
        tag = printed_tag(item.tag) if item.tag else ""
        return (
            str(item.line), tag, self._serial(item), item.maker or "", item.model or "", item.place or "",
            self._remarks(item),
        )  # fmt: skip

    def _serial(self, item: Item) -> str:
        _ = self.texts.gettext
        status = (item.serial_status or "").replace("_", " ")
        if not item.serial:
            return _("none ({status})").format(status=status) if status else ""
        return f"{item.serial} ({status})" if status else item.serial

    def _remarks(self, item: Item) -> str:
        _ = self.texts.gettext
        said = [reason_words(each, _, lambda name: name) for each in item.reasons]
        if item.found:
            text = _("found {when} by {who}")
            said.append(text.format(when=self._moment(item.found.at), who=item.found.by))
        return "; ".join(said)

    def _sum(self, columns: Sequence[Column], label: str, count: int, rows: Sequence[tuple[str, str, int]]) -> None:
        draw_table(
            self.sheets, columns, [(sign, text, str(number)) for sign, text, number in rows], size=8.5,
            total=("", label, str(count)),
        )  # fmt: skip

    def _scope(self) -> str:
        _ = self.texts.gettext
        scope = self.facts.scope
        parts = [
            f"{label}: {', '.join(values)}"
            for label, values in (
                (_("Places, with all inside them"), scope.places),
                (_("Types"), scope.types),
                (_("Legal standing"), scope.legal),
            )
            if values
        ]
        return "\n".join(parts) or _("the whole site")

    def _moment(self, instant: str) -> str:
        return moment_shown(instant, self.facts.holder.zone)

    def _hand(self, hand: Hand) -> str:
        _ = self.texts.gettext
        if not hand.approved_by:
            return _("{when} by {who}").format(when=self._moment(hand.at), who=hand.by)
        return _("{when} by {who}, approved by {others}").format(
            when=self._moment(hand.at), who=hand.by, others=", ".join(hand.approved_by)
        )

    def _named(self, member: Member) -> str:
        if member.name is None and member.personal is not None:
            return self.texts.gettext("(name removed under national law)")
        return member.name or member.known_as


def _role(role: str) -> str:
    return role.replace("_", " ")
