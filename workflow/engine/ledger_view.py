"""The ledger (台账) on the screen: the people of a scope with their next step, filtered, in pages.

Eight queries at most, whatever is filtered by: a small scope is asked branch by branch, a large one along the order
asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from workflow.engine.agenda import NOTHING_URGES
from workflow.engine.among import among
from workflow.engine.bounded import counted
from workflow.engine.lights import SOON, Light, light_of
from workflow.engine.name_parts import bears
from workflow.engine.scope import (
    beginning,
    find_organization,
    in_no_index,
    visible,
    visible_unsorted,
    within,
    within_unsorted,
)
from workflow.engine.task import Task
from workflow.plain import name_key, squeezed
from workflow.store.tables import Case, Finding, NamePart, Organization, Person, Todo, Transfer

MOST = 300  # people that are counted
PAGE = 50
FEW = 5_000  # cases that are asked for by their numbers
SMALL = 500  # organizations up to which cases are looked for branch by branch
FEW_BRANCHES = 100  # organizations whose cases are all sorted for a page of them
NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,9}")
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?~([0-9.]{0,200})~([0-9]{1,18})")


class Order(StrEnum):
    """In which order people are listed."""

    NEWEST = "newest"  # the case begun last comes first
    DUE = "due"  # the most urgent comes first, those of whom nothing is asked last


class Urgency(StrEnum):
    """How urgent the step is that is asked for."""

    OVERDUE = "overdue"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """Which people are asked for: all conditions hold together.

    ``states``: any of them; ``organization``: with all below it; ``name``: a part of the name, or the beginning of a
    number; ``step``: one that is asked for now; ``findings``: some rule is broken.
    """

    states: tuple[str, ...] = ()
    organization: UUID | None = None
    name: str | None = None
    urgency: Urgency | None = None
    step: str | None = None
    findings: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in the ledger. ``step``: the most urgent of those asked for; ``broken``: rules broken by today."""

    number: str
    name: str
    branch: str
    branch_uid: UUID
    state: str
    entries: int
    step: str | None
    due_on: date | None
    light: Light
    broken: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger. ``next``: after what the next page goes on; ``total`` None: more than MOST."""

    rows: tuple[Listed, ...]
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where cases are looked for. ``branches``: the organizations there, if few; ``offered``: cases besides."""

    path: str
    branches: tuple[int, ...] | None
    offered: tuple[int, ...]


def people(task: Task, filters: LedgerFilters, after: str | None = None, limit: int = PAGE) -> Page:
    """Return a page of the people in scope who fulfil the filters; ``after``: the ``next`` of the page before.

    Raises UnknownOrganization for an organization outside the scope. An administrator sees nobody.
    """
    if not task.actor.sees_cases:
        return Page((), None, 0)
    place = _place(task, filters)
    fitting, few = _conditions(task, filters, place)
    where, some = (visible_unsorted(task.actor), *fitting), _of(few)
    cursor = _cursor(after or "")
    rows: list[Row[Any]] = []
    if filters.order is Order.DUE and (cursor is None or cursor[0] is not None):
        rows += task.connection.execute(_by_due(place, where, filters, cursor, few, limit + 1)).all()
        cursor = None
    if len(rows) <= limit:
        last, idle = cursor[2] if cursor else None, filters.order is Order.DUE
        rows += task.connection.execute(_newest(place, (*where, *some), last, limit + 1 - len(rows), idle=idle)).all()
    end = rows[limit - 1] if len(rows) > limit else None
    following = f"{end.due_on or ''}~{end.path}~{end.id}" if end is not None else None
    total = len(rows) if after is None and end is None else _total(task, (*fitting, *some))
    return Page(_listed(task, rows[:limit]), following, total)


def _cursor(after: str) -> tuple[date | None, str, int] | None:
    """Return day, path and id after which a page goes on; what is no such place is the beginning."""
    found = CURSOR.fullmatch(after)
    try:
        return (date.fromisoformat(found[1]) if found[1] else None, found[2], int(found[3])) if found else None
    except ValueError:
        return None


def filtered(task: Task, filters: LedgerFilters) -> Iterator[str]:
    """Yield the numbers of the cases that fulfil the filters, branch by branch in the order of opening."""
    query = select(Case.number).join(Person, Person.case_id == Case.id).where(*conditions(task, filters))
    yield from task.connection.scalars(query.order_by(Case.path, Case.id))


