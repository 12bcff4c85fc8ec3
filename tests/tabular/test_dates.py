"""Dates in the styles of old books: read as they are meant, never shifted, asked about where they could be two."""

import pytest

from armoury.tabular.dates import DateOrder, date_order, is_rough, read_date
from armoury.tabular.table import Cell, CellForm, DateSystem

READ = {
    "2026-03-09": "2026-03-09", "2026/3/9": "2026-03-09", "20260309": "2026-03-09", "25/02/2016": "2016-02-25",
    "25.2.16": "2016-02-25", "09-Mar-2026": "2026-03-09", "9 de marzo de 2026": "2026-03-09",
    "March 9, 2026": "2026-03-09", "9 mars 2026": "2026-03-09", "9 maart 2026": "2026-03-09",
    "9.III.2026": "2026-03-09",
    "mars 2026": "2026-03", "03/2026": "2026-03", "2026-03": "2026-03", "1987": "1987", "c. 1987": "1987",
    "1980s": "198", "42425": "2016-02-25", "2016-02-25 08:30": "2016-02-25", "unknown": "", "desconocido": "",
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_date_is_read(text: str):
    found, problem = read_date(Cell(text), None)
    assert problem is None
    assert found is not None
    assert found.value == READ[text]


@pytest.mark.parametrize("text", ["31-Feb-2003", "2003-02-31", "soon", "99/99/1999", "12 Smarch 2001", "2016-13"])
def test_what_is_no_day_is_never_shifted(text: str):
    found, problem = read_date(Cell(text), DateOrder.DAY_FIRST)
    assert found is None
    assert problem is not None
    assert text in problem.text


def test_a_day_that_may_be_two_is_asked_about():
    found, problem = read_date(Cell("03/04/2016"), None)
    assert found is None
    assert problem is not None
    assert problem.code == "day_or_month"


@pytest.mark.parametrize(("order", "day"), [(DateOrder.DAY_FIRST, "2016-04-03"), (DateOrder.MONTH_FIRST, "2016-03-04")])
def test_the_order_of_the_column_decides(order: DateOrder, day: str):
    found, _problem = read_date(Cell("03/04/2016"), order)
    assert found is not None
    assert found.value == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2016", "25/02/2016"], DateOrder.DAY_FIRST),
        (["03/04/2016", "02/25/2016"], DateOrder.MONTH_FIRST),
        (["03/04/2016", "04/05/2016"], None),
        (["25/02/2016", "02/25/2016"], None),
        ([], None),
    ],
)
def test_a_column_tells_its_order_by_its_own_values(texts: list[str], order: DateOrder | None):
    assert date_order(Cell(each) for each in texts) is order


@pytest.mark.parametrize(
    ("system", "day"), [(DateSystem.FROM_1900, "2016-02-25"), (DateSystem.FROM_1904, "2020-02-26")]
)
def test_day_numbers_count_from_their_system(system: DateSystem, day: str):
    found, _problem = read_date(Cell("42425", CellForm.NUMBER), None, system)
    assert found is not None
    assert found.value == day


@pytest.mark.parametrize("text", ["c. 1987", "1990?", "~2001", "circa 1985", "1990 (?)", "early 1980s", "hacia 1970"])
def test_a_date_that_is_not_sure_says_so(text: str):
    assert is_rough(text)


@pytest.mark.parametrize("text", ["1987", "1980s", "9 de marzo de 2026", "mars 2026", "2016-02-25 08:30"])
def test_a_sure_date_is_not_rough(text: str):
    assert not is_rough(text)
