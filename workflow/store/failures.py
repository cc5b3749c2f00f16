"""What can fail between the program and its database, told so that the reader knows what to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import SystemRandom
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from workflow.errors import Text, WorkflowError

Result = TypeVar("Result")
ATTEMPTS = 5
FIRST_PAUSE = 0.05  # seconds; doubled after each attempt, and a random share of it is taken
PRIMARY = 0xFF  # the low byte of an extended result code of SQLite


class DatabaseBusy(WorkflowError):  # noqa: N818 - errors are named as facts
    """Others held what this transaction needed; nothing of it was written."""


class DatabaseUnavailable(WorkflowError):  # noqa: N818 - errors are named as facts
    """The database cannot be reached, read or written; what was not committed is not there."""


class DatabaseSlow(DatabaseUnavailable):
    """A statement took longer than it may; nothing of its transaction was written."""


class DatabaseNotReady(WorkflowError):  # noqa: N818 - errors are named as facts
    """The database was made by another edition of the program, or by none."""


BUSY = (
    Text("数据库正忙，本次操作没有写入任何内容。", "The database is busy; nothing of this was written."),
    Text("请稍候再试一次。", "Wait a moment and try again."),
)
UNREACHABLE = (
    Text("无法连接数据库 {place}。", "The database {place} cannot be reached."),
    Text(
        "请检查数据库服务是否在运行，地址、用户名和密码是否正确。",
        "Check that its server is running and that address, user and password are right.",
    ),
)
MISSING = (
    Text("数据库 {place} 打不开。", "The database {place} cannot be opened."),
    Text(
        "请检查文件是否存在、本用户是否可读写该文件及其所在文件夹；还没有数据库时，先运行 jishi init。",
        "Check that the file exists and that this user may read and write it and its folder; "
        "where there is no database yet, run jishi init first.",
    ),
)
FULL = (
    Text(
        "数据库 {place} 所在磁盘已满，本次操作没有写入。",
        "The disk of the database {place} is full; this was not written.",
    ),
    Text("请腾出空间后重试；已保存的内容完好。", "Free some space and try again; what was saved before is sound."),
)
READ_ONLY = (
    Text("数据库 {place} 不可写。", "The database {place} cannot be written."),
    Text(
        "请检查文件、所在文件夹或数据库服务是否为只读。",
        "Check whether the file, its folder or the server is read-only.",
    ),
)
INPUT_OUTPUT = (
    Text("读写数据库 {place} 时磁盘出错。", "The disk failed while the database {place} was read or written."),
    Text("请检查磁盘，再运行 jishi doctor。", "Check the disk, then run jishi doctor."),
)
DAMAGED = (
    Text("数据库 {place} 已损坏，或者不是数据库。", "The database {place} is damaged, or is no database."),
    Text(
        "请不要继续使用该文件：保留原件，用 jishi restore 从备份恢复。",
        "Do not go on with it: keep the original and restore a backup with jishi restore.",
    ),
)
TOO_LONG = (
    Text("数据库 {place} 没有在限定时间内完成操作。", "The database {place} did not finish in time."),
    Text("请稍候再试；反复出现时请告知管理员。", "Try again later; tell the administrator if it happens again."),
)

Trouble = tuple[Text, Text]
KINDS: dict[Trouble, type[WorkflowError]] = {BUSY: DatabaseBusy, TOO_LONG: DatabaseSlow}
SQLITE: dict[int, Trouble] = {
    3: READ_ONLY,  # SQLITE_PERM
    5: BUSY,  # SQLITE_BUSY
    6: BUSY,  # SQLITE_LOCKED
    8: READ_ONLY,  # SQLITE_READONLY
    10: INPUT_OUTPUT,  # SQLITE_IOERR
    11: DAMAGED,  # SQLITE_CORRUPT
    13: FULL,  # SQLITE_FULL
    14: MISSING,  # SQLITE_CANTOPEN
    26: DAMAGED,  # SQLITE_NOTADB
}
POSTGRESQL: dict[str, Trouble] = {  # a whole code, else its class of two characters
    "08": UNREACHABLE,  # connection
    "25006": READ_ONLY,  # a standby, or a server set read-only
    "28": UNREACHABLE,  # authorization
    "3D000": UNREACHABLE,  # no such database
    "40001": BUSY,  # serialization failure
    "40P01": BUSY,  # deadlock
    "53": FULL,  # disk or memory
    "53300": BUSY,  # too many connections
    "55P03": BUSY,  # lock timeout
    "57014": TOO_LONG,  # statement timeout
    "57P": UNREACHABLE,  # the server stops, starts, or ended this connection
    "25P03": TOO_LONG,  # idle in a transaction
    "58": INPUT_OUTPUT,  # system error
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


def translated(error: Exception, place: str, *, writing: bool) -> WorkflowError | None:
    """Return ``error`` of a driver as a fact with a remedy; None for a fault of the program, which is to crash.

    ``place`` names the database without a password. Without ``writing`` a refused write is the program's own fault.
    """
    trouble = _trouble(error)
    if trouble is None or (trouble is READ_ONLY and not writing):
        return None
    what, remedy = trouble
    return KINDS.get(trouble, DatabaseUnavailable)(
        Text(what.zh.format(place=place), what.en.format(place=place)), remedy
    )


def met_by_database(error: Exception) -> bool:
    """Tell whether an error came of asking the database: its transaction may be of no use any more."""
    return isinstance(error, SQLAlchemyError)


def _trouble(error: Exception) -> Trouble | None:
    if isinstance(error, UnicodeDecodeError):  # SQLite's drivers raise it for text on a damaged page
        return DAMAGED
    if isinstance(error, NoConnectionFree):
        return BUSY
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(number := getattr(cause, "sqlite_errorcode", None), int):
        return SQLITE.get(number & PRIMARY)
    if isinstance(state := getattr(cause, "sqlstate", None), str):
        return next((POSTGRESQL[key] for key in (state, state[:3], state[:2]) if key in POSTGRESQL), None)
    if type(cause).__name__ != "OperationalError":
        return None
    # SQLite's drivers give no code for text that is none, psycopg none for a server that does not answer.
    return DAMAGED if "decode" in str(cause) else UNREACHABLE


def retrying(
    unit: Callable[[], Result], attempts: int = ATTEMPTS, pause: Callable[[float], None] = time.sleep
) -> Result:
    """Run a whole unit of work, its own transaction included, again while the database is busy.

    ``unit`` reads everything anew each time. Raises the last DatabaseBusy after ``attempts`` runs; no other error is
    answered by running again. ``pause`` takes seconds.
    """
    for attempt in range(1, attempts):
        try:
            return unit()
        except DatabaseBusy:
            pause(FIRST_PAUSE * 2**attempt * SystemRandom().uniform(0.5, 1))
    return unit()
