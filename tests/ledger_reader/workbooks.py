"""Workbooks for the tests: the same rows written as xlsx, xls or ods by libraries that are not the reader's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from workflow.ledger import LedgerForm, load_form

Rows = Sequence[Sequence[object]]
SAMPLE = Path(__file__).parents[1] / "data" / "branch-ledger.xlsx"
FORM_TEXT = (files("definitions") / "forms" / "branch-ledger.yaml").read_text("utf-8")
LEDGER, ROSTER = "发展党员台账", "党员名册"


def form() -> LedgerForm:
    return load_form(FORM_TEXT, "branch-ledger.yaml")


@cache
def headers() -> tuple[str, ...]:
    """Return the headers that the sample has, in its order."""
    sheet = openpyxl.load_workbook(SAMPLE)[LEDGER]
    return tuple(str(cell) for cell in next(sheet.iter_rows(min_row=2, max_row=2, values_only=True)))


def ledger_rows(*people: Mapping[str, object]) -> list[list[object]]:
    """Return title, header and a row a person; 序号 and 姓名 are filled in where a person does not give them."""
    heads = headers()
    rows: list[list[object]] = [["台账", *[None] * (len(heads) - 1)], list(heads)]
    for number, person in enumerate(people, start=1):
        filled = {"序号": number, "姓名": "张伟", **person}
        rows.append([filled.get(head) for head in heads])
    return rows


def write_xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def write_xls(path: Path, sheets: Mapping[str, Rows]) -> Path:
    book = xlwt.Workbook()
    as_day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    sheet.write(row, column, value, as_day)
                elif value is not None:
                    sheet.write(row, column, value)
    book.save(str(path))
    return path


def write_ods(path: Path, sheets: Mapping[str, Rows]) -> Path:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for cells in rows:
            row = TableRow()
            for value in cells:
                row.addElement(_ods_cell(value))
            table.addElement(row)
        book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def _ods_cell(value: object) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, datetime | date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value))
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


WRITERS: dict[str, Callable[[Path, Mapping[str, Rows]], Path]] = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
}
