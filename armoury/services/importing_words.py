"""What status words mean: first what the officer decided, then the words of old books, then the standings' names."""

from collections.abc import Mapping

from armoury.domain.errors import RuleError
from armoury.domain.matching import fold
from armoury.domain.old_books import OldBooks
from armoury.domain.standings import Standing, Standings
from armoury.i18n import _

Meaning = Mapping[str, str]
"""Values of standings by their name, and `source` where the word tells how the weapon came."""


class StatusWords:
    """Status words and their meaning, for one import."""

    def __init__(self, books: OldBooks, standings: Standings, decided: Mapping[str, str]) -> None:
        """Read what the officer decided.

        Raises:
            RuleError: a meaning is none.
        """
        self._books = books
        self._values = {each: _by_form(standings, each) for each in Standing}
        self._decided = {fold(word): self._read(meaning) for word, meaning in decided.items()}

    def meaning(self, written: str) -> Meaning | None:
        """Return what a status says; None where nothing is known of the word."""
        form = fold(written)
        found = self._decided.get(form) or self._books.standing(written)
        return found if found is not None else self._value_named(form)

    def value(self, standing: Standing, written: str) -> str | None:
        """Return the value of one standing that a word stands for; None where nothing is known of it."""
        form = fold(written)
        found = self._values[standing].get(form)
        return found or (self.meaning(written) or {}).get(standing.value)

    def is_named(self, written: str, meaning: Meaning) -> bool:
        """Tell whether a word is the name of the one value that it means, so that the record itself says it."""
        return self._value_named(fold(written)) == meaning

    def _value_named(self, form: str) -> Meaning | None:
        for standing, values in self._values.items():
            if form in values:
                return {standing.value: values[form]}
        return None

    def _read(self, text: str) -> Meaning:
        known = self._books.standing(text)
        if known is not None:
            return known
        meaning: dict[str, str] = {}
        for part in text.split(","):
            name, equals, value = part.partition("=")
            found = self._value_named(fold(part)) if not equals else self._pair(name, value)
            if not found:
                sentence = _("“{text}” means nothing here. Write a standing such as in_store, or legal=exhibit.")
                raise RuleError(sentence.format(text=part.strip()))
            meaning.update(found)
        return meaning

    def _pair(self, name: str, value: str) -> Meaning | None:
        standing = name.strip().lower()
        if standing not in set(Standing):
            return None
        found = self._values[Standing(standing)].get(fold(value))
        return {standing: found} if found else None


def _by_form(standings: Standings, standing: Standing) -> dict[str, str]:
    values = standings.values[standing].values()
    return {fold(each.name): each.id for each in values} | {fold(each.id): each.id for each in values}
