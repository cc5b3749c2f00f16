"""A table of cases judged whole: breaches and populations are those of the cases judged one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from tests.bulk.drawn import lives
from tests.regulation.case import BOOK, WORLD
from tests.regulation.trace import begin, read_entry, traces
from workflow.bulk.layout import Layout, table_columns
from workflow.case.history import CaseView
from workflow.compliance import view_audit
from workflow.compliance.view_audit import GATHERED, ViewAudit
from workflow.law.kinds import Outcome
from workflow.rules.judge import judge_case
from workflow.rules.verdict import VerdictState

Found = tuple[int, int, int | None, int, Outcome | None]
LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)


def histories() -> list[CaseView]:
    """Return every history of the regulation tests, with its rounds, and drawn lives without."""
    found = []
    for trace in traces().values():
        walk = begin(trace)
        for raw in trace["entries"]:
            walk.offer(read_entry(raw))
        found.append(walk.view())
    return found + [CaseView("", life, (), {}) for life in lives(Random(3), 60)]


def loaded(engine, views):
    cases, rounds = [], []
    for number, view in enumerate(views):
        keys = (number, number % 7)
        cases.append((*keys, None, None, *LAYOUT.row(BOOK.columns(view.values, WORLD))))
        rounds += [
            (*keys, earlier.step, earlier.number, *LAYOUT.row(BOOK.columns(earlier.values, WORLD)))
            for earlier in view.earlier
        ]
    Random(8).shuffle(cases)
    engine.load("cases", table_columns(LAYOUT), cases)
    engine.load("rounds", table_columns(LAYOUT), rounds)
    assert rounds


def one_by_one(views):
    """Return the breaches and how often each clause said what, of cases that are judged one at a time."""
    breaches: Counter[Found] = Counter()
    said: Counter[tuple[int, VerdictState]] = Counter()
    clauses = {(clause.judged.rule.id, clause.judged.number): clause.place for clause in LAYOUT.clauses}
    for number, view in enumerate(views):
        for verdict in judge_case(BOOK, view, WORLD, TODAY):
            place = clauses[verdict.rule, verdict.clause]
            said[place, verdict.state] += 1
            if verdict.state is VerdictState.VIOLATED:
                latest = verdict.round == view.rounds.get(verdict.step, 1)
                breaches[number, number % 7, None if latest else verdict.round, place, verdict.outcome] += 1
    return breaches, said


def test_the_whole_audit_finds_what_is_found_case_by_case(engine):
    assert len({(clause.judged.rule.id, clause.judged.number) for clause in LAYOUT.clauses}) == len(LAYOUT.clauses)
    views = histories()
    loaded(engine, views)
    audit = ViewAudit(engine, LAYOUT, TODAY)
    audit.part("cases", "rounds")
    found = Counter((one.case, one.organization, one.round, one.clause.place, one.outcome) for one in audit.breaches())
    breaches, said = one_by_one(views)
    assert found == breaches
    assert any(round_ is not None for _, _, round_, _, _ in found)
    assert audit.populations.cases == len(views)
    for place, population in audit.populations.clauses.items():
        assert population.running == said[place, VerdictState.PENDING]
        assert population.undecidable == said[place, VerdictState.UNDECIDABLE]
        silent = said[place, VerdictState.NOT_APPLICABLE]
        assert population.applied == sum(said[place, state] for state in VerdictState) - silent


def test_a_table_with_too_many_rows_to_gather_is_judged_by_numbers(duckdb_engine, monkeypatch):
    views, audits = histories(), []
    loaded(duckdb_engine, views)
    for most in (len(views) - 1, len(views)):
        monkeypatch.setattr(view_audit, "MOST_GATHERED", most)
        audits.append(ViewAudit(duckdb_engine, LAYOUT, TODAY))
        audits[-1].part("cases")
        there = {name for (name,) in duckdb_engine.rows("SELECT table_name FROM duckdb_tables()")}
        assert (GATHERED in there) == (most == len(views))
    numbered, gathered = audits
    assert gathered.populations == numbered.populations


def test_parts_add_up(sqlite_engine):
    views = histories()
    loaded(sqlite_engine, views)
    whole = ViewAudit(sqlite_engine, LAYOUT, TODAY)
    whole.part("cases", "rounds")
    expected = Counter((one.case, one.round, one.clause.place) for one in whole.breaches())
    parted = ViewAudit(sqlite_engine, LAYOUT, TODAY)
    found: Counter[tuple[int, int | None, int]] = Counter()
    for part in (0, 1):
        chosen = f'WHERE "#organization" % 2 = {part}) AS part'
        tables = [f"(SELECT * FROM {table} {chosen}" for table in ("cases", "rounds")]
        parted.part(*tables)
        found.update((one.case, one.round, one.clause.place) for one in parted.breaches())
    assert found == expected
    assert parted.populations == whole.populations


@pytest.mark.parametrize("lost", ["cases", "rounds"])
def test_a_lost_row_is_missed(sqlite_engine, lost):
    views = histories()
    loaded(sqlite_engine, views)
    audit = ViewAudit(sqlite_engine, LAYOUT, TODAY)
    tables = {"cases": "cases", "rounds": "rounds"} | {lost: f"(SELECT * FROM {lost} LIMIT 5) AS fewer"}
    audit.part(tables["cases"], tables["rounds"])
    assert len(list(audit.breaches())) < sum(one_by_one(views)[0].values())


def test_the_step_of_planning_that_gains_nothing_is_left_out(duckdb_engine):
    """A name that DuckDB no longer knows would be passed over in silence."""
    assert list(duckdb_engine.rows("SELECT current_setting('disabled_optimizers')")) == [("projection_placement",)]
