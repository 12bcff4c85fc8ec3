"""What a row says of a weapon against what the register has: corrections of its description, and standings that differ.

Only what the file says is compared; an empty cell takes nothing away. A name is the same where it means the same entry
or is written alike. Standings, place and holder are never corrected by an import: they change by moves.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from armoury.domain.dates import PartialDate, earliest, latest
from armoury.domain.folding import fold
from armoury.domain.record_form import altered
from armoury.domain.records.weapon import Weapon
from armoury.domain.reference import Reference
from armoury.domain.weapon_rules import high_risk_of
from armoury.services.importing_fields import Taken, Way

Changes = Mapping[str, Any]
"""Fields of a weapon with their new values."""

_COMPARED = (
    Way.NAME, Way.CHOICE, Way.FURTHER, Way.DATE, Way.DAY, Way.WHOLE, Way.FLAG, Way.TEXT, Way.REMARKS,
)  # fmt: skip
_NOT_COMPARED = frozenset({"ledger_volume", "ledger_page", "ledger_line", "transfer", "end", "due_back"})
"""Where a row stands in its book is not a fact about the weapon; the others are part of its custody."""


class Comparison:
    """Compares the weapons of one file with the register."""

    def __init__(self, taken: Taken, reference: Reference) -> None:
        """Take the columns that are compared."""
        self._reference = reference
        sources = [each for each in taken.of(*_COMPARED) if each.field not in _NOT_COMPARED]
        self.names = tuple(dict.fromkeys(each.field for each in sources if each.way is Way.NAME))
        others = {each.field for each in sources if each.way is not Way.NAME}
        if taken.of(Way.CHOICE, Way.DATE, Way.DAY, Way.WHOLE, Way.FLAG):
            # What such columns cannot take is kept in the remarks.
            others.add("remarks")
        self.others = tuple(sorted(others))
        self._standings = tuple(f"{each.column}: " for each in taken.of(Way.STATUS, Way.STANDING))

    def differences(self, before: Weapon, said: Weapon) -> Changes:
        """Return the fields of a registered weapon that a row says otherwise."""
        changes: dict[str, Any] = {}
        for name in self.names:
            changes |= _name_differs(name, before, said)
        for name in self.others:
            new, old = getattr(said, name), getattr(before, name)
            if name == "remarks" and self._described(old) == self._described(new):
                continue
            if new is not None and new != () and new != old and _really_differs(name, old, new):
                changes[name] = _joined(old, new) if name == "serials" else new
        return changes

    def corrected(self, before: Weapon, changes: Changes) -> Weapon:
        """Return the record after; a risk category that followed from the description follows again."""
        after = altered(before, changes)
        if "high_risk" not in changes and before.high_risk == high_risk_of(before, self._reference):
            after = altered(after, {"high_risk": high_risk_of(after, self._reference)})
        return after

    def traits(self, weapon: Weapon) -> tuple[object, ...]:
        """Return what tells a weapon without a serial from others, as far as the file describes it."""
        names = [getattr(weapon, name) or fold(getattr(weapon, f"{name}_text") or "") for name in self.names]
        others = (getattr(weapon, name) for name in self.others if name != "remarks")
        return (*names, *others, self._described(weapon.remarks) if "remarks" in self.others else None)

    def _described(self, remarks: str | None) -> str:
        """Return remarks without the lines that keep a status as it was written: it is no part of a description."""
        if not remarks or not self._standings:
            return remarks or ""
        return "\n".join(each for each in remarks.split("\n") if not each.startswith(self._standings))


def standing_differences(before: Weapon, said: Weapon, told: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Name the standings that a row tells otherwise than the register: which, the register's value, the row's."""
    for name in sorted(told):
        old, new = getattr(before, name), getattr(said, name)
        if old != new:
            yield name, old, new
    if before.custody == said.custody and before.place != said.place and said.place is not None:
        yield "place", before.place or "", said.place


def _name_differs(name: str, before: Weapon, said: Weapon) -> Changes:
    written = getattr(said, f"{name}_text")
    if not written:
        return {}
    new, old, old_text = getattr(said, name), getattr(before, name), getattr(before, f"{name}_text")
    if (new is not None and new == old) or fold(written) == fold(old_text or ""):
        return {}
    return {f"{name}_text": written, name: new}


def _really_differs(name: str, old: object, new: object) -> bool:
    differs = _DIFFERS.get(name)
    if differs is not None:
        return differs(old, new)
    return not isinstance(new, PartialDate) or not isinstance(old, PartialDate) or not _holds(new, old)


def _holds(vague: PartialDate, exact: PartialDate) -> bool:
    """Tell whether one date means the other, only less exactly."""
    ends = earliest(vague), latest(vague), earliest(exact), latest(exact)
    begin, end, start, stop = ends
    if begin is None or end is None or start is None or stop is None:
        return begin is None
    return begin <= start and stop <= end


def _has_more(old: Any, new: Any) -> bool:
    known = {each.text for each in old}
    return any(each.text not in known for each in new)


def _joined(old: Any, new: Any) -> Any:
    known = {each.text for each in old}
    return (*old, *(each for each in new if each.text not in known))


_DIFFERS: Mapping[str, Callable[[Any, Any], bool]] = {"serials": _has_more}
