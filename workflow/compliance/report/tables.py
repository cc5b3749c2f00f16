"""The tables of the report: by rule, by branch, what could not be read, what could not be decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from workflow.compliance.audit import Audit, RuleCount
from workflow.compliance.report.markup import (
    Html,
    body,
    cell,
    element,
    group_row,
    head_cell,
    joined,
    row,
    table,
)  # fmt: skip
from workflow.compliance.report.opening import in_chinese
from workflow.compliance.words import FORCES, MARKS, branch_name, by_name, pick, step_label, step_names
from workflow.errors import Text
from workflow.law.model import Force

BAR = 100  # units of the drawing for the whole
NOTHING = Html("")


def section(name: str, title: str, *content: Html) -> Html:
    """Return a section with its heading."""
    return element(
        "section", element("h2", title, id=f"{name}-title"), *content, id=name, aria_labelledby=f"{name}-title"
    )


def headers(language: str, *pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return the headers of a table in one language."""
    return tuple(pick(language, zh, en) for zh, en in pairs)


def person(name: str, number: int, language: str) -> Html:
    """Return who a row is about: its number in the ledger and, where names are shown, the name."""
    where = pick(language, f"第 {number} 行", f"Row {number}")
    return joined([where, " ", in_chinese(name, language)] if name else [where])


def by_rule(audit: Audit, language: str) -> Html:
    """Return every rule that was judged, by step: how often it applied, was broken, could not be decided."""
    caption = pick(
        language,
        "“适用”是这条规定适用并且作出判断的人数，“比例”是其中违反的份额；有违反的行以粗线和粗体标出。依据栏写现行条文，"
        "各条问题写办理当日的条文。",
        "“Judged” counts the people to whom the rule applied and could be judged, “rate” the share that broke it; rows "
        "with a breach have a thick line and bold figures. The articles are those in force now, at each finding those "
        "of the day.",
    )
    return rules(audit.counts, step_names(audit), caption, language)


def rules(counts: Sequence[RuleCount], names: dict[int, Text], caption: str, language: str) -> Html:
    """Return rules by step, in the order in which they are given."""
    columns = headers(
        language, ("代码", "Code"), ("规定要求", "What it demands"), ("依据", "Basis"), ("适用", "Judged"),
        ("违反", "Broken"), ("比例", "Rate"), ("无法判断", "Undecided"),
    )  # fmt: skip
    bodies = (
        body(group_row(len(columns), step_label(step, names, language)), *(_rule(count, language) for count in of_step))
        for step, of_step in groupby(counts, key=lambda count: count.step)
    )
    shown = table("rules", caption, columns, *bodies) if counts else nobody(language)
    return section("rules", pick(language, "按规定统计", "By rule"), shown)


def _rule(count: RuleCount, language: str) -> Html:
    return row(
        head_cell(element("code", count.code)),
        cell(count.text.of(language)),
        cell(count.basis.of(language), class_="basis"),
        cell(count.applied, class_="number"),
        cell(count.violated, class_="number"),
        cell(*rate(count.violated, count.applied), class_="rate"),
        cell(count.undecidable, class_="number"),
        class_="broken" if count.violated else None,
    )


def rate(part: int, base: int) -> tuple[Html | str, ...]:
    """Return a share in figures and as a bar."""
    if not base:
        return ("–",)
    share = BAR * part / base
    bar = element(
        "svg",
        element("rect", class_="all", width=BAR, height=8),
        element("rect", class_="part", width=f"{share:.1f}", height=8),
        class_="bar", viewBox=f"0 0 {BAR} 8", width=BAR, height=8, aria_hidden="true", focusable="false",
    )  # fmt: skip
    return (bar, " ", element("span", f"{share:.1f}%"))


