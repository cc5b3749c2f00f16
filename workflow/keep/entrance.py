"""How the first people come in: the administrator with a one-time password, visitors of the sample with the one of all.

Both are given only here, on the machine itself, by whoever starts the server there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from workflow.access import passwords, sessions, trail
from workflow.engine.accounts import ADMINISTRATOR
from workflow.engine.offices import in_office
from workflow.errors import Text, WorkflowError
from workflow.store.tables import Account, Installation, Office, Organization


class NoSample(WorkflowError):  # noqa: N818 - errors are named as facts
    """The people of this installation are real: no password is everybody's."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An office that somebody holds, as the list of whoever may be tried shows it."""

    login: str
    name: str
    role: str
    organization: str


def first_password(connection: Connection, now: datetime) -> tuple[str, str] | None:
    """Give the first administrator a one-time password if there never was one; return login and password, else None."""
    held = select(Account.id, Account.login, Account.password).join(Office, Office.account_id == Account.id)
    first = held.where(Office.role == ADMINISTRATOR, Account.disabled_at.is_(None)).order_by(Office.id).limit(1)
    account = connection.execute(first.with_for_update()).one_or_none()
    if account is None or account.password is not None:
        return None
    password = passwords.first(connection, account.id, now)
    trail.note_sign_in(connection, trail.LogAct.PASSWORD_GIVEN, account.id, now)
    return account.login, password


def sample_password(connection: Connection, now: datetime) -> str:
    """Give every account of a sample the same new password and return it; whoever was signed in is not any more.

    Raises NoSample where people are real.
    """
    if not connection.scalar(select(Installation.sample)):
        raise NoSample(
            Text("这里的人员是真实的，不能使用同一个密码", "the people here are real: they share no password"),
            Text(
                "请逐个发放：jishi account password 登录名", "give each one of their own: jishi account password LOGIN"
            ),
        )
    password = passwords.one_time()
    values = {"password": passwords.hashed(password), "password_at": now, "password_once": False}
    connection.execute(update(Account).values(values))
    sessions.forget_everybody(connection)
    return password


def seats(connection: Connection, today: date) -> tuple[Seat, ...]:
    """Return the offices that are held today, those of an organization before those below it."""
    columns = select(Account.login, Account.name, Office.role, Organization.name, Organization.path)
    held = columns.join(Office, Office.account_id == Account.id).join(Organization)
    query = held.where(in_office(today), Account.disabled_at.is_(None)).order_by(Office.id)
    found = sorted(connection.execute(query), key=lambda row: [int(part) for part in row[-1].split(".") if part])
    return tuple(Seat(*row[:-1]) for row in found)
