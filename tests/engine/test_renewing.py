"""A change above many cases: committed by itself, the cases looked at slice by slice, taken up again if broken off."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, insert, select, update

from tests.engine.office import LAWS, Bureau
from tests.engine.soundness import faults
from workflow.engine import renewing
from workflow.engine.offices import actor_of
from workflow.engine.organizations import lay_overlay
from workflow.engine.registers import lock_cases
from workflow.engine.renewing import renewal
from workflow.engine.task import Task
from workflow.store.failures import BUSY, DatabaseBusy
from workflow.store.tables import Case, Finding, Todo

D = date


@pytest.fixture
def office(fresh_office: Bureau, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """Give an office with five cases, of which two are looked at in a transaction."""
    monkeypatch.setattr(renewing, "AT_ONCE", 2)
    for number in range(5):
        fresh_office.open(D(2026, 5, 20), name=f"示例{number}")
    fresh_office.clock.day = D(2026, 6, 1)
    return fresh_office


def task(office: Bureau, connection: Connection) -> Task:
    """Return what the administrator works with."""
    login = office.people["administrator"]
    actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
    return Task(connection, LAWS, actor, office.clock())


def every(connection: Connection) -> tuple[int, ...]:
    """Return all cases."""
    return tuple(connection.scalars(select(Case.id).order_by(Case.id)))


def spoil(office: Bureau) -> None:
    """Let the lists of all cases say something else than they should."""
    with office.database.write() as connection:
        connection.execute(update(Todo).values(due_on=D(2020, 1, 1)))
        wrong = {"rule": "talk.nothing", "step": "talk", "round": 1, "broken_on": D(2026, 1, 1), "path": "1."}
        wrong |= {"state": "applicant"}
        connection.execute(insert(Finding), [{"case_id": case, **wrong} for case in every(connection)])


def outdated(office: Bureau) -> int:
    """Return how many lists are as they were spoilt."""
    with office.database.read() as connection:
        wrong = set(connection.scalars(select(Todo.case_id).where(Todo.due_on == D(2020, 1, 1))))
        assert wrong == set(connection.scalars(select(Finding.case_id).where(Finding.rule == "talk.nothing")))
        return len(wrong)


def test_few_cases_are_looked_at_with_the_change(office: Bureau) -> None:
    spoil(office)
    with office.database.write() as connection:
        found = renewal(task(office, connection), every(connection)[:2])
    assert (found.cases, found.later) == (found.cases[:2], ())
    assert outdated(office) == 3
    found.finish(office.database)
    assert outdated(office) == 3
    with office.database.write() as connection:
        renewal(task(office, connection), every(connection)[2:4])
        renewal(task(office, connection), every(connection)[4:])
    assert outdated(office) == 0


def test_many_are_looked_at_after_it_some_at_a_time(office: Bureau) -> None:
    spoil(office)
    with office.database.write() as connection:
        found = renewal(task(office, connection), every(connection))
    assert (len(found.cases), outdated(office)) == (5, 5)
    found.finish(office.database)
    assert outdated(office) == 0
    assert faults(office.database) == []


def test_what_was_broken_off_is_left_as_it_was_and_is_gone_on_with(
    office: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(office)
    with office.database.write() as connection:
        found = renewal(task(office, connection), every(connection))
    slices: list[int] = []

    def broken_off(connection: Connection, cases: tuple[int, ...]) -> None:
        slices.append(len(cases))
        if len(slices) > 1:
            raise KeyboardInterrupt
        lock_cases(connection, cases)

    with monkeypatch.context() as patched:
        patched.setattr(renewing, "lock_cases", broken_off)
        with pytest.raises(KeyboardInterrupt):
            found.finish(office.database)
    assert (slices, outdated(office)) == ([2, 2], 3)
    found.finish(office.database)
    assert outdated(office) == 0


def test_a_slice_that_had_to_wait_too_long_is_tried_again(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(office)
    with office.database.write() as connection:
        found = renewal(task(office, connection), every(connection))
    busy = [True]

    def once_busy(connection: Connection, cases: tuple[int, ...]) -> None:
        if busy.pop() if busy else False:
            raise DatabaseBusy(*BUSY)
        lock_cases(connection, cases)

    monkeypatch.setattr(renewing, "lock_cases", once_busy)
    found.finish(office.database)
    assert outdated(office) == 0


def test_an_overlay_at_the_root_touches_every_case(office: Bureau) -> None:
    with office.database.write() as connection:
        doing = task(office, connection)
        root = doing.actor.organization_uid
        touched = lay_overlay(connection, LAWS.law, doing.actor, root, "university", (D(2026, 6, 1), None))
        found = renewal(doing, touched)
    assert len(found.later) == 5
    found.finish(office.database)
    assert faults(office.database) == []
