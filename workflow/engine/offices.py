"""Who acts: an account in an office that it holds on a day, with the scope and the rights of that office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations, Right
from workflow.store.tables import Account, Office, Organization


class NoOffice(WorkflowError):  # noqa: N818 - errors are named as facts
    """The account does not hold this office on this day, or the account or the organization is closed."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An account in one of its offices on the day ``on``. ``path``: the root of what it sees; ``home``: where it sits.

    ``at``: the instant at which it makes a change, where it makes one.
    ``principal_id``: the account whose office a deputy fills in for; the deputy inherits what that one may not do.
    """

    account_id: int
    account_uid: UUID
    name: str
    name_key: str
    office_id: int
    organization_id: int
    organization_uid: UUID
    path: str
    kind: str
    role: str
    rights: frozenset[Right]
    bodies: tuple[str, ...]
    on: date
    home: str = ""
    deputy_for: int | None = None
    principal_id: int | None = None
    principal_uid: UUID | None = None
    at: datetime | None = None

    @property
    def principal(self) -> tuple[int, UUID] | None:
        """Return id and uid of the account for which a deputy acts."""
        known = self.principal_id is not None and self.principal_uid is not None
        return (self.principal_id, self.principal_uid) if known else None  # type: ignore[return-value]  # both are there

    @property
    def persons(self) -> frozenset[int]:
        """Return the accounts whose conflicts bind: the own one and, for a deputy, that of the principal."""
        return frozenset({self.account_id} | ({self.principal_id} if self.principal_id is not None else set()))

    @property
    def sees_cases(self) -> bool:
        """Tell whether the office has anything to do with cases; an administrator's has not."""
        return bool(self.rights - {Right.ADMINISTER})


@dataclass(frozen=True, slots=True)
class HeldOffice:
    """An office that an account can choose to act in."""

    id: int
    role: str
    kind: str
    organization: str
    organization_uid: UUID
    from_on: date
    until_on: date | None
    deputy: bool


Day = date | BindParameter[date]  # a day, or the place of one in a statement that is made once
TODAY: BindParameter[date] = bindparam("today", type_=Date())
PRINCIPAL = aliased(Office)
PRINCIPALS = aliased(Account)  # the account that holds the principal's office
SERVED = aliased(Organization)


def actor_of(
    connection: Connection, organizations: Organizations, account_id: int, office_id: int, today: date
) -> Actor:
    """Return who acts when this account uses this office today; raises NoOffice. Asked anew at every request."""
    asked = {"account": account_id, "today": today, "office": office_id}
    row = connection.execute(_THIS_OFFICE, asked).one_or_none()
    actor = _actor(organizations, row, today) if row else None
    if actor is None:
        raise NoOffice(
            Text("您目前没有担任这一职务", "you do not hold this office today"),
            Text("请换一个职务，或者请管理员任命", "choose another office, or ask the administrator"),
        )
    return actor


def _actor(organizations: Organizations, row: Row[Any], today: date) -> Actor | None:
    """Return who acts in an office; None: its role is no longer defined, or not for this kind of organization."""
    role = organizations.roles.get(row.role)
    if role is None or row.kind not in organizations.kinds or row.kind not in role.kinds:
        return None
    return Actor(
        account_id=row.account_id,
        account_uid=row.account_uid,
        name=row.account_name,
        name_key=row.name_key,
        office_id=row.id,
        organization_id=row.organization_id,
        organization_uid=row.organization_uid,
        path=row.served_path or row.path,
        kind=row.kind,
        role=row.role,
        rights=frozenset(role.rights),
        bodies=organizations.bodies(row.kind, has_committee=row.has_committee),
        on=today,
        home=row.path,
        deputy_for=row.deputy_for,
        principal_id=row.principal_id,
        principal_uid=row.principal_uid,
    )


def seats_of(
    connection: Connection, organizations: Organizations, account_id: int, today: date
) -> tuple[tuple[HeldOffice, Actor], ...]:
    """Return the offices in which an account can act today, each with who acts there, in one query."""
    rows = connection.execute(_EVERY_OFFICE, {"account": account_id, "today": today})
    seats = ((_held_office(row), _actor(organizations, row, today)) for row in rows)
    return tuple((office, actor) for office, actor in seats if actor is not None)


def sitting_in(
    connection: Connection, organizations: Organizations, places: Sequence[int], today: date
) -> tuple[Actor, ...]:
    """Return who can act today in organizations, office by office in the order in which they were given."""
    rows = connection.execute(_SITTING, {"places": places, "today": today})
    return tuple(actor for row in rows if (actor := _actor(organizations, row, today)) is not None)


def offices_of(connection: Connection, account_id: int, today: date) -> tuple[HeldOffice, ...]:
    """Return the offices that an account holds today, deputyships last; a disabled account holds none."""
    return tuple(map(_held_office, connection.execute(_EVERY_OFFICE, {"account": account_id, "today": today})))


def in_office(day: Day, office: type[Office] = Office) -> ColumnElement[bool]:
    """Return the condition that an office is held on ``day``, both its days counted."""
    return and_(office.from_on <= day, or_(office.until_on.is_(None), office.until_on >= day))


def standing(day: Day, organization: type[Organization] = Organization) -> ColumnElement[bool]:
    """Return the condition that an organization is not closed on ``day``; its last day is counted."""
    return or_(organization.until_on.is_(None), organization.until_on >= day)


def _held() -> Select[Any]:
    """Return the offices that count ``today``: in open organizations, the principal's still held."""
    columns: tuple[Any, ...] = (
        Office.id, Office.role, Office.account_id, Office.organization_id, Office.from_on, Office.until_on,
        Office.deputy_for, Organization.kind, Organization.path, Organization.has_committee,
        Organization.uid.label("organization_uid"),
        Organization.name.label("organization"), SERVED.path.label("served_path"), Account.uid.label("account_uid"),
        Account.name.label("account_name"), Account.name_key, PRINCIPAL.account_id.label("principal_id"),
        PRINCIPALS.uid.label("principal_uid"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Account, Account.id == Office.account_id)
        .join(Organization, Organization.id == Office.organization_id)
        .outerjoin(SERVED, SERVED.id == Organization.serves_id)
        .outerjoin(PRINCIPAL, PRINCIPAL.id == Office.deputy_for)
        .outerjoin(PRINCIPALS, PRINCIPALS.id == PRINCIPAL.account_id)
        .where(
            Account.disabled_at.is_(None),
            in_office(TODAY),
            standing(TODAY),
            or_(SERVED.id.is_(None), standing(TODAY, SERVED)),
            or_(Office.deputy_for.is_(None), and_(in_office(TODAY, PRINCIPAL), PRINCIPALS.disabled_at.is_(None))),
        )
    )


_OF_ACCOUNT = _held().where(Office.account_id == bindparam("account"))
_THIS_OFFICE = _OF_ACCOUNT.where(Office.id == bindparam("office"))  # made once: every submission asks it
_SITTING = _held().where(Office.organization_id.in_(bindparam("places", expanding=True))).order_by(Office.id)
_EVERY_OFFICE = _OF_ACCOUNT.order_by(Office.deputy_for.is_not(None), Organization.path, Office.id)


def _held_office(row: Row[Any]) -> HeldOffice:
    return HeldOffice(
        row.id, row.role, row.kind, row.organization, row.organization_uid, row.from_on, row.until_on,
        deputy=row.deputy_for is not None,
    )  # fmt: skip
