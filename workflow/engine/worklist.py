"""What there is to do, for whoever is in office: the own organization's acts by urgency, and what waits for others.

A flat number of queries, each answered from an index of ``todo`` alone, whether the scope is one branch or a country.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)

from workflow.engine.agenda import NOTHING_URGES
from workflow.engine.lights import SOON, Light, light_of
from workflow.engine.offices import Actor
from workflow.engine.scope import VISIBLE, bounds, seen_by, visible, within_of
from workflow.law.organizations import Right
from workflow.store.tables import Case, Organization, Person, Proposal, Todo, Transfer

MOST = 1000  # lines that are counted
SMALL = 500  # organizations up to which the branches are asked one by one instead of all days in order
ACTING = frozenset({Right.RECORD, Right.DECIDE})
Key = tuple[date, int, str, int | None]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many steps are open, by urgency. ``soon``: due within a week; ``later``: after that, or nothing urges.

    Nobody works through more than MOST lines: a count that has reached it means that many or more.
    """

    overdue: int = 0
    soon: int = 0
    later: int = 0

    @property
    def all(self) -> int:
        """Return how many there are in all, at least."""
        return self.overdue + self.soon + self.later

    @property
    def cut(self) -> bool:
        """Tell whether there may be more than was counted."""
        return MOST in (self.overdue, self.soon, self.later)


@dataclass(frozen=True, slots=True)
class Item:
    """One step that a case asks for. ``acts``: who has to act; ``due_on``: its last lawful day, None: no limit runs.

    ``outcome``: which of the step's outcomes comes next; None: that is for whoever acts to say.
    """

    case: str
    name: str
    branch: str
    state: str
    step: str
    due_on: date | None
    acts: str | None
    outcome: str | None = None

    def light(self, today: date) -> Light:
        """Return how urgent it is."""
        return light_of(self.due_on, today)

    def overdue(self, today: date) -> bool:
        """Tell whether the last lawful day has passed."""
        return self.due_on is not None and self.due_on < today

    def soon(self, today: date) -> bool:
        """Tell whether the last lawful day lies within a week."""
        return self.due_on is not None and today <= self.due_on < today + SOON


@dataclass(frozen=True, slots=True)
class Worklist:
    """What is open in a scope, the most urgent first; lists are cut at a limit, counts at MOST.

    ``own``: for the own organization; ``colleagues``: for it as well, steps that another of its offices takes;
    ``others``: what cases in the scope ask of other organizations. ``proposals``: how many acts wait for a second
    person; ``offers``: how many cases are offered to the own organization.
    """

    own: tuple[Item, ...] = ()
    own_counts: Counts = Counts()
    colleagues: tuple[Item, ...] = ()
    colleague_counts: Counts = Counts()
    others: tuple[Item, ...] = ()
    other_counts: Counts = Counts()
    proposals: int = 0
    offers: int = 0


def todo(
    connection: Connection, actor: Actor, today: date, limit: int = 50, colleagues: Collection[str] = ()
) -> Worklist:
    """Return what there is to do in the actor's scope, ``limit`` lines of each kind; an administrator: nothing.

    ``colleagues``: steps that are not the actor's to take: listed apart from what its organization has to do.
    """
    if not actor.sees_cases:
        return Worklist()
    asked: dict[str, Any] = {
        **seen_by(actor), "acting": actor.organization_id, "limit": limit, "most": MOST, "today": today,
        "later": today + SOON,
    }  # fmt: skip
    organizations = connection.scalars(_INSIDE, {**bounds("path", actor.path), "enough": SMALL + 1}).all()
    lists = _lists(bool(actor.rights & ACTING), tuple(sorted(colleagues)), small=len(organizations) <= SMALL)
    if len(organizations) <= SMALL:
        asked["branches"] = organizations
    own, apart, others = (connection.execute(one, asked).all() if one is not None else [] for one in lists.lines)
    items = _items(connection, actor, (*own, *apart, *others))
    proposals, offers, *numbers = connection.execute(lists.counts, asked).one()
    each = iter(numbers)
    counts = [Counts(*islice(each, 3)) if one is not None else Counts() for one in lists.lines]
    return Worklist(
        own=tuple(items[_key(row)] for row in own if _key(row) in items),
        own_counts=counts[0],
        colleagues=tuple(items[_key(row)] for row in apart if _key(row) in items),
        colleague_counts=counts[1],
        others=tuple(items[_key(row)] for row in others if _key(row) in items),
        other_counts=counts[2],
        proposals=proposals,
        offers=offers,
    )


