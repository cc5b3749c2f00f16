"""The roster: kept by the branch and those above it, and read by the rules as the ledger's roster is."""

from datetime import date

import pytest
from sqlalchemy import event, func, insert, select

from tests.engine.tree import COMMITTEE, DEPARTMENT, FIRST, KINDS, SECOND, THIRD, WORK, sample_database, tree
from workflow.case.roster import PenaltyKind, Standing
from workflow.case.values import UNREADABLE
from workflow.engine.acting import NotEntitled
from workflow.engine.members import (
    MemberRefused,
    NewMember,
    NewPenalty,
    add_member,
    add_penalty,
    change_member,
    change_penalty,
    members_of,
    remove_member,
    remove_penalty,
)
from workflow.engine.roster import roster_for
from workflow.engine.scope import UnknownMember, UnknownOrganization
from workflow.store.tables import Member, Organization, Penalty

__all__ = ["sample_database", "tree"]  # fixtures

FULL = NewMember("新 示甲", Standing.FULL, date(2020, 1, 1))
WARNING = NewPenalty(PenaltyKind.WARNING, date(2026, 1, 1), date(2026, 12, 31))
WARNED = frozenset({PenaltyKind.WARNING})
DAY = date(2026, 6, 1)


def roster(tree, place, *names):
    return roster_for(tree.connection, tree.organization(place).path, names)


def member(tree, name):
    return tree.connection.execute(select(Member.id).where(Member.name == name)).scalar_one()


def test_a_member_is_added_changed_and_removed(tree):
    actor, uid = tree.actor("zb1.zuzhi"), tree.organization(FIRST).uid
    added = add_member(tree.connection, KINDS, actor, uid, FULL)
    found = roster(tree, FIRST, "新示甲").find("新示甲", FIRST)
    assert [(one.name, one.branch, one.standing, one.full_on) for one in found] == [
        ("新示甲", FIRST, Standing.FULL, date(2020, 1, 1))
    ]
    change_member(tree.connection, actor, added, NewMember("新示乙", Standing.PROBATIONARY))
    assert members_of(tree.connection, actor, uid)[-1].name == "新示乙"
    add_penalty(tree.connection, actor, added, WARNING)
    remove_member(tree.connection, actor, added)
    assert "新示乙" not in {row.name for row in members_of(tree.connection, actor, uid)}
    assert tree.connection.scalar(select(func.count()).select_from(Penalty)) == 1  # the sample's own


def test_a_penalty_is_noted_changed_and_taken_back(tree):
    actor = tree.actor("jgdw.zuzhiyuan")
    penalty = add_penalty(tree.connection, actor, member(tree, "孙示丙"), WARNING)
    assert roster(tree, FIRST, "孙示丙").penalised("孙示丙", FIRST, WARNED, DAY) is True
    change_penalty(tree.connection, actor, penalty, NewPenalty(PenaltyKind.WARNING, date(2026, 7, 1)))
    assert roster(tree, FIRST, "孙示丙").penalised("孙示丙", FIRST, WARNED, DAY) is False
    remove_penalty(tree.connection, actor, penalty)
    assert roster(tree, FIRST, "孙示丙").find("孙示丙", FIRST)[0].penalties == ()


@pytest.mark.parametrize(
    "new",
    [
        NewMember(" ", Standing.FULL),
        NewMember("赵示甲、钱示乙", Standing.FULL),
        NewMember("1234", Standing.FULL),
        NewMember("新示甲", Standing.PROBATIONARY, date(2020, 1, 1)),
    ],
)
def test_what_cannot_stand_on_a_roster_is_refused(tree, new):
    with pytest.raises(MemberRefused):
        add_member(tree.connection, KINDS, tree.actor("zb1.zuzhi"), tree.organization(FIRST).uid, new)


def test_only_branches_keep_a_roster_and_days_are_in_order(tree):
    actor = tree.actor("gw.shuji")
    with pytest.raises(MemberRefused, match="kept by branches"):
        add_member(tree.connection, KINDS, actor, tree.organization(COMMITTEE).uid, FULL)
    with pytest.raises(MemberRefused, match="before the first"):
        add_penalty(tree.connection, actor, member(tree, "孙示丙"),
                    NewPenalty(PenaltyKind.WARNING, DAY, date(2026, 5, 31)))  # fmt: skip


