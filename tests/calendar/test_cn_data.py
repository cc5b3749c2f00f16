"""The shipped days off against two other sources, day by day, and against the arithmetic of the notices."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from workflow.calendar import read_calendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
FRIDAY = 4

# The notice for 2006 makes this Saturday a working day; the reference calendar (chinesecalendar) leaves it out, and so
# does the shipped file: see the note at its head.
LEFT_OUT = date(2005, 12, 31)


def every_day(first, last):
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def differences(calendar, is_working_day, first=FIRST, last=LAST):
    """Return the days on which a calendar and another source disagree."""
    return [day for day in every_day(first, last) if calendar.is_working_day(day) is not is_working_day(day)]


def works_by_holidays(first_year, last_year):
    """Return what the `holidays` library says of a day, its make-up days with it."""
    by_year = [holidays.country_holidays("CN", years=year) for year in range(first_year, last_year + 2)]
    off = {day for year in by_year for day in year}
    make_up = {day for year in by_year for day in year.weekend_workdays}
    return lambda day: day in make_up or (day.weekday() <= FRIDAY and day not in off)


def test_every_day_of_the_published_years_agrees_with_chinesecalendar(cn):
    assert cn.published == set(range(2004, 2027))
    assert differences(cn, chinese_calendar.is_workday) == []


def test_every_day_of_the_published_years_agrees_with_holidays_but_one(cn):
    assert differences(cn, works_by_holidays(2004, 2026)) == [LEFT_OUT]


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("work: [01-04, 02-14,", "work: [01-11, 02-14,", ["2026-01-04", "2026-01-11"]),  # another Sunday
        ("端午节: 06-19..06-21", "端午节: 06-20..06-21", ["2026-06-19"]),  # a day less
        ("国庆节: 09-29..10-05", "国庆节: 09-29..10-06", ["2008-10-06"]),  # a day more
        ("元旦: 2022-12-31..2023-01-02", "元旦: 2022-12-30..2023-01-02", ["2022-12-30"]),  # before the turn of the year
    ],
)
def test_one_altered_day_is_found(cn_text, right, wrong, found):
    assert cn_text.count(right) == 1
    altered = read_calendar(cn_text.replace(right, wrong), "altered.yaml")
    assert differences(altered, chinese_calendar.is_workday) == [date.fromisoformat(day) for day in found]


def test_each_notice_gives_the_statutory_days_and_moves_the_rest(cn):
    """Weekdays off less make-up days are the days off by statute, save where a year was given more."""
    balance: Counter[int] = Counter()
    for day in cn.days_off:
        balance[day.year + (day.month == 12)] += day.weekday() <= FRIDAY  # December belongs to the notice to come
    for day in cn.make_up_days:
        balance[day.year + (day.month == 12)] -= 1
    statutory = {year: 10 if year < 2008 else 11 if year < 2025 else 13 for year in cn.published}
    more = {2006: 1, 2015: 1, 2020: 2}  # LEFT_OUT; Victory Day, 3 September 2015; the holiday made longer in 2020
    assert {year: balance[year] - statutory[year] for year in cn.published if balance[year] != statutory[year]} == more


def test_holidays_carry_their_name_in_both_languages(cn):
    assert cn.name == "cn"
    assert cn.days_off[date(2026, 10, 1)].zh == "国庆节"
    assert cn.days_off[date(2025, 10, 6)].en == "National Day and Mid-Autumn Festival"


@pytest.mark.parametrize("year", range(2027, 2036))
def test_years_to_come_are_computed_as_the_statute_says(cn, year):
    """Where Mid-Autumn falls on National Day the day is made up as in 2009 and 2020; `holidays` does not."""
    meeting = {2028: [date(2028, 10, 5)], 2031: [date(2031, 10, 6)]}
    first, last = date(year, 1, 1), date(year, 12, 31)
    assert differences(cn, works_by_holidays(year, year), first, last) == meeting.get(year, [])
    assert cn.estimated(first, last)


@pytest.mark.parametrize("year", range(2027, 2036))
def test_qingming_agrees_with_the_solar_terms_of_chinesecalendar(cn, year):
    terms = dict(chinese_calendar.get_solar_terms(date(year, 4, 1), date(year, 4, 30)))
    assert [day for day in terms if cn.days_off.get(day) and cn.days_off[day].zh == "清明节"]


@pytest.mark.parametrize("year", range(1990, 2004))
def test_years_before_the_data_are_off_on_their_statutory_days(cn, year):
    statutory = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    expected = {day for day, name in statutory.items() if "substituted" not in name}
    assert expected <= cn.days_off.keys()
    made_up = {day for day in cn.days_off if day.year == year} - expected
    assert len(made_up) == sum(day.weekday() > FRIDAY for day in expected)
    assert cn.estimated(date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize("year", [1950, 1989, 2036, 2100])
def test_years_without_festival_days_have_their_fixed_holidays(cn, year):
    named = {holiday.zh for day, holiday in cn.days_off.items() if day.year == year}
    assert named == {"元旦", "劳动节", "国庆节"}


@pytest.mark.parametrize("year", [1949, 2101])
def test_years_outside_the_data_have_weekends_alone(cn, year):
    assert differences(cn, lambda day: day.weekday() <= FRIDAY, date(year, 1, 1), date(year, 12, 31)) == []
