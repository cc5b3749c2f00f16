"""The record of access: codes only, never changed, and seen by whoever inspects, within the own scope."""

import re
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError

from tests.engine.tree import (
    COMMITTEE,
    FIRST,
    GENERAL,
    KINDS,
    NOW,
    SECOND,
    TODAY,
    WORK,
    Tree,
    Undone,
    forget,
    sample_database,
)
from tests.engine.tree import tree as whole
from tests.keep.conftest import unprotected
from workflow.access import trail
from workflow.access.trail import Filters, LogAct, done, note, note_sign_in, seen
from workflow.engine.accounts import NewAccount, NewOffice, create_account
from workflow.engine.acting import NotEntitled
from workflow.engine.log_acts import coded
from workflow.engine.scope import UnknownCase, UnknownOrganization
from workflow.law.organizations import Right
from workflow.store.tables import Account, LogEntry

__all__ = ["sample_database", "whole"]  # fixtures

DAY = timedelta(days=1)
EVERYTHING = Filters()


@pytest.fixture
def tree(sample_database):
    """Give the sample with nothing noted of how it was made: by the owner's hand, no other takes lines away."""
    with suppress(Undone), unprotected(sample_database) as connection:
        forget(connection)
        yield Tree(connection)
        raise Undone


def inspector(tree, place, login="watcher"):
    """Return an auditor of an organization."""
    office = NewOffice(tree.organization(place).uid, "auditor", TODAY)
    create_account(tree.connection, KINDS, tree.actor("admin"), NewAccount(login, "查示一"), office, NOW)
    forget(tree.connection, LogAct.ACCOUNT_MADE, LogAct.OFFICE_GIVEN)
    return tree.actor(login)


def lines(tree, actor, filters=EVERYTHING, look=seen, **more):
    return look(tree.connection, actor, filters, **more)[0]


def acts(tree, actor, filters=EVERYTHING, **more):
    return [one.act for one in lines(tree, actor, filters, **more)]


def uid(tree, login):
    return tree.connection.execute(select(Account.uid).where(Account.login == login)).scalar_one()


def read(tree, login, case=None, act=LogAct.CASE_READ, now=NOW, **about):
    note(tree.connection, tree.actor(login), act, now, case=case, about=about)


def test_what_was_seen_is_told_with_who_where_and_when(tree):
    case = tree.case(FIRST)
    read(tree, "zb1.zuzhi", case, entry=3, field="talk.by", seen_on="2026-11-22", left=None)
    [one] = lines(tree, tree.actor("gw.jiancha"))
    assert (one.at, one.act, one.account, one.organization, one.case) == (
        NOW,
        "case_read",
        "钱示乙",
        FIRST,
        case.number,
    )
    assert one.about == {"entry": 3, "field": "talk.by", "seen_on": "2026-11-22", "left": None}


def test_a_line_is_never_changed(whole):
    """The store refuses it, even within the transaction that wrote it."""
    read(whole, "zb1.zuzhi")
    for statement in ("UPDATE log_entry SET act = 'sign_in'", "DELETE FROM log_entry"):
        with pytest.raises(DBAPIError), whole.connection.begin_nested():
            whole.connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "about",
    [
        {"name": "赵示甲"},
        {"name": "two words"},
        {"value": 1.5},
        {"value": {"inner": 1}},
        {"value": ["ok", "not ok"]},
        {"value": [["nested"]]},
        {"value": ""},
        {"value": "x" * 65},
        {"value": ["x"] * 101},
        {"Key": 1},
        {"a key": 1},
        {"": 1},
        {f"k{number}": number for number in range(17)},
    ],
)
def test_free_text_is_not_kept(about):
    with pytest.raises(ValueError, match=r"about"):
        coded(about)


@pytest.mark.parametrize("about", [{}, {"a": 1, "b": None, "c": True, "d": "2026-11-22", "e": ["R-1", 2, "x.y:z"]}])
def test_codes_numbers_and_days_are_kept(about):
    assert coded(about) == about


def test_every_act_has_words():
    assert all(act.words.zh and act.words.en for act in LogAct)
    assert len({act.words for act in LogAct}) == len(LogAct)


def test_only_an_auditor_inspects(tree):
    allowed = {"auditor"}
    assert {name for name, role in KINDS.roles.items() if Right.INSPECT in role.rights} == allowed
    for login in ("zb1.shuji", "jgdw.shuji", "admin", "zzb.ganbu"):
        for look in (seen, done):
            with pytest.raises(NotEntitled):
                lines(tree, tree.actor(login), look=look)


