"""Changes above the cases: one transaction each, tried without keeping anything; what pages show of places."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.engine.office import LAWS, Bureau, bureau
from workflow.engine.accounts import NewOffice, appoint
from workflow.engine.acting import NotEntitled
from workflow.engine.changing import Changes
from workflow.engine.offices import NoOffice, actor_of
from workflow.engine.organizations import OrganizationRefused, move_organization, rename_organization, set_committee
from workflow.engine.place_view import (
    may_stand_under,
    office,
    offices_held,
    offices_in,
    own_account,
    people_by_state,
    places_called,
)
from workflow.engine.scope import UnknownAccount, find_organization
from workflow.engine.task import Task
from workflow.store.failures import DatabaseBusy
from workflow.store.tables import Account, Office, Organization

BEFORE = date(2026, 11, 2)


@pytest.fixture
def place(database) -> Bureau:
    return bureau(database)


def changes(place: Bureau, who: str = "administrator") -> Changes:
    return Changes(place.database, LAWS, place.clock, place.people[who])


def uid(place: Bureau, name: str) -> UUID:
    return UUID(place.organizations[name][1])


def name_of(place: Bureau, name: str) -> str | None:
    with place.database.read() as connection:
        return connection.scalar(select(Organization.name).where(Organization.uid == uid(place, name)))


def look(place: Bureau, who: str, ask):
    """Ask something as somebody."""
    login = place.people[who]
    with place.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, place.clock.day)
        return ask(Task(connection, LAWS, actor, place.clock()))


def row(place: Bureau, task: Task, name: str):
    return find_organization(task.connection, task.actor, uid(place, name))


def test_a_change_is_kept_and_a_trial_is_not(place):
    def work(task: Task) -> str:
        rename_organization(task.connection, task.actor, uid(place, "一支部"), "第一支部")
        return "done"

    assert changes(place).trial(work) == "done"
    assert name_of(place, "一支部") == "一支部"
    assert changes(place).make(work) == "done"
    assert name_of(place, "一支部") == "第一支部"


def test_a_trial_is_refused_as_the_change_would_be(place):
    def work(task: Task) -> tuple[int, ...]:
        place_of = uid(place, "一支部")
        return move_organization(task.connection, LAWS.organizations, task.actor, place_of, place_of)

    with pytest.raises(OrganizationRefused):
        changes(place).trial(work)
    with pytest.raises(NotEntitled):
        changes(place, "secretary").trial(work)


def test_what_a_change_touches_is_looked_at_anew(place):
    place.open(BEFORE)
    branch = uid(place, "一支部")
    touched = changes(place).renew(
        lambda task: set_committee(task.connection, LAWS.organizations, task.actor, branch, has_committee=False)
    )
    assert touched == 1


def test_whoever_left_office_changes_nothing(place):
    changes_then = changes(place)
    with place.database.write() as connection:
        office_id = place.people["administrator"].office_id
        connection.execute(update(Office).where(Office.id == office_id).values(until_on=date(2020, 1, 1)))
    with pytest.raises(NoOffice):
        changes_then.make(lambda _: None)


def test_somebody_who_was_quicker_is_told_as_such(place, monkeypatch):
    monkeypatch.setattr("workflow.store.failures.FIRST_PAUSE", 0)

    def work(_: Task) -> None:
        raise IntegrityError("an insert", {}, Exception("the same login"))

    with pytest.raises(DatabaseBusy):
        changes(place).make(work)


def test_offices_are_shown_with_deputies_and_what_has_ended(place):
    secretary, login = place.people["secretary"], "elsewhere"

    def work(task: Task) -> None:
        other = task.connection.scalars(select(Account.uid).where(Account.login == login)).one()
        new = NewOffice(uid(place, "一支部"), "branch_secretary", task.today, date(2027, 1, 1), secretary.office_id)
        appoint(task.connection, LAWS.organizations, task.actor, other, new)

    changes(place).make(work)
    held = look(place, "administrator", lambda task: offices_in(task, row(place, task, "一支部")))
    assert (held[0].name, held[0].principal) == (login, "secretary")
    assert not held[0].over(date(2027, 1, 1))
    assert held[0].over(date(2027, 1, 2))
    who = next(one.account_uid for one in held if one.name == "secretary")
    account, offices = look(place, "administrator", lambda task: offices_held(task, who))
    assert (account.login, len(offices)) == ("secretary", 1)
    found, deputies = look(place, "administrator", lambda task: office(task, who, secretary.office_id))
    assert found == offices[0]
    assert [one.name for one in deputies] == [login]
    assert look(place, "administrator", lambda task: office(task, who, held[0].id))[0] is None
    with pytest.raises(UnknownAccount):
        look(place, "elsewhere", lambda task: offices_held(task, uid(place, "一支部")))


def test_people_are_counted_for_those_who_may_see_them(place, monkeypatch):
    place.open(BEFORE)
    place.open(BEFORE, "elsewhere", name="示例二")
    assert look(place, "approver", lambda task: people_by_state(task, row(place, task, "党委"))) == {"applicant": 2}
    assert look(place, "secretary", lambda task: people_by_state(task, row(place, task, "一支部"))) == {"applicant": 1}
    assert look(place, "administrator", lambda task: people_by_state(task, row(place, task, "党委"))) == {}
    monkeypatch.setattr("workflow.engine.place_view.MOST", 1)
    assert look(place, "approver", lambda task: people_by_state(task, row(place, task, "党委"))) is None


def test_only_fitting_places_are_offered(place):
    offered = look(place, "administrator", lambda task: may_stand_under(task, row(place, task, "一支部")))
    assert [(one.name, one.above) for one in offered] == [("工委", None), ("党委", "工委")]
    found = look(place, "administrator", lambda task: places_called(task, " 支部 "))
    assert {one.name for one in found} == {"一支部", "二支部"}
    assert look(place, "secretary", lambda task: places_called(task, "二支部")) == ()


def test_whose_own_account_it_is_is_told_to_those_who_confirm(place):
    case = place.open(BEFORE).case
    found = look(place, "approver", lambda task: own_account(task, case))
    assert (found.person, found.login) == ("示例一", None)
    with pytest.raises(NotEntitled):
        look(place, "watcher", lambda task: own_account(task, case))
