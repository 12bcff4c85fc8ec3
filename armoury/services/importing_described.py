"""How a book describes weapons: names matched to the reference data, standings out of words, what the rules say of it.

Most descriptions of a book repeat a thousand times, so each is worked out once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from armoury.domain.folding import fold
from armoury.domain.matching import match_choice, match_country
from armoury.domain.old_books import OldBooks
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import Reference
from armoury.domain.remarks import Level, Remark
from armoury.domain.standings import Standing, Standings
from armoury.domain.weapon_rules import TAKEN, described_remarks, high_risk_of, standing_remarks
from armoury.domain.weapon_words import described_by_model, matched, near_remarks
from armoury.services.importing_draft import SENTENCES
from armoury.services.importing_fields import Source, Taken, Way, vocabulary_of
from armoury.services.importing_places import PlaceBook
from armoury.services.importing_terms import Said
from armoury.services.importing_texts import shortened, tidy
from armoury.services.importing_words import StatusWords
from armoury.tabular.dates import DateOrder
from armoury.tabular.table import DateSystem

REPEATED = (Way.NAME, Way.CHOICE, Way.STATUS, Way.STANDING, Way.FLAG)
"""Ways of reading whose words repeat in a book."""

MOST_SEEN = 100_000
"""Descriptions that are remembered; a file that has more of them has no words but numbers in these columns."""

OF_COURT = frozenset(
    {"case_number", "court", "exhibit_number", "depositor", "safekeeping_reason", "receipt_number", "review_date"}
)
"""What exhibits and weapons in safekeeping owe; where a file has such columns, each row is asked."""


@dataclass(frozen=True)
class Facts:
    """What rows are read with.

    Attributes:
        today: the day at the site.
        file_name: without its folder; the reference of what the book says of whereabouts.
        orders: which number of a date is the month, by column.
    """

    reference: Reference
    standings: Standings
    books: OldBooks
    words: StatusWords
    places: PlaceBook
    today: date
    file_name: str
    orders: Mapping[str, DateOrder]
    date_system: DateSystem


@dataclass(frozen=True, slots=True)
class Described:
    """One description.

    Attributes:
        weapon: the record so far: names, choices, standings; no serial, place, dates or texts.
        said: what the rules have to say.
        kept: texts that no field can take, with their column, for the remarks.
        held_by: the field that says where a weapon of this custody is.
        told: the standings that the file itself tells.
        word: the status as written.
        asks_court: whether each row must be asked for what its legal standing owes.
    """

    weapon: Weapon
    said: tuple[Said, ...]
    kept: tuple[tuple[str, str], ...]
    held_by: str
    told: frozenset[str]
    word: str
    asks_court: bool


@dataclass
class _Draft:
    """A description that is being worked out."""

    fields: dict[str, Any] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    word: str = ""

    def say(self, source: Source, code: str, text: str, level: Level = Level.WARN) -> None:
        found = shortened(text)
        sentence = SENTENCES[code]().format(found=found, column=source.column)
        self.said.append(Said(source.column, code, found, sentence, level))


class Describer:
    """Works out descriptions and remembers them."""

    def __init__(self, facts: Facts, taken: Taken) -> None:
        """Begin with nothing seen."""
        self.sources = taken.of(*REPEATED)
        self._facts = facts
        self._taken = taken
        self._asks_court = any(taken.column(name) for name in OF_COURT)
        self._seen: dict[tuple[str, ...], Described] = {}

    def describe(self, words: tuple[str, ...], serial_status: str) -> Described:
        """Return the description that these words give.

        Args:
            words: the cells of `sources`, in their order.
            serial_status: what could be read of the serial; without a serial there is no maker's identity.
        """
        key = (*words, serial_status)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            found = self._seen[key] = self._work_out(words, serial_status)
        return found

    def _work_out(self, words: tuple[str, ...], serial_status: str) -> Described:
        draft = _Draft()
        for source, written in zip(self.sources, words, strict=True):
            text = tidy(written, one_line=True)
            if text is None:
                draft.say(source, "unreadable_text", written, Level.STOP)
            elif fold(text) or source.way is Way.STATUS:
                _READERS[source.way](draft, source, text, self._facts)
        weapon = self._weapon(draft, serial_status)
        custody = self._facts.standings.values[Standing.CUSTODY][weapon.custody]
        owes = self._asks_court and (weapon.legal in ("exhibit", "safekeeping") or weapon.legal in TAKEN)
        said = (*draft.said, *self._rules(weapon, with_court=not owes))
        return Described(
            weapon, said, tuple(draft.kept), custody.held_by or "place", frozenset(draft.told), draft.word, owes
        )

    def _weapon(self, draft: _Draft, serial_status: str) -> Weapon:
        fields, reference = draft.fields, self._facts.reference
        sources = reference.lists["sources"]
        source: str | None = fields.get("source") or draft.meaning.get("source")
        details = sources[source].details if source is not None and source in sources else {}
        legal = draft.meaning.get("legal") or str(details.get("legal") or "state_property")
        if source is None and legal in TAKEN and legal in sources:
            source, details = legal, sources[legal].details
        basis = fields.get("legal_basis") or (str(details["legal_basis"]) if "legal_basis" in details else None)
        fields |= {"source": source, "legal": legal, "legal_basis": basis}
        fields |= {each: draft.meaning[each] for each in ("custody", "fitness", "plan") if each in draft.meaning}
        scheme = "none" if serial_status in ("none", "obliterated") else "maker"
        weapon = Weapon("", 0, "", scheme=scheme, serial_status=serial_status, **fields)
        weapon = described_by_model(matched(weapon, reference), reference)
        risk = weapon.high_risk or high_risk_of(weapon, reference)
        return Weapon(**{**weapon.__dict__, "high_risk": risk}) if risk != weapon.high_risk else weapon

    def _rules(self, weapon: Weapon, *, with_court: bool) -> Iterator[Said]:
        reference = self._facts.reference
        remarks = [*described_remarks(weapon, reference, self._facts.today), *near_remarks(weapon, reference)]
        if with_court:
            remarks += standing_remarks(weapon)
        for each in remarks:
            if each.code in _ASKED_ONCE and not self._taken.column(each.field):
                continue
            yield self.said_of(each, weapon)

    def said_of(self, remark: Remark, weapon: Weapon) -> Said:
        """Return a rule's remark as one about the file."""
        code, level = _OTHERWISE.get(remark.code, (remark.code, remark.level))
        written = getattr(weapon, f"{remark.field}_text", None) or getattr(weapon, remark.field, None)
        found = shortened(written) if isinstance(written, str) else ""
        return Said(self._taken.column(remark.field), code, found, remark.text, level)


