"""Tags: the nine letters on the label of every weapon, place, person and outer.

A tag is eight random letters and a check letter, of the 18 letters that sit on the same key on QWERTY, QWERTZ and
AZERTY keyboards, so a scanner set to the wrong layout still types it right; I and O are left out. It means nothing and
reveals nothing. It is stored and coded as nine capital letters, and printed in groups of three: `BCD-EFG-HJK`.
"""

import os
import re
from collections.abc import Callable

from armoury.domain.errors import RuleError
from armoury.i18n import _

LETTERS = "BCDEFGHJKLNPRSTUVX"
"""The alphabet; a letter's place in it is its value in the check scheme."""

_BODY = 8
_VALUE = {letter: value for value, letter in enumerate(LETTERS)}
_FORM = re.compile(f"[{LETTERS}]{{{_BODY + 1}}}")
_GAPS = re.compile(r"[\s\-\u2010-\u2015]+")
Random = Callable[[int], bytes]
"""Gives so many random bytes; `os.urandom` except in tests and samples."""


def new_tag(random: Random = os.urandom) -> str:
    """Return a new random tag; whether it is already taken is for the register to tell."""
    body = random_letters(_BODY, random)
    return body + check_letter(body)


def random_letters(count: int, random: Random = os.urandom) -> str:
    """Return random letters of the alphabet; 8 spare bytes keep all letters equally likely within 2^-64."""
    number = int.from_bytes(random(count + 8))
    letters = []
    for _place in range(count):
        number, value = divmod(number, len(LETTERS))
        letters.append(LETTERS[value])
    return "".join(letters)


def check_letter(body: str) -> str:
    """Return the check letter of letters of the alphabet (ISO/IEC 7064, hybrid system MOD 19,18).

    It finds every single wrong letter, and every swap of two neighbours except the pairs that the scheme cannot tell
    (one pair of 153 at each place, so about 1 swap in 150).

    Raises:
        ValueError: a letter is not of the alphabet.
    """
    product = 18
    for letter in body:
        value = _VALUE.get(letter)
        if value is None:
            raise ValueError(f"{letter!r} is not a letter of a tag")
        product = ((product + value) % 18 or 18) * 2 % 19
    return LETTERS[(1 - product) % 18]


def is_tag(text: str) -> bool:
    """Tell whether the text is a tag as stored: nine capital letters of the alphabet whose last one checks."""
    return bool(_FORM.fullmatch(text)) and check_letter(text[:_BODY]) == text[_BODY]


def normalise_tag(text: str) -> str:
    """Write what was scanned or typed as a tag is stored: capitals, without spaces and hyphens. Never fails."""
    bare = _GAPS.sub("", text)
    return bare.upper() if bare.isascii() else bare


def printed_tag(tag: str) -> str:
    """Write a stored tag as it stands on a label for the eye: three groups of three."""
    return "-".join(tag[start : start + 3] for start in range(0, len(tag), 3))


def read_tag(text: str) -> str:
    """Return the tag that an officer typed, as stored.

    Raises:
        RuleError: it is not a tag; the message says why.
    """
    tag = normalise_tag(text)
    strange = next((letter for letter in tag if letter not in _VALUE), None)
    if strange is not None:
        raise RuleError(
            _("“{text}” is not a tag: “{letter}” is never used in tags. Look at the label again.").format(
                text=text, letter=strange
            )
        )
    if len(tag) != _BODY + 1:
        raise RuleError(
            _("“{text}” is not a tag: it has {count} letters, a tag has nine.").format(text=text, count=len(tag))
        )
    if not is_tag(tag):
        raise RuleError(
            _("“{text}” is mistyped: its check letter does not fit. Look at the label again.").format(text=text)
        )
    return tag
