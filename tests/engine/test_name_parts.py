"""People are found by a part of the name or the beginning of a number, by an index, until they are erased."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import Select, delete, select, text

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.test_looking import looking
from workflow.engine import ledger_filters
from workflow.engine.among import among
from workflow.engine.ledger_filters import LedgerFilters
from workflow.engine.ledger_view import people
from workflow.engine.name_parts import endings
from workflow.engine.scope import beginning
from workflow.keep.projection import projected, renew
from workflow.store.database import Database
from workflow.store.tables import Case, NamePart, Organization, Person

NAMES = ("赵明", "明示例", "李明明", "买买提·示例", "O'Neil%", "a_b", "\ud7ff甲")


@pytest.fixture(scope="module")
def named(premises: Bureau) -> Bureau:
    """Give an office with a person of each name."""
    for name in NAMES:
        premises.open(date(2026, 6, 1), name=name)
    return premises


@pytest.fixture(autouse=True)
def _as_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look as it is done where there are many organizations."""
    monkeypatch.setattr(ledger_filters, "SMALL", 0)


def found(office: Bureau, name: str) -> list[str]:
    """Return whom the root finds by a name."""
    with looking(office, "department") as task:
        return [one.name for one in people(task, LedgerFilters(name=name)).rows]


@pytest.mark.parametrize(
    "part", ["明", "示例", "提·", "买", "%", "_", "'", "\ud7ff", "\U0010ffff", "赵明", "明赵", "A", "·示"]
)
@pytest.mark.parametrize("organizations", [0, 500])
def test_by_whatever_part_of_a_name_all_who_bear_it_are_found(named, part, organizations, monkeypatch):
    monkeypatch.setattr(ledger_filters, "SMALL", organizations)
    assert sorted(found(named, part)) == sorted(name for name in NAMES if part in name)


def test_a_corrected_name_is_found_and_the_wrong_one_no_more(office):
    case = office.open(date(2026, 6, 1), name="钱途").case
    office.confirm("commissioner", office.correct("secretary", case, 1, {"person.name": "钱图"}))
    assert (found(office, "途"), found(office, "图")) == ([], ["钱图"])


def test_what_a_name_is_found_by_is_erased_with_it(office):
    office.open(date(2026, 6, 1), name="孙行")
    with office.database.write() as connection:
        nested = connection.begin_nested()
        key = connection.scalars(select(Person.case_id).where(Person.name == "孙行")).one()
        parts = select(NamePart.part).where(NamePart.case_id == key).order_by(NamePart.part)
        assert connection.scalars(parts).all() == ["孙行", "行"]
        connection.execute(delete(Person).where(Person.case_id == key))
        assert connection.scalars(parts).all() == []
        nested.rollback()


@pytest.mark.parametrize("how", [
    "DELETE FROM person WHERE case_id = :key", "UPDATE person SET name_key = '-' WHERE case_id = :key",
    "INSERT OR REPLACE INTO person (case_id, name, name_key) VALUES (:key, '-', '-')",
])  # fmt: skip
def test_nothing_is_left_of_a_name_whoever_takes_it_out_of_the_file(sqlite_database, how):
    case = bureau(sqlite_database).open(date(2026, 6, 1), name="周外").case
    place = sqlite_database.place
    sqlite_database.close()
    with closing(sqlite3.connect(place)) as stranger, stranger:  # who does not look at foreign keys
        parts = "SELECT count(*) FROM name_part JOIN cases ON cases.id = case_id WHERE number = ?"
        key = stranger.execute("SELECT id FROM cases WHERE number = ?", (case,)).fetchone()
        assert stranger.execute(parts, (case,)).fetchone() == (2,)
        stranger.execute(how, {"key": key[0]})
        assert stranger.execute(parts, (case,)).fetchone() == (0,)


def test_the_doctor_sees_that_a_name_is_not_found_by_its_parts(office):
    office.open(date(2026, 6, 1), name="李途")
    with office.database.write() as connection:
        nested = connection.begin_nested()
        key = connection.scalars(select(Person.case_id).where(Person.name == "李途")).one()
        assert list(projected(connection, LAWS, key)) == []
        connection.execute(delete(NamePart).where(NamePart.part == "途"))
        (fault,) = projected(connection, LAWS, key)
        assert (fault.kind, fault.what.en) == ("todo", "what its name is found by does not fit the name")
        renew(connection, LAWS, key, date(2026, 6, 2))
        assert list(projected(connection, LAWS, key)) == []
        nested.rollback()


def test_an_ending_is_there_for_every_letter():
    assert endings("买买提") == ("买买提", "买提", "提")
    assert endings("") == ()


def plan(database: Database, query: Select[int]) -> str:
    """Return how SQLite goes about a question."""
    with database.read() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        return " ".join(row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))


def test_an_index_serves_both(sqlite_database):
    assert "sqlite_autoindex_name_part_1 (part>? AND part<?)" in plan(
        sqlite_database, select(NamePart.case_id).where(beginning(NamePart.part, "明"))
    )
    number = select(Case.id).where(beginning(Case.number, "2026-00"))
    assert "sqlite_autoindex_cases" in plan(sqlite_database, number)
    assert "SCAN" not in plan(sqlite_database, number)
    assert "SCAN" in plan(sqlite_database, select(Case.id).where(Case.number.contains("2026-00")))  # as it is seen


@pytest.mark.parametrize("numbers", [(), (2,), (1, 3), tuple(range(20_000))])
def test_among_many_numbers_those_are_found_that_are_there(premises, numbers):
    with premises.database.read() as connection:
        query = select(Organization.id).where(among(Organization.id, numbers))
        every = connection.scalars(select(Organization.id)).all()
        assert set(connection.scalars(query)) == set(every) & set(numbers)
