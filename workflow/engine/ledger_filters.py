"""What the filters of the ledger (台账) mean: conditions on cases, and which of them few people fulfil.

A small scope is asked branch by branch; in a large one the condition that the fewest cases fulfil is asked beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all

from workflow.engine.among import among
from workflow.engine.lights import SOON
from workflow.engine.name_parts import bears
from workflow.engine.scope import beginning, find_organization, in_no_index, visible, within, within_unsorted
from workflow.engine.task import Task
from workflow.plain import name_key, squeezed
from workflow.store.tables import Case, Finding, NamePart, Organization, Person, Todo, Transfer

FEW = 5_000  # cases that are asked for by their numbers
SMALL = 500  # organizations up to which cases are looked for branch by branch
NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,9}")


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
    number; ``step``: one that is asked for now; ``findings``: some rule is broken. Where a step or an urgency is asked
    for, such lines are the ones shown, and their days make the order by due day.
    """

    states: tuple[str, ...] = ()
    organization: UUID | None = None
    name: str | None = None
    urgency: Urgency | None = None
    step: str | None = None
    findings: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Place:
    """Where cases are looked for. ``branches``: the organizations there, if few; ``offered``: cases besides."""

    path: str
    branches: tuple[int, ...] | None
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Few:
    """Cases in a large scope that were looked for beforehand, and are few.

    ``cases``: among which all are that are asked for; ``lines``: these are few since few lines fit, so that all of
    them can be walked; ``walks``: the states whose lines are walked, None for all together, with the cases that they
    are sought among instead where a walk would meet them late.
    """

    cases: tuple[int, ...] | None = None
    lines: bool = False
    walks: Mapping[str | None, tuple[int, ...] | None] = field(default_factory=lambda: {None: None})


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases are looked for, and how they are found.

    ``where``: the conditions on ``Case`` and ``Person`` besides the scope; ``asked``: that on the lines of a case, if
    any; ``few``: what was looked for beforehand.
    """

    place: Place
    filters: LedgerFilters
    today: date
    where: tuple[ColumnElement[bool], ...]
    asked: tuple[ColumnElement[bool], ...]
    few: Few

    @property
    def among(self) -> tuple[ColumnElement[bool], ...]:
        """Return the condition that a case is one of few; no condition where these are not known."""
        return (among(Case.id, self.few.cases),) if self.few.cases is not None else ()

    @property
    def fitting(self) -> tuple[ColumnElement[bool], ...]:
        """Return all conditions besides the scope."""
        return (*self.where, *self.asked, *self.among)


def conditions(task: Task, filters: LedgerFilters) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on ``Case`` joined with ``Person`` that filters make, scope included.

    Raises UnknownOrganization for an organization outside the scope.
    """
    return (visible(task.actor), *search_of(task, filters).fitting)


def search_of(task: Task, filters: LedgerFilters) -> Search:
    """Return what the filters ask for. Raises UnknownOrganization for an organization outside the scope."""
    place, today = _place(task, filters), task.today
    walks: tuple[str, ...] = ()
    if place.branches is None and (states := filters.states or (task.laws.states if filters.step else ())):
        walks = _with_lines(task, filters, states)
        if filters.step or filters.urgency:  # nobody fits in a state in which there is no such line
            filters = replace(filters, states=walks)
    found = list(_conditions(filters, place, today))
    where = (*_inside(filters, place), *(one.holds for one in found if one.holds is not None))
    has = exists().where(Todo.case_id == Case.id, *of_lines(Todo, filters, today)).correlate(Case)
    asked = (has,) if filters.step or filters.urgency else ()
    few = _few(task, filters, found, walks) if found and place.branches is None else Few()
    return Search(place, filters, today, where, asked, few)


def of_lines(
    line: type[Todo], filters: LedgerFilters, today: date, *, found: bool = True
) -> tuple[ColumnElement[bool], ...]:
    """Return which lines are asked for by step and urgency; no condition where neither is.

    ``found``: the lines may be found by their step; else they are found otherwise, and asked for their step then.
    """
    step = line.step if found else in_no_index(line.step)
    urgent = {
        None: (),
        Urgency.OVERDUE: (line.due_on < today,),
        Urgency.SOON: (line.due_on >= today, line.due_on < today + SOON),
    }
    return (*urgent[filters.urgency], *((step == filters.step,) if filters.step else ()))


class _Condition(NamedTuple):
    """What a filter asks for. ``finds``: the numbers of such cases; ``holds``: the condition that a case is one.

    ``lines``: lines of the to-do list are met by it in the order of their days.
    """

    finds: Select[int]
    holds: ColumnElement[bool] | None
    lines: bool = False


