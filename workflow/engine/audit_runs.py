"""A run of the audit: the findings of today in a scope, taken in one transaction and set against what was known before.

A handful of statements, however many findings there are. Events tell what is new, has come back or is gone; the
projection of each life follows them; counts are kept for every organization with all below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, insert, literal, or_, select, update
from sqlalchemy import case as choose
from sqlalchemy.types import String

from workflow.engine.acting import NotEntitled, require_right
from workflow.engine.audit_counting import COUNTED, EVERY_RULE, insert_counts
from workflow.engine.finding_stages import CLOSED, EventKind, Stage, same
from workflow.engine.log import changed
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import Actor
from workflow.engine.requests import require_code
from workflow.engine.scope import OrganizationRow, within
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.organizations import Organizations, Right
from workflow.store.tables import AuditCount, AuditRun, Case, Finding, FindingEvent, FindingLife, Organization
from workflow.store.types import Instant

IDENTITY = ("case_id", "rule", "step", "round")


@dataclass(frozen=True, slots=True)
class RunTotals:
    """A run and what it counted in one organization. ``unchanged``: found now as before; ``left``: not waived."""

    id: int
    as_of: date
    made_at: datetime
    organization: str
    cases: int
    findings: int
    waived: int
    people: int
    people_left: int
    found: int
    reopened: int
    gone: int

    @property
    def unchanged(self) -> int:
        """Return how many were found before, too."""
        return self.findings - self.found - self.reopened

    @property
    def left(self) -> int:
        """Return how many no waiver covers."""
        return self.findings - self.waived


def may_run(organizations: Organizations, actor: Actor) -> bool:
    """Tell whether an office takes runs: one that confirms, above those that hold the cases or with nobody above it."""
    above = actor.kind not in organizations.case_kinds or actor.path.count(".") == 1
    return Right.CONFIRM in actor.rights and above


def run(task: Task, place: OrganizationRow | None, key: str) -> int:
    """Take the findings of today in the scope, or in one organization of it, as a run; return its number.

    ``key``: the same one again, from the same account and of the same organization, is the same run. The transaction
    must see one state throughout and be the only one that changes the life of findings (``Changes.sweep``). Raises
    NotEntitled, UnsoundRequest.
    """
    require_right(task.actor, Right.CONFIRM)
    if not may_run(task.laws.organizations, task.actor):
        raise NotEntitled(Text("检查由上级组织进行", "a run is taken by an organization above"))
    require_code(key)
    connection, account = task.connection, task.actor.account_id
    path = place.path if place else task.actor.path
    of = place.id if place else int(path.rstrip(".").rpartition(".")[2])
    mine = select(AuditRun.id).where(AuditRun.account_id == account, AuditRun.organization_id == of)
    if (known := connection.scalar(mine.where(AuditRun.key == key))) is not None:
        return known
    made = {"organization_id": of, "path": path, "as_of": task.today, "made_at": task.now, "account_id": account,
            "key": key}  # fmt: skip
    number: int = connection.execute(insert(AuditRun).returning(AuditRun.id), made).scalar_one()
    news, gone = _tell(connection, number, path, task)
    _follow(connection, number, path, task.today)
    changed(connection, task.actor, LogAct.AUDIT_RUN, path, run=number, as_of=task.today, told=news, gone=gone)
    connection.execute(insert_counts(number, path, task.today))
    return number


def _broken(path: str, today: date) -> ColumnElement[bool]:
    return and_(within(Finding.path, path), Finding.broken_on <= today)


def _tell(connection: Connection, number: int, path: str, task: Task) -> tuple[int, int]:
    """Write the events of a run: what is found for the first time or has come back, what is gone; return how many."""
    unseen = or_(FindingLife.case_id.is_(None), FindingLife.first_on.is_(None))
    kind = choose((unseen, literal(EventKind.FOUND.value)), else_=literal(EventKind.REOPENED.value))
    news = (
        select(*_identity(Finding), kind, *_stamp(number, task.now))
        .outerjoin(FindingLife, same(FindingLife, Finding))
        .where(_broken(path, task.today), or_(unseen, FindingLife.closed_on.is_not(None)))
        .order_by(*_identity(Finding))
    )
    gone = (
        select(*_identity(FindingLife), literal(EventKind.GONE.value), *_stamp(number, task.now))
        .join(Case, Case.id == FindingLife.case_id)
        .where(within(Case.path, path), FindingLife.stage != Stage.CLOSED, ~_still(task.today))
        .order_by(*_identity(FindingLife))
    )
    names = [*IDENTITY, "kind", "at", "run_id"]
    counted = {"preserve_rowcount": True}  # of an insert it is not kept by itself
    told, ended = (
        connection.execute(insert(FindingEvent).from_select(names, some), execution_options=counted).rowcount
        for some in (news, gone)
    )
    return told, ended


def _identity(table: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any of the tables that hold these columns
    return tuple(getattr(table, name) for name in IDENTITY)


def _stamp(number: int, now: datetime) -> tuple[Any, Any]:
    return literal(now, Instant()), literal(number)


def _still(today: date) -> ColumnElement[bool]:
    """Return the condition that a life is of something that is broken today."""
    return exists().where(same(Finding, FindingLife), Finding.broken_on <= today)


def _follow(connection: Connection, number: int, path: str, today: date) -> None:
    """Bring the projection of lives up to date with the events of a run.

    What was answered or waived before it was gone is looked at anew when it comes back.
    """
    ended = exists().where(
        same(FindingEvent, FindingLife), FindingEvent.run_id == number, FindingEvent.kind == EventKind.GONE
    )
    connection.execute(
        update(FindingLife).where(ended).values(**CLOSED, closed_on=today)
    )  # fmt: skip
    there = exists().where(same(Finding, FindingLife), _broken(path, today))
    closed = FindingLife.stage == Stage.CLOSED
    back = and_(FindingLife.closed_on.is_not(None), FindingLife.first_on.is_not(None))
    connection.execute(
        update(FindingLife).where(there).values(
            stage=choose((closed, literal(Stage.OPEN.value, String())), else_=FindingLife.stage),
            first_on=choose((FindingLife.first_on.is_(None), literal(today)), else_=FindingLife.first_on),
            reopened_on=choose((back, literal(today)), else_=FindingLife.reopened_on),
            closed_on=None,
            last_on=today,
        )
    )  # fmt: skip
    unknown = (
        select(*_identity(Finding), Finding.force, literal(Stage.OPEN.value), literal(today), literal(today))
        .outerjoin(FindingLife, same(FindingLife, Finding))
        .where(_broken(path, today), FindingLife.case_id.is_(None))
    )
    columns = [*IDENTITY, "force", "stage", "first_on", "last_on"]
    connection.execute(insert(FindingLife).from_select(columns, unknown))


def runs(task: Task, place: OrganizationRow | None = None, most: int = 24) -> tuple[RunTotals, ...]:
    """Return the newest runs that covered an organization, by default that of the scope, newest first.

    An administrator sees none.
    """
    if not task.actor.sees_cases:
        return ()
    query = _totals(task, place).order_by(AuditCount.run_id.desc()).limit(most)
    return tuple(RunTotals(*row) for row in task.connection.execute(query))


def run_told(task: Task, place: OrganizationRow | None, number: int) -> RunTotals:
    """Return what a run counted in an organization that it covered; ``number``: as ``run`` returns it."""
    return RunTotals(*task.connection.execute(_totals(task, place).where(AuditCount.run_id == number)).one())


def _totals(task: Task, place: OrganizationRow | None) -> Select[Any]:
    of = place.id if place else int(task.actor.path.rstrip(".").rpartition(".")[2])
    counts = [getattr(AuditCount, name) for name in COUNTED]
    return (
        select(AuditRun.id, AuditRun.as_of, AuditRun.made_at, Organization.name, *counts)
        .join(AuditRun, AuditRun.id == AuditCount.run_id)
        .join(Organization, Organization.id == AuditRun.organization_id)
        .where(AuditCount.organization_id == of, AuditCount.rule == EVERY_RULE)
    )
