"""Serials as they stood before a correction: an old ledger still names a weapon by what was misread then.

The entries of the corrections hold the former values. They are read one after another, so it is asked for, not done
with every search.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from armoury.domain.serials import serial_key
from armoury.services.desk import Desk


@dataclass(frozen=True)
class Former:
    """A weapon by its number, the serial that it had in the register once, and the entry that corrected it."""

    number: int
    serial: str
    entry: int


def former_serials(desk: Desk, text: str) -> tuple[Former, ...]:
    """Return the weapons whose serial, or a further one, was corrected from the text, by entry.

    Args:
        desk: who looks.
        text: a serial; spaces, strokes and capitals do not matter.
    """
    key = serial_key(text)
    if not key:
        return ()
    with desk.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT e.seq, CAST(e.body AS TEXT), w.number FROM entry AS e JOIN weapon AS w ON w.id = e.subject"
            " WHERE e.kind = 'weapon.corrected' ORDER BY e.seq"
        )
        return tuple(
            Former(number, serial, seq)
            for seq, body, number in rows
            for serial in _serials(json.loads(body).get("before", {}))
            if serial_key(serial) == key
        )


def _serials(before: Mapping[str, Any]) -> Iterator[str]:
    """Give the serials that a correction replaced or took away."""
    if "serial" in before:
        yield str(before["serial"])
    yield from (each["text"] for each in before.get("serials", ()))
    yield from (each["serial"] for each in before.get("components", ()) if "serial" in each)
