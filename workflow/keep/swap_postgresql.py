"""Loading a dump into a new database of a PostgreSQL server, and letting it take the place of another by its name."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from workflow.errors import Text, WorkflowError
from workflow.keep import pg_tools
from workflow.keep.archive import CONTENTS, unpack
from workflow.keep.listing import require_own
from workflow.keep.swap_sqlite import InUse
from workflow.store.database import Database

MAINTENANCE = "postgres"  # the database to which one connects while another is renamed
LONGEST_NAME = 30  # characters of a name that is lengthened: PostgreSQL cuts at 63


class MayNotCreate(WorkflowError):  # noqa: N818 - errors are named as facts
    """The owner's role may not create databases on the server."""


def exists(database: Database) -> bool:
    """Tell whether there is a database of this name on the server."""
    with _maintenance(database) as connection:
        return _there(connection, database)


@contextmanager
def loaded(database: Database, backup: Path, purpose: str, *, rights: bool = False) -> Iterator[Database]:
    """Give a new database on the same server that holds a backup; drop it in the end unless it was renamed.

    ``rights``: a backup made of this very database a moment ago, with the rights that roles had in it. Any other one is
    looked at before anything of it runs, and whoever loads it gives the rights anew. Raises NoBackup, ForeignDump.
    """
    fresh = database.sibling(f"{_name(database)[:LONGEST_NAME]}_{purpose}_{secrets.token_hex(4)}")
    with TemporaryDirectory(prefix="jishi-") as beside:
        dump = Path(beside) / CONTENTS["postgresql"]
        unpack(backup, dump)
        if not rights:
            require_own(pg_tools.listed(dump))
        with _maintenance(database) as connection:
            connection.exec_driver_sql(
                f"CREATE DATABASE {_quoted(connection, fresh)} TEMPLATE template0 ENCODING 'UTF8'"
            )
        try:
            pg_tools.load(fresh.owner_address(), dump, rights=rights)
            yield fresh
        finally:
            fresh.close()
            with _maintenance(database) as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {_quoted(connection, fresh)}")


def swap(database: Database, fresh: Database, now: datetime) -> str | None:
    """Rename two databases in one transaction; return the name under which the old one is kept, if there was one."""
    name = f"{_name(database)[:LONGEST_NAME]}_before_restore_{now:%Y%m%d_%H%M%S}"
    with _maintenance(database) as connection:
        old = _there(connection, database)
        names = (database.sibling(name + (f"_{n}" if n > 1 else "")) for n in count(1))
        kept = next(one for one in names if not _there(connection, one))
        connection.exec_driver_sql("BEGIN")
        for one, other in ([(database, kept)] if old else []) + [(fresh, database)]:
            connection.exec_driver_sql(
                f"ALTER DATABASE {_quoted(connection, one)} RENAME TO {_quoted(connection, other)}"
            )
        connection.exec_driver_sql("COMMIT")
    return _name(kept) if old else None


@contextmanager
def _maintenance(database: Database) -> Iterator[Connection]:
    """Give an owner's connection to the server besides the database itself; raises MayNotCreate, InUse."""
    try:
        with database.sibling(MAINTENANCE).owner(transaction=False) as connection:
            yield connection
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == "55006":  # object in use
            raise InUse(database.place) from error
        if state == "42501":  # insufficient privilege
            role = database.owner_address().username
            raise MayNotCreate(
                Text(
                    f"数据库用户 {role} 不能建立数据库，无法恢复。",
                    f"The database user {role} may not create databases, so nothing can be restored.",
                ),
                Text(
                    f"请由数据库管理员执行：ALTER ROLE {role} CREATEDB",
                    f"Let the database administrator run: ALTER ROLE {role} CREATEDB",
                ),
            ) from error
        raise


def _there(connection: Connection, database: Database) -> bool:
    query = text("SELECT 1 FROM pg_database WHERE datname = :name")
    return connection.scalar(query, {"name": _name(database)}) is not None


def _name(database: Database) -> str:
    return str(database.owner_address().database)


def _quoted(connection: Connection, database: Database) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(_name(database))
