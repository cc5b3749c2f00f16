"""Runs of the audit: new, as before, back and gone by identity; counts of every organization; nothing written twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.engine.office import LAWS, Bureau
from tests.engine.test_looking import looking
from tests.statements import statements
from workflow.engine.acting import NotEntitled
from workflow.engine.agenda import renew
from workflow.engine.audit_runs import RunTotals, run, runs
from workflow.engine.audit_trend import by_place
from workflow.engine.changing import Changes
from workflow.engine.finding_stages import Stage
from workflow.engine.offices import actor_of
from workflow.engine.requests import UnsoundRequest
from workflow.engine.scope import OrganizationRow, organization_columns
from workflow.engine.task import Task
from workflow.store.tables import (
    AuditCount,
    AuditRun,
    Case,
    Finding,
    FindingEvent,
    FindingLife,
    Organization,
    Person,
)

D = date
TODAY = D(2026, 11, 22)
TALK, AGE = "talk.within_a_month", "apply.adult"


@pytest.fixture
def office(fresh_office: Bureau) -> Iterator[Bureau]:
    """Give an office with three people in the first branch and one in the second, without any finding yet."""
    for name, who in (("甲一", "secretary"), ("甲二", "secretary"), ("甲三", "secretary"), ("乙一", "elsewhere")):
        fresh_office.open(TODAY, who=who, name=name)
    with fresh_office.database.write() as connection:
        connection.execute(delete(Finding))
    yield fresh_office
    as_judged(fresh_office)


def as_judged(office: Bureau) -> None:
    """Let the findings be again what the judge says: tests put some there and take others away."""
    with office.database.write() as connection:
        connection.execute(delete(Finding))
        login = office.people["approver"]
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        renew(Task(connection, LAWS, actor, office.clock()), connection.scalars(select(Case.id)).all())


def breaks(office: Bureau, name: str, rule: str = TALK, on: date = TODAY, number: int = 1) -> None:
    """Let a rule be broken in the case of somebody from a day on."""
    with office.database.write() as connection:
        case = connection.execute(select(Case.id, Case.path, Case.state).join(Person).where(Person.name == name)).one()
        step, _, _ = rule.partition(".")
        row = {"case_id": case.id, "rule": rule, "step": step, "round": number, "outcome": "late",
               "force": "hard", "due_on": None, "broken_on": on, "path": case.path,
               "state": case.state}  # fmt: skip
        connection.execute(insert(Finding), row)


def mends(office: Bureau, name: str, rule: str = TALK) -> None:
    """Let a rule be kept again."""
    with office.database.write() as connection:
        mine = select(Case.id).join(Person).where(Person.name == name)
        connection.execute(delete(Finding).where(Finding.rule == rule, Finding.case_id.in_(mine)))


def place(office: Bureau, name: str) -> OrganizationRow:
    """Return an organization of the office."""
    with office.database.read() as connection:
        return OrganizationRow(
            *connection.execute(select(*organization_columns()).where(Organization.name == name)).one()
        )


def changes(office: Bureau, who: str) -> Changes:
    """Return the place where somebody makes changes."""
    return Changes(office.database, LAWS, office.clock, office.people[who])


def taken(office: Bureau, who: str = "approver", at: str | None = None, key: str | None = None) -> int:
    """Take a run as somebody, of the scope or of one organization."""
    where = place(office, at) if at else None
    return changes(office, who).sweep(lambda task: run(task, where, key or uuid4().hex))


def totals(office: Bureau, who: str = "approver", at: str | None = None) -> RunTotals:
    """Return what the newest run counted."""
    where = place(office, at) if at else None
    return changes(office, who).make(lambda task: runs(task, where))[0]


def news(found: RunTotals) -> tuple[int, int, int, int]:
    """Return how many are new, as before, back and gone."""
    return found.found, found.unchanged, found.reopened, found.gone


def lives(office: Bureau) -> dict[str, Any]:
    """Return the life of each finding by the name of its person; each has one here."""
    with office.database.read() as connection:
        query = select(Person.name, *FindingLife.__table__.columns).join(Person, Person.case_id == FindingLife.case_id)
        return {row.name: row for row in connection.execute(query)}


def test_what_the_first_run_finds_is_new_and_what_the_next_finds_is_as_before(office):
    breaks(office, "甲一")
    breaks(office, "甲二")
    taken(office)
    assert news(totals(office)) == (2, 0, 0, 0)
    taken(office)
    assert news(totals(office)) == (0, 2, 0, 0)


def test_what_is_no_longer_broken_is_gone_and_what_breaks_again_is_back(office):
    breaks(office, "甲一")
    taken(office)
    mends(office, "甲一")
    taken(office)
    assert news(totals(office)) == (0, 0, 0, 1)
    assert lives(office)["甲一"].stage == Stage.CLOSED
    taken(office)
    assert news(totals(office)) == (0, 0, 0, 0)
    breaks(office, "甲一")
    taken(office)
    assert news(totals(office)) == (0, 0, 1, 0)
    assert lives(office)["甲一"].stage == Stage.OPEN


def test_a_finding_keeps_the_days_on_which_it_was_first_and_last_seen(office):
    breaks(office, "甲一")
    taken(office)
    for days in (3, 6):
        office.clock.day = TODAY + timedelta(days)
        taken(office)
    mends(office, "甲一")
    office.clock.day = TODAY + timedelta(9)
    taken(office)
    life = lives(office)["甲一"]
    assert (life.first_on, life.last_on, life.closed_on) == (TODAY, TODAY + timedelta(6), TODAY + timedelta(9))
    breaks(office, "甲一")
    office.clock.day = TODAY + timedelta(12)
    taken(office)
    life = lives(office)["甲一"]
    assert (life.first_on, life.reopened_on, life.closed_on) == (TODAY, TODAY + timedelta(12), None)


def test_another_round_of_the_same_step_is_another_finding(office):
    breaks(office, "甲一")
    taken(office)
    mends(office, "甲一")
    breaks(office, "甲一", number=2)
    taken(office)
    assert news(totals(office)) == (1, 0, 0, 1)


def test_what_is_broken_from_tomorrow_on_is_found_tomorrow(office):
    breaks(office, "甲一", on=TODAY + timedelta(1))
    taken(office)
    assert news(totals(office)) == (0, 0, 0, 0)
    office.clock.day = TODAY + timedelta(1)
    taken(office)
    assert news(totals(office)) == (1, 0, 0, 0)


def test_a_run_of_one_branch_says_nothing_of_another(office):
    breaks(office, "甲一")
    breaks(office, "乙一")
    taken(office)
    mends(office, "甲一")
    mends(office, "乙一")
    taken(office, at="一支部")
    assert news(totals(office, at="一支部")) == (0, 0, 0, 1)
    assert lives(office)["乙一"].stage == Stage.OPEN
    taken(office)
    assert news(totals(office)) == (0, 0, 0, 1)


def test_counts_name_the_people_and_add_up_the_tree(office):
    breaks(office, "甲一")
    breaks(office, "甲一", rule=AGE)
    breaks(office, "甲二")
    breaks(office, "乙一")
    taken(office, who="department")
    said = {at: totals(office, "department", at) for at in ("一支部", "二支部", "党委", "工委")}
    assert {at: (one.cases, one.findings, one.people) for at, one in said.items()} == {
        "一支部": (3, 3, 2), "二支部": (1, 1, 1), "党委": (4, 4, 3), "工委": (4, 4, 3),
    }  # fmt: skip
    with office.database.read() as connection:
        mine = (AuditCount.organization_id == place(office, "党委").id, AuditCount.rule != "")
        query = select(AuditCount.rule, AuditCount.findings, AuditCount.people).where(*mine).order_by(AuditCount.rule)
        assert [tuple(row) for row in connection.execute(query)] == [(AGE, 1, 1), (TALK, 3, 3)]


def test_an_organization_that_has_moved_since_leaves_no_small_number_behind(office):
    counts = {"党委": 15, "一支部": 12, "二支部": 3}
    with office.database.write() as connection:
        row = {"path": "1.2.", "as_of": TODAY, "made_at": office.clock(), "key": "moved",
               "organization_id": place(office, "党委").id,
               "account_id": office.people["approver"].account_id}  # fmt: skip
        number = connection.execute(insert(AuditRun).returning(AuditRun.id), row).scalar_one()
        nought = dict.fromkeys(("findings", "waived", "people", "people_left", "found", "reopened", "gone"), 0)
        for name, cases in counts.items():
            line = {"run_id": number, "organization_id": place(office, name).id, "rule": "", "cases": cases}
            connection.execute(insert(AuditCount), line | nought)
    with looking(office, "approver") as task:
        (newest, *_) = runs(task)
        assert [(one.name, one.told.cases) for one in by_place(task, newest, None)] == [
            ("一支部", None), ("二支部", None),
        ]  # fmt: skip
    with office.database.write() as connection:
        above = place(office, "工委").id
        connection.execute(update(Organization).where(Organization.name == "二支部").values(parent_id=above))
    with looking(office, "approver") as task:
        assert [(one.name, one.told.cases) for one in by_place(task, newest, None)] == [("一支部", None)]


def test_what_a_waiver_covers_is_counted_apart_until_it_expires(office):
    breaks(office, "甲一")
    breaks(office, "甲二")
    taken(office)
    until = TODAY + timedelta(10)
    with office.database.write() as connection:
        case = connection.scalar(select(Case.id).join(Person).where(Person.name == "甲一"))
        of = {"case_id": case, "rule": TALK, "step": "talk", "round": 1}
        said = {"kind": "waived", "at": office.clock(), "account_id": office.people["approver"].account_id,
                "outcome": "late", "broken_on": TODAY}  # fmt: skip
        granted = connection.execute(insert(FindingEvent).returning(FindingEvent.id), {**of, **said}).scalar_one()
        waived = update(FindingLife).where(FindingLife.case_id == case)
        connection.execute(waived.values(stage=Stage.WAIVED, waived_until=until, waiver_id=granted))
    office.clock.day = until
    taken(office)
    found = totals(office)
    assert (found.findings, found.waived, found.left, found.people, found.people_left) == (2, 1, 1, 2, 1)
    office.clock.day = until + timedelta(1)
    taken(office)
    found = totals(office)
    assert (found.findings, found.waived, found.people_left) == (2, 0, 2)


def test_the_same_click_twice_is_one_run(office):
    breaks(office, "甲一")
    assert taken(office, key="once") == taken(office, key="once")
    with office.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(AuditRun)) == 1
        assert connection.scalar(select(func.count()).select_from(FindingEvent)) == 1


def test_the_same_key_for_another_organization_is_another_run(office):
    breaks(office, "甲一")
    assert taken(office, key="2026-12", at="一支部") != taken(office, key="2026-12", at="二支部")
    assert [totals(office, at=at).organization for at in ("一支部", "二支部")] == ["一支部", "二支部"]


@pytest.mark.parametrize("key", ["2026 12", "第一次", "a" * 65, "a\n", "'; DROP TABLE audit_run", "../x"])
def test_a_key_that_is_none_is_refused_with_words(office, key):
    with pytest.raises(UnsoundRequest, match="letters, digits or hyphens"):
        taken(office, key=key)


def test_a_run_where_there_is_no_case_counts_that_there_is_none(fresh_office):
    taken(fresh_office)
    found = totals(fresh_office)
    assert (found.cases, found.findings, found.gone, found.organization) == (0, 0, 0, "党委")


def test_what_no_run_had_seen_before_it_was_gone_is_new_and_not_back_when_it_breaks_again(office):
    breaks(office, "甲一")
    with office.database.write() as connection:  # somebody spoke of it before any run
        connection.execute(insert(FindingLife), {**_identity(connection), "stage": Stage.OPEN})
    mends(office, "甲一")
    taken(office)
    breaks(office, "甲一")
    taken(office)
    assert news(totals(office)) == (1, 0, 0, 0)
    assert lives(office)["甲一"].reopened_on is None


def _identity(connection: Connection) -> dict[str, Any]:
    """Return which finding the only one is."""
    row = connection.execute(select(Finding.case_id, Finding.rule, Finding.step, Finding.round)).one()
    return dict(row._mapping)  # noqa: SLF001 - its public name


@pytest.mark.parametrize("who", ["secretary", "commissioner", "watcher", "auditor", "administrator"])
def test_a_run_is_taken_from_above_by_somebody_who_confirms(office, who):
    with pytest.raises(NotEntitled):
        taken(office, who)


def test_an_administrator_sees_no_run(office):
    taken(office)
    assert changes(office, "administrator").make(runs) == ()


def test_the_rows_of_a_run_are_never_rewritten(office):
    breaks(office, "甲一")
    taken(office)
    for statement in (
        "UPDATE audit_run SET as_of = '2020-01-01'",
        "DELETE FROM audit_count",
        "UPDATE finding_event SET kind = 'gone'",
        "DELETE FROM finding_event",
    ):
        with pytest.raises(DBAPIError), office.database.write() as connection:
            connection.execute(text(statement))


def test_a_run_takes_a_flat_number_of_statements(office):
    counted = []
    for names in (("甲一",), ("甲二", "甲三", "乙一")):
        for name in names:
            breaks(office, name)
        with statements(office.database) as said:
            taken(office)
        counted.append(len(said))
    assert counted[0] == counted[1]


def test_two_runs_at_once_find_each_finding_once(office):
    for name in ("甲一", "甲二", "甲三", "乙一"):
        breaks(office, name)
    mends(office, "甲三")
    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(taken, office) for _ in range(4)]:
            one.result()
    with office.database.read() as connection:
        said = connection.execute(select(FindingEvent.kind, FindingEvent.case_id)).all()
        assert len(said) == len(set(said)) == 3
        found = connection.scalars(select(AuditCount.found).where(AuditCount.rule == TALK)).all()
    assert max(found) == 3  # of the committee, by the first of them
    assert totals(office).unchanged == 3


def test_a_case_can_be_recorded_while_a_run_is_taken_on_postgresql(office):
    if office.database.dialect == "sqlite":
        pytest.skip("one writer at a time")
    breaks(office, "甲一")
    login = office.people["approver"]
    with office.database.read() as connection:
        number = connection.scalar(select(Case.number).join(Person).where(Person.name == "甲一"))
    with office.database.sweep() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        run(Task(connection, LAWS, actor, office.clock()), None, "run")  # its events refer to the case
        office.open(TODAY, name="其间")
        office.take("secretary", number, "talk held", TODAY)
    assert office.kinds(number)[-1] == ("act", "talk", "held")
    assert totals_after(office) == (0, 0, 0, 1)


def totals_after(office: Bureau) -> tuple[int, int, int, int]:
    """Return the news of a run taken now."""
    taken(office)
    return news(totals(office))
