"""The month in which a verdict lies, counted in bulk, is the one that the days of the interpreter give."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from tests.bulk.drawn import lives
from tests.bulk.views import judged_alone
from tests.compliance.logs import csv, judged, law
from tests.compliance.logs import rows as log_rows
from tests.regulation.case import BOOK, WORLD
from workflow.bulk.layout import Layout, table_columns
from workflow.bulk.months import month_named
from workflow.compliance.country import UNDATED, audit_parts
from workflow.compliance.engines.duckdb import parquet
from workflow.compliance.runs import Part
from workflow.law.kinds import Outcome
from workflow.rules.formula import AsOf, First
from workflow.rules.interpreter import compile_formula
from workflow.rules.verdict import VerdictState

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)
CASES = [BOOK.columns(life, WORLD) for life in lives(Random(5), 150)]
DECIDED = (VerdictState.SATISFIED, VerdictState.VIOLATED)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Judge some drawn cases, counted by month; give the run and its breaches with the two days."""
    columns = "rule, strftime(COALESCE(acted_on, due_on), '%Y-%m')"
    return judged_alone(LAYOUT, CASES, TODAY, tmp_path_factory.mktemp("run"), columns, by_month=True)


def month_of(judged, verdict, case):
    """Return the month of the act, of the last lawful day, or of the day that the law goes by, as the case has them."""
    clause = judged.clause
    act = case[clause.act] if clause.act else None
    by_last = verdict.outcome in (None, Outcome.LATE, Outcome.OVERDUE)
    limit = (clause.longest or clause.due) if by_last else clause.due
    due = compile_formula(limit)(case, TODAY) if limit is not None else None
    governing = judged.governing
    parts = [one for one in governing.parts if one != AsOf()] if isinstance(governing, First) else [governing]
    law_of = (compile_formula(one)(case, TODAY) for one in parts if one != AsOf())
    days = (day for day in (act, due, *law_of) if isinstance(day, date))
    day = next(days, None)
    return f"{day:%Y-%m}" if day else UNDATED


def test_each_verdict_is_counted_in_the_month_that_its_days_say(run):
    done, _ = run
    expected: Counter[tuple[str, str]] = Counter()
    for case in CASES:
        for one, verdict in zip(BOOK.judged, BOOK.judge_all(case, TODAY), strict=True):
            if verdict.state in DECIDED:
                expected[verdict.rule, month_of(one, verdict, case)] += 1
    counted = {(rule, month): line[0] for rule, lines in done.months.items() for month, line in lines.items()}
    assert counted == expected
    assert len({month for _, month in counted}) > 20


def test_all_verdicts_that_were_made_and_all_breaches_are_in_some_month(run):
    done, _ = run
    broken = {rule: sum(line[1] for line in lines.values()) for rule, lines in done.months.items()}
    assert {rule: number for rule, number in broken.items() if number} == done.by_rule
    made: Counter[str] = Counter()
    for clause in LAYOUT.clauses:
        asked = done.populations[clause.place]
        made[clause.judged.rule.id] += asked.applied - asked.running - asked.undecidable
    assert {rule: sum(line[0] for line in lines.values()) for rule, lines in done.months.items()} == {
        rule: number for rule, number in made.items() if number
    }


def test_a_breach_lies_in_the_month_of_the_days_that_are_told_of_it(run):
    done, found = run
    told = Counter((rule, month) for rule, month in found if month is not None)
    assert len(told) > 50
    assert all(done.months[rule][month][1] >= number for (rule, month), number in told.items())


def test_without_being_asked_nothing_is_counted_by_month(tmp_path, duckdb_engine):
    duckdb_engine.load("whole", table_columns(LAYOUT), [(1, 1, None, None, *LAYOUT.row(CASES[0]))])
    duckdb_engine.write("SELECT * FROM whole", tmp_path / "cases.parquet")
    part = Part("00001", parquet(tmp_path / "cases.parquet"))
    assert audit_parts([part], LAYOUT, TODAY, tmp_path / "run").months == {}


def test_a_limit_in_days_that_ran_out_lies_in_the_month_of_its_last_day(tmp_path):
    """56 days from 8 January 2025 end on 5 March; from 6 December 2024 on 31 January 2025."""
    lines = log_rows("A,Register,2025-01-08", "B,Register,2024-12-06", "C,Register,2025-01-08", "C,Grant,2025-04-30",
                     "D,Register,2025-01-08", "D,Grant,2025-02-28")  # fmt: skip
    with judged(csv(tmp_path, lines), law(tmp_path), by_month=True) as audit:
        months = audit.run.months["decision.in_eight_weeks"]
    assert months == {"2025-03": [1, 1], "2025-01": [1, 1], "2025-04": [1, 1], "2025-02": [1, 0]}


@pytest.mark.parametrize(("number", "name"), [(2026 * 12 + 1, "2026-01"), (2026 * 12 + 12, "2026-12")])
def test_a_month_is_named_by_its_year(number, name):
    assert month_named(number) == name
