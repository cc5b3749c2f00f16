"""What a scope holds besides cases: local practice by organization, accounts with their offices, rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Select, select

from workflow.engine.acting import require_right
from workflow.engine.offices import Actor
from workflow.engine.scope import AccountRow, find_account, within
from workflow.law.organizations import Right
from workflow.store.tables import Account, Case, Member, Office, Organization, OrganizationOverlay, Penalty

AT_ONCE = 500  # keys in one statement


@dataclass(frozen=True, slots=True)
class Laid:
    """Local practice on an organization, between days, both counted."""

    overlay: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class GivenOffice:
    """An office as a register shows it; ``id``: its number, ``deputy_for``: that of the office it fills in for."""

    id: int
    role: str
    organization_uid: UUID
    organization: str
    from_on: date
    until_on: date | None
    deputy_for: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """An account with those of its offices that lie in the scope of whoever looks."""

    uid: UUID
    login: str
    name: str
    disabled_at: datetime | None
    offices: tuple[GivenOffice, ...]


@dataclass(frozen=True, slots=True)
class NotedPenalty:
    """A penalty on a roster, both days counted; ``id``: its number."""

    id: int
    kind: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A member with the branch on whose roster the line stands; ``id``: the number of the line."""

    id: int
    name: str
    branch_uid: UUID
    branch: str
    standing: str | None
    full_on: date | None
    penalties: tuple[NotedPenalty, ...]


def overlays_within(connection: Connection, actor: Actor) -> dict[int, tuple[Laid, ...]]:
    """Return the local practice laid on each organization of the scope itself, by the organization's id."""
    table = OrganizationOverlay
    columns: tuple[Any, ...] = (table.organization_id, table.overlay, table.from_on, table.until_on)
    query = select(*columns).join(Organization).where(within(Organization.path, actor.path))
    found: defaultdict[int, list[Laid]] = defaultdict(list)
    for organization, *laid in connection.execute(query.order_by(table.from_on, table.overlay)):
        found[organization].append(Laid(*laid))
    return {organization: tuple(laid) for organization, laid in found.items()}


def accounts_within(connection: Connection, actor: Actor) -> tuple[Holder, ...]:
    """Return the accounts that hold, held or will hold an office in the scope, with those offices, by login."""
    columns: tuple[Any, ...] = (
        Account.uid.label("account"), Account.login, Account.name, Account.disabled_at, Office.id, Office.role,
        Organization.uid, Organization.name.label("organization"), Office.from_on, Office.until_on, Office.deputy_for,
    )  # fmt: skip
    query = select(*columns).select_from(Office).join(Account, Account.id == Office.account_id).join(Organization)
    rows = connection.execute(query.where(within(Organization.path, actor.path)).order_by(Account.login, Office.id))
    found = []
    for (uid, login, name, disabled_at), offices in groupby(rows, key=lambda row: tuple(row[:4])):
        held = tuple(GivenOffice(*row[4:]) for row in offices)
        found.append(Holder(uid, login, name, disabled_at, held))
    return tuple(found)


def account_called(connection: Connection, actor: Actor, login: str) -> AccountRow:
    """Return the account in scope that signs in so; raises UnknownAccount, for one elsewhere as for none."""
    uid = connection.scalar(select(Account.uid).where(Account.login == login.strip().lower()))
    return find_account(connection, actor, uid or uuid4())


def rosters_within(connection: Connection, actor: Actor, path: str) -> tuple[RosterLine, ...]:
    """Return the rosters at or below a path of the scope, branch by branch in the order of entry, with penalties."""
    require_right(actor, Right.READ)
    here = (within(Organization.path, path), within(Organization.path, actor.path))
    columns: tuple[Any, ...] = (
        Member.id, Member.name, Organization.uid, Organization.name.label("branch"), Member.standing, Member.full_on,
    )  # fmt: skip
    lines = connection.execute(
        select(*columns).select_from(Member).join(Organization).where(*here).order_by(Organization.path, Member.id)
    ).all()
    query = select(*_NOTED).select_from(Penalty).join(Member).join(Organization).where(*here)
    penalties = _penalties(connection, query)
    return tuple(
        RosterLine(line.id, line.name, line.uid, line.branch, line.standing, line.full_on, tuple(penalties[line.id]))
        for line in lines
    )


_NOTED: tuple[Any, ...] = (Penalty.member_id, Penalty.id, Penalty.kind, Penalty.from_on, Penalty.until_on)


def penalties_of(connection: Connection, members: Iterable[int]) -> defaultdict[int, list[NotedPenalty]]:
    """Return the penalties noted of members, by the number of their line."""
    return _penalties(connection, select(*_NOTED).where(Penalty.member_id.in_(list(members))))


def _penalties(connection: Connection, query: Select[Any]) -> defaultdict[int, list[NotedPenalty]]:
    found: defaultdict[int, list[NotedPenalty]] = defaultdict(list)
    for member, *penalty in connection.execute(query.order_by(Penalty.id)):
        found[member].append(NotedPenalty(*penalty))
    return found


def lock_cases(connection: Connection, cases: Iterable[int]) -> None:
    """Keep cases as they are until the transaction ends, so that nobody writes to them while they are looked at."""
    keys = sorted(cases)
    for start in range(0, len(keys), AT_ONCE):
        some = select(Case.id).where(Case.id.in_(keys[start : start + AT_ONCE]))
        connection.execute(some.order_by(Case.id).with_for_update(key_share=True)).all()
