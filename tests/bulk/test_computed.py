"""Facts as the database computes them are those of ``compute``: blanks, month ends, leap days, ends before starts."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import duckdb
import pytest

from tests.bulk.histories import NAMES, ORGANIZATIONS, members, number_of
from tests.regulation.case import CALENDAR
from workflow.bulk.computed import Computed, computed, joins
from workflow.case.facts import (
    DaysIn,
    DifferentNames,
    LongerLimit,
    NameTwice,
    NthWorkingDay,
    SomeoneNotFull,
    SomeonePenalised,
    WorkingDaysIn,
    World,
)
from workflow.case.rhythms import FirstMissed, FirstMissedPeriod
from workflow.case.values import Unreadable
from workflow.compliance.engines.duckdb import insert
from workflow.compliance.view.singly import rosters
from workflow.compliance.view.tables import MEMBERS, create, know_people, lay_out_days

PEOPLE = ("p.one", "p.two")
FACTS = [
    WorkingDaysIn("p.start", "p.end"),
    DaysIn("p.start", "p.end"),
    LongerLimit("p.start", 6, "p.reason"),
    FirstMissed("p.start", "p.days", "p.end", 6),
    FirstMissed("p.start", "p.days", None, 1),
    *(FirstMissedPeriod("p.start", "p.days", end, months) for end in ("p.end", None) for months in (1, 3, 12)),
    DifferentNames(PEOPLE),
    DifferentNames((*PEOPLE, "p.three")),
    NameTwice(PEOPLE),
    NameTwice((*PEOPLE, "p.three")),
    SomeoneNotFull(PEOPLE, "p.start"),
    SomeoneNotFull(("p.one",), "p.end"),
    SomeonePenalised(PEOPLE, "p.start", ("probation_within_party",)),
    SomeonePenalised(PEOPLE, "p.start", ("warning", "serious_warning", "removal")),
]
TYPES = {
    "case": "BIGINT", "organization": "BIGINT", "p.start": "DATE", "p.end": "DATE", "p.reason": "BOOLEAN",
    "p.days": "DATE[]", "p.one": "BIGINT", "p.two": "BIGINT", "p.three": "BIGINT",
}  # fmt: skip
DAYS = [
    date(2024, 2, 29), date(2023, 8, 31), date(2024, 1, 31), date(2026, 5, 10), date(2026, 5, 11), date(2025, 12, 31),
    date(2027, 7, 16), date(2026, 7, 1), date(2027, 7, 15), date(2020, 1, 1),
]  # fmt: skip
WITHOUT_ROSTER = 99
ROSTERS = rosters([dict(zip(MEMBERS, line, strict=True)) for line in members()], ORGANIZATIONS.values())


def drawn(cases: int) -> list[dict[str, object]]:
    """Return drawn rows, with blanks and coincidences."""
    random = Random(5)

    def day() -> date | None:
        near = random.choice(DAYS) + timedelta(random.choice((0, 0, 0, 1, -1, 30, 184, 366)))
        return random.choice((None, near, near, near, near))

    def days() -> list[date]:
        """Return a few days anywhere, or one a month for some years with a month or two left out."""
        few = {one for one in (day() for _ in range(random.randrange(6))) if one}
        left_out = {random.randrange(60) for _ in range(random.randrange(3))}
        many = {date(2023 + n // 12, n % 12 + 1, random.choice((1, 15, 28))) for n in range(60) if n not in left_out}
        return sorted(random.choice((few, few, many)))

    def person() -> int | None:
        return random.choice((None, number_of(random.choice(NAMES)), number_of(random.choice(NAMES)), number_of("甲")))

    return [
        {
            "case": number, "organization": random.choice((*ORGANIZATIONS.values(), WITHOUT_ROSTER)), "p.start": day(),
            "p.end": day(), "p.reason": random.choice((None, True)),
            "p.days": days() or None,
            "p.one": person(), "p.two": person(), "p.three": person(),
        }
        for number in range(cases)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        create(connection, "members", MEMBERS)
        insert(connection, "members", MEMBERS, members())
        know_people(connection, "members")
        lay_out_days(connection, CALENDAR)
        create(connection, "drawn", TYPES)
        insert(connection, "drawn", TYPES, ([row[name] for name in TYPES] for row in drawn(3000)))
        yield connection


def told(connection, fact):
    """Return value, unreadable and odd of each drawn row, by the statement."""
    one: Computed = computed(fact)
    known = joins({fact.name: one}, "drawn")
    columns = f'"case", {one.value}, {one.unread or "FALSE"}, {one.odd or "FALSE"}'
    return {row[0]: row[1:] for row in connection.execute(f"SELECT {columns} FROM ({known})").fetchall()}


def alone(fact, row):
    """Return the value of a row as one case at a time has it."""
    columns = {
        name: str(row[name]) if name in (*PEOPLE, "p.three") and row[name] is not None else row[name] for name in TYPES
    }
    columns |= {"case.branch": str(row["organization"]), "p.days": tuple(row["p.days"]) if row["p.days"] else None}
    return fact.compute(columns, World(CALENDAR, ROSTERS.get(row["organization"])))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_is_the_same_by_the_database(database, fact):
    found, compared = told(database, fact), 0
    for row in drawn(3000):
        value, unread, odd = found[row["case"]]
        expected = alone(fact, row)
        assert odd or unread is isinstance(expected, Unreadable), row
        if not odd and not unread:
            assert value == expected, row
            assert type(value) is type(expected)
            compared += 1
    assert compared > 1000


def test_only_whom_several_lines_or_an_unknown_code_name_is_odd(database):
    found = {person for (person,) in database.execute("SELECT person FROM people WHERE odd").fetchall()}
    assert found == {number_of(name) for name in ("两处同名", "两处皆非", "本支部优先", "身份难辨", "同名一罚")}


def test_a_day_beyond_the_working_days_laid_out_is_left_to_one_case_at_a_time(database):
    database.execute(
        "INSERT INTO drawn SELECT 9999, 11, DATE '2150-01-03', DATE '2150-01-09', NULL, NULL, NULL, NULL, NULL"
    )
    assert told(database, FACTS[0])[9999][2] is True
    database.execute('DELETE FROM drawn WHERE "case" = 9999')


def test_what_is_not_known_here_is_refused():
    with pytest.raises(TypeError):
        computed(NthWorkingDay("p.start", 5))  # type: ignore[arg-type]  # no column
