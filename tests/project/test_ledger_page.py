"""docs/ledger.md says what the product does: its lists are those of the definitions, its examples are run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from workflow.calendar import read_calendar
from workflow.case.values import Value
from workflow.compliance.audit import Audit, LedgerAudit
from workflow.law.kinds import Outcome
from workflow.law.loader import definitions_root
from workflow.law.timeline import load_law
from workflow.ledger import load_form, read_ledger
from workflow.ledger.cells import (
    Raw,
    UnreadableCell,
    read_ballot,
    read_count,
    read_day,
    read_days,
    read_hours,
    read_name,
)
from workflow.ledger.form import CellKind, FormColumn
from workflow.rules.formula import columns_of
from workflow.rules.rulebook import Judged, Rulebook

TEXT = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
ROOT = definitions_root()
LAW = load_law(ROOT)
BOOK = Rulebook(LAW, LAW.timeline())
CALENDAR = read_calendar((ROOT / "calendar" / "cn.yaml").read_text("utf-8"), "cn.yaml")
FORM = load_form((ROOT / "forms" / "branch-ledger.yaml").read_text("utf-8"), "branch-ledger.yaml")
assert FORM.roster is not None
ROSTER_COLUMNS = FORM.roster.columns
HEADERS = {column.column: column.header for column in FORM.columns}
READERS: Mapping[str, Callable[[Raw], Value]] = {
    "day": read_day,
    "days": read_days,
    "count": read_count,
    "hours": read_hours,
    "name": read_name,
    "ballot": read_ballot,
}
BRANCH = "第一党支部"
AUDIT_CODE = re.compile(r"V[0-9]")

Row = tuple[str, ...]
Example = tuple[str, str, str]


# --- reading the page ----------------------------------------------------------------------------------------


def tables(text: str, *head: str) -> list[list[Row]]:
    """Return the rows of every table with this head."""
    line = "| " + " | ".join(head) + " |\n"
    return [rows_of(part) for part in text.split(line)[1:]]


def rows_of(text: str) -> list[Row]:
    """Return the rows below a head, up to the first line that is none of the table."""
    lines = text.splitlines()[1:]
    end = next((at for at, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [tuple(cell.strip(" ") for cell in line[1:-1].split("|")) for line in lines[:end]]


def only(text: str, *head: str) -> list[Row]:
    """Return the rows of the one table with this head."""
    (rows,) = tables(text, *head)
    return rows


def names(text: str) -> list[str]:
    """Return the parts of a list with commas."""
    return text.split(", ")


CODES = {code: (steps, forces) for code, steps, _, forces in only(TEXT, "code", "step", "found when", "force")}
OUT_OF_REACH = [row[0] for row in only(TEXT, "code", "about", "the ledger has no")]
EXAMPLES: list[Example] = [
    (cells, as_of, said) for rows in tables(TEXT, "cells", "as of", "audit") for cells, as_of, said in rows
]
CELLS = only(TEXT, "type", "written", "read as")
ROSTER = only(TEXT, *(column.header for column in ROSTER_COLUMNS))


# --- lists on the page and in the definitions ----------------------------------------------------------------


def kept(judged: Judged) -> bool:
    """Tell whether the form has a column, or a stated blank, for everything on which the rule turns."""
    return {inner for name in judged.reads for inner in recorded(name)} <= HEADERS.keys() | FORM.blank


def recorded(name: str) -> Iterator[str]:
    """Yield the recorded columns behind a column; whether a step was reached never turns on one that is absent."""
    builder = BOOK.builder
    facts = {fact.name: fact.reads for fact in builder.facts}
    if name in builder.template:
        yield name
    elif not name.startswith("reached."):
        for part in facts.get(name) or columns_of(builder.formulas[name]):
            yield from recorded(part)


def codes_of(rules: Iterable[Judged]) -> dict[str, tuple[set[int], set[str]]]:
    """Return every audit code of the law with its steps and forces."""
    found: dict[str, tuple[set[int], set[str]]] = defaultdict(lambda: (set(), set()))
    for judged in rules:
        rule = judged.rule.definition
        breaches: set[Outcome] = {outcome for outcome, _ in judged.clause.broken}
        for outcome in breaches:
            if code := rule.code(outcome):
                found[code][0].add(BOOK.builder.numbers.get(judged.step, 0))
                found[code][1].add(str(rule.force_of(outcome)))
    return {code: value for code, value in found.items() if AUDIT_CODE.match(code)}


def disagreements(page: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    """Return where the page's codes are not those that the definitions can give from a ledger."""
    law = codes_of(filter(kept, BOOK.judged))
    said = {code: ({int(step) for step in names(steps)}, set(names(force))) for code, (steps, force) in page.items()}
    return {
        code: (said.get(code), law.get(code)) for code in said.keys() | law.keys() if said.get(code) != law.get(code)
    }


