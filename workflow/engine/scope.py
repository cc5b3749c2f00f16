"""Scope: what an actor sees. The one place that turns an office into a condition on cases, organizations and accounts.

What lies outside does not exist for the actor: a foreign number and one that nobody has get the same answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from workflow.engine.offices import Actor
from workflow.engine.reading import CaseRow, case_columns, case_row
from workflow.errors import Text, WorkflowError
from workflow.plain import harmless
from workflow.store.tables import Account, Case, Member, Office, Organization, Transfer

LONGEST = 40  # characters of a number in a message
HALVES, NO_HALVES = 0xD800, 0xE000  # where the halves of characters begin, which are none, and where they end
OUT_OF_SIGHT = Text("请核对；不在您权限范围内的也查不到", "check it; what lies outside your scope is not found")


class UnknownCase(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such case for this actor."""


class UnknownOrganization(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such organization for this actor."""


class UnknownAccount(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such account, or no such office, for this actor."""


class UnknownMember(WorkflowError):  # noqa: N818 - errors are named as facts
    """There is no such line on a roster for this actor."""


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization as it stands in the database."""

    id: int
    uid: UUID
    parent_id: int | None
    serves_id: int | None
    kind: str
    name: str
    path: str
    has_committee: bool | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account, without its password."""

    id: int
    uid: UUID
    login: str
    name: str
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of a roster, without its penalties."""

    id: int
    organization_id: int
    name: str
    standing: str | None
    full_on: date | None


class _Bytewise(FunctionElement[str]):
    """A path compared byte by byte, whatever the order of letters with which the database was made."""

    type = String()
    inherit_cache = True


class _InNoIndex(FunctionElement[str]):
    """A text for which SQLite uses no index; PostgreSQL knows from its statistics when not to."""

    type = String()
    inherit_cache = True


@compiles(_Bytewise)
@compiles(_InNoIndex)
def _plainly(element: FunctionElement[str], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return compiler.process(element.clauses, **options)


@compiles(_Bytewise, "postgresql")
def _collated(element: _Bytewise, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'


@compiles(_InNoIndex, "sqlite")
def _reckoned(element: _InNoIndex, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"+{compiler.process(element.clauses, **options)}"


def within(column: InstrumentedAttribute[str], path: str) -> ColumnElement[bool]:
    """Return the condition that a path is ``path`` or lies below it, as a range of which an index makes use."""
    return _between(column, path, _after(path))


def within_unsorted(column: InstrumentedAttribute[str], path: str) -> ColumnElement[bool]:
    """Return the same condition for the rows of a walk in another order, of which few are to be left out."""
    return _between(_InNoIndex(column), path, _after(path))


def in_no_index(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return a column to filter by what is walked through in an order that its own index would not keep."""
    return _InNoIndex(column)


def beginning(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Return the condition that a text begins with another, not empty, as a range of which an index makes use."""
    end = _following(text)
    return _between(column, text, end) if end is not None else _Bytewise(column) >= text


def _following(text: str) -> str | None:
    """Return the first text in order that does not begin with another; None: every later one does."""
    for place in reversed(range(len(text))):
        code = ord(text[place]) + 1
        if code <= sys.maxunicode:
            return text[:place] + chr(NO_HALVES if code == HALVES else code)
    return None


def _after(path: str) -> str:
    """Return the first path in order that does not lie below: what follows the full stop at its end is a slash."""
    return path[:-1] + chr(ord(path[-1]) + 1)


def _between(
    column: ColumnElement[str] | InstrumentedAttribute[str],
    path: str | BindParameter[str],
    after: str | BindParameter[str],
) -> ColumnElement[bool]:
    return and_(_Bytewise(column) >= path, _Bytewise(column) < after)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on ``Case`` under which the actor may know of a case.

    Its own scope, and what is offered to the own branch and not yet taken over. An administrator sees no case at all.
    """
    return _visible(Case.path, actor.path, _after(actor.path)) if actor.sees_cases else false()


def visible_unsorted(actor: Actor) -> ColumnElement[bool]:
    """Return the same condition for the cases of a walk in another order, of which few are to be left out."""
    return _visible(_InNoIndex(Case.path), actor.path, _after(actor.path)) if actor.sees_cases else false()


def _visible(
    column: ColumnElement[str] | InstrumentedAttribute[str],
    path: str | BindParameter[str],
    after: str | BindParameter[str],
) -> ColumnElement[bool]:
    offered = select(Transfer.case_id).where(Transfer.to_path == path)
    return or_(_between(column, path, after), Case.id.in_(offered))


def within_of(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Return the condition ``within`` for a statement that is made once: its path comes with ``bounds``."""
    return _between(column, bindparam(name, type_=String()), bindparam(f"{name}_end", type_=String()))


def bounds(name: str, path: str) -> dict[str, str]:
    """Return the parameters for ``within_of``."""
    return {name: path, f"{name}_end": _after(path)}


def seen_by(actor: Actor) -> dict[str, str]:
    """Return the parameters for ``VISIBLE``."""
    return bounds("path", actor.path) if actor.sees_cases else NOWHERE


NOWHERE = {"path": "", "path_end": ""}  # where nothing lies
VISIBLE = _visible(  # for what is made once
    Case.path, bindparam("path", type_=String()), bindparam("path_end", type_=String())
)


def _by_number() -> Select[Any]:
    """Return the case ``number`` if it is visible."""
    query = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
    return query.where(Case.number == bindparam("number"), VISIBLE)


_BY_NUMBER = _by_number()  # made once: every submission asks it
# No key changes and nothing is deleted: what refers to the case, such as a run that goes on, is not waited for.
_LOCKED = _BY_NUMBER.with_for_update(of=Case, key_share=True)


def find_case(connection: Connection, actor: Actor, number: str, *, lock: bool = False) -> CaseRow:
    """Return a case by its number, locked until the transaction ends if ``lock``; raises UnknownCase."""
    query, asked = _LOCKED if lock else _BY_NUMBER, {"number": number, **seen_by(actor)}
    row = connection.execute(query, asked).one_or_none()
    if row is None and lock:  # PostgreSQL joins anew only the case if it was handed over while this waited for it
        row = connection.execute(query, asked).one_or_none()
    if row is None:
        raise unknown_case(number)
    return case_row(row)


def find_cases(connection: Connection, actor: Actor, numbers: Iterable[str]) -> dict[str, CaseRow]:
    """Return those of some cases that the actor may know of, each by its number, in one query."""
    query = select(*case_columns()).join(Organization, Organization.id == Case.organization_id)
    rows = connection.execute(query.where(Case.number.in_(list(numbers)), visible(actor)))
    return {found.number: found for found in map(case_row, rows)}


def unknown_case(number: str) -> UnknownCase:
    """Return that there is no such case for this actor."""
    shown = harmless(number)[:LONGEST]
    return UnknownCase(
        Text(f"没有编号为“{shown}”的档案", f"there is no case “{shown}”"),
        Text("请核对编号；不在您权限范围内的也查不到", "check the number; what lies outside your scope is not found"),
    )


def cases_within(connection: Connection, path: str) -> tuple[int, ...]:
    """Return the ids of all cases at or below a path, for computing anew what depends on who stands above them."""
    return tuple(connection.scalars(select(Case.id).where(within(Case.path, path)).order_by(Case.id)))


def superiors_of(connection: Connection, organization: int, among: Iterable[int]) -> dict[int, str]:
    """Return those of ``among`` in whose scope an organization lies and that are not in its own: name by id."""
    served = aliased(Organization)
    scope = func.coalesce(served.path, Organization.path)
    query = select(Organization.id, Organization.name, scope).outerjoin(served, served.id == Organization.serves_id)
    rows = connection.execute(query.where(Organization.id.in_((organization, *among)))).all()
    own = next(path for key, _, path in rows if key == organization)
    return {key: name for key, name, path in rows if own.startswith(path) and own != path}


def organization_columns() -> tuple[Any, ...]:
    """Return the columns of which an OrganizationRow is made."""
    return (
        Organization.id, Organization.uid, Organization.parent_id, Organization.serves_id, Organization.kind,
        Organization.name, Organization.path, Organization.has_committee, Organization.until_on,
    )  # fmt: skip


def organizations_in_scope(connection: Connection, actor: Actor) -> tuple[OrganizationRow, ...]:
    """Return every organization that the actor sees, each after the one above it."""
    query = select(*organization_columns()).where(within(Organization.path, actor.path)).order_by(Organization.path)
    return tuple(OrganizationRow(*row) for row in connection.execute(query))


def find_organization(connection: Connection, actor: Actor, uid: UUID, *, lock: bool = False) -> OrganizationRow:
    """Return an organization in the actor's scope; raises UnknownOrganization."""
    query = select(*organization_columns()).where(Organization.uid == uid, within(Organization.path, actor.path))
    row = connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
    if row is None:
        raise UnknownOrganization(
            Text("没有这个组织", "there is no such organization"),
            OUT_OF_SIGHT,
        )
    return OrganizationRow(*row)


def find_account(connection: Connection, actor: Actor, uid: UUID) -> AccountRow:
    """Return an account that holds or held an office in the actor's scope; raises UnknownAccount."""
    columns = (Account.id, Account.uid, Account.login, Account.name, Account.disabled_at)
    row = connection.execute(select(*columns).where(Account.uid == uid, _has_office(actor))).one_or_none()
    if row is None:
        raise UnknownAccount(
            Text("没有这个账号", "there is no such account"),
            OUT_OF_SIGHT,
        )
    return AccountRow(*row)


def find_office(connection: Connection, actor: Actor, office_id: int) -> Row[Any]:
    """Return an office in the actor's scope, with the kind of its organization; raises UnknownAccount."""
    columns: tuple[Any, ...] = (*Office.__table__.columns, Organization.kind)
    query = select(*columns).join(Organization).where(
        Office.id == office_id, within(Organization.path, actor.path)
    )  # fmt: skip
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownAccount(
            Text("没有这项任职", "there is no such office"),
            OUT_OF_SIGHT,
        )
    return row


def find_member(connection: Connection, actor: Actor, member_id: int) -> MemberRow:
    """Return a line of a roster in the actor's scope; raises UnknownMember. An administrator sees no roster."""
    columns = (Member.id, Member.organization_id, Member.name, Member.standing, Member.full_on)
    query = select(*columns).join(Organization).where(Member.id == member_id, within(Organization.path, actor.path))
    row = connection.execute(query).one_or_none() if actor.sees_cases else None
    if row is None:
        raise UnknownMember(
            Text("名册上没有这个人", "there is no such member on the roster"),
            OUT_OF_SIGHT,
        )
    return MemberRow(*row)


def _has_office(actor: Actor) -> ColumnElement[bool]:
    inside = select(Office.account_id).join(Organization).where(within(Organization.path, actor.path))
    return Account.id.in_(inside)
