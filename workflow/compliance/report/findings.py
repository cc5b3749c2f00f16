"""The findings: by branch, then by person, each with its evidence, its article and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from workflow.compliance.audit import Audit
from workflow.compliance.finding import Finding
from workflow.compliance.report.markup import Html, body, cell, dated, element, group_row, row, table
from workflow.compliance.report.opening import in_chinese
from workflow.compliance.report.tables import force_mark, headers, person, section
from workflow.compliance.words import FORCE_NOTE, branch_name, by_name, many, pick, step_label, step_names
from workflow.errors import Text

COLUMNS = (
    ("程度和代码", "Force and code"), ("步骤和规定要求", "Step and what it demands"), ("证据", "Evidence"),
    ("依据", "Basis"), ("整改建议", "What to do"),
)  # fmt: skip


def by_person(audit: Audit, language: str) -> Html:
    """Return every finding; a ledger without any is told what that means."""
    title = pick(language, "发现的问题", "Findings")
    if not audit.findings:
        return section("findings", title, element("p", pick(language, "没有发现问题。", "Nothing was found.")))
    note = FORCE_NOTE.of(language) + pick(
        language, "行号是台账在 Excel 中的行号。", " Rows are numbered as Excel shows them."
    )
    branches = sorted(audit.findings, key=lambda finding: (by_name(finding.branch), finding.order))
    shown = (
        _branch(branch, list(found), audit, language)
        for branch, found in groupby(branches, key=lambda finding: finding.branch)
    )
    return section("findings", title, element("p", note), *shown, *_without(audit, language))


def _branch(branch: str, found: list[Finding], audit: Audit, language: str) -> Html:
    names = step_names(audit)
    columns = headers(language, *COLUMNS)
    rows = [list(of_row) for _, of_row in groupby(found, key=lambda finding: finding.row)]
    name = in_chinese(branch_name(branch, language), language)
    caption = pick(
        language,
        f"{audit.branches[branch]} 人中 {len(rows)} 人有问题，共 {len(found)} 条",
        f"{many(len(found), 'finding')} on {len(rows)} of {many(audit.branches[branch], 'person', 'people')}",
    )
    bodies = (_person(of_row, names, language) for of_row in rows)
    return element("section", element("h3", name), table("findings", caption, columns, *bodies), class_="branch")


def _person(found: list[Finding], names: dict[int, Text], language: str) -> Html:
    first = found[0]
    number = pick(language, f"{len(found)} 条", many(len(found), "finding"))
    who = element("span", person(first.person, first.row, language), class_="who")
    return body(
        group_row(len(COLUMNS), who, pick(language, "　", " · "), number),
        *(_finding(finding, names, language) for finding in found),
    )


def _finding(finding: Finding, names: dict[int, Text], language: str) -> Html:
    remedy = (
        finding.remedy.of(language) if finding.remedy else pick(language, "核对台账和档案", "check ledger and files")
    )
    step = element("span", step_label(finding.step, names, language), class_="step")
    return row(
        cell(force_mark(finding.force, language), " ", element("code", finding.code)),
        cell(step, " ", finding.what.of(language)),
        cell(*parts(finding.evidence.of(language), pick(language, "；", "; ")), class_="evidence"),
        cell(*articles(finding.basis.of(language), pick(language, "、", ", ")), class_="basis"),
        cell(remedy),
    )


def parts(text: str, mark: str) -> Iterator[Html | str]:
    """Yield the cells of a list in words, so that lines break between them."""
    *firsts, last = text.split(mark)
    space = " " if mark.endswith(" ") else ""  # Chinese marks bring their own
    for part in firsts:
        yield element("span", dated(part + mark.strip()))
        yield space
    yield element("span", dated(last))


def articles(text: str, mark: str) -> Iterator[Html | str]:
    """Yield a citation, so that lines break between articles, and within the title of the law where they must."""
    first, *others = text.split(mark)
    yield first
    for other in others:
        yield mark
        yield element("span", other)


def _without(audit: Audit, language: str) -> Iterable[Html]:
    """Yield one line on the branches in which nothing was found."""
    clean = sorted(set(audit.branches) - {finding.branch for finding in audit.findings}, key=by_name)
    if clean:
        listed = in_chinese("、".join(branch_name(branch, language) for branch in clean), language)
        yield element("h3", pick(language, "没有发现问题的党支部", "Branches without findings"))
        yield element("p", listed)
