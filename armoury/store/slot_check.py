"""The check of `keyslots.json` against the officers of the history: whose passphrase opens the register, and whose not.

The file lies beside the database and no history covers it, so each slot must be that of an active officer, under the
name by which the history knows the officer, and each active officer must have one.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from armoury.domain.errors import ArmouryError
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.store.findings import Finding
from armoury.store.keyslots import Keyslots, read_keyslots
from armoury.store.reading import several
from armoury.store.register import Register

_WHERE = "keyslots.json"


def slot_faults(register: Register, connection: sa.Connection) -> Iterator[Finding]:
    """Compare the slots with the officers.

    Slots that wait for the entry of their act, as a power cut leaves them, are judged once the register was opened for
    work, which writes that entry.
    """
    try:
        keyslots = read_keyslots(register.folder)
    except ArmouryError as problem:
        yield Finding("slots", _WHERE, problem.text())
        return
    if keyslots.pending is not None and register.lock is None:
        return
    active = several(connection, Person, "WHERE t.sign_in IS NOT NULL AND t.status = 'active'")
    yield from _compared(keyslots, {each.id: each.sign_in or "" for each in active})


def _compared(keyslots: Keyslots, officers: dict[str, str]) -> Iterator[Finding]:
    """Hold slots against the sign-in names of the active officers by their ids."""
    seen = set[str]()
    for slot in keyslots.slots:
        known = officers.get(slot.person)
        if known is None or slot.person in seen:
            text = _("A key slot named “{name}” is nobody's: no active officer of the history has it. Whoever made it "
                     "may be able to open the register. Make a new data key: armoury officers remove")  # fmt: skip
            yield Finding("slots", _WHERE, text.format(name=slot.sign_in))
        elif known != slot.sign_in:
            text = _("The key slot of “{known}” is named “{name}”.")
            yield Finding("slots", _WHERE, text.format(known=known, name=slot.sign_in))
        seen.add(slot.person)
    for missing in sorted(name for person, name in officers.items() if person not in seen):
        text = _("“{name}” is an officer and has no key slot, so cannot sign in. Reset the access: "
                 "armoury officers reset")  # fmt: skip
        yield Finding("slots", _WHERE, text.format(name=missing))
