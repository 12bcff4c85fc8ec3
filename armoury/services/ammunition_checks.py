"""What the register has to say about vouchers before they are written: lots, places, balances, returns, reversals.

A balance is the sum of vouchers and is below 0 at no moment, in the order in which things happened: by day, and within
a day by number. So a voucher that is entered late is held against everything that came after it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from armoury.domain.ammunition_rules import hindrances
from armoury.domain.conformity import conformity_remarks
from armoury.domain.errors import RuleError
from armoury.domain.record_form import to_row
from armoury.domain.records.ammunition import Lot, Voucher
from armoury.domain.records.site import Place
from armoury.domain.remarks import Remark, refuse_stops, stop, warn
from armoury.domain.voucher_rules import MOST_ITEMS, voucher_remarks
from armoury.i18n import _
from armoury.services.checks import batches, known_words, reference_remarks, today
from armoury.services.desk import Desk
from armoury.services.places import check_open
from armoury.store.reading import first, get, several

R = TypeVar("R", Lot, Place)

Stack = tuple[str, str]
"""A lot at a place, by their ids."""

Flow = tuple[str, int, int]
"""Day, number of the voucher, quantity."""


@dataclass(frozen=True)
class Judgement:
    """What stands against vouchers: remarks, and what holds only where two officers set a rule aside with a reason."""

    remarks: tuple[Remark, ...]
    overrides: tuple[str, ...]


@dataclass
class _Bench:
    """What is known while several vouchers of one act are judged one after the other."""

    desk: Desk
    connection: Connection
    lots: Mapping[str, Lot]
    places: Mapping[str, Place]
    settled: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By issue and lot, what earlier vouchers of the same act bring back."""
    reversed: set[str] = field(default_factory=set)
    seen: list[Voucher] = field(default_factory=list)


def judge(desk: Desk, connection: Connection, vouchers: Sequence[Voucher]) -> Judgement:
    """Judge vouchers that shall be written in one act, numbered as they shall be.

    Raises:
        RuleError: a voucher is not of the declared form, or names something that the register does not have.
    """
    known = known_words(desk)
    formal = [replace(remark, subject=_name(each)) for each in vouchers for remark in conformity_remarks(each, known)]
    refuse_stops([*formal, *reference_remarks(connection, vouchers)])
    lines = [line for each in vouchers for line in each.lines]
    lots = _fetched(connection, Lot, {each.lot for each in lines}, _("The register has no such lot ({id})."))
    places = _fetched(connection, Place, {each.place for each in lines}, _("There is no such place ({id})."))
    bench = _Bench(desk, connection, lots, places)
    remarks, overrides = list[Remark](), list[str]()
    for each in vouchers:
        name = _name(each) if len(vouchers) > 1 else ""
        remarks += [replace(remark, subject=name) for remark in _remarks(bench, each)]
        overrides += [*_hindrances(bench, each), *_repetition(bench, each)]
        bench.seen.append(each)
    if not any(each.level == "stop" for each in remarks):
        remarks += _balance_remarks(bench, vouchers)
    return Judgement(tuple(remarks), tuple(dict.fromkeys(overrides)))


def _name(voucher: Voucher) -> str:
    return _("Voucher {number}").format(number=voucher.number)


def _fetched(connection: Connection, record: type[R], wanted: set[str], missing: str) -> Mapping[str, R]:
    found: dict[str, R] = {}
    for part in batches(sorted(wanted)):
        where = f"WHERE t.id IN ({', '.join('?' * len(part))})"
        found.update((each.id, each) for each in several(connection, record, where, tuple(part)))
    for id_ in sorted(wanted - found.keys()):
        raise RuleError(missing.format(id=id_))
    return found


def _remarks(bench: _Bench, voucher: Voucher) -> Iterator[Remark]:
    lots = {each.lot: bench.lots[each.lot] for each in voucher.lines}
    yield from voucher_remarks(voucher, lots, today(bench.desk, bench.connection))
    yield from _place_remarks(bench, voucher)
    yield from _paper_remarks(bench, voucher)
    if voucher.holder is not None and voucher.holder == bench.desk.officer.id:
        yield stop("beneficiary", "holder", _("You cannot hand ammunition to yourself. Let another officer do it."))
    if voucher.voucher_kind == "return" and voucher.issue:
        yield from _return_remarks(bench, voucher)
    if voucher.voucher_kind == "reversal" and voucher.reverses:
        yield from _reversal_remarks(bench, voucher, voucher.reverses)
    for lot in lots.values():
        if lot.lot_kind == "local" and voucher.voucher_kind == "issue":
            text = _("Lot {lot} is of loose rounds whose lot nobody knows. Issue it only for restricted use.")
            yield warn("local_lot", "lines", text.format(lot=lot.lot_number))
        if lot.restriction and voucher.voucher_kind == "issue":
            text = _("Lot {lot} is used only within limits: {limits}")
            yield warn("restricted", "lines", text.format(lot=lot.lot_number, limits=lot.restriction))


