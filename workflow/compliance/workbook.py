"""An audit as a workbook for the office: text stays text, whatever it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter

from workflow.compliance.audit import Audit
from workflow.compliance.ours import FORMAT
from workflow.compliance.words import (
    ESTIMATED,
    FORCE_NOTE,
    FORCES,
    MARKS,
    NAMES_HIDDEN,
    branch_name,
    law_line,
    pick,
    result_sentence,
    step_names,
)  # fmt: skip
from workflow.plain import harmless

EXCEL_ROWS = 1_048_576  # on a sheet, the header row included
EXCEL_TEXT = 32_767  # UTF-16 units in a cell
A4 = 9
HEADER = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E7E6E6"}
BODY = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}

Cell = str | int | float | None
Column = tuple[str, int]  # header, width in characters


@dataclass(frozen=True, slots=True)
class Table:
    """What stands on one sheet, or on several if the rows do not fit on one."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    frozen: int = 0  # columns on the left that stay in view
    percent: int | None = None  # the column that holds a share


def write_workbook(file: BinaryIO, audit: Audit, language: str, rows_a_sheet: int = EXCEL_ROWS) -> None:
    """Write the findings, the unreadable cells, the counts by rule and notes, each on sheets of at most so many rows.

    Equal audits give equal bytes: the day of the audit stands in for the time of writing.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    packed = BytesIO()  # a full disk then shows as what it is, not as an error of the library
    with xlsxwriter.Workbook(packed, options) as book:
        created = datetime.combine(audit.as_of, time())
        book.set_properties({"title": audit.title.of(language), "created": created, "comments": FORMAT})
        formats = {name: book.add_format(form) for name, form in _FORMATS.items()}
        for table in _tables(audit, language):
            _write_table(book, table, formats, rows_a_sheet)
    file.write(packed.getbuffer())


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
            _write(sheet, place, column, value, formats["percent" if column == table.percent else "body"])
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


def _tables(audit: Audit, language: str) -> Iterator[Table]:
    yield _findings(audit, language)
    yield _problems(audit, language)
    yield _rules(audit, language)
    yield Table(pick(language, "说明", "Notes"), ((pick(language, "说明", "Notes"), 120),), _notes(audit, language))


def _columns(language: str, *columns: tuple[str, str, int]) -> tuple[Column, ...]:
    return tuple((pick(language, zh, en), width) for zh, en, width in columns)


def _findings(audit: Audit, language: str) -> Table:
    columns = _columns(
        language,
        ("台账行号", "Row", 8), ("姓名", "Name", 12), ("党支部", "Branch", 26), ("代码", "Code", 13),
        ("步骤", "Step", 6), ("步骤名称", "Name of the step", 20), ("程度", "Force", 9), ("规定要求", "Rule", 34),
        ("证据", "Evidence", 44), ("依据", "Basis", 34), ("整改建议", "Remedy", 34),
    )  # fmt: skip
    names = step_names(audit)
    rows = (
        (
            finding.row,
            finding.person,
            branch_name(finding.branch, language),
            finding.code,
            finding.step,
            names[finding.step].of(language) if finding.step in names else "",
            f"{MARKS[finding.force]} {FORCES[finding.force].of(language)}",
            finding.what.of(language),
            finding.evidence.of(language),
            finding.basis.of(language),
            finding.remedy.of(language) if finding.remedy else "",
        )
        for finding in audit.findings
    )
    return Table(pick(language, "发现的问题", "Findings"), columns, rows, frozen=2)


def _problems(audit: Audit, language: str) -> Table:
    columns = _columns(
        language,
        ("工作表", "Sheet", 16), ("单元格", "Cell", 9), ("列名", "Header", 20),
        ("单元格内容", "What stands there", 30), ("为什么读不出", "Why it cannot be read", 60),
    )  # fmt: skip
    rows = (
        (problem.sheet, f"{problem.letter}{problem.row}", problem.header, problem.shown, problem.reason.of(language))
        for problem in audit.problems
    )
    return Table(pick(language, "读不出的单元格", "Unreadable cells"), columns, rows)


def _rules(audit: Audit, language: str) -> Table:
    columns = _columns(
        language,
        ("步骤", "Step", 6), ("代码", "Code", 13), ("规定要求", "Rule", 50), ("依据", "Basis", 44),
        ("适用人数", "Judged", 9), ("违反", "Broken", 9), ("违反比例", "Rate", 9), ("无法判断", "Undecided", 9),
    )  # fmt: skip
    rows = (
        (
            count.step,
            count.code,
            count.text.of(language),
            count.basis.of(language),
            count.applied,
            count.violated,
            count.violated / count.applied if count.applied else None,
            count.undecidable,
        )
        for count in audit.counts
    )
    return Table(pick(language, "按规则统计", "By rule"), columns, rows, percent=6)


def _notes(audit: Audit, language: str) -> Iterator[tuple[str]]:
    """Yield what a reader of the workbook must know, a line each."""
    yield (f"{audit.title.of(language)} {audit.source}".rstrip(),)
    yield (result_sentence(audit, language),)
    for period in audit.periods:
        yield (law_line(audit, period, language),)
    if audit.estimated:
        yield (ESTIMATED.of(language),)
    if audit.names_hidden:
        yield (NAMES_HIDDEN.of(language),)
    yield (FORCE_NOTE.of(language),)
    for point in audit.undecidable:
        cells = pick(language, "、", ", ").join(point.missing) or pick(language, "党员名册", "roster")
        person = f" {point.person}".rstrip()
        yield (pick(language, f"无法判断：第 {point.row} 行{person} {point.code}，取决于：{cells}",
                    f"Undecided: row {point.row}{person} {point.code}, turns on: {cells}"),)  # fmt: skip
    for text in audit.not_kept:
        yield (pick(language, "台账不记载，无从检查：", "Not kept by this ledger, not judged: ") + text.of(language),)
    for text in audit.conventions:
        yield (pick(language, "检查口径：", "Convention: ") + text.of(language),)
