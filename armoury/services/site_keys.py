"""The keys of the site: its signing key and certificate, and the recovery key in two envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from armoury.i18n import _
from armoury.services.acts import Approval, authorise, plan
from armoury.services.desk import Desk
from armoury.signing.certificates import (
    Issuer,
    SiteName,
    certify_successor,
    load_certificate,
    make_officer_certificate,
    make_site_certificate,
)
from armoury.signing.keys import new_private_key, private_from_der, private_to_der, public_to_der
from armoury.signing.recovery import RecoveryKey, new_recovery, recovery_signing_key
from armoury.signing.wrapping import from_base64, to_base64
from armoury.store.act_check import RECOVERY
from armoury.store.checkpoints import SITE_KEY, read_secret, register_record
from armoury.store.keyslots import with_recovery
from armoury.store.pending import change_with_slots
from armoury.store.steps import Act, Changes, step

_ORGANISATION = "2.5.4.10"


@dataclass(frozen=True)
class RecoveryPlan:
    """A new recovery key and the act that records its mark."""

    act: Act
    key: RecoveryKey = field(repr=False)


def plan_recovery_key(desk: Desk, *, reason: str) -> RecoveryPlan:
    """Plan a new recovery key; the older half-sheets then open nothing but older backups."""
    key = new_recovery()
    with desk.read() as connection:
        before = register_record(connection)
        issuer = Issuer(private_from_der(read_secret(connection, SITE_KEY)), from_base64(before.certificate))
    certified = certify_recovery_key(issuer, key, register=desk.register.id, at=desk.now())
    after = replace(before, recovery_mark=key.mark.hex(), recovery_certificate=certified)
    event = "register.recovery_key_changed"
    return RecoveryPlan(plan(desk, event, [step(event, before, after)], reason=reason), key)


def certify_recovery_key(issuer: Issuer, key: RecoveryKey, *, register: str, at: int) -> str:
    """Let the site certify the recovery key's signing key; return the certificate, DER in base64."""
    public = public_to_der(recovery_signing_key(key, register=register).public_key())
    return to_base64(make_officer_certificate(issuer, public, name=RECOVERY, officer=RECOVERY, at=at))


def renew_recovery_key(desk: Desk, planned: RecoveryPlan, approvals: Sequence[Approval] = ()) -> Changes:
    """Put the new recovery key in force and record it.

    Raises:
        PermissionRefusedError, IntegrityError: as `carry_out`; the older one stays in force.
        StorageError: the disk cannot be written.
    """
    authority, data_key = authorise(desk, planned.act, approvals), desk.register.data_key
    return change_with_slots(
        desk.register, planned.act, authority, lambda slots: with_recovery(slots, planned.key, data_key)
    )


def plan_site_key(desk: Desk, *, reason: str) -> Act:
    """Plan a new signing key of the site, certified by the old one; offered when an officer leaves.

    The secret and the entry are written together. Certificates that the old key issued stay as they are.
    """
    with desk.read() as connection:
        before = register_record(connection)
        old = private_from_der(read_secret(connection, SITE_KEY))
    fresh = new_private_key()
    site = SiteName(before.site, before.name, _organisation(before.certificate), before.country)
    certificate = make_site_certificate(fresh, site, at=desk.now())
    signature = to_base64(certify_successor(old, certificate))
    after = replace(before, certificate=to_base64(certificate), certified_by=signature)
    act = plan(desk, "register.site_key_changed", [step("register.site_key_changed", before, after)], reason=reason)
    return replace(act, secrets=((SITE_KEY, private_to_der(fresh)),))


def _organisation(certificate: str) -> str:
    names = load_certificate(from_base64(certificate)).subject.rdns
    found = [each.value for name in names for each in name if each.oid.dotted_string == _ORGANISATION]
    return str(found[0]) if found else _("Site")
