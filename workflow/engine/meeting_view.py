"""Who can be settled at one meeting: whose case stands so that the step can be taken, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from workflow.case.facts import World
from workflow.case.history import CaseView, Entry
from workflow.case.record import EntryKind, Recorded
from workflow.engine.judging import Worlds
from workflow.engine.reading import CaseRecord, CaseRow, case_columns, case_row, read_records
from workflow.engine.scope import in_no_index, visible
from workflow.engine.task import Task
from workflow.law.model import Edition, OutcomeDef
from workflow.machine import StepImpossible
from workflow.rules.judge import Concern, Examiner, Refusal
from workflow.rules.moment import examine_act
from workflow.store.tables import Case, Organization, Person, Todo

MOST = 200  # people at one meeting


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be settled. ``record``: the case, in the version that is looked at.

    ``missing``: why the act would be refused whatever the form says; ``concerns``: what would have to be justified.
    """

    record: CaseRecord
    name: str
    missing: tuple[Refusal, ...]
    concerns: tuple[Concern, ...]

    @property
    def number(self) -> str:
        """Return the number of the case."""
        return self.record.row.number

    @property
    def ready(self) -> bool:
        """Tell whether nothing stands in the way."""
        return not self.missing


def meeting_candidates(task: Task, step: str, outcome: str, on: date) -> tuple[Candidate, ...]:
    """Return whom a meeting of the own organization on a day could settle, those first in whose way nothing stands.

    Of a branch: its own people in a state in which the step can end so; of others: those of whom the step is asked of
    the own organization. A flat number of queries, two more for each case that was handed over.
    """
    edition = task.laws.book().edition_on(on)
    rows = task.connection.execute(_people(task, step, edition.steps[step].outcomes[outcome], edition)).all()
    cases = [case_row(tuple(row)[1:]) for row in rows]
    names = {row.id: row.person for row in rows}
    records = list(read_records(task.connection, task.laws, cases))
    views = _views(records, Recorded(
        number=0, kind=EntryKind.ACT, recorded_on=task.today, step=step, outcome=outcome, occurred_on=on,
    ))  # fmt: skip
    worlds = Worlds(task, ((record, after.every_round) for record, _, after in views))
    act = (step, outcome, on)
    found = [
        _candidate(task, record, (before, after), worlds.of(record, *after.every_round), act, names[record.row.id])
        for record, before, after in views
    ]
    return tuple(sorted(found, key=lambda one: (not one.ready, one.number)))


def others(task: Task, numbers: Sequence[str]) -> dict[str, tuple[CaseRow, str]]:
    """Return of some cases those that the actor may know of, with whom they are about, by number; in one query."""
    query = (
        select(Person.name, *case_columns()).select_from(Case)
        .outerjoin(Person, Person.case_id == Case.id).join(Organization, Organization.id == Case.organization_id)
        .where(visible(task.actor), Case.number.in_(numbers))
    )  # fmt: skip
    found = ((case_row(tuple(row)[1:]), row[0] or "") for row in task.connection.execute(query))
    return {row.number: (row, name) for row, name in found}


def _people(task: Task, step: str, outcome: OutcomeDef, edition: Edition) -> Select[Any]:
    states = outcome.start or edition.steps[step].start
    query = (
        select(Person.name.label("person"), *case_columns()).select_from(Case)
        .join(Person, Person.case_id == Case.id).join(Organization, Organization.id == Case.organization_id)
        .where(visible(task.actor), in_no_index(Case.state).in_(states)).order_by(Case.id).limit(MOST)
    )  # fmt: skip
    if task.actor.kind in task.laws.organizations.case_kinds:
        return query.where(Case.organization_id == task.actor.organization_id)
    asked = select(Todo.case_id).where(Todo.organization_id == task.actor.organization_id, Todo.step == step)
    return query.where(Case.id.in_(asked))


def _views(records: Sequence[CaseRecord], act: Recorded) -> list[tuple[CaseRecord, CaseView, CaseView]]:
    """Return the cases in which the act is possible, without and with it."""
    found = []
    for record in records:
        entry = replace(act, number=record.row.head.entries + 1)
        try:
            found.append((record, *record.views(entry, present=True)))
        except StepImpossible:
            continue
    return found


def _candidate(
    task: Task,
    record: CaseRecord,
    views: tuple[CaseView, CaseView],
    world: World,
    act: tuple[str, str, date],
    name: str,
) -> Candidate:
    step, outcome, on = act
    before, after = views
    found = examine_act(Examiner(record.book, world), before, after, Entry(step, outcome, on), task.today)
    return Candidate(
        record, name,
        tuple(one for one in found.refusals if not _of_the_form(record, one.rule, step)),
        tuple(one for one in found.concerns if not _of_the_form(record, one.rule, step)),
    )  # fmt: skip


def _of_the_form(record: CaseRecord, rule: str, step: str) -> bool:
    """Tell whether a rule speaks of nothing but what the form of the step is about to say."""
    known = record.book.newest.rules.get(rule)
    return known is not None and all(column.startswith(f"{step}.") for column in known[1].demand.columns())
