"""Any order of vouchers, corrections, reversals and crashes: a balance is the sum of vouchers and never below 0."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armoury.domain.errors import RuleError
from armoury.domain.records.ammunition import Lot, Voucher
from armoury.services.acts import carry_out
from armoury.services.ammunition import lot_of, plan_lot_correction
from armoury.services.ammunition_reports import VoucherFilter, vouchers
from armoury.services.ammunition_stock import balance, ledger, stock, tally
from armoury.services.ammunition_vouchers import carry_out_vouchers, draft_reversal, plan_vouchers
from armoury.services.desk import Desk
from armoury.store.checking import check_register
from armoury.store.opening import Surroundings
from tests.registers import SetClock, desk_of, second_approval
from tests.services.magazine import draft, lot, write
from tests.services.stock import FIRST, NOW

PLACES = ("R1", "R2")
DAYS = ("2026-09-01", "2026-09-10", "2026-09-21")


@pytest.fixture(scope="module")
def magazine(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed register with two lots of one item."""
    path = tmp_path_factory.mktemp("magazine") / "main.armoury"
    shutil.copytree(furnished, path)
    with at(path) as desk:
        lot(desk, "A"), lot(desk, "B")
    return path


@contextmanager
def at(path: Path) -> Iterator[Desk]:
    with desk_of(path, FIRST, Surroundings(SetClock(NOW), path.parent / "memory")) as desk:
        yield desk


@contextmanager
def copied(magazine: Path) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "main.armoury"
        shutil.copytree(magazine, path)
        yield path


def known(desk: Desk) -> dict[str, Lot]:
    with desk.read() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM lot ORDER BY lot_number").fetchall()
    return {name: lot_of(desk, row[0]) for name, row in zip("AB", rows, strict=True)}


Doing = tuple[str, str, str, int, str, int]
"""What, lot, place, quantity, day, which of the vouchers before."""

doings = st.tuples(
    st.sampled_from(
        ["receipt", "receipt", "receipt", "issue", "issue", "return", "transfer", "adjustment", "destruction",
         "reversal", "correction", "crash", "reopen"]
    ),
    st.sampled_from("AB"), st.sampled_from(PLACES), st.integers(1, 60), st.sampled_from(DAYS), st.integers(0, 9),
)  # fmt: skip


class Crashed(Exception):
    """The program died while it wrote."""


def crash(_done: int, _total: int) -> None:
    raise Crashed


def drafted(desk: Desk, doing: Doing, turn: int) -> Voucher:
    kind, name, place, quantity, day, which = doing
    if kind == "crash":
        kind = ("receipt", "issue", "transfer")[which % 3]
    written = vouchers(desk)
    if kind == "reversal":
        number = written[which % len(written)].number if written else 1
        return draft_reversal(desk, number, authority=f"Order {turn}", reason="misread")
    fields: dict[str, Any] = {"authority": f"Order {turn}", "day": day, "reason": "from the paper"}
    if kind == "return":
        issues = vouchers(desk, VoucherFilter(kinds=("issue",)))
        fields |= {"issue": issues[which % len(issues)].id if issues else None, "expended": which}
    if kind == "transfer":
        fields["to"] = PLACES[1 - PLACES.index(place)]
    if kind == "adjustment" and which % 2:
        quantity = -quantity
    return draft(desk, kind, known(desk)[name], quantity, place, **fields)


def do(desk: Desk, doing: Doing, turn: int) -> bool:
    """Do one thing as an officer would; tell whether a voucher was written."""
    if doing[0] == "reopen":
        return False
    try:
        if doing[0] == "correction":
            conditions = ("iatg_a", "iatg_c", "iatg_d")
            changes = {"condition": conditions[doing[5] % 3], "remarks": f"turn {turn}"}
            act = plan_lot_correction(desk, known(desk)[doing[1]].id, changes, "examined").act
            carry_out(desk, act, [second_approval(desk, act)])
            return False
        planned = plan_vouchers(desk, [drafted(desk, doing, turn)], override="by order" if doing[5] > 4 else None)
        approvals = [second_approval(desk, planned.act)]
        if doing[0] == "crash":
            with pytest.raises(Crashed):
                carry_out_vouchers(desk, planned, approvals, progress=crash)
            return False
        carry_out_vouchers(desk, planned, approvals)
    except RuleError:
        return False
    return True


def judged(desk: Desk) -> None:
    """Hold the register against its vouchers, summed here by hand."""
    sums: Counter[tuple[str, str]] = Counter()
    written = sorted(vouchers(desk, count=1000), key=lambda each: (each.day, each.number))
    for each in written:
        for line in each.lines:
            sums[line.lot, line.place] += line.quantity
            assert sums[line.lot, line.place] >= 0
    assert sorted(each.number for each in written) == list(range(1, len(written) + 1))
    assert {(each.lot, each.place): each.quantity for each in stock(desk)} == {k: v for k, v in sums.items() if v}
    for (lot_id, place), quantity in sums.items():
        assert balance(desk, lot_id, place) == quantity
        assert tally(desk, lot_id, place)[-1].balance == quantity
    for lot_id in {lot_id for lot_id, _place in sums}:
        lines = ledger(desk, lot_id)
        assert all(each.here >= 0 and each.everywhere >= 0 for each in lines)
        assert lines[-1].everywhere == sum(count for (lot_, _place), count in sums.items() if lot_ == lot_id)
    assert check_register(desk.register, deep=True).findings == ()


@settings(max_examples=80)
@given(st.lists(doings, min_size=1, max_size=30))
def test_whatever_is_done_a_balance_is_the_sum_and_never_below_0(magazine: Path, story: list[Doing]) -> None:
    with copied(magazine) as path:
        count, rest = 0, list(enumerate(story))
        while rest:
            with at(path) as desk:
                assert len(vouchers(desk)) == count
                while rest:
                    turn, doing = rest.pop(0)
                    count += do(desk, doing, turn)
                    if doing[0] in ("crash", "reopen"):
                        break
        with at(path) as desk:
            assert len(vouchers(desk)) == count
            judged(desk)


def _entries(desk: Desk) -> list[dict[str, Any]]:
    """Return the entries without what tells one act from another."""
    with desk.read() as connection:
        query = "SELECT body FROM entry WHERE subject_kind = 'voucher' ORDER BY seq"
        rows = connection.exec_driver_sql(query).fetchall()
    own = ("seq", "action", "recorded_at", "approvals")
    entries = [{name: each[name] for name in each if name not in own} for each in (json.loads(row[0]) for row in rows)]
    for each in entries:
        each["after"].pop("personal", None)
    return entries


single = st.tuples(
    st.sampled_from(["receipt", "issue", "transfer", "adjustment", "destruction"]),
    st.sampled_from("AB"), st.sampled_from(PLACES), st.integers(1, 40), st.sampled_from(DAYS), st.just(0),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(single, min_size=2, max_size=10))
def test_many_in_one_act_leave_what_each_alone_leaves(magazine: Path, story: list[Doing]) -> None:
    with copied(magazine) as one, at(one) as desk:
        drafts = []
        for turn, doing in enumerate(story):
            voucher = drafted(desk, doing, turn)
            try:
                write(desk, voucher)
            except RuleError:
                continue
            drafts.append(voucher)
        alone, lines = _entries(desk), stock(desk)
    if not drafts:
        return
    with copied(magazine) as many, at(many) as desk:
        write(desk, *drafts)
        assert (_entries(desk), stock(desk)) == (alone, lines)
        judged(desk)
