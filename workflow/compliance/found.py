"""Findings of the record as files: CSV for other programs, XLSX for the office; the same columns in both.

Each line says where the finding stands: a list that left out what is waived or answered would be taken for the whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from workflow.compliance.words import FORCES, pick
from workflow.compliance.write import inert
from workflow.engine.findings_view import Found
from workflow.plain import harmless

COLUMNS = (
    "case", "person", "branch", "code", "rule", "step", "round", "force", "due_on", "broken_on", "entry", "demand",
    "evidence", "basis", "standing", "waived_until", "first_seen", "last_seen",
)  # fmt: skip
HEADERS = (
    ("档案编号", "Case", 14), ("姓名", "Name", 12), ("党支部", "Branch", 24), ("代码", "Code", 13),
    ("规则代号", "Rule", 24), ("步骤", "Step", 14), ("轮次", "Round", 6), ("程度", "Force", 9), ("期限", "Due", 11),
    ("违反之日", "Broken on", 11), ("登记条目", "Entry", 8), ("规定要求", "Demand", 34), ("证据", "Evidence", 44),
    ("依据", "Basis", 34), ("处理情况", "Standing", 10), ("豁免至", "Waived until", 11), ("首次发现", "First seen", 11),
    ("最近发现", "Last seen", 11),
)  # fmt: skip
A4 = 9
EXCEL_TEXT = 16_000  # characters in a cell, whatever their width in UTF-16
Cell = str | int


def cells(found: Found, language: str) -> tuple[Cell, ...]:
    """Return one finding as the cells of a line, days as 2026-11-22."""
    return (
        found.number, found.name, found.branch, found.code, found.rule, found.step, found.round,
        str(found.force) if found.force else "", _day(found.due_on), _day(found.broken_on),
        found.entry if found.entry is not None else "", found.demand.of(language), found.what.of(language),
        found.basis.of(language), found.life.standing.value, _day(found.life.waived_until), _day(found.life.first_on),
        _day(found.life.last_on),
    )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def found_csv(rows: Iterable[Found], language: str, _: date) -> bytes:
    """Return findings as UTF-8 without a byte order mark, one line each, that no spreadsheet takes for formulas."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for found in rows:
        lines.writerow([inert(cell) if isinstance(cell, str) else cell for cell in cells(found, language)])
    return text.getvalue().encode()


def found_workbook(rows: Iterable[Found], language: str, today: date) -> bytes:
    """Return findings as a workbook: text stays text, head and names stand still, filters are set."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(packed, options) as book:
        book.set_properties({"created": datetime.combine(today, time())})
        sheet = book.add_worksheet(pick(language, "发现的问题", "Findings"))
        head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E7E6E6"})
        body = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"})
        for column, (zh, en, width) in enumerate(HEADERS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, pick(language, zh, en), head)
        last = 0
        for last, found in enumerate(rows, start=1):
            _write(sheet, last, found, language, body)
        _finish(sheet, last)
    return packed.getvalue()


def _write(sheet: Any, row: int, found: Found, language: str, form: Any) -> None:  # noqa: ANN401 - XlsxWriter has no types
    words = {"standing": found.life.standing.words, **({"force": FORCES[found.force]} if found.force else {})}
    for column, cell in enumerate(cells(found, language)):
        if COLUMNS[column] in words:
            sheet.write_string(row, column, words[COLUMNS[column]].of(language), form)
        elif isinstance(cell, str):
            sheet.write_string(row, column, harmless(cell)[:EXCEL_TEXT], form)
        else:
            sheet.write_number(row, column, cell, form)


def _finish(sheet: Any, rows: int) -> None:  # noqa: ANN401 - XlsxWriter has no types
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows, 1), len(HEADERS) - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


FORMS: dict[str, tuple[Callable[[Iterable[Found], str, date], bytes], str]] = {
    "csv": (found_csv, "text/csv"),
    "xlsx": (found_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
