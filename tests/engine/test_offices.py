"""Who acts: an office counts on its own days, its deputies with it; closed accounts and organizations hold none."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from tests.engine.tree import COMMITTEE, FIRST, KINDS, NOW, SECOND, THIRD, TODAY, WORK, sample_database, tree
from workflow.engine.offices import NoOffice, actor_of, offices_of
from workflow.law.organizations import Right
from workflow.store.tables import Account, Office, Organization

__all__ = ["sample_database", "tree"]  # fixtures

DAY = timedelta(1)


def test_an_actor_is_an_account_in_an_office_of_an_organization(tree):
    actor, branch = tree.actor("zb1.shuji"), tree.organization(FIRST)
    assert (actor.name, actor.role, actor.kind) == ("赵示甲", "branch_secretary", "branch")
    assert (actor.organization_id, actor.organization_uid, actor.path) == (branch.id, branch.uid, branch.path)
    assert actor.rights == {Right.RECORD, Right.CONFIRM, Right.READ}
    assert actor.bodies == ("branch", "general_meeting", "branch_committee")
    assert actor.persons == {actor.account_id}


def test_a_branch_without_a_committee_has_none_that_could_act(tree):
    assert "branch_committee" not in tree.actor("zb3.shuji").bodies


@pytest.mark.parametrize(
    ("on", "held"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_an_office_counts_on_both_its_days_and_on_none_besides(tree, on, held):
    if held:
        assert tree.actor("jgdw.daili", on).on == on
        return
    with pytest.raises(NoOffice):
        tree.actor("jgdw.daili", on)


def test_a_deputy_acts_in_the_office_of_the_principal(tree):
    deputy, principal = tree.actor("jgdw.daili"), tree.actor("jgdw.zuzhiyuan")
    assert (deputy.role, deputy.organization_id) == (principal.role, principal.organization_id)
    assert (deputy.deputy_for, deputy.principal_id) == (principal.office_id, principal.account_id)
    assert deputy.persons == {deputy.account_id, principal.account_id}


def test_nobody_is_the_deputy_in_an_office_that_has_ended(tree):
    ended = update(Office).where(Office.id == tree.office("jgdw.zuzhiyuan")).values(until_on=TODAY - DAY)
    tree.connection.execute(ended)
    with pytest.raises(NoOffice):
        tree.actor("jgdw.daili")
    assert offices_of(tree.connection, tree.account("jgdw.daili"), TODAY) == ()


def test_somebody_elses_office_is_not_ones_own(tree):
    with pytest.raises(NoOffice):
        actor_of(tree.connection, KINDS, tree.account("zb1.shuji"), tree.office("zb2.shuji"), TODAY)


def test_a_disabled_account_holds_no_office(tree):
    account = tree.account("zb1.shuji")
    tree.connection.execute(update(Account).where(Account.id == account).values(disabled_at=NOW))
    with pytest.raises(NoOffice):
        tree.actor("zb1.shuji")
    assert offices_of(tree.connection, account, TODAY) == ()


@pytest.mark.parametrize(("name", "login"), [(FIRST, "zb1.shuji"), (COMMITTEE, "dz.chengyuan"), (WORK, "zzb.ganbu")])
def test_nobody_acts_for_an_organization_that_is_closed_or_serves_one_that_is(tree, name, login):
    place = Organization.id == tree.organization(name).id
    tree.connection.execute(update(Organization).where(place).values(until_on=TODAY))
    assert tree.actor(login)
    with pytest.raises(NoOffice):
        tree.actor(login, TODAY + DAY)


@pytest.mark.parametrize("role", ["no_such_role", "organizer"])
def test_an_office_that_the_definitions_do_not_know_there_gives_no_rights(tree, role):
    office = tree.office("zb1.shuji")
    tree.connection.execute(update(Office).where(Office.id == office).values(role=role))
    with pytest.raises(NoOffice):
        tree.actor("zb1.shuji")


def test_the_offices_of_somebody_deputyships_last(tree):
    account = tree.account("zb1.shuji")
    for place, deputy_for in ((SECOND, tree.office("zb2.shuji")), (THIRD, None)):
        row = {"account_id": account, "organization_id": tree.organization(place).id, "role": "branch_secretary",
               "from_on": date(2026, 1, 1), "deputy_for": deputy_for}  # fmt: skip
        tree.connection.execute(insert(Office), row)
    held = offices_of(tree.connection, account, TODAY)
    assert [(office.organization, office.deputy) for office in held] == [(FIRST, False), (THIRD, False), (SECOND, True)]
    assert tree.actor("zb1.shuji", office=held[-1].id).organization_id == tree.organization(SECOND).id
    assert len(offices_of(tree.connection, account, date(2025, 12, 31))) == 1


def test_nobody_is_the_deputy_of_somebody_whose_account_is_closed(tree):
    assert tree.actor("jgdw.daili").principal_id == tree.account("jgdw.zuzhiyuan")
    tree.connection.execute(update(Account).where(Account.login == "jgdw.zuzhiyuan").values(disabled_at=NOW))
    with pytest.raises(NoOffice):
        tree.actor("jgdw.daili")
    assert offices_of(tree.connection, tree.account("jgdw.daili"), TODAY) == ()
