"""What once made a target fall, and the honest seeds, pass every door; the search itself is `make fuzz`."""

import pytest

from tests.fuzz.targets import TARGETS, found, seeds


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_known_makes_a_target_fall(name: str):
    given = [*seeds(name), *(path.read_bytes() for path in found(name))]
    assert given
    for data in given:
        TARGETS[name](data)
