"""Looking at the record: nothing outside the scope is seen, nothing is written, and lists cost what an index costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, delete, event, func, insert, select, text, update

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.stages import record, until, values
from workflow.engine.agenda import NOTHING_URGES
from workflow.engine.amend import who_confirms
from workflow.engine.confirming import confirmed_by
from workflow.engine.desk import Login
from workflow.engine.duties import may_confirm
from workflow.engine.judging import world_of
from workflow.engine.looking import (
    Filters,
    branches_called,
    cases,
    organizations_called,
    plan_of,
    preview,
    read_case,
    waiting,
)
from workflow.engine.offices import Actor, NoOffice, actor_of
from workflow.engine.requests import Correct, OpenCase, TakeStep
from workflow.engine.scope import UnknownCase, UnknownOrganization, find_case
from workflow.engine.settling import confirmers, settlement
from workflow.engine.showing import judged_rounds, show
from workflow.engine.task import Task
from workflow.engine.worklist import MOST, SMALL, Worklist, todo
from workflow.errors import WorkflowError
from workflow.rules.judge import StepRefused, judge_case
from workflow.rules.verdict import VerdictState
from workflow.seal import ORIGIN
from workflow.store.database import Database
from workflow.store.tables import Case, Entry, Member, Office, Organization, Person, Proposal, Submission, Todo

D = date.fromisoformat
APPLIED, TALKED = D("2026-06-01"), D("2026-06-10")
LOOKS: tuple[Callable[[Task, str], object], ...] = (show, plan_of, read_case, waiting)
SEES_FIRST = {"secretary", "commissioner", "watcher", "approver", "member", "organizer", "department", "auditor"}


@pytest.fixture
def office(database: Database) -> Bureau:
    return bureau(database)


@contextmanager
def looking(office: Bureau, who: str) -> Iterator[Task]:
    """Give what somebody needs for a look."""
    login = office.people[who]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, login.account_id, login.office_id, office.clock.day)
        yield Task(connection, LAWS, actor, office.clock())


def test_each_sees_the_cases_of_the_own_scope_and_no_other(office):
    first = office.open(APPLIED).case
    second = office.open(APPLIED, who="elsewhere", name="示例二").case
    late = office.take("secretary", first, "talk held", D("2026-07-20"), reason="迟了")
    for who in office.people:
        with looking(office, who) as task:
            seen = {one.number for one in cases(task, Filters())[0]}
            assert (first in seen) == (who in SEES_FIRST)
            work = todo(task.connection, task.actor, task.today)
            assert {one.case for one in (*work.own, *work.others)} == seen
            assert {one.case for one in waiting(task)} == seen & {first}
            assert work.proposals == (first in seen)
            for number, look in product((first, second), LOOKS):
                if number in seen:
                    look(task, number)
                else:
                    with pytest.raises(UnknownCase):
                        look(task, number)
    assert late.proposal is not None


def test_an_offered_case_is_seen_by_the_branch_to_which_it_is_offered(office):
    case = office.open(APPLIED).case
    office.offer("secretary", case, "二支部", D("2026-06-05"))
    with looking(office, "elsewhere") as task:
        assert show(task, case).offered_to == "二支部"
        assert todo(task.connection, task.actor, task.today).offers == 1
    with looking(office, "secretary") as task:
        assert todo(task.connection, task.actor, task.today).offers == 0


def test_organizations_are_found_in_scope_but_branches_to_move_to_everywhere(office):
    with looking(office, "secretary") as task:
        assert [name for _, name in organizations_called(task, "一支部")] == ["一支部"]
        assert organizations_called(task, "二支部") == ()
        assert [name for _, name in branches_called(task, " 二支部 ")] == ["党委 二支部"]
        assert branches_called(task, "党委") == ()
        ((uid, _),) = branches_called(task, "二支部")
        assert branches_called(task, uid)[0][0] == uid
        with pytest.raises(UnknownOrganization):
            cases(task, Filters(organization=_uid(office, "二支部")))
    with looking(office, "approver") as task:
        assert cases(task, Filters(organization=_uid(office, "二支部"))) == ((), None)


def _uid(office: Bureau, name: str) -> Any:
    with office.database.read() as connection:
        return connection.scalar(select(Organization.uid).where(Organization.name == name))


def test_a_preview_says_what_the_desk_would_and_writes_nothing(office):
    case = office.open(APPLIED).case
    before = counts(office)
    request = TakeStep(key="k", case=case, seen=2, step="activist", outcome="confirmed", occurred_on="2026-06-02")
    late = TakeStep(key="k", case=case, seen=2, step="talk", outcome="held", occurred_on="2026-07-20")
    office.clock.day = D("2026-07-20")
    opening = OpenCase(key="k-2", name="示例二", born_on="2000-01-01", occurred_on="2026-07-19")
    child = OpenCase(key="k", name="示例三", born_on="2012-01-01", occurred_on="2026-07-19")
    with looking(office, "secretary") as task:
        with pytest.raises(StepRefused) as told:
            preview(task, request)
        _, judged = preview(task, late)
        assert preview(task, opening)[1].after.state == "applicant"
        with pytest.raises(StepRefused) as young:
            preview(task, child)
    assert [one.rule for one in young.value.refusals] == ["apply.age"]
    assert judged.rules == ("talk.within_a_month",)
    assert counts(office) == before
    with pytest.raises(StepRefused) as refused:
        office.submit("secretary", request)
    assert [one.rule for one in refused.value.refusals] == [one.rule for one in told.value.refusals]
    assert office.submit("secretary", opening).state == "applicant"


def counts(office: Bureau) -> list[int]:
    """Return how many rows stand in the tables that a submission writes."""
    with office.database.read() as connection:
        tables = (Case, Entry, Submission, Proposal, Todo, Person)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_what_is_shown_is_judged_as_everywhere(office):
    case = office.open(APPLIED).case
    office.clock.day = D("2026-09-01")
    with looking(office, "secretary") as task:
        shown = show(task, case)
        world = world_of(task, read_case(task, case), shown.view.values)
        rounds = list(judged_rounds(shown.book, shown.view, world, task.today))
        assert [verdict for _, _, verdict in rounds] == judge_case(shown.book, shown.view, world, task.today)
    (finding,) = [one for one in shown.findings if one.step == "talk"]
    assert (str(finding.state), finding.due) == ("violated", D("2026-07-01"))
    (urgent, *_) = shown.now
    assert (urgent.step, urgent.acts, urgent.mine, urgent.due_on) == ("talk", "一支部", True, D("2026-07-01"))
    assert "第7条" in urgent.basis.zh


def test_who_may_confirm_is_the_nearest_with_the_right(office):
    for who, nearest in (("secretary", ["commissioner"]), ("approver", ["member", "organizer"])):
        with looking(office, who) as task:
            assert [one.account for one in confirmers(task)] == nearest
    with office.database.write() as connection:
        connection.execute(text("UPDATE account SET disabled_at = created_at WHERE login = 'commissioner'"))
    with looking(office, "secretary") as task:
        assert [one.account for one in confirmers(task)] == ["approver", "member", "organizer"]


def named(task: Task, about=None) -> list[str]:
    """Return the logins of those who are named as second persons."""
    return [one.account for one in confirmers(task, about)]


def correction(office, case, number, evidence) -> Correct:
    """Return what a correction by the branch would ask for."""
    return Correct(key=office.key(), case=case, seen=office.seen(case), number=number, evidence=evidence, reason="笔误")


def test_who_may_confirm_is_named_in_the_organization_whose_word_it_takes(office):
    case = until(office, "file_activist")  # the committee has acted on the decision, not on what came after
    of_the_talk = correction(office, case, 3, {"paper": "谈9"})
    decided = correction(office, case, 4, {"recommended_by": "群团推优"})
    with looking(office, "secretary") as task:
        assert named(task) == ["commissioner"]
        assert named(task, decided) == named(task, of_the_talk) == ["approver", "member", "organizer"]
        assert named(task, replace(decided, number=99)) == []  # nobody confirms what is refused
    answer = office.submit("secretary", decided)
    for who in ("secretary", "commissioner", "approver"):
        with looking(office, who) as task:
            (one,) = waiting(task, case)
            assert one.proposal == answer.proposal
            settling = settlement(task, read_case(task, case), one)
            able = [one.account for one in settling.who]
            assert able == ([] if who == "approver" else ["approver", "member", "organizer"])
            assert (settling.barred is None) == (who == "approver")
    for who in named_and_confirming(office, answer):
        assert who in {"approver", "member", "organizer"}


def named_and_confirming(office, answer) -> Iterator[str]:
    """Yield everybody whose confirmation is accepted, each tried in a transaction that is undone."""
    for who in office.people:
        with looking(office, who) as task:
            try:
                row = find_case(task.connection, task.actor, answer.case)
                (one,) = waiting(task, answer.case)
                assert isinstance(one.request, Correct)
                may_confirm(task.connection, LAWS.organizations, task.actor, row, office.people["secretary"].office_id)
                asked = replace(task, actor=seated(task, office, "secretary"))
                confirmed_by(task.actor, who_confirms(asked, read_case(task, answer.case), one.request))
            except WorkflowError:
                continue
            yield who


def seated(task: Task, office, who: str) -> Actor:
    """Return who acts in an office, in the same transaction."""
    login = office.people[who]
    return actor_of(task.connection, LAWS.organizations, login.account_id, login.office_id, task.today)


def test_who_is_barred_in_the_case_is_not_named(office):
    case = office.open(APPLIED, name="commissioner").case  # the second person's own case
    late = TakeStep(key=office.key(), case=case, seen=2, step="talk", outcome="held", occurred_on="2026-07-05",
                    reason="谈话人出差")  # fmt: skip
    with looking(office, "secretary") as task:
        assert named(task) == ["commissioner"]
        assert named(task, late) == ["approver", "member", "organizer"]
    with office.database.write() as connection:  # one of them has acted for the branch, in another office
        home = connection.scalar(select(Case.organization_id).where(Case.number == case))
        mine = {"account_id": office.people["approver"].account_id, "organization_id": home, "role": "branch_secretary",
                "from_on": D("2020-01-01")}  # fmt: skip
        held = connection.execute(insert(Office).returning(Office.id), mine).scalar_one()
    office.people = {**office.people, "approver2": Login(office.people["approver"].account_id, held)}
    office.take("approver2", case, "talk held", D("2026-06-20"))
    decided = TakeStep(key=office.key(), case=case, seen=3, step="file_activist", outcome="filed",
                       occurred_on="2026-07-05", reason="情况特殊")  # fmt: skip
    with looking(office, "member") as task:
        assert named(task) == ["approver", "organizer"]
        assert named(task, decided) == ["organizer"]


def test_nobody_is_named_for_what_somebody_proposed_who_has_left(office):
    case = office.open(APPLIED).case
    office.take("secretary", case, "talk held", D("2026-07-05"), reason="谈话人出差")
    with looking(office, "commissioner") as task:
        (one,) = waiting(task, case)
        assert settlement(task, read_case(task, case), one).barred is None
    with office.database.write() as connection:
        held = Office.id == office.people["secretary"].office_id
        connection.execute(update(Office).where(held).values(until_on=D("2026-07-04")))
    with looking(office, "commissioner") as task:
        (one,) = waiting(task, case)
        settling = settlement(task, read_case(task, case), one)
        assert isinstance(settling.barred, NoOffice)
        assert (settling.barred, settling.who, settling.declines) == (settling.refused, (), True)
    with looking(office, "watcher") as task:
        assert not settlement(task, read_case(task, case), one).declines


def test_the_list_goes_by_urgency_and_knows_whose_turn_it_is(office):
    late, soon, quiet = (office.open(day, name=f"示例{number}").case for number, day in enumerate(
        (D("2026-06-01"), D("2026-06-28"), D("2026-07-20"))))  # fmt: skip
    today = office.clock.day = D("2026-07-22")
    with looking(office, "secretary") as task:
        work = todo(task.connection, task.actor, today)
    talks = [one for one in work.own if one.step == "talk"]
    assert [(one.case, one.overdue(today), one.soon(today)) for one in talks] == [
        (late, True, False), (soon, False, True), (quiet, False, False)]  # fmt: skip
    assert (work.own_counts.overdue, work.own_counts.soon) == (1, 1)
    assert work.own_counts.all == len(work.own)
    with looking(office, "approver") as task:
        above = todo(task.connection, task.actor, today)
    assert above.own == ()
    assert {one.acts for one in above.others} == {"一支部"}
    assert above.other_counts == work.own_counts
    with looking(office, "auditor") as task:
        assert todo(task.connection, task.actor, today).others == above.others
    with looking(office, "administrator") as task:
        assert todo(task.connection, task.actor, today) == Worklist()


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Give the statements that are executed meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    yield found
    event.remove(connection, "before_cursor_execute", note)


def crowd(office: Bureau, organizations: int, people: int) -> None:
    """Put many branches beside the two, and many open steps into them, straight into the tables."""
    with office.database.write() as connection:
        above = connection.execute(select(Organization.id, Organization.path).where(Organization.name == "党委")).one()
        first = 1000
        connection.execute(insert(Organization), [
            {"id": first + n, "kind": "branch", "name": f"支部{n}", "parent_id": above.id,
             "path": f"{above.path}{first + n}."} for n in range(organizations)
        ])  # fmt: skip
        placed = [(first + n, first + n % organizations) for n in range(people)]
        connection.execute(insert(Case), [
            {"id": case, "number": f"2026-{case:06d}", "procedure": "recruitment", "organization_id": home,
             "path": f"{above.path}{home}.", "state": "activist", "entries": 0, "head": ORIGIN} for case, home in placed
        ])  # fmt: skip
        connection.execute(
            insert(Person), [{"case_id": case, "name": "示例", "name_key": "示例"} for case, _ in placed]
        )
        connection.execute(insert(Todo), [
            {"case_id": case, "step": step, "organization_id": acting, "branch_id": home,
             "path": f"{above.path}{home}.", "state": "activist",
             "due_on": NOTHING_URGES if case % 3 else D("2026-06-01") + timedelta(case % 400)}
            for case, home in placed for step, acting in (("cultivate", home), ("file_activist", above.id))
        ])  # fmt: skip
    if office.database.dialect == "postgresql":  # its server takes statistics by itself; on SQLite nobody does
        with office.database.owner(transaction=False) as connection:
            connection.execute(text("VACUUM ANALYZE"))


@pytest.mark.parametrize("organizations", [20, SMALL + 100])
def test_the_list_is_read_from_indexes_alone_by_as_many_queries_whatever_the_scope(office, organizations):
    crowd(office, organizations, 3000)
    today = D("2026-11-22")
    asked = {}
    for who in ("approver", "secretary"):
        with looking(office, who) as task, statements(task.connection) as made:
            if (
                office.database.dialect == "postgresql"
            ):  # a table of few pages it reads whole, whatever indexes there are
                task.connection.execute(text("SET LOCAL enable_seqscan = off"))
                made.clear()
            work = todo(task.connection, task.actor, today, limit=20)
            asked[who] = len(made)
            for statement, parameters in [one for one in made if "FROM todo" in one[0]]:
                assert full_scans(task.connection, statement, parameters) == []
        if who == "approver":
            assert (len(work.own), len(work.others)) == (20, 20)
            assert [one.due_on for one in work.own] == sorted(one.due_on for one in work.own if one.due_on)
            assert work.own_counts.later == MOST
            assert work.own_counts.cut
    assert asked["approver"] == asked["secretary"]


def full_scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Return the parts of a plan that go through the whole table, on SQLite that touch it at all."""
    if connection.dialect.name == "sqlite":
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        return [line for line in plan if re.search(r"\btodo\b", line) and "COVERING INDEX" not in line]
    plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    return [line for line in plan if "Seq Scan on todo" in line]


