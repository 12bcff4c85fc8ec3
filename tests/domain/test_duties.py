"""Roles as data: who may do what, which duties exclude each other, and that two always remain."""

import json

import pytest

from armoury.domain.duties import (
    check_permission,
    check_roles,
    check_two_remain,
    conflicts,
    known_permissions,
    load_duties,
    permissions_of,
)
from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.records.site import Person
from armoury.paths import resource


def _person(*roles: str, status: str = "active") -> Person:
    return Person("id", "BCDEFGHJK", roles=roles, status=status)


def _edition(**changes: object) -> str:
    return json.dumps({**json.loads(resource("roles.json").read_text(encoding="utf-8")), **changes})


def _roles(**changes: list[str]) -> dict[str, list[str]]:
    return {name: sorted(permissions) for name, permissions in load_duties().roles.items()} | changes


def test_every_permission_belongs_to_some_role() -> None:
    assert frozenset().union(*load_duties().roles.values()) == known_permissions()


def test_roles_add_up() -> None:
    duties = load_duties()
    both = permissions_of(_person("auditor", "exporter"), duties)
    assert both == duties.roles["auditor"] | duties.roles["exporter"]


def test_who_has_left_may_nothing() -> None:
    assert permissions_of(_person("commander", status="left"), load_duties()) == frozenset()


def test_a_refusal_names_the_roles_that_may() -> None:
    with pytest.raises(PermissionRefusedError, match="armourer, storekeeper"):
        check_permission(_person("auditor"), "weapons.register", load_duties())


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(RuleError, match="“boss”"):
        check_roles(["boss"], load_duties())


def test_duties_that_exclude_each_other_are_named() -> None:
    duties = load_duties()
    assert [each.duties for each in conflicts(_person("armourer", "commander"), duties)] == [
        ("weapons.issue", "officers.change"), ("weapons.correct", "weapons.dispose"),
        ("ammunition.issue", "ammunition.adjust"), ("ammunition.change", "ammunition.destroy"),
        ("weapons.move", "stocktake.close"),
    ]  # fmt: skip
    assert conflicts(_person("armourer"), duties) == ()


def test_two_who_decide_on_rights_must_remain() -> None:
    check_two_remain([_person("commander"), _person("administrator")], load_duties())
    with pytest.raises(RuleError, match="two officers"):
        check_two_remain([_person("commander"), _person("administrator", status="left")], load_duties())


@pytest.mark.parametrize(("changes", "said"), [
    ({"roles": []}, "for each role"),
    ({"roles": {"chief": "everything"}}, "for each role"),
    ({"roles": _roles(auditor=["weapons.fire"])}, "weapons.fire"),
    ({"roles": _roles(administrator=[])}, "“people.purge”"),
    ({"rights_permission": "log.write"}, "must stay"),
    ({"excluding": [{"duties": ["weapons.issue"], "reason": "r"}]}, "pairs"),
    ({"excluding": [{"duties": ["weapons.issue", "weapons.fire"], "reason": "r"}]}, "pairs"),
    ({"excluding": ["nonsense"]}, "pairs"),
])  # fmt: skip
def test_a_national_file_with_faults_is_refused(changes: dict, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        load_duties(_edition(**changes))


@pytest.mark.parametrize("text", ["nonsense", "[]"])
def test_what_is_no_edition_at_all_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        load_duties(text)


def test_a_national_file_is_read_in_place_of_the_shipped_one() -> None:
    own = load_duties(_edition(roles=_roles(keeper=["log.write"])))
    assert own.roles["keeper"] == {"log.write"}
