"""What stands around an organization and what binds it; accounts and rosters page by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from workflow.engine.acting import require_right
from workflow.engine.registers import GivenOffice, Holder, NotedPenalty, RosterLine, penalties_of
from workflow.engine.scope import OrganizationRow, find_organization, organization_columns, within
from workflow.engine.task import Task
from workflow.errors import Text
from workflow.law.organizations import Right
from workflow.plain import name_key
from workflow.store.tables import Account, Member, Office, Organization, OrganizationOverlay

PAGE = 50
MOST = 300  # organizations directly below one


@dataclass(frozen=True, slots=True)
class Binding:
    """Local practice that binds an organization. ``own``: it is laid there, not above; ``place``: where it is laid."""

    overlay: str
    title: Text
    place: str
    own: bool
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """An organization by its name alone."""

    uid: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an organization. ``above``: from the root of the scope down; ``more``: not all are named."""

    here: Place
    above: tuple[Place, ...]
    below: tuple[Place, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts, by login. ``next``: after what the next page goes on."""

    rows: tuple[Holder, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Enlisted:
    """A line of a roster and those of its penalties that are in force today."""

    line: RosterLine
    in_force: tuple[NotedPenalty, ...]


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A page of a branch's roster, in the order of entry. ``next``: after what the next page goes on."""

    branch: OrganizationRow
    rows: tuple[Enlisted, ...]
    next: int | None


def around(task: Task, uid: UUID | None = None, limit: int = MOST) -> Around:
    """Return the names around an organization of the scope, None: its root, in three queries.

    Raises UnknownOrganization.
    """
    here = find_organization(task.connection, task.actor, uid) if uid else _root(task)
    rows = _children(task, here, limit + 1)
    named = tuple(Place(row.uid, row.name, row.kind) for row in rows[:limit])
    return Around(Place(here.uid, here.name, here.kind), _above(task, here), named, more=len(rows) > limit)


def _children(task: Task, here: OrganizationRow, limit: int) -> list[OrganizationRow]:
    """Return those directly below an organization, and attached to it."""
    below = or_(Organization.parent_id == here.id, Organization.serves_id == here.id)
    query = select(*organization_columns()).where(below, within(Organization.path, task.actor.path))
    rows = task.connection.execute(query.order_by(Organization.id).limit(limit)).all()
    return [OrganizationRow(*row) for row in rows]


def _root(task: Task) -> OrganizationRow:
    query = select(*organization_columns()).where(Organization.path == task.actor.path)
    return OrganizationRow(*task.connection.execute(query).one())


def _above(task: Task, row: OrganizationRow) -> tuple[Place, ...]:
    """Return what stands above, within the scope."""
    ids = [int(part) for part in row.path.split(".") if part and int(part) != row.id]
    query = select(Organization.uid, Organization.name, Organization.kind).where(Organization.id.in_(ids))
    rows = task.connection.execute(query.where(within(Organization.path, task.actor.path)).order_by(Organization.path))
    return tuple(Place(*one) for one in rows)


def bindings(task: Task, row: OrganizationRow) -> tuple[Binding, ...]:
    """Return the local practice that binds an organization: what is laid on it and on all above it."""
    ids = [int(part) for part in row.path.split(".") if part]
    table = OrganizationOverlay
    columns: tuple[Any, ...] = (
        table.overlay, table.from_on, table.until_on, Organization.id, Organization.name.label("place"),
    )  # fmt: skip
    query = select(*columns).join(Organization, Organization.id == table.organization_id)
    rows = task.connection.execute(query.where(Organization.id.in_(ids)).order_by(table.from_on, table.overlay))
    titles = {name: Text(one.title.zh, one.title.en) for name, one in task.laws.law.definitions.overlays.items()}
    return tuple(
        Binding(
            one.overlay, titles.get(one.overlay, Text(one.overlay, one.overlay)), one.place, one.id == row.id,
            one.from_on, one.until_on,
        )
        for one in rows
    )  # fmt: skip


def accounts(
    task: Task, name: str | None = None, organization: UUID | None = None, after: str | None = None, limit: int = PAGE
) -> AccountPage:
    """Return a page of the accounts with an office in scope, by login, with those offices; ``after``: the last login.

    ``name``: a part of name or login; ``organization``: with an office in it or below. Raises UnknownOrganization.
    """
    path = find_organization(task.connection, task.actor, organization).path if organization else task.actor.path
    inside = select(Office.account_id).join(Organization, Organization.id == Office.organization_id)
    query = select(Account.id, Account.uid, Account.login, Account.name, Account.disabled_at).where(
        Account.id.in_(inside.where(within(Organization.path, path)))
    )
    if name:
        login = Account.login.contains(name.strip().lower(), autoescape=True)
        query = query.where(or_(Account.name_key.contains(name_key(name), autoescape=True), login))
    if after:
        query = query.where(Account.login > after)
    rows = task.connection.execute(query.order_by(Account.login).limit(limit + 1)).all()
    offices = _offices(task, [row.id for row in rows[:limit]])
    held = tuple(Holder(row.uid, row.login, row.name, row.disabled_at, tuple(offices[row.id])) for row in rows[:limit])
    return AccountPage(held, rows[limit - 1].login if len(rows) > limit else None)


def _offices(task: Task, ids: Iterable[int]) -> defaultdict[int, list[GivenOffice]]:
    """Return the offices in scope of accounts, past ones too."""
    columns: tuple[Any, ...] = (
        Office.account_id, Office.id, Office.role, Organization.uid, Organization.name, Office.from_on,
        Office.until_on, Office.deputy_for,
    )  # fmt: skip
    query = select(*columns).join(Organization, Organization.id == Office.organization_id)
    here = (Office.account_id.in_(list(ids)), within(Organization.path, task.actor.path))
    found: defaultdict[int, list[GivenOffice]] = defaultdict(list)
    for account, *office in task.connection.execute(query.where(*here).order_by(Office.id)):
        found[account].append(GivenOffice(*office))
    return found


def roster(
    task: Task, branch: UUID, name: str | None = None, after: int | None = None, limit: int = PAGE
) -> RosterPage:
    """Return a page of the roster of an organization in scope; ``name``: a part of one; ``after``: the last line.

    Raises NotEntitled for whoever may not read, UnknownOrganization.
    """
    require_right(task.actor, Right.READ)
    row = find_organization(task.connection, task.actor, branch)
    query = select(Member.id, Member.name, Member.standing, Member.full_on).where(Member.organization_id == row.id)
    if name:
        query = query.where(Member.name_key.contains(name_key(name), autoescape=True))
    if after is not None:
        query = query.where(Member.id > after)
    rows: Sequence[Any] = task.connection.execute(query.order_by(Member.id).limit(limit + 1)).all()
    noted = penalties_of(task.connection, [line.id for line in rows[:limit]])
    lines = tuple(_enlisted(row, line, tuple(noted[line.id]), task.today) for line in rows[:limit])
    return RosterPage(row, lines, rows[limit - 1].id if len(rows) > limit else None)


def _enlisted(row: OrganizationRow, line: Any, noted: tuple[NotedPenalty, ...], today: date) -> Enlisted:  # noqa: ANN401 - a row of the query above
    """Return a line with the penalties that have effect; one whose beginning is not known may have."""
    in_force = tuple(
        one
        for one in noted
        if (one.from_on is None or one.from_on <= today) and (one.until_on is None or one.until_on >= today)
    )
    whole = RosterLine(line.id, line.name, row.uid, row.name, line.standing, line.full_on, noted)
    return Enlisted(whole, in_force)
