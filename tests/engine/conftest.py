"""What the tests of the engine ask for: the small office on either database, sound when a test is over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.engine.office import Bureau, Clock, bureau
from tests.engine.soundness import faults
from tests.store_fixtures import Server, numbers
from workflow.store.database import Database
from workflow.store.tables import Case, Submission


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def premises(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """Give one small office to all tests of a file: each opens cases of its own."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("office") / "jishi.db"
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, path)
        path.chmod(0o600)
        database = Database(f"sqlite:///{path}")
        yield bureau(database)
        database.close()
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"office_{next(numbers)}_{tmp_path_factory.getbasetemp().name.replace('-', '_')}"
    server.create(name, request.getfixturevalue("postgresql_template"))
    database = server.database(name)
    yield bureau(database)
    database.close()
    server.drop(name)


@pytest.fixture
def office(premises: Bureau) -> Iterator[Bureau]:
    """Give the office of the file; the cases that a test made fit together afterwards, whatever it did."""
    with premises.database.read() as connection:
        last = connection.scalar(select(func.max(Case.id))) or 0
        premises.before = connection.scalar(select(func.max(Submission.id))) or 0
    premises.clock.day = Clock().day
    yield premises
    with premises.database.read() as connection:
        made = connection.scalars(select(Case.number).where(Case.id > last)).all()
    assert faults(premises.database, made) == []


@pytest.fixture
def fresh_office(database: Database) -> Iterator[Bureau]:
    """Give an office of its own to a test that changes more than its cases."""
    made = bureau(database)
    yield made
    assert faults(database) == []
