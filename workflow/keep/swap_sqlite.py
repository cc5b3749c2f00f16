"""Putting one SQLite file in the place of another: atomically, alone, and without losing what was there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from workflow.errors import Text, WorkflowError
from workflow.keep.doctor import files_of
from workflow.store import sqlite
from workflow.store.database import Database
from workflow.store.failures import DAMAGED, DatabaseBusy, translated

PATIENCE = 2_000  # milliseconds to wait for the last connection to close
KEPT = "before-restore"


class InUse(WorkflowError):  # noqa: N818 - errors are named as facts
    """Somebody works with the database that was to be replaced."""

    def __init__(self, place: str) -> None:
        """Say which, and what to do."""
        super().__init__(
            Text(f"数据库 {place} 正在使用。", f"The database {place} is in use."),
            Text(
                "请先停止所有 jishi 程序和服务，再运行一次。",
                "Stop every jishi program and service, then run this again.",
            ),
        )


def occupied(database: Database) -> bool:
    """Tell whether a file stands there and has something in it, a database or not."""
    file = Path(database.place)
    return file.exists() and file.stat().st_size > 0


def put(database: Database, path: Path, now: datetime) -> str | None:
    """Put a file in the place of a database; return the name under which that is kept, None if there was none.

    A database that can be read is overwritten in one transaction, while nobody else may use it: whoever opens it next
    sees all of the new one. What cannot be read is moved away with its side files.
    """
    target = Path(database.place)
    kept = _free(target.with_name(f"{target.name}.{KEPT}-{now:%Y%m%d-%H%M%S}"))
    if not occupied(database):
        _move_away(database, kept)  # what a lost database left beside itself would be played into the new one
        path.replace(target)
        return None
    os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with _alone(database) as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(kept),))
            with Database(f"sqlite:///{path}").owner(transaction=False) as source:
                _overwrite(source, connection, database.place)
    except WorkflowError as error:
        kept.unlink()
        if error.remedy is not DAMAGED[1]:
            raise
        _move_away(database, kept)
        path.replace(target)
    return str(kept)


def _free(path: Path) -> Path:
    """Return the first name that nothing bears, nor a side file of it."""
    names = (path.with_name(path.name + (f"-{n}" if n > 1 else "")) for n in count(1))
    return next(one for one in names if not any(os.path.lexists(f"{one}{side}") for side in ("", "-wal", "-shm")))


def _move_away(database: Database, kept: Path) -> None:
    """Give the file and those beside it other names."""
    target = Path(database.place)
    for file in files_of(database):
        with suppress(FileNotFoundError):
            file.rename(kept.with_name(kept.name + file.name.removeprefix(target.name)))


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Give an owner's connection to a file that nobody else can even read meanwhile; raises InUse."""
    try:
        with database.owner(transaction=False) as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE}")
            connection.exec_driver_sql("PRAGMA locking_mode = EXCLUSIVE")  # each lock is kept once it is taken
            connection.exec_driver_sql("PRAGMA journal_mode = DELETE")  # only the last connection can leave WAL
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            connection.exec_driver_sql("COMMIT")
            yield connection
    except DatabaseBusy as error:
        raise InUse(database.place) from error


def _overwrite(source: Connection, target: Connection, place: str) -> None:
    """Copy one file over another in a single transaction of SQLite's own."""
    one, other = (connection.connection.driver_connection for connection in (source, target))
    if one is None or other is None:
        raise TypeError("a connection without a driver")
    try:
        one.backup(other)
    except sqlite.driver().Error as error:
        raise translated(error, place, writing=True) or error from error
