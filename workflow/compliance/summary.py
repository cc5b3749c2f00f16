"""What an audit says on a terminal: plain lines, aligned, the result last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflow.compliance.audit import Audit
from workflow.compliance.columns import table_lines
from workflow.compliance.words import (
    ESTIMATED,
    NAMES_HIDDEN,
    branch_name,
    by_name,
    law_line,
    many,
    pick,
    result_sentence,
)  # fmt: skip
from workflow.law.model import Force
from workflow.ledger import CellProblem
from workflow.plain import harmless

MOST_CELLS = 20  # unreadable cells shown; the rest is counted
INDENT = "  "


def summary_lines(audit: Audit, language: str, width: int = 100) -> list[str]:
    """Return the audit as lines, tables at most ``width`` places wide; the last one is the result in one sentence."""
    parts = [_heading(audit, language), _rules(audit, language, width), _branches(audit, language, width)]
    parts += [_cells(audit, language), _notes(audit, language)]
    lines = [harmless(line) for part in parts if part for line in (*part, "")]
    return [*lines, result_sentence(audit, language)]


def _heading(audit: Audit, language: str) -> list[str]:
    title = audit.title.of(language)
    return [
        f"{title}  {audit.source}".rstrip(),
        *(INDENT + law_line(audit, period, language) for period in audit.periods),
    ]


def _rules(audit: Audit, language: str, width: int) -> list[str]:
    """Return a line a rule that was broken or left undecided, and how many were neither."""
    struck = [count for count in audit.counts if count.violated or count.undecidable]
    quiet = len(audit.counts) - len(struck)
    kept = pick(
        language,
        f"{'另有 ' if struck else ''}{quiet} 项规定逐人检查，没有发现问题。",
        f"{many(quiet, 'other rule' if struck else 'rule')} judged and kept by everybody.",
    )
    rest = [kept] if quiet and audit.people else []
    if not struck:
        return rest
    headers = pick(language, "步骤 代码 规定 适用 违反 无法判断", "step code rule judged broken undecided").split()
    rows = [
        (count.step, count.code, count.text.of(language), count.applied, count.violated, count.undecidable)
        for count in struck
    ]
    title = pick(language, "按规定（一处也没有的不列）", "By rule (those kept by everybody are left out)")
    return [title, *_indented(table_lines(headers, rows, width - len(INDENT), stretch=2)), *rest]


def _branches(audit: Audit, language: str, width: int) -> list[str]:
    if not audit.branches:
        return []
    found = Counter((finding.branch, finding.force) for finding in audit.findings)
    people = Counter(branch for branch, _ in {(finding.branch, finding.row) for finding in audit.findings})
    headers = pick(language, "党支部 人数 有问题 硬性 软性", "branch people concerned hard soft").split()
    rows = [
        (
            harmless(branch_name(branch, language)),
            audit.branches[branch],
            people[branch],
            found[branch, Force.HARD],
            found[branch, Force.SOFT],
        )
        for branch in sorted(audit.branches, key=by_name)
    ]
    title = pick(language, "按党支部（按名称排列，不是排名）", "By branch (in the order of names, no ranking)")
    return [title, *_indented(table_lines(headers, rows, width - len(INDENT), stretch=0))]


def _cells(audit: Audit, language: str) -> list[str]:
    """Return the first unreadable cells and how many more there are."""
    if not audit.problems:
        return []
    shown = audit.problems[:MOST_CELLS]
    more = len(audit.problems) - len(shown)
    rest = [INDENT + pick(language, f"…… 还有 {more} 个", f"… and {more} more")] if more else []
    title = pick(
        language,
        f"读不出的单元格 {len(audit.problems)} 个，与之有关的规定没有判断",
        f"{many(len(audit.problems), 'cell')} could not be read; what turns on them is not judged",
    )
    return [title, *(INDENT + cell_line(problem, language) for problem in shown), *rest]


def cell_line(problem: CellProblem, language: str) -> str:
    """Return one unreadable cell: where, what stands there, why it will not do."""
    place = f"{problem.sheet} {problem.letter}{problem.row} {problem.header}"
    return f"{place}{pick(language, f'“{problem.shown}”：', f' “{problem.shown}”: ')}{problem.reason.of(language)}"


def _notes(audit: Audit, language: str) -> list[str]:
    return list(_each_note(audit, language))


def _each_note(audit: Audit, language: str) -> Iterator[str]:
    if audit.estimated:
        yield ESTIMATED.of(language)
    if audit.names_hidden:
        yield NAMES_HIDDEN.of(language)
    if audit.not_kept:
        yield pick(
            language,
            f"有 {len(audit.not_kept)} 项规定这种台账不记载，无从检查；网页报告和 xlsx 列出。",
            f"{many(len(audit.not_kept), 'rule')} cannot be judged from this kind of ledger; the reports list them.",
        )


def _indented(lines: list[str]) -> list[str]:
    return [INDENT + line for line in lines]
