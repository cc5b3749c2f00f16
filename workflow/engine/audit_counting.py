"""What a run counts: an organization with all below it, rule by rule and all rules together, in one statement.

The base is every case there, whatever rule applied to it: to how many a rule applied is known only by judging each,
which the audit in bulk does. Nothing is counted by person or by who acted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, distinct, exists, func, insert, literal, select, union_all
from sqlalchemy import case as choose

from workflow.engine.finding_stages import EventKind, Stage, covered, same
from workflow.engine.scope import within
from workflow.store.tables import AuditCount, Case, Finding, FindingEvent, FindingLife, Organization, Person

EVERY_RULE = ""
COUNTED = ("cases", "findings", "waived", "people", "people_left", "found", "reopened", "gone")
Part = Select[Any]


def insert_counts(run: int, path: str, today: date) -> Insert:
    """Return the statement that counts what a run found, for each organization of its scope that has any case.

    Its own organization is counted whether or not there is any.
    """
    parts = union_all(_nothing(path), _cases(path), *_found(path, today), *_changed(run)).cte("parts")
    line = _line(path)
    sums = [func.coalesce(func.sum(parts.c[name]), 0) for name in COUNTED]
    grouped = (
        select(literal(run), line.c.above, parts.c.rule, *sums)
        .join(line, line.c.below == parts.c.place)
        .group_by(line.c.above, parts.c.rule)
    )
    return insert(AuditCount).from_select(["run_id", "organization_id", "rule", *COUNTED], grouped)


def _line(path: str) -> Any:  # noqa: ANN401 - a common table expression
    """Return each organization of a scope with itself and every one above it that still lies in the scope."""
    inside = within(Organization.path, path)
    line = (
        select(Organization.id.label("below"), Organization.id.label("above")).where(inside).cte("line", recursive=True)
    )
    here, above = Organization.__table__.alias("here"), Organization.__table__.alias("upper")
    upward = (
        select(line.c.below, above.c.id)
        .join(here, here.c.id == line.c.above)
        .join(above, above.c.id == here.c.parent_id)
        .where(func.length(above.c.path) >= len(path))
    )
    return line.union_all(upward)


def _part(place: Any, rule: Any, source: Any, **counts: Any) -> Part:  # noqa: ANN401 - columns and a table
    numbers = [counts.get(name, literal(0)).label(name) for name in COUNTED]
    return select(place.label("place"), rule.label("rule"), *numbers).select_from(source)


def _nothing(path: str) -> Part:
    """Return a line of noughts for the organization at a path: a run where there is no case counts that, too."""
    return _part(Organization.id, literal(EVERY_RULE), Organization).where(Organization.path == path)


def _cases(path: str) -> Part:
    """Return how many people each organization has."""
    people = Person.__table__.join(Case.__table__, Case.id == Person.case_id)
    part = _part(Case.organization_id, literal(EVERY_RULE), people, cases=func.count())
    return part.where(within(Case.path, path)).group_by(Case.organization_id)


def _found(path: str, today: date) -> tuple[Part, Part]:
    """Return what is broken today and how much of it a waiver covers: by rule, and all together."""
    joined = (
        Finding.__table__.join(Case.__table__, Case.id == Finding.case_id)
        .outerjoin(FindingLife.__table__, and_(same(FindingLife, Finding), _waived(today)))
    )  # fmt: skip
    left = FindingLife.case_id.is_(None)
    counts = {
        "findings": func.count(),
        "waived": func.count(FindingLife.case_id),
        "people": func.count(distinct(Finding.case_id)),
        "people_left": func.count(distinct(choose((left, Finding.case_id)))),
    }
    where = (within(Finding.path, path), Finding.broken_on <= today)
    by_rule = _part(Case.organization_id, Finding.rule, joined, **counts).where(*where)
    together = _part(Case.organization_id, literal(EVERY_RULE), joined, **counts).where(*where)
    return by_rule.group_by(Case.organization_id, Finding.rule), together.group_by(Case.organization_id)


def _waived(today: date) -> ColumnElement[bool]:
    """Return the condition on a life that a waiver covers its finding, still the one that it was granted for."""
    granted = exists().where(FindingEvent.id == FindingLife.waiver_id, covered(FindingEvent, Finding))
    return and_(
        FindingLife.stage == Stage.WAIVED, FindingLife.waived_until >= today, granted.correlate(FindingLife, Finding)
    )


def _changed(run: int) -> tuple[Part, Part]:
    """Return what the events of a run say is new, has come back and is gone."""
    joined = FindingEvent.__table__.join(Case.__table__, Case.id == FindingEvent.case_id)
    kinds = {"found": EventKind.FOUND, "reopened": EventKind.REOPENED, "gone": EventKind.GONE}
    counts = {name: func.sum(choose((FindingEvent.kind == kind, 1), else_=0)) for name, kind in kinds.items()}
    of_run = FindingEvent.run_id == run
    by_rule = _part(Case.organization_id, FindingEvent.rule, joined, **counts).where(of_run)
    together = _part(Case.organization_id, literal(EVERY_RULE), joined, **counts).where(of_run)
    return by_rule.group_by(Case.organization_id, FindingEvent.rule), together.group_by(Case.organization_id)