def test_the_codes_are_those_of_the_definitions_with_their_steps_and_forces():
    assert disagreements(CODES) == {}
    assert f"There are {len(CODES)}." in TEXT


@pytest.mark.parametrize(
    ("code", "line"), [("V46", ("2, 3, 8, 13, 15, 17", "hard")), ("V18", ("15", "hard")), ("V99", ("1", "hard"))]
)
def test_a_fault_planted_in_the_table_of_codes_is_found(code, line):
    assert list(disagreements({**CODES, code: line})) == [code]


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_left_out_is_found(code):
    assert list(disagreements({name: line for name, line in CODES.items() if name != code})) == [code]


def test_the_codes_out_of_reach_are_the_rest_of_the_law():
    beyond = codes_of(judged for judged in BOOK.judged if not kept(judged)).keys() - CODES.keys()
    assert sorted(beyond) == OUT_OF_REACH


def described(columns: Iterable[FormColumn]) -> dict[str, set[str]]:
    """Return headers by type, a choice with its words, as the page writes them."""
    found: dict[str, set[str]] = defaultdict(set)
    for column in columns:
        words = f" ({', '.join(column.values)})" if column.kind is CellKind.CHOICE else ""
        found[str(column.kind)].add(column.header + words)
    return found


def test_the_headers_are_those_of_the_form():
    ledger, roster = tables(TEXT, "type", "headers")
    for rows, columns in ((ledger, FORM.columns), (roster, ROSTER_COLUMNS)):
        assert {kind: set(re.split(r", (?![^(]*\))", listed)) for kind, listed in rows} == described(columns)


def test_what_the_page_says_is_never_taken_in_is_not_in_the_form():
    found = re.search(r"never taken in: ([^.]*), and columns", TEXT)
    assert found is not None
    known = {*HEADERS.values(), FORM.number, FORM.person}
    assert not known & set(names(found[1]))
    assert len(names(found[1])) + len(known) == 64  # as many columns as the ledger conventions list


def test_what_is_taken_as_not_given_is_what_the_form_says():
    rows = only(TEXT, "column of a case", "taken as not given, hence")
    assert {name for columns, _ in rows for name in names(columns)} == FORM.blank


def test_the_columns_that_reach_a_step_are_those_of_the_definitions():
    reaching = {
        BOOK.builder.numbers[step]: [HEADERS[name] for name in days if name in HEADERS]
        for step, days in BOOK.builder.days
    }
    page = {int(step): sorted(names(columns)) for step, columns in only(TEXT, "step", "columns")}
    assert page == {step: sorted(columns) for step, columns in reaching.items() if columns}


def test_the_readings_of_conventions_are_numbered_one_to_eleven():
    assert re.findall(r"^### (\d+)\. ", TEXT, re.MULTILINE) == [str(number) for number in range(1, 12)]


