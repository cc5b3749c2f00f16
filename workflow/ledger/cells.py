"""Reading one cell: from what a parser yields to a value of a case, or to the reason why not.

The ledger conventions say what may stand in a cell. Whatever they do not list is not guessed at: it is
unreadable, with a reason that tells the person at the office what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from workflow.calendar.typed import FORMS, UnreadableDay, day_of_plain, days_of, in_range, why_no_day
from workflow.errors import Text
from workflow.plain import name_key, squeezed

Given = TypeVar("Given")
Read = TypeVar("Read")

Raw = str | int | float | bool | date | datetime | time | timedelta

TOTAL = "合计"
BLANK_MARKS = frozenset({"", "/", "—", "-", "无"})
MOST = 999_999_999  # the largest count: beyond nine digits it is a slip, and a database column would overflow

_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_COUNT = re.compile(r"([0-9]+)(?:\.0+)?")
_NEGATIVE = re.compile(r"[-\u2212][0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(r"[0-9]*\.[0-9]+")
_BETWEEN_NAMES = re.compile("[;；、,，/／]")
_FORMULA_FAULT = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|Err:[0-9]{3}")


class UnreadableCell(Exception):  # noqa: N818  it names what was met, as the conventions do
    """Something stands in a cell that the ledger conventions do not let us read; ``reason`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep the reason in both languages."""
        super().__init__(zh, en)
        self.reason = Text(zh, en)


def is_blank(raw: Raw) -> bool:
    """Tell whether the cell counts as empty: nothing, ``/``, ``—``, ``-`` or ``无``."""
    return isinstance(raw, str) and (not raw or squeezed(raw) in BLANK_MARKS)


def is_total(cells: Iterable[Raw]) -> bool:
    """Tell whether this is the total row: a cell that says 合计."""
    return any(isinstance(raw, str) and TOTAL[0] in raw and squeezed(raw).rstrip(":") == TOTAL for raw in cells)


def read_day(raw: Raw) -> date | None:
    """Return the day; None when blank.

    Raises:
        UnreadableCell: no day of the calendar stands there, or not in a listed form.
    """
    if type(raw) is date:
        return _day(in_range, raw)
    if isinstance(raw, str):
        text = squeezed(raw)
        return None if text in BLANK_MARKS else _day(day_of_plain, text)
    if isinstance(raw, datetime):
        return _day(in_range, raw.date())
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnreadableCell(f"这里不是日期。{FORMS.zh}", f"This is not a date. {FORMS.en}")
    return _day_of_number(raw)


def read_days(raw: Raw) -> tuple[date, ...] | None:
    """Return the days of a cell that may hold several, in the order written; None when blank."""
    if not isinstance(raw, str):
        day = read_day(raw)
        return None if day is None else (day,)
    if is_blank(raw):
        return None
    return _day(days_of, raw)


def read_count(raw: Raw) -> int | None:
    """Return a whole number of people, at least 0; None when blank."""
    if isinstance(raw, str):
        text = squeezed(raw)
        return None if text in BLANK_MARKS else _count_of_text(text)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnreadableCell("这里应是整数。", "A whole number should stand here.")
    return _count_of_number(raw)


def read_hours(raw: Raw) -> int | None:
    """Return a whole number of hours of training, which may carry 学时; None when blank."""
    if isinstance(raw, str) and (text := squeezed(raw)).endswith("学时") and text != "学时":
        return _count_of_text(text.removesuffix("学时"))
    return read_count(raw)


def read_name(raw: Raw) -> str | None:
    """Return one name in the form in which names are compared; None when blank."""
    if is_blank(raw):
        return None
    if not isinstance(raw, str):
        raise UnreadableCell("这里应是姓名。", "A name should stand here.")
    name = name_key(raw)
    _refuse_formula_fault(name)
    if _several_names(raw):
        raise UnreadableCell(
            "一格只能写一个姓名，这里似有几个。", "One cell holds one name; several seem to stand here."
        )
    if not any(map(str.isalpha, name)):
        raise UnreadableCell(
            "这里没有姓名，也不是规定的空白记号。", "This is neither a name nor a listed mark for blank."
        )
    return name


def _several_names(raw: str) -> bool:
    """Tell whether marks stand between names, or lines that are names: a break after one character is white space."""
    marked = [part for part in _BETWEEN_NAMES.split(raw) if squeezed(part)]
    lines = [line for line in map(squeezed, raw.splitlines()) if line]
    return len(marked) > 1 or (len(lines) > 1 and all(len(line) > 1 for line in lines))


def read_text(raw: Raw) -> str | None:
    """Return a text without white space, full-width forms as ASCII; None when blank."""
    if isinstance(raw, str):
        text = squeezed(raw)
        if text in BLANK_MARKS:
            return None
        _refuse_formula_fault(text)
        if not any(map(str.isalnum, text)):
            raise UnreadableCell(
                "这里没有文字，也不是规定的空白记号。", "This is neither text nor a listed mark for blank."
            )
        return text
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnreadableCell("这里应是文字。", "A text should stand here.")
    return f"{raw:.15g}"


def read_choice(raw: Raw, values: Mapping[str, str]) -> str | None:
    """Return what the word of the form stands for; None when blank."""
    if is_blank(raw):
        return None
    if isinstance(raw, str):
        _refuse_formula_fault(squeezed(raw))
    chosen = values.get(squeezed(raw)) if isinstance(raw, str) else None
    if chosen is None:
        words = "、".join(values)
        raise UnreadableCell(f"这里只能写：{words}。", f"Only these words may stand here: {words}.")
    return chosen


def read_ballot(raw: Raw) -> str | None:
    """Return ``secret`` when the text holds 无记名 or 不记名, else ``open``; None when blank."""
    text = read_text(raw)
    if text is None:
        return None
    return "secret" if "无记名" in text or "不记名" in text else "open"


def _day(read: Callable[[Given], Read], given: Given) -> Read:
    """Read what may be a day; raises UnreadableCell with what a spreadsheet shows there instead."""
    try:
        return read(given)
    except UnreadableDay as fault:
        raise _instead(fault) from None


def _instead(fault: UnreadableDay) -> UnreadableCell:
    """Return why a cell is no day, as far as that lies in the spreadsheet."""
    _refuse_formula_fault(fault.text)
    if _SERIAL.fullmatch(fault.text):
        return UnreadableCell(
            "像是 Excel 的日期序号，单元格没有设成日期格式，不作猜测。",
            "This looks like an Excel serial number in a cell not formatted as a date; it is not guessed at.",
        )
    return UnreadableCell(fault.reason.zh, fault.reason.en)


def _day_of_number(number: float) -> date:
    """Read ``20240305`` written as a number."""
    if number == number and abs(number) <= MOST and number == int(number):  # noqa: PLR0124  NaN is unlike itself
        text = str(int(number))
        return _day(day_of_plain, text)
    raise _instead(why_no_day(f"{number:.15g}"))


def _count_of_text(text: str) -> int:
    """Read a count written as text."""
    found = _COUNT.fullmatch(text)
    if found and len(found[1].lstrip("0")) <= len(str(MOST)):
        return int(found[1])
    if _NEGATIVE.fullmatch(text):
        raise _negative()
    if _FRACTION.fullmatch(text):
        raise _fraction()
    _refuse_formula_fault(text)
    if found:
        raise _too_many()
    raise UnreadableCell("这里应是整数。", "A whole number should stand here.")


def _count_of_number(number: float) -> int:
    """Read a count written as a number."""
    if number != number:  # noqa: PLR0124  NaN is unlike itself
        raise UnreadableCell("这里应是整数。", "A whole number should stand here.")
    if number < 0:
        raise _negative()
    if number > MOST:
        raise _too_many()
    if number != int(number):
        raise _fraction()
    return int(number)


def _negative() -> UnreadableCell:
    return UnreadableCell("人数、时数不能是负数。", "A count cannot be negative.")


def _fraction() -> UnreadableCell:
    return UnreadableCell("这里应是整数，不能是小数。", "A whole number should stand here, not a fraction.")


def _too_many() -> UnreadableCell:
    return UnreadableCell(f"数目大于 {MOST}，应是笔误。", f"The number is greater than {MOST}, surely a slip.")


def _formula_fault() -> UnreadableCell:
    return UnreadableCell("公式出错，没有结果。", "The formula of this cell failed and has no result.")


def _refuse_formula_fault(text: str) -> None:
    """Raise when the text is what a spreadsheet shows for a failed formula, or a formula that was never computed."""
    if text.startswith("="):
        raise UnreadableCell(
            "公式还没有算出结果。请用 Excel 或 WPS 打开并保存一次。",
            "The formula has not been computed. Open the workbook in Excel or WPS and save it once.",
        )
    if _FORMULA_FAULT.fullmatch(text):
        raise _formula_fault()