def by_branch(audit: Audit, language: str) -> Html:
    """Return the figures of each branch, by name, with the total."""
    columns = headers(
        language, ("党支部", "Branch"), ("人数", "People"), ("有问题的人", "People concerned"), ("问题", "Findings"),
        (f"{MARKS[Force.HARD]} 硬性", f"{MARKS[Force.HARD]} hard"),
        (f"{MARKS[Force.SOFT]} 软性", f"{MARKS[Force.SOFT]} soft"), ("无法判断", "Undecided"),
    )  # fmt: skip
    found = Counter((finding.branch, finding.force) for finding in audit.findings)
    people = Counter(branch for branch, _ in {(finding.branch, finding.row) for finding in audit.findings})
    undecided = Counter(point.branch for point in audit.undecidable)
    figures = {
        branch: (
            audit.branches[branch],
            people[branch],
            found[branch, Force.HARD] + found[branch, Force.SOFT],
            found[branch, Force.HARD],
            found[branch, Force.SOFT],
            undecided[branch],
        )
        for branch in sorted(audit.branches, key=by_name)
    }
    rows = [_figures(in_chinese(branch_name(branch, language), language), figures[branch]) for branch in figures]
    total = _figures(pick(language, "合计", "Total"), tuple(map(sum, zip(*figures.values(), strict=True))), "total")
    caption = pick(
        language,
        "按党支部名称排列。人数和所处阶段不同，条数多少不说明工作好坏，不作排名之用。",
        "In the order of names. Branches differ in people and stages: figures say nothing of merit and rank nobody.",
    )
    shown = table("branches", caption, columns, body(*rows), body(total)) if figures else nobody(language)
    return section("branches", pick(language, "按党支部统计", "By branch"), shown)


def _figures(name: Html | str, figures: tuple[int, ...], class_: str | None = None) -> Html:
    return row(head_cell(name), *(cell(figure, class_="number") for figure in figures), class_=class_)


def nobody(language: str) -> Html:
    """Return that there is nothing to count."""
    return element("p", pick(language, "没有可以统计的内容。", "There is nothing to count."))


def unreadable(audit: Audit, language: str) -> Html:
    """Return every cell that could not be read, with what to write instead; nothing when all could be."""
    if not audit.problems:
        return NOTHING
    columns = headers(
        language, ("单元格", "Cell"), ("列名", "Header"), ("单元格内容", "What stands there"), ("为什么读不出", "Why"),
    )  # fmt: skip
    bodies = (
        body(
            group_row(len(columns), pick(language, "工作表：", "Sheet: "), in_chinese(sheet, language)),
            *(
                row(
                    head_cell(f"{problem.letter}{problem.row}"),
                    cell(in_chinese(problem.header, language)),
                    cell(in_chinese(problem.shown, language)),
                    cell(problem.reason.of(language)),
                )
                for problem in problems
            ),
        )
        for sheet, problems in groupby(audit.problems, key=lambda problem: problem.sheet)
    )
    caption = pick(
        language,
        "读不出的内容一概不猜。请按右栏改写台账后再查一次。",
        "What cannot be read is never guessed. Rewrite the cells as the last column says and run the audit again.",
    )
    return section(
        "cells", pick(language, "读不出的单元格", "Unreadable cells"), table("cells", caption, columns, *bodies)
    )


def undecided(audit: Audit, language: str) -> Html:
    """Return which rules could not be decided for whom, and the cells on which they turn; nothing when all were."""
    if not audit.undecidable:
        return NOTHING
    columns = headers(
        language, ("谁", "Who"), ("党支部", "Branch"), ("步骤", "Step"), ("代码", "Code"), ("取决于", "Turns on"),
    )  # fmt: skip
    names = step_names(audit)
    roster = pick(language, "党员名册", "the roster")
    rows = (
        row(
            head_cell(person(point.person, point.row, language)),
            cell(in_chinese(branch_name(point.branch, language), language)),
            cell(step_label(point.step, names, language)),
            cell(element("code", point.code)),
            cell(in_chinese("、".join(point.missing), language) if point.missing else roster),
        )
        for point in dict.fromkeys(audit.undecidable)
    )
    caption = pick(
        language,
        "这些规定因单元格读不出而没有判断，既不算违反也不算符合。",
        "These turn on cells that could not be read: neither kept nor broken.",
    )
    return section(
        "undecided", pick(language, "无法判断的规定", "Undecided"), table("undecided", caption, columns, body(*rows))
    )


def force_mark(force: Force, language: str) -> Html:
    """Return how grave a finding is: a shape, a word and a colour."""
    return element("span", f"{MARKS[force]} {FORCES[force].of(language)}", class_=f"force {force.value}")
