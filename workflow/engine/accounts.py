"""Accounts and offices: who works with the program, in which office, from which day to which; deputies; own cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    and_,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from workflow.calendar.office import begin_of
from workflow.engine.acting import NotEntitled, require_right
from workflow.engine.duties import ConflictOfDuties, own_case
from workflow.engine.log import Place, changed, write
from workflow.engine.log_acts import LogAct
from workflow.engine.offices import Actor
from workflow.engine.organizations import checked_name
from workflow.engine.reading import CaseRow
from workflow.engine.scope import (
    AccountRow,
    OrganizationRow,
    find_account,
    find_case,
    find_office,
    find_organization,
    within,
)
from workflow.errors import Text, WorkflowError
from workflow.law.organizations import Organizations, Right
from workflow.plain import name_key
from workflow.seal import Plain
from workflow.store.tables import Account, Case, Entry, Member, Office, Organization, SignedIn

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


ADMINISTRATOR = "administrator"  # the one role that must be in the definitions: it gives all others


class AccountRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """An account or an office cannot be given so; the sentence says why."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is said of an account when it is made; its password is set elsewhere."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class NewOffice:
    """An office to be held, both days counted. ``deputy_for``: the office (its id) that a deputy fills in for."""

    organization: UUID
    role: str
    from_on: date
    until_on: date | None = None
    deputy_for: int | None = None


def create_account(
    connection: Connection,
    organizations: Organizations,
    actor: Actor,
    account: NewAccount,
    office: NewOffice,
    now: datetime,
) -> AccountRow:
    """Make an account with its first office: without one nobody would have it in scope; return it.

    Raises NotEntitled, UnknownOrganization, AccountRefused.
    """
    require_right(actor, Right.ADMINISTER)
    made = insert_account(connection, account, now)
    _give(connection, organizations, actor, made, office)
    changed(connection, actor, LogAct.ACCOUNT_MADE, account=made.uid)
    return made


def first_administrator(
    connection: Connection, root: OrganizationRow, account: NewAccount, from_on: date, now: datetime
) -> AccountRow:
    """Make the first account of an installation, administrator of its root; raises AccountRefused if there is one."""
    if connection.scalar(select(exists().where(Account.id.is_not(None)))):
        raise AccountRefused(
            Text("本系统已有账号", "this installation has accounts already"),
            Text("请用现有的管理员账号登录后办理", "sign in as the administrator that there is"),
        )
    made = insert_account(connection, account, now)
    given = _insert_office(connection, made.id, root.id, NewOffice(root.uid, ADMINISTRATOR, from_on))
    about: dict[str, Plain] = {"account": made.uid.hex, "place": root.uid.hex, "office": given, "role": ADMINISTRATOR}
    write(connection, LogAct.OFFICE_GIVEN, now, None, Place(root.path), about)
    return made


def insert_account(connection: Connection, account: NewAccount, now: datetime) -> AccountRow:
    """Make an account without asking who wants it, for the founding of an installation; raises AccountRefused."""
    login, name = account.login.strip().lower(), checked_name(account.name)
    if not LOGIN.fullmatch(login):
        raise AccountRefused(
            Text("登录名不合格", "this cannot be a login"),
            Text("请用2至64个小写字母、数字、点或者横线", "use 2 to 64 small letters, digits, full stops or hyphens"),
        )
    if connection.scalar(select(exists().where(Account.login == login))):
        raise AccountRefused(Text("登录名已被使用", "this login is taken"), Text("请换一个", "choose another"))
    row = {"login": login, "name": name, "name_key": name_key(name), "created_at": now}
    made = connection.execute(insert(Account).returning(Account.id, Account.uid), row).one()
    return AccountRow(made.id, made.uid, login, name, None)


