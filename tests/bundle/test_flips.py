"""Every byte of a bundle counts: whichever is flipped, and wherever it is cut, it is refused with a sentence."""

import io
import random
from collections.abc import Iterator

import pytest

from armoury.bundle.errors import BundleError
from armoury.bundle.verification import verify_bundle
from tests.bundle.conftest import NOW, Sent

SAMPLE = 400
"""How many places are tried without --all-bytes."""


def places(size: int, config: pytest.Config) -> Iterator[int]:
    """Give the places to try: all of them, or some of chance with the same seed each day."""
    if config.getoption("--all-bytes"):
        yield from range(size)
    else:
        yield from random.Random(size).sample(range(size), SAMPLE)


def accepted(sent: Sent, data: bytes) -> bool:
    try:
        verify_bundle(io.BytesIO(data), now=NOW, trusted=[sent.certificate])
    except BundleError:
        return False
    return True


def test_no_byte_can_be_flipped(sent, pytestconfig):
    for place in places(len(sent.first), pytestconfig):
        data = bytearray(sent.first)
        data[place] ^= 1 << place % 8
        assert not accepted(sent, bytes(data)), place


def test_it_can_be_cut_nowhere(sent, pytestconfig):
    for place in places(len(sent.first), pytestconfig):
        assert not accepted(sent, sent.first[:place]), place


def test_nothing_can_be_put_in(sent, pytestconfig):
    for place in places(len(sent.first), pytestconfig):
        assert not accepted(sent, sent.first[:place] + b"\0" + sent.first[place:]), place


def test_untouched_it_is_accepted(sent):
    assert accepted(sent, sent.first)
