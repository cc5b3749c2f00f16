"""What is asked of the database about findings: made once for every set of filters, with places for their values.

Made anew for every page, a question costs as much as its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    func,
    select,
    tuple_,
)

from workflow.engine.below import part_below
from workflow.engine.finding_lives import BY_APPROVAL, GRANTED, LIFE, stands
from workflow.engine.finding_stages import Standing, same
from workflow.engine.reading import case_columns
from workflow.engine.scope import VISIBLE, in_no_index, within_of
from workflow.store.tables import Case, Finding, FindingLife, Organization, Person

ORDER: tuple[Any, ...] = (
    Finding.path, Finding.broken_on, Finding.case_id, Finding.rule, Finding.step, Finding.round,
)  # fmt: skip
LINE = (*ORDER, Finding.outcome, Finding.force, Finding.due_on, Person.name.label("person"), *LIFE)  # then its case's
TODAY: BindParameter[date] = bindparam("today", type_=Date())
MOST: BindParameter[int] = bindparam("most", type_=Integer())


@dataclass(frozen=True, slots=True)
class Shape:
    """Which filters are set. Filled in are ``seen_by``, ``bounds`` of ``place``, ``today``, and what is filtered by."""

    rule: bool = False
    force: bool = False
    states: bool = False
    standing: Standing | None = None

    def of_findings(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on ``Finding`` alone: path and state are its case's; the rule is none of them."""
        force = (Finding.force == bindparam("force"),) if self.force else ()
        standing = (stands(self.standing, TODAY),) if self.standing else ()
        states = (Finding.state.in_(bindparam("states", expanding=True)),) if self.states else ()
        return (within_of(Finding.path, "place"), Finding.broken_on <= TODAY, *states, *force, *standing)

    def of_cases(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on ``Case`` that the filters make."""
        return (in_no_index(Case.state).in_(bindparam("states", expanding=True)),) if self.states else ()

    def of_both(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on ``Finding`` joined with its ``Case`` that every filter makes, scope included."""
        rule = (Finding.rule == bindparam("rule"),) if self.rule else ()
        return (VISIBLE, *self.of_findings(), *rule)


_LINES = (
    select(*LINE, *case_columns()).select_from(Finding).join(Case, Case.id == Finding.case_id)
    .join(Person, Person.case_id == Case.id).join(Organization, Organization.id == Case.organization_id)
    .outerjoin(FindingLife, same(FindingLife, Finding)).outerjoin(GRANTED, BY_APPROVAL)
)  # fmt: skip
ONE = _LINES.where(
    VISIBLE, Finding.broken_on <= TODAY, Case.number == bindparam("number"), Finding.rule == bindparam("rule"),
    Finding.step == bindparam("step"), Finding.round == bindparam("round"),
)  # fmt: skip


@lru_cache
def lines(shape: Shape, *, going_on: bool) -> Select[Any]:
    """Return ``most`` lines of the list with what is known of their cases; ``going_on``: those after a place."""
    query = _LINES.where(*shape.of_both()).order_by(*ORDER).limit(MOST)
    if not going_on:
        return query
    return query.where(tuple_(*ORDER) > tuple_(*(bindparam(f"after_{one.key}", type_=one.type) for one in ORDER)))


@lru_cache
def numbers(shape: Shape) -> Select[Any]:
    """Return the ids of the cases of which lines tell, one a line."""
    return select(Finding.case_id).join(Case, Case.id == Finding.case_id).where(*shape.of_both())


@lru_cache
def counts(shape: Shape) -> Select[Any]:
    """Return how many of the first ``most`` findings there are by rule, step and part of the path below ``place``."""
    below = part_below(Finding.path, bindparam("place", type_=String())).label("below")
    cut = select(Finding.rule, Finding.step, below).where(*shape.of_findings()).limit(MOST).subquery()
    parts = (cut.c.rule, cut.c.step, cut.c.below)
    return select(*parts, func.count()).group_by(*parts)


@lru_cache
def people(shape: Shape) -> Select[Any]:
    """Return the ids of the cases among which is looked."""
    inside = (VISIBLE, within_of(Case.path, "place"), *shape.of_cases())
    return select(Case.id).join(Person, Person.case_id == Case.id).where(*inside)


NAMES = select(Organization.id, Organization.uid, Organization.name).where(
    Organization.id.in_(bindparam("ids", expanding=True))
).order_by(Organization.path)  # fmt: skip
ABOVE = NAMES.where(within_of(Organization.path, "path"))  # those of them that lie in the scope


def place_after(row: Row[Any]) -> str:
    """Return the place of a line in the list, as a text."""
    return "~".join(str(part) for part in tuple(row)[: len(ORDER)])


def after(place: str) -> dict[str, object]:
    """Return the parameters of the place that a text means; none: the beginning."""
    parts = place.split("~")
    if len(parts) != len(ORDER):
        return {}
    path, day, case, rule, step, number = parts
    try:
        values = (path, date.fromisoformat(day), int(case), rule, step, int(number))
    except ValueError:
        return {}
    return {f"after_{column.key}": value for column, value in zip(ORDER, values, strict=True)}
