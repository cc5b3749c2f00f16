"""Signing in: a name and a password for a session, the same answer whatever was wrong, slower after failures.

A try is counted before the password is looked at, so that many at once are no way around the counting; a success takes
its own count back. Nothing is ever locked for good.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workflow.access import sessions, trail
from workflow.access.passwords import Own, WrongPassword, expired, judged, matches, own, put_own
from workflow.calendar.office import office_day
from workflow.engine.accounts import LOGIN
from workflow.engine.offices import offices_of
from workflow.errors import Text, WorkflowError
from workflow.store.database import Database
from workflow.store.failures import retrying
from workflow.store.tables import Account, SignInFailure
from workflow.store.types import written

LONGEST_WAIT = 300  # seconds
LONGEST_TYPED = 256  # signs of a login that are looked at
NETWORK = 64  # bits of an IPv6 address that one visitor has


@dataclass(frozen=True, slots=True)
class Slowing:
    """After how many failures one has to wait, and how they fade: all at once, or one after the other."""

    free: int
    fades_after: timedelta | None = None
    one_fades_every: timedelta | None = None

    def left(self, failures: int, last_at: datetime, now: datetime) -> int:
        """Return how many failures still count."""
        passed = max(now - last_at, timedelta())
        if self.fades_after is not None and passed >= self.fades_after:
            return 0
        faded = passed // self.one_fades_every if self.one_fades_every is not None else 0
        return max(failures - faded, 0)

    def wait(self, failures: int, last_at: datetime, now: datetime) -> int:
        """Return how many seconds one still has to wait: 2, 4, 8 … after each failure that is not free."""
        left = self.left(failures, last_at, now)
        if left <= self.free:
            return 0
        pause: int = min(1 << min(left - self.free, 16), LONGEST_WAIT)
        passed = max(now - last_at, timedelta())  # a clock that was set back makes nobody wait longer
        return max(ceil(pause - passed.total_seconds()), 0)


NAME = Slowing(free=4, fades_after=timedelta(minutes=30))
ADDRESS = Slowing(free=20, one_fades_every=timedelta(minutes=1))  # many sit behind one: it never empties at once


class SignInRefused(WorkflowError):  # noqa: N818 - errors are named as facts
    """Nobody is signed in; why, is not told."""

    def __init__(self) -> None:
        """Say the same whatever it was."""
        super().__init__(
            Text("登录名或密码不对，或者账号目前不能登录", "login or password is wrong, or the account is not in use"),
            Text("请核对后重试；仍不能登录时请联系系统管理员", "check them and try again; else ask the administrator"),
        )  # fmt: skip


class SignInTooSoon(WorkflowError):  # noqa: N818 - errors are named as facts
    """There were many failures lately: the next try has to wait ``wait_seconds``."""

    def __init__(self, wait_seconds: int) -> None:
        """Keep how long, and say it."""
        self.wait_seconds = wait_seconds
        super().__init__(
            Text(f"登录失败次数较多，请等待 {wait_seconds} 秒", f"many tries have failed: wait {wait_seconds} seconds"),
            Text("到时再试；忘记密码时请管理员另给一个", "try again then; if it is forgotten, ask for another one"),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignIn:
    """What somebody typed, and from where. Neither password nor address is ever shown or kept."""

    login: str
    password: str = field(repr=False)
    address: str = field(repr=False)


def sign_in(database: Database, secret: bytes, asked: SignIn, profile: str, now: datetime) -> str:
    """Begin a session and return its token; what came of it is noted in the record of access.

    The session acts in the only office that the account holds today, or in none yet. ``secret``: keys the counts of
    failures. A password that has lasted as long as ``profile`` allows has to be changed first. Raises SignInRefused,
    SignInTooSoon.
    """
    login = _known_as(asked.login)
    keys = ((_key(secret, "name", login), NAME), (_key(secret, "address", _network(asked.address)), ADDRESS))
    counted = retrying(lambda: _count(database, keys, now))
    account = retrying(lambda: _account(database, login))
    right = matches(account.password if account else None, asked.password)
    token = (
        retrying(lambda: _enter(database, account, counted, profile, now)) if account is not None and right else None
    )
    if token is None:
        retrying(lambda: _refuse(database, account, now))
        raise SignInRefused
    return token


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody typed to change the own password."""

    old: str = field(repr=False)
    new: str = field(repr=False)


def change_password(  # noqa: PLR0913 - whose, by which rules, when, and which session stays
    database: Database, secret: bytes, account_id: int, asked: Change, profile: str, now: datetime, *, keep: int
) -> None:
    """Change the own password; every session of the account ends but that of the id ``keep``.

    Guessing the present one is slowed as signing in is, and counted with it. No transaction is open while hashes are
    made. Raises SignInTooSoon, WrongPassword, SamePassword, WeakPassword.
    """
    with database.read() as connection:
        account = own(connection, account_id)
    keys = ((_key(secret, "name", account.login), NAME),)
    counted = retrying(lambda: _count(database, keys, now))
    try:
        made = judged(account, asked.old, asked.new, profile)
    except WrongPassword:
        retrying(lambda: _refuse(database, _Found(account.id, account.password), now))
        raise
    except WorkflowError:  # the present one was right
        retrying(lambda: _calm(database, counted, now))
        raise
    retrying(lambda: _changed(database, account, made, counted, now, keep))


