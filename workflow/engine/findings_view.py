"""Findings as they are looked at: what breaks a rule today in a scope, branch by branch, with its words and counts.

The list comes from the projection; only the people on the page are read and put into words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row

from workflow.case.facts import World
from workflow.case.history import IRREGULAR, CaseView
from workflow.case.values import Value
from workflow.engine import findings_query as query
from workflow.engine.bounded import counted
from workflow.engine.finding_lives import Life, life_in
from workflow.engine.finding_stages import Standing
from workflow.engine.laws import MOST_BOOKS
from workflow.engine.naming import AS_IRREGULAR, rule_basis, rule_text, without_birth
from workflow.engine.reading import CaseRecord, Written, case_row, read_records
from workflow.engine.scope import OrganizationRow, bounds, find_organization, seen_by
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Force
from workflow.rules.explain import Explainer, basis_text
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict, VerdictState

PAGE = 50
MOST = 1_000  # findings that are counted, and people among whom
MOST_TAKEN = 2_000  # findings that are handed out as one file
MOST_PLACES = 60  # organizations that are named with their counts
Key = TypeVar("Key", int, tuple[str, str])  # what is counted by


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """Which findings are asked for: all conditions hold together. ``organization``: with all below it."""

    rule: str | None = None
    force: Force | None = None
    organization: UUID | None = None
    states: tuple[str, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that is broken in a case. ``code``: of the audit; ``what``: the evidence; ``entry``: the act, if any.

    ``life``: where it stands as a finding.
    """

    number: str
    name: str
    branch: str
    state: str
    rule: str
    step: str
    round: int
    outcome: Outcome | None
    force: Force | None
    code: str
    due_on: date | None
    broken_on: date
    demand: Text
    basis: Text
    what: Text
    entry: int | None
    life: Life


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule is broken."""

    rule: str
    step: str
    demand: Text
    basis: Text
    count: int


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """How many findings there are in an organization and below it."""

    uid: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A page of findings. ``next``: after what the next page goes on.

    ``by_rule`` counts whatever rule is chosen, ``by_organization`` what is below the chosen one, for the MOST_PLACES
    with most; ``total`` None: more than MOST, and then the counts are of the first MOST.
    """

    rows: tuple[Found, ...]
    next: str | None
    by_rule: tuple[RuleCount, ...]
    by_organization: tuple[PlaceCount, ...]
    total: int | None


def findings(
    task: Task,
    filters: FindingFilters,
    after: str | None = None,
    limit: int = PAGE,
    place: OrganizationRow | None = None,
) -> FindingPage:
    """Return a page of what is broken today in scope, branch by branch, in each the oldest breach first.

    ``place``: the organization that the filters choose, if it was found before. Raises UnknownOrganization for one
    outside the scope. An administrator sees nothing.
    """
    if not task.actor.sees_cases:
        return FindingPage((), None, (), (), 0)
    path = _path(task, filters, place)
    asked = asked_of(task, filters, path)
    rows, following = _page(task, filters, asked, after, limit)
    return FindingPage(rows, following, *_counted(task, filters, path, asked))


def finding_lines(
    task: Task, filters: FindingFilters, after: str | None, limit: int, place: OrganizationRow | None = None
) -> tuple[tuple[Found, ...], str | None]:
    """Return a page of the list alone, and after what the next one goes on; raises as ``findings``."""
    if not task.actor.sees_cases:
        return (), None
    return _page(task, filters, asked_of(task, filters, _path(task, filters, place)), after, limit)


def exceeds(task: Task, filters: FindingFilters, most: int, place: OrganizationRow | None = None) -> bool:
    """Tell whether the filters leave more findings than so many; raises as ``findings``."""
    asked = asked_of(task, filters, _path(task, filters, place))
    return counted(task.connection, query.numbers(shape_of(filters)), most, asked) is None


def one_finding(task: Task, case: str, finding: tuple[str, str, int]) -> tuple[Found, CaseRecord] | None:
    """Return a finding (rule, step, round) of a case in the scope, and the case; None: there is none today."""
    rule, step, number = finding
    one = {"number": case, "rule": rule, "step": step, "round": number, "today": task.today}
    rows = task.connection.execute(query.ONE, {**seen_by(task.actor), **one}).all()
    records = _records(task, rows)
    told = ((_found(task, row, records[row.case_id], records[row.case_id].view()), row.case_id) for row in rows)
    return next(((found, records[key]) for found, key in told), None) if task.actor.sees_cases else None


def shape_of(filters: FindingFilters) -> query.Shape:
    """Return which filters are set."""
    return query.Shape(filters.rule is not None, filters.force is not None, bool(filters.states), filters.standing)


def asked_of(task: Task, filters: FindingFilters, path: str) -> dict[str, Any]:
    """Return what is filled into the places of a question: the scope, the place at or below ``path``, the filters."""
    force = str(filters.force) if filters.force is not None else None
    own = {"rule": filters.rule, "force": force, "states": filters.states, "today": task.today}
    return {**seen_by(task.actor), **bounds("place", path), **own}


def _path(task: Task, filters: FindingFilters, place: OrganizationRow | None) -> str:
    chosen = filters.organization
    if chosen and place is None:
        place = find_organization(task.connection, task.actor, chosen)
    return place.path if place else task.actor.path


