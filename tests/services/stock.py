"""What the tests of services work with: a clock, two officers, places, and weapons of a made-up armoury."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import ExifTags, Image

from armoury.domain.records.site import Person
from armoury.domain.records.weapon import Weapon
from armoury.domain.remarks import Remark
from armoury.services.acts import carry_out
from armoury.services.desk import Desk
from armoury.services.people import add_person, person_of
from armoury.services.places import add_place, place_by_code
from armoury.services.weapons import draft, register, weapon_of
from armoury.store.checking import check_register
from armoury.store.steps import Act, Changes
from tests.registers import NOON, second_approval

FIRST, SECOND = "cdr", "adm"
NOW = NOON + 3_600_000
"""When the tests happen."""

PISTOL: dict[str, Any] = {
    "maker_text": "Glock", "country": "AT", "model_text": "Glock 17", "calibre_text": "9x19",
    "ownership": "state_service", "agency": "police", "source": "purchase",
}  # fmt: skip


def furnish(desk: Desk) -> None:
    """Make a site with one room of two racks."""
    add_place(desk, "HQ", "Headquarters", "site")
    add_place(desk, "ARM", "Armoury", "room", "HQ")
    add_place(desk, "R1", "Rack one", "rack", "ARM")
    add_place(desk, "R2", "Rack two", "rack", "ARM")


def rack(desk: Desk, code: str = "R1") -> str:
    """Return the id of a place."""
    return place_by_code(desk, code).id


def pistol(desk: Desk, serial: str | None, **fields: Any) -> Weapon:
    """Draft a pistol in rack R1."""
    where = {} if {"transfer", "end", "holder"} & set(fields) else {"place": rack(desk)}
    return draft(desk, **{**PISTOL, "serial": serial, **where, **fields})


def registered(desk: Desk, serial: str, **fields: Any) -> Weapon:
    """Register a pistol and return it as the register has it."""
    weapon = pistol(desk, serial, **fields)
    register(desk, [weapon])
    return weapon_of(desk, weapon.id)


def officer(desk: Desk, name: str = "Sample Holder", **fields: Any) -> Person:
    """Enter a person who may hold weapons."""
    return person_of(desk, add_person(desk, name, **fields).ids[0])


def with_two(desk: Desk, act: Act) -> Changes:
    """Carry out an act with the second officer's approval."""
    return carry_out(desk, act, [second_approval(desk, act)])


def codes(remarks: Sequence[Remark]) -> set[str]:
    """Return the codes of remarks."""
    return {each.code for each in remarks}


def whole(desk: Desk) -> bool:
    """Tell whether the register passes its deep check."""
    return check_register(desk.register, deep=True).whole


def photograph(shade: int = 90, said: str | None = None) -> bytes:
    """Return a small JPEG; another shade makes another picture; the camera's clock may have said something."""
    out, exif = io.BytesIO(), Image.Exif()
    if said:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = said
    Image.new("RGB", (40, 30), (shade, 120, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()
