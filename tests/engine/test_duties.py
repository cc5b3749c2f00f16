"""Separation of duties: a row for each way in which one person would stand on both sides of a case."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from tests.engine.tree import COMMITTEE, DEPARTMENT, FIRST, KINDS, SECOND, WORK, sample_database, tree
from workflow.engine.acting import NotEntitled
from workflow.engine.duties import ConflictOfDuties, may_confirm, separation
from workflow.store.tables import Account, Office

__all__ = ["sample_database", "tree"]  # fixtures


def seat(tree, login, place, role, deputy_for=None):
    """Give somebody one more office, whatever stands against it; return its id."""
    row = {"account_id": tree.account(login), "organization_id": tree.organization(place).id, "role": role,
           "from_on": date(2020, 1, 1), "deputy_for": tree.office(deputy_for) if deputy_for else None}  # fmt: skip
    return tree.connection.execute(insert(Office).returning(Office.id), row).scalar_one()


def free(tree, actor, case):
    """Tell whether somebody is free to act in a case."""
    try:
        separation(tree.connection, KINDS, actor, case)
    except ConflictOfDuties:
        return False
    return True


@pytest.mark.parametrize(
    ("recorded", "by", "acts", "allowed"),
    [
        (FIRST, "zb1.shuji", "zb1.shuji", True),  # the branch goes on
        (FIRST, "zb1.shuji", "jgdw.shuji", True),  # somebody else approves
        (COMMITTEE, "jgdw.shuji", "jgdw.shuji", True),
        (WORK, "gw.shuji", "jgdw.shuji", True),
        (DEPARTMENT, "zzb.ganbu", "zzb.ganbu", True),
        (FIRST, "jgdw.shuji", "jgdw.shuji", False),  # recorded for the branch, would approve
        (COMMITTEE, "zb1.shuji", "zb1.shuji", False),  # approved, would record for the branch
        (SECOND, "jgdw.shuji", "jgdw.shuji", False),  # for the branch that had the case before
        (FIRST, "zzb.ganbu", "zzb.ganbu", False),
        (FIRST, "jgdw.zuzhiyuan", "jgdw.daili", False),  # a deputy inherits what the principal did
        (FIRST, "jgdw.daili", "jgdw.zuzhiyuan", True),  # not the other way round: the principal did nothing
    ],
)
def test_who_proposes_does_not_approve(tree, recorded, by, acts, allowed):
    case = tree.case(FIRST)
    tree.entry(case, by, recorded)
    assert free(tree, tree.actor(acts), case) is allowed


def test_what_was_withdrawn_counts(tree):
    case = tree.case(FIRST)
    tree.entry(case, "jgdw.shuji", FIRST)
    withdrawal = {"kind": "withdrawal", "step": None, "outcome": None, "occurred_on": None, "supersedes": 1}
    tree.entry(case, "zb1.shuji", FIRST, **withdrawal)
    assert not free(tree, tree.actor("jgdw.shuji"), case)


def test_what_was_done_in_another_case_does_not_count(tree):
    tree.entry(tree.case(FIRST), "jgdw.shuji", FIRST)
    assert free(tree, tree.actor("jgdw.shuji"), tree.case(FIRST))


def test_one_person_in_two_offices_stands_on_one_side(tree):
    both = seat(tree, "zb1.shuji", COMMITTEE, "committee_member")
    case, other = tree.case(FIRST), tree.case(FIRST)
    tree.entry(case, "zb1.shuji", FIRST)
    assert not free(tree, tree.actor("zb1.shuji", office=both), case)
    assert free(tree, tree.actor("zb1.shuji", office=both), other)


def test_whoever_confirmed_for_the_branch_does_not_approve(tree):
    both = seat(tree, "zb1.zuzhi", COMMITTEE, "committee_member")
    case = tree.case(FIRST)
    tree.entry(case, "zb1.shuji", FIRST, confirmed_by="zb1.zuzhi")
    assert not free(tree, tree.actor("zb1.zuzhi", office=both), case)


def test_a_superior_that_confirmed_what_the_branch_recorded_is_still_the_superior(tree):
    case = tree.case(FIRST)
    tree.entry(case, "zb1.shuji", FIRST, confirmed_by="jgdw.shuji")
    assert free(tree, tree.actor("jgdw.shuji"), case)


def test_nobody_acts_on_the_own_case_nor_does_their_deputy(tree):
    case = tree.case(FIRST, own=tree.account("jgdw.zuzhiyuan"))
    assert not free(tree, tree.actor("jgdw.zuzhiyuan"), case)
    assert not free(tree, tree.actor("jgdw.daili"), case)
    assert free(tree, tree.actor("jgdw.shuji"), case)


def test_whoever_bears_the_name_in_the_branch_counts_as_the_person_until_the_account_is_linked(tree):
    case = tree.case(FIRST, name="赵示甲")
    assert not free(tree, tree.actor("zb1.shuji"), case)
    assert free(tree, tree.actor("zb1.zuzhi"), case)
    linked = tree.case(FIRST, name="赵示甲", own=tree.account("zb1.zuzhi"))
    assert free(tree, tree.actor("zb1.shuji"), linked)


def test_a_namesake_elsewhere_is_somebody_else(tree):
    tree.connection.execute(update(Account).where(Account.login == "jgdw.shuji").values(name_key="示例"))
    assert free(tree, tree.actor("jgdw.shuji"), tree.case(FIRST))


@pytest.mark.parametrize(
    ("submitted", "confirms", "error"),
    [
        ("zb1.shuji", "zb1.zuzhi", None),
        ("zb1.shuji", "jgdw.zuzhiyuan", None),  # from above
        ("zb1.shuji", "zzb.ganbu", None),
        ("jgdw.shuji", "jgdw.weiyuan", None),
        ("zb1.shuji", "zb1.shuji", ConflictOfDuties),
        ("jgdw.zuzhiyuan", "jgdw.daili", ConflictOfDuties),
        ("jgdw.daili", "jgdw.zuzhiyuan", ConflictOfDuties),
        ("jgdw.shuji", "zb1.zuzhi", NotEntitled),  # from below
        ("zb1.shuji", "gw.jiancha", NotEntitled),
        ("zb1.shuji", "dz.chengyuan", NotEntitled),
        ("zb1.shuji", "admin", NotEntitled),
        ("zb1.shuji", "zb2.shuji", NotEntitled),
    ],
)
def test_the_second_person_is_another_one(tree, submitted, confirms, error):
    case, office = tree.case(FIRST), tree.office(submitted)
    actor = tree.actor(confirms)
    if error is None:
        may_confirm(tree.connection, KINDS, actor, case, office)
        return
    with pytest.raises(error):
        may_confirm(tree.connection, KINDS, actor, case, office)


def test_the_second_person_confirms_nothing_in_the_own_case_nor_on_the_other_side(tree):
    own = tree.case(FIRST, own=tree.account("jgdw.zuzhiyuan"))
    with pytest.raises(ConflictOfDuties):
        may_confirm(tree.connection, KINDS, tree.actor("jgdw.zuzhiyuan"), own, tree.office("zb1.shuji"))
    case = tree.case(FIRST)
    tree.entry(case, "zb1.zuzhi", COMMITTEE)
    with pytest.raises(ConflictOfDuties):
        may_confirm(tree.connection, KINDS, tree.actor("zb1.zuzhi"), case, tree.office("zb1.shuji"))


def test_nothing_that_was_not_submitted_is_confirmed(tree):
    with pytest.raises(NotEntitled):
        may_confirm(tree.connection, KINDS, tree.actor("zb1.zuzhi"), tree.case(FIRST), 987654)
