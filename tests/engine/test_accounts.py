"""Accounts and offices: given by an administrator in scope, never to oneself; deputies; the own account of a case."""

from datetime import UTC, date, datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from tests.engine.office import bureau
from tests.engine.tree import COMMITTEE, DEPARTMENT, FIRST, KINDS, NOW, SECOND, TODAY, WORK, sample_database, tree
from workflow.engine.accounts import (
    AccountRefused,
    NewAccount,
    NewOffice,
    appoint,
    create_account,
    disable_account,
    dismiss,
    first_administrator,
    link_own_account,
    own_account_for,
)
from workflow.engine.acting import NotEntitled
from workflow.engine.duties import ConflictOfDuties
from workflow.engine.offices import NoOffice, actor_of, offices_of
from workflow.engine.organizations import OrganizationRefused
from workflow.engine.scope import UnknownAccount, UnknownCase, UnknownOrganization
from workflow.store.tables import Account, Case, Member, Office

__all__ = ["sample_database", "tree"]  # fixtures

DAY = timedelta(1)
LONG_AGO = date(2020, 1, 1)


def uid(tree, login):
    return tree.connection.execute(select(Account.uid).where(Account.login == login)).scalar_one()


def give(tree, by, login, place, role, **more):
    """Appoint somebody as an administrator would."""
    office = NewOffice(tree.organization(place).uid, role, more.pop("from_on", TODAY), **more)
    return appoint(tree.connection, KINDS, tree.actor(by), uid(tree, login), office)


def test_an_account_is_made_with_its_first_office(tree):
    office = NewOffice(tree.organization(FIRST).uid, "organization_commissioner", TODAY)
    made = create_account(
        tree.connection, KINDS, tree.actor("jgdw.guanli"), NewAccount(" Zb1.New ", "新 示甲"), office, NOW
    )
    assert (made.login, made.name, made.disabled_at) == ("zb1.new", "新 示甲", None)
    assert [held.role for held in offices_of(tree.connection, made.id, TODAY)] == ["organization_commissioner"]
    assert offices_of(tree.connection, made.id, TODAY - DAY) == ()


@pytest.mark.parametrize(
    ("login", "name", "error"),
    [
        ("zb1.shuji", "新示甲", AccountRefused),
        ("ZB1.SHUJI", "新示甲", AccountRefused),
        ("x", "新示甲", AccountRefused),
        ("two words", "新示甲", AccountRefused),
        ("名", "新示甲", AccountRefused),
        ("new", " ", OrganizationRefused),
    ],
)
def test_what_cannot_be_an_account_is_refused(tree, login, name, error):
    office = NewOffice(tree.organization(FIRST).uid, "organization_commissioner", TODAY)
    with pytest.raises(error):
        create_account(tree.connection, KINDS, tree.actor("admin"), NewAccount(login, name), office, NOW)


@pytest.mark.parametrize("login", ["zb1.shuji", "jgdw.shuji", "zzb.ganbu", "gw.jiancha"])
def test_only_an_administrator_gives_accounts_and_offices(tree, login):
    connection, actor = tree.connection, tree.actor(login)
    office = NewOffice(tree.organization(FIRST).uid, "branch_secretary", TODAY)
    for attempt in (
        lambda: create_account(connection, KINDS, actor, NewAccount("new", "新示甲"), office, NOW),
        lambda: appoint(connection, KINDS, actor, uid(tree, "zb1.zuzhi"), office),
        lambda: dismiss(connection, actor, tree.office("zb1.zuzhi"), TODAY),
        lambda: disable_account(connection, actor, uid(tree, "zb1.zuzhi"), NOW),
    ):
        with pytest.raises(NotEntitled):
            attempt()


def test_an_administrator_gives_nothing_outside_the_own_scope(tree):
    actor, connection = tree.actor("jgdw.guanli"), tree.connection
    with pytest.raises(UnknownOrganization):
        give(tree, "jgdw.guanli", "zb1.zuzhi", DEPARTMENT, "department_officer")
    with pytest.raises(UnknownAccount):
        give(tree, "jgdw.guanli", "gw.shuji", COMMITTEE, "committee_member")
    with pytest.raises(UnknownAccount):
        dismiss(connection, actor, tree.office("gw.shuji"), TODAY)
    with pytest.raises(UnknownAccount):
        disable_account(connection, actor, uid(tree, "zzb.ganbu"), NOW)


