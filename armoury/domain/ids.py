"""Identities: of records (UUIDv7), and of sites (`CC-XXXXXXXX`).

Record identities sort roughly by the time they were made, so they lie together in an index; within one millisecond the
order is random. They never appear on paper: that is what tags are for.
"""

import os
import re
from typing import NewType

from armoury.domain.errors import RuleError
from armoury.domain.tags import LETTERS, Random, random_letters
from armoury.i18n import _

WeaponId = NewType("WeaponId", str)
PlaceId = NewType("PlaceId", str)
PersonId = NewType("PersonId", str)
EvidenceId = NewType("EvidenceId", str)
ActionId = NewType("ActionId", str)
RegisterId = NewType("RegisterId", str)
SiteId = NewType("SiteId", str)

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SITE = re.compile(f"[A-Z]{{2}}-[{LETTERS}]{{8}}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def new_uuid7(clock_ms: int, random: Random = os.urandom) -> str:
    """Return a new UUID version 7 (RFC 9562, 5.7) for a time in milliseconds since 1970, UTC.

    Raises:
        ValueError: the time is before 1970 or beyond 48 bits.
    """
    if not 0 <= clock_ms < 1 << 48:
        raise ValueError(f"{clock_ms} is not a time for a UUID")
    chance = int.from_bytes(random(10))
    number = clock_ms << 80 | 7 << 76 | (chance >> 68) << 64 | 2 << 62 | chance & (1 << 62) - 1
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid7(text: str) -> bool:
    """Tell whether the text is a UUID version 7 as we write them: lower case, with hyphens."""
    return bool(_UUID7.fullmatch(text))


def uuid7_time(text: str) -> int:
    """Return the time in a UUID version 7, in milliseconds since 1970, UTC.

    Raises:
        ValueError: it is not such a UUID.
    """
    if not is_uuid7(text):
        raise ValueError(f"{text!r} is not a UUID version 7")
    return int(text[:8] + text[9:13], 16)


def new_site_id(country: str, random: Random = os.urandom) -> SiteId:
    """Return a new identity for a site: ISO 3166-1 alpha-2 code of its country, hyphen, eight random tag letters.

    Raises:
        RuleError: the country is not two capital letters.
    """
    if not _COUNTRY.fullmatch(country):
        raise RuleError(
            _("“{country}” is not a country code. Use the two capital letters of ISO 3166, such as JM.").format(
                country=country
            )
        )
    return SiteId(f"{country}-{random_letters(8, random)}")


def is_site_id(text: str) -> bool:
    """Tell whether the text is a site's identity, such as `JM-BCDFGHJK`."""
    return bool(_SITE.fullmatch(text))


def read_site_id(text: str) -> SiteId:
    """Return a site's identity that was typed, in capitals and without surrounding spaces.

    Raises:
        RuleError: it is not one.
    """
    site = text.strip().upper()
    if not is_site_id(site):
        raise RuleError(
            _("“{text}” is not a site number. It is written as JM-BCDFGHJK; look at the site's papers.").format(
                text=text
            )
        )
    return SiteId(site)
