"""Passwords of accounts: given once by an administrator, changed by whoever they belong to, kept as scrypt hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from workflow.access import trail
from workflow.access.profiles import LONGEST, PROFILES, Profile, WeakPassword, check, demand, plain
from workflow.engine.accounts import AccountRefused, end_sessions, whole_account
from workflow.engine.offices import Actor
from workflow.errors import Text, WorkflowError
from workflow.store.tables import Account

__all__ = [
    "PROFILES",
    "Own",
    "Profile",
    "SamePassword",
    "WeakPassword",
    "WrongPassword",
    "check",
    "demand",
    "expired",
    "first",
    "give_one_time",
    "hashed",
    "judged",
    "matches",
    "one_time",
    "own",
    "put_own",
]

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one: no i, l, o, 0, 1
GROUPS, EACH = 4, 4  # 16 signs of 31: 79 bits
METHOD = "scrypt:32768:8:1"  # 32 MiB for each try


class WrongPassword(WorkflowError):  # noqa: N818 - errors are named as facts
    """The present password was not given rightly."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            Text("原密码不对", "the present password is not right"),
            Text("请重新输入；忘记时请管理员另给一个", "type it again; if it is forgotten, ask the administrator"),
        )


class SamePassword(WorkflowError):  # noqa: N818 - errors are named as facts
    """The new password is the old one."""


def one_time() -> str:
    """Return a new password that is easily read aloud and typed."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(EACH)) for _ in range(GROUPS))


def hashed(password: str) -> str:
    """Return what is kept of a password: its salted hash, with the name of the algorithm. Takes its time."""
    return generate_password_hash(plain(password), METHOD)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether this is the password of which ``kept`` is the hash; as slow where there is none."""
    typed = plain(password[: 2 * LONGEST])
    same = check_password_hash(kept or _nobodys(), typed)
    return same and kept is not None and len(password) <= LONGEST


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody knows, for logins that have none."""
    return hashed(secrets.token_urlsafe())


def expired(profile: str, given_at: datetime | None, now: datetime) -> bool:
    """Tell whether a password has been used for as long as the profile allows."""
    lasts = PROFILES[profile].lasts
    return lasts is not None and (given_at is None or given_at + lasts <= now)


def give_one_time(connection: Connection, actor: Actor, account_uid: UUID, now: datetime) -> str:
    """Give somebody a password to be changed at its first use, and return it: it is shown once and kept nowhere.

    The account's sessions end. Raises NotEntitled, UnknownAccount, ConflictOfDuties (the own account), AccountRefused.
    """
    account = whole_account(connection, actor, account_uid)
    if account.disabled_at is not None:
        raise AccountRefused(
            Text("此账号已停用", "the account is disabled"), Text("请另建账号", "create another account")
        )
    password = first(connection, account.id, now)
    trail.note(connection, actor, trail.LogAct.PASSWORD_GIVEN, now, about={"account": account.uid.hex})
    return password


def first(connection: Connection, account_id: int, now: datetime) -> str:
    """Give an account a one-time password where nobody can be asked: at the founding, in a sample; return it."""
    password = one_time()
    _put(connection, account_id, hashed(password), now, once=True)
    end_sessions(connection, account_id)
    return password


@dataclass(frozen=True, slots=True)
class Own:
    """An account as it stood when its holder began to change the password."""

    id: int
    login: str
    name: str
    password: str | None = field(repr=False)
    disabled_at: datetime | None


def own(connection: Connection, account_id: int, *, lock: bool = False) -> Own:
    """Return the account whose password is to be changed."""
    query = select(Account.id, Account.login, Account.name, Account.password, Account.disabled_at)
    query = query.where(Account.id == account_id)
    return Own(*connection.execute(query.with_for_update(key_share=True) if lock else query).one())


def judged(account: Own, old: str, new: str, profile: str) -> str:
    """Return the hash of a new password for the own account; takes as long as hashing does, so hold no transaction.

    Raises WrongPassword, SamePassword, WeakPassword.
    """
    if not matches(account.password, old) or account.disabled_at is not None:
        raise WrongPassword
    if plain(new) == plain(old):
        raise SamePassword(
            Text("新密码与原密码相同", "the new password is the old one"), Text("请换一个", "choose another")
        )
    check(profile, new, account.login, account.name)
    return hashed(new)


def put_own(connection: Connection, before: Own, made: str, now: datetime, *, keep: int | None = None) -> None:
    """Put a new password in the place of the one that was judged; every session ends but that of the id ``keep``.

    Raises WrongPassword where the account has changed meanwhile.
    """
    if own(connection, before.id, lock=True) != before:
        raise WrongPassword
    _put(connection, before.id, made, now, once=False)
    end_sessions(connection, before.id, keep)
    trail.note_sign_in(connection, trail.LogAct.PASSWORD_CHANGED, before.id, now)


def _put(connection: Connection, account_id: int, made: str, now: datetime, *, once: bool) -> None:
    values = {"password": made, "password_at": now, "password_once": once}
    connection.execute(update(Account).where(Account.id == account_id).values(values))