def test_nobody_changes_the_own_account_or_offices(tree):
    actor = tree.actor("jgdw.guanli")
    with pytest.raises(ConflictOfDuties):
        give(tree, "jgdw.guanli", "jgdw.guanli", COMMITTEE, "administrator", from_on=date(2030, 1, 1))
    with pytest.raises(ConflictOfDuties):
        dismiss(tree.connection, actor, actor.office_id, TODAY)
    with pytest.raises(ConflictOfDuties):
        disable_account(tree.connection, actor, actor.account_uid, NOW)


@pytest.mark.parametrize(
    ("login", "place", "role", "more", "allowed"),
    [
        ("zb1.zuzhi", SECOND, "organization_commissioner", {}, True),
        ("zb1.zuzhi", FIRST, "branch_secretary", {}, True),
        ("zb1.zuzhi", FIRST, "organization_commissioner", {}, False),  # held already
        ("zb1.zuzhi", FIRST, "committee_secretary", {}, False),  # no such office in a branch
        ("zb1.zuzhi", FIRST, "king", {}, False),
        ("zb1.zuzhi", SECOND, "organization_commissioner", {"until_on": TODAY - DAY}, False),
        ("zb1.zuzhi", COMMITTEE, "administrator", {}, False),  # not together with another office
        ("zb1.zuzhi", COMMITTEE, "auditor", {}, False),
        ("gw.jiancha", FIRST, "branch_secretary", {}, False),
        ("gw.jiancha", COMMITTEE, "auditor", {}, True),  # the same role elsewhere
        ("gw.jiancha", WORK, "committee_member", {"from_on": LONG_AGO - DAY, "until_on": LONG_AGO - DAY}, True),
    ],
)
def test_which_offices_are_given(tree, login, place, role, more, allowed):
    before = len(offices_of(tree.connection, tree.account(login), TODAY))
    if not allowed:
        with pytest.raises(AccountRefused):
            give(tree, "admin", login, place, role, **more)
        return
    give(tree, "admin", login, place, role, **more)
    after = len(offices_of(tree.connection, tree.account(login), TODAY))
    assert after == before + (more.get("until_on") is None)


@pytest.mark.parametrize(
    ("login", "office", "principal", "days", "sentence"),
    [
        ("zb1.zuzhi", (FIRST, "branch_secretary"), "zb1.shuji", (TODAY, TODAY), None),
        ("zb2.zuzhi", (FIRST, "branch_secretary"), "zb1.shuji", (TODAY, TODAY), None),
        ("zb1.zuzhi", (FIRST, "branch_secretary"), "zb2.shuji", (TODAY, TODAY), "same office"),
        ("zb1.shuji", (FIRST, "organization_commissioner"), "zb1.shuji", (TODAY, TODAY), "same office"),
        ("zb1.zuzhi", (FIRST, "branch_secretary"), "zb1.shuji", (LONG_AGO - DAY, TODAY), "own days"),
        ("jgdw.weiyuan", (COMMITTEE, "organizer"), "jgdw.daili", (TODAY, TODAY), "deputy of a deputy"),
    ],
)
def test_deputies(tree, login, office, principal, days, sentence):
    place, role = office
    more = {"from_on": days[0], "until_on": days[1], "deputy_for": tree.office(principal)}
    if sentence:
        with pytest.raises(AccountRefused, match=sentence):
            give(tree, "admin", login, place, role, **more)
        return
    actor = tree.actor(login, office=give(tree, "admin", login, place, role, **more))
    assert (actor.role, actor.principal_id) == (role, tree.account(principal))


def test_a_deputy_does_not_outlast_the_office(tree):
    dismiss(tree.connection, tree.actor("admin"), tree.office("zb1.shuji"), TODAY + DAY)
    more = {"from_on": TODAY, "deputy_for": tree.office("zb1.shuji")}
    for until_on in (None, TODAY + 2 * DAY):
        with pytest.raises(AccountRefused, match="own days"):
            give(tree, "admin", "zb1.zuzhi", FIRST, "branch_secretary", until_on=until_on, **more)


