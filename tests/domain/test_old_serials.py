"""What a spreadsheet has made of a serial is refused, never taken for one."""

import pytest

from armoury.domain.old_books import load_old_books
from armoury.domain.old_serials import read_old_serial
from armoury.domain.remarks import Level

SPOILED = ("1.23E11", "1.2345678901E11", "123456.0", "#DIV/0!", "#REF!", "#NAME?", "#¡REF!", "TRUE", "VERDADERO")


@pytest.mark.parametrize("text", SPOILED)
def test_what_a_spreadsheet_left_of_a_number_stops(text: str):
    found = read_old_serial(text, load_old_books())
    assert (found.numbers, [each.level for each in found.remarks]) == ((), [Level.STOP])


@pytest.mark.parametrize("text", ["12E4", "1E5", "#123", "A1.0", "1.5"])
def test_what_only_resembles_it_is_a_serial(text: str):
    assert read_old_serial(text, load_old_books()).numbers == (text,)