def test_each_inspector_sees_the_own_scope_and_nothing_else(tree):
    one, other = tree.case(FIRST), tree.case(SECOND)
    read(tree, "zb1.shuji", one)
    read(tree, "zb2.shuji", other)
    read(tree, "gw.shuji", act=LogAct.LEDGER_EXPORTED)
    committee, first, general = (inspector(tree, place, f"w{n}") for n, place in enumerate((COMMITTEE, FIRST, GENERAL)))
    assert acts(tree, tree.actor("gw.jiancha")) == ["ledger_exported", "case_read", "case_read"]
    assert [line.case for line in lines(tree, committee)] == [other.number, one.number]
    assert [line.case for line in lines(tree, first)] == [one.number]
    assert lines(tree, general) == ()


def test_what_concerns_one_organization_stands_there(tree):
    actor, place = tree.actor("gw.shuji"), tree.organization(SECOND)
    note(tree.connection, actor, LogAct.LEDGER_EXPORTED, NOW, place=place)
    assert acts(tree, inspector(tree, SECOND, "w2")) == ["ledger_exported"]
    assert acts(tree, inspector(tree, FIRST, "w1")) == []


def test_an_officer_of_a_department_is_noted_where_the_department_looks(tree):
    read(tree, "zzb.ganbu", act=LogAct.FINDINGS_READ)
    note_sign_in(tree.connection, LogAct.SIGN_IN, tree.account("zzb.ganbu"), NOW)
    assert acts(tree, tree.actor("gw.jiancha")) == ["sign_in", "findings_read"]


def test_signing_in_is_noted_where_the_office_is(tree):
    note_sign_in(tree.connection, LogAct.SIGN_IN, tree.account("zb1.shuji"), NOW)
    note_sign_in(tree.connection, LogAct.SIGN_IN_FAILED, None, NOW)
    bare = tree.connection.execute(
        insert(Account).returning(Account.id), {"login": "bare", "name": "x", "name_key": "x", "created_at": NOW}
    ).scalar_one()
    note_sign_in(tree.connection, LogAct.SIGN_IN_FAILED, bare, NOW)
    assert acts(tree, inspector(tree, FIRST)) == ["sign_in"]
    top = lines(tree, tree.actor("gw.jiancha"))
    assert [(one.account, one.organization) for one in top] == [("x", None), (None, None), ("赵示甲", FIRST)]


def test_with_no_organization_at_all_it_is_noted_all_the_same(database):
    with database.write() as connection:
        note_sign_in(connection, LogAct.SIGN_IN_FAILED, None, NOW)
        assert connection.scalars(select(LogEntry.path)).all() == [""]


def test_a_case_that_has_left_the_scope_is_not_named(tree):
    case = tree.case(FIRST)
    read(tree, "zb1.shuji", case)
    place = tree.organization(SECOND)
    tree.connection.exec_driver_sql(
        f"UPDATE cases SET organization_id = {place.id}, path = '{place.path}' WHERE id = {case.id}"  # noqa: S608 - ours
    )
    assert [one.case for one in lines(tree, inspector(tree, FIRST))] == [None]
    assert [one.case for one in lines(tree, tree.actor("gw.jiancha"))] == [case.number]


def settled(tree):
    """Write a few lines of both records: an act a day, by two people of two branches."""
    cases = {"zb1.shuji": tree.case(FIRST), "zb2.shuji": tree.case(SECOND)}
    for number in range(4):
        for login, branch in (("zb1.shuji", FIRST), ("zb2.shuji", SECOND)):
            now = NOW + number * DAY
            read(tree, login, cases[login], LogAct.CASE_PRINTED if number == 2 else LogAct.CASE_READ, now)
            more = {"body": b'{"role":"branch_secretary","edition":"2026-07-01","overlays":["x"]}'}
            step = "report" if number == 2 else "talk"
            tree.entry(cases[login], login, branch, recorded_at=now, step=step, **more)
    return cases


LOOKS = [seen, done]


@pytest.mark.parametrize("look", LOOKS)
def test_the_filters(tree, look):
    cases = settled(tree)
    actor = tree.actor("gw.jiancha")

    def count(**asked):
        return len(lines(tree, actor, Filters(**asked), look))

    assert count() == 8
    assert count(account="赵示") == count(account="赵 示甲") == count(account=uid(tree, "zb1.shuji").hex) == 4
    assert count(account="示甲") == 8
    assert count(account="%") == count(account="nobody") == count(account=UUID(int=1).hex) == 0
    assert count(organization=tree.organization(FIRST).uid) == 4
    assert count(organization=tree.organization(COMMITTEE).uid) == 8
    assert count(organization=tree.organization(WORK).uid) == 8
    assert count(organization=tree.organization(GENERAL).uid) == 0
    assert count(case=cases["zb2.shuji"].number) == 4
    assert count(case=cases["zb2.shuji"].number, account="赵示甲") == 0
    assert count(case=cases["zb2.shuji"].number, organization=tree.organization(FIRST).uid) == 0
    assert count(act="case_printed" if look is seen else "report") == 2
    assert count(act="case_read" if look is seen else "act") == (6 if look is seen else 8)
    assert count(from_on=TODAY + DAY) == count(until_on=TODAY + 2 * DAY) == 6
    assert count(from_on=TODAY + DAY, until_on=TODAY + DAY) == 2
    assert count(from_on=date.min, until_on=date.max) == 8
    assert count(from_on=date.max) == count(until_on=date.min) == 0


