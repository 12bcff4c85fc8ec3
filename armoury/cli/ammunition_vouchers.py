"""What comes and goes: `armoury ammunition receive`, `issue`, `return`, `move`, `adjust`, `destroy`, `reverse`.

Each writes one numbered voucher under two signatures, or nothing. Lines are given as lot, place and quantity.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from armoury.cli.approving import approvals_for, told
from armoury.cli.output import Columns, say, say_json, say_table
from armoury.cli.remarks import remarks_json, tell_remarks
from armoury.cli.session import Door, at_desk, at_register
from armoury.cli.subjects import subject
from armoury.cli.voucher_cards import to_be_approved
from armoury.domain.ammunition_rules import read_quantity
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import Lot, Voucher
from armoury.i18n import _
from armoury.services.ammunition import item_of
from armoury.services.ammunition_named import lot_named
from armoury.services.ammunition_reports import lines_of
from armoury.services.ammunition_stock import balance
from armoury.services.ammunition_vouchers import (
    Amount,
    PlannedVouchers,
    carry_out_vouchers,
    draft_reversal,
    draft_voucher,
    joined,
    plan_vouchers,
    voucher_numbered,
)
from armoury.services.desk import Desk
from armoury.services.places import place_by_code

F = TypeVar("F", bound=Callable[..., Any])
Where = tuple[str, str | None]
"""Ids of the place, and of the place that a transfer goes to."""


def _complete(_context: click.Context, option: click.Parameter, given: Sequence[Sequence[str]]) -> Any:
    """Refuse a line that lacks a part, so that the next option would be taken for it."""
    for parts in given:
        if any(each.startswith("--") for each in parts):
            text = _("{option} is followed by {parts}; one of them is missing.")
            raise click.UsageError(text.format(option=option.opts[0], parts=option.metavar))
    return given


_LINES = click.option(
    "--line", "lines", multiple=True, required=True, nargs=3, metavar="LOT PLACE QUANTITY", callback=_complete,
    help=_("So much of a lot at a place, in single items (300) or units of issue (6u, 6u+7). May be repeated."),
)  # fmt: skip
_AUTHORITY = click.option("--authority", required=True, metavar="TEXT", help=_("Reference of the order for it."))
_TERMS = (
    _AUTHORITY,
    click.option("--document", metavar="TEXT", help=_("Number of the paper that came with it, or of the certificate.")),
    click.option("--day", metavar="DAY", help=_("The day on which it happened, 2026-03-09; today, if not said.")),
    click.option("--reason", metavar="TEXT", help=_("Why; needed where it is entered later than it happened.")),
    click.option("--remarks", metavar="TEXT", help=_("Remarks.")),
    click.option("--override", metavar="REASON",
                 help=_("Set aside, for this reason, that a lot may not be issued or a voucher says the same.")),
)  # fmt: skip
_HOLDER = click.option("--holder", metavar="BADGE", help=_("The person on the other side, if the register knows one."))
_GIVER = click.option("--giver", metavar="NAME", help=_("Who handed it over."))
_TAKER = click.option("--taker", metavar="NAME", help=_("Who took it."))


def _terms(function: F) -> F:
    for option in reversed(_TERMS):
        function = option(function)
    return function


@click.command(help=_("Receive what came from outside. Writes a voucher; needs --from, --giver and a second officer."))
@_LINES
@click.option("--from", "party", metavar="TEXT", help=_("From whom: a supplier, a unit, an agency."))
@_GIVER
@_TAKER
@_terms
@at_register(second=True)
def receive(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Receive ammunition."""
    _write(door, "receipt", lines, said)