def attempts(tree, actor):
    connection, uid = tree.connection, tree.organization(FIRST).uid
    line, penalty = member(tree, "吴示己"), tree.connection.scalar(select(Penalty.id))
    return [
        lambda: add_member(connection, KINDS, actor, uid, FULL),
        lambda: change_member(connection, actor, line, FULL),
        lambda: remove_member(connection, actor, line),
        lambda: add_penalty(connection, actor, line, WARNING),
        lambda: change_penalty(connection, actor, penalty, WARNING),
        lambda: remove_penalty(connection, actor, penalty),
        lambda: members_of(connection, actor, uid),
    ]


@pytest.mark.parametrize(
    ("login", "error"),
    [("zb2.shuji", (UnknownMember, UnknownOrganization)), ("admin", NotEntitled), ("jgdw.guanli", NotEntitled)],
)
def test_who_does_not_touch_a_roster(tree, login, error):
    for attempt in attempts(tree, tree.actor(login)):
        with pytest.raises(error):
            attempt()


def test_an_auditor_reads_and_writes_nothing(tree):
    *writing, reading = attempts(tree, tree.actor("gw.jiancha"))
    assert len(reading()) == 8
    for attempt in writing:
        with pytest.raises(NotEntitled):
            attempt()


def test_a_penalty_that_there_is_not_looks_like_a_foreign_one(tree):
    with pytest.raises(UnknownMember):
        remove_penalty(tree.connection, tree.actor("zb1.shuji"), 987654)


def test_only_those_named_are_on_the_roster_and_first_those_of_the_own_branch(tree):
    add_member(tree.connection, KINDS, tree.actor("zb2.shuji"), tree.organization(SECOND).uid,
               NewMember("孙示丙", Standing.PROBATIONARY))  # fmt: skip
    found = roster(tree, FIRST, "孙 示丙", "冯示甲")
    assert [one.standing for one in found.find("孙示丙", FIRST)] == [Standing.FULL]
    assert [one.branch for one in found.find("冯示甲", FIRST)] == [SECOND]
    assert found.find("李示丁", FIRST) == ()
    assert [one.standing for one in roster(tree, SECOND, "孙示丙").find("孙示丙", SECOND)] == [Standing.PROBATIONARY]


def test_names_are_compared_as_ledgers_compare_them(tree):
    assert roster(tree, THIRD, "示例 •买买提").find("示例·买买提", THIRD)


def test_a_branch_of_the_same_name_is_another_branch(tree):
    path = tree.organization(FIRST).path
    row = {"kind": "branch", "name": FIRST, "path": "9999.", "parent_id": tree.organization(WORK).id}
    other = tree.connection.execute(insert(Organization).returning(Organization.id), row).scalar_one()
    line = {"organization_id": other, "name": "孙示丙", "name_key": "孙示丙", "standing": "probationary"}
    tree.connection.execute(insert(Member), line)
    tree.connection.execute(insert(Member), line | {"name": "外示甲", "name_key": "外示甲"})
    found = roster_for(tree.connection, path, ["孙示丙", "外示甲"])
    assert found is not None
    assert [one.standing for one in found.find("孙示丙", FIRST)] == [Standing.FULL]
    assert [one.standing for one in found.find("外示甲", FIRST)] == [Standing.PROBATIONARY]


def test_without_any_member_the_roster_is_not_known(tree):
    assert roster(tree, DEPARTMENT, "赵示甲") is None
    assert roster(tree, FIRST, "无此人") is not None


def test_penalties_are_included_and_unknown_codes_are_not_guessed(tree):
    assert roster(tree, FIRST, "吴示己").penalised("吴示己", FIRST, WARNED, DAY) is True
    line = {
        "organization_id": tree.organization(FIRST).id,
        "name": "外示甲",
        "name_key": "外示甲",
        "standing": "honorary",
    }
    added = tree.connection.execute(insert(Member).returning(Member.id), line).scalar_one()
    tree.connection.execute(insert(Penalty), {"member_id": added, "kind": "scolding", "from_on": date(2026, 1, 1)})
    (found,) = roster(tree, FIRST, "外示甲").find("外示甲", FIRST)
    assert found.standing is UNREADABLE
    assert [penalty.kind for penalty in found.penalties] == [UNREADABLE]


def test_two_queries_whatever_the_size_of_the_roster(tree):
    path = tree.organization(FIRST).path
    statements = []
    count = lambda *args: statements.append(args[2])  # noqa: E731 - one and the same is taken off again
    event.listen(tree.connection, "before_cursor_execute", count)
    roster_for(tree.connection, path, [f"示{number}" for number in range(50)])
    event.remove(tree.connection, "before_cursor_execute", count)
    assert len(statements) == 2
