"""One organization or account as its page shows it: offices with deputies, people by state; where one could go.

Besides: one line of a roster, and whose own account a case is linked to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from workflow.engine.acting import require_right
from workflow.engine.findings_view import MOST
from workflow.engine.looking import person_of
from workflow.engine.offices import standing
from workflow.engine.reading import CaseRow
from workflow.engine.registers import RosterLine, penalties_of
from workflow.engine.scope import (
    AccountRow,
    OrganizationRow,
    find_account,
    find_case,
    find_member,
    visible,
    within,
)
from workflow.engine.task import Task
from workflow.law.organizations import Right
from workflow.store.tables import Account, Case, Office, Organization

OFFICES = 200  # of one organization or account that a page shows: the latest
NEARBY = 200  # organizations among which one chooses
PRINCIPAL, PRINCIPALS = aliased(Office), aliased(Account)


@dataclass(frozen=True, slots=True)
class Incumbency:
    """An office that somebody holds, held or will hold. ``principal``: for whom a deputy fills in, None: no deputy."""

    id: int
    role: str
    organization_uid: UUID
    organization: str
    account_uid: UUID
    name: str
    disabled: bool
    from_on: date
    until_on: date | None
    principal: str | None

    def over(self, today: date) -> bool:
        """Tell whether it has ended."""
        return self.until_on is not None and self.until_on < today


@dataclass(frozen=True, slots=True)
class Choice:
    """An organization to be chosen; ``above``: the name of the one that it stands under or serves."""

    uid: UUID
    name: str
    kind: str
    above: str | None


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Whose case it is, and which account is known to be that person's: login and name, None: none is."""

    case: CaseRow
    person: str
    login: str | None
    name: str | None


def offices_in(task: Task, row: OrganizationRow, limit: int = OFFICES) -> tuple[Incumbency, ...]:
    """Return the offices in an organization of the scope, past ones too, the latest first."""
    return _offices(task, Office.organization_id == row.id, limit)


def offices_held(task: Task, uid: UUID, limit: int = OFFICES) -> tuple[AccountRow, tuple[Incumbency, ...]]:
    """Return an account with those of its offices that lie in scope, the latest first; raises UnknownAccount."""
    account = find_account(task.connection, task.actor, uid)
    return account, _offices(task, Office.account_id == account.id, limit)


def office(task: Task, uid: UUID, office_id: int) -> tuple[Incumbency | None, tuple[Incumbency, ...]]:
    """Return an office of an account in scope, and the deputies that end with it; raises UnknownAccount."""
    account = find_account(task.connection, task.actor, uid)
    found = _offices(task, (Office.id == office_id) & (Office.account_id == account.id), 1)
    deputies = _offices(task, Office.deputy_for == office_id, OFFICES)
    return (found[0] if found else None), tuple(one for one in deputies if not one.over(task.today))


def people_by_state(task: Task, row: OrganizationRow) -> Mapping[str, int] | None:
    """Return how many people there are by state in and below an organization; None: more than can be counted at once.

    Whoever may not see cases is told of nobody.
    """
    here = (visible(task.actor), within(Case.path, row.path), Case.state != "")
    some = select(Case.state).where(*here).limit(MOST + 1).subquery()
    rows = task.connection.execute(select(some.c.state, func.count()).group_by(some.c.state))
    found = {state: count for state, count in rows}  # noqa: C416 - rows, not pairs
    return found if sum(found.values()) <= MOST else None


def may_stand_under(task: Task, row: OrganizationRow, part: str = "", limit: int = NEARBY) -> tuple[Choice, ...]:
    """Return the open organizations of the scope under which another one could stand; ``part``: of their names."""
    known = task.laws.organizations
    kinds = [kind for kind in known.kinds if known.may_stand(row.kind, kind)]
    return _choices(task, (Organization.kind.in_(kinds), ~within(Organization.path, row.path)), part, limit)


def places_called(task: Task, part: str, limit: int = NEARBY) -> tuple[Choice, ...]:
    """Return the open organizations of the scope whose names contain a part."""
    return _choices(task, (), part, limit)


def own_account(task: Task, number: str) -> OwnAccount:
    """Return which account is known as that of the person whom a case is about; raises NotEntitled, UnknownCase."""
    require_right(task.actor, Right.CONFIRM)
    row = find_case(task.connection, task.actor, number)
    person, _ = person_of(task, row)
    columns = select(Account.login, Account.name).join(Case, Case.own_account_id == Account.id)
    linked = task.connection.execute(columns.where(Case.id == row.id)).one_or_none()
    return OwnAccount(row, person, linked.login if linked else None, linked.name if linked else None)


def enlisted(task: Task, line: int) -> RosterLine:
    """Return a line of a roster in scope with its penalties; raises NotEntitled, UnknownMember."""
    require_right(task.actor, Right.READ)
    found = find_member(task.connection, task.actor, line)
    columns = select(Organization.uid, Organization.name).where(Organization.id == found.organization_id)
    branch = task.connection.execute(columns).one()
    noted = tuple(penalties_of(task.connection, (found.id,))[found.id])
    return RosterLine(found.id, found.name, branch.uid, branch.name, found.standing, found.full_on, noted)


def _offices(task: Task, which: ColumnElement[bool], limit: int) -> tuple[Incumbency, ...]:
    deputy = case((Office.deputy_for.is_not(None), func.coalesce(PRINCIPALS.name, "")))
    columns: tuple[Any, ...] = (
        Office.id, Office.role, Organization.uid, Organization.name, Account.uid, Account.name,
        Account.disabled_at.is_not(None), Office.from_on, Office.until_on, deputy,
    )  # fmt: skip
    query = (
        select(*columns)
        .select_from(Office)
        .join(Account, Account.id == Office.account_id)
        .join(Organization, Organization.id == Office.organization_id)
        .outerjoin(PRINCIPAL, PRINCIPAL.id == Office.deputy_for)
        .outerjoin(PRINCIPALS, PRINCIPALS.id == PRINCIPAL.account_id)
        .where(which, within(Organization.path, task.actor.path))
        .order_by(Office.from_on.desc(), Office.id.desc())
        .limit(limit)
    )
    return tuple(Incumbency(*row) for row in task.connection.execute(query))


def _choices(task: Task, where: Iterable[ColumnElement[bool]], part: str, limit: int) -> tuple[Choice, ...]:
    above = aliased(Organization)
    query = (
        select(Organization.uid, Organization.name, Organization.kind, above.name)
        .outerjoin(above, or_(above.id == Organization.parent_id, above.id == Organization.serves_id))
        .where(within(Organization.path, task.actor.path), standing(task.today), *where)
    )
    if part.strip():
        query = query.where(Organization.name.contains(" ".join(part.split()), autoescape=True))
    return tuple(Choice(*row) for row in task.connection.execute(query.order_by(Organization.path).limit(limit)))
