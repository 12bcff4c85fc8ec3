"""Translation for screen, command line and paper alike, by gettext.

`_` and `ngettext` look the text up when they are called, so a language chosen at start-up holds everywhere. A missing
catalogue means English, never an error.
"""

import gettext
from contextvars import ContextVar

from armoury.paths import resource

_current: ContextVar[gettext.NullTranslations] = ContextVar("translation", default=gettext.NullTranslations())


def use_language(language: str) -> None:
    """Choose the language of all later text (`en`, `es`, `fr`, `nl`); unknown ones fall back to English."""
    _current.set(catalogue(language))


def catalogue(language: str) -> gettext.NullTranslations:
    """Open the catalogue of one language, so that a document can be printed in another one than the screen's."""
    return gettext.translation("armoury", localedir=resource("locale"), languages=[language], fallback=True)


def _(message: str) -> str:
    return _current.get().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Choose the form of a counted text in the current language."""
    return _current.get().ngettext(singular, plural, count)