def _calm(database: Database, counted: tuple[_Counted, ...], now: datetime) -> None:
    with database.write() as connection:
        _take_back(connection, counted, now)


def _changed(
    database: Database, account: Own, made: str, counted: tuple[_Counted, ...], now: datetime, keep: int
) -> None:
    with database.write() as connection:
        put_own(connection, account, made, now, keep=keep)
        _take_back(connection, counted, now)


@dataclass(frozen=True, slots=True)
class _Found:
    """An account as it stood when its password was looked at."""

    id: int
    password: str | None


Keys = tuple[tuple[str, Slowing], ...]
Count = tuple[int, datetime]  # how many failures, and when the last was


@dataclass(frozen=True, slots=True)
class _Counted:
    """A try that was counted as a failure: what stood there before, and since."""

    key: str
    slowing: Slowing
    before: Count
    since: Count


def _known_as(login: str) -> str:
    """Return a login as it is looked up and counted: the same whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", login[:LONGEST_TYPED]).casefold().strip()


def _network(address: str) -> str:
    """Return what one visitor cannot change at will: an IPv4 address, the network of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found.packed, NETWORK), strict=False))
    return str(found)


def _key(secret: bytes, kind: str, what: str) -> str:
    """Return under what a name or an address is counted: without the secret nobody can tell which it was."""
    return hmac.digest(secret, f"{kind}:{what}".encode("utf-8", "surrogatepass"), "sha256").hex()


def _count(database: Database, keys: Keys, now: datetime) -> tuple[_Counted, ...]:
    """Count a try beforehand, as a failure; raises SignInTooSoon, and then it is not counted."""
    with database.write() as connection:
        counted = [
            _one_more(key, slowing, _locked(connection, key, now), now) for key, slowing in sorted(keys, key=_of)
        ]
        wait = max(one.slowing.wait(*one.before, now) for one in counted)
        if wait > 0:
            raise SignInTooSoon(wait)
        for one in counted:
            _put(connection, one.key, one.since)
        return tuple(counted)


def _of(key: tuple[str, Slowing]) -> str:
    """Return by what keys are locked, everywhere in one order."""
    return key[0]


def _one_more(key: str, slowing: Slowing, before: Count, now: datetime) -> _Counted:
    return _Counted(key, slowing, before, (slowing.left(*before, now) + 1, max(now, before[1])))


def _put(connection: Connection, key: str, count: Count) -> None:
    failures, last_at = count
    changed = update(SignInFailure).where(SignInFailure.of == key)
    connection.execute(changed.values(failures=failures, last_at=last_at))


def _locked(connection: Connection, key: str, now: datetime) -> Count:
    """Return the count of a key, made if need be, which nobody else changes until the transaction ends."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(SignInFailure).values(of=key, failures=0, last_at=now)
    unchanged = made.on_conflict_do_update(index_elements=["of"], set_={"failures": SignInFailure.failures})
    failures, last_at = connection.execute(
        unchanged.returning(SignInFailure.failures, SignInFailure.last_at)
    ).one()  # fmt: skip
    return failures, last_at


def _account(database: Database, login: str) -> _Found | None:
    """Return the account of a login; None: there is none."""
    if not LOGIN.fullmatch(login):
        return None
    with database.read() as connection:
        row = connection.execute(select(Account.id, Account.password).where(Account.login == login)).one_or_none()
    return _Found(*row) if row else None


def _enter(
    database: Database, account: _Found, counted: tuple[_Counted, ...], profile: str, now: datetime
) -> str | None:
    """Begin the session and take the count back; None: the account was disabled or changed, or holds no office."""
    with database.write() as connection:
        columns = select(Account.password, Account.password_at, Account.disabled_at).where(Account.id == account.id)
        row = connection.execute(columns.with_for_update(key_share=True)).one()
        held = offices_of(connection, account.id, office_day(now))
        if row.disabled_at is not None or row.password != account.password or not held:
            return None
        _take_back(connection, counted, now)
        if expired(profile, row.password_at, now):
            connection.execute(update(Account).where(Account.id == account.id).values(password_once=True))
        trail.note_sign_in(connection, trail.LogAct.SIGN_IN, account.id, now)
        return sessions.begin(connection, account.id, held[0].id if len(held) == 1 else None, now)


def _take_back(connection: Connection, counted: tuple[_Counted, ...], now: datetime) -> None:
    """Forget the failures of the name; of the address only this one try, as if it had not been counted."""
    for one in counted:
        if one.slowing is NAME:
            connection.execute(delete(SignInFailure).where(SignInFailure.of == one.key))
            continue
        failures, last_at = _locked(connection, one.key, now)
        alone = (failures, last_at) == (one.since[0], _to_the_millisecond(one.since[1]))
        _put(connection, one.key, one.before if alone else (max(failures - 1, 0), last_at))


def _to_the_millisecond(instant: datetime) -> datetime:
    """Return an instant as the database gives it back."""
    return datetime.fromisoformat(written(instant))


def _refuse(database: Database, account: _Found | None, now: datetime) -> None:
    """Note that somebody did not come in; of a login that nobody has only that much."""
    with database.write() as connection:
        trail.note_sign_in(connection, trail.LogAct.SIGN_IN_FAILED, account.id if account else None, now)
