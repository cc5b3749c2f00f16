"""Looking into the records: who saw what, who did what, for whoever inspects; newest first, a page at a time.

A flat number of queries. Which index answers depends on how much of the installation the scope is: one organization
has its own lines in order; a large scope walks through all lines, newest first; in between its lines are sorted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from workflow.calendar.office import begin_of
from workflow.engine.acting import require_right
from workflow.engine.offices import Actor
from workflow.engine.scope import find_case, find_organization, within, within_unsorted
from workflow.law.organizations import Right
from workflow.plain import name_key
from workflow.store.tables import Account, Case, Entry, LogEntry, Organization

PAGE = 50
MOST = 500  # lines of a page
LARGE = 100  # a scope of more than one in so many organizations is walked through
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)  # what lies outside asks for nothing more


@dataclass(frozen=True, slots=True)
class Filters:
    """Which lines are asked for. ``account``: an id, or a part of the name; ``organization``: it and what is below it.

    Days are the office's, both counted. ``act``: an act of access; of entries, their step or their kind. ``case``: its
    number.
    """

    account: str | None = None
    organization: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    act: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A line of the record of access.

    ``account`` None: no such login, or the program, or a command without an account; ``case`` None: of none, or of none
    in scope.
    """

    id: int
    at: datetime
    act: str
    account: str | None
    organization: str | None
    case: str | None
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """An entry of a case, as who did what. ``principal``: for whom a deputy wrote; ``edition``: that names the step."""

    id: int
    recorded_at: datetime
    kind: str
    step: str | None
    outcome: str | None
    occurred_on: date | None
    account: str
    role: str
    organization: str
    case: str
    principal: str | None
    confirmed_by: str | None
    edition: date | None
    overlays: tuple[str, ...]


def seen(
    connection: Connection, actor: Actor, filters: Filters, after: int | None = None, limit: int = PAGE
) -> tuple[tuple[Seen, ...], int | None]:
    """Return who came in, saw or took out what in the actor's scope, newest first, and where the next page goes on.

    Raises NotEntitled; UnknownOrganization and UnknownCase for filters outside the scope.
    """
    require_right(actor, Right.INSPECT)
    path = _path(connection, actor, filters)
    conditions = [*_days(LogEntry.at, filters), *([LogEntry.act == filters.act] if filters.act else [])]
    case, accounts = _case(connection, actor, filters), _accounts(filters)
    if case is not None:
        conditions.append(LogEntry.case_id == case)
    if accounts is not None:
        conditions.append(LogEntry.account_id.in_(accounts))
    narrow = case is not None or accounts is not None  # something else than the place picks the lines out
    width = Width.WIDE if narrow else _width(connection, path)
    conditions.append(_inside(LogEntry.path, path, width))
    query = _from_newest(select(LogEntry.id).where(*conditions), LogEntry.id, after, limit)
    ids, following = _page(connection, query, limit)
    shown = connection.execute(_SEEN.where(LogEntry.id.in_(ids)).order_by(LogEntry.id.desc()))
    return tuple(_seen(row, actor) for row in shown), following


def done(
    connection: Connection, actor: Actor, filters: Filters, after: int | None = None, limit: int = PAGE
) -> tuple[tuple[Done, ...], int | None]:
    """Return who recorded what in the cases of the actor's scope, newest first, and where the next page goes on.

    Raises as ``seen`` does.
    """
    require_right(actor, Right.INSPECT)
    path = _path(connection, actor, filters)
    case, accounts = _case(connection, actor, filters), _accounts(filters)
    conditions = [*_days(Entry.recorded_at, filters), *_of_act(filters)]
    if accounts is not None:
        wrote = (Entry.account_id, Entry.principal_id, Entry.confirmed_by)
        conditions.append(or_(*(column.in_(accounts) for column in wrote)))
    conditions.append(_of_cases(path, case, _width(connection, path)))
    query = _from_newest(select(Entry.id).where(*conditions), Entry.id, after, limit)
    ids, following = _page(connection, query, limit)
    shown = connection.execute(_DONE.where(Entry.id.in_(ids)).order_by(Entry.id.desc()))
    return tuple(map(_done, shown)), following


class Width(Enum):
    """How much of an installation a scope is."""

    ONE = "one"
    SOME = "some"
    WIDE = "wide"


def _accounts(filters: Filters) -> Select[int] | None:
    """Return the query of the accounts that bear an id or a part of a name; None: it is not asked for."""
    if not filters.account:
        return None
    try:
        named: ColumnElement[bool] = Account.uid == UUID(filters.account)
    except ValueError:
        named = Account.name_key.contains(name_key(filters.account), autoescape=True)
    return select(Account.id).where(named)


