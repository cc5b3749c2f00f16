"""What the parsers hand over: results of formulas are read, failed and uncomputed ones not blank, 1904 noticed."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import xlsxwriter
import xlwt

from tests.ledger_reader.hostile import SHEET, repacked
from tests.ledger_reader.workbooks import LEDGER, form, ledger_rows, write_ods, write_xlsx
from workflow.case.values import UNREADABLE
from workflow.ledger import read_ledger


def test_failed_and_uncomputed_formulas_are_not_blank(tmp_path):
    rows = ledger_rows(
        {"入党申请时间": "#REF!", "派人谈话时间": "=TODAY()", "接收应到": "=1+1", "推荐时间": date(2024, 1, 1)}
    )
    ledger = read_ledger(write_xlsx(tmp_path / "l.xlsx", {"甲": [[1]], LEDGER: rows}), form())
    values = ledger.rows[0].values
    assert [values[name] for name in ("apply.on", "talk.on", "admit.due")] == [UNREADABLE] * 3
    assert values["activist.recommended_on"] == date(2024, 1, 1)
    assert [problem.shown for problem in ledger.problems] == ["#REF!", "=TODAY()", "=1+1"]


def test_computed_formulas_are_read(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "l.xlsx")
    page = book.add_worksheet(LEDGER)
    page.write_row(0, 0, ["序号", "姓名", "入党申请时间", "派人谈话时间"])
    page.write_formula(1, 0, "=ROW()-1", None, 1)
    page.write(1, 1, "张伟")
    page.write_formula(1, 2, '=TEXT(1,"x")', None, "2024-03-05")
    page.write_formula(1, 3, '=IF(A1="","",1)', None, "blank")
    book.close()
    content = (tmp_path / "l.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as file:  # as Excel writes a formula whose result is an empty text
        empty = file.read(SHEET).replace(b"<v>blank</v>", b"<v></v>")
    repacked(tmp_path / "l.xlsx", content, {SHEET: empty})
    ledger = read_ledger(tmp_path / "l.xlsx", form())
    assert ledger.rows[0].values["apply.on"] == date(2024, 3, 5)
    assert ledger.rows[0].values["talk.on"] is None
    assert ledger.problems == ()


def test_failed_formulas_of_xls_and_ods_files_are_not_blank(tmp_path):
    book = xlwt.Workbook()
    page = book.add_sheet(LEDGER)
    for column, text in enumerate(["序号", "姓名", "入党申请时间"]):
        page.write(0, column, text)
    page.write(1, 0, 1)
    page.write(1, 1, "张伟")
    page.row(1).set_cell_error(2, 23)
    book.save(str(tmp_path / "l.xls"))
    plain = write_ods(
        tmp_path / "plain.ods", {LEDGER: [["序号", "姓名", "入党申请时间"], [1, "张伟", "坏"]]}
    ).read_bytes()
    with zipfile.ZipFile(io.BytesIO(plain)) as file:
        content = file.read("content.xml").decode()
    failed = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error">'
    )
    before = content.rindex("<table:table-cell", 0, content.index("坏"))
    after = content.index(">", before) + 1
    repacked(tmp_path / "l.ods", plain, {"content.xml": content[:before] + failed + content[after:]})
    for kind in ("xls", "ods"):
        ledger = read_ledger(tmp_path / f"l.{kind}", form())
        assert ledger.rows[0].values["apply.on"] is UNREADABLE
        assert len(ledger.problems) == 1


def test_the_parser_finds_the_1904_calendar(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "l.xlsx", {"date_1904": True})
    page = book.add_worksheet(LEDGER)
    page.write_row(0, 0, ["序号", "姓名", "入党申请时间"])
    page.write_row(1, 0, [1, "张伟"])
    page.write_datetime(1, 2, date(2024, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert read_ledger(tmp_path / "l.xlsx", form()).rows[0].values["apply.on"] == date(2024, 3, 5)
