"""PostgreSQL as the store uses it: bounded waits, and an application role that owns nothing."""

from __future__ import annotations

import selectors
import time
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from workflow.errors import Text, WorkflowError
from workflow.store.tables import APPEND_ONLY, NEVER_UPDATED, Base

SETTINGS: dict[str, Any] = {  # the application's; times in milliseconds
    "lock_timeout": 5_000,
    "statement_timeout": 15_000,
    "idle_in_transaction_session_timeout": 30_000,
    "jit": "off",  # it would compile a short query for longer than the query takes
    "max_parallel_workers_per_gather": 0,  # nor start processes for one: what is read is bounded, many read at once
}
OWNER_SETTINGS = {"lock_timeout": 5_000}  # a migration waits for nobody long, but may work long
CONNECT_SECONDS = 5
LONG = 30  # seconds in the pool after which a connection is asked whether it stands
_ASKED = getattr(selectors, "PollSelector", selectors.SelectSelector)  # one call of the system, where it knows poll
OFTEN = 5  # times that a statement is met on a connection before it is prepared
LAID_DOWN = "jishi_laid_down"  # since when it has lain there
# As many at once as there may be are kept: a new one costs the server more than a step does. The one last used comes
# first: it has its statements prepared.
POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 0, "pool_use_lifo": True}
READ: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
WRITE: dict[str, Any] = {}  # as connections are: to be told each time costs a twentieth of writing an entry
SWEEP: dict[str, Any] = {"isolation_level": "REPEATABLE READ"}
SWEEPING = (  # before its first look at anything: two sweeps would each miss what the other writes
    "SET LOCAL statement_timeout = 0",
    "LOCK TABLE finding_life IN SHARE ROW EXCLUSIVE MODE",
)
OUTSIDE: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}


class NoRole(WorkflowError):  # noqa: N818 - errors are named as facts
    """The application's role is missing on the server, or is not another than the owner."""


def make_engine(url: URL, *, owner: bool) -> Engine:
    """Return an engine on a server, the application's or the owner's."""
    settings = " ".join(f"-c {name}={value}" for name, value in (OWNER_SETTINGS if owner else SETTINGS).items())
    given = url.query.get("options", ())
    options = " ".join([settings, *([given] if isinstance(given, str) else given)])
    arguments = {"application_name": "jishi", "connect_timeout": CONNECT_SECONDS, **dict(url.query), "options": options}
    pool: dict[str, Any] = {"poolclass": NullPool} if owner else POOL
    engine = create_engine(url, connect_args=arguments, isolation_level="READ COMMITTED", hide_parameters=True, **pool)
    if not owner:
        event.listen(engine, "checkin", _laid_down)
        event.listen(engine, "checkout", _require_alive)
    return engine


def prepare(connection: Connection, *, reading: bool) -> None:
    """Have statements prepared that come again and again, but for those of a transaction that reads.

    Of a statement that it prepared, the server plans for any values after a while: a list of the ledger that was quick
    took a second and a half from its tenth time on. Those that write find their rows by their keys, whatever these are.
    """
    driver: Any = connection.connection.driver_connection
    driver.prepare_threshold = None if reading else OFTEN


def _laid_down(_connection: object, record: Any) -> None:  # noqa: ANN401 - the pool's
    record.info[LAID_DOWN] = time.monotonic()


def _require_alive(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 - the driver's and the pool's
    """Let nobody have a connection that ended while it lay in the pool: another is taken instead.

    A server that ends a connection says so: where there is nothing to read it stands, and no way there is spent on it.
    A way there that was lost, or a server that lost its power, says nothing: after a while it is asked.
    """
    now = time.monotonic()
    try:
        if now - record.info.get(LAID_DOWN, now) > LONG or _says_something(connection):
            connection.execute("")
            connection.rollback()
    except connection.Error as error:
        raise DisconnectionError from error


def _says_something(connection: Any) -> bool:  # noqa: ANN401 - the driver's
    with _ASKED() as asked:
        asked.register(connection, selectors.EVENT_READ)
        return bool(asked.select(0))


def rights() -> dict[str, frozenset[str]]:
    """Return what the application's role may do with each table; the rest is refused by the server."""
    every = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
    kept = dict.fromkeys(APPEND_ONLY, frozenset({"UPDATE", "DELETE"}))
    kept |= dict.fromkeys(NEVER_UPDATED, frozenset({"UPDATE"}))
    granted = {table: every - kept.get(table, frozenset()) for table in Base.metadata.tables}
    return granted | {"alembic_version": frozenset({"SELECT"})}


def grant(connection: Connection, role: str) -> None:
    """Give ``role`` exactly its ``rights``, as the owner; raises NoRole."""
    if role == connection.scalar(text("SELECT current_user")):
        raise NoRole(
            Text(
                f"应用程序的数据库用户 {role} 不能同时是数据表的所有者。",
                f"The database user {role} of the application must not own the tables.",
            ),
            Text("请另设一个用户作为所有者。", "Set another user apart as the owner."),
        )
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        raise NoRole(
            Text(f"数据库服务器上没有用户 {role}。", f"The database server has no user {role}."),
            Text(
                f"请由管理员执行：CREATE ROLE {role} LOGIN PASSWORD '…'",
                f"Let the administrator run: CREATE ROLE {role} LOGIN PASSWORD '…'",
            ),
        )
    name = connection.dialect.identifier_preparer.quote(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
    for table, allowed in rights().items():
        connection.exec_driver_sql(f"REVOKE ALL ON public.{table} FROM PUBLIC, {name}")
        connection.exec_driver_sql(f"GRANT {', '.join(sorted(allowed))} ON public.{table} TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
    revoke_temporary(connection, role)


def revoke_temporary(connection: Connection, role: str) -> None:
    """Take from everybody, as the owner of the database, the right to tables of their own: the program needs none."""
    quote = connection.dialect.identifier_preparer.quote
    database = quote(str(connection.scalar(text("SELECT current_database()"))))
    connection.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {quote(role)}")
