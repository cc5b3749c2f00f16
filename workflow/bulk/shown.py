"""What is asked of the cases, as an auditor may read it: the statement of a rule with its words and its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workflow.bulk.dialects import Dialect
from workflow.bulk.emitter import Emitter
from workflow.bulk.layout import CASE, BulkClause, Layout
from workflow.bulk.statement import STATES, VIOLATED, rows_of, verdict
from workflow.errors import Text
from workflow.law.words import OUTCOMES
from workflow.rules.explain import basis_text
from workflow.rules.verdict import VerdictState

TABLE = "cases"
WORDS = {
    VerdictState.NOT_APPLICABLE: Text("不适用", "not applicable"),
    VerdictState.SATISFIED: Text("符合", "kept"),
    VerdictState.PENDING: Text("期限未到", "still running"),
    VerdictState.UNDECIDABLE: Text("无法判断", "undecidable"),
}
DAYS = Text(
    "日期写成整数：（年×12＋月）×32＋日，加一个月即加32；名称带 #end 的，月末一天记作31日",
    "days are whole numbers, (year * 12 + month) * 32 + day: a month is 32; #end: the last day of a month as its 31st",
)  # fmt: skip


def statements(
    layout: Layout, rule: str, as_of: date, dialect: Dialect, language: str, *, careful: bool = False
) -> str:
    """Return the statements of all clauses of a rule, each with what it asks in words; empty: there is no such rule.

    ``careful``: of the rows in which something cannot be read.
    """
    own = [clause for clause in layout.clauses if clause.judged.rule.id == rule]
    return "\n".join("\n".join(_lines(clause, as_of, dialect, language, careful=careful)) + "\n" for clause in own)


def _lines(clause: BulkClause, as_of: date, dialect: Dialect, language: str, *, careful: bool) -> Iterator[str]:
    for period, wording in clause.judged.rule.wordings:
        yield f"-- {clause.judged.rule.id}: {wording.text.of(language)} ({basis_text(period, wording).of(language)})"
    yield f"-- {_days(clause, as_of, language)}"
    yield f"-- {DAYS.of(language)}"
    yield f"-- {_numbers(clause, language)}"
    text = verdict(clause, Emitter(as_of, dialect, careful=careful))
    for word in ("WHEN", "ELSE"):
        text = text.replace(f" {word} ", f"\n    {word} ")
    yield f"SELECT {dialect.quoted(CASE)},"
    yield f"  {text.removesuffix(' END')}"
    yield "  END AS verdict"
    yield f"FROM {TABLE}"
    yield f"WHERE {rows_of(dialect, careful=careful)};"


def _days(clause: BulkClause, as_of: date, language: str) -> str:
    rule, chinese = clause.judged.rule, language == "zh"
    parts = [f"截至 {as_of}" if chinese else f"as of {as_of}"]
    if rule.since:
        parts.append(f"自 {rule.since} 起" if chinese else f"law from {rule.since}")
    if rule.until:
        parts.append(f"至 {rule.until} 前" if chinese else f"law until before {rule.until}")
    return ("，" if chinese else ", ").join(parts)


def _numbers(clause: BulkClause, language: str) -> str:
    named = [f"{number} {WORDS[state].of(language)}" for number, state in STATES.items()]
    chinese = language == "zh"
    broken = "违反" if chinese else "broken"
    colon = "：" if chinese else ": "
    for number, (outcome, _) in enumerate(clause.judged.clause.broken, VIOLATED):
        named.append(f"{number} {broken}{colon}{getattr(OUTCOMES[outcome], language)}")
    return ("；" if chinese else "; ").join(named)
