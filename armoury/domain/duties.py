"""Roles, permissions and duties that exclude each other.

The table is data (`resources/roles.json`); the rules here are that an act needs its permission, that some acts need a
second officer who is another person than the first, and that a register always keeps two officers with the rights
permission.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.kinds import KINDS
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.paths import resource

RIGHTS = "officers.change"
"""The permission that two officers always hold; without them nobody could give anyone access again."""


_WITHOUT_EVENT = frozenset({"backup.make", "weapons.duplicate"})
"""To make a backup, and to confirm that a weapon is entered again with the same identity."""


@dataclass(frozen=True)
class Exclusion:
    """Two duties that one officer should not hold together, and why."""

    duties: tuple[str, str]
    reason: str


@dataclass(frozen=True)
class Duties:
    """Which role may do what."""

    roles: Mapping[str, frozenset[str]]
    rights_permission: str
    excluding: tuple[Exclusion, ...]


@cache
def load_duties(national: str | None = None) -> Duties:
    """Read the shipped roles, or a national file that replaces them (its JSON text).

    Raises:
        RuleError: the file is not an edition of the roles; every fault is named.
    """
    try:
        data = json.loads(national or resource("roles.json").read_text(encoding="utf-8"))
    except ValueError as problem:
        raise RuleError(_("The file of roles is not JSON: {problem}.").format(problem=problem)) from problem
    faults = list(_faults(data)) if isinstance(data, dict) else [_("The file of roles holds no object.")]
    if faults:
        raise RuleError("\n".join(faults))
    roles = {name: frozenset(permissions) for name, permissions in data["roles"].items()}
    excluding = tuple(
        Exclusion((first, second), each["reason"]) for each in data["excluding"] for first, second in [each["duties"]]
    )
    return Duties(roles, data["rights_permission"], excluding)


@cache
def known_permissions() -> frozenset[str]:
    """Return every permission that something can ask for: those of the events, and the few that leave no entry."""
    return frozenset(event.permission for kind in KINDS.values() for event in kind.events) | _WITHOUT_EVENT


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Name everything that keeps a file from being an edition of the roles."""
    roles = data.get("roles")
    if not isinstance(roles, dict) or not all(_is_words(each) for each in roles.values()):
        yield _("The file of roles needs “roles”: for each role the list of what it may do.")
        return
    known = known_permissions()
    for role, permissions in roles.items():
        for strange in sorted(set(permissions) - known):
            yield _("The role “{role}” may “{permission}”, which nothing asks for.").format(
                role=role, permission=strange
            )
    given = frozenset[str]().union(*roles.values())
    for nobody in sorted(known - given):
        yield _("No role may “{permission}”, so nobody could ever do it.").format(permission=nobody)
    if data.get("rights_permission") != RIGHTS:
        yield _("The permission that decides on rights must stay “{permission}”.").format(permission=RIGHTS)
    excluding = data.get("excluding")
    if not isinstance(excluding, list) or not all(_is_exclusion(each, known) for each in excluding):
        yield _("“excluding” needs a list of pairs of permissions, each with its reason.")


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_exclusion(value: object, known: frozenset[str]) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("reason"), str):
        return False
    duties: Any = value.get("duties")
    return _is_words(duties) and len(duties) == 2 and known.issuperset(duties)


def permissions_of(person: Person, duties: Duties) -> frozenset[str]:
    """Return everything the officer's roles allow; nothing for one who has left."""
    if person.status != "active":
        return frozenset()
    return frozenset().union(*(duties.roles.get(role, frozenset()) for role in person.roles))


def check_roles(roles: Iterable[str], duties: Duties) -> None:
    """Check that every role exists.

    Raises:
        RuleError: a role is unknown.
    """
    for role in roles:
        if role not in duties.roles:
            raise RuleError(
                _("There is no role “{role}”. It may be: {known}.").format(role=role, known=", ".join(duties.roles))
            )


def conflicts(person: Person, duties: Duties) -> tuple[Exclusion, ...]:
    """Return the exclusions that the officer's roles break, to be shown and printed; a small site may live so."""
    held = permissions_of(person, duties)
    return tuple(each for each in duties.excluding if held.issuperset(each.duties))


def check_permission(person: Person, permission: str, duties: Duties) -> None:
    """Check that the officer may do the act.

    Raises:
        PermissionRefusedError: no role of the officer allows it.
    """
    if permission in permissions_of(person, duties):
        return
    able = [role for role, permissions in duties.roles.items() if permission in permissions]
    raise PermissionRefusedError(
        _("Your roles do not allow this ({permission}). It needs one of: {roles}.").format(
            permission=permission, roles=", ".join(able) or _("nobody")
        )
    )


def check_two_remain(officers: Iterable[Person], duties: Duties) -> None:
    """Check that two active officers with the rights permission remain, as a register always must have.

    Raises:
        RuleError: fewer would remain.
    """
    able = [each for each in officers if duties.rights_permission in permissions_of(each, duties)]
    if len(able) < 2:
        raise RuleError(
            _("A register always keeps two officers who may decide on officers and rights. Name another one first.")
        )
