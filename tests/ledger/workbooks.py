"""Writes ledgers of the conventions' form with openpyxl, neatly or as untidily as branches do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.ledger.form import (
    DATES,
    HEADERS,
    LEDGER_SHEET,
    LISTS,
    NAMES,
    NUMBERS,
    ROSTER_HEADERS,
    ROSTER_SHEET,
    Cell,
    Member,
    Row,
)

Written = str | int | datetime | None

DAY_FORMS: tuple[Callable[[date], Written], ...] = (
    lambda d: datetime.combine(d, time()),
    lambda d: datetime.combine(d, time()),
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}.{d:%m.%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}/{d:%m/%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d:%m}月{d:%d}日",
    lambda d: f"{d:%Y%m%d}",
    lambda d: int(f"{d:%Y%m%d}"),
)
BLANKS: tuple[str | None, ...] = (None, None, None, None, "/", "—", "-", "无", " / ", "　无")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def untidy_text(text: str, random: Random) -> str:
    """Return the text with white space around it or in it."""
    space = random.choice((" ", "　", "  "))
    place = random.choice((0, len(text), random.randrange(len(text) + 1)))
    return text[:place] + space + text[place:]


def untidy_digits(text: str, random: Random) -> str:
    """Return the text, sometimes with full-width digits, sometimes with white space."""
    if random.random() < 0.15:
        text = text.translate(FULL_WIDTH)
    return untidy_text(text, random) if random.random() < 0.15 else text


def untidy_day(day: date, random: Random) -> Written:
    """Return the day in one of the forms of the conventions."""
    written = random.choice(DAY_FORMS)(day)
    return untidy_digits(written, random) if isinstance(written, str) else written


def untidy_days(days: Sequence[date], random: Random) -> Written:
    """Return several days in one cell; a single one may be a date cell."""
    if len(days) == 1:
        return untidy_day(days[0], random)
    forms = [form for form in DAY_FORMS if isinstance(form(days[0]), str)]
    return "；".join(untidy_digits(str(random.choice(forms)(day)), random) for day in days)


def untidy_number(header: str, number: int, random: Random) -> Written:
    """Return the number as a number or as text, hours sometimes with their unit."""
    if header == "培训学时" and random.random() < 0.3:
        return untidy_digits(f"{number}学时", random)
    return number if random.random() < 0.6 else untidy_digits(str(number), random)


def untidy_name(name: str, random: Random) -> str:
    """Return the name with white space in it or another middle dot."""
    name = name.replace("·", random.choice("·•‧・"))
    return untidy_text(name, random) if random.random() < 0.3 else name


def untidy(header: str, value: Cell, random: Random) -> Written:
    """Return how an untidy branch writes a value."""
    if value in (None, ()):
        return random.choice(BLANKS)
    if isinstance(value, tuple):
        return untidy_days(value, random)
    if isinstance(value, date):
        return untidy_day(value, random)
    if isinstance(value, int):
        return untidy_number(header, value, random)
    if header in NAMES or header == "姓名":
        return untidy_name(str(value), random)
    return untidy_text(str(value), random) if random.random() < 0.15 else value


def neat(header: str, value: Cell) -> Written:
    """Return how a tidy branch writes a value: days as date cells, several as text."""
    if header in LISTS and isinstance(value, tuple):
        return "；".join(day.isoformat() for day in value) or None
    if isinstance(value, date):
        return datetime.combine(value, time())
    assert not isinstance(value, tuple)
    return value


def write(path: Path, rows: Sequence[Row], roster: Sequence[Member], random: Random | None = None) -> dict[int, Row]:
    """Write a ledger and return its persons by row number in Excel.

    Without ``random`` it is written neatly; with it, in mixed forms, and the title row may be absent.
    """
    for row in rows:  # a misspelt header would test nothing
        assert set(row) <= set(HEADERS), set(row) - set(HEADERS)
        assert all(isinstance(row.get(h), date | tuple | None) for h in DATES), row
        assert all(isinstance(row.get(h), int | None) for h in NUMBERS), row
    book = openpyxl.Workbook()
    sheet = book.active
    titled = random is None or random.random() < 0.8
    first = begin(sheet, LEDGER_SHEET, HEADERS, titled=titled)
    for number, row in enumerate(rows, start=1):
        cells = [written(h, row.get(h), random) for h in HEADERS[1:]]
        sheet.append([untidy_number("序号", number, random) if random else number, *cells])
    end(sheet, len(rows))
    write_roster(book.create_sheet(), roster, random)
    book.save(path)
    return dict(enumerate(rows, start=first))


def written(header: str, value: Cell, random: Random | None) -> Written:
    """Return the cell as it is written; a remark, which nobody reads, may stand in 备注."""
    if header == "备注" and random and random.random() < 0.3:
        return random.choice(("纸质材料已核对", "2024-03-05", "支部大会表决未通过", 20240305))
    return untidy(header, value, random) if random else neat(header, value)


def begin(sheet: Worksheet, name: str, headers: Sequence[str], *, titled: bool) -> int:
    """Write title and header row and return the number of the first row below them."""
    sheet.title = name
    if titled:
        sheet.append([f"某单位{name}"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet.append(list(headers))
    return 3 if titled else 2


def end(sheet: Worksheet, people: int) -> None:
    """Write a blank row and the total row."""
    sheet.append([])
    sheet.cell(row=sheet.max_row + 2, column=1, value="合计")
    sheet.cell(row=sheet.max_row, column=2, value=f"{people}人")


def write_roster(sheet: Worksheet, roster: Sequence[Member], random: Random | None) -> None:
    """Write the sheet of the members."""
    begin(sheet, ROSTER_SHEET, ROSTER_HEADERS, titled=True)
    for member in roster:
        cells = zip(ROSTER_HEADERS, astuple(member), strict=True)
        sheet.append([untidy(h, value, random) if random else neat(h, value) for h, value in cells])
    end(sheet, len(roster))
