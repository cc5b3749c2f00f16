"""Findings: what is kept beside a case is what the judge says on any day; each sees the own ones, with their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, update

from tests.engine.office import LAWS, Bureau
from tests.engine.stages import imported, record, until
from tests.engine.test_looking import looking
from workflow.case.values import Value
from workflow.engine import findings_view
from workflow.engine.agenda import renew
from workflow.engine.findings_view import FindingFilters, FindingPage, Found, findings
from workflow.engine.offices import actor_of
from workflow.engine.organizations import move_organization
from workflow.engine.scope import UnknownOrganization
from workflow.engine.showing import show
from workflow.engine.task import Task
from workflow.keep.projection import projected
from workflow.keep.projection import renew as anew
from workflow.law.model import Force
from workflow.rules.verdict import VerdictState
from workflow.store.tables import Case, Finding, Organization

D = date
LATE: dict[str, dict[str, Value]] = {  # the talk came months too late
    "apply": {"on": D(2024, 1, 1)},
    "talk": {"on": D(2024, 6, 1)},
}
SHORT: dict[str, dict[str, Value]] = {
    **LATE,
    "activist": {"on": D(2024, 9, 1), "recommended_by": "推优", "recommended_on": D(2024, 10, 1)},
}  # recommended only afterwards


@pytest.fixture(scope="module")
def filled(premises: Bureau) -> tuple[Bureau, list[str]]:
    """Give the office with a few people whose past breaks rules."""
    premises.clock.day = D(2026, 11, 22)
    numbers = [imported(premises, state, past) for state, past in (("applicant", LATE), ("activist", SHORT)) * 3]
    numbers.append(premises.open(D(2026, 11, 1)).case)
    premises.clock.day = D(2027, 3, 1)
    with looking_to_write(premises) as task:
        ids = task.connection.scalars(select(Case.id)).all()
        renew(task, ids)
    return premises, numbers


@contextmanager
def looking_to_write(office: Bureau) -> Iterator[Task]:
    """Give what renewing takes."""
    login = office.people["approver"]
    with office.database.write() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        yield Task(connection, LAWS, actor, office.clock())


def all_of(task: Task, filters: FindingFilters, limit: int = 4) -> list[Found]:
    """Return every finding, page by page."""
    found: list[Found] = []
    after = None
    while True:
        page = findings(task, filters, after, limit)
        found += page.rows
        if page.next is None:
            assert page.total == len(found)
            assert sum(one.count for one in page.by_organization) == len(found)
            return found
        assert len(page.rows) == limit
        after = page.next


def test_the_list_says_of_each_case_what_its_own_page_says(filled):
    office, numbers = filled
    with looking(office, "approver") as task:
        listed = all_of(task, FindingFilters())
        assert len(listed) == len({(one.number, one.rule, one.step, one.round) for one in listed}) > 10
        for number in numbers:
            own = {one.rule: one for one in show(task, number).findings if one.state is VerdictState.VIOLATED}
            here = {one.rule: one for one in listed if one.number == number}
            assert here.keys() == own.keys()
            for rule, one in here.items():
                told = own[rule]
                said = (one.outcome, one.force, one.due_on, one.demand, one.basis, one.what)
                assert said == (told.outcome, told.force, told.due, told.demand, told.basis, told.what)
                assert one.code or not told.basis.zh.startswith("发展")
                entry = record(office, number).entry(one.entry) if one.entry else None
                assert entry is None or entry.recorded.step == one.step


def test_a_limit_that_runs_out_becomes_a_finding_without_any_entry(filled):
    office, numbers = filled
    case = numbers[-1]
    with office.database.read() as connection:
        query = select(Finding).join(Case, Case.id == Finding.case_id).where(Case.number == case)
        row = connection.execute(query.where(Finding.step == "talk")).one()
        assert (row.broken_on, row.due_on) == (D(2026, 12, 2), D(2026, 12, 1))
    office.clock.day = D(2026, 12, 1)
    with looking(office, "secretary") as task:
        assert not [one for one in all_of(task, FindingFilters()) if one.number == case]
    office.clock.day = D(2026, 12, 2)
    with looking(office, "secretary") as task:
        assert [one.rule for one in all_of(task, FindingFilters()) if one.number == case] == [row.rule]
    office.clock.day = D(2027, 3, 1)


def test_filters_name_what_they_say(filled):
    office, _ = filled
    uid = {name: UUID(one[1]) for name, one in office.organizations.items()}
    with looking(office, "approver") as task:
        every = all_of(task, FindingFilters())
        rules = {one.rule for one in every}
        assert len(rules) > 2
        for rule in rules:
            assert all_of(task, FindingFilters(rule=rule)) == [one for one in every if one.rule == rule]
        for force in Force:
            assert all_of(task, FindingFilters(force=force)) == [one for one in every if one.force is force]
        activists = all_of(task, FindingFilters(states=("activist",)))
        assert activists == [one for one in every if one.state == "activist"]
        assert all_of(task, FindingFilters(organization=uid["一支部"])) == every
        assert all_of(task, FindingFilters(organization=uid["二支部"])) == []
        chosen = FindingFilters(rule=next(iter(rules)), force=Force.HARD, states=("applicant",))
        assert all_of(task, chosen, 1) == [
            one for one in every if (one.rule, one.force, one.state) == (chosen.rule, Force.HARD, "applicant")
        ]


def test_counts_are_those_of_the_lists_behind_them(filled):
    office, _ = filled
    with looking(office, "approver") as task:
        page = findings(task, FindingFilters())
        for one in page.by_rule:
            assert len(all_of(task, FindingFilters(rule=one.rule))) == one.count
            assert one.demand.zh
            assert one.basis.zh
        assert [(one.name, one.count) for one in page.by_organization] == [("一支部", page.total)]
        branch = FindingFilters(organization=page.by_organization[0].uid, rule=page.by_rule[0].rule)
        assert findings(task, branch).by_organization == (
            replace(page.by_organization[0], count=page.by_rule[0].count),
        )
        assert findings(task, branch).by_rule == page.by_rule


def test_nobody_sees_what_lies_outside(filled):
    office, _ = filled
    with looking(office, "elsewhere") as task:
        assert findings(task, FindingFilters()) == FindingPage((), None, (), (), 0)
        with pytest.raises(UnknownOrganization):
            findings(task, FindingFilters(organization=UUID(office.organizations["一支部"][1])))
    with looking(office, "administrator") as task:
        assert findings(task, FindingFilters()) == FindingPage((), None, (), (), 0)


def test_a_strange_place_in_the_list_is_its_beginning(filled):
    office, _ = filled
    with looking(office, "secretary") as task:
        first = findings(task, FindingFilters())
        for strange in ("", "~", "a~b~c~d~e~f", "1~2026-01-01~x~a~b~1"):
            assert findings(task, FindingFilters(), strange) == first


def test_a_page_takes_a_flat_number_of_queries(filled):
    office, _ = filled
    said: list[str] = []
    with looking(office, "approver") as task:
        event.listen(task.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        few = len(findings(task, FindingFilters(), limit=1).rows), len(said)
        said.clear()
        many = len(findings(task, FindingFilters(), limit=50).rows), len(said)
    assert few[0] < many[0]
    assert few[1] == many[1] <= 7


def test_more_than_can_be_counted_is_said_so(filled, monkeypatch):
    office, _ = filled
    monkeypatch.setattr(findings_view, "MOST", 3)
    with looking(office, "approver") as task:
        assert findings(task, FindingFilters()).total is None


class Undone(Exception):  # noqa: N818 - what a test raises to undo
    """Other tests look at the same office: what this one changed is rolled back."""


def test_findings_move_with_their_organization(filled):
    office, _ = filled
    uid = {name: UUID(one[1]) for name, one in office.organizations.items()}
    login, kinds = office.people["administrator"], LAWS.organizations

    def moved() -> None:
        with looking_to_write(office) as task:
            actor = actor_of(task.connection, kinds, login.account_id, login.office_id, office.clock.day)
            before = task.connection.scalar(select(func.count()).select_from(Finding))
            move_organization(task.connection, kinds, actor, uid["一支部"], uid["工委"])
            path = task.connection.scalar(select(Organization.path).where(Organization.name == "一支部"))
            there = task.connection.scalar(select(func.count()).select_from(Finding).where(Finding.path == path))
            assert before == there
            assert there
            raise Undone

    with pytest.raises(Undone):
        moved()


def test_the_day_of_a_breach_without_a_limit_is_that_of_its_act(filled):
    office, numbers = filled
    with office.database.read() as connection:
        query = select(Finding).join(Case, Case.id == Finding.case_id).where(Case.number == numbers[1])
        rows = {row.rule: row for row in connection.execute(query)}
    expected = {
        "activist.after_recommendation": (None, D(2024, 9, 1)),  # the act that was out of order
        "talk.within_a_month": (D(2024, 2, 1), D(2024, 2, 2)),
        "cultivate.half_yearly": (D(2025, 3, 1), D(2025, 3, 2)),
    }
    assert {rule: (row.due_on, row.broken_on) for rule, row in rows.items()} == expected


def test_doctor_names_what_differs_and_makes_it_anew(filled):
    office, numbers = filled
    with office.database.write() as connection:
        key = connection.scalar(select(Case.id).where(Case.number == numbers[0]))
        assert [one.kind for one in projected(connection, LAWS, key)] == []
        connection.execute(update(Finding).where(Finding.case_id == key).values(outcome="missing"))
        assert [one.kind for one in projected(connection, LAWS, key)] == ["todo"]
        anew(connection, LAWS, key, office.clock.day)
        assert [one.kind for one in projected(connection, LAWS, key)] == []


def test_a_lawful_life_leaves_no_hard_finding_behind(premises):
    case = until(premises, "archive")
    with looking(premises, "approver") as task:
        assert [one for one in all_of(task, FindingFilters()) if one.number == case and one.force is Force.HARD] == []
