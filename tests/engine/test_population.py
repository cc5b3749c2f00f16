"""Among how many people findings were looked for: the own scope, a branch of it, one state; never anybody foreign."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.engine.office import Bureau, bureau
from tests.engine.test_looking import looking
from workflow.engine import population as room
from workflow.engine.findings_view import FindingFilters
from workflow.engine.population import population
from workflow.engine.scope import UnknownOrganization
from workflow.store.database import Database

SEEN = {
    "secretary": (2, ["一支部"]),
    "elsewhere": (1, ["二支部"]),
    "approver": (3, ["党委"]),
    "department": (3, ["工委"]),
    "administrator": (0, ["工委"]),
}


@pytest.fixture
def filled(database: Database) -> Bureau:
    office = bureau(database)
    for who, name in (("secretary", "示例一"), ("secretary", "示例二"), ("elsewhere", "示例三")):
        office.open(date(2026, 11, 1), who=who, name=name)
    return office


def test_each_scope_counts_its_own(filled):
    for login, (people, line) in SEEN.items():
        with looking(filled, login) as task:
            found = population(task, FindingFilters())
        assert (found.people, [name for _, name in found.line]) == (people, line), login
        assert found.place is None


def test_a_branch_and_a_state_narrow_it(filled):
    branch = UUID(filled.organizations["一支部"][1])
    with looking(filled, "department") as task:
        found = population(task, FindingFilters(organization=branch))
        none = population(task, FindingFilters(organization=branch, states=("target",)))
    assert found.place is not None
    assert (found.people, [name for _, name in found.line]) == (2, ["工委", "党委", "一支部"])
    assert none.people == 0


def test_what_lies_elsewhere_is_not_counted(filled):
    with looking(filled, "elsewhere") as task, pytest.raises(UnknownOrganization):
        population(task, FindingFilters(organization=UUID(filled.organizations["一支部"][1])))


def test_no_count_goes_on_for_ever(filled, monkeypatch):
    monkeypatch.setattr(room, "MOST", 2)
    with looking(filled, "approver") as task:
        assert population(task, FindingFilters()).people is None