@click.command(help=_("Issue ammunition. Writes a voucher; needs --to or --holder, --taker and a second officer."))
@_LINES
@click.option("--to", "party", metavar="TEXT", help=_("To whom: a unit, an agency."))
@_HOLDER
@_GIVER
@_TAKER
@_terms
@at_register(second=True)
def issue(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Issue ammunition."""
    _write(door, "issue", lines, said)


@click.command("return", help=_("Take back what was issued: live with --line, fired with --fired. Writes a "
                                "voucher; needs --giver and a second officer."))  # fmt: skip
@click.option("--line", "lines", multiple=True, nargs=3, metavar="LOT PLACE QUANTITY", callback=_complete,
              help=_("So much of a lot came back live, to a place. May be repeated."))  # fmt: skip
@click.option("--fired", multiple=True, nargs=2, metavar="LOT QUANTITY", callback=_complete,
              help=_("So much of a lot was fired. May be repeated."))  # fmt: skip
@click.option("--issue", type=int, metavar="NUMBER", help=_("The voucher by which it was issued."))
@click.option("--from", "party", metavar="TEXT", help=_("From whom, where the issue is not known."))
@_HOLDER
@_GIVER
@_TAKER
@click.option("--salvage", type=int, metavar="NUMBER", help=_("Empty cases handed in."))
@_terms
@at_register(second=True)
def return_(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Take ammunition back."""
    if not lines and not said["fired"]:
        raise click.UsageError(_("Say what came back, as in: --line LC-26-A R1 30 --fired LC-26-A 270"))
    _write(door, "return", lines, said)


@click.command(help=_("Move ammunition from place to place. Writes a voucher; needs a second officer."))
@click.option("--line", "lines", multiple=True, required=True, nargs=4, metavar="LOT FROM TO QUANTITY",
              callback=_complete, help=_("So much of a lot from one place to another. May be repeated."))  # fmt: skip
@_terms
@at_register(second=True)
def move(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Move ammunition."""
    _write(door, "transfer", lines, said)


@click.command(help=_("Bring the account to what was counted: 3 more, or -3 fewer. Writes a voucher; needs --reason "
                      "and a second officer."))  # fmt: skip
@_LINES
@_terms
@at_register(second=True)
def adjust(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Adjust the account."""
    _write(door, "adjustment", lines, said)


@click.command(help=_("Write off what was destroyed. Writes a voucher; needs a second officer."))
@_LINES
@_terms
@at_register(second=True)
def destroy(door: Door, lines: Sequence[Sequence[str]], **said: Any) -> None:
    """Write ammunition off as destroyed."""
    _write(door, "destruction", lines, said)


@click.command(help=_("Take a voucher back, by another one. It is the voucher NUMBER, taken back as a whole on its own "
                      "day; what is right is then entered anew. Needs a second officer."))  # fmt: skip
@click.argument("number", type=int)
@_AUTHORITY
@click.option("--reason", required=True, metavar="TEXT", help=_("What was wrong with it."))
@at_register(second=True)
def reverse(door: Door, number: int, authority: str, reason: str) -> None:
    """Reverse a voucher."""
    with at_desk(door) as desk:
        draft = draft_reversal(desk, number, authority=authority, reason=reason)
        _carry_out(door, desk, plan_vouchers(desk, [draft]))


def _write(door: Door, kind: str, lines: Sequence[Sequence[str]], said: dict[str, Any]) -> None:
    override = said.pop("override")
    with at_desk(door) as desk:
        _carry_out(door, desk, plan_vouchers(desk, [_drafted(desk, kind, lines, said)], override=override))


def _drafted(desk: Desk, kind: str, lines: Sequence[Sequence[str]], said: dict[str, Any]) -> Voucher:
    """Make the record of a voucher from what was typed.

    Raises:
        RuleError: a lot, place, person or voucher is not known, or a quantity cannot be read.
    """
    fired = said.pop("fired", ())
    fields = {name: value for name, value in said.items() if value is not None}
    issued = voucher_numbered(desk, fields["issue"]) if "issue" in fields else None
    if issued is not None:
        fields["issue"] = issued.id
        fields.setdefault("party", issued.party)
    if "holder" in fields:
        fields["holder"] = subject(desk, fields["holder"], "person").id
    amounts = _amounts(desk, lines)
    for lot, count in fired:
        _add_fired(desk, amounts, issued, lot, count)
    drafts = [
        draft_voucher(desk, kind, several, place=place, to_place=to_place, **fields)
        for (place, to_place), several in amounts.items()
    ]
    return joined(drafts)


def _amounts(desk: Desk, lines: Sequence[Sequence[str]]) -> dict[Where, list[Amount]]:
    found: dict[Where, list[Amount]] = {}
    for lot, *codes, typed in lines:
        places = [place_by_code(desk, each).id for each in codes]
        where = (places[0], places[1] if len(places) > 1 else None)
        found.setdefault(where, []).append(_amount(desk, lot_named(desk, lot), typed))
    return found


def _amount(desk: Desk, lot: Lot, typed: str) -> Amount:
    return Amount(lot.id, read_quantity(typed, item_of(desk, lot.item)))


def _add_fired(desk: Desk, amounts: dict[Where, list[Amount]], issued: Voucher | None, named: str, typed: str) -> None:
    """Say with a lot how many of it were fired: where it comes back to, else where it was issued from."""
    lot = lot_named(desk, named)
    count = _amount(desk, lot, typed).quantity
    for several in amounts.values():
        for place, each in enumerate(several):
            if each.lot == lot.id and each.expended is None:
                several[place] = replace(each, expended=count)
                return
            if each.lot == lot.id:
                raise RuleError(_("Lot {lot} is given twice with --fired. Give it once, with the sum.").format(
                    lot=lot.lot_number))  # fmt: skip
    place_of_issue = next((each.place for each in issued.lines if each.lot == lot.id), None) if issued else None
    if place_of_issue is None:
        text = _("Lot {lot}: say to which place the account goes, as in: --line {lot} R1 0")
        raise RuleError(text.format(lot=lot.lot_number))
    amounts.setdefault((place_of_issue, None), []).append(Amount(lot.id, 0, count))


def _carry_out(door: Door, desk: Desk, planned: PlannedVouchers) -> None:
    """Show the second officer the voucher, write it, and say what now lies where."""
    tell_remarks(planned.remarks)
    approvals = approvals_for(door, desk, planned.act, to_be_approved(desk, planned))
    changes = told(carry_out_vouchers(desk, planned, approvals))
    voucher = planned.vouchers[0]
    left = _left(desk, voucher)
    if door.json:
        say_json({"id": voucher.id, "number": voucher.number, "entries": [changes.first, changes.last], "lines": left,
                  "remarks": remarks_json(planned.remarks)})  # fmt: skip
        return
    said = _("Voucher {number} is written, in entry {entry}.")
    say(said.format(number=voucher.number, entry=changes.last))
    headings = [_("Lot"), _("Place"), _("Single items"), _("There now")]
    rows = [(each["lot_number"], each["place"], f"{each['quantity']:+d}", each["balance"]) for each in left]
    say_table(headings, rows, Columns(frozenset(range(4)), frozenset({2, 3})))


def _left(desk: Desk, voucher: Voucher) -> list[Mapping[str, Any]]:
    return [
        {"lot_number": each.lot.lot_number, "place": each.place.code, "quantity": each.quantity,
         "balance": balance(desk, each.lot.id, each.place.id)}
        for each in lines_of(desk, voucher)
    ]  # fmt: skip
