"""Founding a register: the site's key and certificate, the first two officers, the recovery key, entry 1."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from armoury.domain.clock import format_instant
from armoury.domain.dates import local_date
from armoury.domain.duties import check_roles, check_two_remain, conflicts, load_duties
from armoury.domain.errors import RuleError
from armoury.domain.ids import new_site_id, new_uuid7
from armoury.domain.records.site import Person, RegisterRecord, SiteProfile
from armoury.domain.reference import load_reference
from armoury.domain.tags import new_tag
from armoury.i18n import _
from armoury.services.acts import Approval, statement
from armoury.services.desk import USUAL_COST
from armoury.services.site_keys import certify_recovery_key
from armoury.signing.approvals import sign_approval
from armoury.signing.certificates import Issuer, SiteName, make_officer_certificate, make_site_certificate
from armoury.signing.keys import PrivateKey, new_private_key, private_to_der, public_to_der
from armoury.signing.passphrases import check_passphrase
from armoury.signing.recovery import RecoveryKey, make_recovery_slot, new_recovery
from armoury.signing.signer import SoftwareSigner
from armoury.signing.wrapping import KeyCost, from_base64, to_base64
from armoury.store.checkpoints import SITE_KEY
from armoury.store.creation import Identity, new_register
from armoury.store.keyslots import Keyslots, Slot, SlotKeys, make_slot, name_key, write_keyslots
from armoury.store.opening import Surroundings
from armoury.store.register import Register
from armoury.store.steps import Act, Authority, Step, step


@dataclass(frozen=True)
class FirstOfficer:
    """One of the two officers who found a register; both must be there to type their passphrases."""

    sign_in: str
    name: str
    passphrase: str = field(repr=False)
    roles: tuple[str, ...] = ("commander", "administrator")
    rank: str | None = None


@dataclass(frozen=True)
class Site:
    """What a new register is for. `country` is ISO 3166-1 alpha-2, `time_zone` an IANA name."""

    name: str
    country: str
    time_zone: str
    organisation: str
    agency: str | None = None
    site_type: str | None = None


@dataclass(frozen=True)
class _Founder:
    """A founder with the keys made for him."""

    officer: FirstOfficer
    person: Person
    unlocking: PrivateKey = field(repr=False)
    signing: PrivateKey = field(repr=False)


def found_register(
    path: Path, site: Site, officers: Sequence[FirstOfficer], *, around: Surroundings, cost: KeyCost = USUAL_COST
) -> RecoveryKey:
    """Create a register with its first two officers and return the recovery key, which is shown only now.

    Raises:
        RuleError: fewer than two different officers, or without the rights role; weak passphrase; unknown time zone.
        StorageError: the folder cannot be written.
    """
    _check(site, officers, around)
    now = around.clock()
    identity = Identity(new_uuid7(now), new_site_id(site.country), os.urandom(32))
    site_key = new_private_key()
    certificate = make_site_certificate(
        site_key, SiteName(identity.site, site.name, site.organisation, site.country), at=now
    )
    issuer = Issuer(site_key, certificate)
    founders = [_found_officer(each, issuer, now) for each in officers]
    recovery = new_recovery()
    with new_register(path, identity, clock=around.clock) as register:
        try:
            slots = tuple(_slot(identity, each, cost) for each in founders)
            recovery_slot = make_recovery_slot(recovery, identity.data_key, register=identity.register)
            write_keyslots(register.folder, Keyslots(identity.register, slots, recovery_slot))
            certified = certify_recovery_key(issuer, recovery, register=identity.register, at=now)
            _record(register, _steps(register, site, certificate, (recovery, certified), founders), site_key, founders)
        finally:
            register.close()
    return recovery


def check_country(code: str) -> None:
    """Check the code of a site's country.

    Raises:
        RuleError: ISO 3166-1 has no such country.
    """
    if code not in load_reference({}).dataset("countries"):
        text = _("“{country}” is no country of ISO 3166. Use the two capital letters of the site's country.")
        raise RuleError(text.format(country=code))


def check_apart(first: str, second: str) -> None:
    """Check that two sign-in names are those of two officers.

    Raises:
        RuleError: they are the same, but for capitals and accents.
    """
    if name_key(first) == name_key(second):
        raise RuleError(_("A register is founded by two different officers."))


def check_passphrases(passphrase: str, other: str | None = None) -> None:
    """Check a founder's passphrase, also against that of the other founder.

    Raises:
        WeakPassphraseError: it is too weak.
        RuleError: both have the same.
    """
    check_passphrase(passphrase)
    if passphrase == other:
        raise RuleError(_("The two officers need different passphrases, known to nobody else."))


def _check(site: Site, officers: Sequence[FirstOfficer], around: Surroundings) -> None:
    if len(officers) != 2:
        raise RuleError(_("A register is founded by two different officers."))
    check_apart(officers[0].sign_in, officers[1].sign_in)
    duties = load_duties()
    for each in officers:
        if not each.sign_in.strip() or not each.name.strip():
            raise RuleError(_("Each officer needs a name and a short name to sign in with."))
        check_roles(each.roles, duties)
        check_passphrase(each.passphrase)
    check_passphrases(officers[1].passphrase, officers[0].passphrase)
    check_two_remain((Person(id="", tag="", roles=each.roles) for each in officers), duties)
    local_date(around.clock(), site.time_zone)
    check_country(site.country)


def _found_officer(officer: FirstOfficer, issuer: Issuer, now: int) -> _Founder:
    unlocking, signing = new_private_key(), new_private_key()
    id_ = new_uuid7(now)
    certificate = make_officer_certificate(
        issuer, public_to_der(signing.public_key()), name=officer.sign_in, officer=id_, at=now
    )
    person = Person(
        id=id_,
        tag=new_tag(),
        name=officer.name,
        rank=officer.rank,
        sign_in=officer.sign_in.strip(),
        roles=officer.roles,
        certificate=to_base64(certificate),
        passphrase_set=format_instant(now),
    )
    return _Founder(officer, person, unlocking, signing)


def _slot(identity: Identity, founder: _Founder, cost: KeyCost) -> Slot:
    keys = SlotKeys(founder.unlocking, founder.signing, identity.data_key)
    return make_slot(
        identity.register,
        founder.person.id,
        sign_in=founder.person.sign_in or "",
        passphrase=founder.officer.passphrase,
        keys=keys,
        cost=cost,
    )


def _record(register: Register, steps: list[Step], site_key: PrivateKey, founders: Sequence[_Founder]) -> None:
    """Write entry 1 and those beside it; both founders approve them, also what one of them holds in excess."""
    secrets = ((SITE_KEY, private_to_der(site_key)),)
    act = Act(new_uuid7(register.clock()), "register.created", steps, overrides=_overrides(founders), secrets=secrets)
    first = founders[0].person.id
    register.change(act, Authority(first, first, [_approval(register, act, each) for each in founders]))


def _overrides(founders: Sequence[_Founder]) -> tuple[str, ...]:
    """Name the duties that exclude each other and are founded in one hand, as a small site must."""
    duties = load_duties()
    return tuple(
        f"{each.person.sign_in}: {' + '.join(exclusion.duties)}"
        for each in founders
        for exclusion in conflicts(each.person, duties)
    )


def _steps(
    register: Register,
    site: Site,
    certificate: bytes,
    recovery: tuple[RecoveryKey, str],
    founders: Sequence[_Founder],
) -> list[Step]:
    key, certified = recovery
    record = RegisterRecord(
        register.id,
        register.site,
        site.name,
        site.country,
        site.time_zone,
        to_base64(certificate),
        recovery_mark=key.mark.hex(),
        recovery_certificate=certified,
    )
    profile = SiteProfile(new_uuid7(register.clock()), site.name, site.agency, site.site_type)
    return [
        step("register.created", None, record),
        *(step("officer.added", None, each.person) for each in founders),
        step("site.described", None, profile),
    ]


def _approval(register: Register, act: Act, founder: _Founder) -> Approval:
    signer = SoftwareSigner(founder.signing, from_base64(founder.person.certificate))
    return sign_approval(statement(act, founder.person, register=register.id, at=register.clock()), signer)
