"""The recovery key as it is printed and typed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.tags import LETTERS, check_letter
from armoury.signing.errors import RecoveryTextError
from armoury.signing.half_sheets import HALF_BYTES, half_text, parse_half

HALF = bytes(range(200, 200 + HALF_BYTES))
TEXT = half_text(HALF, 1)


def changed(place: int) -> str:
    """The text with another letter of the alphabet at this place."""
    other = LETTERS[(LETTERS.index(TEXT[place]) + 1) % len(LETTERS)]
    return TEXT[:place] + other + TEXT[place + 1 :]


def test_a_half_looks_like_this():
    assert half_text(bytes(HALF_BYTES), 2) == "BBBBP-BBBBX-BBBBF-BBBBN-BBBBV-BBBBE-BBBBL-BBBBU-BBBBD"


@given(st.binary(min_size=HALF_BYTES, max_size=HALF_BYTES), st.sampled_from([1, 2]))
def test_every_half_is_read_back(half, number):
    assert parse_half(half_text(half, number), number) == half


@pytest.mark.parametrize("gap", ["", " ", "\n", " - ", "\u2013", ". "])
def test_how_the_groups_are_set_apart_does_not_matter(gap):
    assert parse_half(TEXT.lower().replace("-", gap), 1) == HALF


def test_groups_set_apart_otherwise_are_read():
    assert parse_half(TEXT.replace("-", "")[:20] + " " + TEXT.replace("-", "")[20:], 1) == HALF


@pytest.mark.parametrize("place", [at for at, letter in enumerate(TEXT) if letter != "-"])
def test_a_wrong_letter_names_its_group(place):
    with pytest.raises(RecoveryTextError, match=f"^Group {place // 6 + 1} "):
        parse_half(changed(place), 1)


def test_two_wrong_groups_are_both_named():
    text = changed(0)[:30] + changed(30)[30:]
    with pytest.raises(RecoveryTextError, match=r"^Groups 1 \(.{5}\), 6 \(.{5}\) are not right"):
        parse_half(text, 1)


def test_swapped_groups_are_named():
    groups = TEXT.split("-")
    groups[2], groups[3] = groups[3], groups[2]
    with pytest.raises(RecoveryTextError, match=r"^Groups 3 .* 4 "):
        parse_half("-".join(groups), 1)


def test_a_group_with_a_letter_missing_is_named():
    groups = TEXT.split("-")
    groups[4] = groups[4][:4]
    with pytest.raises(RecoveryTextError, match=r"^Group 5 "):
        parse_half("-".join(groups), 1)


@pytest.mark.parametrize("letter", ["O", "1", "Ñ", "ß"])
def test_a_letter_that_is_never_printed_names_its_group(letter):
    with pytest.raises(RecoveryTextError, match=r"^Group 1 "):
        parse_half(letter + TEXT[1:], 1)


def test_the_other_half_is_recognised():
    with pytest.raises(RecoveryTextError, match="This is half-sheet 1"):
        parse_half(TEXT, 2)
    with pytest.raises(RecoveryTextError, match="This is half-sheet 2"):
        parse_half(half_text(HALF, 2), 1)


@pytest.mark.parametrize("text", ["", "BCD", TEXT[:-6], TEXT.replace("-", "") + "B"])
def test_a_text_of_another_length_tells_the_count(text):
    with pytest.raises(RecoveryTextError, match="45 in all; "):
        parse_half(text, 1)


def test_a_group_above_sixteen_bits_is_refused():
    with pytest.raises(RecoveryTextError, match="Group 1 "):
        parse_half(_valid_letters("XXXX") + TEXT[5:], 1)


def test_random_letters_are_never_taken_for_a_half():
    chance = random.Random(7)
    text = "".join(chance.choice(LETTERS) for _letter in range(45))
    with pytest.raises(RecoveryTextError, match="Groups "):
        parse_half(text, 1)


@pytest.mark.parametrize(("half", "number"), [(HALF[1:], 1), (HALF, 0), (HALF, 3)])
def test_only_a_half_is_printed(half, number):
    with pytest.raises(ValueError, match="18 bytes"):
        half_text(half, number)


def _valid_letters(letters: str) -> str:
    return letters + check_letter(LETTERS[1] + LETTERS[1] + letters)
