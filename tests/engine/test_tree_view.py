"""What stands around an organization and what binds it; accounts and rosters page by page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, insert

from tests.engine.tree import (
    BELOW_GENERAL,
    COMMITTEE,
    DEPARTMENT,
    FIRST,
    GENERAL,
    GROUP,
    LAWS,
    NOW,
    SECOND,
    TODAY,
    WORK,
    Tree,
    sample_database,
    tree,
)
from workflow.engine.acting import NotEntitled
from workflow.engine.scope import UnknownOrganization
from workflow.engine.task import Task
from workflow.engine.tree_view import accounts, around, bindings, roster
from workflow.store.tables import Member, OrganizationOverlay, Penalty

__all__ = ["sample_database", "tree"]  # fixtures
DAY = timedelta(1)
BELOW_TOO = "检务保障第二党支部（示例）"


def task(tree: Tree, login: str) -> Task:
    """Return what somebody needs for a look."""
    return Task(tree.connection, LAWS, tree.actor(login), NOW)


def test_the_names_around_an_organization(tree):
    look = task(tree, "jgdw.shuji")
    top = around(look)
    assert (top.here.name, top.above, top.more) == (COMMITTEE, (), False)
    below = {one.name: one.uid for one in top.below}
    assert {FIRST, SECOND, GENERAL, GROUP} <= below.keys()
    named = around(look, below[GENERAL])
    assert (named.here.name, [one.name for one in named.above]) == (GENERAL, [COMMITTEE])
    assert ([one.name for one in named.below], named.more) == ([BELOW_GENERAL, BELOW_TOO], False)
    assert {DEPARTMENT, COMMITTEE} <= {one.name for one in around(task(tree, "gw.shuji")).below}
    assert len(around(look, limit=1).below) == 1
    assert around(look, limit=1).more


def test_what_lies_outside_or_above_is_not_there(tree):
    look = task(tree, "zb1.shuji")
    assert around(look).here.name == FIRST
    for place in (COMMITTEE, SECOND, WORK, DEPARTMENT):
        with pytest.raises(UnknownOrganization):
            around(look, tree.organization(place).uid)
        with pytest.raises(UnknownOrganization):
            accounts(look, organization=tree.organization(place).uid)
        with pytest.raises(UnknownOrganization):
            roster(look, tree.organization(place).uid)


def test_local_practice_is_named_where_it_is_laid_and_wherever_it_binds(tree):
    name = next(iter(LAWS.law.definitions.overlays))
    tree.connection.execute(delete(OrganizationOverlay))
    laid = {"organization_id": tree.organization(COMMITTEE).id, "overlay": name, "from_on": date(2026, 6, 1)}
    tree.connection.execute(insert(OrganizationOverlay), laid)
    first, committee = tree.organization(FIRST), tree.organization(COMMITTEE)
    (bound,) = bindings(task(tree, "zb1.shuji"), first)
    assert (bound.overlay, bound.place, bound.own) == (name, COMMITTEE, False)
    assert bound.title.zh
    assert [one.own for one in bindings(task(tree, "jgdw.shuji"), committee)] == [True]
    assert bindings(task(tree, "gw.shuji"), tree.organization(WORK)) == ()


def test_accounts_come_page_by_page_with_their_offices_in_scope(tree):
    look, after = task(tree, "jgdw.shuji"), None
    found: list[Any] = []
    while True:
        page = accounts(look, after=after, limit=3)
        found += page.rows
        if page.next is None:
            break
        assert len(page.rows) == 3
        after = page.next
    logins = [one.login for one in found]
    assert logins == sorted(set(logins))
    assert "zb1.shuji" in logins
    assert "gw.shuji" not in logins
    assert all(one.offices for one in found)
    assert [one.login for one in accounts(look, "ZB1.SHU").rows] == ["zb1.shuji"]
    name = tree.actor("zb1.shuji").name
    assert "zb1.shuji" in [one.login for one in accounts(look, name[:2]).rows]
    assert accounts(look, "%").rows == ()
    here = accounts(look, organization=tree.organization(FIRST).uid).rows
    assert {office.organization for one in here for office in one.offices} >= {FIRST}
    assert {one.login for one in here} < set(logins)


def test_a_roster_comes_page_by_page_with_the_penalties_in_force(tree):
    place = tree.organization(SECOND)
    lines = []
    for number in range(5):
        values = {"organization_id": place.id, "name": f"新示{number}", "name_key": f"新示{number}"}
        lines.append(tree.connection.execute(insert(Member).returning(Member.id), values).scalar_one())
    for days in ((TODAY, TODAY), (None, TODAY - DAY), (TODAY + DAY, None), (None, None), (TODAY - DAY, None)):
        noted = {"member_id": lines[3], "kind": "warning", "from_on": days[0], "until_on": days[1]}
        tree.connection.execute(insert(Penalty), noted)
    look, after = task(tree, "zb2.shuji"), None
    found: list[Any] = []
    while True:
        page = roster(look, place.uid, after=after, limit=2)
        found += page.rows
        if page.next is None:
            break
        after = page.next
    assert [one.line.id for one in found][-5:] == lines
    line = next(one for one in found if one.line.id == lines[3])
    in_force = [(one.from_on, one.until_on) for one in line.in_force]
    assert in_force == [(TODAY, TODAY), (None, None), (TODAY - DAY, None)]
    assert len(line.line.penalties) == 5
    assert [one.line.name for one in roster(look, place.uid, "新 示4").rows] == ["新示4"]
    assert page.branch.name == SECOND


def test_an_administrator_reads_no_roster(tree):
    with pytest.raises(NotEntitled):
        roster(task(tree, "jgdw.guanli"), tree.organization(FIRST).uid)


def test_a_strange_organization_is_unknown(tree):
    with pytest.raises(UnknownOrganization):
        around(task(tree, "gw.shuji"), uuid4())


def test_looks_take_a_flat_number_of_queries(tree):
    look, said = task(tree, "gw.shuji"), []
    above, branch = tree.organization(COMMITTEE).uid, tree.organization(FIRST).uid
    event.listen(tree.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
    for attempt, most in (
        (lambda: around(look, above), 3),
        (lambda: accounts(look), 2),
        (lambda: roster(look, branch), 3),
    ):
        said.clear()
        attempt()
        assert len(said) <= most, said