def test_every_link_within_the_page_leads_to_a_heading():
    headings = {
        re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


# --- examples ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "written", "read"), CELLS)
def test_a_cell_is_read_as_the_page_says(kind, written, read):
    try:
        value = READERS[kind](written.strip("`"))
    except UnreadableCell:
        said = "unreadable"
    else:
        days = value if isinstance(value, tuple) else (value,)
        said = "blank" if value is None else " + ".join(map(str, days))
    assert said == read


def workbook(path: Path, rows: Sequence[str], headers: Sequence[str], roster: Sequence[Row] | None) -> Path:
    """Write a ledger whose rows are the ``cells`` of examples, typed as they stand on the page."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = FORM.sheet
    sheet.append([FORM.number, FORM.person, *headers])
    for number, row in enumerate(rows, start=1):
        cells = {"所在党支部": BRANCH} | dict(cell.split(" = ") for cell in row.split("; "))
        assert cells.keys() <= set(HEADERS.values()), row
        sheet.append([number, f"示例{number}", *(cells.get(header) for header in headers)])
    if roster is not None:
        members = book.create_sheet("党员名册")
        for line in ([column.header for column in ROSTER_COLUMNS], *roster):
            members.append(list(line))
    book.save(path)
    return path


def audit_of(
    path: Path,
    rows: Sequence[str],
    as_of: str,
    *,
    without: Sequence[str] = (),
    roster: Sequence[Row] | None = tuple(ROSTER),
) -> Audit:
    """Audit examples as rows of one workbook; ``without``: headers that it lacks; no ``roster``: no such sheet."""
    headers = [header for header in HEADERS.values() if header not in without]
    ledger = read_ledger(workbook(path, rows, headers, roster), FORM)
    return LedgerAudit(ledger, BOOK, CALENDAR, date.fromisoformat(as_of)).run(path.name)


def sayings(audit: Audit, row: int) -> set[str]:
    """Return what an audit says of a row in the words of the page, what it does not say left out."""
    found = {finding.code for finding in audit.findings if finding.row == row}
    return found | {f"undecided {missing.code}" for missing in audit.undecidable if missing.row == row}


def wrong(said: str, found: set[str]) -> list[str]:
    """Return the parts of ``said`` that an audit does not bear out."""
    return [part for part in names(said) if (part.removeprefix("no ") in found) is part.startswith("no ")]


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Mapping[Example, set[str]]:
    """Return what is said of each example of the page."""
    found: dict[Example, set[str]] = {}
    for as_of in {example[1] for example in EXAMPLES}:
        of_day = [example for example in EXAMPLES if example[1] == as_of]
        audit = audit_of(tmp_path_factory.mktemp("page") / "ledger.xlsx", [cells for cells, *_ in of_day], as_of)
        found |= {example: sayings(audit, row) for row, example in enumerate(of_day, start=2)}
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=" | ".join)
def test_the_audit_says_what_the_example_says(example: Example, audited: Mapping[Example, set[str]]) -> None:
    assert all(part.split()[-1] in CODES for part in names(example[2]))
    assert wrong(example[2], audited[example]) == []


def test_an_example_that_says_the_opposite_is_found(audited: Mapping[Example, set[str]]) -> None:
    for example, found in audited.items():
        for part in names(example[2]):
            opposite = part.removeprefix("no ") if part.startswith("no ") else f"no {part}"
            assert wrong(opposite, found) == [opposite]


def test_all_eleven_conventions_and_the_readings_have_examples():
    parts = re.split(r"^##+ (?=\d+\. |Readings|Codes)", TEXT, flags=re.MULTILINE)
    assert [bool(tables(part, "cells", "as of", "audit")) for part in parts[1:]] == [True] * 12 + [False]


# --- readings that concern whole sheets and columns ----------------------------------------------------------

HELPERS = "确定积极分子时间 = 2025-01-10; 列为发展对象时间 = 2026-05-12; 培养联系人1 = 陈明远; 入党介绍人1 = 陈明远"
STANDING = {"V07-member", "V13-member", "V13-standing", "V13-penalty"}


def test_without_the_roster_standing_is_not_judged_and_its_rules_are_named(tmp_path):
    audit = audit_of(tmp_path / "ledger.xlsx", [HELPERS, HELPERS], "2026-11-21", roster=None)
    said = sayings(audit, 2)
    assert not {*STANDING, *(f"undecided {code}" for code in STANDING)} & said
    rules = {judged.rule.definition.text for judged in BOOK.judged if judged.rule.codes & STANDING and kept(judged)}
    named = [text.en for text in audit.not_kept]
    assert [named.count(text.en) for text in rules] == [1] * len(STANDING)


def test_on_an_empty_roster_nobody_is_a_member(tmp_path):
    assert {"V07-member", "V13-member"} <= sayings(
        audit_of(tmp_path / "ledger.xlsx", [HELPERS], "2026-11-21", roster=()), 2
    )


def test_rules_of_a_missing_column_are_not_kept_in_this_ledger(tmp_path):
    row = "公示开始 = 2026-05-11; 列为发展对象时间 = 2026-05-16"
    whole = audit_of(tmp_path / "whole.xlsx", [row], "2026-11-21")
    lacking = audit_of(tmp_path / "lacking.xlsx", [row, row], "2026-11-21", without=["公示结束"])
    told = [text.en for text in lacking.not_kept if "five working days" in text.en]
    assert "V11-notice" in sayings(whole, 2)
    assert not {"V11-notice", "undecided V11-notice"} & sayings(lacking, 2)
    assert len(told) == 1  # once, not for each of the two people


def test_a_missing_column_reaches_nothing(tmp_path):
    audit = audit_of(tmp_path / "ledger.xlsx", ["入党申请时间 = 2026-11-10"], "2026-11-21", without=["归档时间"])
    assert sayings(audit, 2) == set()