def test_a_plan_without_an_index_is_found(sqlite_database):
    with sqlite_database.read() as connection:
        assert full_scans(connection, "SELECT outcome FROM todo WHERE outcome > 'x'", ())


def setting(office: Bureau, branch: str, *, has_committee: bool | None) -> None:
    """Say whether a branch has a committee from now on."""
    with office.database.write() as connection:
        changed = update(Organization).where(Organization.name == branch).values(has_committee=has_committee)
        connection.execute(changed)


def broken_now(office: Bureau, case: str, who: str = "secretary") -> set[str]:
    """Return the rules that a case is shown to break."""
    with looking(office, who) as task:
        return {one.rule for one in show(task, case).findings if one.state is VerdictState.VIOLATED}


def test_a_decision_is_judged_by_the_branch_as_it_was_then(office):
    setting(office, "一支部", has_committee=False)
    case = until(office, "talk")
    recommended = {"recommended_by": "推优", "recommended_on": "2026-06-20"}
    office.take("secretary", case, "activist confirmed", D("2026-07-01"), evidence=recommended)
    assert values(office, case)["activist.body"] == "general_meeting"
    assert values(office, case)["case.has_committee"] is False
    setting(office, "一支部", has_committee=True)  # it has grown
    assert values(office, case)["case.has_committee"] is False
    assert broken_now(office, case) == set()
    office.take("approver", case, "file_activist filed", D("2026-07-03"))
    office.take("secretary", case, "contacts assigned", D("2026-07-05"), evidence={"name_1": "甲"})
    reviewed = (D("2026-12-28"), D("2027-06-25"))
    for day in reviewed:
        office.take("secretary", case, "cultivate reviewed", day)
    heard = {"heard_on": "2027-07-05"}
    with pytest.raises(StepRefused) as refused:  # what is decided now is judged by what is so now, and only that
        office.take(
            "secretary", case, "choose_target proposed", D("2027-07-06"), evidence={**heard, "body": "general_meeting"}
        )
    assert [one.rule for one in refused.value.refusals] == ["choose_target.committee_decides"]
    office.take("secretary", case, "choose_target proposed", D("2027-07-06"), evidence=heard)
    assert values(office, case)["choose_target.body"] == "branch_committee"
    assert values(office, case)["case.has_committee"] is None  # one decision under each
    assert broken_now(office, case) == set()


