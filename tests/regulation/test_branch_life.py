"""The duties of branch life, from their articles: every rule kept once and broken once, one by one and in bulk."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.compliance.logs import found, judged
from tests.regulation.case import WORLD
from workflow.case.history import Entry, view
from workflow.case.values import Value
from workflow.compliance.log.audit import procedure_law
from workflow.law.alone import procedures_alone
from workflow.law.loader import definitions_root
from workflow.law.model import Edition, FieldType
from workflow.law.timeline import Law
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import VerdictState

TABLE = Path(__file__).parent / "branch_life.csv"
COLUMNS = ("case", "rule", "outcome", "due_on")
VIOLATED = {"gap", "missing", "broken", "late", "overdue"}


@dataclass(frozen=True)
class Row:
    """A line of the table: what was done, and what a rule says of it on a day."""

    procedure: str
    rule: str
    title: str
    acts: str
    as_of: str
    says: str

    def each_act(self) -> Iterator[tuple[str, date, Mapping[str, str]]]:
        """Yield step, day and evidence: ``step day day … key=value …``, acts apart by semicolons."""
        for act in self.acts.split("; "):
            step, *rest = act.split()
            evidence = dict(part.split("=") for part in rest if "=" in part)
            for day in rest:
                if "=" not in day:
                    yield step, date.fromisoformat(day), evidence


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


ROWS = rows()
PROCEDURES = sorted({row.procedure for row in ROWS})


@cache
def law(procedure: str) -> Law:
    return procedure_law(procedures_alone(definitions_root())[f"branch_life/{procedure}"])


@cache
def book(procedure: str) -> Rulebook:
    return Rulebook(law(procedure), law(procedure).timeline())


def value(edition: Edition, column: str, text: str) -> Value:
    match edition.fields[column].type:
        case FieldType.COUNT:
            return int(text)
        case FieldType.YES_NO:
            return text == "yes"
        case _:
            return text


def said(row: Row) -> str:
    """Return what the interpreter says of the row's rule, in the words of the table."""
    of, as_of = book(row.procedure), date.fromisoformat(row.as_of)
    edition = law(row.procedure).editions[0]
    entries = [
        Entry(step, next(iter(edition.steps[step].outcomes)), day, {
            key: value(edition, f"{step}.{key}", text) for key, text in evidence.items()
        })
        for step, day, evidence in sorted(row.each_act(), key=lambda act: act[1]) if day <= as_of
    ]  # fmt: skip
    columns = of.columns(view(entries, of.edition_on, {}).values, WORLD)
    (verdict,) = (one for one in of.judge_all(columns, as_of) if one.rule == row.rule)
    match verdict.state:
        case VerdictState.SATISFIED:
            return "kept"
        case VerdictState.VIOLATED:
            return f"{verdict.outcome} {verdict.due or ''}".strip()
        case VerdictState.PENDING:
            return f"pending {verdict.due}"
        case state:
            return state.value.replace("_", " ")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.procedure}/{row.rule}: {row.title}")
def test_a_rule_says_what_its_article_says(row):
    assert said(row) == row.says


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_logs_in_bulk_are_found_to_break_what_the_table_says_and_nothing_else_of_those_rules(tmp_path, procedure):
    for as_of, some in by_day(procedure).items():
        log = written(tmp_path / "log.csv", some)
        with judged(log, law(procedure), as_of=date.fromisoformat(as_of)) as audit:
            asked = {(str(number), row.rule) for number, row in enumerate(some)}
            broken = {(case, rule, outcome, due) for case, rule, outcome, due in found(audit, COLUMNS)
                      if (case, rule) in asked}  # fmt: skip
            assert broken == {(str(number), row.rule, *breach(row.says)) for number, row in enumerate(some)
                              if row.says.split()[0] in VIOLATED}  # fmt: skip
            assert not audit.bad


def breach(says: str) -> tuple[str, date | None]:
    outcome, _, due = says.partition(" ")
    return outcome, date.fromisoformat(due) if due else None


def by_day(procedure: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in ROWS:
        if row.procedure == procedure:
            found[row.as_of].append(row)
    return found


def written(path: Path, some: list[Row]) -> Path:
    """Write the rows as one log, each a case of its own by its number, last acts first."""
    names = sorted({key for row in some for _, _, evidence in row.each_act() for key in evidence})
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, ("case", "step", "day", *names))
        lines.writeheader()
        for number, row in enumerate(some):
            for step, day, evidence in sorted(row.each_act(), key=lambda act: act[1], reverse=True):
                lines.writerow({"case": number, "step": step, "day": day.isoformat(), **evidence})
    return path


def test_every_rule_is_kept_once_and_broken_once_and_none_is_left_out():
    shipped = {name.split("/")[1] for name in procedures_alone(definitions_root())}
    assert set(PROCEDURES) == shipped
    every = {(name, rule) for name in PROCEDURES for rule in law(name).editions[0].rules}
    assert {(row.procedure, row.rule) for row in ROWS if row.says == "kept"} == every
    assert {(row.procedure, row.rule) for row in ROWS if row.says.split()[0] in VIOLATED} == every


def test_a_day_moved_over_the_end_of_a_month_would_be_seen():
    row = next(row for row in ROWS if "29 February is" in row.title)
    moved = Row(**{**vars(row), "acts": row.acts.replace("2024-02-29", "2024-03-01"), "as_of": "2024-03-01"})
    assert said(moved) == "gap 2024-02-29"


def test_what_the_text_says_is_done_generally_is_soft_and_the_rest_hard():
    general = {"general_meeting.each_quarter", "committee_meeting.each_month", "class.each_quarter",
               "group_meeting.each_month", "life_meeting.form", "appraisal.each_year", "total.added_up",
               "total.hours"}  # fmt: skip
    rules = {name: rule for one in PROCEDURES for name, (_, rule) in law(one).editions[0].rules.items()}
    assert {name for name, rule in rules.items() if str(rule.force) == "soft"} == general
