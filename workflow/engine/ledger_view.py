"""The ledger (台账) on the screen: the people of a scope with their next step, or the one asked for, in pages.

Eight queries at most, whatever is filtered by: a small scope is asked branch by branch, a large one along the order
asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
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
from workflow.engine.ledger_filters import Conditions, LedgerFilters, Order, Search, conditions, of_lines, search_of
from workflow.engine.lights import Light, light_of
from workflow.engine.scope import (
    visible,
    visible_unsorted,
    within_unsorted,
)
from workflow.engine.task import Task
from workflow.store.tables import Case, Finding, Organization, Person, Todo

MOST = 300  # people that are counted
PAGE = 50
FEW_BRANCHES = 100  # organizations whose cases are all sorted for a page of them
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?~([0-9.]{0,200})~([0-9]{1,10})")
LAST = 2**31 - 1  # the highest number of a row


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in the ledger. ``step``: the most urgent that the filters leave; ``broken``: rules broken by today."""

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
    """A page of the ledger. ``next``: after what the next page goes on; ``total`` None: more than MOST.

    ``path``: that of the organization that was looked through, with all below it.
    """

    rows: tuple[Listed, ...]
    next: str | None
    total: int | None
    path: str


_Cursor = tuple[date | None, str, int]


def people(task: Task, filters: LedgerFilters, after: str | None = None, limit: int = PAGE) -> Page:
    """Return a page of the people in scope who fulfil the filters; ``after``: the ``next`` of the page before.

    Raises UnknownOrganization for an organization outside the scope. An administrator sees nobody.
    """
    if not task.actor.sees_cases:
        return Page((), None, 0, task.actor.path)
    search = search_of(task, filters)
    rows = _rows_of(task, search, _cursor(after or ""), limit + 1)
    end = rows[limit - 1] if len(rows) > limit else None
    following = f"{end.due_on or ''}~{end.path}~{end.id}" if end is not None else None
    total = len(rows) if after is None and end is None else _total(task, search)
    return Page(_listed(task, filters, rows[:limit]), following, total, search.place.path)


def _rows_of(task: Task, search: Search, cursor: _Cursor | None, limit: int) -> list[Row[Any]]:
    """Return the rows from a place on. By due day, those of whom nothing is asked come last, the newest first."""
    scope = visible_unsorted(task.actor)
    if search.filters.order is Order.NEWEST:
        return [*task.connection.execute(_newest(search, (scope, *search.fitting), cursor, limit))]
    rows: list[Row[Any]] = []
    if cursor is not None and cursor[0] is None and search.has_line:
        cursor = None  # no such place: everybody there has a day
    if cursor is None or cursor[0] is not None:
        rows += task.connection.execute(_by_due(search, (scope, *search.inside), cursor, limit))
        cursor = None
    if len(rows) < limit and not search.has_line:  # of whom nothing is asked, no such line is
        idle = ~exists().where(Todo.case_id == Case.id).correlate(Case)
        rest = _newest(search, (scope, *search.fitting, idle), cursor, limit - len(rows))
        rows += task.connection.execute(rest)
    return rows


def _cursor(after: str) -> _Cursor | None:
    """Return day, path and id after which a page goes on; what is no such place is the beginning."""
    found = CURSOR.fullmatch(after)
    if found is None or int(found[3]) > LAST:
        return None
    try:
        return (date.fromisoformat(found[1]) if found[1] else None, found[2], int(found[3]))
    except ValueError:
        return None


def filtered(task: Task, filters: LedgerFilters) -> Iterator[str]:
    """Yield the numbers of the cases that fulfil the filters, branch by branch in the order of opening."""
    query = select(Case.number).join(Person, Person.case_id == Case.id).where(*conditions(task, filters))
    yield from task.connection.scalars(query.order_by(Case.path, Case.id))


def _columns(due_on: Any) -> Select[Any]:  # noqa: ANN401 - a column, or nothing in its place
    return (
        select(Case.id, Case.number, Person.name, Organization.name.label("branch"), Organization.uid.label("place"),
               Case.path, Case.state, Case.entries, due_on.label("due_on"))
        .select_from(Case).join(Person, Person.case_id == Case.id)
        .join(Organization, Organization.id == Case.organization_id)
    )  # fmt: skip


def _newest(search: Search, where: Conditions, cursor: _Cursor | None, limit: int) -> Select[Any]:
    """Return the cases with the highest ids first, from a place on.

    Those of few branches are all sorted: PostgreSQL would walk from the newest of all until it has met enough of them.
    """
    found = (*where, *((Case.id < cursor[2],) if cursor is not None else ()))
    branches = search.place.branches
    if branches is None or len(branches) > FEW_BRANCHES:
        return _columns(null()).where(*found).order_by(Case.id.desc()).limit(limit)
    inside = select(Case.id).join(Person, Person.case_id == Case.id).where(*found)
    some = inside.order_by((Case.id + 0).desc()).limit(limit).subquery()
    return _columns(null()).join(some, some.c.id == Case.id).order_by(Case.id.desc())


