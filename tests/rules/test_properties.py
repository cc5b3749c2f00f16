"""What holds of every rule and every case: votes, limits, the five states, what cannot be read, and walks."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.regulation.case import BOOK, LIVED_2026, WORLD
from tests.rules.cases import COLUMNS, DAYS, UNKNOWN, cases, histories
from workflow.case.history import IRREGULAR, view
from workflow.case.values import UNREADABLE, Value
from workflow.law.kinds import Age, Majority, NotBefore, Outcome, Quorum, Within, WorkingDays
from workflow.machine import advance
from workflow.rules.interpreter import compile_formula
from workflow.rules.judge import judge_case
from workflow.rules.rulebook import Judged
from workflow.rules.verdict import Verdict, VerdictState

VIOLATED = VerdictState.VIOLATED
AS_OF = date(2030, 1, 1)
LIVED = BOOK.columns(LIVED_2026, WORLD)
BY_KIND = {kind: [one for one in BOOK.judged if isinstance(one.rule.definition.demand, kind)]
           for kind in (Quorum, Majority, Within, NotBefore, Age, WorkingDays)}  # fmt: skip


def of_rule(judged: Judged) -> str:
    return judged.rule.id


def judge(judged: Judged, values: dict[str, Value], as_of: date = AS_OF) -> Verdict:
    return judged.judge(BOOK.columns(values, WORLD), as_of)


# ------------------------------------------------------------------ votes
@pytest.mark.parametrize("judged", [*BY_KIND[Quorum], *BY_KIND[Majority]], ids=of_rule)
def test_more_than_half_of_those_due_and_nothing_else_passes_a_vote(judged: Judged) -> None:
    demand = judged.rule.definition.demand
    assert isinstance(demand, Quorum | Majority)
    counted = demand.present if isinstance(demand, Quorum) else demand.in_favour
    for due in range(1, 201):
        states = [judged.judge(LIVED | {demand.due: due, counted: number}, AS_OF).state for number in range(due + 1)]
        short = [state is VIOLATED for state in states]
        assert short == sorted(short, reverse=True), f"not monotone for {due}"
        assert sum(short) == due // 2 + 1, f"{due} due: one more than half is needed, exactly half fails"


@given(due=st.integers(0, 10**9), number=st.integers(0, 10**9), more=st.integers(0, 10**9))
def test_more_votes_never_turn_a_passed_vote_into_a_failed_one(due: int, number: int, more: int) -> None:
    for judged in BY_KIND[Majority]:
        demand = judged.rule.definition.demand
        assert isinstance(demand, Majority)
        few = judged.judge(LIVED | {demand.due: due, demand.in_favour: number}, AS_OF).state
        many = judged.judge(LIVED | {demand.due: due, demand.in_favour: number + more}, AS_OF).state
        assert not (few is not VIOLATED and many is VIOLATED)


# ------------------------------------------------------------------ days
@pytest.mark.parametrize("judged", BY_KIND[Within], ids=of_rule)
@given(one=DAYS, other=DAYS)
def test_a_later_start_is_never_due_earlier(judged: Judged, one: date, other: date) -> None:
    demand = judged.rule.definition.demand
    assert isinstance(demand, Within)
    assert judged.clause.due is not None
    due = compile_formula(judged.clause.due)
    first, second = (due(LIVED | {demand.start: day}, AS_OF) for day in sorted((one, other)))
    assert isinstance(first, date)
    assert isinstance(second, date)
    assert first <= second


@pytest.mark.parametrize("judged", BY_KIND[Within], ids=of_rule)
@given(start=DAYS, one=DAYS, other=DAYS)
def test_a_later_act_never_turns_late_into_in_time(judged: Judged, start: date, one: date, other: date) -> None:
    demand = judged.rule.definition.demand
    assert isinstance(demand, Within)
    early, late = (
        judged.judge(LIVED | {demand.start: start, demand.day: day}, AS_OF).state for day in sorted((one, other))
    )
    assert not (early is VIOLATED and late is not VIOLATED)


@pytest.mark.parametrize("judged", [*BY_KIND[NotBefore], *BY_KIND[Age]], ids=of_rule)
@given(start=DAYS, one=DAYS, other=DAYS)
def test_a_later_act_never_turns_in_time_into_early(judged: Judged, start: date, one: date, other: date) -> None:
    demand = judged.rule.definition.demand
    assert isinstance(demand, NotBefore | Age)
    since = demand.born if isinstance(demand, Age) else demand.start
    early, late = (judged.judge(LIVED | {since: start, demand.day: day}, AS_OF).state for day in sorted((one, other)))
    assert not (early is not VIOLATED and late is VIOLATED)


@given(start=st.dates(date(2026, 5, 11), date(2026, 12, 1)), days=st.integers(0, 30), more=st.integers(0, 30))
def test_a_longer_notice_is_never_shorter(start: date, days: int, more: int) -> None:
    (judged,) = BY_KIND[WorkingDays]
    short, long = (
        judge(judged, LIVED_2026 | {"list_target.notice_from": start, "list_target.notice_to": start + timedelta(span)})
        for span in (days, days + more)
    )
    assert not (short.state is not VIOLATED and long.state is VIOLATED)


# ------------------------------------------------------------------ states
@settings(max_examples=150)
@given(values=cases(), as_of=DAYS)
def test_every_rule_gives_one_of_five_states_of_any_case_and_never_crashes(
    values: dict[str, Value], as_of: date
) -> None:
    columns = BOOK.columns(values, WORLD)
    for judged, said in zip(BOOK.judged, BOOK.judge_all(columns, as_of), strict=True):
        assert said.state in VerdictState
        assert (said.outcome is not None) == (said.state is VIOLATED)
        assert said.outcome is None or said.outcome in judged.rule.definition.demand.outcomes
        assert said.due is None or said.state in (VIOLATED, VerdictState.PENDING)
        assert bool(judged.missing(columns)) or said.state is not VerdictState.UNDECIDABLE
        if said.outcome in (Outcome.OVERDUE, Outcome.GAP) and said.due is not None and said.outcome is Outcome.OVERDUE:
            assert said.due < as_of


@settings(max_examples=150)
@given(values=cases(), name=st.sampled_from(sorted(COLUMNS)), unknown=UNKNOWN, as_of=DAYS)
def test_what_cannot_be_read_is_never_guessed(values: dict[str, Value], name: str, unknown: Value, as_of: date) -> None:
    known = BOOK.judge_all(BOOK.columns(values, WORLD), as_of)
    dimmed = BOOK.judge_all(BOOK.columns(values | {name: unknown}, WORLD), as_of)
    for before, after in zip(known, dimmed, strict=True):
        same = after in (before, before._replace(due=None))  # a limit may run on whose last day is not known
        assert same or after.state is VerdictState.UNDECIDABLE or kept_out(unknown, before, after), name


def kept_out(unknown: Value, before: Verdict, after: Verdict) -> bool:
    """Tell whether a day that a source does not keep merely shows no longer that its step was reached."""
    return unknown is not UNREADABLE and (before.state, after.state) != (VerdictState.SATISFIED, VIOLATED)


DAY_COLUMNS = sorted(name for name, value in LIVED_2026.items() if isinstance(value, date))


@pytest.mark.parametrize("name", DAY_COLUMNS)
@given(day=st.none() | st.integers(-800, 800))
@settings(max_examples=20)
def test_changing_one_day_changes_only_the_rules_that_speak_of_it(name: str, day: int | None) -> None:
    old = LIVED_2026[name]
    assert isinstance(old, date)
    changed = BOOK.columns(LIVED_2026 | {name: None if day is None else old + timedelta(day)}, WORLD)
    for judged in BOOK.judged:
        if judged.judge(LIVED, AS_OF) != judged.judge(changed, AS_OF):
            behind = {inner for column in judged.reads for inner in BOOK.builder.evidence(column)}
            assert name in behind, judged.rule.id


@pytest.mark.parametrize("name", DAY_COLUMNS)
def test_there_is_no_day_in_a_full_case_that_no_rule_speaks_of(name: str) -> None:
    behind = {inner for judged in BOOK.judged for column in judged.reads for inner in BOOK.builder.evidence(column)}
    assert name in behind


# ------------------------------------------------------------------ walks
@settings(max_examples=80)
@given(histories())
def test_replaying_the_entries_gives_the_state_and_counts_the_rounds(entries) -> None:
    state = BOOK.edition_on(entries[0].occurred_on).initial or ""
    for number, entry in enumerate(entries, 1):
        if entry.outcome != IRREGULAR:
            state = advance(BOOK.edition_on(entry.occurred_on), state, entry.step, entry.outcome)
        assert view(entries[:number], BOOK.edition_on, {}).state == state
    found = view(entries, BOOK.edition_on, {})
    assert found == view(list(entries), BOOK.edition_on, {})
    ended: dict[str, int] = {}
    for one in found.earlier:
        ended[one.step] = ended.get(one.step, 0) + 1
        assert one.number == ended[one.step]
    assert dict(found.rounds) == {entry.step: ended.get(entry.step, 0) + 1 for entry in entries}


@settings(max_examples=60)
@given(histories(), DAYS)
def test_any_history_that_the_states_allow_can_be_judged(entries, as_of: date) -> None:
    found = view(entries, BOOK.edition_on, {"case.branch": "一支部"})
    verdicts = judge_case(BOOK, found, WORLD, as_of)
    assert len(verdicts) >= len(BOOK.judged)
    assert {one.round for one in verdicts} >= {one.number for one in found.earlier if has_rules(one.step)}


def has_rules(step: str) -> bool:
    return any(judged.step == step for judged in BOOK.judged)
