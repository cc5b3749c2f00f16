"""The audit of a ledger as a workbook for the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from workflow.compliance.audit import Audit, RuleCount
from workflow.compliance.sheets import EXCEL_ROWS, Table, columns, write_tables
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


def write_workbook(file: BinaryIO, audit: Audit, language: str, rows_a_sheet: int = EXCEL_ROWS) -> None:
    """Write the findings, the unreadable cells, the counts by rule and notes, each on sheets of at most so many rows.

    Equal audits give equal bytes: the day of the audit stands in for the time of writing.
    """
    write_tables(file, audit.title.of(language), audit.as_of, audit_tables(audit, language), rows_a_sheet)


def audit_tables(audit: Audit, language: str) -> Iterator[Table]:
    """Yield the findings, the unreadable cells, the counts by rule, and notes."""
    yield _findings(audit, language)
    yield problem_table(audit, language)
    yield rule_table(audit.counts, language)
    yield Table(pick(language, "说明", "Notes"), ((pick(language, "说明", "Notes"), 120),), _notes(audit, language))


def _findings(audit: Audit, language: str) -> Table:
    head = columns(
        language,
        ("台账行号", "Row", 8), ("姓名", "Name", 12), ("党支部", "Branch", 26), ("代码", "Code", 13),
        ("步骤", "Step", 6), ("步骤名称", "Name of the step", 20), ("程度", "Force", 9), ("规定要求", "Rule", 34),
        ("证据", "Evidence", 44), ("期限", "Due", 11), ("依据", "Basis", 34), ("版本", "Edition", 11),
        ("整改建议", "Remedy", 34),
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
            finding.due.isoformat() if finding.due else None,
            finding.basis.of(language),
            finding.edition.isoformat(),
            finding.remedy.of(language) if finding.remedy else "",
        )
        for finding in audit.findings
    )
    return Table(pick(language, "发现的问题", "Findings"), head, rows, frozen=2)


def problem_table(audit: Audit, language: str) -> Table:
    """Return the cells that could not be read."""
    head = columns(
        language,
        ("工作表", "Sheet", 16), ("单元格", "Cell", 9), ("列名", "Header", 20),
        ("单元格内容", "What stands there", 30), ("为什么读不出", "Why it cannot be read", 60),
    )  # fmt: skip
    rows = (
        (problem.sheet, f"{problem.letter}{problem.row}", problem.header, problem.shown, problem.reason.of(language))
        for problem in audit.problems
    )
    return Table(pick(language, "读不出的单元格", "Unreadable cells"), head, rows)


def rule_table(counts: Iterable[RuleCount], language: str) -> Table:
    """Return how often each rule was judged, and how often broken."""
    head = columns(
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
        for count in counts
    )
    return Table(pick(language, "按规则统计", "By rule"), head, rows, percent=frozenset({6}))


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
