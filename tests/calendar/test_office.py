"""The day at the office."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar import office_day
from workflow.calendar.office import begin_of


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-20T15:59:59.999999+00:00", "2026-11-20"),
        ("2026-11-20T16:00:00+00:00", "2026-11-21"),
        ("2026-11-21T00:00:00+08:00", "2026-11-21"),
        ("2026-11-20T23:59:59+08:00", "2026-11-20"),
        ("2026-11-20T11:30:00-05:00", "2026-11-21"),
        ("1988-07-01T14:59:59+00:00", "1988-07-01"),  # summer time was kept from 1986 to 1991
        ("1988-07-01T15:00:00+00:00", "1988-07-02"),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(instant, expected):
    assert office_day(datetime.fromisoformat(instant)) == date.fromisoformat(expected)


class Nowhere(tzinfo):
    """A time zone that does not know how far it is from UTC."""

    def utcoffset(self, _when):
        return None

    dst = utcoffset

    def tzname(self, _when):
        return "nowhere"


@pytest.mark.parametrize("zone", [None, Nowhere()])
def test_an_instant_without_a_time_zone_is_refused(zone):
    with pytest.raises(ValueError, match="needs a time zone"):
        office_day(datetime(2026, 11, 21, 12, tzinfo=zone))


@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.integers(-14, 14),
)
def test_where_the_clock_stands_does_not_matter(instant, hours):
    elsewhere = instant.astimezone(timezone(timedelta(hours=hours)))
    assert office_day(elsewhere) == office_day(instant) == (instant + timedelta(hours=8)).date()


@given(st.dates(date(1901, 1, 1), date(9999, 12, 31)))
def test_a_day_begins_where_the_one_before_ends(day):
    assert office_day(begin_of(day)) == day
    assert office_day(begin_of(day) - timedelta(microseconds=1)) == day - timedelta(1)
