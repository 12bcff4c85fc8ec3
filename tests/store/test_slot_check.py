"""Key slots that are not those of the officers are found."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from armoury.services.desk import Desk
from armoury.store.checking import check_register
from armoury.store.keyslots import Slot, read_keyslots, write_keyslots

Change = Callable[[tuple[Slot, ...]], tuple[Slot, ...]]


def findings(desk: Desk, change: Change) -> list[str]:
    folder = desk.register.folder
    before = read_keyslots(folder)
    write_keyslots(folder, replace(before, slots=change(before.slots)))
    return [each.text for each in check_register(desk.register).findings if each.code == "slots"]


def swapped(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    one, two = slots
    return replace(one, person=two.person), replace(two, person=one.person)


def test_the_slots_of_the_officers_are_whole(desk: Desk) -> None:
    assert findings(desk, lambda slots: slots) == []


CASES = {
    "ghost": (lambda slots: (*slots, replace(slots[0], person=nobody(slots), sign_in="ghost")), 1),
    "missing": (lambda slots: slots[:1], 1),
    "renamed": (lambda slots: (replace(slots[0], sign_in="other"), *slots[1:]), 1),
    "twice": (lambda slots: (*slots, slots[0]), 1),
    "swapped": (swapped, 2),
}


def nobody(slots: tuple[Slot, ...]) -> str:
    return slots[0].person[:-1] + ("0" if slots[0].person[-1] != "0" else "1")


@pytest.mark.parametrize("case", CASES)
def test_other_slots_are_found(desk: Desk, case: str) -> None:
    change, count = CASES[case]
    assert len(findings(desk, change)) == count