def conditions(task: Task, filters: LedgerFilters) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on ``Case`` joined with ``Person`` that filters make, scope included."""
    fitting, few = _conditions(task, filters, _place(task, filters))
    return (visible(task.actor), *fitting, *_of(few))


def _place(task: Task, filters: LedgerFilters) -> _Place:
    path, chosen = task.actor.path, filters.organization
    if chosen is not None:
        path = find_organization(task.connection, task.actor, chosen).path
    inside = select(Organization.id).where(within(Organization.path, path)).limit(SMALL + 1)
    found = tuple(task.connection.scalars(inside).all())
    offered: tuple[int, ...] = ()
    if chosen is None and len(found) == 1:  # a branch; to others nothing is offered
        offered = tuple(task.connection.scalars(select(Transfer.case_id).where(Transfer.to_path == path)))
    return _Place(path, found if len(found) <= SMALL else None, offered)


def _conditions(
    task: Task, filters: LedgerFilters, place: _Place
) -> tuple[tuple[ColumnElement[bool], ...], tuple[int, ...] | None]:
    """Return the place and what is filtered by; and the cases among which all are, where these are few.

    In a large scope the condition that the fewest cases fulfil is asked beforehand; where many do, a page is soon full.
    """
    found: list[ColumnElement[bool]] = []
    if place.branches is not None:
        here = Case.organization_id.in_(place.branches)
        found.append(or_(here, Case.id.in_(place.offered)) if place.offered else here)
    elif filters.organization is not None:
        found.append(within_unsorted(Case.path, place.path))
    filtered_by = list(_filters(filters, place, task.today))
    found += [condition for _, condition in filtered_by]
    asked = [question for question, _ in filtered_by]
    few = _few(task, asked) if asked and place.branches is None else None
    return tuple(found), few


def _of(few: tuple[int, ...] | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a case is one of few; no condition where these are not known."""
    return (among(Case.id, few),) if few is not None else ()


def _few(task: Task, questions: Sequence[Select[int]]) -> tuple[int, ...] | None:
    """Return the cases that the question with the fewest finds; None: each finds more than FEW."""
    each = (select(func.count()).select_from(one.limit(FEW + 1).subquery()).scalar_subquery() for one in questions)
    counts = task.connection.execute(select(*each)).one()
    least = min(counts)
    if least > FEW:
        return None
    return tuple(dict.fromkeys(task.connection.scalars(questions[tuple(counts).index(least)].limit(FEW))))


def _filters(filters: LedgerFilters, place: _Place, today: date) -> Iterator[tuple[Select[int], ColumnElement[bool]]]:
    """Yield conditions on ``Case`` and ``Person``, each with what finds the numbers of the cases that fulfil it."""
    if filters.name and NUMBER.fullmatch(squeezed(filters.name)):
        number = beginning(Case.number, squeezed(filters.name))
        yield select(Case.id).where(number), number
    elif filters.name and (part := name_key(filters.name)):
        yield select(NamePart.case_id).where(beginning(NamePart.part, part)), bears(Person.name_key, part)
    urgent = {
        Urgency.OVERDUE: (Todo.due_on < today,),
        Urgency.SOON: (Todo.due_on >= today, Todo.due_on < today + SOON),
    }
    asked = (*(urgent[filters.urgency] if filters.urgency else ()), *_of_step(filters.step))
    if asked:
        yield _rows(Todo, asked, filters)
    if filters.findings:
        yield _rows(Finding, (Finding.broken_on <= today,), filters)
    if filters.states:
        standing = select(Case.id).where(Case.state.in_(filters.states), *_along(place))
        yield standing, in_no_index(Case.state).in_(filters.states)