def _case(connection: Connection, actor: Actor, filters: Filters) -> int | None:
    return find_case(connection, actor, filters.case).id if filters.case else None


def _path(connection: Connection, actor: Actor, filters: Filters) -> str:
    """Return the place that is asked about: the whole scope, or one organization of it with what is below."""
    if filters.organization is None:
        return actor.path
    return find_organization(connection, actor, filters.organization).path


def _width(connection: Connection, path: str) -> Width:
    inside = select(func.count()).select_from(Organization).where(within(Organization.path, path))
    every = select(func.count()).select_from(Organization)
    some, all_of_them = connection.execute(select(inside.scalar_subquery(), every.scalar_subquery())).one()
    if some <= 1:
        return Width.ONE
    return Width.WIDE if some * LARGE > all_of_them else Width.SOME


def _inside(column: InstrumentedAttribute[str], path: str, width: Width) -> ColumnElement[bool]:
    if width is Width.ONE:
        return column == path
    return within(column, path) if width is Width.SOME else within_unsorted(column, path)


def _of_cases(path: str, case: int | None, width: Width) -> ColumnElement[bool]:
    """Return the condition that an entry is of a case in scope; of a large scope each entry's case is looked at."""
    if case is not None:
        return and_(Entry.case_id == case, Entry.case_id.in_(select(Case.id).where(within(Case.path, path))))
    if width is not Width.WIDE:
        return Entry.case_id.in_(select(Case.id).where(_inside(Case.path, path, width)))
    # a value and not EXISTS, which databases turn into a search that begins with the cases
    inside = select(within_unsorted(Case.path, path)).where(Case.id == Entry.case_id)
    return inside.scalar_subquery()


def _days(column: InstrumentedAttribute[datetime], filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.from_on is not None and filters.from_on > FIRST_DAY:
        yield column >= begin_of(min(filters.from_on, LAST_DAY))
    if filters.until_on is not None and filters.until_on < LAST_DAY:
        yield column < begin_of(max(filters.until_on, FIRST_DAY) + timedelta(days=1))


def _of_act(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.act:
        yield or_(Entry.step == filters.act, Entry.kind == filters.act)


def _from_newest(query: Select[int], key: InstrumentedAttribute[int], after: int | None, limit: int) -> Select[int]:
    if after is not None:
        query = query.where(key < after)
    return query.order_by(key.desc()).limit(min(max(limit, 1), MOST) + 1)


def _page(connection: Connection, query: Select[int], limit: int) -> tuple[list[int], int | None]:
    """Return the keys of a page, and the last of them if another page follows."""
    ids = list(connection.scalars(query))
    page = ids[: min(max(limit, 1), MOST)]
    return page, page[-1] if len(ids) > len(page) else None


_SEEN: Any = (
    select(
        LogEntry.id, LogEntry.at, LogEntry.act, Account.name.label("account"), Organization.name.label("organization"),
        Case.number, Case.path.label("case_path"), LogEntry.about,
    )
    .outerjoin(Account, Account.id == LogEntry.account_id)
    .outerjoin(Organization, Organization.id == LogEntry.organization_id)
    .outerjoin(Case, Case.id == LogEntry.case_id)
)  # fmt: skip
PRINCIPAL, CONFIRMER = aliased(Account), aliased(Account)
_DONE: Any = (
    select(
        Entry.id, Entry.recorded_at, Entry.kind, Entry.step, Entry.outcome, Entry.occurred_on,
        Account.name.label("account"), Organization.name.label("organization"), Case.number,
        PRINCIPAL.name.label("principal"), CONFIRMER.name.label("confirmed_by"), Entry.body,
    )
    .join(Case, Case.id == Entry.case_id)
    .join(Account, Account.id == Entry.account_id)
    .join(Organization, Organization.id == Entry.organization_id)
    .outerjoin(PRINCIPAL, PRINCIPAL.id == Entry.principal_id)
    .outerjoin(CONFIRMER, CONFIRMER.id == Entry.confirmed_by)
)  # fmt: skip


def _seen(row: Row[Any], actor: Actor) -> Seen:
    """Return a line; the number of a case that has left the scope since is not told."""
    case = row.number if row.case_path is not None and row.case_path.startswith(actor.path) else None
    return Seen(row.id, row.at, row.act, row.account, row.organization, case, row.about)


def _done(row: Row[Any]) -> Done:
    body = json.loads(row.body)
    edition = body.get("edition")
    return Done(
        row.id, row.recorded_at, row.kind, row.step, row.outcome, row.occurred_on, row.account, body.get("role", ""),
        row.organization, row.number, row.principal, row.confirmed_by, date.fromisoformat(edition) if edition else None,
        tuple(body.get("overlays", ())),
    )  # fmt: skip
