"""Trend and rates as statistics tell them: by month and by rule in one organization, small numbers hidden (``hiding``).

Nothing is ever counted by person or by who acted. The base of every rate is all people of the organization on the day
of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from workflow.engine.audit_counting import EVERY_RULE
from workflow.engine.audit_runs import RunTotals
from workflow.engine.hiding import Counted, Shown, alone, below, beside, together
from workflow.engine.naming import rule_basis, rule_text
from workflow.engine.scope import OrganizationRow
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.store.tables import AuditCount, Organization

MOST_PLACES = 200  # organizations that are listed


@dataclass(frozen=True, slots=True)
class Month:
    """The last run of a month. ``day``: of that run."""

    day: date
    told: Shown


@dataclass(frozen=True, slots=True)
class RuleRate:
    """What a run counted of one rule."""

    rule: str
    demand: Text
    basis: Text
    told: Shown


@dataclass(frozen=True, slots=True)
class PlaceRate:
    """What a run counted in an organization with all below it."""

    uid: UUID
    name: str
    told: Shown


@dataclass(frozen=True, slots=True)
class RunTold:
    """A run in the list of runs as it is told; the four numbers of what changed are told together or not at all."""

    made_at: datetime
    organization: str
    findings: int | None
    found: int | None
    unchanged: int | None
    reopened: int | None
    gone: int | None


def by_month(runs: Sequence[RunTotals]) -> tuple[Month, ...]:
    """Return the last run of each month, the oldest first; ``runs``: the newest first."""
    last: dict[tuple[int, int], RunTotals] = {}
    for one in runs:
        last.setdefault((one.as_of.year, one.as_of.month), one)
    return tuple(Month(one.as_of, alone(_counted(one))) for one in reversed(last.values()))


def told(run: RunTotals) -> RunTold:
    """Return a run as the list of runs tells it: what changed is told all together or not at all."""
    findings = alone(_counted(run)).findings
    news = (run.found, run.unchanged, run.reopened, run.gone)
    changed = together(*news) if findings is not None else (None,) * len(news)
    return RunTold(run.made_at, run.organization, findings, *changed)


def _counted(run: RunTotals) -> Counted:
    return Counted(run.cases, run.findings, run.people, run.people_left, run.waived)


def by_rule(task: Task, run: RunTotals, place: OrganizationRow | None) -> tuple[RuleRate, ...]:
    """Return what a run counted of each rule in an organization, most people first."""
    of = place.id if place else int(task.actor.path.rstrip(".").rpartition(".")[2])
    count, edition = AuditCount, task.laws.book().newest
    query = (
        select(count.rule, count.findings, count.people, count.people_left)
        .where(count.run_id == run.id, count.organization_id == of, count.rule != EVERY_RULE, count.findings > 0)
        .order_by(count.people.desc(), count.rule)
    )  # fmt: skip
    rows = task.connection.execute(query).all()
    shown = beside([Counted(run.cases, row.findings, row.people, row.people_left) for row in rows], whole=False)
    return tuple(
        RuleRate(row.rule, rule_text(edition, row.rule), rule_basis(edition, row.rule), one)
        for row, one in zip(rows, shown, strict=True)
    )


def by_place(task: Task, run: RunTotals, place: OrganizationRow | None) -> tuple[PlaceRate, ...]:
    """Return what a run counted in each organization right below one as the tree stands today, in its order.

    ``run``: with the totals of the one above, which count the tree as it stood on the day of the run. One more than
    MOST_PLACES: there are more than are listed.
    """
    of = place.id if place else int(task.actor.path.rstrip(".").rpartition(".")[2])
    count, lower = AuditCount, Organization
    query = (
        select(lower.uid, lower.name, count.findings, count.people, count.people_left, count.cases)
        .join(count, count.organization_id == lower.id)
        .where(lower.parent_id == of, count.run_id == run.id, count.rule == EVERY_RULE)
        .order_by(lower.path).limit(MOST_PLACES + 1)
    )  # fmt: skip
    rows = task.connection.execute(query).all()
    total = Counted(run.cases, run.findings, run.people, run.people_left)
    shown = below(total, [Counted(row.cases, row.findings, row.people, row.people_left) for row in rows])
    return tuple(PlaceRate(row.uid, row.name, one) for row, one in zip(rows, shown, strict=True))
