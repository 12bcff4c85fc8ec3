"""`armoury ammunition`: items, lots, and the vouchers by which ammunition comes and goes."""

import click

from armoury.cli import ammunition_accounts, ammunition_vouchers
from armoury.cli.ammunition_items import items
from armoury.cli.ammunition_lots import lots
from armoury.i18n import _


@click.group(help=_("Keep ammunition by lot and place. What comes and goes is written as numbered vouchers under two "
                    "signatures; every balance is their sum."))  # fmt: skip
def ammunition() -> None:
    """Work on ammunition."""


for _command in (
    ammunition_accounts.stock, items, lots, ammunition_vouchers.receive, ammunition_vouchers.issue,
    ammunition_vouchers.return_, ammunition_vouchers.move, ammunition_vouchers.adjust, ammunition_vouchers.destroy,
    ammunition_vouchers.reverse, ammunition_accounts.vouchers, ammunition_accounts.voucher,
    ammunition_accounts.ledger,
):  # fmt: skip
    ammunition.add_command(_command)