def _page(
    task: Task, filters: FindingFilters, asked: Mapping[str, Any], after: str | None, limit: int
) -> tuple[tuple[Found, ...], str | None]:
    going_on = query.after(after or "")
    lines = query.lines(shape_of(filters), going_on=bool(going_on))
    rows = task.connection.execute(lines, {**asked, **going_on, "most": limit + 1}).all()
    return tuple(_told(task, rows[:limit])), query.place_after(rows[limit - 1]) if len(rows) > limit else None


def _told(task: Task, rows: Sequence[Row[Any]]) -> Iterator[Found]:
    """Yield lines with their words: each case of the page is read once, all in a flat number of queries."""
    records = _records(task, rows)
    views = {key: record.view() for key, record in records.items()}
    for row in rows:
        yield _found(task, row, records[row.case_id], views[row.case_id])


def _records(task: Task, rows: Sequence[Row[Any]]) -> dict[int, CaseRecord]:
    """Return the cases of lines, each read once."""
    cases = {row.case_id: case_row(tuple(row)[len(query.LINE) :]) for row in rows}
    return dict(zip(cases, read_records(task.connection, task.laws, list(cases.values())), strict=True))


def _found(task: Task, row: Row[Any], record: CaseRecord, view: CaseView) -> Found:
    book = record.book
    outcome = Outcome(row.outcome) if row.outcome else None
    columns = book.columns(_values(view, row.step, row.round), World(task.laws.calendar, None))
    then = book.edition_on(row.broken_on)
    demand, basis, what, code = rule_text(then, row.rule), rule_basis(then, row.rule), AS_IRREGULAR, ""
    judged = _speaking(book, row.rule, row.step, columns, task.today) if outcome else None
    if judged is not None:
        verdict = Verdict(row.rule, row.step, row.round, VerdictState.VIOLATED, outcome, row.due_on, judged.number)
        period, wording = judged.rule.wording_on(judged.governing_on(columns, task.today))
        demand, basis = Text(wording.text.zh, wording.text.en), basis_text(period, wording)
        what = without_birth(book.newest, _explainer(book).evidence(judged, verdict, columns, task.today))
        code = wording.code(outcome) if outcome else ""
    return Found(
        number=record.row.number, name=row.person, branch=record.row.branch, state=record.row.state, rule=row.rule,
        step=row.step, round=row.round, outcome=outcome, force=Force(row.force) if row.force else None, code=code,
        due_on=row.due_on, broken_on=row.broken_on, demand=demand, basis=basis, what=what,
        entry=_entry(record, row.step, row.round), life=life_in(row, task.today),
    )  # fmt: skip


@lru_cache(maxsize=MOST_BOOKS)
def _explainer(book: Rulebook) -> Explainer:
    """Return what puts the verdicts of a rulebook into words: it keeps which columns each rule shows."""
    return Explainer(book, {})


def _values(view: CaseView, step: str, number: int) -> Mapping[str, Value]:
    """Return the values of the round of a step: an earlier one, or those that stand."""
    return next((one.values for one in view.earlier if (one.step, one.number) == (step, number)), view.values)


def _speaking(book: Rulebook, rule: str, step: str, columns: Mapping[str, Value], today: date) -> Judged | None:
    """Return the clause of a rule that says that it is broken, else one that is applicable, else any."""
    every = [judged for judged in book.judged if judged.rule.id == rule]
    known = [judged for judged in every if judged.step == step] or every  # an irregular act breaks those of others too
    states = [judged.judge(columns, today).state for judged in known]
    for wanted in (VerdictState.VIOLATED, VerdictState.UNDECIDABLE, VerdictState.SATISFIED, *set(states)):
        if wanted in states:
            return known[states.index(wanted)]
    return None


def _entry(record: CaseRecord, step: str, number: int) -> int | None:
    """Return the number of the last entry of a round of a step; an attested one says no round."""
    own = [one for one in record.entries if one.recorded.step == step and one.recorded.supersedes is None]
    return max((one.recorded.number for one in own if _round(one, number) == number), default=None)


def _round(entry: Written, otherwise: int) -> int:
    """Return the round of an entry. It says which was open after it: of an irregular act the one that follows."""
    return int(entry.body.get("round", otherwise)) - (entry.recorded.outcome == IRREGULAR)


def _counted(
    task: Task, filters: FindingFilters, path: str, asked: Mapping[str, Any]
) -> tuple[tuple[RuleCount, ...], tuple[PlaceCount, ...], int | None]:
    """Return counts by rule, by organization below the chosen one, and in all, from one query and one for names."""
    counts = task.connection.execute(query.counts(shape_of(filters)), {**asked, "most": MOST + 1}).all()
    rules: Counter[tuple[str, str]] = Counter()
    places: Counter[int] = Counter()
    for rule, step, part, count in counts:
        rules[rule, step] += count
        if filters.rule in (None, rule):
            places[int((part or path).rstrip(".").rpartition(".")[2])] += count
    edition = task.laws.book().newest
    by_rule = [
        RuleCount(rule, step, rule_text(edition, rule), rule_basis(edition, rule), count)
        for (rule, step), count in _most(rules)
    ]
    total = places.total()
    named = _named(task, dict(_most(places)[:MOST_PLACES]))
    return tuple(by_rule), named, None if rules.total() > MOST else total


def _most(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """Return counts with the greatest first, equal ones in the order of what is counted."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _named(task: Task, places: Mapping[int, int]) -> tuple[PlaceCount, ...]:
    rows = task.connection.execute(query.NAMES, {"ids": list(places)}).all()
    return tuple(PlaceCount(row.uid, row.name, places[row.id]) for row in rows)
