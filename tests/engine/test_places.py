"""Where one can look: an organization with those above it in the scope and those directly below."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.engine.office import LAWS, Bureau, bureau
from workflow.engine.offices import actor_of
from workflow.engine.places import Places, places
from workflow.engine.scope import UnknownOrganization, find_organization
from workflow.engine.task import Task
from workflow.store.database import Database


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


def around(office: Bureau, who: str, name: str | None = None) -> Places:
    login, uid = office.people[who], UUID(office.organizations[name][1]) if name else None
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        path = find_organization(connection, actor, uid).path if uid else actor.path
        return places(Task(connection, LAWS, actor, office.clock()), path)


def names(found: Places) -> tuple[list[str], str, list[str]]:
    return [one.name for one in found.above], found.here.name, [one.name for one in found.below]


def test_the_root_of_the_scope_and_what_stands_directly_below(office: Bureau) -> None:
    assert names(around(office, "organizer")) == ([], "党委", ["一支部", "二支部"])
    assert names(around(office, "department")) == ([], "工委", ["党委"])
    assert names(around(office, "secretary")) == ([], "一支部", [])


def test_above_the_chosen_one_stands_what_the_scope_holds(office: Bureau) -> None:
    assert names(around(office, "department", "一支部")) == (["工委", "党委"], "一支部", [])
    assert names(around(office, "organizer", "一支部")) == (["党委"], "一支部", [])
    for name in ("工委", "二支部"):
        with pytest.raises(UnknownOrganization):
            around(office, "secretary", name)
