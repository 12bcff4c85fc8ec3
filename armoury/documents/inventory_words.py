"""What a remark on a weapon of the first list says of all weapons that have it, for the count of them."""

from collections.abc import Callable, Mapping

from armoury.domain.stocktakes import Translate

_REMARKS: Mapping[str, Callable[[Translate], str]] = {
    "first_sighting": lambda _: _("seen for the first time; until now only claimed"),
    "wrong_place": lambda _: _("found in another place than the book says"),
    "book_elsewhere": lambda _: _("by the book issued, sent away or otherwise elsewhere"),
    "twice": lambda _: _("found more than once, in different places: two weapons with one number?"),
    "outside": lambda _: _("outside the scope"),
    "since_gone": lambda _: _("left the store, or was reported missing, before the stock-take was closed"),
}


def remark_words(code: str, translate: Translate) -> str:
    """Say a remark in words; one that is not known by its id."""
    return _REMARKS[code](translate) if code in _REMARKS else code.replace("_", " ")
