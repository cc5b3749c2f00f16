"""One case as people look at it: where it stands, what to do now and why, every step, every entry, every finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow.case.facts import World
from workflow.case.history import CaseView
from workflow.engine.acting import line_of
from workflow.engine.agenda import Open, open_steps, todo_rows
from workflow.engine.asking import done, goes_on, to_come
from workflow.engine.breaches import still_broken
from workflow.engine.entries_view import Line, known_of, lines_of
from workflow.engine.judging import world_of
from workflow.engine.looking import Waiting, read_case, waiting_in
from workflow.engine.naming import AS_IRREGULAR, rule_basis, rule_text
from workflow.engine.reading import CaseRecord, CaseRow
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.kinds import Outcome
from workflow.law.model import Edition, Force
from workflow.plan import Planned, make_plan
from workflow.rules.columns import Columns
from workflow.rules.explain import Explainer, articles_text, basis_text
from workflow.rules.rulebook import Judged, Rulebook
from workflow.rules.verdict import Verdict, VerdictState

TOLD = (VerdictState.VIOLATED, VerdictState.PENDING)


class Progress(StrEnum):
    """How far a stage or a step has come."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Stage:
    """A chapter of the procedure and how far the case has come in it."""

    stage: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of the case now: it is broken, or a limit of it runs. ``what``: the evidence."""

    rule: str
    step: str
    round: int
    state: VerdictState
    outcome: Outcome | None
    force: Force | None
    due: date | None
    demand: Text
    basis: Text
    what: Text


@dataclass(frozen=True, slots=True)
class Next:
    """A step to be taken now. ``acts``: whose turn it is, None: nobody in this installation; ``mine``: the actor's own.

    ``outcome``: which of its outcomes comes next as a rule. ``why``: the rule that urges, or on which the step rests;
    ``due_on``: its last lawful day, None: nothing limits it; ``earliest``: its first lawful day, if that lies ahead.
    """

    step: str
    outcome: str | None
    acts: str | None
    mine: bool
    due_on: date | None
    earliest: date | None
    why: Text
    basis: Text


@dataclass(frozen=True, slots=True)
class Step:
    """A numbered step of the procedure in this case. ``done_on``: its day, or the last of several."""

    step: str
    number: int
    progress: Progress
    done_on: date | None
    rounds: int
    broken: int  # rules of it that are broken now


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with all that is known of it, as of today."""

    record: CaseRecord
    name: str
    born_on: date | None
    view: CaseView
    stages: tuple[Stage, ...]
    now: tuple[Next, ...]
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    waiting: tuple[Waiting, ...]
    offered_to: str | None
    planned: tuple[Planned, ...]
    today: date

    @property
    def row(self) -> CaseRow:
        """Return the case."""
        return self.record.row

    @property
    def book(self) -> Rulebook:
        """Return the law that binds it."""
        return self.record.book

    @property
    def over(self) -> bool:
        """Tell whether the procedure is complete or has ended."""
        return not goes_on(self.edition, self.view.state)

    @property
    def edition(self) -> Edition:
        """Return the edition in force today."""
        return self.book.edition_on(self.today)


def show(task: Task, number: str) -> Shown:
    """Return a case in the actor's scope as of today; raises UnknownCase. A flat number of queries."""
    record = read_case(task, number)
    view, book = record.view(), record.book
    world = world_of(task, record, *view.every_round)
    columns = book.columns(view.values, world)
    edition = book.edition_on(task.today)
    judged = tuple(judged_rounds(book, view, world, task.today))
    findings = tuple(_findings(book, judged, task.today))
    planned = to_come(edition, view.state, columns, make_plan(book, view.values, world, task.today))
    asked = open_steps(edition, view, [verdict for _, _, verdict in judged[: len(book.judged)]], columns)
    now = _now(task, record, edition, asked, findings, planned)
    findings += tuple(_irregular(book, view, world, task.today))
    steps = tuple(_steps(edition, view, columns, findings, {one.step for one in now}))
    known = known_of(task, record)
    return Shown(
        record=record,
        name=known.name,
        born_on=known.born_on,
        view=view,
        stages=_stages(edition, view, steps),
        now=now,
        steps=steps,
        lines=lines_of(task, record, known),
        findings=findings,
        waiting=waiting_in(task, record),
        offered_to=known.offered_to,
        planned=planned,
        today=task.today,
    )


def _findings(book: Rulebook, found: Iterable[tuple[Judged, Columns, Verdict]], today: date) -> Iterator[Finding]:
    """Yield what is broken and what runs: the verdicts of ``judge_case``, with their words."""
    explainer = Explainer(book, {})
    for judged, columns, verdict in found:
        if verdict.state in TOLD and (verdict.state is VerdictState.VIOLATED or verdict.due is not None):
            yield _finding(explainer, judged, columns, verdict, today)


def _irregular(book: Rulebook, view: CaseView, world: World, today: date) -> Iterator[Finding]:
    """Yield what irregular acts were found to break beside what the rules of their own step say."""
    explainer = Explainer(book, {})
    for earlier in (one for one in view.earlier if one.broken):
        columns = book.columns(earlier.values, world)
        for judged, verdict in still_broken(book, earlier, columns, world, today):
            if judged is not None:
                yield _finding(explainer, judged, columns, verdict, today)
                continue
            then, rule = book.edition_on(earlier.on or today), verdict.rule
            demand, basis = rule_text(then, rule), rule_basis(then, rule)
            yield Finding(
                rule, verdict.step, verdict.round, verdict.state, None, Force.HARD, None, demand, basis, AS_IRREGULAR
            )


