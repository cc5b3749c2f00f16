"""Days as people write them: every usual writing is read, whatever else says what to write instead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar.typed import FIRST_YEAR, LAST_YEAR, UnreadableDay, day_of, days_of, in_range, why_no_day

DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
WRITINGS = (
    "{y}-{m:02}-{d:02}", "{y}年{m}月{d}日", "{y}{m:02}{d:02}",
    "{y}.{m}.{d}", "{y}/{m:02}/{d}", " {y} 年 {m} 月 {d} 日 ",
)  # fmt: skip
WIDE = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")


@given(DAYS, st.sampled_from(WRITINGS), st.booleans())
def test_a_day_is_read_in_every_usual_writing(day, writing, wide):
    text = writing.format(y=day.year, m=day.month, d=day.day)
    assert day_of(text.translate(WIDE) if wide else text) == day


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("26-11-21", "年份要写四位数字", "four digits"),
        ("26.5.1", "年份要写四位数字", "four digits"),
        ("26年5月1日", "年份要写四位数字", "four digits"),
        ("2026-11", "缺日", "without a day"),
        ("2026年5月", "缺日", "without a day"),
        ("202611", "缺日", "without a day"),
        ("2026", "缺月日", "without month and day"),
        ("2026年", "缺月日", "without month and day"),
        ("2026-02-29", "日历上没有", "no such day"),
        ("20261301", "日历上没有", "no such day"),
        ("1899-12-31", "不在 1900", "not between 1900"),
        ("2101-01-01", "不在 1900", "not between 1900"),
        ("2026-01-01、2026-02-01", "这里有几个", "several stand"),
        ("2026-01-012026-02-01", "连在一起", "without a mark"),
        ("昨天", "请写成", "Write it as"),
        ("2026年5.1", "请写成", "Write it as"),
        ("2026-5/1", "请写成", "Write it as"),
        ("2026-5-1日", "请写成", "Write it as"),
        ("2026年5月1", "请写成", "Write it as"),
        ("①", "请写成", "Write it as"),
        ("", "请写成", "Write it as"),
    ],
)
def test_what_is_no_day_says_how_to_write_it(text, zh, en):
    with pytest.raises(UnreadableDay) as refused:
        day_of(text)
    assert zh in refused.value.reason.zh
    assert en in refused.value.reason.en


@given(st.lists(DAYS, min_size=1, max_size=5), st.sampled_from(["、", "，", "; ", "；", "\n", " , "]))
def test_several_days_stand_with_marks_or_on_lines(days, mark):
    assert days_of(mark.join(day.isoformat() for day in days)) == tuple(days)


@pytest.mark.parametrize("text", ["", "、；", "2026-01-01、2026-02-30", "2026-01-01\n无", "2026-01-01 2026-02-01"])
def test_several_days_are_refused_where_one_is_none(text):
    with pytest.raises(UnreadableDay):
        days_of(text)


def test_a_line_break_within_one_day_is_white_space():
    assert days_of("2026年\n5月1日") == (date(2026, 5, 1),)


def test_a_year_in_range_is_left_as_it_is():
    assert in_range(date(2026, 5, 1)) == date(2026, 5, 1)


def test_the_reason_keeps_what_was_read():
    assert why_no_day("#REF!").text == "#REF!"
