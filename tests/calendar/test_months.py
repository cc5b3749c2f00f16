"""Calendar months and ages: the examples of the ledger conventions, then what holds for every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from workflow.calendar import add_months, add_years, age_reached_on

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(-600, 600)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("convention", "start", "months", "expected"),
    [
        ("1 clamped to the last day", "2026-01-31", 1, "2026-02-28"),
        ("1 clamped after half a year", "2025-08-31", 6, "2026-02-28"),
        ("1 at least 12 months from a leap day", "2024-02-29", 12, "2025-02-28"),
        ("3 due the day before the 2026 rules", "2026-04-10", 1, "2026-05-10"),
        ("3 due on the first day of the 2026 rules", "2026-04-11", 1, "2026-05-11"),
        ("4 due on the day of the audit", "2026-10-21", 1, "2026-11-21"),
        ("4 due the day before the audit", "2026-10-20", 1, "2026-11-20"),
        ("6 first half-year", "2025-01-10", 6, "2025-07-10"),
        ("6 second half-year", "2025-07-10", 6, "2026-01-10"),
        ("6 overdue on 2026-11-21", "2026-05-20", 6, "2026-11-20"),
        ("6 not yet overdue on 2026-11-21", "2026-05-21", 6, "2026-11-21"),
        ("7 three months for approval", "2026-01-31", 3, "2026-04-30"),
        ("7 six months for approval", "2026-01-31", 6, "2026-07-31"),
        ("8 probation", "2025-03-06", 12, "2026-03-06"),
        ("8 probation from a leap day", "2024-02-29", 12, "2025-02-28"),
        ("8 shortest extension, from the end day", "2025-02-28", 6, "2025-08-28"),
        ("8 longest extension, from the end day", "2025-02-28", 12, "2026-02-28"),
        ("a leap year keeps its day", "2023-11-30", 3, "2024-02-29"),
        ("1900 and 2100 are common years", "1999-12-31", -1198, "1900-02-28"),
        ("1900 and 2100 are common years", "2100-01-31", 1, "2100-02-28"),
        ("2000 is a leap year", "2000-01-31", 1, "2000-02-29"),
        ("back over the turn of the year", "2026-01-31", -2, "2025-11-30"),
        ("nothing added", "2024-02-29", 0, "2024-02-29"),
    ],
)
def test_months_are_calendar_months(convention, start, months, expected):
    assert add_months(day(start), months) == day(expected), convention


def test_within_one_month_ends_on_the_clamped_day():
    due = add_months(day("2026-01-31"), 1)
    assert day("2026-02-28") <= due < day("2026-03-01")


def test_at_least_twelve_months_begins_on_the_clamped_day():
    earliest = add_months(day("2024-02-29"), 12)
    assert day("2025-02-27") < earliest <= day("2025-02-28")


@pytest.mark.parametrize(
    ("born_on", "years", "expected"),
    [
        ("2008-02-29", 18, "2026-02-28"),  # convention 2
        ("2008-02-28", 18, "2026-02-28"),
        ("2008-03-01", 18, "2026-03-01"),
        ("2008-11-21", 18, "2026-11-21"),
        ("2008-02-29", 20, "2028-02-29"),  # a year that has the day
    ],
)
def test_an_age_is_reached_on_the_birthday(born_on, years, expected):
    assert age_reached_on(day(born_on), years) == day(expected)


def test_years_may_be_taken_away():
    assert add_years(day("2026-11-21"), -18) == day("2008-11-21")
    assert add_years(day("2024-02-29"), -1) == day("2023-02-28")


@pytest.mark.parametrize(("start", "months"), [("9999-12-31", 1), ("0001-01-31", -1), ("2026-01-01", 10**12)])
def test_a_result_outside_the_calendar_is_an_overflow(start, months):
    with pytest.raises(OverflowError, match="outside 1 to 9999"):
        add_months(day(start), months)


def test_the_ends_of_the_calendar_can_be_reached():
    assert add_months(day("9999-11-30"), 1) == day("9999-12-30")
    assert add_months(day("0001-02-28"), -1) == day("0001-01-28")


def test_every_day_of_four_decades_agrees_with_dateutil():
    steps = {months: relativedelta(months=months) for months in (-12, -1, 1, 3, 6, 12)}
    for number in range((date(2031, 1, 1) - date(1991, 1, 1)).days):
        start = date(1991, 1, 1) + timedelta(days=number)
        for months, step in steps.items():
            assert add_months(start, months) == start + step


@given(DAYS, MONTHS)
@example(date(2024, 2, 29), 12)
def test_any_day_and_number_agrees_with_dateutil(start, months):
    assert add_months(start, months) == start + relativedelta(months=months)


@given(DAYS, DAYS, MONTHS)
def test_a_later_start_is_never_due_earlier(one, other, months):
    first, second = sorted([one, other])
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, MONTHS, st.integers(1, 600))
def test_more_months_are_later(start, months, more):
    assert add_months(start, months) < add_months(start, months + more)


@given(DAYS, st.integers(0, 120))
def test_eighteen_is_never_reached_after_the_day_that_follows_the_birthday(born_on, years):
    reached = age_reached_on(born_on, years)
    assert reached.year == born_on.year + years
    assert (reached.month, reached.day) in {(born_on.month, born_on.day), (2, 28)}