def _by_due(search: Search, inside: Conditions, cursor: _Cursor | None, limit: int) -> Select[Any]:
    """Return the cases by the day of the most urgent line that is asked for, from a place in that order on.

    Walks of several states are merged: an index keeps the lines of each in their order. ``inside``: with the scope.
    """
    parts = [
        _walked(search, cursor, state) if some is None else _sorted(search, inside, cursor, some)
        for state, some in search.few.walks.items()
    ] or [_sorted(search, inside, cursor, search.few.cases)]
    each = [one.limit(limit).subquery() for one in parts]
    found = each[0] if len(each) == 1 else union_all(*map(select, each)).subquery()
    query = _columns(found.c.due_on).join(found, found.c.id == Case.id).where(*inside)
    return query.order_by(found.c.due_on, found.c.path, found.c.id).limit(limit)


def _walked(search: Search, cursor: _Cursor | None, state: str | None) -> Select[date, str, int]:
    """Return the lines that fit, of a state or of all, walked in their order until enough are met.

    A line has path and state of its case. To ask the case for them, too, would make PostgreSQL think that few fit.
    """
    asked = of_lines(Todo, search.filters, search.today)
    lines = select(Todo.due_on, Todo.path, Todo.case_id.label("id")).where(
        within_unsorted(Todo.path, search.place.path), *asked, *((Todo.state == state,) if state is not None else ())
    )
    if cursor is not None:
        lines = lines.where(tuple_(Todo.due_on, Todo.path, Todo.case_id) > tuple_(*cursor))
    # SQLite asks in this order: few lines fit, and to look for a more urgent one is the dearest
    first = _first(search.filters, search.today)
    fits = exists().where(Case.id == Todo.case_id, Person.case_id == Case.id, *search.where, first)
    return lines.where(fits.correlate(Todo)).order_by(Todo.due_on, Todo.path, Todo.case_id)


_SOONER = aliased(Todo)


def _first(filters: LedgerFilters, today: date) -> ColumnElement[bool]:
    """Return the condition that a line is the most urgent asked for of its case, of those on one day one."""
    # asked of the person, so that PostgreSQL looks for a more urgent one only where a name fits
    on_the_day = and_(_SOONER.due_on == Todo.due_on, _SOONER.step < Todo.step)
    sooner = (_SOONER.case_id == Person.case_id, or_(_SOONER.due_on < Todo.due_on, on_the_day))
    return ~exists().where(*sooner, *of_lines(_SOONER, filters, today)).correlate(Todo, Person)


def _sorted(
    search: Search, inside: Conditions, cursor: _Cursor | None, few: Sequence[int] | None
) -> Select[date, str, int]:
    """Return the same among few cases, or those of few branches: the first day of each is found, and all are sorted."""
    place = search.place
    lines = select(Todo.case_id, func.min(Todo.due_on).label("due_on")).group_by(Todo.case_id)
    lines = lines.where(*of_lines(Todo, search.filters, search.today, by_index=False))
    if place.branches is not None:
        here = Todo.branch_id.in_(place.branches)
        lines = lines.where(or_(here, Todo.case_id.in_(place.offered)) if place.offered else here)
    if few is not None:
        lines = lines.where(among(Todo.case_id, few))
    first = lines.subquery()
    order = (first.c.due_on, Case.path, Case.id)
    fitting = select(*order).join(Case, Case.id == first.c.case_id).join(Person, Person.case_id == Case.id)
    later = (tuple_(*order) > tuple_(*cursor),) if cursor is not None else ()
    return fitting.where(*inside, *search.where, *later).order_by(*order)


def _total(task: Task, search: Search) -> int | None:
    where = (visible(task.actor), *search.fitting)
    return counted(task.connection, select(Case.id).join(Person, Person.case_id == Case.id).where(*where), MOST)


def _listed(task: Task, filters: LedgerFilters, rows: Sequence[Row[Any]]) -> tuple[Listed, ...]:
    """Return rows with the most urgent step that is asked for and how many rules are broken, in one query."""
    ids = [row.id for row in rows]
    number = {name: step.number or 0 for name, step in task.laws.book().newest.steps.items()}
    lines = select(Todo.case_id, Todo.due_on, Todo.step, literal(0))
    lines = lines.where(Todo.case_id.in_(ids), *of_lines(Todo, filters, task.today, by_index=False))
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
