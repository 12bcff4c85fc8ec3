"""What an old book says in the place of a serial: a number, a run of numbers, a word, or what a spreadsheet left of it.

A number is taken only where it can have stood on the weapon; what a spreadsheet has spoiled is refused, never repaired.
A serial with unreadable characters (`?`, `*`, `_`) is partial. Runs of serials are told by `armoury.domain.old_runs`.
"""

import re
import unicodedata
from dataclasses import dataclass

from armoury.domain.old_books import MISSING, OldBooks
from armoury.domain.old_runs import Run, read_run
from armoury.domain.remarks import Level, Remark
from armoury.domain.serials import SerialStatus, is_spreadsheet_ruined, serial_key
from armoury.i18n import _

LONGEST_SERIAL = 100
"""Characters; no weapon carries more, and a longer text is something else that slipped into the column."""

_EXACT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number (IEEE 754 double precision) and makes zeros of the rest."""

_DIGIT = re.compile(r"[0-9]")
_MARKS = re.compile(r"[?*_]")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing, so that nobody can tell in which order the characters stand."""

_MONTHS = (
    "jan|ene|janv|feb|febr|fev|fevr|mar|mrt|mars|maart|marzo|apr|abr|avr|avril|april|may|mayo|mai|mei|jun|juin|juni|"
    "jul|juil|juli|aug|ago|aout|sep|sept|set|oct|okt|nov|dec|dic|déc|fév|août"
)
_DATES = re.compile(
    rf"(?:[0-3]?[0-9][-/. ](?:{_MONTHS})\.?(?:[-/. ][0-9]{{2,4}})?|(?:{_MONTHS})\.?[-/][0-9]{{2}}(?:[0-9]{{2}})?"
    r"|[0-3]?[0-9]([/.])[0-3]?[0-9]\1(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[-/][01]?[0-9][-/][0-3]?[0-9]"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}.*)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OldSerial:
    """What was read.

    Attributes:
        numbers: the serials as marked; none where the weapon has none or it cannot be read.
        status: what could be read; None where the book says nothing and the officer must.
        remarks: what is to be said; a stop means that the row cannot be taken so.
    """

    numbers: tuple[str, ...]
    status: SerialStatus | None
    remarks: tuple[Remark, ...] = ()


def read_old_serial(
    written: str,
    books: OldBooks,
    *,
    form: str = "text",
    quantity: int | None = None,
    missing: SerialStatus | None = None,
) -> OldSerial:
    """Read what stands in the place of a serial.

    Args:
        written: the cell, without blanks around it.
        books: the words in force.
        form: what the cell was in the file: text, number, date, flag or error.
        quantity: how many weapons the row says it is; None where it does not say.
        missing: what the officer says of weapons whose serial is not written down: none, or obliterated.
    """
    if form in _REFUSED_FORMS:
        return _refused(_REFUSED_FORMS[form], written)
    text, said = _seen(written)
    if text is None or len(text) > LONGEST_SERIAL:
        return _refused("serial_unseen" if text is None else "serial_too_long", written)
    if text[:1] == "#" and is_spreadsheet_ruined(text):
        return _refused("serial_ruined" if text.strip("#") == "" else "serial_error", text)
    if not _DIGIT.search(text):
        return _without_digit(text, books, missing, said, quantity)
    if code := _spoiled(text, form):
        return _refused(code, text)
    return _with_digit(text, quantity, said)


def as_written(written: str) -> OldSerial:
    """Take a serial exactly as it is written, because the officer has looked at it."""
    text, said = _seen(written)
    if not text or len(text) > LONGEST_SERIAL or not serial_key(text):
        return _refused("serial_unseen", written)
    return OldSerial((text,), SerialStatus.OK, said)


def _seen(written: str) -> tuple[str | None, tuple[Remark, ...]]:
    """Return the text without signs that cannot stand on a weapon; None where they make it doubtful."""
    if written.isascii() and written.isprintable():
        return written, ()
    if any(each in _TURNING or unicodedata.category(each) in ("Cc", "Cs", "Co") for each in written):
        return None, ()
    shown = "".join(each for each in written if unicodedata.category(each) != "Cf").strip()
    if shown == written:
        return written, ()
    return shown, (_remark("serial_hidden_signs", written),)


def _without_digit(
    text: str, books: OldBooks, missing: SerialStatus | None, said: tuple[Remark, ...], quantity: int | None
) -> OldSerial:
    word = books.serial(text)
    bare = _MARKS.sub("", text)
    if word is None and text != bare and not serial_key(bare):
        word = "unreadable"
    if word is None and (books.is_nothing(text)):
        word = MISSING
    if quantity is not None and quantity > 1 and word is not None:
        return _refused("quantity_disagrees", str(quantity))
    if word == MISSING:
        remark = _remark("serial_missing", text, level=Level.WARN if missing else Level.STOP)
        return OldSerial((), missing, (*said, remark))
    if word is not None:
        return OldSerial((), SerialStatus.OBLITERATED, (*said, _remark(f"serial_{word}", text)))
    if text.casefold() in _TRUTH:
        return _refused("serial_error", text)
    if books.near_serial(text) or len(text.split()) > 1:
        return _refused("serial_words", text)
    if text == bare:
        said = (*said, _remark("serial_no_digit", text))
    return _with_digit(text, quantity, said)


