"""The database that benchmarks fill in bulk could have been lived: whole chains, right lists and findings."""

import importlib
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from workflow.keep.cases import walk
from workflow.store.tables import Account, Case, Entry, Finding, Todo

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
CASES = 40


@pytest.fixture
def bulk(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("_bulk")


def test_every_case_made_in_bulk_is_sound(bulk, database):
    branches = bulk.fill(database, CASES, committees=2)
    assert len(branches) == 2 * bulk.BRANCHES
    found = walk(database.read, bulk.LAWS)
    assert (found.cases, found.chain.number, found.projection.number, found.todo.number) == (CASES, 0, 0, 0)
    with database.read() as connection:
        assert found.entries == connection.scalar(select(func.count()).select_from(Entry)) > 4 * CASES
        assert connection.scalar(select(func.count(Case.state.distinct()))) >= 4
        assert connection.scalar(select(func.count(Case.organization_id.distinct()))) == CASES
        logins = set(connection.scalars(select(Account.login)))
        assert {"root", "administrator", "department", "approver-2", "secretary-50", "commissioner-1"} <= logins
        for table in (Todo, Finding):
            assert connection.scalar(select(func.count(table.case_id.distinct()))) > CASES // 4


def test_what_is_recorded_next_gets_the_next_numbers(bulk, database):
    bulk.fill(database, 3, committees=1)
    with database.write() as connection:
        values = {"number": "next", "procedure": "recruitment", "organization_id": 1, "path": "1.", "state": "new",
                  "entries": 0, "head": bulk.ORIGIN}  # fmt: skip
        key = connection.execute(insert(Case).returning(Case.id), values).scalar_one()
        assert key == 4
