"""Days as people write them, read one way everywhere: in a ledger's cell, in a field of a form, on the command line.

Whatever is not listed here is not guessed at: the reason says what to write instead.
"""

from __future__ import annotations

import re
from datetime import date

from workflow.errors import Text
from workflow.plain import squeezed

FIRST_YEAR, LAST_YEAR = 1900, 2100
FORMS = Text("请写成 2024-03-05 或 2024年3月5日。", "Write it as 2024-03-05.")

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|\.([0-9]{1,2})\.|/([0-9]{1,2})/|年([0-9]{1,2})月)([0-9]{1,2})(日?)")
_PACKED_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"(?:19|20|21)[0-9]{2}(?:[-./年](?:0?[1-9]|1[0-2])月?|(?:0[1-9]|1[0-2])月?)")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}年?")
_SHORT_YEAR = re.compile(r"[0-9]{2}(?:[-./][0-9]{1,2}[-./]|年[0-9]{1,2}月)[0-9]{1,2}日?")
_BETWEEN = re.compile("[;；、,，]")


class UnreadableDay(Exception):  # noqa: N818 - it names what was met
    """Something stands there that is no day in a listed form; ``reason`` says why, ``text`` is what was read."""

    def __init__(self, text: str, zh: str, en: str) -> None:
        """Keep the reason in both languages."""
        super().__init__(text, zh, en)
        self.text, self.reason = text, Text(zh, en)


def day_of(text: str) -> date:
    """Return the one day that a text names, white space and full-width forms ignored; raises UnreadableDay."""
    return day_of_plain(squeezed(text))


def day_of_plain(plain: str) -> date:
    """Return the one day that a squeezed text names; raises UnreadableDay."""
    found = _DAY.fullmatch(plain)
    if found:
        year, dash, dot, slash, month, day, sign = found.groups()
        if bool(month) == bool(sign):  # 年…月…日 goes together or not at all
            return _day_of_parts(year, dash or dot or slash or month, day)
    elif packed := _PACKED_DAY.fullmatch(plain):
        return _day_of_parts(*packed.groups())
    raise why_no_day(plain)


def days_of(text: str) -> tuple[date, ...]:
    """Return the days that a text names, in the order written, between marks or on lines; raises UnreadableDay."""
    parts = [part for part in _BETWEEN.split(text) if squeezed(part)]
    if not parts:
        raise _no_day("")
    return tuple(day for part in parts for day in _days_of_part(part))


def in_range(day: date) -> date:
    """Return a day; raises UnreadableDay for years in which nobody of a record lived."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableDay(
            "",
            f"年份 {day.year} 不在 {FIRST_YEAR}—{LAST_YEAR} 之间。",
            f"The year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}.",
        )
    return day


def why_no_day(text: str) -> UnreadableDay:
    """Return what stands there, squeezed, instead of one day."""
    parts = [part for part in re.split("[;、,]", text) if part]
    if len(parts) > 1 and any(_DAY.fullmatch(part) or _PACKED_DAY.fullmatch(part) for part in parts):
        why = Text("一格只能写一个日期，这里有几个。", "One date belongs here; several stand in the cell.")
    elif len(_DAY.findall(text)) > 1:
        why = Text("这里有几个日期连在一起，无法分开。", "Several dates stand here without a mark between them.")
    elif _MONTH.fullmatch(text):
        why = Text(f"只有年月，缺日。{FORMS.zh}", f"A month without a day. {FORMS.en}")
    elif _YEAR.fullmatch(text):
        why = Text(f"只有年份，缺月日。{FORMS.zh}", f"A year without month and day. {FORMS.en}")
    elif _SHORT_YEAR.fullmatch(text):
        why = Text(f"年份要写四位数字。{FORMS.zh}", f"The year is written with four digits. {FORMS.en}")
    else:
        return _no_day(text)
    return UnreadableDay(text, why.zh, why.en)


def _no_day(text: str) -> UnreadableDay:
    """Return that no listed form fits."""
    return UnreadableDay(
        text, f"不是规定写法的日期。{FORMS.zh}", f"This is no date in any of the listed forms. {FORMS.en}"
    )


def _days_of_part(part: str) -> list[date]:
    """Read one day, or the days on the lines of ``part``; a line break within one day is mere white space."""
    try:
        return [day_of(part)]
    except UnreadableDay:
        lines = [line for line in part.splitlines() if squeezed(line)]
        if len(lines) < 2:  # noqa: PLR2004 - a single line has just failed
            raise
    return [day_of(line) for line in lines]


def _day_of_parts(year: str, month: str, day: str) -> date:
    """Return the day, which must exist."""
    try:
        return in_range(date(int(year), int(month), int(day)))
    except ValueError:
        written = f"{year}-{month}-{day}"
        raise UnreadableDay(written, f"日历上没有 {written} 这一天。", f"There is no such day as {written}.") from None