def _place_remarks(bench: _Bench, voucher: Voucher) -> Iterator[Remark]:
    for id_ in dict.fromkeys(each.place for each in voucher.lines):
        try:
            check_open(bench.connection, id_)
        except RuleError as problem:
            yield stop("place", "lines", problem.text())


# ----------------------------------------------------------------------------------------------- issued and set aside


def _hindrances(bench: _Bench, voucher: Voucher) -> Iterator[str]:
    """Say which lots of an issue may not be issued, and why (IATG 03.10, 01.70)."""
    if voucher.voucher_kind != "issue":
        return
    day = date.fromisoformat(voucher.day)
    for id_ in dict.fromkeys(each.lot for each in voucher.lines):
        lot = bench.lots[id_]
        for why in hindrances(lot, bench.desk.reference, day):
            yield _("Lot {lot} may not be issued: {why}.").format(lot=lot.lot_number, why=why.text)


def _repetition(bench: _Bench, voucher: Voucher) -> Iterator[str]:
    """Say which other voucher says exactly the same, so that nothing is entered twice by a slip."""
    if voucher.voucher_kind == "reversal":
        return
    for other in (*_alike(bench.connection, voucher), *bench.seen):
        if _content(other) == _content(voucher) and (not other.document or not voucher.document):
            text = _("Voucher {number} of {day} says exactly the same.")
            yield text.format(number=other.number, day=other.day)
            return


_NOT_REVERSED = "NOT EXISTS (SELECT 1 FROM voucher AS r WHERE r.reverses = t.id)"


def _alike(connection: Connection, voucher: Voucher) -> Iterator[Voucher]:
    where = f"WHERE t.day = ? AND t.voucher_kind = ? AND t.lines = ? AND {_NOT_REVERSED} ORDER BY t.number"
    values = (voucher.day, voucher.voucher_kind, to_row(voucher)["lines"])
    return several(connection, Voucher, where, values)


def _content(voucher: Voucher) -> tuple[object, ...]:
    return (
        voucher.voucher_kind, voucher.day, voucher.lines, voucher.authority, voucher.party, voucher.holder,
        voucher.issue,
    )  # fmt: skip


def _paper_remarks(bench: _Bench, voucher: Voucher) -> Iterator[Remark]:
    """One paper of one sender is one voucher."""
    if not voucher.document or voucher.voucher_kind == "reversal":
        return
    where = f"WHERE t.document = ? AND t.voucher_kind = ? AND t.party IS ? AND {_NOT_REVERSED}"
    other = first(bench.connection, Voucher, where, (voucher.document, voucher.voucher_kind, voucher.party)) or next(
        (each for each in bench.seen if _paper(each) == _paper(voucher)), None
    )
    if other is not None:
        text = _("The paper “{document}” is entered already, as voucher {number} of {day}.")
        said = text.format(document=voucher.document, number=other.number, day=other.day)
        yield stop("paper", "document", said)


def _paper(voucher: Voucher) -> tuple[str | None, ...]:
    return (voucher.document, voucher.voucher_kind, voucher.party)


# ---------------------------------------------------------------------------------------------- returns and reversals


def open_quantities(connection: Connection, issue: Voucher) -> dict[str, int]:
    """Return what is still to be accounted for of an issue, by lot: issued, less returned live, less fired."""
    rest: Counter[str] = Counter()
    for line in issue.lines:
        rest[line.lot] -= line.quantity
    for each in several(connection, Voucher, f"WHERE t.issue = ? AND {_NOT_REVERSED}", (issue.id,)):
        for line in each.lines:
            rest[line.lot] -= line.quantity + (line.expended or 0)
    return dict(rest)


def _return_remarks(bench: _Bench, voucher: Voucher) -> Iterator[Remark]:
    issue = get(bench.connection, Voucher, voucher.issue or "")
    if issue is None or issue.voucher_kind != "issue":
        yield stop("issue", "issue", _("What is returned must have been issued: name the voucher of the issue."))
        return
    if _reversal_of(bench, issue.id) is not None:
        text = _("Voucher {number} was reversed: by the register nothing was issued.")
        yield stop("issue", "issue", text.format(number=issue.number))
        return
    if voucher.day < issue.day:
        text = _("The issue was on {day}; nothing can come back before.")
        yield stop("before_issue", "day", text.format(day=issue.day))
    still_out = open_quantities(bench.connection, issue)
    back: Counter[str] = Counter()
    for line in voucher.lines:
        back[line.lot] += line.quantity + (line.expended or 0)
    for lot, count in back.items():
        rest = still_out.get(lot, 0) - bench.settled[issue.id, lot]
        bench.settled[issue.id, lot] += count
        if lot not in still_out:
            text = _("Lot {lot} was not issued by voucher {number}. Look at the marking again.")
            yield stop("other_lot", "lines", text.format(lot=bench.lots[lot].lot_number, number=issue.number))
        elif count > rest:
            text = _("Of lot {lot} {rest} are still out by voucher {number}; {count} cannot be accounted for.")
            said = text.format(lot=bench.lots[lot].lot_number, rest=rest, number=issue.number, count=count)
            yield stop("too_many", "lines", said)


