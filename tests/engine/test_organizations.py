"""Organizations: what stands where, what moves with what, and that only an administrator of that scope does it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from tests.engine.tree import (
    BELOW_GENERAL,
    COMMITTEE,
    DEPARTMENT,
    FIRST,
    GENERAL,
    GROUP,
    KINDS,
    LAWS,
    SECOND,
    THIRD,
    TODAY,
    WORK,
    sample_database,
    tree,
)
from workflow.engine.acting import NotEntitled, line_of
from workflow.engine.organizations import (
    LONGEST_PATH,
    NewOrganization,
    OrganizationRefused,
    add_organization,
    close_organization,
    found,
    lay_overlay,
    lift_overlay,
    move_organization,
    rename_organization,
    set_committee,
)
from workflow.engine.scope import UnknownOrganization, organizations_in_scope
from workflow.law.timeline import UnknownLaw
from workflow.store.tables import Case, Organization, OrganizationOverlay, Todo, Transfer

__all__ = ["sample_database", "tree"]  # fixtures

BRANCH = NewOrganization("branch", "第四党支部（示例）", has_committee=False)


def test_a_branch_is_added_below_its_committee(tree):
    above = tree.organization(COMMITTEE)
    row = add_organization(tree.connection, KINDS, tree.actor("jgdw.guanli"), above.uid, BRANCH)
    assert row == tree.organization(BRANCH.name)
    assert (row.parent_id, row.serves_id, row.path) == (above.id, None, f"{above.path}{row.id}.")


def test_what_is_there_already_is_not_added_again_until_it_is_closed(tree):
    above, actor = tree.organization(COMMITTEE), tree.actor("jgdw.guanli")
    row = add_organization(tree.connection, KINDS, actor, above.uid, BRANCH)
    with pytest.raises(OrganizationRefused) as caught:
        add_organization(tree.connection, KINDS, actor, above.uid, replace(BRANCH, name=f" {BRANCH.name} "))
    assert (caught.value.what.zh, caught.value.what.en) == (
        "其下已有同名的组织", "an organization of this name is there already",
    )  # fmt: skip
    close_organization(tree.connection, actor, row.uid, TODAY - timedelta(1))
    assert add_organization(tree.connection, KINDS, actor, above.uid, BRANCH).uid != row.uid


def test_a_department_is_attached_beside_the_line(tree):
    above, new = tree.organization(COMMITTEE), NewOrganization("organization_department", "组织科（示例）")
    row = add_organization(tree.connection, KINDS, tree.actor("jgdw.guanli"), above.uid, new)
    assert (row.parent_id, row.serves_id) == (None, above.id)
    names = [one.name for one in line_of(tree.connection, tree.organization(FIRST).path, TODAY)]
    assert names == [FIRST, COMMITTEE, GROUP, new.name, WORK, DEPARTMENT]


@pytest.mark.parametrize(
    ("above", "new"),
    [
        (FIRST, BRANCH),
        (GROUP, BRANCH),
        (COMMITTEE, NewOrganization("provincial_committee", "省委（示例）")),
        (FIRST, NewOrganization("leading_group", "党组（示例）")),
        (COMMITTEE, NewOrganization("club", "俱乐部（示例）")),
        (COMMITTEE, NewOrganization("general_branch", "总支（示例）", has_committee=True)),
        (COMMITTEE, NewOrganization("branch", " ")),
        (COMMITTEE, NewOrganization("branch", "支部\x1b[2J")),
        (COMMITTEE, NewOrganization("branch", "支" * 101)),
    ],
)
def test_what_cannot_stand_there_is_refused(tree, above, new):
    count = tree.connection.scalar(select(func.count()).select_from(Organization))
    with pytest.raises(OrganizationRefused):
        add_organization(tree.connection, KINDS, tree.actor("admin"), tree.organization(above).uid, new)
    assert tree.connection.scalar(select(func.count()).select_from(Organization)) == count


def test_a_tree_does_not_grow_beyond_what_a_path_holds(tree):
    above, new = tree.organization(WORK), NewOrganization("committee", "党委（示例）")
    while len(above.path) + 20 < LONGEST_PATH:
        above = add_organization(tree.connection, KINDS, tree.actor("admin"), above.uid, new)
    deep = update(Organization).where(Organization.id == above.id).values(path=above.path.ljust(LONGEST_PATH - 1, "."))
    tree.connection.execute(deep)
    with pytest.raises(OrganizationRefused, match="nested too deeply"):
        add_organization(tree.connection, KINDS, tree.actor("admin"), above.uid, new)


def test_an_installation_is_founded_once(tree):
    with pytest.raises(OrganizationRefused, match="has organizations already"):
        found(tree.connection, KINDS, BRANCH)


def test_an_installation_is_founded_by_something_that_stands_in_the_line(database):
    with database.write() as connection:
        with pytest.raises(OrganizationRefused, match="cannot stand at the top"):
            found(connection, KINDS, NewOrganization("leading_group", "党组（示例）"))
        root = found(connection, KINDS, BRANCH)
        assert (root.path, root.parent_id) == (f"{root.id}.", None)


def attempts(tree, actor):
    """Return every use case, aimed at the first branch, for somebody to try."""
    connection, uid, above = tree.connection, tree.organization(FIRST).uid, tree.organization(COMMITTEE).uid
    return [
        lambda: add_organization(connection, KINDS, actor, above, BRANCH),
        lambda: rename_organization(connection, actor, uid, "新名称"),
        lambda: move_organization(connection, KINDS, actor, uid, above),
        lambda: close_organization(connection, actor, uid, TODAY),
        lambda: set_committee(connection, KINDS, actor, uid, has_committee=False),
        lambda: lay_overlay(connection, LAWS.law, actor, uid, "university", (TODAY, None)),
        lambda: lift_overlay(connection, actor, uid, "university", TODAY),
    ]


@pytest.mark.parametrize("login", ["zb1.shuji", "jgdw.shuji", "zzb.ganbu", "gw.jiancha", "dz.chengyuan"])
def test_only_an_administrator_changes_the_tree(tree, login):
    for attempt in attempts(tree, tree.actor(login)):
        with pytest.raises(NotEntitled):
            attempt()


def test_an_administrator_changes_nothing_outside_the_own_scope(tree):
    outside = tree.organization(DEPARTMENT).uid
    actor = tree.actor("jgdw.guanli")
    for attempt in (
        lambda: rename_organization(tree.connection, actor, outside, "新名称"),
        lambda: close_organization(tree.connection, actor, outside, TODAY),
        lambda: lay_overlay(tree.connection, LAWS.law, actor, outside, "university", (TODAY, None)),
        lambda: move_organization(
            tree.connection, KINDS, actor, tree.organization(FIRST).uid, tree.organization(WORK).uid
        ),
    ):
        with pytest.raises(UnknownOrganization):
            attempt()


def test_a_renamed_organization_is_the_same_one(tree):
    row = tree.organization(FIRST)
    rename_organization(tree.connection, tree.actor("admin"), row.uid, "  刑事检察  党支部（示例） ")
    assert tree.organization("刑事检察 党支部（示例）").id == row.id


def test_a_move_takes_everything_below_along(tree):
    inside, outside = tree.case(BELOW_GENERAL), tree.case(FIRST)
    general, work = tree.organization(GENERAL), tree.organization(WORK)
    below = tree.organization(BELOW_GENERAL)
    connection, admin = tree.connection, tree.actor("admin")
    committee = add_organization(
        connection, KINDS, admin, work.uid, NewOrganization("committee", "另一机关党委（示例）")
    )
    todo = {"case_id": inside.id, "step": "talk", "branch_id": below.id, "path": below.path}
    todo |= {"state": "applicant", "due_on": TODAY}
    connection.execute(insert(Todo), todo)
    offer = {"case_id": outside.id, "to_id": below.id, "to_path": below.path, "entry_number": 1}
    connection.execute(insert(Transfer), offer)
    assert move_organization(connection, KINDS, admin, general.uid, committee.uid) == (inside.id,)
    path = f"{committee.path}{general.id}.{below.id}."
    assert tree.organization(BELOW_GENERAL).path == path
    assert tree.organization(GENERAL).parent_id == committee.id
    assert connection.scalar(select(Case.path).where(Case.id == inside.id)) == path
    assert connection.scalar(select(Todo.path)) == connection.scalar(select(Transfer.to_path)) == path
    assert connection.scalar(select(Case.path).where(Case.id == outside.id)) == outside.path
    for row in organizations_in_scope(connection, admin):
        assert row.path.endswith(f"{row.id}.")


def test_what_is_attached_moves_to_serve_another(tree):
    case = tree.case(FIRST)
    department, committee = tree.organization(DEPARTMENT), tree.organization(COMMITTEE)
    assert move_organization(tree.connection, KINDS, tree.actor("admin"), department.uid, committee.uid) == (case.id,)
    assert tree.organization(DEPARTMENT).serves_id == committee.id
    assert tree.actor("zzb.ganbu").path == committee.path


@pytest.mark.parametrize(
    ("what", "where"),
    [
        (COMMITTEE, GENERAL),
        (COMMITTEE, COMMITTEE),
        (WORK, COMMITTEE),
        (FIRST, GROUP),
        (FIRST, SECOND),
        (GENERAL, DEPARTMENT),
    ],
)
def test_what_cannot_move_there_stays(tree, what, where):
    uids = (tree.organization(one).uid for one in (what, where))
    with pytest.raises(OrganizationRefused):
        move_organization(tree.connection, KINDS, tree.actor("admin"), *uids)


def test_an_organization_is_closed_when_nothing_is_left_to_do(tree):
    case, branch = tree.case(FIRST), tree.organization(FIRST)
    todo = {"case_id": case.id, "step": "talk", "branch_id": branch.id, "path": branch.path}
    todo |= {"state": "applicant", "due_on": TODAY}
    tree.connection.execute(insert(Todo), todo)
    admin = tree.actor("admin")
    with pytest.raises(OrganizationRefused, match="wait for somebody"):
        close_organization(tree.connection, admin, branch.uid, TODAY)
    with pytest.raises(OrganizationRefused, match="organizations below"):
        close_organization(tree.connection, admin, tree.organization(GENERAL).uid, TODAY)
    with pytest.raises(OrganizationRefused, match="root of the own scope"):
        close_organization(tree.connection, tree.actor("jgdw.guanli"), tree.organization(COMMITTEE).uid, TODAY)
    close_organization(tree.connection, admin, tree.organization(SECOND).uid, TODAY)
    assert tree.organization(SECOND).until_on == TODAY


def test_an_organization_to_which_a_case_is_offered_is_not_closed(tree):
    case, branch = tree.case(FIRST), tree.organization(SECOND)
    offer = {"case_id": case.id, "to_id": branch.id, "to_path": branch.path, "entry_number": 1}
    tree.connection.execute(insert(Transfer), offer)
    with pytest.raises(OrganizationRefused, match="offered to it"):
        close_organization(tree.connection, tree.actor("admin"), branch.uid, TODAY)
    tree.connection.execute(delete(Transfer))
    close_organization(tree.connection, tree.actor("admin"), branch.uid, TODAY)


def test_whether_a_branch_has_a_committee(tree):
    case, branch, admin = tree.case(THIRD), tree.organization(THIRD), tree.actor("admin")
    assert set_committee(tree.connection, KINDS, admin, branch.uid, has_committee=True) == (case.id,)
    assert tree.organization(THIRD).has_committee is True
    with pytest.raises(OrganizationRefused):
        set_committee(tree.connection, KINDS, admin, tree.organization(COMMITTEE).uid, has_committee=True)


def overlays(tree):
    rows = tree.connection.execute(select(OrganizationOverlay.from_on, OrganizationOverlay.until_on).where(
        OrganizationOverlay.overlay == "university").order_by(OrganizationOverlay.from_on))  # fmt: skip
    return [tuple(row) for row in rows]


def test_local_practice_binds_between_days(tree):
    case, uid, admin = tree.case(FIRST), tree.organization(COMMITTEE).uid, tree.actor("admin")
    spring, summer = date(2026, 6, 1), date(2026, 9, 1)
    assert lay_overlay(tree.connection, LAWS.law, admin, uid, "university", (spring, summer)) == (case.id,)
    for days in ((summer, None), (date(2026, 1, 1), spring), (date(2026, 1, 1), None), (spring, spring)):
        with pytest.raises(OrganizationRefused, match="laid on some of these days"):
            lay_overlay(tree.connection, LAWS.law, admin, uid, "university", days)
    lay_overlay(tree.connection, LAWS.law, admin, uid, "university", (summer + timedelta(1), None))
    assert lift_overlay(tree.connection, admin, uid, "university", summer - timedelta(1)) == (case.id,)
    assert overlays(tree) == [(spring, summer - timedelta(1))]
    with pytest.raises(OrganizationRefused, match="not laid there"):
        lift_overlay(tree.connection, admin, uid, "university", TODAY)


def test_local_practice_stands_in_the_law_and_its_days_are_in_order(tree):
    uid, admin = tree.organization(COMMITTEE).uid, tree.actor("admin")
    with pytest.raises(UnknownLaw):
        lay_overlay(tree.connection, LAWS.law, admin, uid, "village", (TODAY, None))
    with pytest.raises(OrganizationRefused, match="before the first"):
        lay_overlay(tree.connection, LAWS.law, admin, uid, "university", (TODAY, TODAY - timedelta(1)))
