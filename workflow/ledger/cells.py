"""Reading one cell: from what a parser yields to a value of a case, or to the reason why not.

The ledger conventions say what may stand in a cell. Whatever they do not list is not guessed at: it is
unreadable, with a reason that tells the person at the office what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from workflow.errors import Text

Raw = str | int | float | bool | date | datetime | time | timedelta

TOTAL = "合计"
BLANK_MARKS = frozenset({"", "/", "—", "-", "无"})
FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST = 999_999_999  # the largest count: beyond nine digits it is a slip, and a database column would overflow

# Full-width forms stand for their ASCII twins. This is the part of NFKC that the conventions allow; the rest of NFKC
# would read a circled or raised digit (a footnote mark) as part of the date.
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # zero-width marks that come with pasted text
_MIDDLE_DOTS = str.maketrans("•‧・", "···")

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|\.([0-9]{1,2})\.|/([0-9]{1,2})/|年([0-9]{1,2})月)([0-9]{1,2})(日?)")
_PACKED_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"(?:19|20|21)[0-9]{2}(?:[-./年](?:0?[1-9]|1[0-2])月?|(?:0[1-9]|1[0-2])月?)")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}年?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_COUNT = re.compile(r"([0-9]+)(?:\.0+)?")
_NEGATIVE = re.compile(r"[-\u2212][0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(r"[0-9]*\.[0-9]+")
_BETWEEN_DAYS = re.compile("[;；、,，]")
_BETWEEN_NAMES = re.compile("[;；、,，/／]")
_FORMULA_FAULT = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|Err:[0-9]{3}")

_FORMS = Text("请写成 2024-03-05 或 2024年3月5日。", "Write it as 2024-03-05.")


class UnreadableCell(Exception):  # noqa: N818  it names what was met, as the conventions do
    """Something stands in a cell that the ledger conventions do not let us read; ``reason`` says why."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep the reason in both languages."""
        super().__init__(zh, en)
        self.reason = Text(zh, en)


def squeezed(text: str) -> str:
    """Return ``text`` without white space and invisible marks, full-width forms as ASCII."""
    if text.isascii():
        return "".join(text.split())
    return "".join(text.translate(_INVISIBLE).split()).translate(_FULL_WIDTH)


def is_blank(raw: Raw) -> bool:
    """Tell whether the cell counts as empty: nothing, ``/``, ``—``, ``-`` or ``无``."""
    return isinstance(raw, str) and (not raw or squeezed(raw) in BLANK_MARKS)


def is_total(cells: Iterable[Raw]) -> bool:
    """Tell whether this is the total row: a cell that says 合计."""
    return any(isinstance(raw, str) and TOTAL[0] in raw and squeezed(raw).rstrip(":") == TOTAL for raw in cells)


def name_key(text: str) -> str:
    """Return the form in which names are compared: no white space, one kind of middle dot."""
    return "".join(text.translate(_INVISIBLE).split()).translate(_MIDDLE_DOTS)


def read_day(raw: Raw) -> date | None:
    """Return the day; None when blank.

    Raises:
        UnreadableCell: no day of the calendar stands there, or not in a listed form.
    """
    if type(raw) is date:
        return _in_range(raw)
    if isinstance(raw, str):
        text = squeezed(raw)
        return None if text in BLANK_MARKS else _day_of_text(text)
    if isinstance(raw, datetime):
        return _in_range(raw.date())
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UnreadableCell(f"这里不是日期。{_FORMS.zh}", f"This is not a date. {_FORMS.en}")
    return _day_of_number(raw)


def read_days(raw: Raw) -> tuple[date, ...] | None:
    """Return the days of a cell that may hold several, in the order written; None when blank."""
    if not isinstance(raw, str):
        day = read_day(raw)
        return None if day is None else (day,)
    if is_blank(raw):
        return None
    parts = [part for part in _BETWEEN_DAYS.split(raw) if squeezed(part)]
    if not parts:
        raise _no_date()
    return tuple(day for part in parts for day in _days_of_part(part))


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


def _days_of_part(part: str) -> list[date]:
    """Read one date, or the dates on the lines of ``part``; a line break within one date is mere white space."""
    try:
        return [_day_of_text(squeezed(part))]
    except UnreadableCell:
        lines = [squeezed(line) for line in part.splitlines() if squeezed(line)]
        if len(lines) < 2:  # noqa: PLR2004  a single line has just failed
            raise
    return [_day_of_text(line) for line in lines]


def _day_of_text(text: str) -> date:
    """Read one squeezed, non-blank text."""
    found = _DAY.fullmatch(text)
    if found:
        year, dash, dot, slash, month, day, sign = found.groups()
        if bool(month) == bool(sign):  # 年…月…日 goes together or not at all
            return _day_of_parts(year, dash or dot or slash or month, day)
    elif packed := _PACKED_DAY.fullmatch(text):
        return _day_of_parts(*packed.groups())
    raise _why_no_date(text)


def _day_of_parts(year: str, month: str, day: str) -> date:
    """Return the day, which must exist."""
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError:
        written = f"{year}-{month}-{day}"
        raise UnreadableCell(f"日历上没有 {written} 这一天。", f"There is no such day as {written}.") from None


def _day_of_number(number: float) -> date:
    """Read ``20240305`` written as a number."""
    if number == number and abs(number) <= MOST and number == int(number):  # noqa: PLR0124  NaN is unlike itself
        text = str(int(number))
        if packed := _PACKED_DAY.fullmatch(text):
            return _day_of_parts(*packed.groups())
        raise _why_no_date(text)
    raise _why_no_date(f"{number:.15g}")


def _in_range(day: date) -> date:
    """Refuse years in which nobody of a ledger lived."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableCell(
            f"年份 {day.year} 不在 {FIRST_YEAR}—{LAST_YEAR} 之间。",
            f"The year {day.year} is not between {FIRST_YEAR} and {LAST_YEAR}.",
        )
    return day


def _why_no_date(text: str) -> UnreadableCell:
    """Find out what stands there instead of one date."""
    _refuse_formula_fault(text)
    parts = [part for part in re.split("[;、,]", text) if part]
    if len(parts) > 1 and any(_DAY.fullmatch(part) or _PACKED_DAY.fullmatch(part) for part in parts):
        return UnreadableCell("一格只能写一个日期，这里有几个。", "One date belongs here; several stand in the cell.")
    if len(_DAY.findall(text)) > 1:
        return UnreadableCell(
            "这里有几个日期连在一起，无法分开。", "Several dates stand here without a mark between them."
        )
    if _MONTH.fullmatch(text):
        return UnreadableCell(f"只有年月，缺日。{_FORMS.zh}", f"A month without a day. {_FORMS.en}")
    if _YEAR.fullmatch(text):
        return UnreadableCell(f"只有年份，缺月日。{_FORMS.zh}", f"A year without month and day. {_FORMS.en}")
    if _SERIAL.fullmatch(text):
        return UnreadableCell(
            "像是 Excel 的日期序号，单元格没有设成日期格式，不作猜测。",
            "This looks like an Excel serial number in a cell not formatted as a date; it is not guessed at.",
        )
    return _no_date()


def _no_date() -> UnreadableCell:
    """Say that no listed form fits."""
    return UnreadableCell(
        f"不是规定写法的日期。{_FORMS.zh}", f"This is no date in any of the listed forms. {_FORMS.en}"
    )


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
