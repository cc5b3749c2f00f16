"""Months added to a packed day compare with a real day as months added by the calendar do."""

from datetime import date, timedelta

import pytest

from workflow.bulk.packing import MONTH, packed, packed_end, unpacked
from workflow.calendar import add_months

FIRST, LAST = date(2023, 1, 1), date(2028, 12, 31)  # two leap years, and three that are none
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def test_later_days_are_greater_and_none_is_lost():
    numbers = [packed(day) for day in DAYS]
    assert numbers == sorted(set(numbers))
    assert [unpacked(number) for number in numbers] == DAYS
    ends = [packed_end(day) for day in DAYS]
    assert ends == sorted(set(ends))
    assert [unpacked(number) for number in ends] == DAYS


@pytest.mark.parametrize("months", [*range(-13, 14), 18, 24, 30, 216])
def test_around_every_sum_of_months_the_four_comparisons_are_those_of_the_calendar(months):
    for day in DAYS:
        total = packed(day) + months * MONTH
        due = add_months(day, months)
        assert unpacked(total) == due
        for other in (due + timedelta(days=off) for off in (-31, -3, -2, -1, 0, 1, 2, 3, 31)):
            assert (packed(other) > total) == (other > due), (day, other)
            assert (packed(other) <= total) == (other <= due), (day, other)
            assert (packed_end(other) >= total) == (other >= due), (day, other)
            assert (packed_end(other) < total) == (other < due), (day, other)


def test_the_plain_day_would_not_do_where_a_sum_lies_beyond_the_end_of_its_month():
    day, end = date(2026, 1, 31), date(2026, 2, 28)
    assert end >= add_months(day, 1)
    assert packed(end) < packed(day) + MONTH
