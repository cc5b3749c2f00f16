"""Sessions of the server: who is signed in, where, and until when. Of what a browser holds only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from workflow.engine.accounts import end_sessions
from workflow.engine.offices import NoOffice, offices_of
from workflow.errors import Text
from workflow.store.database import Database
from workflow.store.failures import retrying
from workflow.store.tables import Account, SignedIn, SignInFailure

TOKEN_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)
REMEMBERED = timedelta(days=1)  # failed sign-ins; by then every count has faded


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: ``idle`` after the last request, ``absolute`` after signing in."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)

    def __post_init__(self) -> None:
        """Refuse a session that ends before it begins, or that ``touch`` would not keep alive."""
        if not TOUCH_EVERY < self.idle <= self.absolute:
            raise ValueError(f"a session lasts longer than {TOUCH_EVERY}, and no longer idle than in all")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. ``office_id``: the office chosen; None: none yet. ``must_change``: first the password."""

    id: int
    account_id: int
    account_uid: UUID
    login: str
    name: str
    office_id: int | None
    must_change: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as the list of one's own shows it."""

    id: int
    office_id: int | None
    created_at: datetime
    seen_at: datetime


def begin(connection: Connection, account_id: int, office_id: int | None, now: datetime) -> str:
    """Begin a session and return its token, which is kept nowhere else."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {"account_id": account_id, "office_id": office_id, "created_at": now, "seen_at": now}
    connection.execute(insert(SignedIn), {"token": _hash(token), **row})
    return token


def session_of(connection: Connection, token: str, limits: Limits, now: datetime) -> Session | None:
    """Return the session that a token opens; None if there is none, it has expired, or the account is disabled."""
    found = connection.execute(_BY_TOKEN, {"hashed": _hash(token)}).one_or_none()
    session = Session(*found) if found is not None else None
    if session is None or now >= session.created_at + limits.absolute or now >= session.seen_at + limits.idle:
        return None
    return session


_BY_TOKEN = (  # made once: every page asks it
    select(
        SignedIn.id, SignedIn.account_id, Account.uid, Account.login, Account.name, SignedIn.office_id,
        Account.password_once, SignedIn.created_at, SignedIn.seen_at,
    )
    .join(Account, Account.id == SignedIn.account_id)
    .where(SignedIn.token == bindparam("hashed"), Account.disabled_at.is_(None))
)  # fmt: skip


def touch(database: Database, session: Session, now: datetime) -> None:
    """Note that a session is in use, in a transaction of its own and at most once a minute."""
    if now < session.seen_at + TOUCH_EVERY:
        return

    def unit() -> None:
        seen = update(SignedIn).where(SignedIn.id == session.id, SignedIn.seen_at < now)
        with database.write() as connection:
            connection.execute(seen.values(seen_at=now))

    retrying(unit)


def choose_office(connection: Connection, session: Session, office_id: int, today: date) -> Session:
    """Act in another office from now on; raises NoOffice for one that the account does not hold today."""
    if office_id not in {office.id for office in offices_of(connection, session.account_id, today)}:
        raise NoOffice(
            Text("您目前没有担任这一职务", "you do not hold this office today"),
            Text("请换一个职务，或者请管理员任命", "choose another office, or ask the administrator"),
        )
    connection.execute(update(SignedIn).where(SignedIn.id == session.id).values(office_id=office_id))
    return replace(session, office_id=office_id)


def end(connection: Connection, token: str) -> None:
    """End the session of a token; every copy of it is dead."""
    connection.execute(delete(SignedIn).where(SignedIn.token == _hash(token)))


def end_one(connection: Connection, account_id: int, session_id: int) -> None:
    """End one of the account's own sessions by its id, as the list shows it; another account's stays."""
    connection.execute(delete(SignedIn).where(SignedIn.id == session_id, SignedIn.account_id == account_id))


def end_all(connection: Connection, account_id: int, but: int | None = None) -> None:
    """End every session of an account, or every one ``but`` that of this id."""
    end_sessions(connection, account_id, but)


def open_of(connection: Connection, account_id: int) -> tuple[OpenSession, ...]:
    """Return the sessions of an account, the one used last first; one that has expired may still be among them."""
    columns = select(SignedIn.id, SignedIn.office_id, SignedIn.created_at, SignedIn.seen_at)
    query = columns.where(SignedIn.account_id == account_id).order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
    return tuple(OpenSession(*row) for row in connection.execute(query))


def clear(connection: Connection, limits: Limits, now: datetime) -> int:
    """Remove sessions that have expired, and failures to sign in that have faded; return how many sessions."""
    expired = or_(SignedIn.created_at <= now - limits.absolute, SignedIn.seen_at <= now - limits.idle)
    gone = connection.execute(delete(SignedIn).where(expired)).rowcount
    connection.execute(delete(SignInFailure).where(SignInFailure.last_at < now - REMEMBERED))
    return gone


def forget_everybody(connection: Connection) -> None:
    """End every session and forget every failure: a database that was restored or copied lets nobody in unasked."""
    connection.execute(delete(SignedIn))
    connection.execute(delete(SignInFailure))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
