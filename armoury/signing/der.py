"""The little of DER (ITU-T X.690) that a detached signature needs: write values, read them back strictly.

Only definite lengths in their shortest form and one-byte tags are read; everything else is refused.
"""

from collections.abc import Iterable
from typing import NamedTuple

INTEGER = 0x02
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0


class DerError(ValueError):
    """The bytes are not the DER that is expected here."""


class Value(NamedTuple):
    """One value: its tag, its content, and the whole of it as it stood."""

    tag: int
    content: bytes
    raw: bytes


def write(tag: int, *contents: bytes) -> bytes:
    """Write one value; several contents stand one after the other, as in a SEQUENCE."""
    content = b"".join(contents)
    return bytes([tag]) + _length(len(content)) + content


def write_set(members: Iterable[bytes], tag: int = SET) -> bytes:
    """Write a SET OF with its members in the order that DER asks for (X.690, 11.6)."""
    return write(tag, *sorted(members))


def write_integer(number: int) -> bytes:
    """Write a whole number of any size."""
    bits = (number if number >= 0 else ~number).bit_length()
    return write(INTEGER, number.to_bytes(bits // 8 + 1, "big", signed=True))


def write_oid(dotted: str) -> bytes:
    """Write an object identifier such as `1.2.840.10045.4.3.2`."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return write(OBJECT_IDENTIFIER, *(_base128(number) for number in (first * 40 + second, *rest)))


def read_all(data: bytes) -> list[Value]:
    """Read all values that stand one after the other.

    Raises:
        DerError: a value is cut off, or not in DER.
    """
    values, start = [], 0
    while start < len(data):
        value = _read_one(data, start)
        values.append(value)
        start += len(value.raw)
    return values


def read_one(data: bytes, tag: int) -> Value:
    """Read exactly one value of this tag.

    Raises:
        DerError: it is another one, or not alone.
    """
    values = read_all(data)
    if len(values) != 1:
        raise DerError(f"{len(values)} values where one is expected")
    return expect(values[0], tag)


def expect(value: Value, tag: int) -> Value:
    """Return the value if it has this tag.

    Raises:
        DerError: it has another one.
    """
    if value.tag != tag:
        raise DerError(f"tag {value.tag:#x} where {tag:#x} is expected")
    return value


def read_integer(value: Value) -> int:
    """Read a whole number.

    Raises:
        DerError: the value is none.
    """
    return int.from_bytes(expect(value, INTEGER).content, "big", signed=True)


def read_oid(value: Value) -> str:
    """Read an object identifier as `1.2.840.10045.4.3.2`.

    Raises:
        DerError: the value is none, or not written in the shortest way.
    """
    numbers, number = [], 0
    for octet in expect(value, OBJECT_IDENTIFIER).content:
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            numbers.append(number)
            number = 0
    if not numbers:
        raise DerError("an object identifier is empty")
    first = min(numbers[0] // 40, 2)
    dotted = ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))
    if write_oid(dotted) != value.raw:
        raise DerError("an object identifier is not in its shortest form")
    return dotted


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.insert(0, number & 0x7F | 0x80)
    return bytes(octets)


def _read_one(data: bytes, start: int) -> Value:
    if len(data) < start + 2 or data[start] & 0x1F == 0x1F:
        raise DerError("a value is cut off or has a long tag")
    body = start + 2
    size = data[start + 1]
    if size >= 0x80:
        body += size & 0x7F
        size = int.from_bytes(data[start + 2 : body], "big")
    if data[start + 1 : body] != _length(size) or len(data) < body + size:
        raise DerError("a length is not in its shortest form, or the value is cut off")
    return Value(data[start], data[body : body + size], data[start : body + size])
