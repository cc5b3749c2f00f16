"""What a case asks for next, kept in ``todo`` with every entry: the open steps, who has to act, the last lawful day.

With it goes what breaks a rule (``breaches``): both follow from the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, delete, insert

from workflow.case.history import CaseView
from workflow.case.values import Value
from workflow.engine import breaches
from workflow.engine.acting import acting_on, bodies_of, line_of
from workflow.engine.asking import (
    Lacking,
    answered,
    lacking_of,
    redone,
    ripens,
    setback,
    unopposed,
    waits,
    wanted_first,
)
from workflow.engine.judging import Judged, world_of
from workflow.engine.laws import Laws
from workflow.engine.reading import CaseRow, read_record, read_row
from workflow.engine.scope import OrganizationRow
from workflow.engine.task import Task
from workflow.law.model import Edition, StepDef
from workflow.machine import possible
from workflow.rules.columns import Columns
from workflow.rules.judge import Examination
from workflow.rules.rulebook import Rulebook
from workflow.rules.verdict import Verdict, VerdictState
from workflow.store.tables import Todo

NOTHING_URGES = date(9999, 12, 31)
_DONE, _ASKED = delete(Todo).where(Todo.case_id == bindparam("of_case")), insert(Todo)  # made once


@dataclass(frozen=True, slots=True)
class Open:
    """A step that the case asks for.

    ``due_on``: its last lawful day, None: nothing limits it; ``rule``: the one that says so. ``ripe_on``: the computed
    day from which it can be taken, where ``rule`` lets it come no earlier and nothing limits it. ``outcome``: which of
    the step comes next. ``back``: it was refused or sent back, so that the branch that has the case has to act before
    anybody decides again.
    """

    step: str
    due_on: date | None
    rule: str = ""
    outcome: str | None = None
    back: bool = False
    ripe_on: date | None = None


def open_steps(edition: Edition, view: CaseView, verdicts: list[Verdict], columns: Mapping[str, Value]) -> list[Open]:
    """Return what a case asks for next, the most urgent first.

    These are the numbered steps that can be taken where the case stands and have not been, up to the next one that
    moves it on, without those that wait for another; and every act of which a limit runs or has run out. Where only the
    repetition of an earlier step makes it good again, that one is asked for instead.
    """
    lacks = lacking_of(edition, view.state, columns)
    due, redo = _due(edition, view, verdicts, lacks)
    ripe = _ripe(edition, view.state, columns, lacks, due, redo)
    steps = dict.fromkeys((*_next(edition, view, columns, lacks, redo), *due, *ripe))
    found = [_open(edition, view.state, step, (due.get(step), ripe.get(step)), columns, lacks) for step in steps]
    return sorted(found, key=lambda one: (one.due_on or NOTHING_URGES, edition.steps[one.step].number or 0))


def _due(
    edition: Edition, view: CaseView, verdicts: list[Verdict], lacks: Lacking
) -> tuple[dict[str, tuple[date, str]], str | None]:
    """Return by open step the day on which it is due, with the rule; and the step that must be taken again, if any."""
    can = possible(edition, view.state)
    due: dict[str, tuple[date, str]] = {}
    again: str | None = None
    for verdict in verdicts:
        if verdict.state in breaches.TOLD and verdict.due is not None and _is_open(edition, verdict.step, lacks):
            redo = redone(edition, verdict.rule) if verdict.state is VerdictState.VIOLATED else None
            again = redo if redo in can else again
            step = redo if redo is not None and redo in can else verdict.step
            due[step] = min((verdict.due, verdict.rule), due.get(step, (NOTHING_URGES, "")))
    return {step: day for step, day in due.items() if step in can and not _after(edition, step, again)}, again


def _ripe(
    edition: Edition,
    state: str,
    columns: Mapping[str, Value],
    lacks: Lacking,
    due: Mapping[str, object],
    again: str | None,
) -> dict[str, tuple[date, str]]:
    """Return by step that nothing limits the day from which it can be taken, with the rule."""
    can = (step for step in possible(edition, state) if step not in due and not _after(edition, step, again))
    found = {step: ripens(edition, step, columns, lacks) for step in can}
    return {step: day for step, day in found.items() if day is not None}


def _next(
    edition: Edition, view: CaseView, columns: Mapping[str, Value], lacks: Lacking, again: str | None
) -> Iterator[str]:
    """Yield the numbered steps up to the next one that moves the case on."""
    can = possible(edition, view.state)
    for name in edition.numbered:
        if name == again:
            yield name
            return
        if name not in can or not _is_open(edition, name, lacks):
            continue
        if not waits(edition, view.state, name, columns, lacks):
            yield name
        outcomes = (edition.steps[name].outcomes[outcome] for outcome in can[name])
        if any(outcome.to and outcome.to != view.state and not outcome.reason for outcome in outcomes):
            return


def _is_open(edition: Edition, step: str, lacks: Lacking) -> bool:
    """Tell whether something of a step is still to be done, or it comes again and again."""
    return step in edition.steps and lacks(step) is not None


def _after(edition: Edition, step: str, again: str | None) -> bool:
    """Tell whether a step comes after the one that must be taken again: it will have to wait for that."""
    if again is None:
        return False
    return (edition.steps[step].number or 0) > (edition.steps[again].number or 0)


def _open(
    edition: Edition,
    state: str,
    step: str,
    days: tuple[tuple[date, str] | None, tuple[date, str] | None],
    columns: Mapping[str, Value],
    lacks: Lacking,
) -> Open:
    since = setback(edition, step, columns)
    asked = lacks(step) or wanted_first(edition, state, step)
    outcome = unopposed(edition, state, step, asked, columns)
    back = since is not None and not answered(edition, step, since, columns)
    due, ripe = days
    rule = (due or ripe or (None, ""))[1]
    return Open(step, due[0] if due else None, rule, outcome, back, ripe[0] if ripe else None)


def refresh(
    task: Task, row: CaseRow, book: Rulebook, judged: Judged, line: Sequence[OrganizationRow] | None = None
) -> None:
    """Bring to-do list and findings of a case up to date with what is being written.

    ``line``: of organizations above the case today, if it has been read.
    """
    columns, verdicts = judged.examination.seen or _seen(book, judged, task.today)
    edition = book.edition_on(task.today)
    steps = open_steps(edition, judged.after, verdicts, columns)
    above = line or line_of(task.connection, row.path, task.today)
    rows = todo_rows(above, task.laws, row, judged.after.state, edition, steps)
    task.connection.execute(_DONE, {"of_case": row.id})
    if rows:
        task.connection.execute(_ASKED, rows)
    found = breaches.breaches(book, judged.after, judged.world, (columns, verdicts), task.today)
    breaches.keep(task.connection, row, judged.after.state, found)


def _seen(book: Rulebook, judged: Judged, today: date) -> tuple[Columns, list[Verdict]]:
    """Return columns and verdicts of a case that was not examined: nothing was done in it, or irregularly."""
    columns = book.columns(judged.after.values, judged.world)
    return columns, book.judge_all(columns, today)


def todo_rows(
    line: Sequence[OrganizationRow], laws: Laws, row: CaseRow, state: str, edition: Edition, steps: list[Open]
) -> list[dict[str, object]]:
    """Return the rows that steps open in a state make; who has to act is the nearest of ``line`` with the power."""
    return [
        {
            "case_id": row.id,
            "step": one.step,
            "outcome": None if one.back else one.outcome,
            "organization_id": row.organization_id if one.back else _nearest(laws, line, edition.steps[one.step], one),
            "branch_id": row.organization_id,
            "path": row.path,
            "state": state,
            "due_on": one.due_on or NOTHING_URGES,
        }
        for one in steps
    ]


def _nearest(laws: Laws, line: Sequence[OrganizationRow], step: StepDef, one: Open) -> int | None:
    """Return the nearest organization that brings about what comes next; None: nobody in this installation."""
    bodies = bodies_of(step, step.outcomes.get(one.outcome or ""))
    acting = acting_on(laws.organizations, line, bodies).values()
    return next((row.id for row in line if row in acting), None)


def renew(task: Task, cases: Sequence[int]) -> None:
    """Bring to-do lists and findings of cases up to date after what no entry says: who stands above, what binds."""
    for case_id in cases:
        row = read_row(task.connection, case_id)
        record = read_record(task.connection, task.laws, row)
        view = record.view()
        judged = Judged(record.recorded()[-1], view, world_of(task, record, *view.every_round), Examination((), ()))
        refresh(task, row, record.book, judged)
