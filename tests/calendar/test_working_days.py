"""Working days: convention 5, then what holds for every period."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar import WorkingCalendar
from workflow.errors import Text

DAYS = st.dates(date(2003, 6, 1), date(2028, 6, 1))
ONE_DAY = timedelta(days=1)
REST = Text("休", "rest")


def day(text: str) -> date:
    return date.fromisoformat(text)


def counted_one_by_one(calendar, first, last):
    return sum(calendar.is_working_day(first + number * ONE_DAY) for number in range((last - first).days + 1))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-09-28", "2026-10-08", 4),  # 28, 29, 30 September, 8 October
        ("2026-10-08", "2026-10-13", 5),  # Saturday 10 October is a working day
        ("2026-05-11", "2026-05-15", 5),
        ("2026-05-15", "2026-05-15", 1),
        ("2026-05-16", "2026-05-17", 0),  # a weekend
        ("2026-05-15", "2026-05-14", 0),  # ends before it begins
        ("2026-10-01", "2026-10-07", 0),
    ],
)
def test_a_public_notice_counts_working_days_at_both_ends(cn, first, last, expected):
    assert cn.working_days(day(first), day(last)) == expected


@pytest.mark.parametrize(
    ("first", "n", "expected"),
    [
        ("2026-09-28", 4, "2026-10-08"),
        ("2026-09-28", 5, "2026-10-09"),
        ("2026-10-08", 5, "2026-10-13"),
        ("2026-05-11", 5, "2026-05-15"),
        ("2026-05-16", 1, "2026-05-18"),  # begins on a Saturday
        ("2026-02-14", 1, "2026-02-14"),  # a Saturday on which people work
    ],
)
def test_the_shortest_period_with_n_working_days(cn, first, n, expected):
    assert cn.nth_working_day(day(first), n) == day(expected)


@pytest.mark.parametrize(
    ("on", "works"),
    [
        ("2026-05-08", True),  # Friday
        ("2026-05-09", True),  # Saturday, make-up
        ("2026-05-10", False),  # Sunday
        ("2026-05-05", False),  # Tuesday, Labour Day holiday
        ("2026-02-22", False),  # Sunday within the Spring Festival holiday
    ],
)
def test_holidays_and_make_up_days_change_the_week(cn, on, works):
    assert cn.is_working_day(day(on)) is works


def test_an_instant_counts_as_its_own_day(cn):
    assert cn.is_working_day(datetime(2026, 10, 1, 9)) is False
    assert cn.working_days(datetime(2026, 10, 8, 9), datetime(2026, 10, 13, 8)) == 5


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2004-01-01", "2026-12-31", False),
        ("2026-12-31", "2027-01-01", True),
        ("2003-12-31", "2004-01-01", True),
        ("2003-01-01", "2027-12-31", True),
        ("2150-01-01", "2150-01-02", True),
        ("2027-01-02", "2026-12-31", False),  # no day, nothing to estimate
    ],
)
def test_a_period_is_estimated_when_a_year_in_it_is_not_published(cn, first, last, expected):
    assert cn.estimated(day(first), day(last)) is expected


@pytest.mark.parametrize("n", [0, -3])
def test_no_period_holds_less_than_one_working_day(cn, n):
    with pytest.raises(ValueError, match="at least 1"):
        cn.nth_working_day(day("2026-01-01"), n)


@pytest.mark.parametrize(("first", "n"), [("9999-12-31", 2), ("2026-01-01", 3_000_000), ("2026-01-01", 10**9)])
def test_a_period_past_the_calendar_is_an_overflow(cn, first, n):
    with pytest.raises(OverflowError, match="reach past 9999-12-31"):
        cn.nth_working_day(day(first), n)


def test_the_last_day_of_the_calendar_can_be_reached(cn):
    assert cn.nth_working_day(day("9999-12-31"), 1) == day("9999-12-31")  # a Friday
    assert cn.working_days(day("0001-01-01"), day("0001-01-07")) == 5


@pytest.mark.parametrize("make_up", ["2026-05-09", "2026-05-12"])
def test_a_make_up_day_is_neither_off_nor_a_weekday(make_up):
    with pytest.raises(ValueError, match="cannot be a make-up day"):
        WorkingCalendar("x", {day("2026-05-09"): REST}, frozenset({day(make_up)}), frozenset())


@given(DAYS, st.integers(0, 1500))
def test_counting_by_sums_agrees_with_counting_one_by_one(cn, first, length):
    last = first + length * ONE_DAY
    assert cn.working_days(first, last) == counted_one_by_one(cn, first, last)


@given(st.data())
def test_sums_agree_with_counting_under_any_calendar(data):
    around = st.dates(date(2026, 1, 1), date(2026, 3, 31))
    days_off = data.draw(st.sets(around))
    make_up = {one for one in data.draw(st.sets(around)) if one.weekday() > 4} - days_off
    calendar = WorkingCalendar("x", dict.fromkeys(days_off, REST), frozenset(make_up), frozenset({2026}))
    first, last = sorted([data.draw(around), data.draw(around)])
    assert calendar.working_days(first, last) == counted_one_by_one(calendar, first, last)
    for number in range((last - first).days + 1):
        one = first + number * ONE_DAY
        assert calendar.is_working_day(one) is (one in make_up or (one.weekday() <= 4 and one not in days_off))


@given(DAYS, DAYS, DAYS)
def test_a_period_is_the_sum_of_its_parts(cn, one, two, three):
    first, middle, last = sorted([one, two, three])
    assert cn.working_days(first, last) == cn.working_days(first, middle) + cn.working_days(middle + ONE_DAY, last)


@given(DAYS, st.integers(1, 600))
def test_the_nth_working_day_is_the_inverse_of_counting(cn, first, n):
    last = cn.nth_working_day(first, n)
    assert cn.is_working_day(last)
    assert cn.working_days(first, last) == n
    assert cn.working_days(first, last - ONE_DAY) == n - 1


@given(DAYS, DAYS, st.integers(1, 100))
def test_a_later_start_never_ends_earlier(cn, one, other, n):
    first, second = sorted([one, other])
    assert cn.nth_working_day(first, n) <= cn.nth_working_day(second, n)
    assert cn.nth_working_day(first, n) < cn.nth_working_day(first, n + 1)