def _of_states(table: type[Todo | Finding], filters: LedgerFilters) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that lines are of cases in the states asked for: where few are, they are found at once."""
    return (table.state.in_(filters.states),) if filters.states else ()


def _rows(
    table: type[Todo | Finding], where: Sequence[ColumnElement[bool]], filters: LedgerFilters
) -> tuple[Select[int], ColumnElement[bool]]:
    """Return the condition that a case has a row in another table, and what finds the numbers of such cases.

    Of what finds them, rows of other states are left out; the condition stands beside that on the state of the case.
    """
    has = exists().where(table.case_id == Case.id, *where).correlate(Case)
    return select(table.case_id).where(*where, *_of_states(table, filters)), has


def _along(place: _Place) -> tuple[ColumnElement[bool], ...]:
    """Return what makes an index of the cases of a large scope be walked instead of the cases."""
    return (within(Case.path, place.path),) if place.branches is None else ()


def _of_step(step: str | None) -> tuple[ColumnElement[bool], ...]:
    return (Todo.step == step,) if step is not None else ()


_SOONER = aliased(Todo)
_FIRST = ~exists().where(  # the most urgent line of a case, of those on one day one
    _SOONER.case_id == Todo.case_id,
    or_(_SOONER.due_on < Todo.due_on, and_(_SOONER.due_on == Todo.due_on, _SOONER.step < Todo.step)),
).correlate(Todo)


def _columns(due_on: Any) -> Select[Any]:  # noqa: ANN401 - a column, or nothing in its place
    return (
        select(Case.id, Case.number, Person.name, Organization.name.label("branch"), Organization.uid.label("place"),
               Case.path, Case.state, Case.entries, due_on.label("due_on"))
        .select_from(Case).join(Person, Person.case_id == Case.id)
        .join(Organization, Organization.id == Case.organization_id)
    )  # fmt: skip


def _newest(
    place: _Place, where: Sequence[ColumnElement[bool]], last: int | None, limit: int, *, idle: bool
) -> Select[Any]:
    """Return the cases with the highest ids first, below ``last``; ``idle``: only those of which nothing is asked.

    Those of few branches are all sorted: PostgreSQL would walk from the newest of all until it has met enough of them.
    """
    found = [*where, *((Case.id < last,) if last is not None else ())]
    if idle:
        found.append(~exists().where(Todo.case_id == Case.id).correlate(Case))
    if place.branches is None or len(place.branches) > FEW_BRANCHES:
        return _columns(null()).where(*found).order_by(Case.id.desc()).limit(limit)
    inside = select(Case.id).join(Person, Person.case_id == Case.id).where(*found)
    some = inside.order_by((Case.id + 0).desc()).limit(limit).subquery()
    return _columns(null()).join(some, some.c.id == Case.id).order_by(Case.id.desc())


def _by_due(
    place: _Place,
    where: Sequence[ColumnElement[bool]],
    filters: LedgerFilters,
    cursor: tuple[date | None, str, int] | None,
    few: tuple[int, ...] | None,
    limit: int,
) -> Select[Any]:
    """Return the cases of which something is asked by the day of the most urgent, from a place in that order on."""
    if place.branches is not None or few is not None:
        return _of_few_by_due(place, where, filters, cursor, few, limit)
    here = within_unsorted(Todo.path, place.path)
    lines = select(Todo.case_id, Todo.due_on, Todo.path).where(
        or_(here, Todo.case_id.in_(place.offered)) if place.offered else here
    )
    lines = lines.where(*_of_states(Todo, filters))
    if cursor is not None:
        lines = lines.where(tuple_(Todo.due_on, Todo.path, Todo.case_id) > tuple_(*cursor))
    fits = exists().where(Case.id == Todo.case_id, Person.case_id == Case.id, *where).correlate(Todo)
    # SQLite asks in this order: few lines fit, and to look for a more urgent one is the dearest
    some = lines.where(fits, _FIRST).order_by(Todo.due_on, Todo.path, Todo.case_id).limit(limit).subquery()
    query = _columns(some.c.due_on).join(some, some.c.case_id == Case.id)
    return query.order_by(some.c.due_on, some.c.path, some.c.case_id)


def _of_few_by_due(
    place: _Place,
    where: Sequence[ColumnElement[bool]],
    filters: LedgerFilters,
    cursor: tuple[date | None, str, int] | None,
    few: tuple[int, ...] | None,
    limit: int,
) -> Select[Any]:
    """Return the same where few cases are looked among: the first day of each is found, and all are sorted."""
    lines = select(Todo.case_id, func.min(Todo.due_on).label("due_on")).group_by(Todo.case_id)
    if filters.states:  # of few branches there are fewer lines than in a state
        state = Todo.state if place.branches is None else in_no_index(Todo.state)
        lines = lines.where(state.in_(filters.states))
    if place.branches is not None:
        here = Todo.branch_id.in_(place.branches)
        lines = lines.where(or_(here, Todo.case_id.in_(place.offered)) if place.offered else here)
    if few is not None:
        lines = lines.where(among(Todo.case_id, few))
    first = lines.subquery()
    order = (first.c.due_on, Case.path, Case.id)
    fitting = select(*order).join(Case, Case.id == first.c.case_id).join(Person, Person.case_id == Case.id)
    fitting = fitting.where(*where, *((tuple_(*order) > tuple_(*cursor),) if cursor is not None else ()))
    some = fitting.order_by(*order).limit(limit).subquery()
    query = _columns(some.c.due_on).join(some, some.c.id == Case.id)
    return query.order_by(some.c.due_on, some.c.path, some.c.id)


def _total(task: Task, fitting: Sequence[ColumnElement[bool]]) -> int | None:
    some = select(Case.id).join(Person, Person.case_id == Case.id).where(visible(task.actor), *fitting)
    return counted(task.connection, some, MOST)


def _listed(task: Task, rows: Sequence[Row[Any]]) -> tuple[Listed, ...]:
    """Return rows with their next step and how many rules are broken, in one query."""
    ids = [row.id for row in rows]
    number = {name: step.number or 0 for name, step in task.laws.book().newest.steps.items()}
    lines = select(Todo.case_id, Todo.due_on, Todo.step, literal(0)).where(Todo.case_id.in_(ids))
    broken = select(Finding.case_id, literal(None, Date()), literal(""), func.count())
    broken = broken.where(Finding.case_id.in_(ids), Finding.broken_on <= task.today).group_by(Finding.case_id)
    asked: dict[int, tuple[date, int, str]] = {}
    counts: dict[int, int] = {}
    found: Sequence[Any] = task.connection.execute(union_all(lines, broken)).all()
    for case, due_on, step, count in found:
        if due_on is None:
            counts[case] = count
            continue
        line = (due_on, number.get(step, 0), step)
        asked[case] = min(line, asked.get(case, line))
    return tuple(_line(row, asked.get(row.id), counts.get(row.id, 0), task.today) for row in rows)


def _line(row: Row[Any], asked: tuple[date, int, str] | None, broken: int, today: date) -> Listed:
    due_on = asked[0] if asked and asked[0] != NOTHING_URGES else None
    return Listed(
        row.number, row.name, row.branch, row.place, row.state, row.entries, asked[2] if asked else None, due_on,
        light_of(due_on, today) if asked else Light.NONE, broken,
    )  # fmt: skip
