"""The file of days off: what a person may mistype is refused, with the place and what to do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar import CalendarError, read_calendar
from workflow.errors import WorkflowError

SMALL = """\
calendar: small
names: {元旦: New Year's Day, 春节: Spring Festival, 国庆节: National Day}
years:
  2026:
    off:
      元旦: 2025-12-31..2026-01-03
      国庆节: 10-01
    work: [2025-12-28, 01-04]
statutory:
  - from: 1999-09-18
    fixed: {元旦: 01-01}
    movable: {春节: [0, 2]}
  - from: 2010-01-01
    fixed: {元旦: 01-01, 国庆节: 10-01}
    movable: {春节: [-1, 1]}
festivals:
  1999: {春节: 02-16}
  2027: {春节: 02-06}
"""


def fault_of(text):
    with pytest.raises(CalendarError) as caught:
        read_calendar(text, "small.yaml")
    return caught.value


def replaced(right, wrong):
    assert SMALL.count(right) == 1
    return SMALL.replace(right, wrong)


def test_a_notice_gives_days_off_and_make_up_days_over_the_turn_of_the_year():
    calendar = read_calendar(SMALL, "small.yaml")
    off = {day.isoformat() for day in calendar.days_off if day.year in {2025, 2026}}
    assert {"2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03", "2026-10-01"} <= off
    assert calendar.make_up_days == {date(2025, 12, 28), date(2026, 1, 4)}
    assert calendar.published == {2026}


def test_a_statute_governs_from_its_first_day_on():
    off = read_calendar(SMALL, "small.yaml").days_off
    assert date(1999, 2, 16) not in off  # before the first wording of this file
    assert date(2009, 10, 1) not in off
    assert date(2010, 10, 1) in off
    assert date(2010, 1, 4) not in off  # 1 January 2010 belongs to one wording alone and is off once


def test_a_statutory_day_on_a_weekend_is_made_up_on_the_next_weekday():
    off = read_calendar(SMALL, "small.yaml").days_off
    # 5, 6 and 7 February 2027 are Friday to Sunday: two days are owed
    assert sorted(day.day for day in off if (day.year, day.month) == (2027, 2)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "said"),
    [
        ("work: [2025-12-28, 01-04]", "work: [2025-12-28, 01-05]", "2026: work", "neither a Saturday nor a Sunday"),
        ("work: [2025-12-28, 01-04]", "work: [01-03]", "2026: work", "given elsewhere already"),
        ("work: [2025-12-28, 01-04]", "work: [01-04, 01-04]", "2026: work", "given elsewhere already"),
        ("work: [2025-12-28, 01-04]", "work: 01-04", "2026: work", "a list belongs here"),
        ("work: [2025-12-28, 01-04]", "work: [2024-12-28]", "2026: work", "no day of 2026"),
        ("work: [2025-12-28, 01-04]", "work: [2025-11-29]", "2026: work", "no day of 2026"),
        ("work: [2025-12-28, 01-04]", "work: [2025-13-28]", "2026: work", "“2025-13-28” is no day of 2026"),
        ("work: [2025-12-28, 01-04]", "work: [1-4]", "2026: work", "no day of 2026"),
        ("work: [2025-12-28, 01-04]", "extra: []", "2026", "too much or missing: extra、work"),
        ("      国庆节: 10-01\n", "", "2026: 国庆节", "2026-10-01 is a holiday by statute"),
        ("      国庆节: 10-01\n", "      国庆节: 10-32\n", "2026: 国庆节", "no day of 2026"),
        ("      国庆节: 10-01\n", "      国庆节: 2026-10-01..\n      春节: 1\n", "2026: 春节", "no day of 2026"),
        ("      国庆节: 10-01\n", "      国庆节: 10-03..10-01\n", "2026: 国庆节", "ends before it begins"),
        ("      国庆节: 10-01\n", "      国庆节: 10-01..10-16\n", "2026: 国庆节", "more than 15 days"),
        ("      国庆节: 10-01\n", "      国庆节: 01-03..01-04\n", "2026: 国庆节", "2026-01-03 is given elsewhere"),
        ("      国庆节: 10-01\n", "      国庆: 10-01\n", "2026: 国庆", "does not stand under “names”"),
        ("  2026:\n", "  26:\n", "years: 26", "not a year from 1950 to 2100"),
        ("  2026:\n", "  二〇二六:\n", "years: 二〇二六", "not a year"),
        ("春节: Spring Festival", "春节: ~", "names: 春节", "English name is missing"),
        ("春节: Spring Festival", "春节: ' '", "names: 春节", "English name is missing"),
        ("春节: Spring Festival, ", "", "statutory: 1: movable: 春节", "does not stand under “names”"),
        ("- from: 2010-01-01", "- from: soon", "statutory: 2: from", "“soon” is no day"),
        ("- from: 2010-01-01", "- from: 2010-02-30", "statutory: 2: from", "“2010-02-30” is no day"),
        ("- from: 2010-01-01", "- from: 1999-09-18", "statutory", "not in order"),
        ("    fixed: {元旦: 01-01}", "    fixed: {新年: 01-01}", "statutory: 1: fixed: 新年", "under “names”"),
        ("movable: {春节: [0, 2]}", "movable: {春节: [2, 0]}", "statutory: 1: movable: 春节", "is not [first, last]"),
        ("movable: {春节: [0, 2]}", "movable: {春节: [0]}", "statutory: 1: movable: 春节", "is not [first, last]"),
        ("movable: {春节: [0, 2]}", "movable: {春节: [0, 200]}", "statutory: 1: movable: 春节", "is not [first"),
        ("  2027: {春节: 02-06}", "  2027: {灯节: 02-06}", "festivals: 2027: 灯节", "under “names”"),
        ("  2027: {春节: 02-06}", "  2027: 02-06", "festivals: 2027", "“name: content” belong here"),
        ("  2027: {春节: 02-06}", "  3027: {春节: 02-06}", "festivals: 3027", "not a year"),
        ("calendar: small\n", "", "", "too much or missing: calendar"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_place(right, wrong, place, said):
    fault = fault_of(replaced(right, wrong))
    place = f"small.yaml: {place}" if place else "small.yaml"
    assert fault.what.en.startswith(f"{place}: ")
    assert fault.what.zh.startswith(f"{place}：")
    assert said in fault.what.en
    assert fault.remedy is not None
    assert fault.remedy.zh != fault.remedy.en


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (replaced("      国庆节: 10-01\n", "      元旦: 10-01\n"), "7"),  # the same name twice
        (replaced("work: [2025-12-28, 01-04]", "work: [2025-12-28, 01-04"), "9"),  # found where the next line begins
        (replaced("years:\n", "years\n"), "4"),  # the line below the fault
        (SMALL + "\0", "?"),
        (replaced("[0, 2]", "[-_, 2]"), "?"),
        (SMALL + "? [{a: 1}]\n: 1\n", "?"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text, line):
    fault = fault_of(text)
    assert f"small.yaml:{line}: cannot be read" in fault.what.en
    assert "缩进" in fault.remedy.zh


@given(st.integers(0, len(SMALL)), st.integers(0, 8), st.text("0123456789-.:[]{}&*!|# \n年月", max_size=4))
def test_no_slip_of_the_pen_gives_anything_but_a_fault(start, length, typed):
    try:
        read_calendar(SMALL[:start] + typed + SMALL[start + length :], "small.yaml")
    except CalendarError as fault:
        assert fault.what.en.startswith("small.yaml:")  # noqa: PT017 (most slips are refused, some are harmless)


def test_a_fault_is_one_that_a_user_can_answer():
    assert isinstance(fault_of(""), WorkflowError)


def test_the_next_year_can_be_entered_as_the_file_says(cn_text):
    entered = "years:\n  2027:\n    off:\n      元旦: 2026-12-31..2027-01-02\n      春节: 02-05..02-11\n"
    entered += "      清明节: 04-03..04-05\n      劳动节: 05-01..05-05\n      端午节: 06-09\n      中秋节: 09-15\n"
    entered += "      国庆节: 10-01..10-07\n    work: [2026-12-26, 01-03, 02-20]\n"
    calendar = read_calendar(cn_text.replace("years:\n", entered, 1), "cn.yaml")
    assert not calendar.estimated(date(2026, 1, 1), date(2027, 12, 31))
    assert calendar.is_working_day(date(2026, 12, 26))
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert calendar.working_days(date(2027, 2, 4), date(2027, 2, 14)) == 2

    forgotten = entered.replace("      春节: 02-05..02-11\n", "")
    with pytest.raises(CalendarError, match="2027: 春节: 2027-02-05 is a holiday by statute"):
        read_calendar(cn_text.replace("years:\n", forgotten, 1), "cn.yaml")
