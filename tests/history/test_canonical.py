"""Canonical bytes: equal to an independent RFC 8785 writer, and the only spelling that is read."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import IntegrityError
from armoury.history.canonical import DEEPEST, LARGEST, canonical_bytes, check_subset, encode_checked, parse_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
INTEGERS = st.integers(-LARGEST + 1, LARGEST - 1)
VALUES = st.recursive(
    st.booleans() | INTEGERS | TEXT, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=15
)
ENTRIES = st.dictionaries(KEYS, VALUES)


@given(VALUES)
def test_bytes_are_those_of_rfc_8785(value):
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(ENTRIES)
def test_parsing_gives_the_value_back(entry):
    assert parse_canonical(canonical_bytes(entry)) == entry


@given(ENTRIES, st.data())
def test_a_changed_byte_is_refused_or_says_something_else(entry, data):
    written = bytearray(canonical_bytes(entry))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= data.draw(st.integers(1, 255))
    try:
        changed = parse_canonical(bytes(written))
    except IntegrityError:
        return
    assert json.dumps(changed, sort_keys=True) != json.dumps(entry, sort_keys=True)


def test_bulk_encoding_is_the_same():
    entry = {"b": [1, True, "é"], "a": {"z": "", "y": []}}
    check_subset(entry)
    assert encode_checked(entry) == canonical_bytes(entry) == '{"a":{"y":[],"z":""},"b":[1,true,"é"]}'.encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"after": {"length": 1.5}}, r"^\$\.after\.length: a number with a point"),
        ({"after": {"parts": ["a", None]}}, r"^\$\.after\.parts\[1\]: null"),
        ({"a": float("nan")}, r"^\$\.a: a number with a point"),
        ({"é": 1}, r"^\$\.é: keys must be ASCII"),
        ({"a": {1: 2}}, r"^\$\.a\.1…: keys must be ASCII"),
        ([[LARGEST + 1]], r"^\$\[0\]\[0\]: the integer is beyond"),
        ({"a": -LARGEST - 1}, r"^\$\.a: the integer is beyond"),
        ("\ud800", r"^\$: .* lone surrogate"),
        ({"a": "é\udfff"}, r"^\$\.a: .* lone surrogate"),
        ({"a": (1, 2)}, r"^\$\.a: tuple cannot"),
        ({"a": b""}, r"^\$\.a: bytes cannot"),
        (None, r"^\$: null"),
        ({"a": "good", "b": [1, "good", {}], "c": None}, r"^\$\.c: null"),
    ],
)
def test_what_is_outside_the_subset_is_named_with_its_path(value, message):
    with pytest.raises(ValueError, match=message):
        canonical_bytes(value)


def test_the_largest_integers_are_allowed():
    assert canonical_bytes([LARGEST, -LARGEST]) == b"[9007199254740992,-9007199254740992]"


def test_nesting_has_a_limit():
    deep: list = []
    for _level in range(DEEPEST - 1):
        deep = [deep]
    assert canonical_bytes(deep)
    with pytest.raises(ValueError, match="nested deeper"):
        canonical_bytes([deep])


def test_a_value_that_holds_itself_is_refused():
    circle: list = []
    circle.append(circle)
    with pytest.raises(ValueError, match="nested deeper"):
        canonical_bytes(circle)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b'"text"',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":null}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":9007199254740993}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        '{"é":1}'.encode(),
    ],
)
def test_other_spellings_are_refused(data):
    with pytest.raises(IntegrityError):
        parse_canonical(data)
