"""Planning, approving and carrying out an act: the one way by which services change a register.

Permissions, the second officer and the approvals are judged here, once, for every act of every kind.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from armoury.domain.clock import format_instant, parse_instant
from armoury.domain.dates import moment_shown
from armoury.domain.duties import check_permission
from armoury.domain.errors import IntegrityError, PermissionRefusedError, RuleError
from armoury.domain.ids import new_uuid7
from armoury.domain.kinds import KINDS, Event
from armoury.domain.record_form import Json
from armoury.domain.records.site import Person
from armoury.i18n import _
from armoury.services.desk import Desk, officer_signer
from armoury.signing.approvals import TYPE, sign_approval, verify_approval
from armoury.signing.signer import Signer
from armoury.signing.wrapping import from_base64
from armoury.store.act_check import RECOVERY, RECOVERY_EVENTS
from armoury.store.checkpoints import register_record
from armoury.store.keyslots import name_key, read_keyslots, unlock
from armoury.store.reading import get, several
from armoury.store.register import Progress, no_progress
from armoury.store.steps import Act, Authority, Changes, Step, content_digest

Approval = Mapping[str, Json]


def plan(
    desk: Desk,
    name: str,
    steps: Sequence[Step],
    *,
    reason: str | None = None,
    overrides: Sequence[str] = (),
) -> Act:
    """Put steps together to one act with an id of its own; nothing is written.

    Raises:
        RuleError: the steps change nothing, or a reason does not stand on one line.
    """
    _check_lines((reason, *overrides, *(each.reason for each in steps)))
    real = [each for each in steps if each.before is None or each.before != each.after]
    if not real:
        raise RuleError(_("Nothing would change."))
    return Act(new_uuid7(desk.now()), name, real, (reason or "").strip() or None, tuple(overrides))


def _check_lines(reasons: Iterable[str | None]) -> None:
    """A reason of several lines could look like lines that the program wrote: like an approval, say."""
    if any(each and len(each.strip().splitlines()) > 1 for each in reasons):
        raise RuleError(_("A reason stands on one line. Type it again without line breaks."))


def needs_second(act: Act) -> bool:
    """Tell whether a second officer must approve the act."""
    return act.second_officer or bool(act.overrides) or any(_event(each).second_officer for each in act.steps)


def statement(act: Act, officer: Person, *, register: str, at: int) -> dict[str, Json]:
    """Return exactly what an officer signs when approving an act (design section 5).

    Args:
        act: what is approved.
        officer: who approves.
        register: id of the register.
        at: when, in milliseconds since 1970, UTC.
    """
    steps = list(act.steps)
    return {
        "type": TYPE,
        "register": register,
        "action": act.id,
        "act": act.name,
        "subjects": sorted({each.after.id for each in steps}),
        "content": content_digest(steps),
        "reason": act.reason or "",
        "officer": officer.id,
        "at": format_instant(at),
    }


def approve(desk: Desk, act: Act, sign_in: str, passphrase: str) -> Approval:
    """Approve an act with an officer's own passphrase, over exactly what will be written.

    Raises:
        WrongPassphraseError: the passphrase is wrong.
        PermissionRefusedError: the officer may not do such an act, or has the key in a token.
    """
    return approve_with(desk, act, *approver(desk, sign_in, passphrase))


def approver(desk: Desk, sign_in: str, passphrase: str) -> tuple[Person, Signer]:
    """Return an officer with what signs for him, opened by his own passphrase; it serves for several acts.

    Raises:
        WrongPassphraseError: the passphrase is wrong.
        PermissionRefusedError: the account was never completed, or the key lies in a token.
    """
    unlocked = unlock(read_keyslots(desk.register.folder), sign_in, passphrase)
    with desk.read() as connection:
        officer = get(connection, Person, unlocked.person)
    if officer is None:
        raise PermissionRefusedError(_("The account of “{name}” was never completed.").format(name=sign_in))
    signer = officer_signer(officer, unlocked)
    if signer is None:
        raise PermissionRefusedError(
            _("“{name}” signs with a token. Plug it in and approve with its PIN.").format(name=sign_in)
        )
    return officer, signer


def approve_with(desk: Desk, act: Act, officer: Person, signer: Signer) -> Approval:
    """Approve an act with an officer's signer, such as a token.

    Raises:
        PermissionRefusedError: the officer may not do such an act.
        RuleError: it is about the officer's own rights or keys.
    """
    _check_approver(desk, act, officer)
    return sign_approval(statement(act, officer, register=desk.register.id, at=desk.now()), signer)


def carry_out(desk: Desk, act: Act, approvals: Sequence[Approval] = (), *, progress: Progress = no_progress) -> Changes:
    """Carry out an act that is allowed and approved.

    Raises:
        PermissionRefusedError: the officer may not, or a second officer's approval is missing.
        IntegrityError: an approval is forged or for something else.
        RuleError: a record was changed since it was read, or it is about the rights of one of the two officers.
    """
    authority = authorise(desk, act, approvals)
    return desk.register.change(act, authority, progress=progress)


def carry_out_streamed(
    desk: Desk, act: Act, events: Collection[tuple[str, str]], *, progress: Progress = no_progress
) -> Changes:
    """Carry out an act whose steps are made while they are written, as bulk work must.

    Args:
        desk: who does it.
        act: its steps can be gone through once.
        events: all that the steps may be, as kind and event; it is judged before the first step is made.
        progress: told how many records are written.

    Raises:
        PermissionRefusedError: the officer may not do one of them, or it needs a second officer.
        RuleError: a record was changed since it was read.
    """
    declared = [KINDS[kind].event(name) for kind, name in events]
    for each in dict.fromkeys((*(each.permission for each in declared), *act.permissions)):
        check_permission(desk.officer, each, desk.duties)
    if act.second_officer or act.overrides or any(each.second_officer for each in declared):
        raise PermissionRefusedError(_("This needs a second officer and so cannot be done in bulk."))
    if desk.register.lock is None:
        raise RuleError(_("This register was opened for checking only."))
    authority = Authority(desk.officer.id, desk.officer.id)
    return desk.register.change(replace(act, steps=_only(act.steps, frozenset(events))), authority, progress=progress)


def _only(steps: Iterable[Step], events: frozenset[tuple[str, str]]) -> Iterator[Step]:
    """Pass on steps that were judged.

    Raises:
        PermissionRefusedError: another one comes.
    """
    for each in steps:
        if (each.kind, each.event) not in events or each.occurred_at is not None:
            raise PermissionRefusedError(_("“{event}” was not judged before.").format(event=each.event))
        yield each


def authorise(desk: Desk, act: Act, approvals: Sequence[Approval] = ()) -> Authority:
    """Judge whether an act may be carried out, and under whose hand.

    Raises:
        PermissionRefusedError, IntegrityError: as `carry_out`.
    """
    if desk.officer.id == RECOVERY:
        _check_recovery(act)
        approvals = _signed_by_recovery(desk, act)
    else:
        _check_permissions(desk, act, desk.officer)
    if desk.register.lock is None:
        raise RuleError(_("This register was opened for checking only."))
    _check_times(desk, act)
    if desk.officer.id != RECOVERY and (approvals or needs_second(act)):
        _check_approvals(desk, act, approvals)
    return Authority(desk.officer.id, desk.officer.id, approvals)


def _check_recovery(act: Act) -> None:
    if any(each.event not in RECOVERY_EVENTS for each in act.steps):
        raise PermissionRefusedError(
            _("The recovery key only gives officers their access back. Sign in as an officer for anything else.")
        )


def _signed_by_recovery(desk: Desk, act: Act) -> tuple[Approval, ...]:
    """Sign with the recovery key what is done with it, so that nobody without the envelopes can write the like."""
    if desk.signer is None:
        return ()
    return (sign_approval(statement(act, desk.officer, register=desk.register.id, at=desk.now()), desk.signer),)


def _check_times(desk: Desk, act: Act) -> None:
    """Nothing happens in the future, and what is entered later has a reason (domain rule 18)."""
    now = desk.now()
    for each in act.steps if isinstance(act.steps, list) else ():
        if each.occurred_at is None:
            continue
        if parse_instant(each.occurred_at) > now + 120_000:
            text = _("{time} lies in the future. Give the time when it happened.")
            with desk.read() as connection:
                zone = register_record(connection).time_zone
            raise RuleError(text.format(time=moment_shown(each.occurred_at, zone)))
        if not (act.reason or each.reason):
            raise RuleError(_("It happened earlier than it is entered: give the reason for the late entry."))


def _event(step: Step) -> Event:
    return KINDS[step.kind].event(step.event)


_RIGHTS = frozenset({"officer.roles_changed", "officer.reset"})
"""Events that give an officer rights or keys."""


def check_may(desk: Desk, act: Act) -> None:
    """Check that the officer who has the desk may do an act, before anybody is asked to approve it.

    Raises:
        PermissionRefusedError: no role of the officer allows it.
        RuleError: it is about the officer's own rights or keys.
    """
    if desk.officer.id != RECOVERY:
        _check_permissions(desk, act, desk.officer)


def _check_not_own(act: Act, officer: Person) -> None:
    """Neither hand may be that of the beneficiary (MOSAIC 05.20, separation of duties)."""
    if any(each.event in _RIGHTS and each.after.id == officer.id for each in act.steps):
        raise RuleError(
            _(
                "Nobody enters or approves what is about the own roles, token or reset: two other officers do it. "
                "Where only two may decide on officers, they first add a third one with such a role: "
                "armoury officers add"
            )
        )


def _check_permissions(desk: Desk, act: Act, officer: Person) -> None:
    _check_not_own(act, officer)
    _check_each(desk, officer, (*(_event(each).permission for each in act.steps), *act.permissions))


def _check_approver(desk: Desk, act: Act, officer: Person) -> None:
    _check_not_own(act, officer)
    overridden = bool(act.overrides)
    needed = (_event(each).approver_permission(overridden=overridden) for each in act.steps)
    _check_each(desk, officer, (*needed, *act.permissions))


def _check_each(desk: Desk, officer: Person, permissions: Sequence[str]) -> None:
    for permission in dict.fromkeys(permissions):
        check_permission(officer, permission, desk.duties)


def _check_approvals(desk: Desk, act: Act, approvals: Sequence[Approval]) -> None:
    approvers = {_check_approval(desk, act, each).id for each in approvals}
    if not needs_second(act):
        return
    if not approvers - {desk.officer.id}:
        raise PermissionRefusedError(
            _("This needs a second officer's approval: another person than you, with own passphrase or token.")
        )


def _check_approval(desk: Desk, act: Act, approval: Approval) -> Person:
    said: Any = approval.get("statement", {})
    with desk.read() as connection:
        officer = get(connection, Person, str(said.get("officer")))
    if officer is None or officer.certificate is None:
        raise IntegrityError(_("The approval names an officer whom the register does not know."))
    expected = statement(act, officer, register=desk.register.id, at=desk.now())
    if any(said.get(name) != expected[name] for name in expected if name != "at"):
        raise IntegrityError(_("The approval was given for something else. Approve what stands here now."))
    verify_approval(approval, from_base64(officer.certificate))
    _check_approver(desk, act, officer)
    return officer


def officer_named(desk: Desk, sign_in: str) -> Person:
    """Return the officer who signs in by a name.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        for each in several(connection, Person, "WHERE t.sign_in IS NOT NULL"):
            if name_key(each.sign_in or "") == name_key(sign_in):
                return each
    raise RuleError(_("Nobody signs in to this register as “{name}”. Check the name.").format(name=sign_in))
