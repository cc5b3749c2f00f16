# ruff: noqa: INP001 - beside the scripts that use it, no part of a package
"""Seeded ledgers in the form of the sample: lives as they are lived, faults as they are made, cells as people fill.

All names are invented. The same seed and number of people give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

AS_OF = date(2026, 11, 21)
PER_BRANCH = 25
MEMBERS = 12  # on the roster of each branch
FAULTY = 0.3  # of the people
ODD, UNREADABLE = 0.4, 0.0005  # of the cells with a day
FIRST, LAST = date(2012, 1, 1), date(2026, 9, 1)  # days of application

# Days after the application; a life that keeps the rules.
DAYS = {
    "入党申请时间": 0, "派人谈话时间": 20, "推荐时间": 190, "确定积极分子时间": 200, "积极分子备案时间": 205,
    "听取意见时间": 590, "支委会讨论发展对象时间": 600, "上级党委同意时间": 602, "公示开始": 603, "公示结束": 612,
    "列为发展对象时间": 613, "政审结论时间": 640, "培训开始": 650, "培训结束": 653, "支委会审查时间": 660,
    "预审通过时间": 670, "志愿书填写时间": 675, "接收大会时间": 680, "决议上报时间": 685, "上级谈话时间": 690,
    "党委审批时间": 700, "组织部备案时间": 705, "编入支部时间": 706, "宣誓时间": 715, "转正申请时间": 1030,
    "转正大会时间": 1046, "转正上报时间": 1050, "转正审批时间": 1060, "归档时间": 1065,
}  # fmt: skip
REVIEWS = {"培养考察时间": (350, 500), "预备期考察时间": (850, 1000)}
# What stands beside a day, once that day is there.
BESIDE: dict[str, dict[str, str | int]] = {
    "推荐时间": {"推荐方式": "党员推荐"},
    "政审结论时间": {"政审结论": "合格"},
    "培训结束": {"培训学时": 24},
    "接收大会时间": {
        "接收应到": 20, "接收实到": 18, "接收书面意见": 1, "接收赞成": 18, "接收反对": 0, "接收弃权": 1,
        "接收表决方式": "无记名投票",
    },
    "转正大会时间": {
        "转正应到": 20, "转正实到": 19, "转正书面意见": 0, "转正赞成": 18, "转正反对": 1, "转正弃权": 0,
        "转正表决方式": "无记名投票", "转正结论": "按期转正",
    },
}  # fmt: skip
PEOPLE = {"确定积极分子时间": ("培养联系人1", "培养联系人2"), "列为发展对象时间": ("入党介绍人1", "入党介绍人2")}
HEADERS = (
    "序号", "姓名", "出生日期", "所在党支部", "上级党委", *DAYS, *REVIEWS, "延长至",
    *(name for part in BESIDE.values() for name in part), *(name for part in PEOPLE.values() for name in part),
)  # fmt: skip
ROSTER = ("姓名", "所在党支部", "党员身份", "转正时间", "处分", "处分时间", "影响期止")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

Cell = date | int | str | None


def write_ledger(path: Path, people: int, seed: int = 1) -> None:
    """Write a ledger of so many people with the roster of their branches."""
    random = Random(seed)  # noqa: S311 - the same ledger every time
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, headers, rows in (
            ("发展党员台账", HEADERS, ledger(random, people)),
            ("党员名册", ROSTER, roster(people)),
        ):
            sheet = book.add_worksheet(title)
            sheet.write_string(0, 0, title)
            sheet.write_row(1, 0, headers)
            for number, row in enumerate(rows, start=2):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, value, day)
                    elif value is not None:
                        sheet.write(number, column, value)


def ledger(random: Random, people: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the row of each person."""
    for number in range(1, people + 1):
        cells = life(random, number)
        if random.random() < FAULTY:
            spoil(random, cells)
        row = {name: written(random, value) for name, value in cells.items()}
        yield tuple(row.get(name) for name in HEADERS)


def life(random: Random, number: int) -> dict[str, Cell]:
    """Return one person as they stood on the day of the audit: what came later is blank."""
    applied = FIRST + timedelta(random.randrange((LAST - FIRST).days))
    branch = f"第{number // PER_BRANCH + 1}党支部"
    cells: dict[str, Cell] = {
        "序号": number, "姓名": f"赵{number:05}", "出生日期": applied - timedelta(random.randrange(6700, 12000)),
        "所在党支部": branch, "上级党委": "某机关党委",
    }  # fmt: skip
    for name, after in DAYS.items():
        day = applied + timedelta(after)
        if day <= AS_OF:
            cells[name] = day
            cells |= BESIDE.get(name, {})
            cells |= {place: member(branch, random.randrange(MEMBERS)) for place in PEOPLE.get(name, ())}
    for name, several in REVIEWS.items():
        held = [applied + timedelta(after) for after in several if applied + timedelta(after) <= AS_OF]
        cells[name] = "；".join(day.isoformat() for day in held) or None
    return cells


def spoil(random: Random, cells: dict[str, Cell]) -> None:
    """Make one to three mistakes: a cell left blank, a day moved, a vote miscounted."""
    for _ in range(random.randint(1, 3)):
        name = random.choice(list(cells)[5:])
        value = cells[name]
        if isinstance(value, date) and random.random() < 0.6:  # noqa: PLR2004 - more days are wrong than missing
            cells[name] = value + timedelta(random.choice((-40, -7, -1, 1, 7, 40, 200)))
        elif isinstance(value, int):
            cells[name] = max(value - random.randint(1, 12), 0)
        else:
            cells[name] = None


def written(random: Random, value: Cell) -> Cell:
    """Return a cell as people fill it: a day as a day, or in one of the ways of writing it."""
    if not isinstance(value, date):
        return value
    if random.random() < UNREADABLE:
        return "待定"
    if random.random() >= ODD:
        return value
    plain = f"{value.year}年{value.month}月{value.day}日"
    ways = (
        plain,
        f"{value:%Y.%m.%d}",
        f"{value:%Y/%m/%d}",
        f"{value:%Y%m%d}",
        plain.translate(FULL_WIDTH),
        f" {value} ",
    )
    return random.choice(ways)


def member(branch: str, number: int) -> str:
    """Return the name of a member of a branch."""
    return f"钱{branch[1:-3]}之{number}"


def roster(people: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the members of all branches; in each, one is on probation and one under a penalty."""
    for branch in dict.fromkeys(f"第{number // PER_BRANCH + 1}党支部" for number in range(1, people + 1)):
        for number in range(MEMBERS):
            standing, since = ("预备党员", None) if number == 0 else ("正式党员", date(2005, 7, 1))
            penalty = ("警告", date(2024, 3, 1), date(2025, 2, 28)) if number == 1 else (None, None, None)
            yield (member(branch, number), branch, standing, since, *penalty)
