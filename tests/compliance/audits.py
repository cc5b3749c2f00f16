"""Audits of real workbooks, for the tests of what an audit hands out: the sample, a clean one, a hostile one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

import openpyxl

from tests.ledger import people, workbooks
from tests.ledger.form import Row
from workflow.calendar import WorkingCalendar, read_calendar
from workflow.compliance.audit import Audit, LedgerAudit
from workflow.law.loader import definitions_root
from workflow.law.timeline import Law, load_law
from workflow.ledger import LedgerForm, load_form, read_ledger
from workflow.plain import name_key
from workflow.rules.rulebook import Rulebook

AS_OF = date(2026, 11, 21)
SAMPLE = Path(__file__).parent.parent / "data" / "branch-ledger.xlsx"
NAME_HEADERS = ("姓名", "谈话人", "培养联系人1", "培养联系人2", "入党介绍人1", "入党介绍人2")
NO_NAMES = (None, "/", "—", "-", "无", "合计")
SCRIPT = "<script>alert(1)"  # as a name: without a slash, which parts names
MARKUP = "\"><b/onload='x'>&amp;支部"  # as a branch
FORMULAS = ("+1+2张三", "-赵某", "@SUM(A1)李四", "＝王五", "＋钱六", "－孙七", "＠周八")
REVERSED = "吴\u202e九"  # a mark that turns the direction of writing


@cache
def definitions() -> tuple[Law, LedgerForm, WorkingCalendar]:
    """Return the law, the form of the ledger and the calendar as shipped."""
    root = definitions_root()
    form, calendar = root / "forms" / "branch-ledger.yaml", root / "calendar" / "cn.yaml"
    return (
        load_law(root),
        load_form(form.read_text(encoding="utf-8"), form.name),
        read_calendar(calendar.read_text(encoding="utf-8"), calendar.name),
    )


def audited(
    path: Path, *, as_of: date = AS_OF, hide_names: bool = False, overlays: Sequence[str] = (), only: date | None = None
) -> Audit:
    """Audit a workbook."""
    law, form, calendar = definitions()
    book = Rulebook(law, law.timeline(overlays, only))
    run = LedgerAudit(read_ledger(path, form), book, calendar, as_of, hide_names=hide_names, law=law)
    return run.run(path.name)


@cache
def sample(*, hide_names: bool = False) -> Audit:
    """Audit the sample."""
    return audited(SAMPLE, hide_names=hide_names)


def of_rows(path: Path, rows: Sequence[Row]) -> Path:
    """Write a neat ledger of these people and return its path."""
    workbooks.write(path, rows, people.SPONSORS)
    return path


def clean(path: Path) -> Path:
    """Write a ledger without a fault."""
    return of_rows(path, [people.person(25), people.person(20, listed="2026-06-12")])


def empty(path: Path) -> Path:
    """Write a ledger of nobody."""
    return of_rows(path, [])


def hostile(path: Path) -> Path:
    """Write a ledger whose names and branches are markup and formulas, each with a finding, and unreadable cells."""
    late = {"派人谈话时间": "2020-03-01"}
    names = (SCRIPT, REVERSED, *FORMULAS)
    rows = [people.person(3, late | {"姓名": name, "培养联系人1": name}) for name in names]
    of_rows(path, [row | {"所在党支部": MARKUP} for row in rows] + [people.person(5, {"姓名": "郑十"})])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[2]}
    last = 2 + len(names)
    for header, text in (("确定积极分子时间", "<img src=x onerror=alert(2)>"), ("推荐时间", "\x1b[31m郑十说下周")):
        sheet.cell(last + 1, places[header]).value = text.replace("\x1b", "\u200e")  # a workbook cannot hold ESC
    book.save(path)
    return path


def named_everywhere(path: Path) -> tuple[Path, frozenset[str]]:
    """Write the sample with names wherever a name can slip to, and return it with all names in it."""
    book = openpyxl.load_workbook(SAMPLE)
    ledger, roster = book["发展党员台账"], book["党员名册"]
    top = next(cell.row for cell in ledger["B"] if cell.value == "姓名")
    places = {cell.value: cell.column for cell in ledger[top]}
    names = {one for sheet in (ledger, roster) for name in _names(sheet) for one in (name, name_key(name))}
    person = str(ledger.cell(top + 1, places["姓名"]).value)
    member = max(_names(roster), key=len)
    ledger.cell(top + 1, places["入党申请时间"]).value = f"{person}尚未申请"
    ledger.cell(top + 2, places["派人谈话时间"]).value = f"2024年3月5日{member}谈"
    ledger.cell(top + 3, places["所在党支部"]).value = member
    ledger.cell(top + 4, places["推荐方式"]).value = f"{member}推荐"
    ledger.cell(top + 4, places["推荐时间"]).value = datetime.combine(AS_OF, time())
    ledger.title = f"{member}的台账"
    book.save(path)
    return path, frozenset(names)


def _names(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[str]:
    """Return every name below the headers of names, as written save for white space."""
    columns = [column for column in sheet.iter_cols(values_only=True) if set(column) & set(NAME_HEADERS)]
    below = [
        column[next(place for place, cell in enumerate(column) if cell in NAME_HEADERS) + 1 :] for column in columns
    ]
    return ["".join(str(cell).split()) for cells in below for cell in cells if cell not in NO_NAMES]
