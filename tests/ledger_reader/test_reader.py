"""A workbook read to its end: rows, row numbers, what is skipped, what is reported."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledger_reader.workbooks import (
    LEDGER,
    ROSTER,
    SAMPLE,
    WRITERS,
    Rows,
    form,
    headers,
    ledger_rows,
    write_xls,
    write_xlsx,
)
from workflow.case.values import UNREADABLE
from workflow.errors import LedgerError
from workflow.ledger import read_ledger


def ledger_of(tmp_path, rows, name=LEDGER, **others):
    return read_ledger(write_xlsx(tmp_path / "ledger.xlsx", {name: rows, **others}), form())


def test_the_sample_reads_without_a_problem():
    steps = []
    ledger = read_ledger(SAMPLE, form(), lambda done, total: steps.append((done, total)))
    assert [row.row for row in ledger.rows] == list(range(3, 83))
    assert ledger.problems == ()
    assert ledger.absent == frozenset()
    assert [one.header for one in ledger.others] == ["性别", "民族", "学历", "谈话人", "备注"]
    assert ledger.roster is not None
    assert steps[-1] == (84, 84)
    first = ledger.rows[0]
    assert first.person == "宋诚艳"
    assert first.values["person.born_on"] == date(2004, 1, 18)
    assert first.values["cultivate.reviews"] == (date(2025, 7, 12), date(2026, 1, 12), date(2026, 6, 24))
    assert first.values["training.hours"] == 20
    assert first.values["examine.on"] is None
    assert set(first.values) == {column.column for column in form().columns}


def test_the_same_ledger_reads_alike_as_xlsx_xls_and_ods(tmp_path):
    rows = ledger_rows(
        {
            "入党申请时间": date(2024, 1, 31),
            "接收应到": 10,
            "接收表决方式": "无记名投票",
            "培养考察时间": "2024-03-05；20240905",
        },
        {
            "入党申请时间": "２０２４年３月５日",
            "接收应到": "１０",
            "姓名": "欧阳\u3000娜",
            "培训学时": "24学时",
            "政审结论": "合格",
        },
        {"入党申请时间": 20240305, "派人谈话时间": "下月", "接收反对": -1},
    )
    roster: Rows = [
        ["姓名", "所在党支部", "党员身份", "转正时间", "处分", "处分时间", "影响期止"],
        ["李娜", "一", "正式党员", date(2001, 7, 1)],
    ]
    read = [
        read_ledger(write(tmp_path / f"ledger.{kind}", {LEDGER: rows, ROSTER: roster}), form())
        for kind, write in WRITERS.items()
    ]
    for ledger in read:
        assert ledger.rows == read[0].rows
        assert [(p.row, p.letter, p.reason) for p in ledger.problems] == [
            (p.row, p.letter, p.reason) for p in read[0].problems
        ]
        assert ledger.roster is not None
        assert ledger.roster.find("李娜", "一")[0].full_on == date(2001, 7, 1)
    assert len(read[0].problems) == 2


def test_empty_rows_and_columns_before_the_sheet_do_not_shift_rows_or_letters(tmp_path):
    rows = ledger_rows({"派人谈话时间": "下月"})
    shifted = [[], [], [], *[[None, None, *row] for row in rows]]
    ledger = ledger_of(tmp_path, shifted)
    [row], [problem] = ledger.rows, ledger.problems
    assert row.row == 6
    assert (problem.row, problem.letter, problem.header, problem.shown) == (6, "L", "派人谈话时间", "下月")
    assert problem.sheet == LEDGER


def test_an_unreadable_cell_is_reported_and_marked(tmp_path):
    ledger = ledger_of(tmp_path, ledger_rows({"入党申请时间": "2024-02-30", "派人谈话时间": None}))
    assert ledger.rows[0].values["apply.on"] is UNREADABLE
    assert ledger.rows[0].values["talk.on"] is None
    assert [problem.letter for problem in ledger.problems] == ["I"]


@pytest.mark.parametrize("number", [1, 1.0, "1", "１", " 1 ", "01"])
def test_a_persons_row_has_a_whole_number(tmp_path, number):
    assert [row.row for row in ledger_of(tmp_path, ledger_rows({"序号": number})).rows] == [3]


@pytest.mark.parametrize("number", [None, "甲", 1.5, "一", "无", True, -1])
def test_a_name_without_a_whole_number_is_reported_not_judged(tmp_path, number):
    ledger = ledger_of(tmp_path, ledger_rows({"序号": number, "入党申请时间": date(2024, 1, 1)}, {"姓名": "李娜"}))
    assert [row.person for row in ledger.rows] == ["李娜"]
    assert [(problem.row, problem.header) for problem in ledger.problems] == [(3, "序号")]


def test_a_row_with_days_but_neither_number_nor_name_is_reported(tmp_path):
    ledger = ledger_of(tmp_path, ledger_rows({"序号": None, "姓名": None, "入党申请时间": "2024-01-01"}))
    assert ledger.rows == ()
    assert len(ledger.problems) == 1


@pytest.mark.parametrize("name", [None, "/", "张伟、李娜", 7])
def test_a_number_without_a_readable_name_is_a_row_and_a_problem(tmp_path, name):
    ledger = ledger_of(tmp_path, ledger_rows({"姓名": name}))
    assert [(row.row, row.person) for row in ledger.rows] == [(3, "")]
    assert [(problem.header, problem.letter) for problem in ledger.problems] == [("姓名", "B")]


def test_blank_rows_totals_notes_and_repeated_headers_are_no_people(tmp_path):
    heads = headers()
    rows = [
        *ledger_rows({}),
        [],
        list(heads),
        [2, "李娜"],
        ["合计", "2人"],
        [None, " 合　计"],
        ["填表人：王五"],
        ["　", "/"],
    ]
    ledger = ledger_of(tmp_path, rows)
    assert [(row.row, row.person) for row in ledger.rows] == [(3, "张伟"), (6, "李娜")]
    assert ledger.problems == ()


def test_columns_may_stand_in_any_order_and_their_headers_hold_white_space(tmp_path):
    rows = [["入党申请\n时间", "姓 名", "序号", "培养联系人１"], [date(2024, 1, 1), "张伟", 1, "李娜"]]
    ledger = ledger_of(tmp_path, rows)
    assert ledger.rows[0].values["apply.on"] == date(2024, 1, 1)
    assert ledger.rows[0].values["contacts.name_1"] == "李娜"


def test_an_absent_column_is_unknown_not_blank(tmp_path):
    ledger = ledger_of(tmp_path, [["序号", "姓名", "入党申请时间"], [1, "张伟", date(2024, 1, 1)]])
    assert "talk.on" in ledger.absent
    assert "apply.on" not in ledger.absent
    assert ledger.rows[0].values["talk.on"] is UNREADABLE
    assert ledger.problems == ()


def test_remarks_are_never_read(tmp_path):
    ledger = ledger_of(tmp_path, ledger_rows({"备注": "张伟家庭困难", "谈话人": "无名氏"}))
    assert "张伟家庭困难" not in str(ledger.rows)
    assert "无名氏" not in str(ledger.rows)
    assert ledger.problems == ()


def test_columns_that_the_form_does_not_know_are_named_with_sheet_and_letter(tmp_path):
    rows = [["备注", "序号", "姓 名", "谈 话人", "备注"], ["x", 1, "张伟", "李娜", None]]
    ledger = ledger_of(tmp_path, rows, **{ROSTER: [["序号", "姓名"], [1, "王芳"]]})
    found = [(one.sheet, one.letter, one.header) for one in ledger.others]
    assert found == [(ROSTER, "A", "序号"), (LEDGER, "A", "备注"), (LEDGER, "D", "谈话人"), (LEDGER, "E", "备注")]
    assert "不是规定格式" not in str(ledger.problems)


@pytest.mark.parametrize("name", [" 发展党员 台账", "发展党员台账\u3000"])
def test_the_sheet_is_found_by_its_name_without_white_space(tmp_path, name):
    other = [["序号", "姓名", "入党申请时间"], [1, "李娜", None]]
    ledger = ledger_of(tmp_path, ledger_rows({}), name, 旧台账=other)
    assert [row.person for row in ledger.rows] == ["张伟"]


def test_under_another_name_the_only_sheet_that_looks_like_a_ledger_is_taken(tmp_path):
    members = [["姓名", "所在党支部"], ["李娜", "一"]]
    assert len(ledger_of(tmp_path, ledger_rows({}), "Sheet1", 名单=members).rows) == 1


@pytest.mark.parametrize(
    ("sheets", "what"),
    [
        ({"甲": ledger_rows({}), "乙": ledger_rows({})}, "Several sheets look like"),
        ({"甲": [["姓名", "电话"], ["张伟", 1]]}, "No ledger found"),
        ({LEDGER: [["名字"], ["张伟"]]}, "No ledger found"),
        ({LEDGER: []}, "No ledger found"),
        ({LEDGER: ledger_rows({}), "发展党员 台账": ledger_rows({})}, "Several sheets are called"),
        ({LEDGER: [["姓名", "入党申请时间"], ["张伟", None]]}, "no column “序号”"),
        ({LEDGER: [["序号", "姓名", "入党申请时间", "入党申请 时间"], [1, "张伟"]]}, "C、D"),
        ({LEDGER: ledger_rows({}), ROSTER: [["名字"], ["李娜"]]}, "no header row"),
    ],
)
def test_a_workbook_of_another_form_is_refused_with_a_remedy(tmp_path, sheets, what):
    with pytest.raises(LedgerError) as refused:
        read_ledger(write_xlsx(tmp_path / "ledger.xlsx", sheets), form())
    assert what in refused.value.what.en
    assert refused.value.remedy is not None


def test_a_header_that_is_not_read_may_stand_twice(tmp_path):
    rows = [["序号", "姓名", "入党申请时间", "备注", "备注"], [1, "张伟", date(2024, 1, 1), "a", "b"]]
    assert ledger_of(tmp_path, rows).problems == ()


def test_what_stands_there_is_shown_without_harm(tmp_path):
    texts = {"派人谈话时间": "甲\u202e乙", "推荐时间": "x" * 100, "听取意见时间": "=HYPERLINK(1)x"}
    rows = ledger_rows({**texts, "公示开始": "a\nb"})
    ledger = read_ledger(write_xls(tmp_path / "l.xls", {LEDGER: rows}), form())
    shown = {problem.header: problem.shown for problem in ledger.problems}
    assert shown["派人谈话时间"] == "甲<U+202E>乙"
    assert shown["推荐时间"] == "x" * 40 + "…"
    assert shown["公示开始"] == "a<U+000A>b"


def test_a_sheet_full_of_unreadable_cells_is_no_ledger(tmp_path, monkeypatch):
    monkeypatch.setattr("workflow.ledger.problems.MOST_PROBLEMS", 50)
    people = [{head: "？？" for head in headers() if head.endswith("时间")} for _ in range(5)]
    with pytest.raises(LedgerError, match="More than 50"):
        ledger_of(tmp_path, ledger_rows(*people))
