"""Meetings at which several people were settled: which steps they settle, and what is on record or waits of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from workflow.case.record import EntryKind, effective
from workflow.engine.acting import bodies_of, right_for
from workflow.engine.forms import vote_fields
from workflow.engine.looking import Waiting, waiting, waiting_in
from workflow.engine.reading import MOVE, CaseRecord
from workflow.engine.requests import TakeStep
from workflow.engine.scope import visible
from workflow.engine.task import Task
from workflow.law.kinds import Evidence, Tally
from workflow.law.model import Edition, FieldType, StepDef
from workflow.seal import Plain
from workflow.store.tables import Case, Entry, Organization, Person, Transfer

COLLEGIATE = frozenset({  # bodies that resolve in a meeting
    "branch_committee", "general_meeting", "general_branch", "subordinate_committee", "committee", "work_committee",
    "leading_group", "provincial_committee", "central_committee",
})  # fmt: skip
STRETCH = 5000  # entries that one page of a wide scope looks through
MOST_WAITING = 200
NOTED = b'"meeting":"'  # as the canonical body of an entry of a meeting has it


@dataclass(frozen=True, slots=True)
class Settled:
    """One person at a meeting: ``entry`` on record, or ``proposal`` that waits. ``figures``: of the vote, by field."""

    case: str
    name: str
    branch: str
    outcome: str
    figures: Mapping[str, int]
    entry: int | None = None
    proposal: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with whom it settled. ``organization``: whose it was."""

    id: str
    step: str
    on: date
    organization: str
    people: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Meetings, the newest first. ``next``: where the next page goes on, None: there is nothing earlier."""

    rows: tuple[Meeting, ...]
    next: int | None


def meeting_acts(task: Task, edition: Edition) -> dict[str, tuple[str, ...]]:
    """Return the steps that the actor's organization settles at meetings, each with its outcomes there.

    What adds to an earlier act, opens a case or moves one is not among them.
    """
    found = {
        name: tuple(code for code, _ in _resolved(task, step))
        for name, step in edition.steps.items()
        if right_for(step) in task.actor.rights and not step.opens and name != MOVE
    }
    return {name: outcomes for name, outcomes in found.items() if outcomes}


def _resolved(task: Task, step: StepDef) -> Iterator[tuple[str, object]]:
    for code, outcome in step.outcomes.items():
        if not outcome.adds and COLLEGIATE.intersection(bodies_of(step, outcome), task.actor.bodies):
            yield code, outcome


def ballots(edition: Edition, step: str) -> tuple[str, ...]:
    """Return the fields of a step that count ballots, as opposed to those that count who was there."""
    rules = edition.steps[step].rules.values()
    tallies = [rule.demand for rule in rules if isinstance(rule.demand, Tally)]
    there = {column for one in tallies for column in (one.present, one.written)}
    cast = {column for one in tallies for column in one.columns()} - there
    return tuple(name for name in vote_fields(edition, step) if f"{step}.{name}" in cast)


def days_of_each(edition: Edition, step: str) -> frozenset[str]:
    """Return the days that people settled at one meeting have each of their own: any but that of written votes."""
    demands = [rule.demand for rule in edition.steps[step].rules.values() if isinstance(rule.demand, Evidence)]
    votes = {column for one in demands if one.presupposed_by.positive for column in one.fields}
    return frozenset(
        name for name, field in edition.steps[step].evidence.items()
        if field.type in (FieldType.DAY, FieldType.PLAN) and f"{step}.{name}" not in votes
    )  # fmt: skip


def meeting_number(task: Task, step: str, on: date) -> str:
    """Return how a meeting is called: its day, the step that it settles, the organization whose it is."""
    return f"{on.isoformat()}-{step}-{task.actor.organization_uid.hex[:8]}"


def settled_before(
    task: Task, record: CaseRecord, step: str, meeting: str, waits: Sequence[Waiting] | None = None
) -> Settled | None:
    """Return what stands on record of a person of this meeting already, or waits; None: nothing does.

    ``waits``: what waits in the case, if that has been read.
    """
    standing = {entry.number for entry in effective(record.recorded())}
    row = record.row
    for line in record.entries:
        entry = line.recorded
        if entry.number in standing and (entry.step, line.body.get("meeting")) == (step, meeting):
            return Settled(row.number, "", row.branch, entry.outcome or "", {}, entry=entry.number)
    for one in waiting_in(task, record) if waits is None else waits:
        asked = one.request
        if isinstance(asked, TakeStep) and (asked.step, asked.meeting) == (step, meeting):
            return Settled(row.number, one.person, row.branch, asked.outcome, {}, proposal=one.proposal)
    return None


def meetings(task: Task, before: int | None = None) -> MeetingPage:
    """Return the meetings in scope, the newest first: of a branch all, of a wide scope a stretch of the record.

    ``before``: the entry from which the page goes back. Four queries at most, whatever the number of cases; of a branch
    five.
    """
    wide = task.actor.kind not in task.laws.organizations.case_kinds
    top = before or (task.connection.scalar(select(func.max(Entry.id))) or 0) + 1
    floor = max(1, top - STRETCH) if wide else 1
    query = _held().where(visible(task.actor))
    query = query.where(Entry.id < top, Entry.id >= floor) if wide else query.where(Entry.case_id.in_(_own(task)))
    rows = sorted(task.connection.execute(query).all(), key=lambda row: row.id, reverse=True)
    gone = _withdrawn(task, {row.case_id for row in rows})
    found = [_on_record(row, gone) for row in rows]
    if before is None:
        found = [*_that_wait(waiting(task, limit=MOST_WAITING)), *found]
    return MeetingPage(tuple(_grouped(found)), floor if floor > 1 else None)


def _own(task: Task) -> Sequence[int]:
    """Return the cases that the own branch has or is offered: few, so that nothing walks through all entries."""
    branch = task.actor.organization_id
    cases = select(Case.id).where(Case.organization_id == branch)
    return task.connection.scalars(cases.union_all(select(Transfer.case_id).where(Transfer.to_id == branch))).all()


def _held() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Entry.id, Entry.case_id, Entry.number, Entry.step, Entry.outcome, Entry.occurred_on, Entry.body,
        Case.number.label("case"), Person.name, Organization.name.label("organization"),
    )  # fmt: skip
    return (
        select(*columns).select_from(Entry).join(Case, Case.id == Entry.case_id)
        .join(Person, Person.case_id == Case.id).join(Organization, Organization.id == Entry.organization_id)
        .where(Entry.kind == EntryKind.ACT, Entry.body.contains(NOTED))
    )  # fmt: skip


def _withdrawn(task: Task, cases: Iterable[int]) -> set[tuple[int, int]]:
    """Return which entries of some cases were withdrawn, each by case and number."""
    query = select(Entry.case_id, Entry.supersedes)
    query = query.where(Entry.case_id.in_(list(cases)), Entry.kind == EntryKind.WITHDRAWAL)
    return {(row.case_id, row.supersedes) for row in task.connection.execute(query)}


def _on_record(row: Row[Any], gone: set[tuple[int, int]]) -> Meeting:
    body = json.loads(row.body)
    one = Settled(
        row.case, row.name, "", str(body.get("claimed", row.outcome)), _figures(body.get("evidence", {})),
        entry=row.number, withdrawn=(row.case_id, row.number) in gone,
    )  # fmt: skip
    return Meeting(body["meeting"], row.step, row.occurred_on, row.organization, (one,))


def _that_wait(found: Iterable[Waiting]) -> Iterator[Meeting]:
    for one in found:
        asked = one.request
        if isinstance(asked, TakeStep) and asked.meeting is not None:
            person = Settled(
                one.case, one.person, "", asked.outcome, _figures(asked.evidence), proposal=one.proposal
            )  # fmt: skip
            on = date.fromisoformat(asked.occurred_on)
            yield Meeting(asked.meeting, asked.step, on, one.organization, (person,))


def _figures(evidence: Mapping[str, Plain]) -> dict[str, int]:
    return {name: value for name, value in evidence.items() if type(value) is int}


def _grouped(found: Iterable[Meeting]) -> list[Meeting]:
    """Return the meetings, each once with all its people, in the order in which each is met first."""
    whole: dict[tuple[str, str, date], Meeting] = {}
    for one in found:
        key = (one.id, one.step, one.on)
        known = whole.get(key)
        whole[key] = one if known is None else replace(known, people=(*known.people, *one.people))
    return [replace(one, people=tuple(sorted(one.people, key=lambda each: each.case))) for one in whole.values()]