def proposed_in_scope(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``Proposal`` that its case is visible: asked of each of the few that wait, by its key."""
    return _proposed(visible(actor))


def _proposed(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Case.id == Proposal.case_id, seen).correlate(Proposal)


Condition = tuple[ColumnElement[bool], ...]
_LINE: tuple[Any, ...] = (Todo.due_on, Todo.case_id, Todo.step, Todo.organization_id)
_OWN: tuple[Any, ...] = (Todo.due_on, Todo.case_id, Todo.step)
_IN_ORDER: tuple[Any, ...] = (Todo.due_on, Todo.path, Todo.case_id, Todo.step)
_ACTING = bindparam("acting", type_=Integer())
_INSIDE = (
    select(Organization.id).where(within_of(Organization.path, "path")).limit(bindparam("enough", type_=Integer()))
)


@dataclass(frozen=True, slots=True)
class _Lists:
    """What is asked for: the lines of the own organization, of its colleagues, of others; and how many there are.

    None: there is no such list.
    """

    lines: tuple[Select[Any] | None, ...]
    counts: Select[Any]


@lru_cache
def _lists(acts: bool, colleagues: tuple[str, ...], *, small: bool) -> _Lists:  # noqa: FBT001 - told apart by it
    """Return what is asked for an office: made once for every kind of office, as it costs as much as the answers.

    A small scope is asked branch by branch; a large one goes through the days in the order in which an index yields
    its lines and leaves out what is foreign.
    """
    here, order = within_of(Todo.path, "path"), _IN_ORDER
    if small:
        here, order = Todo.branch_id.in_(bindparam("branches", expanding=True)), _OWN
    conditions = (*_split(acts, colleagues), (here, _of_others(acts)))
    counts = [count for where in conditions if where for count in _by_urgency(where)]
    lines = (
        select(*_LINE).where(*where).order_by(*by).limit(bindparam("limit", type_=Integer())) if where else None
        for where, by in zip(conditions, (_OWN, _OWN, order), strict=True)
    )
    waiting = select(func.count()).select_from(Proposal).where(_proposed(VISIBLE)).scalar_subquery()
    offered = select(func.count()).select_from(Transfer).where(Transfer.to_id == _ACTING)
    return _Lists(tuple(lines), select(waiting, offered.scalar_subquery(), *counts))


def _split(acts: bool, colleagues: tuple[str, ...]) -> tuple[Condition, Condition]:  # noqa: FBT001 - told apart by it
    """Return the conditions of what the actor and of what its colleagues have to do; empty: there is no such thing."""
    if not acts:
        return (), ()
    here = Todo.organization_id == _ACTING
    if not colleagues:
        return (here,), ()
    return (here, Todo.step.not_in(colleagues)), (here, Todo.step.in_(colleagues))


def _of_others(acts: bool) -> ColumnElement[bool]:  # noqa: FBT001 - told apart by it
    """Return the condition that another organization has to act, or nobody in this installation can."""
    return or_(Todo.organization_id.is_(None), Todo.organization_id != _ACTING) if acts else true()


def _by_urgency(where: Condition) -> Iterator[ScalarSelect[int]]:
    """Yield the counts of the lines that fulfil a condition, by urgency; none goes on beyond MOST lines."""
    today, later = bindparam("today", type_=Date()), bindparam("later", type_=Date())
    urgency = (Todo.due_on < today, and_(Todo.due_on >= today, Todo.due_on < later), Todo.due_on >= later)
    for one in urgency:
        lines = select(Todo.case_id).where(*where, one).limit(bindparam("most", type_=Integer())).subquery()
        yield select(func.count()).select_from(lines).scalar_subquery()


_NAMED = select(Organization.id, Organization.name).where(Organization.id.in_(bindparam("ids", expanding=True)))
_CASES = (
    select(Case.id, Case.number, Case.state, Person.name, Organization.name.label("branch"), Todo.step, Todo.outcome)
    .join(Todo, Todo.case_id == Case.id)
    .join(Person, Person.case_id == Case.id)
    .join(Organization, Organization.id == Case.organization_id)
    .where(Case.id.in_(bindparam("ids", expanding=True)), VISIBLE)
)


def _items(connection: Connection, actor: Actor, rows: Sequence[Row[Any]]) -> dict[Key, Item]:
    """Return what stands behind lines of the index, in two queries; a case that the actor may not see is left out."""
    numbers = list({row.case_id for row in rows})
    acting = list({row.organization_id for row in rows if row.organization_id is not None})
    names = {row.id: row.name for row in connection.execute(_NAMED, {"ids": acting}).all()}
    found = connection.execute(_CASES, {"ids": numbers, **seen_by(actor)}).all()
    cases = {row.id: row for row in found}
    outcomes = {(row.id, row.step): row.outcome for row in found}
    return {
        _key(row): Item(
            case=cases[row.case_id].number,
            name=cases[row.case_id].name,
            branch=cases[row.case_id].branch,
            state=cases[row.case_id].state,
            step=row.step,
            due_on=None if row.due_on == NOTHING_URGES else row.due_on,
            acts=names.get(row.organization_id) if row.organization_id is not None else None,
            outcome=outcomes[row.case_id, row.step],
        )
        for row in rows
        if row.case_id in cases
    }


def _key(row: Row[Any]) -> Key:
    return (row.due_on, row.case_id, row.step, row.organization_id)
