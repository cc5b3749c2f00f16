"""The record of access: who signed in, saw or took out what. Codes, numbers and days only; written, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Connection, Select, func, select
from sqlalchemy import case as choose
from sqlalchemy.orm import aliased

from workflow.access.inspection import PAGE, Done, Filters, Seen, done, seen
from workflow.calendar.office import office_day
from workflow.engine import log
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import Actor, in_office
from workflow.engine.reading import CaseRow
from workflow.engine.scope import OrganizationRow
from workflow.seal import Plain
from workflow.store.tables import Account, Office, Organization

__all__ = [
    "NOTHING", "PAGE", "Done", "Filters", "LogAct", "Seen", "done", "note", "note_sign_in", "note_unseated", "seen",
]  # fmt: skip

NOTHING: Mapping[str, Plain] = MappingProxyType({})
SERVED = aliased(Organization)


def note(  # noqa: PLR0913 - what was seen can be a case, a place, or both
    connection: Connection,
    actor: Actor,
    act: LogAct,
    now: datetime,
    *,
    case: CaseRow | None = None,
    place: OrganizationRow | None = None,
    about: Mapping[str, Plain] = NOTHING,
) -> None:
    """Note what an actor saw or took out; ``place``: the organization that it concerns, if not the whole scope.

    ``about`` holds codes, numbers and days: raises ValueError for anything that could be free text.
    """
    where = log.Place(
        case.path if case else place.path if place else actor.path,
        (actor.organization_id, actor.organization_uid),
        (case.id, case.head.uid) if case else None,
        place.uid if place else None,
    )
    log.write(connection, act, now, (actor.account_id, actor.account_uid), where, about)


def note_sign_in(connection: Connection, act: LogAct, account_id: int | None, now: datetime) -> None:
    """Note what concerns an account and no office yet, where its first office is; ``None``: no such login.

    What nobody in particular tried stands at the top of the installation: whoever inspects there sees it.
    """
    home = connection.execute(_home(account_id, now)).one_or_none() if account_id is not None else None
    place = log.Place(home.path, (home.id, home.uid)) if home else _top(connection)
    uid = home.account if home else None
    if home is None and account_id is not None:
        uid = connection.scalar(select(Account.uid).where(Account.id == account_id))
    by = (account_id, uid) if account_id is not None and uid is not None else None
    log.write(connection, act, now, by, place, NOTHING)


def note_unseated(connection: Connection, act: LogAct, now: datetime, about: Mapping[str, Plain] = NOTHING) -> int:
    """Note what was done in no office, by the program or by whoever may open its database, and return the line's id.

    It stands at the top of the installation: whoever inspects there sees it.
    """
    return log.write(connection, act, now, None, _top(connection), about)


def _top(connection: Connection) -> log.Place:
    return log.Place(connection.scalar(_TOP) or "")


_TOP = (
    select(Organization.path)
    .where(Organization.parent_id.is_(None), Organization.serves_id.is_(None))
    .order_by(Organization.id)
    .limit(1)
)


def _home(account_id: int, now: datetime) -> Select[int, UUID, str, UUID]:
    """Return the query of the organization of an account's first office today, else of its last one."""
    today = choose((in_office(office_day(now)), 0), else_=1)
    scope = func.coalesce(SERVED.path, Organization.path).label("path")
    return (
        select(Organization.id, Organization.uid, scope, Account.uid.label("account"))
        .join(Office, Office.organization_id == Organization.id)
        .join(Account, Account.id == Office.account_id)
        .outerjoin(SERVED, SERVED.id == Organization.serves_id)
        .where(Office.account_id == account_id)
        .order_by(today, Office.deputy_for.is_not(None), Office.until_on.desc(), Organization.path, Office.id)
        .limit(1)
    )
