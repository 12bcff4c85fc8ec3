"""Roles, permissions and duties that exclude each other.

The table is data (`resources/roles.json`); the rules here are that an act needs its permission, that some acts need a
second officer who is another person than the first, and that a register always keeps two officers with the rights
permission.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.paths import resource


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
    """Read the shipped roles, or a national file that replaces them (its JSON text)."""
    data = json.loads(national or resource("roles.json").read_text(encoding="utf-8"))
    roles = {name: frozenset(permissions) for name, permissions in data["roles"].items()}
    excluding = tuple(Exclusion((first, second), each["reason"]) for each in data["excluding"]
                      for first, second in [each["duties"]])
    return Duties(roles, data["rights_permission"], excluding)


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
    """Return the exclusions that the officer's roles break, to be shown and printed; a small site may have to live so."""
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
