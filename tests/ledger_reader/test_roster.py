"""The roster of a workbook: standing, penalties, and the difference between unknown and nobody."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledger_reader.workbooks import LEDGER, ROSTER, form, ledger_rows, write_xlsx
from workflow.case.roster import PenaltyKind, Standing
from workflow.case.values import UNREADABLE
from workflow.ledger import read_ledger

HEADS = ["姓名", "所在党支部", "党员身份", "转正时间", "处分", "处分时间", "影响期止"]
WARNING = frozenset({PenaltyKind.WARNING})
REMOVAL = frozenset({PenaltyKind.REMOVAL})


def read(tmp_path, *lines, heads=HEADS):
    sheets = {LEDGER: ledger_rows({}), ROSTER: [["名册"], heads, *lines]}
    return read_ledger(write_xlsx(tmp_path / "ledger.xlsx", sheets), form())


def test_without_the_sheet_the_members_are_unknown(tmp_path):
    ledger = read_ledger(write_xlsx(tmp_path / "ledger.xlsx", {LEDGER: ledger_rows({})}), form())
    assert ledger.roster is None


def test_an_empty_roster_knows_nobody(tmp_path):
    roster = read(tmp_path).roster
    assert roster is not None
    assert roster.not_full_member("李娜", "一", date(2024, 1, 1)) is True


def test_a_member_is_read_with_standing_and_penalty(tmp_path):
    ledger = read(
        tmp_path, ["李 娜", "第一\u3000党支部", "正式党员", "2001年7月1日", "警告", 20240101, "无"], ["合计", "1人"]
    )
    assert ledger.roster is not None
    [member] = ledger.roster.find("李娜", "第一党支部")
    assert (member.standing, member.full_on) == (Standing.FULL, date(2001, 7, 1))
    assert member.penalised(WARNING, date(2030, 1, 1)) is True
    assert member.penalised(WARNING, date(2023, 12, 31)) is False
    assert ledger.roster.find("合计", None) == ()
    assert ledger.problems == ()


def test_two_lines_of_one_person_are_one_person_with_two_penalties(tmp_path):
    line = ["李娜", "一", "正式党员", "2001-07-01"]
    ledger = read(tmp_path, [*line, "警告", "2024-01-01", "2024-12-31"], [*line, "撤销党内职务", "2026-01-01", None])
    roster = ledger.roster
    assert roster is not None
    assert roster.penalised("李娜", "一", WARNING, date(2024, 6, 1)) is True
    assert roster.penalised("李娜", "一", WARNING, date(2026, 6, 1)) is False
    assert roster.penalised("李娜", "一", REMOVAL, date(2026, 6, 1)) is True


def test_namesakes_stay_apart(tmp_path):
    ledger = read(tmp_path, ["李娜", "一", "正式党员", "2001-07-01"], ["李娜", "二", "预备党员", None])
    assert ledger.roster is not None
    assert len(ledger.roster.find("李娜", "三")) == 2


@pytest.mark.parametrize(
    ("place", "text", "field"),
    [(2, "党员", "standing"), (3, "2001年", "full_on"), (4, "记过", "penalty"), (6, "长期", "penalty_until")],
)
def test_an_unreadable_cell_makes_that_field_unreadable_and_is_reported(tmp_path, place, text, field):
    line = ["李娜", "一", "正式党员", "2001-07-01", "警告", "2024-01-01", "2024-12-31"]
    line[place] = text
    ledger = read(tmp_path, line)
    assert ledger.roster is not None
    [member] = ledger.roster.find("李娜", "一")
    [penalty] = member.penalties
    fields = {
        "standing": member.standing,
        "full_on": member.full_on,
        "penalty": penalty.kind,
        "penalty_until": penalty.until_on,
    }
    assert fields[field] is UNREADABLE
    assert [value for name, value in fields.items() if name != field and value is UNREADABLE] == []
    [problem] = ledger.problems
    assert (problem.sheet, problem.row, problem.header) == (ROSTER, 3, HEADS[place])


def test_a_column_that_the_roster_lacks_is_unknown_for_everybody_and_reported(tmp_path):
    ledger = read(tmp_path, ["李娜", "一", "2001-07-01"], heads=["姓名", "所在党支部", "转正时间"])
    assert ledger.roster is not None
    assert ledger.roster.not_full_member("李娜", "一", date(2024, 1, 1)) is UNREADABLE
    assert ledger.roster.penalised("李娜", "一", WARNING, date(2024, 1, 1)) is UNREADABLE
    assert len(ledger.problems) == 4


def test_a_line_without_a_name_is_reported(tmp_path):
    ledger = read(tmp_path, [None, "一", "正式党员", "2001-07-01"], [], ["张伟、李娜", "一", "正式党员"])
    assert [(problem.row, problem.header) for problem in ledger.problems] == [(3, "姓名"), (5, "姓名")]
