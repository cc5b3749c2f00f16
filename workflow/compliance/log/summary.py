"""What the audit of a log says on a terminal: rules with their populations, rows with their places, the result last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflow.compliance.columns import table_lines
from workflow.compliance.log.audit import LogAudit
from workflow.compliance.log.findings import bad_rows
from workflow.compliance.rates import RuleRate
from workflow.compliance.words import many, pick
from workflow.errors import Text
from workflow.plain import harmless

MOST = 20  # bad rows that are shown
INDENT = "  "
WHY: Mapping[str, Text] = {
    "case": Text("没有案件编号，整行未用", "no case: the row is not used"),
    "no_step": Text("没有步骤，整行未用", "no step: the row is not used"),
    "step": Text("程序中没有这个步骤，整行未用", "a step that the procedure does not know: the row is not used"),
    "day": Text("日期读不出，与之有关的规定不判断", "a day that cannot be read: what turns on it is not judged"),
    "outcome": Text("没有这个结果，与之有关的规定不判断", "no such outcome: what turns on it is not judged"),
    "cell": Text("内容读不出，与之有关的规定不判断", "cannot be read: what turns on it is not judged"),
    "differ": Text(
        "同一案件的各行写法不一，这一项按读不出处理",
        "rows of one case say different things: it counts as one that cannot be read",
    ),
    "quote": Text("引号多余或者没有成对，整行未用", "a quote too many or without its pair: the row is not used"),
    "row": Text("列数与表头不一致，整行未用", "not as many cells as the header: the row is not used"),
}


def log_lines(audit: LogAudit, language: str, width: int = 100) -> list[str]:
    """Return the audit as lines; the last one is the result in one sentence."""
    parts = (_heading(audit, language), rule_lines(audit.rates, language, width), _bad(audit, language))
    lines = [harmless(line) for part in parts for line in (*part, "")]
    return [*lines, *_left_out(audit, language), harmless(_result(audit, language))]


def _heading(audit: LogAudit, language: str) -> list[str]:
    title = audit.procedure.title.of(language)
    return [f"{title}（{audit.procedure.edition}）  {audit.source}" if language == "zh"
            else f"{title} ({audit.procedure.edition})  {audit.source}"]  # fmt: skip


def rule_lines(found: Sequence[RuleRate], language: str, width: int) -> list[str]:
    """Return each rule with its population and its rate."""
    headers = pick(
        language, "规则 规定 适用 已定 违反 比例 案件", "rule demand applied decided broken rate cases"
    ).split()
    rows = [
        (one.rule, one.text.of(language), one.applied, one.decided, one.broken, _percent(one.rate), one.cases)
        for one in found
    ]
    title = pick(
        language,
        "按规则（比例＝违反÷已定；期限未到和无法判断的不在其中）",
        "By rule (rate = broken of decided: neither still running nor undecidable)",
    )
    return [title, *(INDENT + line for line in table_lines(headers, rows, width - len(INDENT), stretch=1))]


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


def bad_note(audit: LogAudit) -> tuple[Text, ...]:
    """Return what a report says of rows in which something is wrong; nothing where there are none."""
    total = sum(audit.bad.values())
    zh = f"◇ 检查不完整：日志有问题的行 {total:,} 处，有关内容没有使用或者没有判断。"
    en = f"◇ Incomplete: {many(total, 'place')} of the log could not be taken as it stands: not used, or not judged."
    return (Text(zh, en),) if total else ()


def _bad(audit: LogAudit, language: str) -> Iterator[str]:
    total = sum(audit.bad.values())
    if not total:
        return
    yield pick(language, f"有问题的行 {total:,} 处", f"{many(total, 'place')} that could not be taken as it stands")
    for file, line, column, why, shown in bad_rows(audit, MOST):
        said = f"“{shown}”" if shown is not None and why != "row" else ""
        place = pick(
            language, f"{file} 第 {line} 行 {column}{said}", f"{file}, line {line}, {column} {said}".rstrip(" ,")
        )
        yield f"{INDENT}{place}{pick(language, '：', ': ')}{WHY[why].of(language)}"
    if total > MOST:
        yield INDENT + pick(language, f"…… 还有 {total - MOST:,} 处", f"… and {total - MOST:,} more")


def _left_out(audit: LogAudit, language: str) -> Iterator[str]:
    count = audit.count
    if count.left_out:
        yield pick(
            language, f"按 only 略去 {count.left_out:,} 行", f"left out by `only`: {many(count.left_out, 'row')}"
        )
    if count.other_steps:
        yield pick(
            language,
            f"其他步骤 {count.other_steps:,} 行，未用",
            f"of other steps, and not used: {many(count.other_steps, 'row')}",
        )
    if count.later:
        yield pick(
            language,
            f"{audit.as_of} 以后 {count.later:,} 行，未用",
            f"later than {audit.as_of}, and not used: {many(count.later, 'row')}",
        )


def _result(audit: LogAudit, language: str) -> str:
    run = audit.run
    undecidable = run.undecidable
    zh = (
        f"截至 {audit.as_of}（{audit.zone}）：{run.cases:,} 件，问题 {run.breaches:,} 条，无法判断 {undecidable:,} 项。"
    )
    en = (
        f"As of {audit.as_of} ({audit.zone}): {many(run.cases, 'case')}, {many(run.breaches, 'finding')}, "
        f"{many(undecidable, 'point')} could not be decided."
    )
    return zh if language == "zh" else en
