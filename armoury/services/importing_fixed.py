"""Fields that are the same for all rows are judged once, before any row: a word that is none is refused."""

from collections.abc import Iterable

from armoury.domain.errors import RuleError
from armoury.domain.matching import match_choice
from armoury.domain.standings import Standing
from armoury.i18n import _
from armoury.services.importing_described import Facts, is_flag
from armoury.services.importing_fields import Way, field_named, vocabulary_of, way_of
from armoury.services.importing_terms import Decisions

_MOST_NAMED = 40


def check_fixed(decisions: Decisions, facts: Facts) -> None:
    """Check what the officer says of all rows at once.

    Raises:
        RuleError: a value is none that its field can have.
    """
    for name, value in decisions.fixed.items():
        field = field_named(name)
        known = _known(field, value, facts)
        if known is not None:
            shown = sorted(known)
            more = ", …" if len(shown) > _MOST_NAMED else ""
            text = _("“{field}” cannot be “{value}”. It may be: {known}.")
            raise RuleError(text.format(field=field, value=value, known=", ".join(shown[:_MOST_NAMED]) + more))


def _known(field: str, value: str, facts: Facts) -> Iterable[str] | None:
    """Return what a field may be where a value is none of it; None where it is."""
    way, standings = way_of(field), facts.standings.values
    if way is Way.CHOICE and vocabulary_of(field) != "countries":
        found = match_choice(vocabulary_of(field), value, facts.reference)
        known = facts.reference.lists.get(vocabulary_of(field), {})
        return list(known) if found is None or found.how == "near" else None
    if way is Way.STANDING:
        return list(standings[Standing(field)]) if facts.words.value(Standing(field), value) is None else None
    if way is Way.STATUS:
        return list(standings[Standing.CUSTODY]) if facts.words.meaning(value) is None else None
    if way is Way.FLAG:
        return None if is_flag(value) else ["yes", "no"]
    if way in (Way.WHOLE, Way.QUANTITY):
        return None if value.isascii() and value.isdecimal() else [_("a whole number")]
    return None