def test_a_decision_keeps_being_a_breach_when_the_branch_changes(office):
    case = until(office, "talk")
    told = {"recommended_by": "推优", "recommended_on": "2026-06-20", "body": "general_meeting"}
    with pytest.raises(StepRefused):
        office.take("secretary", case, "activist confirmed", D("2026-07-01"), evidence=told)
    waits = office.take(
        "secretary", case, "activist confirmed", D("2026-07-01"), evidence=told, irregular=True, reason="确有其事"
    )
    office.confirm("commissioner", waits)
    assert record(office, case).entries[-1].body["has_committee"] is True
    assert record(office, case).view().state == "applicant"


def moved(office: Bureau) -> str:
    """Return the case of an activist with contacts of the first branch, taken over by the second, which has none."""
    setting(office, "二支部", has_committee=False)
    case = until(office, "contacts")
    office.offer("secretary", case, "二支部", D("2026-12-14"))
    office.take("elsewhere", case, "move handed_over", D("2026-12-15"), evidence={"checked": True})
    return case


def test_a_case_that_moved_is_judged_by_the_branches_that_had_it(office):
    case = moved(office)
    found = record(office, case)
    now, then = found.view(), found.view(as_of=D("2026-08-01"))
    assert (now.values["case.branch"], then.values["case.branch"]) == ("二支部", "一支部")
    assert (now.values["case.has_committee"], then.values["case.has_committee"]) == (True, True)
    assert found.view(present=True).values["case.has_committee"] is False
    assert found.view(as_of=D("2026-12-14")).values["case.branch"] == "一支部"
    assert found.view(as_of=D("2026-12-15")).values["case.branch"] == "二支部"
    assert broken_now(office, case, "elsewhere") == set()


