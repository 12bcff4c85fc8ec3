"""Translation for screen, command line and paper alike, by gettext.

`_` and `ngettext` look the text up when they are called, so a language chosen at start-up holds everywhere, in worker
threads too. A missing catalogue means English, never an error.
"""

import gettext

from armoury.paths import resource

# A context variable would be empty in every thread started later, which then would speak English.
_chosen: list[gettext.NullTranslations] = [gettext.NullTranslations()]


def use_language(language: str) -> None:
    """Choose the language of all later text (`en`, `es`, `fr`, `nl`); unknown ones fall back to English.

    An empty text means the language of the operating system's user.
    """
    _chosen[0] = catalogue(language)


def languages() -> tuple[str, ...]:
    """Return the languages in which there is text: English, and those that have a catalogue."""
    there = resource("locale").glob("*/LC_MESSAGES/armoury.mo")
    return ("en", *sorted(each.parent.parent.name for each in there))


def catalogue(language: str) -> gettext.NullTranslations:
    """Open the catalogue of one language, so that a document can be printed in another one than the screen's."""
    languages = [language] if language else None
    return gettext.translation("armoury", localedir=resource("locale"), languages=languages, fallback=True)


def _(message: str) -> str:
    return _chosen[0].gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Choose the form of a counted text in the current language."""
    return _chosen[0].ngettext(singular, plural, count)