@pytest.mark.parametrize("look", LOOKS)
def test_a_filter_reaches_nothing_outside_the_scope(tree, look):
    cases = settled(tree)
    first = inspector(tree, FIRST)
    with pytest.raises(UnknownCase):
        lines(tree, first, Filters(case=cases["zb2.shuji"].number), look)
    with pytest.raises(UnknownOrganization):
        lines(tree, first, Filters(organization=tree.organization(SECOND).uid), look)
    assert lines(tree, first, Filters(account=uid(tree, "zb2.shuji").hex), look) == ()
    assert len(lines(tree, first, look=look)) == 4


def test_who_recorded_what_is_told_with_office_and_edition(tree):
    case = tree.case(FIRST)
    body = b'{"role":"branch_secretary","edition":"2026-07-01","overlays":["procuratorate"]}'
    tree.entry(case, "zb1.shuji", FIRST, confirmed_by="zb1.zuzhi", principal_id=tree.account("zb2.shuji"), body=body)
    bare = {"kind": "opened", "step": None, "outcome": None, "occurred_on": None, "body": b"{}"}
    tree.entry(case, "zb1.shuji", FIRST, **bare)
    opened, talked = lines(tree, tree.actor("gw.jiancha"), look=done)
    assert (talked.recorded_at, talked.kind, talked.step, talked.outcome) == (NOW, "act", "talk", "held")
    assert (talked.occurred_on, talked.account, talked.role) == (TODAY, "赵示甲", "branch_secretary")
    assert (talked.organization, talked.case) == (FIRST, case.number)
    assert (talked.principal, talked.confirmed_by) == ("冯示甲", "钱示乙")
    assert (talked.edition, talked.overlays) == (date(2026, 7, 1), ("procuratorate",))
    assert (opened.step, opened.role, opened.edition, opened.overlays, opened.principal) == (None, "", None, (), None)
    for name in ("赵示甲", "冯示甲", "钱示乙"):
        assert talked in lines(tree, tree.actor("gw.jiancha"), Filters(account=name), done)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("limit", [1, 3, 7, 8, 9])
def test_page_by_page_every_line_comes_once(tree, look, limit):
    settled(tree)
    actor = tree.actor("gw.jiancha")
    pages, after = [], None
    while True:
        page, after = look(tree.connection, actor, EVERYTHING, after, limit)
        pages.append([one.id for one in page])
        read(tree, "gw.shuji", act=LogAct.RECORDS_READ)  # what is new comes before, and moves nothing
        if after is None:
            break
    ids = [one for page in pages for one in page]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 8
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize("limit", [0, -5, 10_000_000])
def test_a_page_has_some_lines_and_not_all_of_a_country(tree, limit):
    settled(tree)
    assert 1 <= len(lines(tree, tree.actor("gw.jiancha"), limit=limit)) <= trail.PAGE * 10


QUERIES = [
    EVERYTHING,
    Filters(act="case_read"),
    Filters(account="赵示甲"),
    Filters(from_on=TODAY),
    Filters(case="THE CASE"),
]


def statements(tree, look, actor, filters):
    """Return the statements, with their parameters, that a look runs."""
    ran = []

    def noted(_connection, _cursor, statement, parameters, *_rest):
        ran.append((statement, parameters))

    event.listen(tree.connection, "before_cursor_execute", noted)
    lines(tree, actor, filters, look)
    event.remove(tree.connection, "before_cursor_execute", noted)
    return ran


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("filters", QUERIES)
@pytest.mark.parametrize("place", [WORK, COMMITTEE, FIRST])
def test_a_flat_number_of_queries_each_from_an_index(tree, look, filters, place):
    cases = settled(tree)
    if filters.case:
        filters = Filters(case=cases["zb1.shuji"].number)
    actor = inspector(tree, place)
    few = statements(tree, look, actor, filters)
    for _ in range(3):
        settled(tree)
    many = statements(tree, look, actor, filters)
    assert len(few) == len(many) <= 4
    for statement, parameters in many:
        assert unindexed(tree.connection, statement, parameters) == []


def unindexed(connection, statement, parameters):
    """Return the lines of a plan that read a whole record out of order, or sort one."""
    if connection.dialect.name != "sqlite":  # a server plans by what it has counted: too few lines here to be told
        return []
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    ordered = re.search(r"ORDER BY (log_entry|entry)\.id DESC", statement) is not None
    return [line for line in plan if re.match(r"SCAN (log_entry|entry)\b", line) and not ordered]


def test_a_plan_that_reads_everything_is_found(tree):
    if tree.connection.dialect.name == "sqlite":
        assert unindexed(tree.connection, "SELECT act FROM log_entry WHERE act = 'x'", ())
