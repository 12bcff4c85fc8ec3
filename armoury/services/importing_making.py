"""The records that an import makes: weapons with ids, numbers and tags of their own, and corrections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from armoury.domain.ids import new_uuid7
from armoury.domain.record_form import altered
from armoury.domain.records.site import Place
from armoury.domain.records.weapon import Weapon
from armoury.domain.tags import LETTERS
from armoury.services.importing_compare import Comparison
from armoury.services.importing_places import NEW
from armoury.services.importing_verdicts import Judged
from armoury.services.tagging import free_tags
from armoury.store.steps import Step, step

_TAGS_AT_ONCE = 1_000
_DIGITS = str.maketrans(LETTERS, "0123456789abcdefgh"[: len(LETTERS)])


@dataclass
class FreshTags:
    """Gives tags that nothing carries, not even what the same act has not yet committed."""

    connection: Connection
    _given: set[int] = field(default_factory=set)
    _ready: list[str] = field(default_factory=list)

    def take(self) -> str:
        """Return the next tag."""
        while not self._ready:
            drawn = {_number(tag): tag for tag in free_tags(self.connection, _TAGS_AT_ONCE)}
            self._ready = [tag for number, tag in drawn.items() if number not in self._given]
            self._given |= drawn.keys()
        return self._ready.pop()


@dataclass
class Maker:
    """Makes the records of one import.

    Attributes:
        places: the new ones, by key.
        now: milliseconds since 1970, UTC.
        book: name of the file; with its line it is the reason that each entry carries.
        last: the greatest register number so far.
    """

    comparison: Comparison
    tags: FreshTags
    places: Mapping[str, Place]
    now: int
    book: str
    last: int

    def weapons(self, judged: Judged) -> list[Weapon]:
        """Make the weapons of a new row."""
        reading = judged.reading
        fields: dict[str, Any] = {}
        place = reading.weapon.place
        if place is not None and place.startswith(NEW):
            fields["place"] = self.places[place.removeprefix(NEW)].id
        made = []
        for number in reading.numbers:
            self.last += 1
            fields |= {"id": new_uuid7(self.now), "number": self.last, "tag": self.tags.take(), "serial": number}
            made.append(altered(reading.weapon, fields))
        return made

    def registrations(self, judged: Judged, weapons: list[Weapon]) -> Iterator[Step]:
        """Register them."""
        reason = self._reason(judged)
        return (step("weapon.registered", None, each, reason=reason) for each in weapons)

    def corrections(self, judged: Judged) -> Iterator[Step]:
        """Correct the registered weapons that a row means."""
        reason = self._reason(judged)
        for before, changes in zip(judged.before, judged.changes, strict=True):
            if changes:
                yield step("weapon.corrected", before, self.comparison.corrected(before, changes), reason=reason)

    def _reason(self, judged: Judged) -> str:
        return f"{self.book}:{judged.reading.line}"


def _number(tag: str) -> int:
    """Return the number that a tag's letters write, which takes less memory than the tag."""
    return int(tag.translate(_DIGITS), len(LETTERS))
