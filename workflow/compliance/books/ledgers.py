"""The workbooks of audited ledgers: one a branch, with the rows of that branch alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from workflow.compliance.audit import Audit, RuleCount
from workflow.compliance.books.shelf import FOUND_HERE, Figure, Shelf, figures, kind_of
from workflow.compliance.folder import FolderAudit
from workflow.compliance.names import unseen
from workflow.compliance.sheets import Table, columns
from workflow.compliance.words import branch_name, by_name, people_concerned, pick
from workflow.compliance.workbook import audit_tables, problem_table, rule_table
from workflow.engine.hiding import Counted, Shown
from workflow.errors import Text
from workflow.law.model import Force

LEDGER = Text("台账", "Ledger")
OWN_ROWS = Text("本支部在台账中的全部人员", "all people of the branch in the ledger")
ALL_ROWS = Text("台账中的全部人员", "all people of the ledger")
Key = TypeVar("Key")
Value = TypeVar("Value")


def add_ledger(shelf: Shelf, audit: Audit) -> None:
    """Write a workbook for each branch of a ledger; raises TooManyBooks, NotWritten."""
    for branch, own in of_branches(audit):
        people = people_concerned(own)
        counted = Counted(own.people, len(own.findings), people, people)
        shelf.add(branch_name(branch, shelf.language), audit.source, counted, _tables(own, branch, shelf.language))


def index_tables(audit: Audit, whole: Shown, language: str) -> Iterator[Table]:
    """Yield the sheets of the index of one ledger: its figures, its rules, and the cells that could not be read.

    ``whole``: the figures of all branches together as they are told; where they are hidden the rules are, too.
    """
    yield figures(language, [(LEDGER, audit.source, None, None), *_counted(audit, whole, ALL_ROWS)])
    if whole.findings is not None:
        yield rule_table(audit.counts, language)
    yield problem_table(audit, language)


def folder_index(audit: FolderAudit, whole: Shown, language: str) -> Iterator[Table]:
    """Yield the sheets of the index of a folder: its figures, its rules, and what came of each file.

    ``whole``: see ``index_tables``. Of a file no number of people or findings stands there: a file is often a branch.
    """
    shut = sum(one.why is not None for one in audit.files)
    rows: list[Figure] = [
        (Text("文件夹", "Folder"), audit.folder, None, None),
        (Text("检查截止日", "As of"), audit.as_of.isoformat(), None, None),
        (Text("没有检查的文件", "Files that were not judged"), shut, len(audit.files), Text("全部文件", "all files")),
        (Text("人数", "People"), whole.cases, None, None),
        (Text("问题", "Findings"), whole.findings, None, None),
    ]
    yield figures(language, rows)
    if whole.findings is not None:
        counts = (audit.counts[key] for key in sorted(audit.counts, key=lambda key: (key[1], key[0])))
        yield rule_table(counts, language)
    head = columns(
        language, ("文件", "File", 44), ("读不出的单元格", "Unreadable cells", 9),
        ("没有检查的原因", "Why it was not judged", 60),
    )  # fmt: skip
    files = ((one.name, one.unread, one.why.of(language) if one.why else None) for one in audit.files)
    yield Table(pick(language, "按文件", "By file"), head, files, frozen=1)


def of_branches(audit: Audit) -> Iterator[tuple[str, Audit]]:
    """Yield each branch, in the order of names, with what the audit of the ledger says of its rows.

    Cells that could not be read and stand in no row of anybody, as those of the roster, concern every branch: each is
    told where they stand and not what stands there, which may be of another.
    """
    findings = _grouped((one.branch, one) for one in audit.findings)
    undecidable = _grouped((one.branch, one) for one in audit.undecidable)
    problems = _grouped(zip(audit.whose, audit.problems, strict=True))
    everybody = tuple(map(unseen, problems.get(None, ())))
    for branch in sorted(audit.branches, key=by_name):
        own = replace(
            audit,
            people=audit.branches[branch],
            branches={branch: audit.branches[branch]},
            findings=tuple(findings.get(branch, ())),
            undecidable=tuple(undecidable.get(branch, ())),
            problems=(*problems.get(branch, ()), *everybody),
        )
        yield branch, replace(own, counts=tuple(_counts(own, branch)))


def _counts(own: Audit, branch: str) -> Iterator[RuleCount]:
    """Yield the rules that were judged for somebody of a branch, or could not be, with its own numbers."""
    applied = own.of_branches.get(branch, {})
    broken = Counter((one.code, one.step) for one in own.findings)
    undecided = Counter((one.code, one.step) for one in own.undecidable)
    for one in own.counts:
        key = (one.code, one.step)
        if applied.get(key) or undecided[key]:
            yield replace(one, applied=applied.get(key, 0), violated=broken[key], undecidable=undecided[key])


def _tables(own: Audit, branch: str, language: str) -> Iterator[Table]:
    head: list[Figure] = [
        (Text("党支部", "Branch"), branch_name(branch, language), None, None),
        (LEDGER, own.source, None, None),
    ]
    yield figures(language, [*head, *_counted(own, _all_of(own), OWN_ROWS)])
    yield from audit_tables(own, language)


def _all_of(own: Audit) -> Shown:
    """Return the figures of a branch for itself, from which nothing is hidden."""
    people = people_concerned(own)
    return Shown(own.people, len(own.findings), people, people, 0)


def _counted(audit: Audit, told: Shown, everybody: Text) -> Iterator[Figure]:
    found = told.findings
    yield Text("检查截止日", "As of"), audit.as_of.isoformat(), None, None
    yield Text("人数", "People"), told.cases, None, None
    yield Text("有问题的人", "People with findings"), told.people, told.cases, everybody
    yield Text("问题", "Findings"), found, None, None
    yield kind_of(Force.HARD), None if found is None else audit.hard, found, FOUND_HERE
    yield kind_of(Force.SOFT), None if found is None else found - audit.hard, found, FOUND_HERE
    yield Text("无法判断", "Undecided"), len(audit.undecidable), None, None
    yield Text("读不出的单元格", "Unreadable cells"), len(audit.problems), None, None


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
