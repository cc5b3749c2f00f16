"""Without names: nowhere a name of anybody in the ledger or on the roster, whatever it slipped into."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from tests.compliance import audits
from tests.ledger import people
from workflow.compliance.audit import Audit
from workflow.compliance.names import HIDDEN, NameHider
from workflow.compliance.report import render_html
from workflow.compliance.summary import summary_lines
from workflow.compliance.words import NAMES_HIDDEN
from workflow.compliance.write import write_findings
from workflow.errors import Text
from workflow.ledger import CellProblem, read_ledger

LANGUAGES = ("zh", "en")


def everything(audit: Audit, folder: Path) -> Mapping[str, str]:
    """Return all that is handed out of an audit, as text, by what it is."""
    given: dict[str, str] = {}
    folder.mkdir(exist_ok=True)
    for language in LANGUAGES:
        given[f"terminal {language}"] = "\n".join(summary_lines(audit, language))
        given[f"html {language}"] = render_html(audit, language, pseudonymous=audit.names_hidden)
        for suffix in (".csv", ".json", ".xlsx"):
            path = folder / f"findings{suffix}"
            write_findings(audit, path, language, pseudonymous=audit.names_hidden)
            data = path.read_bytes()
            given[f"{suffix} {language}"] = unpacked(data) if suffix == ".xlsx" else data.decode("utf-8")
    return given


def unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist())


def test_no_name_of_the_sample_is_anywhere(tmp_path):
    _, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    assert len(names) > 100
    for what, text in everything(audits.sample(hide_names=True), tmp_path).items():
        assert not [name for name in names if name in text], what


def test_no_name_is_anywhere_though_names_slipped_into_every_kind_of_cell(tmp_path):
    path, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    named = path.rename(tmp_path / f"{max(names, key=len)}.xlsx")
    audit = audits.audited(named, hide_names=True)
    assert len(audit.problems) >= 2
    for what, text in everything(audit, tmp_path).items():
        assert not [name for name in names if name in text], what


def test_the_search_finds_names_where_they_are_not_hidden(tmp_path):
    path, names = audits.named_everywhere(tmp_path / "ledger.xlsx")
    for what, text in everything(audits.audited(path), tmp_path).items():
        assert [name for name in names if name in text], what


def test_the_findings_are_the_same_and_say_where_somebody_was_named():
    named, hidden = audits.sample(), audits.sample(hide_names=True)
    keys = [(finding.row, finding.code, finding.step) for finding in named.findings]
    assert [(finding.row, finding.code, finding.step) for finding in hidden.findings] == keys
    sponsors = next(finding for finding in hidden.findings if finding.code == "V13-count")
    assert "入党介绍人1 〔姓名〕；入党介绍人2 空" in sponsors.evidence.zh
    assert "[name]" in sponsors.evidence.en


def test_an_audit_that_holds_names_is_not_handed_out_as_without(tmp_path):
    with pytest.raises(ValueError, match="hide_names"):
        write_findings(audits.sample(), tmp_path / "findings.csv", "zh", pseudonymous=True)
    with pytest.raises(ValueError, match="hide_names"):
        render_html(audits.sample(), "zh", pseudonymous=True)
    assert not list(tmp_path.iterdir())


def test_no_number_of_a_person_and_no_name_of_a_branch_is_anywhere(tmp_path):
    numbers = ("110101199003077758", "13800138000", "1101 0119 9003 07775X", "20240230")
    branch = "张三第13900139000党支部"
    rows = [people.person(5, {"所在党支部": branch if number == numbers[0] else "二支部"}) for number in numbers]
    path = audits.of_rows(tmp_path / "ledger.xlsx", rows)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    place = next(cell.column for cell in sheet[2] if cell.value == "派人谈话时间")
    for row, number in enumerate(numbers, start=3):
        sheet.cell(row, place).value = number
    book.save(path)
    planted = (*numbers, branch, "二支部", "13900139000", "2024-02-30")
    hidden = everything(audits.audited(path, hide_names=True), tmp_path)
    for what, text in hidden.items():
        assert not [one for one in planted if one in text], what
    assert HIDDEN in hidden["html zh"]
    named = everything(audits.audited(path), tmp_path / "named")
    assert [one for one in planted if one not in named["html zh"]] == []


def test_branches_are_numbered_as_they_come_the_same_everywhere(tmp_path):
    named, hidden = audits.sample(), audits.sample(hide_names=True)
    number = {branch: f"支部{place}" for place, branch in enumerate(named.branches, start=1)}
    assert hidden.branches == {number[branch]: people for branch, people in named.branches.items()}
    assert [finding.branch for finding in hidden.findings] == [number[finding.branch] for finding in named.findings]
    for what, text in everything(hidden, tmp_path).items():
        assert not [branch for branch in number if branch in text], what
        if not what.startswith(".csv"):
            assert f"支部{len(number)}" in text, what
        if not what.startswith((".csv", ".json")):
            assert NAMES_HIDDEN.of(what[-2:]) in text, what


def test_of_an_unreadable_cell_only_its_place_and_the_reason_are_left():
    hider = NameHider(read_ledger(audits.SAMPLE, audits.definitions()[1]))
    reason = Text("日历上没有 2024-02-30 这一天。请写成 2024-03-05。", "There is no such day as 2024-02-30.")
    problem = CellProblem("张三的台账", 7, "K", "派人谈话时间", "2024-02-30", reason)
    assert hider.problem(problem) == CellProblem(
        HIDDEN, 7, "K", "派人谈话时间", HIDDEN,
        Text("日历上没有 〔…〕 这一天。请写成 2024-03-05。", "There is no such day as 〔…〕."),
    )  # fmt: skip
    absent = CellProblem("党员名册", 1, "", "处分", "", Text("名册没有这一列。", "No such column."))
    assert hider.problem(absent) == absent
