"""Whether a weapon is in the register already: the same identity, or a serial that could be taken for another.

Serials repeat across makers, so the identity is scheme, maker, model and serial together. Weapons without a serial
never clash with each other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from armoury.domain.matching import fold
from armoury.domain.records.weapon import Weapon
from armoury.domain.remarks import Remark, note, warn
from armoury.domain.serials import fold_serial, near, serial_key
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.checks import batches
from armoury.store.reading import several

Identity = tuple[str, str, str, str]

_FEW = 20
"""Up to so many weapons are compared for slips of the hand too; among consecutive serials every other would be one."""

_MOST_SWAPS = 40

_RUN = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Duplicates:
    """What was found: duplicates that a second officer must confirm, and remarks about look-alikes."""

    overrides: tuple[str, ...]
    remarks: tuple[Remark, ...]


def identity_of(weapon: Weapon) -> Identity | None:
    """Return what must be unique: scheme, maker, model, serial key; None where the weapon has no whole serial."""
    text = (weapon.symbol_code if weapon.scheme == "symbol" else weapon.serial) or ""
    unread = weapon.scheme == "maker" and weapon.serial_status != "ok"
    if weapon.scheme == "none" or unread or not serial_key(text):
        return None
    maker = weapon.maker or fold(weapon.maker_text or "")
    model = weapon.model or fold(weapon.model_text or "")
    return (weapon.scheme, maker, model, serial_key(text))


def find_duplicates(connection: Connection, weapons: Sequence[Weapon]) -> Duplicates:
    """Compare weapons with the register and with each other."""
    own = {each.id for each in weapons}
    others = [each for each in _with_like_serials(connection, weapons) if each.id not in own]
    by_fold: dict[str, list[Weapon]] = {}
    for each in (*others, *weapons):
        for form in _folds(each):
            by_fold.setdefault(form, []).append(each)
    seen = {each.id for each in others}
    overrides: list[str] = []
    remarks: list[Remark] = []
    for weapon in weapons:
        alike = dict.fromkeys(each.id for form in _folds(weapon) for each in by_fold.get(form, ()))
        known = {each.id: each for form in _folds(weapon) for each in by_fold.get(form, ())}
        for other in (known[id_] for id_ in alike if id_ != weapon.id and id_ in seen):
            if identity_of(weapon) is not None and identity_of(weapon) == identity_of(other):
                overrides.append(_duplicate(weapon, other))
            else:
                remarks.append(_alike(weapon, other))
        seen.add(weapon.id)
    if len(weapons) <= _FEW:
        remarks += _slips(connection, weapons)
    return Duplicates(tuple(overrides), tuple(remarks))


def _with_like_serials(connection: Connection, weapons: Iterable[Weapon]) -> list[Weapon]:
    return _by_folds(connection, {form for each in weapons for form in _folds(each)})


_BY_FOLD = "WHERE t.id IN (SELECT c.subject FROM code AS c WHERE c.scheme IN ('serial', 'symbol') AND c.fold IN"


def _by_folds(connection: Connection, folds: Iterable[str]) -> list[Weapon]:
    found: dict[str, Weapon] = {}
    for part in batches(sorted(folds)):
        marks = ", ".join("?" * len(part))
        where = f"{_BY_FOLD} ({marks}))"
        found.update((each.id, each) for each in several(connection, Weapon, where, tuple(part)))
    return list(found.values())


def _folds(weapon: Weapon) -> list[str]:
    texts = [
        weapon.serial, weapon.symbol_code,
        *(each.text for each in weapon.serials), *(each.serial for each in weapon.components),
    ]  # fmt: skip
    return list(dict.fromkeys(form for each in texts if each and (form := fold_serial(each))))


def _duplicate(weapon: Weapon, other: Weapon) -> str:
    text = _("Duplicate of {tag}: the same maker, model and serial {serial}.")
    return text.format(tag=printed_tag(other.tag), serial=weapon.serial or weapon.symbol_code)


def _alike(weapon: Weapon, other: Weapon) -> Remark:
    same = set(_keys(weapon)) & set(_keys(other))
    if same:
        text = _("The number {serial} stands on {tag} too, a different weapon by its maker or model.")
        return note("serial_elsewhere", "serial", text.format(serial=min(same), tag=printed_tag(other.tag)))
    text = _("The serial {serial} looks like {other} on {tag}. Look at the weapon again.")
    other_text = next((each for each in (other.serial, other.symbol_code) if each), "?")
    return warn(
        "serial_alike",
        "serial",
        text.format(serial=weapon.serial or weapon.symbol_code, other=other_text, tag=printed_tag(other.tag)),
    )


def _keys(weapon: Weapon) -> list[str]:
    texts = [
        weapon.serial, weapon.symbol_code,
        *(each.text for each in weapon.serials), *(each.serial for each in weapon.components),
    ]  # fmt: skip
    return [key for each in texts if each and (key := serial_key(each))]


def _slips(connection: Connection, weapons: Sequence[Weapon]) -> Iterator[Remark]:
    """Warn of a serial of the same maker and model that is one slip of the hand away."""
    for weapon in weapons:
        identity = identity_of(weapon)
        if identity is None or not weapon.serial:
            continue
        for other in _by_folds(connection, _slipped(fold_serial(weapon.serial))):
            theirs = identity_of(other)
            if theirs is None or theirs[:3] != identity[:3] or other.id == weapon.id:
                continue
            if near(weapon.serial, other.serial or ""):
                text = _("The serial {serial} is one slip of the hand away from {other} on {tag}. Look again.")
                said = text.format(serial=weapon.serial, other=other.serial, tag=printed_tag(other.tag))
                yield warn("serial_near", "serial", said)


def _slipped(form: str) -> set[str]:
    """Return the folded serials with two neighbours swapped, and with leading zeros left out or added."""
    swaps = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(min(len(form) - 1, _MOST_SWAPS))}
    bare = _RUN.sub(lambda run: run[0].lstrip("0") or "0", form)
    zeros = {
        bare[: run.start()] + "0" * count + bare[run.start() :] for run in _RUN.finditer(bare) for count in range(5)
    }
    return (swaps | zeros) - {form}
