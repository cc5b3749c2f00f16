"""SQLite as the store uses it: a safe edition, durable settings, and an authorizer that knows what is never done."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL

from workflow.errors import Text, WorkflowError
from workflow.store.tables import APPEND_ONLY, NEVER_UPDATED
from workflow.store.urls import file_of

OLDEST_SAFE = (3, 51, 3)  # before it, two connections that write and checkpoint at once can damage a file in WAL mode
BUSY_MILLISECONDS = 15_000
PRAGMAS = (  # the wait first: the others may already need it
    f"busy_timeout = {BUSY_MILLISECONDS}",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "secure_delete = ON",
    "mmap_size = 0",
)
MODE = "jishi_mode"  # execution option: read, write, sweep or none (no transaction of ours)
BEGIN = {"read": "BEGIN", "write": "BEGIN IMMEDIATE", "sweep": "BEGIN IMMEDIATE"}
ONLY_READING = "PRAGMA query_only = ON"  # for a connection's whole life: each change has every statement prepared anew

ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_RECURSIVE,
}
ALLOWED_PRAGMAS = {  # with an argument; without one a pragma only tells
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_xinfo",
    "wal_checkpoint",
}
NEVER_WRITTEN = ("alembic_version",)


class UnsafeSQLite(WorkflowError):  # noqa: N818 - errors are named as facts
    """Every SQLite at hand is older than the first that is safe to write with."""


def driver() -> ModuleType:
    """Return the driver with the newest SQLite: the interpreter's own or the one that pysqlite3 brings."""
    drivers: list[ModuleType] = [sqlite3]
    with suppress(ImportError):
        from pysqlite3 import dbapi2  # noqa: PLC0415 - a platform may lack it

        drivers.append(dbapi2)
    return max(drivers, key=edition)


def edition(module: ModuleType) -> tuple[int, ...]:
    """Return the version of SQLite behind a driver."""
    return tuple(map(int, module.sqlite_version.split(".")))


def safe_driver(module: ModuleType | None = None) -> ModuleType:
    """Return the driver to use; raises UnsafeSQLite where it is older than ``OLDEST_SAFE``."""
    module = module or driver()
    if edition(module) >= OLDEST_SAFE:
        return module
    needed = ".".join(map(str, OLDEST_SAFE))
    raise UnsafeSQLite(
        Text(
            f"SQLite {module.sqlite_version} 有可能损坏数据库的缺陷，需要 {needed} 或更高版本。",
            f"SQLite {module.sqlite_version} has a fault that can damage the database; {needed} or later is needed.",
        ),
        Text(
            "请运行 pip install --upgrade pysqlite3，或换用更新的 Python。",
            "Run pip install --upgrade pysqlite3, or use a newer Python.",
        ),
    )


def make_engine(url: URL, *, owner: bool, reading: bool = False) -> Engine:
    """Return an engine on a file: the application's, or the owner's, which may create it and change the schema.

    ``reading``: the connections of this one can write nothing.
    """
    module, path = safe_driver(), file_of(url)

    def connect() -> Any:  # noqa: ANN401 - one of two drivers
        if owner:
            create_file(path)
        # mode=rw: a mistyped path is an error, not a new empty database
        return module.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)

    pool: dict[str, Any] = {"poolclass": NullPool} if owner else {"pool_size": 5, "max_overflow": 15}
    engine = create_engine(url, module=module, creator=connect, hide_parameters=True, **pool)
    event.listen(engine, "connect", _settle(owner=owner, reading=reading))
    return engine


def create_file(path: Path) -> None:
    """Create the file, readable by its user alone, and the folders it needs; do nothing where it exists."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _settle(*, owner: bool, reading: bool) -> Callable[[Any, object], None]:
    def settle(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - SQLAlchemy's signature
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        if reading:
            connection.execute(ONLY_READING).close()
        if not owner:
            connection.set_authorizer(authorize)

    return settle


def authorize(action: int, first: str | None, second: str | None, schema: str | None, within: str | None) -> int:  # noqa: ARG001 - SQLite's signature
    """Say whether the application ever does this: read, write rows that may be written, and nothing else."""
    return sqlite3.SQLITE_OK if _known(action, first or "", second) else sqlite3.SQLITE_DENY


def _known(action: int, first: str, second: str | None) -> bool:
    table = first.lower()
    if action in {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}:
        kept = {sqlite3.SQLITE_UPDATE: (*APPEND_ONLY, *NEVER_UPDATED), sqlite3.SQLITE_DELETE: APPEND_ONLY}
        return not table.startswith("sqlite_") and table not in (*NEVER_WRITTEN, *kept.get(action, ()))
    if action == sqlite3.SQLITE_PRAGMA:
        return second is None or table in ALLOWED_PRAGMAS
    if action == sqlite3.SQLITE_FUNCTION:
        return second != "load_extension"
    return action in ALLOWED
