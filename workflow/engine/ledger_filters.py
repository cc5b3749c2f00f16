"""What the filters of the ledger (台账) mean: conditions on cases, and which of them few people fulfil.

A small scope is asked branch by branch; in a large one the condition that the fewest cases fulfil is asked beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, union_all

from workflow.engine.among import among
from workflow.engine.bounded import COUNTED, count_of
from workflow.engine.lights import SOON
from workflow.engine.name_parts import bears
from workflow.engine.scope import beginning, find_organization, in_no_index, visible, within, within_unsorted
from workflow.engine.task import Task
from workflow.plain import name_key, squeezed
from workflow.store.tables import Case, Finding, NamePart, Organization, Person, Todo, Transfer

FEW = 5_000  # cases that are asked for by their numbers
SMALL = 500  # organizations up to which cases are looked for branch by branch
NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,9}")
NUMBERED, NAMED, LINES, STATES, FINDINGS = "number", "name", "lines", "states", "findings"  # what finds cases
WALKED = (LINES, STATES)  # of these, few mean a short walk


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

    @property
    def lines_asked(self) -> bool:
        """Tell whether only some lines are asked for."""
        return self.step is not None or self.urgency is not None


Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where cases are looked for. ``branches``: the organizations there; None: more than SMALL, a large scope.

    ``offered``: cases besides, which only a branch has.
    """

    path: str
    branches: tuple[int, ...] | None
    offered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Few:
    """What was found beforehand of a large scope. ``states``: those in which somebody can be who fits.

    ``cases``: among which all are, if these are few. ``walks``: for the order by due day, the states whose lines are
    walked, None for those of all states together; and in the place of a walk that would meet somebody late, the cases
    to look among. Without walks ``cases`` are sorted, or those of the place.
    """

    states: tuple[str, ...]
    cases: tuple[int, ...] | None = None
    walks: Mapping[str | None, tuple[int, ...] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases are looked for, and what was found beforehand. All conditions are on ``Case`` and ``Person``.

    ``inside``: place and states, which a line tells by itself; ``where``: what else is filtered by, but for
    ``has_line``: that such a line is asked for.
    """

    place: Place
    filters: LedgerFilters
    today: date
    few: Few
    inside: Conditions
    where: Conditions
    has_line: Conditions

    @property
    def fitting(self) -> Conditions:
        """Return all conditions besides the scope."""
        few = (among(Case.id, self.few.cases),) if self.few.cases is not None else ()
        return (*self.inside, *self.where, *self.has_line, *few)


def conditions(task: Task, filters: LedgerFilters) -> Conditions:
    """Return the conditions on ``Case`` joined with ``Person`` that filters make, scope included.

    Raises UnknownOrganization for an organization outside the scope.
    """
    return (visible(task.actor), *search_of(task, replace(filters, order=Order.NEWEST)).fitting)  # no walk is needed


def search_of(task: Task, filters: LedgerFilters) -> Search:
    """Return what the filters ask for. Raises UnknownOrganization for an organization outside the scope."""
    place, today = _place(task, filters), task.today
    few = _few(task, filters, place) if place.branches is None else Few(filters.states)
    filters = replace(filters, states=few.states)
    inside, where = tuple(_inside(filters, place)), tuple(_holds(filters, today))
    return Search(place, filters, today, few, inside, where, _has_line(filters, place, today))


def of_lines(line: type[Todo], filters: LedgerFilters, today: date, *, by_index: bool = True) -> Conditions:
    """Return which lines are asked for by step and urgency; no condition where neither is.

    ``by_index``: the lines may be found by their step; else they are found otherwise, and asked for their step then.
    """
    step = line.step if by_index else in_no_index(line.step)
    urgent = {
        None: (),
        Urgency.OVERDUE: (line.due_on < today,),
        Urgency.SOON: (line.due_on >= today, line.due_on < today + SOON),
    }
    return (*urgent[filters.urgency], *((step == filters.step,) if filters.step else ()))


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


def _inside(filters: LedgerFilters, place: Place) -> Iterator[ColumnElement[bool]]:
    """Yield that a case is in the place and in one of the states."""
    if place.branches is not None:
        here = Case.organization_id.in_(place.branches)
        yield or_(here, Case.id.in_(place.offered)) if place.offered else here
    elif filters.organization is not None:
        yield within_unsorted(Case.path, place.path)
    if filters.states:
        yield in_no_index(Case.state).in_(filters.states)


def _holds(filters: LedgerFilters, today: date) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of name and findings on a case and its person."""
    number, part = _named(filters)
    if number:
        yield beginning(Case.number, number)
    if part:
        yield bears(Person.name_key, part)
    if filters.findings:
        yield exists().where(Finding.case_id == Case.id, Finding.broken_on <= today).correlate(Case)


def _named(filters: LedgerFilters) -> tuple[str, str]:
    """Return the beginning of a number, or else the part of a name, that is looked for."""
    number = squeezed(filters.name or "")
    return (number, "") if NUMBER.fullmatch(number) else ("", name_key(filters.name or ""))


def _has_line(filters: LedgerFilters, place: Place, today: date) -> Conditions:
    """Return that a case has a line that is asked for; for a large scope no lines of other places are read."""
    if not filters.lines_asked:
        return ()
    here = (within(Todo.path, place.path),) if place.branches is None else ()
    return (exists().where(Todo.case_id == Case.id, *here, *of_lines(Todo, filters, today)).correlate(Case),)


def _few(task: Task, filters: LedgerFilters, place: Place) -> Few:
    """Return the cases that the filter with the fewest finds, if these are few, and how lines are walked.

    Where few lines are asked for, or few cases are in the states, the walk is short itself. No state is walked without
    a line that is asked for, nor one in which few have findings.
    """
    states = filters.states or (task.laws.states if filters.step else ())
    if filters.order is Order.NEWEST and not filters.lines_asked:
        states = ()  # nothing is asked of lines
    finds = dict(_finds(filters, place, states, task.today))
    broken = {state: _broken(task.today, (state,)) for state in states} if filters.findings else {}
    counts, of_broken, of_lined = _counted(task, finds, broken, _first_lines(filters, states, task.today))
    walks = tuple(state for state in states if of_lined[state]) or states[:1]  # none at all would mean every state
    if filters.lines_asked:
        filters = replace(filters, states=walks)
    if broken:
        there = filters.states or states
        finds[FINDINGS], counts[FINDINGS] = _broken(task.today, there), sum(of_broken[state] for state in there)
    least = min(counts, key=lambda name: counts[name], default=None)
    if least is None or counts[least] > FEW:
        late = broken if filters.order is Order.DUE else ()
        some = _cases(task, {state: broken[state] for state in walks if state in late and of_broken[state] <= FEW})
        return Few(filters.states, None, {state: some.get(state) for state in walks} or {None: None})
    cases = _cases(task, {least: finds[least]})[least]
    return Few(filters.states, cases, (dict.fromkeys(walks) or {None: None}) if least in WALKED else {})


def _finds(
    filters: LedgerFilters, place: Place, states: tuple[str, ...], today: date
) -> Iterator[tuple[str, Select[int]]]:
    """Yield what finds the cases that a filter asks for; findings by state are asked for apart."""
    number, part = _named(filters)
    if number:
        yield NUMBERED, select(Case.id).where(beginning(Case.number, number))
    if part:
        yield NAMED, select(NamePart.case_id).where(beginning(NamePart.part, part))
    if filters.lines_asked:
        of_states = (Todo.state.in_(states),) if states else ()
        yield LINES, select(Todo.case_id).where(*of_lines(Todo, filters, today), *of_states)
    if filters.states:  # by the path, so that the index is walked and not the cases
        yield STATES, select(Case.id).where(Case.state.in_(filters.states), within(Case.path, place.path))
    if filters.findings and not states:
        yield FINDINGS, _broken(today, filters.states)


def _broken(today: date, states: tuple[str, ...]) -> Select[int]:
    of_states = (Finding.state.in_(states),) if states else ()
    return select(Finding.case_id).where(Finding.broken_on <= today, *of_states)


def _first_lines(filters: LedgerFilters, states: tuple[str, ...], today: date) -> dict[str, Select[int]]:
    """Return what finds the first line of each state that is asked for; unordered, PostgreSQL may read all lines."""
    lines = select(Todo.case_id).where(*of_lines(Todo, filters, today))
    lines = lines.order_by(Todo.due_on, Todo.path, Todo.case_id).limit(1)
    return {state: select(lines.where(Todo.state == state).subquery().c.case_id) for state in states}


def _counted(task: Task, *questions: Mapping[str, Select[int]]) -> list[dict[str, int]]:
    """Return how many each question finds, FEW and one more at most, in one query."""
    each = [count_of(one).scalar_subquery() for some in questions for one in some.values()]
    counts = iter(task.connection.execute(select(*each), {COUNTED: FEW + 1}).one() if each else ())
    return [{name: next(counts) for name in some} for some in questions]


def _cases(task: Task, questions: Mapping[str, Select[int]]) -> dict[str, tuple[int, ...]]:
    """Return the cases that each question finds, by its name, in one query."""
    cases: dict[str, dict[int, None]] = {name: {} for name in questions}
    each = [select(literal(name), one.limit(FEW).subquery()) for name, one in questions.items()]
    for name, case in task.connection.execute(union_all(*each)) if each else ():
        cases[name][case] = None
    return {name: tuple(found) for name, found in cases.items()}
