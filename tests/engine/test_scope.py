"""Scope: nobody sees what lies outside, and outside looks exactly like nowhere."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text
from sqlalchemy.dialects import postgresql

from tests.engine.tree import BELOW_GENERAL, COMMITTEE, FIRST, SECOND, TODAY, WORK, Undone, sample_database, tree
from workflow.engine.offices import Actor
from workflow.engine.scope import (
    UnknownAccount,
    UnknownCase,
    UnknownMember,
    UnknownOrganization,
    cases_within,
    find_account,
    find_case,
    find_member,
    find_office,
    find_organization,
    organizations_in_scope,
    visible,
    within,
)
from workflow.law.organizations import Right
from workflow.seal import ORIGIN
from workflow.store.tables import Account, Case, Member, Organization, Transfer

__all__ = ["sample_database", "tree"]  # fixtures

READS = frozenset({Right.READ})


@st.composite
def trees(draw):
    """Return ids that begin alike (1, 11, 111) with the place of each, None at a top, and offers of cases."""
    ids = draw(st.lists(st.sampled_from([1, 2, 3, 11, 12, 13, 21, 111, 112, 121, 1111]), min_size=2, unique=True))
    above = {ids[0]: None}
    for number, one in enumerate(ids[1:], start=1):
        above[one] = draw(st.sampled_from([None, *ids[:number]]))
    offers = draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(ids), max_size=3))
    return above, offers


LIKE_BEGINNINGS = ({1: None, 11: None, 2: 1, 12: 1, 21: 2, 111: 11}, {111: 12})


def line(above, one):
    """Return an organization and everything above it: what scope is, said another way."""
    return [] if one is None else [one, *line(above, above[one])]


def plant(connection, above, offers):
    """Put a tree, a case for each organization and offers into the database; return the path of each organization."""
    paths = {one: "".join(f"{part}." for part in reversed(line(above, one))) for one in above}
    for one, path in paths.items():
        row = {"id": one, "parent_id": above[one], "kind": "branch", "name": str(one), "path": path}
        connection.execute(insert(Organization), row)
        case = {"id": one, "number": str(one), "procedure": "recruitment", "organization_id": one, "path": path,
                "state": "applicant", "entries": 0, "head": ORIGIN}  # fmt: skip
        connection.execute(insert(Case), case)
    for one, to in offers.items():
        connection.execute(insert(Transfer), {"case_id": one, "to_id": to, "to_path": paths[to], "entry_number": 1})
    return paths


def somebody(organization, path, rights=READS):
    return Actor(
        1, UUID(int=1), "示例", "示例", 1, organization, UUID(int=2), path, "branch", "auditor", rights, (), TODAY
    )


def leaks(database, above, offers, condition=visible):
    """Return which cases and organizations are seen wrongly, or wrongly not, by somebody in each organization."""
    found = []
    with suppress(Undone), database.write() as connection:
        for one, path in plant(connection, above, offers).items():
            actor = somebody(one, path)
            right = {other for other in above if one in line(above, other)}
            offered = {case for case, to in offers.items() if one == to}
            seen = set(connection.scalars(select(Case.id).where(condition(actor))))
            places = {row.id for row in organizations_in_scope(connection, actor)}
            found += [(one, other) for other in (seen ^ (right | offered)) | (places ^ right)]
        raise Undone
    return found


@example(LIKE_BEGINNINGS)
@given(trees())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_sees_a_foreign_case_or_organization_and_everybody_sees_the_own(database, drawn):
    assert leaks(database, *drawn) == []


@pytest.mark.parametrize(
    "condition",
    [
        lambda actor: Case.path.startswith(actor.path.rstrip(".")),
        lambda actor: within(Case.path, actor.path),  # what is offered is forgotten
        lambda actor: Case.path.contains(actor.path),
    ],
    ids=["without the full stop", "without offers", "anywhere in the path"],
)
def test_a_planted_fault_in_the_condition_is_found(sqlite_database, condition):
    assert leaks(sqlite_database, *LIKE_BEGINNINGS, condition=condition)


def test_an_administrator_sees_no_case(sqlite_database):
    administers = frozenset({Right.ADMINISTER})
    with sqlite_database.write() as connection:
        paths = plant(connection, *LIKE_BEGINNINGS)
        assert connection.scalars(select(Case.id).where(visible(somebody(1, paths[1], administers)))).all() == []
        assert connection.scalars(select(Case.id).where(visible(somebody(1, paths[1])))).all()


def test_the_index_serves(sqlite_database):
    with sqlite_database.write() as connection:
        query = select(Case.id).where(visible(somebody(1, "1.")))
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    assert "ix_cases_path_state (path>? AND path<?)" in plan
    assert "SCAN cases" not in plan


def test_on_postgresql_paths_are_compared_byte_by_byte():
    compiled = str(within(Case.path, "1.").compile(dialect=postgresql.dialect()))
    assert compiled.count('cases.path COLLATE "C"') == 2


def test_a_case_is_found_by_those_above_it_only(tree):
    case = tree.case(BELOW_GENERAL)
    for login in ("bz1.shuji", "dzz.shuji", "jgdw.zuzhiyuan", "dz.chengyuan", "gw.jiancha", "zzb.ganbu"):
        assert find_case(tree.connection, tree.actor(login), case.number, lock=True) == case
    for login in ("bz2.shuji", "zb1.shuji", "jgdw.guanli", "admin"):
        with pytest.raises(UnknownCase):
            find_case(tree.connection, tree.actor(login), case.number)


def test_an_offered_case_is_seen_by_the_other_branch_until_the_offer_is_gone(tree):
    case, to = tree.case(FIRST), tree.organization(SECOND)
    other = tree.actor("zb2.shuji")
    offer = {"case_id": case.id, "to_id": to.id, "to_path": to.path, "entry_number": 1}
    tree.connection.execute(insert(Transfer), offer)
    assert find_case(tree.connection, other, case.number).id == case.id
    tree.connection.execute(delete(Transfer))
    with pytest.raises(UnknownCase):
        find_case(tree.connection, other, case.number)


def said(error):
    return error.value.what, error.value.remedy


def test_a_foreign_case_and_one_that_does_not_exist_get_the_same_answer(tree):
    number = tree.case(FIRST).number
    with pytest.raises(UnknownCase) as foreign:
        find_case(tree.connection, tree.actor("zb2.shuji"), number, lock=True)
    tree.connection.execute(text("DELETE FROM person"))
    tree.connection.execute(delete(Case))
    with pytest.raises(UnknownCase) as unknown:
        find_case(tree.connection, tree.actor("zb2.shuji"), number, lock=True)
    assert said(foreign) == said(unknown)


def test_a_number_from_outside_steers_no_terminal(tree):
    with pytest.raises(UnknownCase) as caught:
        find_case(tree.connection, tree.actor("admin"), "\x1b[2J" + "x" * 1000)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_foreign_organizations_accounts_offices_and_members_look_like_none(tree):
    connection, actor = tree.connection, tree.actor("zb2.shuji")
    branch = tree.organization(FIRST)
    account = connection.scalar(select(Account.uid).where(Account.login == "zb1.shuji"))
    member = connection.scalar(select(Member.id).where(Member.organization_id == branch.id).limit(1))
    foreign: list[tuple[Callable[..., object], object, type[Exception]]] = [
        (find_organization, branch.uid, UnknownOrganization),
        (find_account, account, UnknownAccount),
        (find_office, tree.office("zb1.shuji"), UnknownAccount),
        (find_member, member, UnknownMember),
    ]
    for find, key, error in foreign:
        assert find(connection, tree.actor("jgdw.zuzhiyuan"), key) is not None
        nowhere = uuid4() if isinstance(key, UUID) else 987654
        with pytest.raises(error) as outside:
            find(connection, actor, key)
        with pytest.raises(error) as none:
            find(connection, actor, nowhere)
        assert said(outside) == said(none)


def test_what_is_above_is_outside(tree):
    for name in (COMMITTEE, WORK, SECOND):
        with pytest.raises(UnknownOrganization):
            find_organization(tree.connection, tree.actor("zb1.shuji"), tree.organization(name).uid, lock=True)
    for name in (COMMITTEE, SECOND):
        row = tree.organization(name)
        assert find_organization(tree.connection, tree.actor("jgdw.guanli"), row.uid) == row


def test_an_administrator_sees_no_roster(tree):
    member = tree.connection.scalar(select(Member.id).limit(1))
    with pytest.raises(UnknownMember):
        find_member(tree.connection, tree.actor("admin"), member)


def test_the_cases_of_a_subtree(tree):
    cases = [tree.case(FIRST).id, tree.case(BELOW_GENERAL).id]
    assert cases_within(tree.connection, tree.organization(COMMITTEE).path) == tuple(cases)
    assert cases_within(tree.connection, tree.organization(FIRST).path) == (cases[0],)


def test_the_scope_of_what_is_attached_is_what_it_serves(tree):
    department, group = tree.actor("zzb.ganbu"), tree.actor("dz.chengyuan")
    assert department.path == tree.organization(WORK).path
    assert group.path == tree.organization(COMMITTEE).path
