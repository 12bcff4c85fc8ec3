"""The one way in which an entry of the history is written as bytes.

An entry is JSON in the canonical form of RFC 8785 (JSON Canonicalization Scheme), within a house subset that leaves no
room for doubt: objects with ASCII keys, lists, text, booleans, and integers between -2^53 and 2^53. No floating-point
numbers (decimals are text), no null (absent fields are left out). Inside this subset the standard library's JSON writer
with sorted keys is RFC 8785: ASCII keys sort the same as text and as UTF-16, and integers have one spelling.
"""

import json
from collections.abc import Iterable, Iterator

from armoury.domain.errors import IntegrityError
from armoury.i18n import _

LARGEST = 2**53
"""Every integer up to this size is kept exactly by any JSON reader (RFC 7493, 2.2, and RFC 8785, appendix D)."""

DEEPEST = 64
"""How many objects and lists may lie inside each other; an entry needs about six."""

_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


def canonical_bytes(value: object) -> bytes:
    """Write a value as the exact bytes that are stored, hashed, signed and exported.

    Raises:
        ValueError: something in the value lies outside the house subset; the message names its path.
    """
    check_subset(value)
    return encode_checked(value)


def encode_checked(value: object) -> bytes:
    """Write a value that `check_subset` has already passed; for bulk work that checks while it builds."""
    return _encode(value).encode()


def parse_canonical(data: bytes) -> dict[str, object]:
    """Read an entry, refusing bytes that are not the canonical form of what they say.

    Duplicate keys, spaces, another order, other escapes, floats, null and NaN are all refused, because there must be
    only one spelling of an entry.

    Raises:
        IntegrityError: the bytes are not a canonical object.
    """
    try:
        value = json.loads(data.decode())
        same = canonical_bytes(value) == data
    except (ValueError, RecursionError) as problem:
        raise IntegrityError(
            _("An entry of the history cannot be read ({problem}). The file was damaged or changed.").format(
                problem=problem
            )
        ) from problem
    if not same or not isinstance(value, dict):
        raise IntegrityError(
            _("An entry of the history is not written in its one correct form. The file was damaged or changed.")
        )
    return value


def check_subset(value: object) -> None:
    """Refuse whatever lies outside the house subset.

    Raises:
        ValueError: with the path of the first offending value and why, such as `$.after.length: a number with a point`.
    """
    if not _fits(value, DEEPEST):
        raise ValueError("$" + _fault(value, DEEPEST))


def _fits(value: object, depth: int) -> bool:
    """Tell quickly whether all is well; the path of a fault is looked for only when there is one."""
    if isinstance(value, str):
        return value.isascii() or _has_no_surrogate(value)
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    if depth == 0:
        return False
    if isinstance(value, dict):
        return _keys_fit(value) and _all_fit(value.values(), depth - 1)
    return isinstance(value, list) and _all_fit(value, depth - 1)


def _keys_fit(keys: Iterable[str]) -> bool:
    try:
        return "".join(keys).isascii()
    except TypeError:  # a key that is no text
        return False


def _all_fit(values: Iterable[object], depth: int) -> bool:
    for each in values:  # a plain loop: it runs over every value ever recorded
        if type(each) is str and each.isascii():
            continue
        if not _fits(each, depth):
            return False
    return True


def _has_no_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(value: object, depth: int) -> str:
    """Name the path of the first fault below this value, and the fault."""
    for step, item in _children(value) if depth else ():
        if not step.isascii():
            return f"{step}: keys must be ASCII text"
        if not _fits(item, depth - 1):
            return step + _fault(item, depth - 1)
    return ": " + _reason(value)


def _children(value: object) -> Iterator[tuple[str, object]]:
    """Give each part of an object or list with its step of the path; a key that is no text gives no ASCII step."""
    if isinstance(value, dict):
        yield from ((f".{key}" if isinstance(key, str) else f".{key!r}\u2026", item) for key, item in value.items())
    elif isinstance(value, list):
        yield from ((f"[{place}]", item) for place, item in enumerate(value))


def _reason(value: object) -> str:
    if value is None:
        return "null is not allowed, leave the field out"
    if isinstance(value, float):
        return "a number with a point is not allowed, write it as text"
    if isinstance(value, int):
        return "the integer is beyond 2^53"
    if isinstance(value, str):
        return "the text holds half a character (a lone surrogate)"
    if isinstance(value, dict | list):
        return f"nested deeper than {DEEPEST}"
    return f"{type(value).__name__} cannot be written"
