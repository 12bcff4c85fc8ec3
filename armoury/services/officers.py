"""Officers: added, removed, reset, given roles, passphrases and tokens; the recovery key and the site's key.

Each act that makes, ends or changes an account needs a second officer. What needs new keys is planned with them; slot
and entry are then written together or not at all, whatever a power cut leaves between the two files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from armoury.domain.clock import format_instant
from armoury.domain.duties import Exclusion, check_roles, check_two_remain, conflicts
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.services.acts import Approval, authorise, officer_named, plan
from armoury.services.desk import Desk
from armoury.services.tagging import free_tags
from armoury.services.tokens import TokenPlace, token_mark
from armoury.signing.certificates import Issuer, describe, make_officer_certificate
from armoury.signing.keys import new_private_key, private_from_der, public_to_der
from armoury.signing.token import TokenKey
from armoury.signing.wrapping import from_base64, to_base64
from armoury.store.checkpoints import SITE_KEY, read_secret, register_record
from armoury.store.keyslots import Slot, SlotKeys, change_passphrase, make_slot, name_key, with_slot
from armoury.store.pending import change_with_slots
from armoury.store.reading import get, several
from armoury.store.rotation import rotate
from armoury.store.steps import Act, Changes, step


@dataclass(frozen=True)
class NewOfficer:
    """Who shall sign in. The passphrase is typed by the officer, known to nobody else."""

    sign_in: str
    passphrase: str = field(repr=False)
    roles: tuple[str, ...] = ()
    name: str | None = None
    rank: str | None = None
    person: str | None = None
    """Id of a person whom the register knows already as a holder."""


@dataclass(frozen=True)
class SlotPlan:
    """An act that goes with a new slot: both are written, or none."""

    act: Act
    slot: Slot = field(repr=False)


@dataclass(frozen=True)
class OfficerLine:
    """One officer as a list shows him."""

    person: Person
    conflicts: tuple[Exclusion, ...]
    fingerprint: str | None
    valid_until: str | None


def officers(desk: Desk, *, all_ever: bool = False) -> tuple[OfficerLine, ...]:
    """List the officers, with duties that exclude each other and the certificate."""
    with desk.read() as connection:
        people = list(several(connection, Person, "WHERE t.sign_in IS NOT NULL ORDER BY t.sign_in"))
    return tuple(_line(desk, each) for each in people if all_ever or each.status == "active")


def _line(desk: Desk, person: Person) -> OfficerLine:
    facts = describe(from_base64(person.certificate)) if person.certificate else None
    until = format_instant(facts.not_after)[:10] if facts else None
    return OfficerLine(person, conflicts(person, desk.duties), facts.fingerprint if facts else None, until)


def plan_new_officer(desk: Desk, new: NewOfficer, *, override: str | None = None) -> SlotPlan:
    """Plan an account: keys, certificate and slot are made, nothing is written.

    Raises:
        RuleError: the name is taken, a role unknown, or duties exclude each other and no override is given.
        WeakPassphraseError: the passphrase is too weak.
    """
    check_roles(new.roles, desk.duties)
    _check_name_free(desk, new)
    before = _person(desk, new.person) if new.person else None
    signing = new_private_key()
    person = before or Person(new_uuid7(desk.now()), _tag(desk), new.name, rank=new.rank)
    after = replace(
        person,
        sign_in=new.sign_in.strip(),
        roles=new.roles,
        status="active",
        token=None,
        certificate=_certify(desk, public_to_der(signing.public_key()), new.sign_in.strip(), person.id),
        passphrase_set=format_instant(desk.now()),
    )
    overrides = _overrides(desk, after, override)
    act = plan(desk, "officer.added", [step("officer.added", before, after)], reason=override, overrides=overrides)
    keys = SlotKeys(new_private_key(), signing, desk.register.data_key)
    return SlotPlan(act, _slot(desk, after, new.passphrase, keys))


def plan_reset(desk: Desk, sign_in: str, passphrase: str, *, reason: str) -> SlotPlan:
    """Plan new keys and a new passphrase for an officer who forgot it; old signatures stay valid.

    An officer whose key lies in a token keeps it.

    Raises:
        RuleError: nobody signs in by that name, or the account was ended.
        WeakPassphraseError: the passphrase is too weak.
    """
    before = _active(desk, sign_in)
    signing = None if before.token else new_private_key()
    certificate = before.certificate
    if signing is not None:
        certificate = _certify(desk, public_to_der(signing.public_key()), sign_in, before.id)
    after = replace(before, certificate=certificate, passphrase_set=_later(desk, before))
    act = plan(desk, "officer.reset", [step("officer.reset", before, after)], reason=reason)
    keys = SlotKeys(new_private_key(), signing, desk.register.data_key)
    return SlotPlan(act, _slot(desk, after, passphrase, keys))


def plan_token(desk: Desk, sign_in: str, place: TokenPlace, key: TokenKey, *, reason: str) -> Act:
    """Plan that an officer signs with a token from now on; the site certifies the token's key.

    Raises:
        RuleError: nobody signs in by that name.
    """
    before = _active(desk, sign_in)
    certificate = _certify(desk, key.public_key_der, sign_in, before.id)
    after = replace(before, certificate=certificate, token=token_mark(place, key))
    return plan(desk, "officer.reset", [step("officer.reset", before, after)], reason=reason)


def write_with_slot(desk: Desk, planned: SlotPlan, approvals: Sequence[Approval] = ()) -> Changes:
    """Write a slot and its act, once it is approved by somebody other than the person concerned.

    Raises:
        PermissionRefusedError, IntegrityError, RuleError: as `carry_out`; nothing is written.
        StorageError: the disk cannot be written.
    """
    authority = authorise(desk, planned.act, approvals)
    return change_with_slots(desk.register, planned.act, authority, lambda slots: with_slot(slots, planned.slot))


def plan_removal(desk: Desk, sign_in: str, *, reason: str) -> Act:
    """Plan the end of an account. The register gets a new data key; older backups still open with the old passphrase.

    Raises:
        RuleError: fewer than two officers with the rights role would remain, or it is one's own account.
    """
    before = _active(desk, sign_in)
    if before.id == desk.officer.id:
        raise RuleError(_("Nobody ends the own account. Another officer must do it."))
    after = replace(before, roles=(), status="left")
    with desk.read() as connection:
        others = [each for each in several(connection, Person, "WHERE t.sign_in IS NOT NULL") if each.id != before.id]
    check_two_remain(others, desk.duties)
    return plan(desk, "officer.removed", [step("officer.removed", before, after)], reason=reason)


def remove_officer(desk: Desk, act: Act, approvals: Sequence[Approval]) -> Changes:
    """End an account and give the register a new data key; nobody else's passphrase is needed.

    Raises:
        PermissionRefusedError, IntegrityError: as `carry_out`.
        StorageError: the disk cannot be written; opening the register again finishes what was begun.
    """
    authority = authorise(desk, act, approvals)
    (only,) = act.steps
    return rotate(desk.register, act, authority, leaving=only.after.id)


def plan_roles(desk: Desk, sign_in: str, roles: Sequence[str], *, reason: str, override: str | None = None) -> Act:
    """Plan other roles for an officer.

    Raises:
        RuleError: a role is unknown, fewer than two with the rights role would remain, or duties exclude each other
            and no override is given.
    """
    check_roles(roles, desk.duties)
    before = _active(desk, sign_in)
    after = replace(before, roles=tuple(dict.fromkeys(roles)))
    with desk.read() as connection:
        others = [each for each in several(connection, Person, "WHERE t.sign_in IS NOT NULL") if each.id != before.id]
    check_two_remain([*others, after], desk.duties)
    overrides = _overrides(desk, after, override)
    steps = [step("officer.roles_changed", before, after)]
    return plan(desk, "officer.roles_changed", steps, reason=reason, overrides=overrides)


def change_own_passphrase(desk: Desk, old: str, new: str) -> Changes:
    """Change the passphrase of the officer who has the desk.

    Raises:
        WrongPassphraseError: the old one is wrong.
        WeakPassphraseError: the new one is too weak.
    """
    with desk.read() as connection:
        before = get(connection, Person, desk.officer.id)
    if before is None or before.sign_in is None:
        raise RuleError(_("Only an officer with an account has a passphrase."))
    after = replace(before, passphrase_set=_later(desk, before))
    steps = [step("officer.passphrase_changed", before, after)]
    act = plan(desk, "officer.passphrase_changed", steps)
    authority, name = authorise(desk, act), before.sign_in
    return change_with_slots(
        desk.register, act, authority, lambda slots: change_passphrase(slots, name, old=old, new=new, cost=desk.cost)
    )


def _later(desk: Desk, person: Person) -> str:
    """Return the present time, which must differ from the time kept: the same millisecond would be no change."""
    now = format_instant(desk.now())
    return now if now != person.passphrase_set else format_instant(desk.now() + 1)


def _overrides(desk: Desk, person: Person, override: str | None) -> list[str]:
    found = conflicts(person, desk.duties)
    if not found:
        return []
    if not (override and override.strip()):
        reasons = " ".join(each.reason for each in found)
        raise RuleError(
            _("These roles exclude each other. {reasons} Choose others, or give the reason why it must be so.").format(
                reasons=reasons
            )
        )
    return [f"{' + '.join(each.duties)}: {override.strip()}" for each in found]


def _tag(desk: Desk) -> str:
    with desk.read() as connection:
        return free_tags(connection, 1)[0]


def _check_name_free(desk: Desk, new: NewOfficer) -> None:
    name = new.sign_in.strip()
    if not name or (new.person is None and not (new.name or "").strip()):
        raise RuleError(_("Each officer needs a name and a short name to sign in with."))
    with desk.read() as connection:
        known = list(several(connection, Person, "WHERE t.sign_in IS NOT NULL"))
    if any(name_key(each.sign_in or "") == name_key(name) and each.id != new.person for each in known):
        raise RuleError(
            _("Somebody signs in, or once signed in, as “{name}”. Choose another short name.").format(name=name)
        )


def _person(desk: Desk, id_: str) -> Person:
    with desk.read() as connection:
        found = get(connection, Person, id_)
    if found is None or (found.status == "active" and found.sign_in is not None):
        raise RuleError(_("The register does not know this person, or the person has an account already."))
    return found


def _active(desk: Desk, sign_in: str) -> Person:
    found = officer_named(desk, sign_in)
    if found.status != "active":
        raise RuleError(_("The account of “{name}” was ended. Add the officer anew.").format(name=sign_in))
    return found


def _certify(desk: Desk, public_key: bytes, name: str, person: str) -> str:
    """Issue a certificate with the site's key; it names the sign-in name and the record, no personal data."""
    with desk.read() as connection:
        key = private_from_der(read_secret(connection, SITE_KEY))
        site = from_base64(register_record(connection).certificate)
    certificate = make_officer_certificate(Issuer(key, site), public_key, name=name, officer=person, at=desk.now())
    return to_base64(certificate)


def _slot(desk: Desk, person: Person, passphrase: str, keys: SlotKeys) -> Slot:
    return make_slot(
        desk.register.id, person.id, sign_in=person.sign_in or "", passphrase=passphrase, keys=keys, cost=desk.cost
    )