def disable_account(connection: Connection, actor: Actor, uid: UUID, now: datetime) -> None:
    """Close an account: from its next request on it holds no office, and its sessions have ended.

    Nobody disables the own account, nor one that holds an office outside the own scope.
    """
    account = whole_account(connection, actor, uid)
    connection.execute(
        update(Account).where(Account.id == account.id, Account.disabled_at.is_(None)).values(disabled_at=now)
    )
    end_sessions(connection, account.id)
    changed(connection, actor, LogAct.ACCOUNT_DISABLED, account=account.uid)


def whole_account(connection: Connection, actor: Actor, uid: UUID) -> AccountRow:
    """Return an account of which the administrator may change what holds in all of its offices; never the own one.

    Raises NotEntitled, UnknownAccount, ConflictOfDuties; AccountRefused where it holds an office outside the scope:
    whoever takes such an account over, or closes it, reaches beyond the own scope.
    """
    require_right(actor, Right.ADMINISTER)
    account = find_account(connection, actor, uid)
    _not_oneself(actor, account.id)
    lasting = or_(Office.until_on.is_(None), Office.until_on >= actor.on)
    outside = select(Office.id).join(Organization).where(
        Office.account_id == account.id, lasting, ~within(Organization.path, actor.path)
    )  # fmt: skip
    if connection.scalar(outside.limit(1)) is not None:
        raise AccountRefused(
            Text("此账号还在其他组织任职", "the account holds an office outside your scope"),
            Text(
                "请由管辖其全部职务的上级管理员办理；本级只能免去本级的职务",
                "a superior administrator does it; you can end its offices in your own scope",
            ),
        )
    return account


def end_sessions(connection: Connection, account: int, but: int | None = None) -> None:
    """End every session of an account, or every one ``but`` that of this id: a copy of its cookie opens nothing."""
    kept = SignedIn.id != but if but is not None else literal(value=True)
    connection.execute(delete(SignedIn).where(SignedIn.account_id == account, kept))


def appoint(
    connection: Connection, organizations: Organizations, actor: Actor, account: UUID, office: NewOffice
) -> int:
    """Give an account an office, or a deputyship, and return its id; nobody appoints themselves. Its sessions end.

    Raises NotEntitled, UnknownAccount, UnknownOrganization, ConflictOfDuties, AccountRefused.
    """
    require_right(actor, Right.ADMINISTER)
    holder = find_account(connection, actor, account)
    _not_oneself(actor, holder.id)
    # one appointment of a person after the other: each sees what the other gave
    closed = select(Account.disabled_at).where(Account.id == holder.id).with_for_update(key_share=True)
    if connection.execute(closed).scalar_one() is not None:
        raise AccountRefused(
            Text("此账号已停用", "the account is disabled"), Text("请另建账号", "create another account")
        )
    given = _give(connection, organizations, actor, holder, office)
    end_sessions(connection, holder.id)
    return given


def dismiss(connection: Connection, actor: Actor, office_id: int, last_day: date) -> None:
    """End an office after ``last_day``, deputies with it; one that would not have begun is taken back altogether.

    It never lasts longer for it, and never ends before something that was recorded in it. Whoever held it has to sign
    in anew. Raises NotEntitled, UnknownAccount, ConflictOfDuties, AccountRefused.
    """
    require_right(actor, Right.ADMINISTER)
    office = find_office(connection, actor, office_id)
    _not_oneself(actor, office.account_id)
    deputies = connection.scalars(select(Office.account_id).where(Office.deputy_for == office_id)).all()
    _end_office(connection, actor, office, last_day)
    for account in {office.account_id, *deputies}:
        end_sessions(connection, account)
    changed(connection, actor, LogAct.OFFICE_ENDED, office=office_id, last_day=last_day)


