"""Tags: drawn, checked, printed and read back."""

import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.tags import (
    LETTERS,
    check_letter,
    is_tag,
    new_tag,
    normalise_tag,
    printed_tag,
    random_letters,
    read_tag,
)

BODIES = st.text(LETTERS, min_size=8, max_size=8)
TAGS = BODIES.map(lambda body: body + check_letter(body))


def test_the_alphabet_sits_on_the_same_key_on_three_keyboards():
    qwerty = "QWERTYUIOPASDFGHJKLZXCVBNM"
    azerty = "AZERTYUIOPQSDFGHJKLWXCVBN,"
    qwertz = "QWERTZUIOPASDFGHJKLYXCVBNM"
    same = {a for a, b, c in zip(qwerty, azerty, qwertz, strict=True) if a == b == c}
    assert set(LETTERS) == same - set("IO")


@given(st.binary(min_size=16, max_size=16))
def test_a_new_tag_is_a_tag(chance):
    assert is_tag(new_tag(lambda count: chance[:count]))


def test_tags_come_from_the_machines_randomness():
    assert new_tag() != new_tag()


def test_every_letter_is_drawn():
    assert set(random_letters(2000, os.urandom)) == set(LETTERS)


@given(TAGS, st.integers(0, 8), st.sampled_from(LETTERS))
def test_every_wrong_letter_is_found(tag, place, letter):
    wrong = tag[:place] + letter + tag[place + 1 :]
    assert is_tag(wrong) is (wrong == tag)


@given(TAGS, st.integers(0, 8), st.characters(exclude_characters=LETTERS))
def test_a_letter_outside_the_alphabet_is_found(tag, place, letter):
    assert not is_tag(tag[:place] + letter + tag[place + 1 :])


def test_all_swaps_of_neighbours_are_found_but_one_pair_of_153_at_each_place():
    for start in LETTERS:
        pairs = itertools.combinations(LETTERS, 2)
        missed = [(a, b) for a, b in pairs if check_letter(start + a + b) == check_letter(start + b + a)]
        assert len(missed) == 1


def test_swaps_with_the_check_letter_are_found_but_for_one_pair():
    bodies = [start + letter for start in LETTERS for letter in LETTERS]
    missed = [
        body for body in bodies if body[1] != (check := check_letter(body)) and check_letter(body[0] + check) == body[1]
    ]
    assert len(missed) == 2


def test_a_known_check_letter():
    # Worked by hand with B=0: the products are 17, 15, 11, 3, 6, 12, 5, 10, and 1 - 10 = 9 (mod 18), which is L.
    assert check_letter("BBBBBBBB") == "L"


@pytest.mark.parametrize("body", ["I", "b", "BC1", " "])
def test_only_letters_of_the_alphabet_have_a_check_letter(body):
    with pytest.raises(ValueError, match="is not a letter of a tag"):
        check_letter(body)


@given(TAGS)
def test_a_tag_is_read_as_it_is_printed_or_typed(tag):
    assert read_tag(printed_tag(tag)) == tag
    assert read_tag(f" {printed_tag(tag).lower()}\n") == tag
    assert read_tag(printed_tag(tag).replace("-", "\u2013")) == tag


def test_a_tag_is_printed_in_three_groups():
    assert printed_tag("BCDEFGHJK") == "BCD-EFG-HJK"


def test_letters_that_become_others_in_capitals_stay():
    assert normalise_tag("ß bc-d") == "ßbcd"


@given(st.text())
def test_normalising_never_fails(text):
    assert not is_tag(normalise_tag(text)) or len(normalise_tag(text)) == 9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("BCDEFGHI", "“I” is never used"),
        ("BCDEFGH1K", "“1” is never used"),
        ("BCDEFGH", "it has 7 letters"),
        ("", "it has 0 letters"),
        ("BBB-BBB-BBB", "check letter does not fit"),
    ],
)
def test_a_mistyped_tag_is_refused_with_a_reason(text, message):
    with pytest.raises(RuleError, match=message):
        read_tag(text)
