"""What each kind of voucher must say, and which way its lines go.

After IATG 03.10: every change of stock is a numbered voucher with day, from and to, authority and two signatures.
Nothing here reads a register; what the register alone can tell is checked in `armoury.services.ammunition_checks`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from armoury.domain.dates import earliest, shown
from armoury.domain.records.ammunition import Lot, Voucher
from armoury.domain.remarks import Remark, stop
from armoury.i18n import _

MOST_ITEMS = 2**53 - 1
"""In one line and in one balance: whole numbers beyond are not the same in every reader of the history."""

UP, DOWN = 1, -1


@dataclass(frozen=True)
class VoucherRule:
    """What a kind of voucher asks for.

    Attributes:
        event: what befalls the voucher when it is written.
        ways: the signs that the quantities of its lines may have.
        required: fields that must be said; a pair means one of the two.
    """

    event: str
    ways: tuple[int, ...]
    required: tuple[tuple[str, ...], ...] = ()


RULES: Mapping[str, VoucherRule] = {
    "receipt": VoucherRule("voucher.received", (UP,), (("party",), ("giver",))),
    "issue": VoucherRule("voucher.issued", (DOWN,), (("party", "holder"), ("taker",))),
    "return": VoucherRule("voucher.returned", (UP,), (("issue", "party", "holder"), ("giver",))),
    "transfer": VoucherRule("voucher.moved", (UP, DOWN)),
    "adjustment": VoucherRule("voucher.adjusted", (UP, DOWN), (("reason",),)),
    "destruction": VoucherRule("voucher.destroyed", (DOWN,)),
    "reversal": VoucherRule("voucher.reversed", (UP, DOWN), (("reverses",), ("reason",))),
}
"""By the id of the voucher's kind."""

_SENTENCES: Mapping[str, Callable[[], str]] = {
    "party": lambda: _("Say from whom it came or to whom it went."),
    "giver": lambda: _("Name who handed it over."),
    "taker": lambda: _("Name who took it."),
    "issue": lambda: _("Say which issue it comes back from, or from whom."),
    "reason": lambda: _("Give the reason."),
    "reverses": lambda: _("Say which voucher is reversed."),
}

_ONLY: Mapping[str, str] = {"reverses": "reversal", "issue": "return", "salvage": "return"}
"""Fields that only one kind of voucher has."""


def voucher_remarks(voucher: Voucher, lots: Mapping[str, Lot], today: date) -> Iterator[Remark]:
    """Check one voucher by all rules that need nothing but itself and its lots.

    Args:
        voucher: the record as it shall be; its form was checked before.
        lots: the lots of its lines by id.
        today: the day at the site.
    """
    rule = RULES.get(voucher.voucher_kind)
    if rule is None:
        text = _("This program cannot write a voucher of the kind “{kind}”.")
        yield stop("kind", "voucher_kind", text.format(kind=voucher.voucher_kind))
        return
    for names in rule.required:
        if not any(getattr(voucher, name) for name in names):
            yield stop("required", names[0], _SENTENCES[names[0]]())
    for name, kind in _ONLY.items():
        if getattr(voucher, name) is not None and voucher.voucher_kind != kind:
            text = _("Only a voucher of the kind “{kind}” has “{field}”.")
            yield stop("strange", name, text.format(kind=kind, field=name))
    yield from _day_remarks(voucher, lots, today)
    yield from _line_remarks(voucher, lots, rule)
    if voucher.voucher_kind == "transfer":
        yield from _transfer_remarks(voucher, lots)


def _day_remarks(voucher: Voucher, lots: Mapping[str, Lot], today: date) -> Iterator[Remark]:
    """Nothing happens in the future, what is entered later has a reason, and nothing comes before it was made."""
    day = date.fromisoformat(voucher.day)
    if day > today:
        text = _("{day} lies in the future. Give the day on which it happened.")
        yield stop("future", "day", text.format(day=voucher.day))
    if day < today and not voucher.reason:
        text = _("It happened on {day}, earlier than it is entered: give the reason for the late entry.")
        yield stop("late", "day", text.format(day=voucher.day))
    for lot in lots.values():
        if lot.made is None or voucher.voucher_kind == "reversal":
            continue
        start = earliest(lot.made)
        if start is not None and day < start:
            text = _("Lot {lot} was made in {made}; on {day} it cannot have been here.")
            yield stop("before_made", "day", text.format(lot=lot.lot_number, made=shown(lot.made), day=voucher.day))


def _line_remarks(voucher: Voucher, lots: Mapping[str, Lot], rule: VoucherRule) -> Iterator[Remark]:
    returns = voucher.voucher_kind == "return"
    for line in voucher.lines:
        name = lots[line.lot].lot_number
        if line.expended is not None and not returns:
            yield stop("strange", "lines", _("Only a return says how many were fired (lot {lot}).").format(lot=name))
        if line.quantity == 0:
            if voucher.voucher_kind != "reversal" and not (returns and line.expended):
                yield stop("zero", "lines", _("Lot {lot}: the quantity is 0. Leave the lot out.").format(lot=name))
        elif (UP if line.quantity > 0 else DOWN) not in rule.ways:
            text = _("Lot {lot}: the quantity {quantity} cannot be. Give a whole number above 0.")
            yield stop("sign", "lines", text.format(lot=name, quantity=-abs(line.quantity)))
    twice = Counter((line.lot, line.place) for line in voucher.lines)
    for (lot, _place), count in twice.items():
        if count > 1:
            text = _("Lot {lot} stands {count} times in the voucher for the same place. Give it once, with the sum.")
            yield stop("twice", "lines", text.format(lot=lots[lot].lot_number, count=count))


def _transfer_remarks(voucher: Voucher, lots: Mapping[str, Lot]) -> Iterator[Remark]:
    """What goes from one place comes to another: nothing is lost or made on the way."""
    sums: Counter[str] = Counter()
    for line in voucher.lines:
        sums[line.lot] += line.quantity
    for lot, rest in sums.items():
        if rest:
            text = _("Lot {lot}: what goes and what comes differ by {count}.")
            yield stop("transfer", "lines", text.format(lot=lots[lot].lot_number, count=abs(rest)))