def _reversal_of(bench: _Bench, voucher_id: str) -> int | None:
    query = "SELECT number FROM voucher WHERE reverses = ?"
    number = bench.connection.exec_driver_sql(query, (voucher_id,)).scalar()
    if number is None and voucher_id in bench.reversed:
        return next(each.number for each in bench.seen if each.reverses == voucher_id)
    return number


def _reversal_remarks(bench: _Bench, voucher: Voucher, target_id: str) -> Iterator[Remark]:
    target = get(bench.connection, Voucher, target_id)
    if target is None:
        return
    number = _reversal_of(bench, target_id)
    bench.reversed.add(target_id)
    if number is not None:
        text = _("Voucher {target} was reversed already, by voucher {number}.")
        yield stop("reversed_twice", "reverses", text.format(target=target.number, number=number))
    if target.voucher_kind == "reversal":
        text = _("A reversal is not reversed: enter anew what voucher {number} took back.")
        yield stop("reversal", "reverses", text.format(number=target.number))
    if target.voucher_kind == "issue":
        where = f"WHERE t.issue = ? AND {_NOT_REVERSED}"
        back = [each.number for each in several(bench.connection, Voucher, where, (target.id,))
                if each.id not in bench.reversed]  # fmt: skip
        if back:
            text = _("Something came back on this issue: reverse first the vouchers {numbers}.")
            yield stop("returned", "reverses", text.format(numbers=", ".join(map(str, back))))
    exact = tuple(replace(each, quantity=-each.quantity, expended=None) for each in target.lines)
    if voucher.lines != exact or voucher.day != target.day:
        text = _("A reversal takes back a voucher as a whole, on its own day ({day}).")
        yield stop("reversal_differs", "lines", text.format(day=target.day))


# --------------------------------------------------------------------------------------------------------- balances


def _balance_remarks(bench: _Bench, vouchers: Sequence[Voucher]) -> Iterator[Remark]:
    """Find the first moment at which a balance would be below 0, or beyond what can be counted."""
    new: dict[Stack, list[Flow]] = {}
    for each in vouchers:
        for line in each.lines:
            new.setdefault((line.lot, line.place), []).append((each.day, each.number, line.quantity))
    last = bench.connection.exec_driver_sql("SELECT max(day) FROM voucher").scalar() or ""
    for stack, flows in new.items():
        late = min(day for day, _number, _quantity in flows) < last
        running = 0 if late else balance_now(bench.connection, *stack)
        before = _flows(bench.connection, stack) if late else []
        for day, number, quantity in sorted([*before, *flows]):
            running += quantity
            if not 0 <= running <= MOST_ITEMS:
                yield _impossible(bench, stack, (day, number, running), running - quantity)
                break


def balance_now(connection: Connection, lot: str, place: str) -> int:
    """Return how many items of a lot lie at a place by all vouchers: a sum over an index that holds the quantities."""
    query = "SELECT coalesce(sum(quantity), 0) FROM voucher_line WHERE lot = ? AND place = ?"
    return int(connection.exec_driver_sql(query, (lot, place)).scalar_one())


def _flows(connection: Connection, stack: Stack) -> list[Flow]:
    rows = connection.exec_driver_sql(
        "SELECT v.day, v.number, l.quantity FROM voucher_line AS l JOIN voucher AS v ON v.id = l.subject"
        " WHERE l.lot = ? AND l.place = ?",
        stack,
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _impossible(bench: _Bench, stack: Stack, moment: Flow, before: int) -> Remark:
    day, number, balance = moment
    words = {
        "lot": bench.lots[stack[0]].lot_number, "place": bench.places[stack[1]].code, "day": day, "number": number,
        "balance": balance, "before": before,
    }  # fmt: skip
    if balance > MOST_ITEMS:
        return stop("too_much", "lines", _("So many of lot {lot} cannot lie in {place}.").format(**words))
    text = _("Lot {lot} in {place} would stand at {balance} on {day} by voucher {number}: only {before} are there.")
    return stop("negative", "lines", text.format(**words))
