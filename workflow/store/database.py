"""The database: transactions that read, write or change the schema, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Literal, Self

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from workflow.errors import Text, WorkflowError
from workflow.store import postgresql, protection, revision, sqlite, urls
from workflow.store.failures import translated

Dialect = Literal["sqlite", "postgresql"]
Mode = Literal["read", "write", "sweep", "none"]
OPTIONS = {
    "read": postgresql.READ,
    "write": postgresql.WRITE,
    "sweep": postgresql.SWEEP,
    "none": postgresql.OUTSIDE,
}


class NoOwner(WorkflowError):  # noqa: N818 - errors are named as facts
    """The schema is to be changed, and nobody who may has been named."""


class Database:
    """One database, reached as the application and, for migrations and backups, as its owner.

    ``url``: ``sqlite:///file``, or ``postgresql://`` with the application's role. ``owner_url``: the same database on
    PostgreSQL with the role that owns the tables; a SQLite file needs none. Nothing is opened before it is used.
    """

    def __init__(self, url: str, *, owner_url: str | None = None) -> None:
        """Keep where the database is; raises UnknownDatabase, and UnsafeSQLite on SQLite."""
        self._url = urls.read(url)
        self._owner_url = urls.read(owner_url) if owner_url else None
        self.dialect: Dialect = "sqlite" if self._url.get_backend_name() == "sqlite" else "postgresql"
        self.place = urls.place(self._url)  # for messages: never with a password
        self.role = self._url.username if self.dialect == "postgresql" else None
        self._engine = self._make_engine(owner=False)
        self._reading = self._engine  # on SQLite connections of its own: one that only reads stays so
        if self.dialect == "sqlite":
            self._reading = sqlite.make_engine(self._url, owner=False, reading=True)
        self._through = {mode: self._as(self._engine, mode) for mode in ("write", "sweep")}  # made once
        self._through["read"] = self._as(self._reading, "read")
        self._lock = Lock()
        self._opened = False

    def __repr__(self) -> str:
        """Return where it is, without a password."""
        return f"Database({self.place!r})"

    def read(self) -> AbstractContextManager[Connection]:
        """Return a transaction that sees one state of the database throughout and cannot write."""
        self.open()
        return self._transaction("read")

    def write(self) -> AbstractContextManager[Connection]:
        """Return a transaction that writes: committed at the end of its block, rolled back by any error.

        On SQLite it is the only one from its beginning on; on PostgreSQL what is read first must be locked. Raises
        DatabaseBusy where others were in the way: wrap the whole unit of work in ``retrying``.
        """
        self.open()
        return self._transaction("write")

    @contextmanager
    def sweep(self) -> Iterator[Connection]:
        """Give a writing transaction that sees one state throughout and may take long: over all findings of a scope.

        It is alone in changing the life of findings; cases are written to meanwhile on PostgreSQL. Raises as ``write``.
        """
        self.open()
        with self._transaction("sweep") as connection:
            for statement in postgresql.SWEEPING if self.dialect == "postgresql" else ():
                connection.exec_driver_sql(statement)
            yield connection

    def peek(self) -> AbstractContextManager[Connection]:
        """Return a transaction that reads whatever is there, without asking first whether it is sound."""
        return self._transaction("read")

    @property
    def engines(self) -> tuple[Engine, ...]:
        """Return what the application's transactions run through, for whoever listens."""
        return (self._engine,) if self._reading is self._engine else (self._engine, self._reading)

    def answers(self) -> bool:
        """Tell whether it can be read now, and is of this program's edition."""
        try:
            with self.peek() as connection:
                revision.require_newest(connection, self.place)
        except WorkflowError:
            return False
        return True

    @contextmanager
    def owner(self, *, transaction: bool = True) -> Iterator[Connection]:
        """Give a connection that may change the schema; on SQLite it creates the file, 0600 in a folder 0700.

        Without ``transaction`` every statement stands alone, as backups need it. Raises NoOwner.
        """
        engine = self._make_engine(owner=True)
        try:
            mode: Mode = "write" if transaction else "none"
            with self._transaction(mode, self._as(engine, mode)) as connection:
                yield connection
        finally:
            engine.dispose()

    def open(self) -> Self:
        """Check, once, that tables and protection are what this program expects; raises what it finds."""
        if self._opened:
            return self
        with self._lock:
            if not self._opened:
                with self._transaction("read") as connection:
                    revision.require_newest(connection, self.place)
                    protection.require(connection, self.role)
                self._opened = True
        return self

    def close(self) -> None:
        """Close every connection that is not in use; the next use checks the database again."""
        for engine in self.engines:
            engine.dispose()
        self._opened = False

    def owner_address(self) -> URL:
        """Return the owner's URL on PostgreSQL, which may hold a password, for tools that copy databases.

        Raises NoOwner.
        """
        if self._owner_url is None:
            raise NoOwner(
                Text(f"没有给出数据库 {self.place} 所有者的地址。", f"No owner's address is given for {self.place}."),
                Text(
                    "建表、升级、备份和恢复要用所有者的用户连接：请设置 JISHI_OWNER_URL。",
                    "Set-up, upgrade, backup and restore connect as the owner: set JISHI_OWNER_URL.",
                ),
            )
        return self._owner_url

    def sibling(self, name: str) -> Database:
        """Return another database of the same server, reached by the same roles; raises NoOwner."""
        urls_of = (self._url.set(database=name), self.owner_address().set(database=name))
        application, owner = (url.render_as_string(hide_password=False) for url in urls_of)
        return Database(application, owner_url=owner)

    def _make_engine(self, *, owner: bool) -> Engine:
        if self.dialect == "sqlite":
            return sqlite.make_engine(self._url, owner=owner)
        if not owner:
            return postgresql.make_engine(self._url, owner=False)
        return postgresql.make_engine(self.owner_address(), owner=True)

    def _as(self, engine: Engine, mode: Mode) -> Engine:
        """Return an engine whose transactions are of one mode."""
        return engine.execution_options(**({sqlite.MODE: mode} if self.dialect == "sqlite" else OPTIONS[mode]))

    @contextmanager
    def _transaction(self, mode: Mode, through: Engine | None = None) -> Iterator[Connection]:
        begin = sqlite.BEGIN.get(mode) if self.dialect == "sqlite" else None  # its driver begins nothing by itself
        try:
            with (through or self._through[mode]).begin() as connection:
                if begin:
                    connection.exec_driver_sql(begin)
                if self.dialect == "postgresql":
                    postgresql.prepare(connection, reading=mode == "read")
                yield connection
        except (DBAPIError, NoConnectionFree, UnicodeDecodeError) as error:
            known = translated(error, self.place, writing=mode != "read")
            if known is None:
                raise
            raise known from error