def _end_office(connection: Connection, actor: Actor, office: Row[Any], last_day: date) -> None:
    """Write the last day of an office down where nothing stands against it."""
    office_id = office.id
    if office.from_on > max(last_day, actor.on):
        connection.execute(delete(Office).where(Office.deputy_for == office_id))
        connection.execute(delete(Office).where(Office.id == office_id))
        return
    if last_day < office.from_on:
        raise AccountRefused(
            Text("止日早于起日", "the last day lies before the first"), Text("请改正日期", "correct the days")
        )
    if office.until_on is not None and last_day > office.until_on:
        raise AccountRefused(
            Text("该职务已经更早终止", "the office ends earlier already"),
            Text("需要继续任职时请重新任命", "to hold it longer, appoint anew"),
        )
    if connection.scalar(select(_used_after(office, last_day))):
        raise AccountRefused(
            Text("该日之后还以此职务办理过登记", "something was recorded in this office after that day"),
            Text("止日不得早于最后一次登记", "end it on the day of the last record or later"),
        )
    connection.execute(update(Office).where(Office.id == office_id).values(until_on=last_day))


def _used_after(office: Row[Any], last_day: date) -> Exists:
    """Return the condition that its holder, or a deputy, wrote or confirmed in an office's place after a day of it."""
    after = Entry.recorded_at >= begin_of(last_day + timedelta(days=1))
    still: ColumnElement[bool] = literal(value=True)
    if office.until_on is not None and office.until_on < date.max:
        still = Entry.recorded_at < begin_of(office.until_on + timedelta(days=1))
    holder, place = office.account_id, office.organization_id
    wrote = and_(or_(Entry.account_id == holder, Entry.principal_id == holder), Entry.organization_id == place)
    confirmed = and_(Entry.confirmed_by == holder, Entry.confirmed_in == place)
    return exists().where(or_(wrote, confirmed), after, still)


def own_account_for(connection: Connection, organization_id: int, key: str) -> int | None:
    """Return the account that is the person's own, when a case is opened in a branch; None: none, or several.

    An account of the same name (``key``: as compared) with an office in that branch, else one whose name stands on the
    branch's roster. Where it cannot be told, ``own_case`` holds back whoever bears the name in that branch.
    """
    in_branch = exists().where(Office.account_id == Account.id, Office.organization_id == organization_id)
    on_roster = exists().where(Member.name_key == key, Member.organization_id == organization_id)
    query = select(Account.id, in_branch).where(Account.name_key == key, or_(in_branch, on_roster))
    rows = connection.execute(query).all()
    nearer = [account for account, inside in rows if inside] or [account for account, _ in rows]
    return nearer[0] if len(nearer) == 1 else None


def link_own_account(
    connection: Connection, organizations: Organizations, actor: Actor, number: str, account: UUID | None
) -> None:
    """Say which account is the own one of the person whom a case is about, or that there is none.

    Done from above: the right to confirm, in an organization that holds no cases itself; never on the own case.
    """
    require_right(actor, Right.CONFIRM)
    if actor.kind in organizations.case_kinds:
        raise NotEntitled(Text("本人账号由上级组织关联", "the own account is linked by a superior organization"))
    case: CaseRow = find_case(connection, actor, number, lock=True)
    own_case(connection, actor, case)
    linked = find_account(connection, actor, account).id if account else None
    connection.execute(update(Case).where(Case.id == case.id).values(own_account_id=linked))
    changed(connection, actor, LogAct.OWN_ACCOUNT_LINKED, case.path, case=case.head.uid, account=account)


def _give(
    connection: Connection, organizations: Organizations, actor: Actor, holder: AccountRow, office: NewOffice
) -> int:
    """Write an office down where nothing stands against it; return its id."""
    place = _place(connection, organizations, actor, office)
    for held in _held_meanwhile(connection, holder.id, office):
        if held.role != office.role and _apart(organizations, held.role, office.role):
            raise AccountRefused(
                Text("管理、监督职务不得与其他职务兼任", "this office is not held together with another one"),
                Text("请使用另一人的账号", "appoint another person"),
            )
        same = (held.role, held.organization_id, held.deputy_for) == (office.role, place.id, office.deputy_for)
        if same:
            raise AccountRefused(
                Text("这些日子已担任此职务", "it holds this office on some of these days already"),
                Text("请改正日期，或者先免去原任职", "correct the days, or end the other one first"),
            )
    if office.deputy_for is not None:
        _require_principal(connection, actor, holder.id, place.id, office)
    given = _insert_office(connection, holder.id, place.id, office)
    changed(
        connection, actor, LogAct.OFFICE_GIVEN, place.path, account=holder.uid, place=place.uid, office=given,
        role=office.role, from_on=office.from_on, until_on=office.until_on,
        deputy_for=office.deputy_for,
    )  # fmt: skip
    return given