_ASKED_ONCE = frozenset({"ownership_missing", "agency_missing"})
"""What a file without such a column owes in every row; the plan says it once for all."""

_OTHERWISE: Mapping[str, tuple[str, Level]] = {
    "type_unmatched": ("type_unknown", Level.WARN),
    "type_of_model": ("type_of_model", Level.NOTE),
}
"""What weighs otherwise in an old book: a type that is not known at all counts, one that is only general does not."""


def _name(draft: _Draft, source: Source, text: str, _facts: Facts) -> None:
    draft.fields[f"{source.field}_text"] = text
    if source.field == "calibre" and "," in text:
        draft.say(source, "decimal_comma", text, Level.NOTE)


def _choice(draft: _Draft, source: Source, text: str, facts: Facts) -> None:
    vocabulary = vocabulary_of(source.field)
    if vocabulary == "countries":
        found = match_country(text, facts.reference)
    else:
        found = match_choice(vocabulary, text, facts.reference)
    if found is not None and found.how != "near":
        draft.fields[source.field] = found.id
    elif not facts.books.is_nothing(text):
        draft.say(source, "word_unknown", text)
        draft.kept.append((source.column, text))


def _flag(draft: _Draft, source: Source, text: str, facts: Facts) -> None:
    form = fold(text)
    if form in _YES or form in _NO or facts.books.is_nothing(text):
        draft.fields[source.field] = form in _YES
    else:
        draft.say(source, "word_unknown", text)
        draft.kept.append((source.column, text))


def _status(draft: _Draft, source: Source, text: str, facts: Facts) -> None:
    draft.word = text
    if facts.books.is_nothing(text):
        draft.say(source, "status_missing", text, Level.NOTE)
        if fold(text):
            draft.kept.append((source.column, text))
        return
    meaning = facts.words.meaning(text)
    if meaning is None:
        draft.say(source, "status_unknown", text, Level.STOP)
        return
    if not facts.words.is_named(text, meaning):
        draft.kept.append((source.column, text))
    draft.meaning = {**meaning, **draft.meaning}
    draft.told |= {each for each in meaning if each != "source"}


def _standing(draft: _Draft, source: Source, text: str, facts: Facts) -> None:
    value = facts.words.value(Standing(source.field), text)
    if value is None:
        if not facts.books.is_nothing(text):
            draft.say(source, "status_unknown", text, Level.STOP)
        return
    if not facts.words.is_named(text, {source.field: value}):
        draft.kept.append((source.column, text))
    draft.meaning[source.field] = value
    draft.told.add(source.field)


def is_flag(text: str) -> bool:
    """Tell whether a word says yes or no."""
    return fold(text) in _YES | _NO


_YES = frozenset({"yes", "y", "true", "1", "x", "si", "oui", "ja", "j", "o"})
_NO = frozenset({"no", "n", "false", "0", "non", "nee"})
_READERS: Mapping[Way, Callable[[_Draft, Source, str, Facts], None]] = {
    Way.NAME: _name, Way.CHOICE: _choice, Way.FLAG: _flag, Way.STATUS: _status, Way.STANDING: _standing,
}  # fmt: skip
