"""What lies around the record: disk, clock, calendar, permissions of files, offices that nobody holds.

Each check takes what it judges as arguments and can therefore be shown to fail.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, String, exists, select, text, type_coerce

from workflow.calendar import WorkingCalendar
from workflow.engine.accounts import ADMINISTRATOR
from workflow.engine.offices import in_office, standing
from workflow.errors import Text
from workflow.keep.finding import Finding, Level, good
from workflow.law.organizations import Organizations, Right
from workflow.plain import harmless
from workflow.store.tables import Account, Entry, Office, Organization, Todo

LEAST_FREE = 1 << 30  # bytes: 1 GiB
COPIES = 3  # of the database fit on the disk: a backup being made, what a restore replaces, some growth
PATIENCE = timedelta(minutes=2)  # that two clocks may differ
DECEMBER = 12  # when the days off of the next year have been announced, as a rule
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SHOWN = 10
UNUSED_FOR = timedelta(days=7)  # a password that somebody else knows lies about


def disk(free: int, size: int) -> Finding:
    """Judge the room on the disk; ``size``: of the database, both in bytes."""
    needed = max(LEAST_FREE, COPIES * size)
    gib = free / (1 << 30)
    if free >= needed:
        return good("disk", Text(f"磁盘剩余 {gib:.1f} GiB", f"{gib:.1f} GiB of disk are free"))
    return Finding(
        "disk", Level.ATTENTION,
        Text(f"磁盘只剩 {gib:.2f} GiB", f"only {gib:.2f} GiB of disk are free"),
        Text(
            f"请腾出空间：备份、升级和恢复需要约 {needed / (1 << 30):.1f} GiB",
            f"make room: backup, upgrade and restore need about {needed / (1 << 30):.1f} GiB",
        ),
    )  # fmt: skip


def clock(now: datetime, last: str | None, server: datetime | None) -> Finding:
    """Judge the clock by the last entry (as it is stored) and by the database server's clock."""
    try:
        written = datetime.fromisoformat(last) if last else None
    except ValueError:
        written = None
    remedy = Text(
        "请校准服务器时钟（网络时间同步），再继续登记", "set the clock (time synchronisation) before recording goes on"
    )
    if written is not None and written.tzinfo is not None and written > now + PATIENCE:
        zh = f"时钟慢了：现在是 {now:%Y-%m-%d %H:%M} UTC，而最后一条登记于 {written:%Y-%m-%d %H:%M} UTC"
        en = f"the clock is slow: it says {now:%Y-%m-%d %H:%M} UTC, the last entry {written:%Y-%m-%d %H:%M} UTC"
        return Finding("clock", Level.WRONG, Text(zh, en), remedy)
    if server is not None and abs(server - now) > PATIENCE:
        zh = f"与数据库服务器的时钟相差 {abs(server - now).total_seconds():.0f} 秒"
        en = f"the clock differs from the database server's by {abs(server - now).total_seconds():.0f} seconds"
        return Finding("clock", Level.WRONG, Text(zh, en), remedy)
    return good("clock", Text("时钟不早于最后一条登记", "the clock is not behind the last entry"))


def last_recorded(connection: Connection) -> str | None:
    """Return when the last entry was recorded, as it is stored."""
    query = select(type_coerce(Entry.recorded_at, String)).order_by(Entry.id.desc()).limit(1)
    return connection.scalar(query)


def server_clock(connection: Connection) -> datetime | None:
    """Return what the clock of a database server says; None for a file, which has none."""
    if connection.dialect.name == "sqlite":
        return None
    said = connection.scalar(text("SELECT clock_timestamp()"))
    return said if isinstance(said, datetime) else None


def working_days(calendar: WorkingCalendar, today: date) -> Finding:
    """Judge whether the days off of this year, and in December of the next, are known."""
    asked = [today.year, *([today.year + 1] if today.month == DECEMBER else [])]
    missing = [year for year in asked if year not in calendar.published]
    if missing:
        years = "、".join(map(str, missing))
        return Finding(
            "calendar", Level.ATTENTION,
            Text(
                f"{years} 年的放假安排还没有收入，工作日按周推算（暂估）",
                f"the days off of {years} are not in the calendar: working days are estimated",
            ),
            Text("公布后请升级程序，或补充 definitions/calendar/cn.yaml",
                 "once they are announced, upgrade the program or add them to definitions/calendar/cn.yaml"),
        )  # fmt: skip
    last = max(calendar.published)
    return good(
        "calendar",
        Text(f"放假安排收至 {last} 年，其后为暂估", f"days off are known up to {last}; later ones are estimated"),
    )