def _place(connection: Connection, organizations: Organizations, actor: Actor, office: NewOffice) -> OrganizationRow:
    """Return the organization of an office to be given, where its role exists and its days are in order."""
    place = find_organization(connection, actor, office.organization)
    role = organizations.roles.get(office.role)
    if role is None or place.kind not in role.kinds:
        raise AccountRefused(
            Text("该组织没有这一职务", "there is no such office in this organization"),
            Text("请选择该类组织设有的职务", "choose an office that this kind of organization has"),
        )
    if office.until_on is not None and office.until_on < office.from_on:
        raise AccountRefused(
            Text("止日早于起日", "the last day lies before the first"), Text("请改正日期", "correct the days")
        )
    return place


def _require_principal(connection: Connection, actor: Actor, holder: int, organization: int, office: NewOffice) -> None:
    """Raise AccountRefused unless the deputy fills in for an office of the same kind that somebody else holds then."""
    principal = find_office(connection, actor, office.deputy_for or 0)
    begins = principal.from_on <= office.from_on
    ends = principal.until_on is None or (office.until_on is not None and office.until_on <= principal.until_on)
    if (principal.role, principal.organization_id) != (office.role, organization) or principal.account_id == holder:
        raise AccountRefused(
            Text("只能代理本组织他人的同一职务", "a deputy holds the same office for somebody else"),
            Text("请选择本组织他人担任的同一职务", "choose the same office of somebody else there"),
        )
    if principal.deputy_for is not None:
        raise AccountRefused(
            Text("代理的职务不能再由他人代理", "nobody is the deputy of a deputy"),
            Text("请代理原任职务", "stand in for the office itself"),
        )
    if not (begins and ends):
        raise AccountRefused(
            Text("代理期间超出所代理职务的任期", "the deputyship lies outside the office's own days"),
            Text("请改在其任期之内", "keep to the days of that office"),
        )


def _not_oneself(actor: Actor, account: int) -> None:
    if account in actor.persons:
        raise ConflictOfDuties(
            Text("不能办理自己的账号和职务", "nobody changes the own account or offices"),
            Text("请由另一名管理员办理", "another administrator does it"),
        )


def _apart(organizations: Organizations, *roles: str) -> bool:
    """Tell whether one of several roles is held by itself only; a role that is no longer defined gives no rights."""
    return any(role in organizations.roles and organizations.roles[role].apart for role in roles)


def _held_meanwhile(connection: Connection, account: int, office: NewOffice) -> Sequence[Row[Any]]:
    """Return the offices that an account holds on some of the days of the new one."""
    before_its_end = Office.from_on <= office.until_on if office.until_on is not None else literal(value=True)
    after_its_begin = or_(Office.until_on.is_(None), Office.until_on >= office.from_on)
    columns: tuple[Any, ...] = (Office.role, Office.organization_id, Office.deputy_for)
    meanwhile = select(*columns).where(Office.account_id == account, before_its_end, after_its_begin)
    return connection.execute(meanwhile).all()


def _insert_office(connection: Connection, account: int, organization: int, office: NewOffice) -> int:
    row = {
        "account_id": account,
        "organization_id": organization,
        "role": office.role,
        "from_on": office.from_on,
        "until_on": office.until_on,
        "deputy_for": office.deputy_for,
    }
    return connection.execute(insert(Office).returning(Office.id), row).scalar_one()