def judged_rounds(
    book: Rulebook, view: CaseView, world: World, today: date
) -> Iterator[tuple[Judged, Columns, Verdict]]:
    """Yield each verdict of ``judge_case`` with the clause that gave it and the columns on which it did."""
    columns = book.columns(view.values, world)
    for judged in book.judged:
        verdict = judged.judge(columns, today)
        yield judged, columns, verdict._replace(round=view.rounds.get(verdict.step, 1))
    for earlier in view.earlier:
        then = book.columns(earlier.values, world)
        for judged in book.judged:
            if judged.step == earlier.step:
                yield judged, then, judged.judge(then, today)._replace(round=earlier.number)


def _finding(explainer: Explainer, judged: Judged, columns: Columns, verdict: Verdict, today: date) -> Finding:
    period, wording = judged.rule.wording_on(judged.governing_on(columns, today))
    return Finding(
        rule=verdict.rule,
        step=verdict.step,
        round=verdict.round,
        state=verdict.state,
        outcome=verdict.outcome,
        force=wording.force_of(verdict.outcome) if verdict.outcome else None,
        due=verdict.due,
        demand=Text(wording.text.zh, wording.text.en),
        basis=basis_text(period, wording),
        what=explainer.evidence(judged, verdict, columns, today),
    )


def _steps(
    edition: Edition, view: CaseView, columns: Columns, findings: tuple[Finding, ...], asked: set[str]
) -> Iterator[Step]:
    for name in edition.numbered:
        value = columns[edition.main_day(name)]
        days = value if isinstance(value, tuple) else (value,)
        there = done(edition, view.state, name, columns)
        broken = sum(one.step == name and one.state is VerdictState.VIOLATED for one in findings)
        last = max((day for day in days if isinstance(day, date)), default=None)
        blank = Progress.NOW if name in asked else Progress.AHEAD
        progress = Progress.DONE if there else blank
        yield Step(name, edition.steps[name].number or 0, progress, last, view.rounds.get(name, 0), broken)


def _stages(edition: Edition, view: CaseView, steps: tuple[Step, ...]) -> tuple[Stage, ...]:
    """Return the chapters: the present one has the first step after the last that is done; an ended case none."""
    done = max((place for place, step in enumerate(steps) if step.progress is Progress.DONE), default=-1)
    order = list(edition.stages)
    stage = [order.index(edition.steps[step.step].stage or "") for step in steps]
    if not goes_on(edition, view.state):
        past = stage[done] + 1 if done >= 0 else 0
        return tuple(Stage(name, Progress.DONE if place < past else Progress.AHEAD) for place, name in enumerate(order))
    present = stage[min(done + 1, len(stage) - 1)]
    marks = {-1: Progress.DONE, 0: Progress.NOW, 1: Progress.AHEAD}
    return tuple(Stage(name, marks[(place > present) - (place < present)]) for place, name in enumerate(order))


def _now(
    task: Task,
    record: CaseRecord,
    edition: Edition,
    asked: list[Open],
    findings: tuple[Finding, ...],
    planned: tuple[Planned, ...],
) -> tuple[Next, ...]:
    """Return what is to be done: the steps of the agenda as of today, who has to act, by when and why."""
    row, book, today = record.row, record.book, task.today
    line = line_of(task.connection, row.path, today)
    acting = todo_rows(line, task.laws, row, row.state, edition, asked)
    names = {one.id: one.name for one in line}
    plans = {item.step: item for item in planned}
    found = []
    for one, place in zip(asked, acting, strict=True):
        urging, plan = _urging(findings, one), plans.get(one.step)
        earliest = max((day for day in (plan and plan.earliest.day, one.ripe_on) if day and day > today), default=None)
        why, basis = (urging.demand, urging.basis) if urging else _waits(book, edition, one, plan, today)
        organization = place["organization_id"]
        found.append(
            Next(
                step=one.step,
                outcome=one.outcome,
                acts=names.get(organization) if isinstance(organization, int) else None,
                mine=organization == task.actor.organization_id,
                due_on=one.due_on,
                earliest=earliest,
                why=why,
                basis=basis,
            )
        )
    return tuple(found)


def _waits(book: Rulebook, edition: Edition, one: Open, plan: Planned | None, today: date) -> tuple[Text, Text]:
    """Return what a step that nothing urges waits for, and on what that rests: a rule, or the step's own articles."""
    definition = edition.steps[one.step]
    ripens = one.rule if one.ripe_on is not None and one.ripe_on > today else ""
    known = edition.rules.get((plan.earliest.rule if plan else "") or ripens)
    if known is None:
        words = plan.earliest.text if plan else Text(definition.zh, definition.en)
        return words, articles_text(edition, definition.basis)
    period = next(period for period in book.periods if period.holds(today))
    return Text(known[1].text.zh, known[1].text.en), basis_text(period, known[1])


def _urging(findings: tuple[Finding, ...], one: Open) -> Finding | None:
    """Return the finding whose limit makes a step due."""
    return next((found for found in findings if (found.rule, found.due) == (one.rule, one.due_on)), None)
