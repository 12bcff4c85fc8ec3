"""Secrets come through descriptors, variables or hidden prompts."""

import os

import pytest

from armoury.cli.passphrases import LONGEST, given_secret, secret
from armoury.domain.errors import RuleError


def _pipe(data: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


def test_one_descriptor_hands_over_several_secrets_line_by_line():
    descriptor = _pipe("first é\nsecond\r\n".encode())
    taken = [given_secret(descriptor=descriptor, variable="NONE", environment={}) for _each in range(2)]
    os.close(descriptor)
    assert taken == ["first é", "second"]


def test_the_descriptor_goes_before_the_variable():
    descriptor = _pipe(b"from the pipe")
    assert given_secret(descriptor=descriptor, variable="V", environment={"V": "of the variable"}) == "from the pipe"
    os.close(descriptor)


def test_the_variable_serves_where_no_descriptor_is_named():
    assert given_secret(descriptor=None, variable="V", environment={"V": "of the variable"}) == "of the variable"


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe\n", b"x" * (LONGEST + 2)])
def test_what_is_no_passphrase_is_refused(data):
    descriptor = _pipe(data)
    with pytest.raises(RuleError):
        given_secret(descriptor=descriptor, variable="NONE", environment={})
    os.close(descriptor)


def test_a_descriptor_that_is_not_open_is_a_sentence():
    with pytest.raises(RuleError, match="987"):
        given_secret(descriptor=987, variable="NONE", environment={})


def test_without_a_terminal_nobody_is_asked():
    with pytest.raises(RuleError, match="no terminal"):
        secret("Passphrase", descriptor=None, variable="NONE", environment={})
