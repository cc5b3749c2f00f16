"""The life of findings as it is looked at: where each stands, what happened to it, and those that are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select, tuple_
from sqlalchemy.orm import aliased

from workflow.engine.finding_stages import AsItWas, EventKind, Identity, Stage, Standing, covered, same, standing_on
from workflow.engine.naming import rule_basis, rule_text
from workflow.engine.offices import Day
from workflow.engine.scope import OrganizationRow, visible, within
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.store.tables import (
    Account,
    AuditRun,
    Case,
    Finding,
    FindingEvent,
    FindingLife,
    FindingText,
    Organization,
    Person,
)

MOST_EVENTS = 200  # of one finding that are told
_PRINCIPAL = aliased(Account)
_SERVED = aliased(Organization)
_SAID = aliased(FindingLife)  # beside the lives that a list joins
_APPROVED = aliased(FindingEvent)


@dataclass(frozen=True, slots=True)
class Life:
    """Where a finding stands today. ``asked``: the event by which a waiver was asked for, if it waits.

    ``granted_for``: the breach that a waiver was granted for, where the finding has become another: it is open again.
    """

    standing: Standing
    first_on: date | None = None
    last_on: date | None = None
    reopened_on: date | None = None
    closed_on: date | None = None
    asked: int | None = None
    waived_until: date | None = None
    granted_for: AsItWas | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a finding. ``texts``: by field, None: erased. ``account`` None: a run did it."""

    id: int
    kind: EventKind
    at: datetime
    account: str | None
    principal: str | None
    organization: str | None
    role: str | None
    until_on: date | None
    run: int | None
    texts: Mapping[str, str | None]
    settles: int | None
    by: frozenset[int]  # the accounts that did it
    scope: str  # the root of what the organization sees


@dataclass(frozen=True, slots=True)
class Closed:
    """A finding that a run no longer found."""

    number: str
    name: str
    branch: str
    rule: str
    step: str
    round: int
    demand: Text
    basis: Text
    first_on: date | None
    last_on: date | None
    closed_on: date


GRANTED = aliased(FindingEvent)  # the approval of the waiver, joined by BY_APPROVAL
BY_APPROVAL = GRANTED.id == FindingLife.waiver_id
LIFE = (
    FindingLife.stage, FindingLife.first_on, FindingLife.last_on, FindingLife.reopened_on, FindingLife.closed_on,
    FindingLife.asked_id, FindingLife.waived_until, GRANTED.outcome.label("granted_outcome"),
    GRANTED.due_on.label("granted_due_on"), GRANTED.broken_on.label("granted_broken_on"),
)  # fmt: skip


def life_of(connection: Connection, finding: Identity, today: date) -> Life | None:
    """Return where a finding stands today; None: nothing is known of it."""
    query = select(*LIFE).select_from(FindingLife).outerjoin(GRANTED, BY_APPROVAL)
    row = connection.execute(query.where(finding.of(FindingLife))).one_or_none()
    return _life(row, today) if row else None


def life_in(row: Any, today: date) -> Life:  # noqa: ANN401 - a row of a finding with the columns LIFE
    """Return where a finding stands that is broken today; of what nothing has been said, that it is open.

    What a run has closed and is broken again is open, as the next run will say; so is what was waived as another.
    """
    life = _life(row, today)
    if life.standing is Standing.GONE:
        return replace(life, standing=Standing.OPEN)
    granted = AsItWas(row.granted_outcome, row.granted_due_on, row.granted_broken_on)
    if life.standing is Standing.WAIVED and not granted.covers(AsItWas.of(row)):
        return replace(life, standing=Standing.OPEN, waived_until=None, granted_for=granted)
    return life


def _life(row: Any, today: date) -> Life:  # noqa: ANN401 - a row
    standing = standing_on(row.stage, row.waived_until, today)
    return Life(
        standing, row.first_on, row.last_on, row.reopened_on, row.closed_on, row.asked_id, row.waived_until
    )  # fmt: skip


def stands(standing: Standing, today: Day) -> ColumnElement[bool]:
    """Return the condition on ``Finding`` that it stands so today; what is closed is none of them until it comes back.

    A finding that a run closed and that is broken again is open, as the next run will say.
    """
    life = _SAID
    if standing is Standing.OPEN:
        said = life.stage.in_((Stage.ANSWERED, Stage.ASKED))
        other = or_(said, _expired(today), and_(_waived(today), _as_granted()))
        return not_(exists().where(same(life, Finding), other))
    there = {Standing.WAIVED: _waived(today), Standing.EXPIRED: _expired(today)}
    key = (Finding.case_id, Finding.rule, Finding.step, Finding.round)
    lives = select(life.case_id, life.rule, life.step, life.round)
    found = tuple_(*key).in_(lives.where(there.get(standing, life.stage == standing.value)))
    return and_(found, exists().where(same(life, Finding), _as_granted())) if standing is Standing.WAIVED else found


