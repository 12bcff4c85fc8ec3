"""Ammunition vouchers: drafted, planned, approved by a second officer, written; taken back only by another voucher.

All vouchers of a register have one series of numbers without a gap. One voucher and a thousand go through the same
lines. A plan stands as long as no other voucher was written since: the number that it holds is then still the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from armoury.domain.errors import PermissionRefusedError, RuleError
from armoury.domain.fields import declared_fields
from armoury.domain.ids import new_uuid7
from armoury.domain.record_form import clean
from armoury.domain.records.ammunition import Voucher, VoucherLine
from armoury.domain.remarks import Remark, refuse_stops, stop
from armoury.domain.voucher_rules import RULES
from armoury.i18n import _
from armoury.services.acts import Approval, carry_out, plan
from armoury.services.ammunition_checks import judge
from armoury.services.checks import found_ids, today
from armoury.services.desk import Desk
from armoury.store.reading import first
from armoury.store.register import Progress, no_progress
from armoury.store.steps import Act, Changes, step

FIXED = ("id", "number", "entry", "personal", "lines", "voucher_kind", "reverses")
"""What a draft gets from the program and not from a field."""

_DOWN = ("issue", "destruction")


@dataclass(frozen=True)
class Amount:
    """So many single items of a lot; on a return also how many of it were fired."""

    lot: str
    quantity: int
    expended: int | None = None


@dataclass(frozen=True)
class PlannedVouchers:
    """Planned vouchers: the act to carry out, the vouchers as they will be, and what is worth a second look before.

    Attributes:
        set_aside: what the two officers set aside, without the reason.
    """

    act: Act
    vouchers: tuple[Voucher, ...]
    remarks: tuple[Remark, ...]
    set_aside: tuple[str, ...] = ()


def draft_voucher(
    desk: Desk, kind: str, amounts: Sequence[Amount], *, place: str, to_place: str | None = None, **fields: Any
) -> Voucher:
    """Make the record of a voucher; nothing is written, `number` stays 0 until it is planned.

    Args:
        desk: who does it.
        kind: `receipt`, `issue`, `return`, `transfer`, `adjustment` or `destruction`.
        amounts: quantities above 0; those of an adjustment have the sign of the change.
        place: id of the place that it comes to or goes from.
        to_place: id of the place that a transfer goes to.
        **fields: of a `Voucher`: at least `authority`; `day` is today unless said.

    Raises:
        RuleError: there is no such field or kind, or a transfer does not say where to.
    """
    if kind not in RULES or kind == "reversal":
        raise RuleError(_("There is no voucher of the kind “{kind}” to be drafted.").format(kind=kind))
    known = {each.name for each in declared_fields(Voucher)}
    if strange := [each for each in fields if each not in known or each in FIXED]:
        raise RuleError(_("A voucher has no field {fields}.").format(fields=", ".join(sorted(strange))))
    if (to_place is not None) is not (kind == "transfer") or place == to_place:
        raise RuleError(_("A transfer goes from one place to another one; nothing else has two places."))
    sign = -1 if kind in _DOWN else 1
    lines = [VoucherLine(each.lot, place, sign * each.quantity, each.expended) for each in amounts]
    if to_place is not None:
        lines = [line for each in lines for line in (replace(each, quantity=-each.quantity),
                                                     replace(each, place=to_place))]  # fmt: skip
    fields.setdefault("day", today(desk).isoformat())
    fields.setdefault("authority", "")
    return Voucher(new_uuid7(desk.now()), 0, kind, lines=tuple(lines), **fields)


def joined(drafts: Sequence[Voucher]) -> Voucher:
    """Make one voucher of drafts of one kind that differ in their places alone.

    What leaves one place for several others, or comes to one from several, is added up to one line. What one draft
    names twice stays twice, so that it is refused.
    """
    lines: list[VoucherLine] = []
    for each in drafts:
        earlier = len(lines)
        for line in each.lines:
            same = (n for n, other in enumerate(lines[:earlier]) if _way(other) == _way(line))
            at = next(same, None)
            if at is None:
                lines.append(line)
            else:
                lines[at] = replace(lines[at], quantity=lines[at].quantity + line.quantity)
    return replace(drafts[0], lines=tuple(lines))


def _way(line: VoucherLine) -> tuple[str, str, bool]:
    return line.lot, line.place, line.quantity > 0


def draft_reversal(desk: Desk, number: int, *, authority: str, reason: str) -> Voucher:
    """Make the voucher that takes another one back as a whole, on the day of that one.

    Raises:
        RuleError: there is no such voucher.
    """
    target = voucher_numbered(desk, number)
    lines = tuple(replace(each, quantity=-each.quantity, expended=None) for each in target.lines)
    return Voucher(
        new_uuid7(desk.now()), 0, "reversal", target.day, authority, lines,
        party=target.party, holder=target.holder, reason=reason, reverses=target.id,
    )  # fmt: skip


def plan_vouchers(desk: Desk, drafts: Sequence[Voucher], *, override: str | None = None) -> PlannedVouchers:
    """Plan to write vouchers, in their order; nothing is written. A second officer must approve the act.

    Args:
        desk: who does it.
        drafts: from `draft_voucher` or `draft_reversal`.
        override: for what reason a lot is issued that may not be, or a voucher written that says exactly what another
            one says. It stands with the rule among the overrides of the act.

    Raises:
        RuleError: something stands in the way; every stop is named.
    """
    if not drafts:
        raise RuleError(_("There is nothing to write."))
    override = (override or "").strip()
    with desk.read() as connection:
        last = _last_number(connection)
        vouchers = tuple(replace(clean(each), number=last + count) for count, each in enumerate(drafts, 1))
        _check_new(connection, vouchers)
        judged = judge(desk, connection, vouchers)
    kept = refuse_stops([*judged.remarks, *(() if override else map(_unless_set_aside, judged.overrides))])
    steps = [step(RULES[each.voucher_kind].event, None, each, reason=each.reason) for each in vouchers]
    name = steps[0].event if len({each.event for each in steps}) == 1 else "voucher.written"
    act = plan(desk, name, steps, overrides=[f"{each} {override}" for each in judged.overrides])
    return PlannedVouchers(act, tuple(each.after for each in steps), kept, judged.overrides)


def _unless_set_aside(rule: str) -> Remark:
    text = _("{rule} To do it nevertheless set this aside, with a reason and a second officer.")
    return stop("override", "lines", text.format(rule=rule))


def carry_out_vouchers(
    desk: Desk, planned: PlannedVouchers, approvals: Sequence[Approval] = (), *, progress: Progress = no_progress
) -> Changes:
    """Write planned vouchers.

    Raises:
        RuleError: other vouchers were written since they were planned, or a lot or place was changed.
        PermissionRefusedError: the officer may not; no second officer approved; or the one who approved receives it.
    """
    with desk.read() as connection:
        _check_new(connection, planned.vouchers)
        if planned.vouchers[0].number != _last_number(connection) + 1:
            raise RuleError(_("Other vouchers were written meanwhile. Look at the balance and repeat the voucher."))
        again = judge(desk, connection, planned.vouchers)
    refuse_stops(again.remarks)
    if not set(again.overrides) <= set(planned.set_aside):
        raise RuleError(_("A lot was changed meanwhile: {text}").format(text=" ".join(again.overrides)))
    _check_beneficiary(planned, approvals)
    return carry_out(desk, planned.act, approvals, progress=progress)


def voucher_numbered(desk: Desk, number: int) -> Voucher:
    """Return a voucher by its number.

    Raises:
        RuleError: there is none.
    """
    with desk.read() as connection:
        found = first(connection, Voucher, "WHERE t.number = ?", (number,)) if 0 < number < 2**53 else None
    if found is None:
        raise RuleError(_("There is no voucher {number}.").format(number=number))
    return found


def number_of(desk: Desk, voucher_id: str) -> int | None:
    """Return the number of the voucher that has an id; None if there is none."""
    with desk.read() as connection:
        found = connection.exec_driver_sql("SELECT number FROM voucher WHERE id = ?", (voucher_id,)).scalar()
    return None if found is None else int(found)


def _last_number(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT coalesce(max(number), 0) FROM voucher").scalar_one())


def _check_new(connection: Connection, vouchers: Sequence[Voucher]) -> None:
    ids = [each.id for each in vouchers]
    if len(set(ids)) < len(ids) or found_ids(connection, "voucher", ids):
        raise RuleError(_("This voucher stands in the register already."))


def _check_beneficiary(planned: PlannedVouchers, approvals: Sequence[Approval]) -> None:
    """Neither of the two who sign may be the one who receives it."""
    approvers = {str(dict(each.get("statement", {})).get("officer")) for each in approvals}
    if any(each.holder in approvers for each in planned.vouchers if each.holder):
        raise PermissionRefusedError(_("Who receives ammunition cannot approve it. Let another officer approve."))
