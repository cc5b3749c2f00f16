"""Who may act for a case: the nearest organization that acts as the body, in an office with the right (art. 22)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.engine.tree import (
    BELOW_GENERAL,
    COMMITTEE,
    DEPARTMENT,
    EDITION,
    FIRST,
    GENERAL,
    GROUP,
    KINDS,
    LAWS,
    THIRD,
    TODAY,
    WORK,
    sample_database,
    tree,
)
from workflow.engine.acting import (
    NotEntitled,
    acting_on,
    acting_organization,
    bodies_of,
    line_of,
    may_act,
    require_right,
)
from workflow.law.organizations import Right
from workflow.store.tables import Organization

__all__ = ["sample_database", "tree"]  # fixtures

TOWN = LAWS.law.timeline(("procuratorate",))[-1].edition  # the law with the office's own practice


def outcome_of(do, edition=EDITION):
    step, outcome = do.split()
    return edition.steps[step], edition.steps[step].outcomes[outcome]


@pytest.mark.parametrize(
    ("branch", "body", "who"),
    [
        (FIRST, "applicant", FIRST),
        (FIRST, "branch", FIRST),
        (FIRST, "branch_committee", FIRST),
        (FIRST, "general_meeting", FIRST),
        (THIRD, "branch_committee", None),  # fewer than seven members: it has none
        (THIRD, "general_meeting", THIRD),
        (FIRST, "general_branch", None),
        (BELOW_GENERAL, "general_branch", GENERAL),
        (BELOW_GENERAL, "committee", COMMITTEE),
        (FIRST, "committee", COMMITTEE),
        (FIRST, "committee_member", COMMITTEE),
        (FIRST, "organizer", COMMITTEE),
        (FIRST, "work_committee", WORK),
        (FIRST, "subordinate_committee", None),
        (FIRST, "leading_group", GROUP),
        (FIRST, "organization_department", DEPARTMENT),
        (FIRST, "temporary_organization", None),
        (FIRST, "provincial_committee", DEPARTMENT),  # not here: the department writes down what it did
        (FIRST, "central_committee", DEPARTMENT),
    ],
)
def test_the_nearest_organization_that_acts_as_a_body(tree, branch, body, who):
    line = line_of(tree.connection, tree.organization(branch).path, TODAY)
    found = acting_on(KINDS, line, [body])
    assert {name: row.name for name, row in found.items()} == ({body: who} if who else {})


def test_the_line_goes_upward_with_what_is_attached_to_each(tree):
    line = line_of(tree.connection, tree.organization(BELOW_GENERAL).path, TODAY)
    assert [row.name for row in line] == [BELOW_GENERAL, GENERAL, COMMITTEE, GROUP, WORK, DEPARTMENT]


def test_an_organization_that_is_closed_does_not_act(tree):
    place = Organization.id == tree.organization(GENERAL).id
    tree.connection.execute(update(Organization).where(place).values(until_on=TODAY - timedelta(1)))
    path = tree.organization(BELOW_GENERAL).path
    assert acting_organization(tree.connection, KINDS, path, ["general_branch"], TODAY) is None


def test_of_several_bodies_the_nearest_is_asked_first(tree):
    path = tree.organization(FIRST).path
    bodies = ["organization_department", "work_committee", "committee"]
    nearest = acting_organization(tree.connection, KINDS, path, bodies, TODAY)
    assert nearest == tree.organization(COMMITTEE)


@pytest.mark.parametrize(
    ("who", "do", "body"),
    [
        ("zb1.shuji", "apply received", "applicant"),
        ("zb1.zuzhi", "talk held", "branch"),
        ("zb1.shuji", "activist confirmed", "branch_committee"),
        ("zb1.shuji", "admit passed", "general_meeting"),
        ("jgdw.zuzhiyuan", "file_activist filed", "committee"),
        ("jgdw.daili", "file_activist filed", "committee"),
        ("gw.zuzhiyuan", "file_activist filed", "work_committee"),
        ("jgdw.zuzhiyuan", "list_target consented", "committee"),
        ("zb1.shuji", "list_target listed", "branch"),
        ("jgdw.weiyuan", "superior_talk held", "committee_member"),
        ("jgdw.zuzhiyuan", "superior_talk held", "committee_member"),
        ("jgdw.shuji", "approve approved", "committee"),
        ("jgdw.weiyuan", "approve_conversion converted", "committee"),
        ("zzb.ganbu", "file_admission filed", "organization_department"),
        ("zzb.ganbu", "not_recognise not_recognised", "organization_department"),
        ("zzb.ganbu", "direct_admission admitted", "central_committee"),
        ("dz.chengyuan", "leading_group agreed", "leading_group"),
    ],
)
def test_who_may(tree, who, do, body):
    edition = TOWN if do.startswith("leading_group") else EDITION
    place = tree.organization(FIRST)
    assert may_act(tree.connection, KINDS, tree.actor(who), place, *outcome_of(do, edition)) == body


@pytest.mark.parametrize(
    ("who", "do"),
    [
        ("zb2.shuji", "talk held"),  # another branch
        ("jgdw.zuzhiyuan", "talk held"),  # above, but it is the branch's to do
        ("jgdw.zuzhiyuan", "approve approved"),  # an organizer records and does not decide
        ("dz.chengyuan", "approve approved"),  # a leading group cannot approve
        ("zb1.shuji", "approve approved"),
        ("zb1.shuji", "list_target consented"),
        ("jgdw.zuzhiyuan", "list_target listed"),
        ("gw.shuji", "superior_talk held"),  # the nearest committee talks
        ("gw.shuji", "approve approved"),  # and approves
        ("gw.shuji", "pre_review passed"),
        ("gw.shuji", "approve_conversion converted"),
        ("gw.jiancha", "file_activist filed"),  # an auditor reads
        ("admin", "file_activist filed"),
        ("zzb.ganbu", "approve approved"),
        ("jgdw.shuji", "not_recognise not_recognised"),
    ],
)
def test_who_may_not_and_is_told_who_may(tree, who, do):
    step, outcome = outcome_of(do)
    with pytest.raises(NotEntitled) as caught:
        may_act(tree.connection, KINDS, tree.actor(who), tree.organization(FIRST), step, outcome)
    assert caught.value.basis == step.basis
    assert caught.value.who
    for one in caught.value.who:
        assert one.organization.zh in str(caught.value)
        assert all(role.zh in str(caught.value) for role in one.roles)
        assert one.roles


def test_the_refusal_names_organization_and_office(tree):
    with pytest.raises(NotEntitled) as caught:
        may_act(
            tree.connection, KINDS, tree.actor("zb1.shuji"), tree.organization(FIRST), *outcome_of("approve approved")
        )
    assert caught.value.what.zh == "“上级党委审批—批准接收”不能由您的职务办理"
    assert f"{COMMITTEE}（党委（工委）书记、党委（工委）委员）" in str(caught.value)


def test_a_general_branch_only_deliberates_and_takes_the_oath(tree):
    place, secretary = tree.organization(BELOW_GENERAL), tree.actor("dzz.shuji")
    assert may_act(tree.connection, KINDS, secretary, place, *outcome_of("oath sworn")) == "general_branch"
    with pytest.raises(NotEntitled):
        may_act(tree.connection, KINDS, secretary, place, *outcome_of("approve approved"))


def test_without_a_committee_the_general_meeting_does_the_committees_work(tree):
    place = tree.organization(THIRD)
    body = may_act(tree.connection, KINDS, tree.actor("zb3.shuji"), place, *outcome_of("activist confirmed"))
    assert body == "general_meeting"


def test_nobody_records_for_a_body_whose_power_is_asked_for(tree):
    place = Organization.id == tree.organization(DEPARTMENT).id
    tree.connection.execute(update(Organization).where(place).values(until_on=TODAY - timedelta(1)))
    with pytest.raises(NotEntitled) as caught:
        may_act(tree.connection, KINDS, tree.actor("gw.shuji"), tree.organization(FIRST),
                *outcome_of("not_recognise not_recognised"))  # fmt: skip
    assert caught.value.who == ()
    assert "管理员" in str(caught.value)


def test_where_an_outcome_names_its_bodies_only_they_count():
    assert bodies_of(EDITION.steps["list_target"]) == ("committee", "work_committee", "branch")
    assert bodies_of(*outcome_of("list_target listed")) == ("branch",)
    assert bodies_of(*outcome_of("approve approved")) == ("committee", "work_committee")


def test_power_narrows_who_may():
    step, outcome = outcome_of("approve approved")
    assert bodies_of(step.model_copy(update={"by": ("branch", "committee")}), outcome) == ("committee",)


def test_a_right_is_asked_for(tree):
    require_right(tree.actor("admin"), Right.ADMINISTER)
    with pytest.raises(NotEntitled):
        require_right(tree.actor("zb1.shuji"), Right.ADMINISTER)
