"""The recovery key as it stands on paper: two half-sheets of nine groups of five letters.

The letters are those of the tags (the same key on QWERTY, QWERTZ and AZERTY, no I and no O). A group holds
16 bits in four letters and one check letter (ISO/IEC 7064, hybrid system MOD 19,18). The check counts in the number of
the half and of the group, so that a wrong letter, two swapped groups and the wrong sheet are all found and named.
"""

import re

from armoury.domain.tags import LETTERS, check_letter
from armoury.i18n import _, ngettext
from armoury.signing.errors import RecoveryTextError

GROUPS = 9
GROUP_LETTERS = 5
HALF_BYTES = 2 * GROUPS
"""A half holds 2 bytes that name the pair it belongs to, and 16 bytes of the secret."""

_BASE = len(LETTERS)
_SEPARATORS = re.compile(r"[\s\-.,\u2010-\u2015]+")


def half_text(half: bytes, number: int) -> str:
    """Write a half (18 bytes) as groups for printing; `number` is 1 or 2.

    Raises:
        ValueError: the half has another length, or the number is neither 1 nor 2.
    """
    if len(half) != HALF_BYTES or number not in (1, 2):
        raise ValueError("a half has 18 bytes and the number 1 or 2")
    values = [int.from_bytes(half[start : start + 2], "big") for start in range(0, HALF_BYTES, 2)]
    return "-".join(_write_group(value, number, place) for place, value in enumerate(values, start=1))


def parse_half(text: str, number: int) -> bytes:
    """Read a typed half-sheet; small letters, spaces and hyphens do not matter.

    Raises:
        RecoveryTextError: names the groups that are wrong, or says that the other half was typed.
    """
    groups = _split(text)
    values = _read_groups(groups, number)
    wrong = [place for place, value in enumerate(values, start=1) if value is None]
    if not wrong:
        return b"".join(value.to_bytes(2, "big") for value in values if value is not None)
    if None not in _read_groups(groups, 3 - number):
        raise RecoveryTextError(_other_half(number))
    raise RecoveryTextError(_wrong_groups(wrong, groups))


def _split(text: str) -> list[str]:
    """Take the groups as typed where there are nine, else cut the letters anew."""
    groups = [group for group in _SEPARATORS.split(text.upper()) if group]
    if len(groups) == GROUPS:
        return groups
    letters = "".join(groups)
    if len(letters) != GROUPS * GROUP_LETTERS:
        raise RecoveryTextError(
            _(
                "A half-sheet has {groups} groups of {letters} letters, {expected} in all; {count} were typed. "
                "Type the whole half-sheet."
            ).format(groups=GROUPS, letters=GROUP_LETTERS, expected=GROUPS * GROUP_LETTERS, count=len(letters))
        )
    return [letters[start : start + GROUP_LETTERS] for start in range(0, len(letters), GROUP_LETTERS)]


def _read_groups(groups: list[str], number: int) -> list[int | None]:
    return [_read_group(group, number, place) for place, group in enumerate(groups, start=1)]


def _write_group(value: int, number: int, place: int) -> str:
    letters = ""
    for _letter in range(GROUP_LETTERS - 1):
        value, digit = divmod(value, _BASE)
        letters = LETTERS[digit] + letters
    return letters + _check(letters, number, place)


def _read_group(group: str, number: int, place: int) -> int | None:
    letters = group[:-1]
    if len(group) != GROUP_LETTERS or set(group) - set(LETTERS) or _check(letters, number, place) != group[-1]:
        return None
    value = 0
    for letter in letters:
        value = value * _BASE + LETTERS.index(letter)
    return value if value < 1 << 16 else None


def _check(letters: str, number: int, place: int) -> str:
    """The numbers of half and group go in as letters before the group itself."""
    return check_letter(LETTERS[number] + LETTERS[place] + letters)


def _other_half(expected: int) -> str:
    if expected == 1:
        return _("This is half-sheet 2. Type half-sheet 1 here, from the other envelope.")
    return _("This is half-sheet 1. Type half-sheet 2 here, from the other envelope.")


def _wrong_groups(wrong: list[int], groups: list[str]) -> str:
    named = ", ".join(f"{place} ({groups[place - 1][:12]})" for place in wrong)
    return ngettext(
        "Group {groups} is not right. Compare it with the half-sheet letter by letter.",
        "Groups {groups} are not right. Compare them with the half-sheet letter by letter.",
        len(wrong),
    ).format(groups=named)