def permissions(directory: Path, files: tuple[Path, ...]) -> Finding | None:
    """Judge whether others may read the data directory or the database; None where the system knows no such thing."""
    if os.name != "posix":
        return None
    there = [path for path in (directory, *files) if path.exists()]
    open_to_others = [path for path in there if path.stat().st_mode & OTHERS]
    if not open_to_others:
        return good("permissions", Text("数据只有本用户可读写", "nobody but this user may read the data"))
    return Finding(
        "permissions", Level.WRONG,
        Text("其他用户可以读写数据", "other users may read or write the data"),
        Text("请去掉其他用户的权限：文件夹 chmod 700，文件 chmod 600",
             "take their rights away: chmod 700 for the folder, chmod 600 for files"),
        tuple(Text(shown, shown) for shown in (harmless(str(path)) for path in open_to_others)),
    )  # fmt: skip


def offices(connection: Connection, organizations: Organizations, today: date) -> Iterator[Finding]:
    """Judge whether somebody administers, and whether each organization with something to do has somebody to do it."""
    if connection.scalar(select(Organization.id).limit(1)) is None:
        yield Finding(
            "offices", Level.ATTENTION,
            Text("还没有组织", "there is no organization yet"),
            Text("请运行 jishi init --organization 名称 --kind 类别 --administrator 登录名 --name 姓名",
                 "run jishi init --organization NAME --kind KIND --administrator LOGIN --name NAME"),
        )  # fmt: skip
        return
    if connection.scalar(_holders(today).where(Office.role == ADMINISTRATOR).limit(1)) is None:
        yield Finding(
            "offices", Level.WRONG,
            Text("没有人担任系统管理员", "nobody holds the office of an administrator"),
            Text("组织和账号已无人能够管理；请从备份恢复或请开发人员协助",
                 "nobody can change organizations and accounts any more: restore a backup, or ask for help"),
        )  # fmt: skip
    waiting = list(_without_holder(connection, organizations, today))
    if waiting:
        yield Finding(
            "offices", Level.ATTENTION,
            Text(f"有待办而无人任职的组织：{len(waiting)} 个",
                 f"organizations with something to do and nobody in office: {len(waiting)}"),
            Text("请管理员任命", "let the administrator appoint somebody"),
            tuple(Text(name, name) for name in map(harmless, waiting[:SHOWN])),
        )  # fmt: skip
    else:
        yield good("offices", Text("有待办的组织都有人任职", "somebody is in office wherever something is to be done"))


def passwords(connection: Connection, now: datetime) -> Finding | None:
    """Name the accounts whose password was to be changed at its first use, and has not been for a week; None: none."""
    old = Account.password_once.is_(True), Account.password_at < now - UNUSED_FOR, Account.disabled_at.is_(None)
    logins = connection.scalars(select(Account.login).where(*old).order_by(Account.login)).all()
    if not logins:
        return None
    return Finding(
        "passwords", Level.ATTENTION,
        Text(f"一次性或到期的密码一周以上没有更换的账号：{len(logins)} 个",
             f"accounts with a one-time or expired password that has not been changed for a week: {len(logins)}"),
        Text("请本人登录更换；不再使用的账号请停用", "let its holder sign in and change it; disable what nobody uses"),
        tuple(Text(login, login) for login in map(harmless, logins[:SHOWN])),
    )  # fmt: skip


def _holders(today: date) -> Any:  # noqa: ANN401 - a select
    """Return the query of offices that somebody holds today and can use."""
    return (
        select(Office.id)
        .join(Account, Account.id == Office.account_id)
        .where(in_office(today), Account.disabled_at.is_(None))
    )  # fmt: skip


def _without_holder(connection: Connection, organizations: Organizations, today: date) -> Iterator[str]:
    """Yield the names of open organizations with something to do where nobody may record."""
    held = _holders(today).with_only_columns(Office.organization_id, Office.role).distinct()
    able = {key for key, role in connection.execute(held) if Right.RECORD in _rights(organizations, role)}
    busy = exists().where(Todo.organization_id == Organization.id)
    query = select(Organization.id, Organization.name).where(busy, standing(today)).order_by(Organization.id)
    yield from (name for key, name in connection.execute(query) if key not in able)


def _rights(organizations: Organizations, role: str) -> tuple[Right, ...]:
    return organizations.roles[role].rights if role in organizations.roles else ()