def _waived(today: Day) -> ColumnElement[bool]:
    return and_(_SAID.stage == Stage.WAIVED, _SAID.waived_until >= today)


def _as_granted() -> ColumnElement[bool]:
    """Return the condition on ``Finding`` that it is still what the waiver in its life was granted for."""
    return exists().where(_APPROVED.id == _SAID.waiver_id, covered(_APPROVED, Finding)).correlate(_SAID, Finding)


def _expired(today: Day) -> ColumnElement[bool]:
    return and_(_SAID.stage == Stage.WAIVED, _SAID.waived_until < today)


def history(connection: Connection, finding: Identity) -> tuple[Event, ...]:
    """Return what happened to a finding, in order, with the words that are not erased; in two queries."""
    event = FindingEvent
    query = (
        select(
            event.id, event.kind, event.at, Account.name.label("account"), _PRINCIPAL.name.label("principal"),
            Organization.name.label("organization"), event.role, event.until_on, event.run_id, event.commitments,
            event.settles, event.account_id, event.principal_id,
            func.coalesce(_SERVED.path, Organization.path, "").label("scope"),
        )
        .outerjoin(Account, Account.id == event.account_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == event.principal_id)
        .outerjoin(AuditRun, AuditRun.id == event.run_id)
        .outerjoin(
            Organization, or_(Organization.id == event.organization_id, Organization.id == AuditRun.organization_id)
        )
        .outerjoin(_SERVED, _SERVED.id == Organization.serves_id)
        .where(finding.of(event)).order_by(event.id).limit(MOST_EVENTS)
    )  # fmt: skip
    rows = connection.execute(query).all()
    texts: dict[int, dict[str, str]] = {}
    if speaking := [row.id for row in rows if row.commitments]:
        said = select(FindingText.event_id, FindingText.field, FindingText.value)
        for key, field, value in connection.execute(said.where(FindingText.event_id.in_(speaking))):
            texts.setdefault(key, {})[field] = value
    return tuple(_event(row, texts.get(row.id, {})) for row in rows)


def _event(row: Any, texts: Mapping[str, str]) -> Event:  # noqa: ANN401 - a row
    return Event(
        row.id, EventKind(row.kind), row.at, row.account, row.principal, row.organization, row.role, row.until_on,
        row.run_id, {field: texts.get(field) for field in row.commitments or {}}, row.settles,
        frozenset({row.account_id, row.principal_id} - {None}), row.scope,
    )  # fmt: skip


def closed(
    task: Task, place: OrganizationRow | None, after: int = 0, limit: int = 20
) -> tuple[tuple[Closed, ...], int | None]:
    """Return a page of what runs have closed in the scope, the latest first, and how many lines lie before the next.

    An administrator sees nothing.
    """
    if not task.actor.sees_cases:
        return (), None
    life, edition = FindingLife, task.laws.book().newest
    path = place.path if place else task.actor.path
    query = (
        select(
            Case.number, Person.name, Organization.name.label("branch"), life.rule, life.step, life.round,
            life.first_on, life.last_on, life.closed_on,
        )
        .select_from(life).join(Case, Case.id == life.case_id).join(Person, Person.case_id == Case.id)
        .join(Organization, Organization.id == Case.organization_id)
        .where(life.stage == Stage.CLOSED, within(Case.path, path), visible(task.actor))
        .where(life.closed_on.is_not(None))  # the index by which the latest come first
        .order_by(life.closed_on.desc(), life.case_id.desc(), life.rule.desc(), life.step.desc(), life.round.desc())
        .offset(after).limit(limit + 1)
    )  # fmt: skip
    rows = task.connection.execute(query).all()
    return _closed(rows[:limit], edition), after + limit if len(rows) > limit else None


def _closed(rows: Sequence[Any], edition: Any) -> tuple[Closed, ...]:  # noqa: ANN401 - rows
    return tuple(
        Closed(
            row.number, row.name, row.branch, row.rule, row.step, row.round, rule_text(edition, row.rule),
            rule_basis(edition, row.rule), row.first_on, row.last_on, row.closed_on,
        )
        for row in rows
    )  # fmt: skip