def _spoiled(text: str, form: str) -> str | None:
    """Tell what a spreadsheet has made of the number, if it has."""
    if is_spreadsheet_ruined(text):
        return "serial_ruined"
    digits = text.lstrip("0")
    if digits.isdigit() and len(digits) > _EXACT_DIGITS and (form == "number" or not digits[_EXACT_DIGITS:].strip("0")):
        return "serial_ruined"
    if form == "number" and not text.isdigit():
        return "serial_ruined"
    return "serial_date" if not text.isalnum() and _DATES.fullmatch(text) else None


def _with_digit(text: str, quantity: int | None, said: tuple[Remark, ...]) -> OldSerial:
    if text[:1] in ("=", "+", "@"):
        said = (*said, _remark("serial_formula", text))
    if len(text) > _EXACT_DIGITS and text.isdigit():
        said = (*said, _remark("serial_long_number", text))
    run = read_run(text, quantity)
    if not run.numbers:
        return _not_run(run, text if quantity is None or run.code != "quantity_disagrees" else str(quantity))
    if _MARKS.search(text):
        if len(run.numbers) > 1:
            return _refused("quantity_disagrees", str(len(run.numbers)))
        return OldSerial((text.replace("_", "?"),), SerialStatus.PARTIAL, (*said, _remark("serial_partial", text)))
    if run.code:
        said = (*said, _remark(run.code, text))
    return OldSerial(run.numbers, SerialStatus.OK, said)


def _not_run(run: Run, found: str) -> OldSerial:
    if run.problem:
        return OldSerial((), SerialStatus.OK, (Remark(run.code, "serial", run.problem, Level.STOP),))
    return _refused(run.code, found)


def _refused(code: str, found: str) -> OldSerial:
    return OldSerial((), SerialStatus.OK, (_remark(code, found, level=Level.STOP),))


def _remark(code: str, found: str, *, level: Level = Level.WARN) -> Remark:
    shown = found if len(found) <= LONGEST_SERIAL else found[:40] + "…"
    return Remark(code, "serial", _SENTENCES[code]().format(found=shown), level)


_TRUTH = frozenset({"true", "false", "verdadero", "falso", "vrai", "faux", "waar", "onwaar"})
"""What spreadsheets write for a truth, in four languages."""

_REFUSED_FORMS = {
    "date": "serial_date", "flag": "serial_error", "error": "serial_error", "shown otherwise": "serial_shown",
}  # fmt: skip

_SENTENCES = {
    "serial_missing": lambda: _(
        "No serial is written down (“{found}”). Say whether such weapons have none or it cannot be read."
    ),
    "serial_unreadable": lambda: _("The serial cannot be read (“{found}”). Look at the weapon."),
    "serial_removed": lambda: _("The serial was taken off (“{found}”). Look at the weapon."),
    "serial_partial": lambda: _("The serial “{found}” was read only in part. Look at the weapon."),
    "serial_ruined": lambda: _(
        "“{found}” is what a spreadsheet left of a number. Write the serial anew from the book or the weapon."
    ),
    "serial_date": lambda: _(
        "A spreadsheet made a date of this serial (“{found}”). Write it anew from the book or the weapon."
    ),
    "serial_shown": lambda: _(
        "The spreadsheet shows the number {found} with other signs, as its format says. Write the serial there as text."
    ),
    "serial_error": lambda: _("“{found}” is no serial but an error of the spreadsheet. Write the serial anew."),
    "serial_unseen": lambda: _(
        "The serial holds signs that cannot be seen or that turn the direction of writing. Type it anew."
    ),
    "serial_hidden_signs": lambda: _("Signs that cannot be seen were left out of the serial “{found}”."),
    "serial_too_long": lambda: _("“{found}” is too long to be a serial. Look at the row again."),
    "serial_words": lambda: _(
        "“{found}” looks like words, not like a serial. Say what the words mean, or that it stands so on the weapon."
    ),
    "serial_no_digit": lambda: _("The serial “{found}” holds no digit. Look at the weapon."),
    "serial_formula": lambda: _("The serial “{found}” begins like a formula and was taken as text. Look again."),
    "serial_long_number": lambda: _("The serial “{found}” is longer than a spreadsheet can count. Look at the weapon."),
    "serial_several": lambda: _(
        "“{found}” seems to hold several serials: write one row for each weapon, or give their number in a column "
        "for the quantity."
    ),
    "serial_one": lambda: _("“{found}” was taken as one serial. If it means several weapons, write a row for each."),
    "serial_perhaps_range": lambda: _(
        "“{found}” may be one serial or a run of them. Give the number of weapons in a column for the quantity."
    ),
    "quantity_disagrees": lambda: _("The quantity ({found}) does not agree with the serials of this row. Correct one."),
}
"""Each rule's sentence; `found` is what stands in the cell."""