@pytest.mark.parametrize(("full_on", "rule"), [(None, set()), (D("2026-07-20"), {"contacts.full_members"})])
def test_people_are_looked_up_in_the_branch_that_named_them(office, full_on, rule):
    with office.database.write() as connection:  # a namesake in the other branch: of no account, whatever that one is
        namesake = {"name": "甲", "name_key": "甲", "standing": "probationary", "full_on": None}
        connection.execute(insert(Member).values(organization_id=office.organizations["二支部"][0], **namesake))
    case = moved(office)
    if full_on is not None:  # the own one turns out to have become a full member only later
        with office.database.write() as connection:
            own = (Member.name == "甲", Member.organization_id == office.organizations["一支部"][0])
            connection.execute(update(Member).where(*own).values(full_on=full_on))
    assert broken_now(office, case, "elsewhere") == rule


def test_nothing_is_known_of_people_whose_branch_has_no_roster(office):
    case = moved(office)
    with office.database.owner() as connection:
        connection.execute(delete(Member).where(Member.organization_id == office.organizations["一支部"][0]))
    with looking(office, "elsewhere") as task:
        shown = show(task, case)
        world = world_of(task, read_case(task, case), shown.view.values)
        found = judge_case(shown.book, shown.view, world, task.today)
    assert {one.state for one in found if one.rule == "contacts.full_members"} == {VerdictState.UNDECIDABLE}


def test_the_page_after_a_case_that_is_not_seen_is_empty(office):
    first = office.open(APPLIED).case
    second = office.open(APPLIED, who="elsewhere", name="示例二").case
    with looking(office, "secretary") as task:
        assert [one.number for one in cases(task, Filters())[0]] == [first]
        assert cases(task, Filters(after=second)) == ((), None)
