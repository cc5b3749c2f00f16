"""Invented people whose procedure has no fault, up to a chosen step; tests then change a cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count

from tests.ledger.form import DATES, HEADERS, LISTS, NUMBERS, STEP_OF_DATE, Cell, Member
from tests.ledger.oracle import NEW_RULES, plus_months

BRANCH = "第一党支部"
SPONSORS = (
    Member("陈明远", BRANCH, full_since=date(2001, 7, 1)),
    Member("林书雅", BRANCH, full_since=date(2005, 6, 30)),
)
# Columns without dates, by the step they tell of.
STEP_OF_REST: Mapping[str, int] = {
    "谈话人": 2,
    "推荐方式": 3,
    "培养联系人1": 5,
    "培养联系人2": 5,
    "入党介绍人1": 9,
    "入党介绍人2": 9,
    "政审结论": 10,
    "培训学时": 11,
    "转正结论": 23,
    "延长至": 23,
    **{header: 15 for header in HEADERS if header.startswith("接收") and header != "接收大会时间"},
    **{header: 23 for header in NUMBERS if header.startswith("转正")},
    "转正表决方式": 23,
}
STEP_OF: Mapping[str, int] = {**STEP_OF_DATE, **STEP_OF_REST}

# The days on which a case turns, with the usual wait from the one before.
TURNS: Mapping[str, timedelta] = {
    "applied": timedelta(),
    "activist": timedelta(200),
    "listed": timedelta(385),
    "pre_review": timedelta(15),
    "meeting": timedelta(20),
    "approved": timedelta(20),
}


def iso(text: str) -> date:
    """Return the day written as 2024-03-05."""
    return date.fromisoformat(text)


def turning_days(given: Mapping[str, date]) -> dict[str, date]:
    """Complete the given turning days of a case with the usual waits; without any it begins on 2019-09-02."""
    names = list(TURNS)
    days = dict(given) or {"applied": date(2019, 9, 2)}
    first = next(n for n, name in enumerate(names) if name in days)
    for n in range(first, 0, -1):
        days[names[n - 1]] = days[names[n]] - TURNS[names[n]]
    for n in range(first + 1, len(names)):
        days.setdefault(names[n], days[names[n - 1]] + TURNS[names[n]])
    return days


def every_five_months(start: date, end: date) -> tuple[date, ...]:
    """Return days five months apart after start and up to end."""
    points = (plus_months(start, 5 * n) for n in count(1))
    found: list[date] = []
    for point in points:
        if point is None or point > end:
            return tuple(found)
        found.append(point)
    return tuple(found)


def vote(meeting: str) -> dict[str, Cell]:
    """Return the figures of a vote that carried."""
    figures: dict[str, Cell] = {
        "应到": 10,
        "实到": 9,
        "书面意见": 1,
        "赞成": 8,
        "反对": 1,
        "弃权": 1,
        "表决方式": "无记名投票",
    }
    return {meeting + part: value for part, value in figures.items()}


def until_listed(days: Mapping[str, date], reviewed_until: date) -> dict[str, Cell]:
    """Return the cells from the application to the listing."""
    applied, activist, listed = days["applied"], days["activist"], days["listed"]
    cells: dict[str, Cell] = {
        "出生日期": plus_months(applied, -20 * 12),
        "入党申请时间": applied,
        "派人谈话时间": applied + timedelta(10),
        "谈话人": "陈明远",
        "推荐方式": "党员推荐",
        "推荐时间": activist - timedelta(5),
        "确定积极分子时间": activist,
        "积极分子备案时间": activist + timedelta(5),
        "培养联系人1": "陈明远",
        "培养联系人2": "林书雅",
        "培养考察时间": every_five_months(activist, reviewed_until),
        "听取意见时间": listed - timedelta(22),
        "支委会讨论发展对象时间": listed - timedelta(20),
        "上级党委同意时间": listed - timedelta(17),
        "列为发展对象时间": listed,
        "入党介绍人1": "陈明远",
        "入党介绍人2": "林书雅",
    }
    if listed >= NEW_RULES:  # the older rules knew no notice
        cells |= {"公示开始": listed - timedelta(16), "公示结束": listed - timedelta(1)}
    return cells


def until_approved(days: Mapping[str, date]) -> dict[str, Cell]:
    """Return the cells from the political review to the oath."""
    listed, pre_review, meeting, approved = (days[n] for n in ("listed", "pre_review", "meeting", "approved"))
    return {
        "政审结论时间": listed + timedelta(2),
        "政审结论": "合格",
        "培训开始": listed + timedelta(4),
        "培训结束": listed + timedelta(6),
        "培训学时": 24,
        "支委会审查时间": listed + timedelta(8),
        "预审通过时间": pre_review,
        "志愿书填写时间": pre_review + timedelta(2),
        "接收大会时间": meeting,
        **vote("接收"),
        "决议上报时间": meeting + timedelta(3),
        "上级谈话时间": meeting + timedelta(7),
        "党委审批时间": approved,
        "组织部备案时间": approved + timedelta(4),
        "编入支部时间": approved + timedelta(3),
        "宣誓时间": approved + timedelta(9),
    }


def until_archived(days: Mapping[str, date], converted: date) -> dict[str, Cell]:
    """Return the cells of the probation and the conversion."""
    approved = days["approved"]
    return {
        "预备期考察时间": (approved + timedelta(60), approved + timedelta(150)),
        "转正申请时间": converted - timedelta(10),
        "转正大会时间": converted,
        **vote("转正"),
        "转正结论": "按期转正",
        "转正上报时间": converted + timedelta(3),
        "转正审批时间": converted + timedelta(20),
        "归档时间": converted + timedelta(30),
    }


def typed(header: str, value: Cell) -> Cell:
    """Return a cell as tests type it: days as text, several of them with spaces between, blank as empty text."""
    if not isinstance(value, str) or header not in DATES:
        return value if value != "" else None
    if header in LISTS:
        return tuple(iso(part) for part in value.split())
    return iso(value) if value else None


def person_at(turns: Mapping[str, str], stage: int, as_of: date) -> dict[str, Cell]:
    """Return the cells of a person with the given turning days whose case stands at the end of a step."""
    given = {name: iso(day) for name, day in turns.items()}
    converted = given.pop("converted", None)
    days = turning_days(given)
    held = converted or plus_months(days["meeting"], 12)
    assert held is not None
    reviewed_until = days["listed"] if stage >= 8 else as_of
    whole = until_listed(days, reviewed_until) | until_approved(days) | until_archived(days, held)
    cells: dict[str, Cell] = dict.fromkeys(HEADERS)
    cells |= {
        "姓名": "赵某",
        "性别": "女",
        "民族": "汉族",
        "学历": "本科",
        "所在党支部": BRANCH,
        "上级党委": "某委员会",
    }
    return cells | {header: value for header, value in whole.items() if STEP_OF.get(header, 0) <= stage}


def person(
    stage: int = 25, changes: Mapping[str, Cell] | None = None, *, as_of: date = date(2026, 11, 21), **turns: str
) -> dict[str, Cell]:
    """Return the cells of a person whose case stands at the end of a step and has no fault.

    ``turns`` sets days on which the case turns (``applied``, ``activist``, ``listed``, ``pre_review``, ``meeting``,
    ``approved``, ``converted``); the cells between follow them. ``changes`` then sets single cells by header.
    """
    return person_at(turns, stage, as_of) | {h: typed(h, value) for h, value in (changes or {}).items()}
