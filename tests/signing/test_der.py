"""The little of DER that is written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.signing import der


@given(st.binary(max_size=70_000))
def test_a_value_of_any_size_is_read_back(content):
    raw = der.write(der.OCTET_STRING, content)
    assert der.read_one(raw, der.OCTET_STRING) == der.Value(der.OCTET_STRING, content, raw)


@given(st.integers(min_value=-(2**200), max_value=2**200))
def test_a_number_is_read_back(number):
    assert der.read_integer(der.read_one(der.write_integer(number), der.INTEGER)) == number


@pytest.mark.parametrize(
    ("number", "written"), [(0, "020100"), (127, "02017f"), (128, "02020080"), (-128, "020180"), (256, "02020100")]
)
def test_a_number_is_written_shortest(number, written):
    assert der.write_integer(number).hex() == written


@pytest.mark.parametrize(
    ("oid", "written"), [("1.2.840.10045.4.3.2", "06082a8648ce3d040302"), ("2.16.840.1.101", "06056086480165")]
)
def test_an_object_identifier_is_written(oid, written):
    assert der.write_oid(oid).hex() == written


def test_a_set_is_sorted():
    assert der.write_set([b"\x02\x01\x02", b"\x02\x01\x01"]).hex() == "3106020101020102"


@pytest.mark.parametrize(
    "raw", ["04", "0401", "040200", "04810100", "0482000100", "0480000000", "1f010100", "048", "0488ffffffffffffffff"]
)
def test_what_is_not_der_is_refused(raw):
    with pytest.raises(der.DerError):
        der.read_all(bytes.fromhex(raw.ljust(len(raw) + len(raw) % 2, "0")))


@given(st.binary(max_size=40))
def test_nothing_else_is_ever_raised(data):
    try:
        values = der.read_all(data)
    except der.DerError:
        return
    assert b"".join(value.raw for value in values) == data


@pytest.mark.parametrize("raw", ["", "0500", "04000400"])
def test_exactly_one_value_of_the_tag_is_wanted(raw):
    with pytest.raises(der.DerError):
        der.read_one(bytes.fromhex(raw), der.OCTET_STRING)
