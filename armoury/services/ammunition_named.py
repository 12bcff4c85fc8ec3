"""Which item or lot of ammunition is meant by what was typed or scanned: a code, a stock number, a lot number, a tag.

Only items, or only lots, are looked through, so that a lot number that is also a serial or butt number means the lot.
What merely looks alike is named and never taken: the wrong lot must not be issued by a slip of the finger.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Connection

from armoury.domain.codes import ScanKind, parse_scan
from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import AmmunitionItem, Lot
from armoury.domain.tags import printed_tag
from armoury.i18n import _
from armoury.services.desk import Desk
from armoury.store.reading import several

R = TypeVar("R", AmmunitionItem, Lot)
_MOST_NAMED = 10
_KINDS = {AmmunitionItem: "ammunition", Lot: "lot"}


def item_named(desk: Desk, typed: str) -> AmmunitionItem:
    """Return the item that has a code, stock number or tag, in whatever letters and spacing it is typed.

    Raises:
        RuleError: there is none, or several; what looks alike is named.
    """
    missing = _("There is no ammunition with the code “{typed}”. Look at the list of items, or enter it first.")
    return _the_one(desk, AmmunitionItem, typed, missing)


def lot_named(desk: Desk, typed: str) -> Lot:
    """Return the lot that has a number or tag, in whatever letters and spacing it is typed.

    Raises:
        RuleError: there is none, or several have the number; what looks alike is named.
    """
    missing = _("There is no lot “{typed}” in this register. Look at the marking again, or enter the lot first.")
    return _the_one(desk, Lot, typed, missing)


def _the_one(desk: Desk, record: type[R], typed: str, missing: str) -> R:
    scan = parse_scan(typed)
    if scan.kind is ScanKind.EMPTY:
        raise RuleError(missing.format(typed=typed))
    with desk.read() as connection:
        sure = _found(connection, record, "key", {scan.key, scan.tag or scan.key})
        if len(sure) == 1:
            return sure[0]
        alike = sure or _found(connection, record, "fold", {scan.folded})
        names: list[str] = [f"  {_name(connection, each)}" for each in alike[:_MOST_NAMED]]
    if sure:
        said = _("“{typed}” is the number of several. Name the one that is meant by its tag:").format(typed=typed)
    else:
        said = missing.format(typed=typed) + (" " + _("It looks like:") if alike else "")
    raise RuleError("\n".join([said, *names]))


def _found(connection: Connection, record: type[R], column: str, keys: set[str]) -> Sequence[R]:
    where = f"WHERE t.id IN (SELECT subject FROM code WHERE subject_kind = ? AND {column} IN ({_marks(keys)}))"  # noqa: S608 - a constant; values are bound
    return list(several(connection, record, f"{where} ORDER BY t.tag", (_KINDS[record], *sorted(keys))))


def _marks(keys: set[str]) -> str:
    return ", ".join("?" * len(keys))


def _name(connection: Connection, record: AmmunitionItem | Lot) -> str:
    if isinstance(record, AmmunitionItem):
        return f"{printed_tag(record.tag)}  {record.code}  {record.name}"
    code = connection.exec_driver_sql("SELECT code FROM ammunition WHERE id = ?", (record.item,)).scalar()
    maker = record.maker_text or record.maker or _("maker not known")
    return f"{printed_tag(record.tag)}  {record.lot_number}  {code}  {maker}"
