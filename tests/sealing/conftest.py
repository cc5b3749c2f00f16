"""A small office whose record is sealed, on either database, and a hand that can alter what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.test_lives import live
from tests.keep.conftest import ENTRIES
from tests.store_fixtures import Server
from workflow.sealing.keys import KeyRing
from workflow.sealing.logs import Head, head, logs
from workflow.sealing.sealer import Sealer
from workflow.store.database import Database
from workflow.store.tables import Leaf


@dataclass(slots=True)
class Sealed:
    """An office, its sealer, and the folder of its keys."""

    office: Bureau
    sealer: Sealer
    keys: Path

    @property
    def database(self) -> Database:
        """Return the database."""
        return self.office.database

    def head(self) -> Head:
        """Return the newest head of the log that grows."""
        with self.database.read() as connection:
            found = head(connection, logs(connection)[0].id)
        assert found is not None
        return found

    def leaves(self) -> list[tuple[int, int, int | None, int | None]]:
        """Return the leaves of all logs in order: log, number, entry, line of the log."""
        columns = (Leaf.log_id, Leaf.seq, Leaf.entry_id, Leaf.log_entry_id)
        with self.database.read() as connection:
            return [
                (row[0], row[1], row[2], row[3])
                for row in connection.execute(select(*columns).order_by(Leaf.log_id, Leaf.seq))
            ]


def sealed(database: Database, folder: Path) -> Sealed:
    """Return an office with a part of a life lived in it, nothing sealed yet."""
    office = bureau(database)
    live(office, ENTRIES[:6])
    office.open(office.clock.day, name="示例二")
    return Sealed(office, Sealer(database, LAWS, KeyRing(folder / "seal"), office.clock), folder / "seal")


@pytest.fixture
def sqlite_house(sqlite_database: Database, tmp_path: Path) -> Sealed:
    """Give such an office in a file."""
    return sealed(sqlite_database, tmp_path)


@pytest.fixture
def postgresql_house(postgresql_database: Database, postgresql_server: Server, tmp_path: Path) -> Sealed:
    """Give the same on a server."""
    del postgresql_server
    return sealed(postgresql_database, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Sealed:
    """Give such an office; every test that asks for it runs on both databases."""
    given = request.getfixturevalue(f"{request.param}_house")
    assert isinstance(given, Sealed)
    return given
