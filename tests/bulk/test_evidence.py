"""What shows a breach in bulk is what the interpreter says of it: due day, both days, days over, the wording."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from tests.bulk.drawn import lives
from tests.bulk.views import judged_alone
from tests.compliance.logs import csv, found, judged, law
from tests.compliance.logs import rows as log_rows
from tests.regulation.case import BOOK, WORLD
from workflow.bulk.layout import Layout
from workflow.case.values import Unreadable
from workflow.law.kinds import Outcome
from workflow.rules.verdict import VerdictState

LAYOUT = Layout(BOOK)
TODAY = date(2026, 11, 22)
CASES = [BOOK.columns(life, WORLD) for life in lives(Random(5), 150)]
COLUMNS = '"case", rule, step, outcome, acted_on, from_on, due_on, days_over, article, edition'
COUNTED = (Outcome.LATE, Outcome.OVERDUE, Outcome.REASON)


@pytest.fixture(scope="module")
def breaches(tmp_path_factory):
    """Give every breach of some drawn cases as bulk tells it."""
    _, found = judged_alone(LAYOUT, CASES, TODAY, tmp_path_factory.mktemp("run"), COLUMNS)
    return found


def interpreted():
    """Return clause, verdict and columns of every breach, by case, rule, step and outcome."""
    return [
        ((number, verdict.rule, verdict.step, str(verdict.outcome)), judged, verdict, case)
        for number, case in enumerate(CASES)
        for judged, verdict in zip(BOOK.judged, BOOK.judge_all(case, TODAY), strict=True)
        if verdict.state is VerdictState.VIOLATED
    ]


def alike(breaches, of):
    """Return, sorted, what bulk tells of each breach and what ``of`` makes of the interpreter's."""
    told = sorted(((row[:4], of[1](row)) for row in breaches), key=str)
    expected = sorted(((key, of[0](judged, verdict, case)) for key, judged, verdict, case in interpreted()), key=str)
    assert len(told) == len(expected) > 300
    return told, expected


def test_the_last_lawful_day_is_the_interpreters(breaches):
    told, expected = alike(breaches, (lambda _judged, verdict, _case: verdict.due, lambda row: row[6]))
    assert told == expected
    assert {due is None for _, due in told} == {True, False}


def test_the_days_over_are_counted_from_it_to_the_act_or_to_the_day_of_the_audit(breaches):
    def over(judged, verdict, case):
        if verdict.outcome not in COUNTED:
            return None
        acted = case[judged.clause.act]
        return ((acted or TODAY) - verdict.due).days

    told, expected = alike(breaches, (over, lambda row: row[7]))
    assert told == expected
    assert all(days > 0 for _, days in told if days is not None)


def test_the_day_of_the_act_is_told(breaches):
    def acted(judged, _verdict, case):
        day = case[judged.clause.act] if judged.clause.act else None
        return day if isinstance(day, date) else None

    told, expected = alike(breaches, (acted, lambda row: row[4]))
    assert told == expected
    assert sum(day is not None for _, day in told) > 50


def test_the_day_from_which_is_counted_is_a_day_of_the_case_before_the_limit(breaches):
    days = {number: {day for day in case.values() if isinstance(day, date)} for number, case in enumerate(CASES)}
    told = [row for row in breaches if row[5] is not None]
    assert len(told) > 50
    assert all(row[5] in days[row[0]] for row in told)
    assert all(row[5] <= row[6] for row in told if row[6] is not None)
    assert all(row[5] is not None for row in breaches if row[3] in ("late", "early", "out_of_order", "overdue"))


def test_article_and_edition_are_those_in_force_on_the_governing_day(breaches):
    def wording(judged, _verdict, case):
        period, words = judged.rule.wording_on(judged.governing_on(case, TODAY))
        return (words.basis, period.edition.edition)

    told, expected = alike(breaches, (wording, lambda row: row[8:10]))
    assert told == expected
    assert {edition for _, (_, edition) in told} >= {date(2014, 5, 28), date(2026, 5, 11)}


def test_nothing_unreadable_is_told_as_a_day(breaches):
    unread = {number for number, case in enumerate(CASES) if any(isinstance(one, Unreadable) for one in case.values())}
    assert unread & {row[0] for row in breaches}  # such cases are among them


def test_a_limit_in_days_tells_its_last_day_and_the_day_from_which_it_runs(tmp_path):
    """The procedure of the page gives an office 56 days from the application."""
    log = csv(tmp_path, log_rows("A,Register,2025-01-07", "A,Grant,2025-03-06", "B,Register,2025-02-28"))
    with judged(log, law(tmp_path), as_of=date(2025, 4, 30)) as audit:
        told = found(audit, ("case", "outcome", "from_on", "acted_on", "due_on", "days_over"))
    assert told == [
        ("A", "late", date(2025, 1, 7), date(2025, 3, 6), date(2025, 3, 4), 2),
        ("B", "overdue", date(2025, 2, 28), None, date(2025, 4, 25), 5),
    ]