def test_an_office_ends_with_its_last_day(tree):
    admin = tree.actor("admin")
    dismiss(tree.connection, admin, tree.office("zb1.shuji"), TODAY)
    assert tree.actor("zb1.shuji").on == TODAY
    with pytest.raises(NoOffice):
        tree.actor("zb1.shuji", TODAY + DAY)
    with pytest.raises(AccountRefused, match="before the first"):
        dismiss(tree.connection, admin, tree.office("zb1.shuji"), LONG_AGO - DAY)


def test_an_office_that_has_ended_is_not_revived(tree):
    admin, office = tree.actor("admin"), tree.office("zb1.shuji")
    dismiss(tree.connection, admin, office, TODAY - DAY)
    for later in (TODAY, date(2099, 1, 1)):
        with pytest.raises(AccountRefused, match="ends earlier"):
            dismiss(tree.connection, admin, office, later)
    with pytest.raises(NoOffice):
        tree.actor("zb1.shuji")
    dismiss(tree.connection, admin, office, TODAY - 2 * DAY)  # what ended may have ended before


def test_an_office_does_not_end_before_what_was_recorded_in_it(tree):
    admin, case = tree.actor("admin"), tree.case(FIRST)
    recorded = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)  # one minute before midnight at the office
    tree.entry(case, "zb1.shuji", FIRST, recorded_at=recorded)
    tree.entry(case, "zb2.shuji", SECOND, recorded_at=recorded)
    with pytest.raises(AccountRefused, match="recorded in this office after"):
        dismiss(tree.connection, admin, tree.office("zb1.shuji"), date(2026, 11, 19))
    dismiss(tree.connection, admin, tree.office("zb1.shuji"), date(2026, 11, 20))
    dismiss(tree.connection, admin, tree.office("zb1.zuzhi"), date(2026, 11, 19))  # it recorded nothing
    last = date(2026, 11, 21)
    dismiss(tree.connection, admin, tree.office("zb2.shuji"), last)
    tree.entry(case, "zb2.shuji", SECOND, recorded_at=datetime(2026, 11, 22, 4, tzinfo=UTC))  # in a later office
    dismiss(tree.connection, admin, tree.office("zb2.shuji"), date(2026, 11, 20))


def test_nor_before_what_was_confirmed_or_done_by_a_deputy_in_it(tree):
    admin, case = tree.actor("admin"), tree.case(FIRST)
    recorded = datetime(2026, 11, 20, 4, tzinfo=UTC)
    committee = tree.organization(COMMITTEE).id
    second = {"confirmed_by": "jgdw.shuji", "confirmed_in": committee}
    tree.entry(case, "zb1.shuji", FIRST, recorded_at=recorded, **second)
    tree.entry(case, "jgdw.daili", COMMITTEE, recorded_at=recorded, principal_id=tree.account("jgdw.zuzhiyuan"))
    for login in ("jgdw.shuji", "jgdw.zuzhiyuan", "jgdw.daili"):
        with pytest.raises(AccountRefused, match="recorded in this office after"):
            dismiss(tree.connection, admin, tree.office(login), date(2026, 11, 19))


def test_appointments_of_one_person_do_not_pass_each_other(postgresql_database):
    office = bureau(postgresql_database)
    office.clock.day = TODAY
    chief, branch = office.people["administrator"], UUID(office.organizations["一支部"][1])
    with office.database.write() as connection:
        actor = actor_of(connection, KINDS, chief.account_id, chief.office_id, TODAY)
        ended = NewOffice(branch, "organization_commissioner", LONG_AGO, LONG_AGO + DAY)
        new = create_account(connection, KINDS, actor, NewAccount("newcomer", "新示甲"), ended, NOW)
    refused = []

    def second():
        try:
            with office.database.write() as other:
                appoint(other, KINDS, actor, new.uid, NewOffice(branch, "branch_secretary", TODAY))
        except AccountRefused as error:
            refused.append(error)

    with office.database.write() as connection:
        appoint(connection, KINDS, actor, new.uid, NewOffice(branch, "auditor", TODAY))
        late = Thread(target=second)
        late.start()
        late.join(0.5)
        assert late.is_alive()  # it waits for the first
    late.join(20)
    assert len(refused) == 1
    with office.database.read() as connection:
        assert [held.role for held in offices_of(connection, new.id, TODAY)] == ["auditor"]


