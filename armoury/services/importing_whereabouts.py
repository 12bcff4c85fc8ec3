"""Where a weapon is by an old book: in a place, with somebody, sent somewhere, or gone.

Exactly one of the four is recorded, as its custody asks. What the book says beside that stays as text: where an issued
weapon has its place stands in its position, whom a stored one was issued to stands as holder as written.
"""

from armoury.domain.remarks import Level
from armoury.services.importing_described import Described, Facts
from armoury.services.importing_draft import RowDraft
from armoury.services.importing_fields import Source, Taken, Way


class Whereabouts:
    """Reads place, position and holder of the rows of one file."""

    def __init__(self, facts: Facts, taken: Taken, default_place: str | None) -> None:
        """Take the columns; `default_place` is the id of the place of weapons for which none is written."""
        self._facts = facts
        self._default = default_place
        self._place = _only(taken, Way.PLACE)
        self._position = _only(taken, Way.POSITION)
        self._holder = _only(taken, Way.HOLDER)
        self._status = _only(taken, Way.STATUS)

    def read(self, draft: RowDraft, described: Described) -> None:
        """Add what the row says to its fields."""
        written, position = draft.text(self._place), draft.text(self._position)
        located = self._facts.places.locate(written)
        if located.problem is not None:
            draft.say(self._place, located.problem, written, Level.STOP)
        if self._holder is not None:
            self._read_holder(draft, described)
        if described.held_by == "place":
            draft.fields["place"] = place = located.place or self._default
            if place is None and located.problem is None:
                draft.say(self._place, "place_missing", written, Level.STOP)
        else:
            position = ", ".join(each for each in (written if located.place else "", position) if each)
            self._read_elsewhere(draft, described)
        if position:
            draft.fields["position"] = draft.line_of(self._position or self._place, position)

    def _read_elsewhere(self, draft: RowDraft, described: Described) -> None:
        if described.held_by == "holder":
            draft.fields["holder_unlisted"] = True
            if not draft.fields.get("holder_text"):
                draft.say(self._holder or self._status, "holder_missing", draft.text(self._holder))
        elif not draft.fields.get(described.held_by):
            word = described.word or described.weapon.custody
            draft.fields[described.held_by] = f"{word} ({self._facts.file_name}:{draft.line})"

    def _read_holder(self, draft: RowDraft, described: Described) -> None:
        written = draft.text(self._holder)
        if not written or self._facts.books.is_nothing(written):
            return
        draft.fields["holder_text"] = draft.line_of(self._holder, written)
        if described.held_by != "holder":
            draft.say(self._holder, "holder_not_issued")


def _only(taken: Taken, way: Way) -> Source | None:
    return next(iter(taken.of(way)), None)
