"""Workbooks as the office gets them: tables on sheets, text that stays text, whatever it begins with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from workflow.compliance.ours import FORMAT
from workflow.compliance.words import pick
from workflow.plain import harmless

EXCEL_ROWS = 1_048_576  # on a sheet, the header row included
EXCEL_TEXT = 32_767  # UTF-16 units in a cell
A4 = 9
HEADER = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E7E6E6"}
BODY = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
NO_GUESSING = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Cell = str | int | float | None
Column = tuple[str, int]  # header, width in characters


@dataclass(frozen=True, slots=True)
class Table:
    """What stands on one sheet, or on several if the rows do not fit on one."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    frozen: int = 0  # columns on the left that stay in view
    percent: frozenset[int] = frozenset()  # the columns that hold a share


def columns(language: str, *named: tuple[str, str, int]) -> tuple[Column, ...]:
    """Return columns with their headers in one language."""
    return tuple((pick(language, zh, en), width) for zh, en, width in named)


def write_tables(
    file: BinaryIO, title: str, as_of: date, tables: Iterable[Table], rows_a_sheet: int = EXCEL_ROWS
) -> None:
    """Write tables as a workbook, each on sheets of at most so many rows, in memory.

    Equal tables give equal bytes: ``as_of`` stands in for the time of writing.
    """
    packed = BytesIO()  # a full disk then shows as what it is, not as an error of the library
    with xlsxwriter.Workbook(packed, NO_GUESSING | {"in_memory": True}) as book:
        _fill(book, title, as_of, tables, rows_a_sheet)
    file.write(packed.getbuffer())


def stream_tables(
    file: BinaryIO, title: str, as_of: date, tables: Iterable[Table], beside: Path, rows_a_sheet: int = EXCEL_ROWS
) -> None:
    """Do the same with one row at a time in memory; ``beside``: a folder in which sheets grow, and nothing is left.

    Raises OSError where the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix=".jishi-", dir=beside) as growing:
        settings = NO_GUESSING | {"constant_memory": True, "tmpdir": growing}
        try:
            with xlsxwriter.Workbook(file, settings) as book:
                book.use_zip64()  # a full sheet alone may come to two gigabytes before it is packed
                _fill(book, title, as_of, tables, rows_a_sheet)
        except FileCreateError as fault:
            raise OSError(*getattr(fault.args[0], "args", fault.args)) from fault


def _fill(book: Any, title: str, as_of: date, tables: Iterable[Table], rows_a_sheet: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
    created = datetime.combine(as_of, time())
    book.set_properties({"title": harmless(title), "created": created, "comments": FORMAT})
    formats = {name: book.add_format(form) for name, form in _FORMATS.items()}
    for table in tables:
        _write_table(book, table, formats, rows_a_sheet)


_FORMATS = {"header": HEADER, "body": BODY, "percent": BODY | {"num_format": "0.0%"}}


def _write_table(book: Any, table: Table, formats: dict[str, Any], rows_a_sheet: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
    """Write a table, on further sheets when the first is full."""
    sheet, place, number = _begin(book, table, formats, table.name), 1, 1
    for row in table.rows:
        if place == rows_a_sheet:
            _end(sheet, table, place)
            number += 1
            sheet, place = _begin(book, table, formats, f"{table.name} ({number})"), 1
        for column, value in enumerate(row):
            _write(sheet, place, column, value, formats["percent" if column in table.percent else "body"])
        place += 1
    _end(sheet, table, place)


def _begin(book: Any, table: Table, formats: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - XlsxWriter has no types
    sheet = book.add_worksheet(name)
    for place, (header, width) in enumerate(table.columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, header, formats["header"])
    sheet.freeze_panes(1, table.frozen)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")
    return sheet


def _end(sheet: Any, table: Table, rows: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
    sheet.autofilter(0, 0, rows - 1, len(table.columns) - 1)


def _write(sheet: Any, row: int, column: int, value: Cell, form: Any) -> None:  # noqa: ANN401 - XlsxWriter has no types
    if isinstance(value, str):
        sheet.write_string(row, column, _short(harmless(value)), form)
    elif value is None:
        sheet.write_blank(row, column, None, form)
    else:
        sheet.write_number(row, column, value, form)


def _short(text: str) -> str:
    """Return ``text``, cut where a cell could not hold it."""
    if len(text) * 2 <= EXCEL_TEXT or len(text.encode("utf-16-le")) <= EXCEL_TEXT * 2:
        return text
    return text[: EXCEL_TEXT // 2 - 1] + "…"
