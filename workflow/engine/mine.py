"""What the actor has done, and what waits because of the actor: from the submissions that the account handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select

from workflow.calendar.office import office_day
from workflow.case.record import EntryKind
from workflow.engine.naming import KINDS, outcome_text, step_text
from workflow.engine.scope import visible
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.store.tables import Case, Entry, Organization, Person, Proposal, Submission

PAGE = 50


@dataclass(frozen=True, slots=True)
class Done:
    """An entry that the actor wrote, or confirmed as the second person (``confirmed``)."""

    id: int
    number: str
    name: str
    branch: str
    entry: int
    kind: EntryKind
    step: str | None
    words: Text
    occurred_on: date | None
    recorded_at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class DonePage:
    """A page of what the actor has done, the newest first. ``next``: after what the next page goes on."""

    rows: tuple[Done, ...]
    next: int | None


def done(task: Task, after: int | None = None, limit: int = PAGE) -> DonePage:
    """Return the entries that the account wrote or confirmed at the desk, of cases still in scope, the newest first.

    Found by way of the cases in which the account handed something in: what it imported is in the list of imports.
    """
    me = task.actor.account_id
    mine = select(Submission.case_id).where(Submission.account_id == me, Submission.case_id.is_not(None))
    columns: tuple[Any, ...] = (
        Entry.id, Case.number, Person.name, Organization.name.label("branch"), Entry.number.label("entry"), Entry.kind,
        Entry.step, Entry.outcome, Entry.occurred_on, Entry.recorded_at, Entry.confirmed_by,
    )  # fmt: skip
    query = (
        select(*columns).select_from(Entry).join(Case, Case.id == Entry.case_id)
        .join(Person, Person.case_id == Case.id).join(Organization, Organization.id == Case.organization_id)
        .where(Entry.case_id.in_(mine), or_(Entry.account_id == me, Entry.confirmed_by == me), visible(task.actor))
        .where((Entry.batch_id + 0).is_(None))  # in no index: nearly every entry came with no batch
    )  # fmt: skip
    if after is not None:
        query = query.where(Entry.id < after)
    rows = task.connection.execute(query.order_by(Entry.id.desc()).limit(limit + 1)).all()
    found = tuple(_done(task, row) for row in rows[:limit])
    return DonePage(found, found[-1].id if len(rows) > limit else None)


def _done(task: Task, row: Row[Any]) -> Done:
    edition = task.laws.book().edition_on(row.occurred_on or office_day(row.recorded_at))
    kind = EntryKind(row.kind)
    step, outcome = step_text(edition, row.step), outcome_text(edition, row.step, row.outcome)
    words = KINDS[kind] if step is None else step
    if outcome is not None:
        words = Text(f"{words.zh}：{outcome.zh}", f"{words.en}: {outcome.en}")
    return Done(
        row.id, row.number, row.name, row.branch, row.entry, kind, row.step, words, row.occurred_on, row.recorded_at,
        confirmed=row.confirmed_by == task.actor.account_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something that the actor submitted and that waits for a second person. ``rules``: what is broken by it."""

    proposal: int
    number: str
    name: str
    branch: str
    action: str
    words: Text
    occurred_on: date | None
    made_at: datetime
    rules: tuple[str, ...]


def proposed(task: Task, limit: int = PAGE) -> tuple[Proposed, ...]:
    """Return what the account has submitted and nobody has settled, of cases still in scope, the oldest first."""
    columns: tuple[Any, ...] = (
        Proposal.submission_id, Case.number, Person.name, Organization.name.label("branch"), Proposal.request,
        Proposal.made_at, Submission.answer, Entry.step.label("amended"),
    )  # fmt: skip
    amended = (Entry.case_id == Proposal.case_id, Entry.number == Proposal.request["number"].as_integer())
    query = (
        select(*columns).select_from(Proposal).join(Submission, Submission.id == Proposal.submission_id)
        .join(Case, Case.id == Proposal.case_id).join(Person, Person.case_id == Case.id)
        .join(Organization, Organization.id == Case.organization_id).outerjoin(Entry, amended[0] & amended[1])
        .where(Proposal.account_id == task.actor.account_id, visible(task.actor))
    )  # fmt: skip
    rows = task.connection.execute(query.order_by(Proposal.submission_id).limit(limit))
    return tuple(_proposed(task, row) for row in rows)


def _proposed(task: Task, row: Row[Any]) -> Proposed:
    request: Mapping[str, Any] = row.request
    day = date.fromisoformat(request["occurred_on"]) if request.get("occurred_on") else None
    edition = task.laws.book().edition_on(day or task.today)
    step = request.get("step") or row.amended
    words = step_text(edition, step) or Text("个人情况", "about the person")
    outcome = outcome_text(edition, step, request.get("outcome"))
    if outcome is not None:
        words = Text(f"{words.zh}：{outcome.zh}", f"{words.en}: {outcome.en}")
    return Proposed(
        row.submission_id, row.number, row.name, row.branch, str(request["action"]), words, day, row.made_at,
        tuple(row.answer["rules"]),
    )  # fmt: skip
