"""Partial dates: read, compared, refused; and the local day."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armoury.domain.clock import format_instant
from armoury.domain.dates import (
    UNKNOWN_DATE,
    PartialDate,
    Precision,
    definitely_before,
    earliest,
    latest,
    local_date,
    moment_shown,
    parse_partial,
    read_moment,
    shown,
)
from armoury.domain.errors import RuleError

DAYS = st.dates(date(1850, 1, 1), date(2030, 12, 31))


@st.composite
def partial_dates(draw):
    text = draw(DAYS).isoformat()
    precision = draw(st.sampled_from(list(Precision)))
    length = {"day": 10, "month": 7, "year": 4, "decade": 3, "unknown": 0}[precision]
    return PartialDate(text[:length], precision)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2016-02-25", "2016-02-25", "day"),
        (" 2016/2/5 ", "2016-02-05", "day"),
        ("2016.02.25", "2016-02-25", "day"),
        ("2016-02", "2016-02", "month"),
        ("2016-2", "2016-02", "month"),
        ("2016", "2016", "year"),
        ("201", "201", "decade"),
        ("2010s", "201", "decade"),
        ("201X", "201", "decade"),
        ("201?", "201", "decade"),
        ("", "", "unknown"),
        ("?", "", "unknown"),
        ("Unknown", "", "unknown"),
    ],
)
def test_what_is_typed_is_read(text, value, precision):
    assert parse_partial(text, last_year=2026) == PartialDate(value, Precision(precision))


@pytest.mark.parametrize("text", ["25/02/2016", "Feb 2016", "2016-02-25-01", "16", "20160225", "about 2016", "٢٠١٦"])
def test_what_cannot_be_told_is_refused(text):
    with pytest.raises(RuleError, match="Write the year first"):
        parse_partial(text, last_year=2026)


@pytest.mark.parametrize("text", ["2016-02-30", "2015-02-29", "2016-13", "2016-00", "2016-01-00", "0000-01-01"])
def test_a_day_that_never_was_is_refused(text):
    with pytest.raises(RuleError, match="is not a date of the precision"):
        parse_partial(text, last_year=2026)


@pytest.mark.parametrize("text", ["1849", "1849-12-31", "2027", "2027-01-01", "203", "183"])
def test_a_year_that_makes_no_sense_is_refused(text):
    with pytest.raises(RuleError, match="must lie between 1850 and 2026"):
        parse_partial(text, last_year=2026)


@pytest.mark.parametrize("text", ["1850", "2026-12-31", "202", "185"])
def test_the_first_and_last_year_are_allowed(text):
    assert parse_partial(text, last_year=2026).value == text


@given(partial_dates())
def test_json_gives_the_date_back(when):
    assert PartialDate.from_json(when.to_json()) == when


def test_the_form_in_history():
    assert PartialDate("2016-02", Precision.MONTH).to_json() == {"value": "2016-02", "precision": "month"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"value": "2016"},
        {"value": "2016", "precision": "century"},
        {"value": "2016", "precision": "day"},
        {"value": 2016, "precision": "year"},
        {"value": "2016-02-30", "precision": "day"},
    ],
)
def test_other_json_is_refused(values):
    with pytest.raises(RuleError, match="is not a date"):
        PartialDate.from_json(values)


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("2016-02-25", "day", "2016-02-25", "2016-02-25"),
        ("2016-02", "month", "2016-02-01", "2016-02-29"),
        ("2015-12", "month", "2015-12-01", "2015-12-31"),
        ("2016", "year", "2016-01-01", "2016-12-31"),
        ("201", "decade", "2010-01-01", "2019-12-31"),
    ],
)
def test_what_a_date_can_mean(value, precision, first, last):
    when = PartialDate(value, Precision(precision))
    assert (earliest(when), latest(when)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_an_unknown_date_has_no_ends():
    assert earliest(UNKNOWN_DATE) is None
    assert latest(UNKNOWN_DATE) is None


@given(partial_dates(), partial_dates())
def test_text_sorts_by_the_earliest_day(one, other):
    if one.value < other.value:
        assert (earliest(one) or date.min) <= (earliest(other) or date.min)


@given(partial_dates(), partial_dates())
def test_before_is_never_told_of_both(one, other):
    assert not (definitely_before(one, other) and definitely_before(other, one))


def test_before_waits_until_it_is_certain():
    year, month = PartialDate("2015", Precision.YEAR), PartialDate("2016-02", Precision.MONTH)
    assert definitely_before(year, month)
    assert not definitely_before(PartialDate("2016", Precision.YEAR), month)
    assert not definitely_before(month, UNKNOWN_DATE)
    assert not definitely_before(UNKNOWN_DATE, month)


def test_how_dates_are_shown():
    assert shown(PartialDate("2016-02", Precision.MONTH)) == "2016-02"
    assert shown(PartialDate("201", Precision.DECADE)) == "2010s"
    assert shown(UNKNOWN_DATE) == "unknown"


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Jamaica", "2026-03-08"), ("UTC", "2026-03-09"), ("Asia/Tokyo", "2026-03-09")]
)
def test_the_local_day(zone, day):
    assert local_date(1_773_028_800_000, zone) == date.fromisoformat(day)  # 2026-03-09T04:00Z


def test_a_day_before_1970():
    assert local_date(-1, "UTC") == date(1969, 12, 31)


@pytest.mark.parametrize("zone", ["", "Jamaica/America", "/etc/passwd", "../UTC", "America", "Mars\0"])
def test_an_unknown_zone_is_a_sentence(zone):
    with pytest.raises(RuleError, match="There is no time zone"):
        local_date(0, zone)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-03-09", "2026-03-09T05:00:00.000Z"),
        ("2026-03-09 14:05", "2026-03-09T19:05:00.000Z"),
        (" 2026-03-09T14:05:30 ", "2026-03-09T19:05:30.000Z"),
        ("2026-03-09T14:05:30.250Z", "2026-03-09T14:05:30.250Z"),
    ],
)
def test_a_moment_is_read_by_the_clock_of_the_site(typed: str, instant: str):
    assert format_instant(read_moment(typed, "America/Jamaica")) == instant


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-02-30", "09/03/2026", "2026-03-09 25:00", "2026-03-09+02:00"])
def test_what_is_no_moment_is_refused(typed: str):
    with pytest.raises(RuleError, match="2026-03-09"):
        read_moment(typed, "America/Jamaica")


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        ("2026-03-09T18:05:07.123Z", "America/Barbados", "2026-03-09 14:05"),
        ("2026-03-09T02:05:07.123Z", "America/Barbados", "2026-03-08 22:05"),
        ("yesterday", "America/Barbados", "yesterday"),
        ("2026-03-09T18:05:07.123Z", "Mars/North", "2026-03-09T18:05:07.123Z"),
        ("0001-01-01T00:00:00.000Z", "America/Barbados", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_an_instant_is_shown_by_the_clock_of_its_place(instant: str, zone: str, said: str):
    assert moment_shown(instant, zone) == said


def test_an_instant_without_a_zone_is_shown_by_the_machine_s_clock():
    moment = datetime.fromisoformat("2026-03-09T18:05:07.123+00:00").astimezone(None)
    assert moment_shown("2026-03-09T18:05:07.123Z") == moment.strftime("%Y-%m-%d %H:%M")
