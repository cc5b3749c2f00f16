"""Reading one entry of the file of days off: a day, a period, a year; or the fault, its place and the remedy."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from workflow.calendar.statute import span
from workflow.errors import Text, WorkflowError

FIRST_YEAR = 1950  # the first whole year under a statute on public holidays
LAST_YEAR = 2100  # as far as the ledger's dates go
LONGEST_HOLIDAY = 15  # days; the longest so far had 10 (2020): a longer one is a slip of the pen

_DAY = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})", re.ASCII)
_DECEMBER = 12


class CalendarError(WorkflowError):
    """The file of days off holds something that cannot be right."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file we are reading, for the person who must mend it."""

    path: str

    def at(self, key: object) -> Place:
        """Return the place one level further in."""
        return Place(f"{self.path}: {key}")

    def fault(self, zh: str, en: str, *, todo_zh: str, todo_en: str) -> CalendarError:
        """Return the error to raise: what is wrong here, and what to do."""
        return CalendarError(Text(f"{self.path}：{zh}", f"{self.path}: {en}"), Text(todo_zh, todo_en))

    def mapping(self, value: object, keys: Collection[str] | None = None) -> dict[object, object]:
        """Return ``value`` when it is a mapping that has exactly ``keys``, or any keys when none are asked for."""
        if not isinstance(value, dict):
            raise self.fault(
                "此处应为“名称: 内容”各行",
                "lines of the form “name: content” belong here",
                todo_zh="请照文件中其他年份的写法补全。",
                todo_en="Complete it after the example of the other years.",
            )
        if keys is not None and set(value) != set(keys):
            odd = "、".join(sorted(str(key) for key in set(value) ^ set(keys)))
            raise self.fault(
                f"多出或缺少：{odd}",
                f"too much or missing: {odd}",
                todo_zh=f"此处只应有：{'、'.join(keys)}。",
                todo_en=f"Exactly these belong here: {', '.join(keys)}.",
            )
        return value

    def sequence(self, value: object) -> list[object]:
        """Return ``value`` when it is a list."""
        if not isinstance(value, list):
            raise self.fault(
                "此处应为列表",
                "a list belongs here",
                todo_zh="请写成 [内容, 内容]；没有内容写 []。",
                todo_en="Write it as [one, another], or [] for none.",
            )
        return value

    def year(self, value: object) -> int:
        """Return ``value`` when it is a year for which days off can be given."""
        if type(value) is not int or not FIRST_YEAR <= value <= LAST_YEAR:
            raise self.at(value).fault(
                f"不是{FIRST_YEAR}至{LAST_YEAR}的年份",
                f"not a year from {FIRST_YEAR} to {LAST_YEAR}",
                todo_zh="请写四位数的年份，如 2027。",
                todo_en="Write the year with four digits, such as 2027.",
            )
        return value

    def day(self, value: object, year: int) -> date:
        """Return the day written as MM-DD of ``year``, or with its own year: ``year`` or the December before."""
        found = _DAY.fullmatch(str(value))
        try:
            day = date(int(found[1] or year), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if day is None or (day.year != year and (day.year, day.month) != (year - 1, _DECEMBER)):
            raise self.fault(
                f"“{value}”不是{year}年或上年12月的日期",
                f"“{value}” is no day of {year} or of the December before",
                todo_zh=f"请写成 月-日，如 05-01；上年12月的日期写全，如 {year - 1}-12-30。",
                todo_en=f"Write month-day, such as 05-01; a day of the December before in full: {year - 1}-12-30.",
            )
        return day

    def day_in_full(self, value: object) -> date:
        """Return the day written as YYYY-MM-DD."""
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.fault(
                f"“{value}”不是日期",
                f"“{value}” is no day",
                todo_zh="请写成 年-月-日，如 2025-01-01。",
                todo_en="Write year-month-day, such as 2025-01-01.",
            ) from error

    def days(self, value: object, year: int) -> list[date]:
        """Return the days of a period written as ``day`` or ``first..last``, both counted."""
        first, _, last = str(value).partition("..")
        days = span(self.day(first, year), self.day(last or first, year))
        if not 1 <= len(days) <= LONGEST_HOLIDAY:
            raise self.fault(
                f"“{value}”首尾颠倒或超过{LONGEST_HOLIDAY}天",
                f"“{value}” ends before it begins or lasts more than {LONGEST_HOLIDAY} days",
                todo_zh="请核对通知中的起止日期。",
                todo_en="Compare the first and the last day with the notice.",
            )
        return days
