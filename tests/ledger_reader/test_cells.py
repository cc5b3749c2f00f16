"""What may stand in a cell, row by row from the ledger conventions, and why anything else is not read."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.ledger.cells import (
    UnreadableCell,
    is_blank,
    is_total,
    read_ballot,
    read_choice,
    read_count,
    read_day,
    read_days,
    read_hours,
    read_name,
    read_text,
)
from workflow.plain import name_key

DAY = date(2024, 3, 5)
BLANKS = ["", "/", "—", "-", "无", " ", "\u3000", " 无 ", "／", "－", "\u3000—\n", "\xa0-", "\u200b"]


@pytest.mark.parametrize(
    "raw",
    [
        DAY,
        datetime(2024, 3, 5),
        datetime(2024, 3, 5, 23, 59, 59),
        "2024-03-05",
        "2024-3-5",
        "2024.3.5",
        "2024.03.05",
        "2024/3/5",
        "2024年3月5日",
        "2024年03月05日",
        "20240305",
        20240305,
        20240305.0,
        "２０２４年３月５日",
        "２０２４－０３－０５",
        "２０２４．３．５",
        "２０２４／３／５",
        "２０２４０３０５",
        "\u30002024-03-05 ",
        "2024 年 3 月 5 日",
        "2024-\n03-05",
        "2 0 2 4 0 3 0 5",
        "\ufeff2024-03-05",
    ],
)
def test_a_day_is_read_in_each_of_its_forms(raw):
    assert read_day(raw) == DAY
    assert type(read_day(raw)) is date
    assert read_days(raw) == (DAY,)


@pytest.mark.parametrize("raw", BLANKS)
def test_blank_is_blank_for_every_kind(raw):
    assert is_blank(raw)
    for read in (read_day, read_days, read_count, read_hours, read_name, read_text, read_ballot):
        assert read(raw) is None
    assert read_choice(raw, {"合格": "passed"}) is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2024-02-30", "no such day"),
        (20230229, "no such day"),
        ("2024年13月1日", "no such day"),
        ("2024-00-01", "no such day"),
        ("00000000", "no such day"),
        ("2024年3月", "month without a day"),
        ("2024-03", "month without a day"),
        ("2024.12", "month without a day"),
        (2024.3, "month without a day"),
        (202403, "month without a day"),
        ("2024", "year without month"),
        (2024, "year without month"),
        ("2024年", "year without month"),
        ("2024-03-05；2024-09-05", "several"),
        ("2024-03-05、2024-09-05", "several"),
        ("2024-03-052024-09-05", "Several dates"),
        (45356, "serial"),
        (45356.5, "serial"),
        ("45356", "serial"),
        ("1899-12-31", "year 1899"),
        (date(2101, 1, 1), "year 2101"),
        (99991231, "year 9999"),
        ("已谈话", "no date"),
        ("2024-3.5", "no date"),
        ("2024年3月5", "no date"),
        ("2024-03-05日", "no date"),
        ("3月5日", "no date"),
        ("24-03-05", "four digits"),
        ("2024-03-0⑤", "no date"),
        ("2024-03-0\u0665", "no date"),  # an Arabic five is no full-width digit
        ("待定", "no date"),
        ("——", "no date"),
        ("#REF!", "formula"),
        ("=TODAY()", "not been computed"),
        (True, "not a date"),
        (time(9, 0), "not a date"),
        (timedelta(days=2), "not a date"),
        (math.nan, "no date"),
        (math.inf, "no date"),
        (-20240305, "no date"),
        (1e300, "no date"),
        (5, "no date"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(raw, reason):
    with pytest.raises(UnreadableCell) as refused:
        read_day(raw)
    assert reason in refused.value.reason.en
    assert refused.value.reason.zh


@pytest.mark.parametrize("mark", ["；", ";", "、", ",", "，", "\n", "\r\n", " ； ", "；\n", "；；"])
def test_several_days_may_be_joined_by_each_mark(mark):
    assert read_days(f"2025.7.12{mark}20260112{mark}２０２６－０６－２４") == (
        date(2025, 7, 12),
        date(2026, 1, 12),
        date(2026, 6, 24),
    )


@pytest.mark.parametrize(
    "raw", ["2024-03-05；待定", "2024-03-05；2024-02-30", "；", "2024-03-05 2024-09-05", "x\n2024-1-1"]
)
def test_one_unreadable_day_makes_the_cell_unreadable(raw):
    with pytest.raises(UnreadableCell):
        read_days(raw)


def test_days_keep_the_order_in_which_they_are_written():
    assert read_days("2024-09-05；2024-03-05") == (date(2024, 9, 5), date(2024, 3, 5))
    assert read_days("2024-\n03-05") == (DAY,)


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (0, 0),
        (12, 12),
        (12.0, 12),
        ("12", 12),
        ("１２", 12),
        (" 1 2 ", 12),
        ("12.0", 12),
        ("007", 7),
        (999_999_999, 999_999_999),
    ],
)
def test_a_count_is_a_whole_number(raw, count):
    assert read_count(raw) == count
    assert type(read_count(raw)) is int


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (-1, "negative"),
        ("-3", "negative"),
        ("－３", "negative"),
        (2.5, "fraction"),
        ("2.5", "fraction"),
        ("12人", "whole number"),
        ("十二", "whole number"),
        ("②", "whole number"),
        ("1,000", "whole number"),
        (True, "whole number"),
        (DAY, "whole number"),
        (math.nan, "whole number"),
        (math.inf, "slip"),
        ("9" * 5000, "slip"),
        (1e18, "slip"),
        ("24学时", "whole number"),
        ("#DIV/0!", "formula"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(raw, reason):
    with pytest.raises(UnreadableCell) as refused:
        read_count(raw)
    assert reason in refused.value.reason.en


@pytest.mark.parametrize("raw", [24, "24", "24学时", "２４学时", "24 学 时", "24.0学时"])
def test_hours_may_carry_their_unit(raw):
    assert read_hours(raw) == 24


@pytest.mark.parametrize("raw", ["学时", "24小时", "-24学时", "24.5学时", "约24学时", "无学时"])
def test_other_hours_are_not_guessed(raw):
    with pytest.raises(UnreadableCell):
        read_hours(raw)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张\u3000伟", "张伟"),
        (" 张伟\n", "张伟"),
        ("张\n伟", "张伟"),  # white space may stand anywhere
        ("欧阳\r\n娜", "欧阳娜"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽 · 买买提"),
        ("张\u200b伟", "张伟"),
    ],
)
def test_names_are_equal_without_white_space_and_with_one_dot(one, other):
    assert name_key(one) == name_key(other) == read_name(one) == read_name(other)


@pytest.mark.parametrize(("one", "other"), [("张伟", "张炜"), ("张伟", "张伟1"), ("Ａnna", "Anna"), ("阿·里", "阿里")])
def test_other_names_differ(one, other):
    assert read_name(one) != read_name(other)


@pytest.mark.parametrize(
    "raw", ["张伟、李娜", "张伟，李娜", "张伟；李娜", "张伟/李娜", "张伟\n李娜", 7, True, DAY, "——", "?", "#N/A", "12"]
)
def test_what_is_no_single_name_is_refused(raw):
    with pytest.raises(UnreadableCell):
        read_name(raw)


def test_texts_lose_white_space_and_full_width():
    assert read_text(" 数学学院　学生第１党支部 ") == "数学学院学生第1党支部"
    assert read_text(3.0) == read_text(3) == "3"
    for raw in (True, DAY, "***", "#REF!", "=A1"):
        with pytest.raises(UnreadableCell):
            read_text(raw)


def test_a_choice_is_one_of_its_words():
    words = {"合格": "passed", "不合格": "failed"}
    assert read_choice(" 合\u3000格", words) == "passed"
    assert read_choice("不合格", words) == "failed"
    for raw in ("基本合格", "合格。", 1, True, DAY, "=B2"):
        with pytest.raises(UnreadableCell):
            read_choice(raw, words)


@pytest.mark.parametrize(
    ("raw", "ballot"),
    [
        ("无记名投票", "secret"),
        ("不记名", "secret"),
        ("无 记名 投票", "secret"),
        ("举手表决", "open"),
        ("记名投票", "open"),
    ],
)
def test_a_ballot_is_secret_by_its_words(raw, ballot):
    assert read_ballot(raw) == ballot


@pytest.mark.parametrize(
    ("cells", "total"),
    [(["合计", "80人"], True), (["", " 合　计："], True), (["合计办", ""], False), (["", 3.0, DAY], False)],
)
def test_the_total_row_says_so(cells, total):
    assert is_total(cells) is total


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
SPACES = st.sampled_from(["", " ", "\u3000", "\xa0", "\t"])
FULL_WIDTH = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")


@st.composite
def written_days(draw):
    """Return a day and one of the ways in which it may be written."""
    day = draw(DAYS)
    width = draw(st.sampled_from(["02", ""]))
    month, number = format(day.month, width), format(day.day, width)
    form = draw(st.sampled_from(["{y}-{m}-{d}", "{y}.{m}.{d}", "{y}/{m}/{d}", "{y}年{m}月{d}日", "packed"]))
    text = f"{day:%m%d}" if form == "packed" else form.format(y="", m=month, d=number)
    text = f"{day.year:04}{text}"
    if draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    at = draw(st.integers(0, len(text)))
    return day, draw(SPACES) + text[:at] + draw(SPACES) + text[at:] + draw(SPACES)


@given(written_days())
def test_every_written_form_of_a_day_reads_back_to_it(written):
    day, text = written
    assert read_day(text) == day


@given(st.lists(written_days(), min_size=1, max_size=6), st.sampled_from(["；", ";", "、", ",", "，", "\n"]))
def test_every_written_form_of_several_days_reads_back_to_them(written, mark):
    assert read_days(mark.join(text for _, text in written)) == tuple(day for day, _ in written)


@given(
    st.one_of(
        st.text(),
        st.text("0123456789年月日-./；、 ０１２", max_size=20),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
    )
)
def test_no_cell_ever_raises_anything_else(raw):
    for read in (read_day, read_days, read_count, read_hours, read_name, read_text, read_ballot):
        with suppress(UnreadableCell):
            read(raw)
    is_blank(raw)
