"""The real databases that the statements are tried on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.store_fixtures import OWNER, Server, numbers
from workflow.bulk.dialects import POSTGRESQL, SQLITE
from workflow.compliance.engines import Engine
from workflow.compliance.engines.dbapi import DbApiEngine
from workflow.compliance.engines.duckdb import DuckDbEngine
from workflow.store.sqlite import safe_driver


@pytest.fixture
def postgresql_engine(postgresql_server: Server) -> Iterator[Engine]:
    """Give a database of its own on a real server; the owner's role may make temporary tables there."""
    name = f"bulk_{os.getpid()}_{next(numbers)}"
    postgresql_server.create(name)
    opened = DbApiEngine(psycopg.connect(postgresql_server.url(OWNER, name)), POSTGRESQL, "%s")
    yield opened
    opened.close()
    postgresql_server.require_left(name)
    postgresql_server.drop(name)


@pytest.fixture
def duckdb_engine(tmp_path: Path) -> Iterator[Engine]:
    """Give DuckDB in memory."""
    opened = DuckDbEngine(folder=str(tmp_path), threads=1)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """Give the SQLite that the record uses."""
    opened = DbApiEngine(safe_driver().connect(tmp_path / "view.db"), SQLITE, "?")
    yield opened
    opened.close()


@pytest.fixture(params=["duckdb", "sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each engine in turn."""
    given: Engine = request.getfixturevalue(f"{request.param}_engine")
    return given