def _conditions(filters: LedgerFilters, place: Place, today: date) -> Iterator[_Condition]:
    """Yield what is filtered by; lines and findings of other states than those asked for are not found."""

    def of_states(table: type[Todo | Finding]) -> tuple[ColumnElement[bool], ...]:
        return (table.state.in_(filters.states),) if filters.states else ()

    if filters.name and NUMBER.fullmatch(squeezed(filters.name)):
        number = beginning(Case.number, squeezed(filters.name))
        yield _Condition(select(Case.id).where(number), number)
    elif filters.name and (part := name_key(filters.name)):
        named = select(NamePart.case_id).where(beginning(NamePart.part, part))
        yield _Condition(named, bears(Person.name_key, part))
    if asked := of_lines(Todo, filters, today):
        lines = select(Todo.case_id).where(*asked, *of_states(Todo))
        yield _Condition(lines, None, lines=True)
    if filters.findings:
        broken = Finding.broken_on <= today
        has = exists().where(Finding.case_id == Case.id, broken).correlate(Case)
        yield _Condition(select(Finding.case_id).where(broken, *of_states(Finding)), has)
    if filters.states:
        along = (within(Case.path, place.path),) if place.branches is None else ()  # an index is walked, not the cases
        standing = select(Case.id).where(Case.state.in_(filters.states), *along)
        yield _Condition(standing, in_no_index(Case.state).in_(filters.states), lines=True)


def _place(task: Task, filters: LedgerFilters) -> Place:
    path, chosen = task.actor.path, filters.organization
    if chosen is not None:
        path = find_organization(task.connection, task.actor, chosen).path
    inside = select(Organization.id).where(within(Organization.path, path)).limit(SMALL + 1)
    found = tuple(task.connection.scalars(inside).all())
    offered: tuple[int, ...] = ()
    if chosen is None and len(found) == 1:  # a branch; to others nothing is offered
        offered = tuple(task.connection.scalars(select(Transfer.case_id).where(Transfer.to_path == path)))
    return Place(path, found if len(found) <= SMALL else None, offered)


def _inside(filters: LedgerFilters, place: Place) -> tuple[ColumnElement[bool], ...]:
    if place.branches is not None:
        here = Case.organization_id.in_(place.branches)
        return (or_(here, Case.id.in_(place.offered)) if place.offered else here,)
    return (within_unsorted(Case.path, place.path),) if filters.organization is not None else ()


def _with_lines(task: Task, filters: LedgerFilters, states: Sequence[str]) -> tuple[str, ...]:
    """Return the states in which there are lines that are asked for; if there is none, one of those asked for."""
    lines = select(Todo.case_id).where(*of_lines(Todo, filters, task.today))
    lines = lines.order_by(Todo.due_on, Todo.path, Todo.case_id)  # else PostgreSQL may read them all
    found = _counted(task, [lines.where(Todo.state == state) for state in states], 1)
    return tuple(state for state, number in zip(states, found, strict=True) if number) or tuple(states[:1])


def _few(task: Task, filters: LedgerFilters, asked: Sequence[_Condition], walks: Sequence[str]) -> Few:
    """Return the cases that the condition with the fewest finds, if these are few; and how each state is walked."""
    apart = walks if filters.findings and filters.order is Order.DUE else ()
    today = Finding.broken_on <= task.today
    broken = {state: select(Finding.case_id).where(today, Finding.state == state) for state in apart}
    counts = _counted(task, [*(one.finds for one in asked), *broken.values()], FEW + 1)
    least, count = min(zip(asked, counts, strict=False), key=lambda one: one[1])
    found = {"": least.finds} if count <= FEW else {}
    if not found or least.lines:
        numbers = zip(apart, counts[len(asked) :], strict=True)
        found |= {state: broken[state] for state, number in numbers if number <= FEW}
    cases = _cases(task, found)
    return Few(cases.get(""), least.lines, {state: cases.get(state) for state in walks} or {None: None})


def _counted(task: Task, questions: Sequence[Select[int]], most: int) -> tuple[int, ...]:
    """Return how many numbers each question finds, at most ``most``, in one query."""
    each = (select(func.count()).select_from(one.limit(most).subquery()).scalar_subquery() for one in questions)
    return tuple(task.connection.execute(select(*each)).one())


def _cases(task: Task, questions: Mapping[str, Select[int]]) -> dict[str, tuple[int, ...]]:
    """Return the cases that each question finds, by its name, in one query."""
    cases: dict[str, dict[int, None]] = {name: {} for name in questions}
    each = [select(literal(name), one.limit(FEW).subquery()) for name, one in questions.items()]
    for name, case in task.connection.execute(union_all(*each)) if each else ():
        cases[name][case] = None
    return {name: tuple(found) for name, found in cases.items()}
