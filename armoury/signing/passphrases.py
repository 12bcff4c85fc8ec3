"""Passphrases: one spelling of the same letters everywhere, and a policy that says what to do."""

import unicodedata
from itertools import pairwise

from armoury.i18n import _
from armoury.signing.errors import WeakPassphraseError

SHORTEST = 12
"""Characters; more than the 8 of NIST SP 800-63B (2017), 5.1.1.2, because a stolen key file can be tried offline."""

FEWEST_DIFFERENT = 5
"""A passphrase of fewer different characters is a pattern of keys, not a phrase."""


def passphrase_bytes(passphrase: str) -> bytes:
    """Write a passphrase as NFC-normalised UTF-8, so that an accent typed on another keyboard gives the same key.

    Raises:
        WeakPassphraseError: it holds something that is not a character.
    """
    try:
        return unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError as problem:
        raise WeakPassphraseError(
            _("The passphrase holds a sign that cannot be written as text. Type it again with letters and digits.")
        ) from problem


def check_passphrase(text: str) -> None:
    """Refuse a new passphrase that is too short or trivially repeated.

    Raises:
        WeakPassphraseError: with what to do instead.
    """
    letters = passphrase_bytes(text).decode()
    if len(letters) < SHORTEST:
        raise WeakPassphraseError(
            _(
                "The passphrase has {count} characters; it needs {least} or more. Join four or five unrelated words."
            ).format(count=len(letters), least=SHORTEST)
        )
    if len(set(letters.casefold())) < FEWEST_DIFFERENT or _repeats(letters.casefold()) or _runs(letters.casefold()):
        raise WeakPassphraseError(
            _(
                "The passphrase repeats itself or follows the alphabet, so it is easily guessed. "
                "Join four or five unrelated words."
            )
        )


def _repeats(text: str) -> bool:
    """A text that is one shorter piece, twice or more, is found again inside its own doubling."""
    return text in (text + text)[1:-1]


def _runs(text: str) -> bool:
    """Each character follows its neighbour in the alphabet or in counting, upwards or downwards."""
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