def test_an_office_that_has_not_begun_is_taken_back_with_its_deputies(tree):
    future = TODAY + 10 * DAY
    office = give(tree, "admin", "zb1.zuzhi", SECOND, "branch_secretary", from_on=future)
    give(tree, "admin", "zb2.zuzhi", SECOND, "branch_secretary", from_on=future, deputy_for=office)
    dismiss(tree.connection, tree.actor("admin"), office, TODAY)
    assert tree.connection.scalars(select(Office.id).where(Office.id >= office)).all() == []


def test_a_disabled_account_is_out_at_once_and_gets_no_office(tree):
    disable_account(tree.connection, tree.actor("jgdw.guanli"), uid(tree, "zb1.zuzhi"), NOW)
    with pytest.raises(NoOffice):
        tree.actor("zb1.zuzhi")
    with pytest.raises(AccountRefused, match="disabled"):
        give(tree, "admin", "zb1.zuzhi", SECOND, "branch_secretary")


def test_an_account_with_an_office_elsewhere_is_disabled_by_who_has_both_in_scope(tree):
    give(tree, "admin", "zb1.zuzhi", DEPARTMENT, "department_officer")
    with pytest.raises(AccountRefused, match="outside your scope"):
        disable_account(tree.connection, tree.actor("jgdw.guanli"), uid(tree, "zb1.zuzhi"), NOW)
    disable_account(tree.connection, tree.actor("admin"), uid(tree, "zb1.zuzhi"), NOW)


def test_the_first_administrator_is_made_once(tree):
    with pytest.raises(AccountRefused, match="accounts already"):
        first_administrator(tree.connection, tree.organization(WORK), NewAccount("root", "管示"), LONG_AGO, NOW)


def own(tree, name):
    return own_account_for(tree.connection, tree.organization(FIRST).id, name)


def test_the_own_account_is_the_one_of_the_same_name_in_the_branch_or_on_its_roster(tree):
    assert own(tree, "赵示甲") == tree.account("zb1.shuji")
    assert own(tree, "冯示甲") is None  # an officer of another branch
    member = {"organization_id": tree.organization(FIRST).id, "name": "冯 示甲", "name_key": "冯示甲"}
    tree.connection.execute(insert(Member), member)
    assert own(tree, "冯示甲") == tree.account("zb2.shuji")
    assert own(tree, "无此人") is None


def test_an_account_in_the_branch_goes_before_a_namesake_elsewhere_and_two_are_not_guessed(tree):
    namesake = update(Account).where(Account.login == "jgdw.shuji").values(name_key="赵示甲")
    tree.connection.execute(namesake)
    assert own(tree, "赵示甲") == tree.account("zb1.shuji")
    tree.connection.execute(update(Account).where(Account.login == "zb1.zuzhi").values(name_key="赵示甲"))
    assert own(tree, "赵示甲") is None


def test_the_own_account_is_linked_from_above(tree):
    case, account = tree.case(FIRST), uid(tree, "zb1.zuzhi")
    link_own_account(tree.connection, KINDS, tree.actor("jgdw.zuzhiyuan"), case.number, account)
    assert tree.connection.scalar(select(Case.own_account_id)) == tree.account("zb1.zuzhi")
    link_own_account(tree.connection, KINDS, tree.actor("zzb.ganbu"), case.number, None)
    assert tree.connection.scalar(select(Case.own_account_id)) is None


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("zb1.shuji", NotEntitled),  # the branch itself
        ("gw.jiancha", NotEntitled),
        ("admin", NotEntitled),
        ("jgdw.weiyuan", ConflictOfDuties),  # the own case
        ("zb2.shuji", NotEntitled),
    ],
)
def test_who_does_not_link_the_own_account(tree, login, error):
    case = tree.case(FIRST, own=tree.account("jgdw.weiyuan"))
    with pytest.raises(error):
        link_own_account(tree.connection, KINDS, tree.actor(login), case.number, None)
    with pytest.raises(UnknownCase):
        link_own_account(tree.connection, KINDS, tree.actor("jgdw.shuji"), "nowhere", None)
