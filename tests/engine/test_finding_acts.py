"""The life of a finding: answered by the branch, waived by a superior for a time, closed by a run alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, insert, select

from tests.engine.office import Bureau
from tests.engine.test_audit_runs import as_judged, changes, mends, taken, totals
from tests.engine.test_looking import looking
from workflow.engine.acting import NotEntitled
from workflow.engine.finding_acts import (
    Abilities,
    About,
    Unfit,
    UnknownFinding,
    abilities,
    answer,
    ask_waiver,
    settle_waiver,
)
from workflow.engine.finding_lives import Event, Life, closed, history, life_of, stands
from workflow.engine.finding_stages import EventKind, Identity, Standing
from workflow.engine.findings_view import FindingFilters, findings
from workflow.engine.log_acts import LogAct
from workflow.engine.reading import read_record
from workflow.engine.requests import UnsoundRequest
from workflow.engine.scope import UnknownCase, find_case
from workflow.engine.task import Task
from workflow.engine.waiving import LONGEST_WAIVER, request_of
from workflow.keep.chain import heads
from workflow.keep.lives import lives as keep_lives
from workflow.seal import commitment
from workflow.store.tables import Account, Case, Finding, FindingEvent, FindingText, LogEntry, Person

OPENED = date(2026, 9, 1)
TODAY = date(2026, 11, 22)
TALK = "talk.within_a_month"
SAID = "已于10月补谈，谈话记录存档"


HOSTILE = ("2026 12", "第一次", "a" * 65, "a\n", "a'; DROP TABLE audit_run", "\ud800", "../x")


@pytest.fixture
def office(fresh_office: Bureau) -> Iterator[Bureau]:
    """Give an office in which nobody talked with two applicants in time, as a run has found."""
    for name in ("甲一", "甲二"):
        fresh_office.open(OPENED, name=name)
    fresh_office.clock.day = TODAY
    taken(fresh_office)
    yield fresh_office
    as_judged(fresh_office)
    with fresh_office.database.read() as connection:  # whatever was done, the stages follow from the events
        assert list(keep_lives(connection, heads(connection, 0, 100))) == []


def number(office: Bureau, name: str = "甲一") -> str:
    """Return the number of the case of somebody."""
    with office.database.read() as connection:
        return connection.execute(select(Case.number).join(Person).where(Person.name == name)).scalar_one()


def about(office: Bureau, name: str = "甲一", rule: str = TALK) -> About:
    """Return which finding is meant."""
    return About(number(office, name), rule, rule.split(".", maxsplit=1)[0], 1)


def identity(office: Bureau, name: str = "甲一", rule: str = TALK) -> Identity:
    """Return the same as it stands in the database."""
    with office.database.read() as connection:
        case = connection.execute(select(Person.case_id).where(Person.name == name)).scalar_one()
    return Identity(case, rule, rule.split(".", maxsplit=1)[0], 1)


def does(
    office: Bureau, who: str, act: Any, *said: Any, name: str = "甲一", rule: str = TALK, key: str = "", **more: Any
) -> None:
    """Let somebody do something about a finding."""
    here = about(office, name, rule)
    changes(office, who).make(lambda task: act(task, here, *said, key or uuid4().hex, **more))


def answered(office: Bureau, who: str = "secretary", text: str = SAID, paper: str = "谈2026-7", **more: Any) -> None:
    """Answer a finding."""
    does(office, who, answer, text, paper, **more)


def asked(office: Bureau, who: str = "secretary", days: int = 30, **more: Any) -> None:
    """Ask for a waiver of so many days."""
    does(office, who, ask_waiver, "组织关系刚转入", "党发〔2026〕7号", office.clock.day + timedelta(days), **more)


def settled(office: Bureau, who: str = "approver", agreed: bool = True, **more: Any) -> None:
    """Approve or decline what waits."""
    waiting = life(office, more.get("name", "甲一"), more.get("rule", TALK)).asked or 0
    does(office, who, settle_waiver, waiting, agreed=agreed, **more)


def life(office: Bureau, name: str = "甲一", rule: str = TALK) -> Life:
    """Return where a finding stands."""
    with office.database.read() as connection:
        known = life_of(connection, identity(office, name, rule), office.clock.day)
        return known or pytest.fail("nothing is known of it")


def told(office: Bureau) -> tuple[Event, ...]:
    """Return what happened to the finding."""
    with office.database.read() as connection:
        return history(connection, identity(office))


def kinds(office: Bureau) -> list[EventKind]:
    """Return the kinds of what happened to the finding."""
    return [one.kind for one in told(office)]


def test_an_answer_is_kept_with_its_paper_and_closes_nothing(office):
    answered(office)
    assert life(office).standing is Standing.ANSWERED
    found, event = told(office)
    assert found.kind is EventKind.FOUND
    assert (event.account, event.organization, event.role) == ("secretary", "一支部", "branch_secretary")
    assert event.texts == {"answer": SAID, "paper": "谈2026-7"}
    taken(office)
    assert totals(office).findings == 2
    assert life(office).standing is Standing.ANSWERED


def logged(office: Bureau, *acts: LogAct) -> list[tuple[Any, ...]]:
    """Return the lines of the log about findings, from the bytes that are sealed: act, whose, said."""
    with office.database.read() as connection:
        query = select(LogEntry.body).where(LogEntry.act.in_([one.value for one in acts])).order_by(LogEntry.id)
        lines = [json.loads(body) for body in connection.scalars(query)]
    return [(line["log"], line["by"], line["about"]) for line in lines]


def test_what_is_said_and_granted_is_a_line_of_the_log_without_its_words(office):
    answered(office)
    asked(office, days=30)
    settled(office)
    waiver = told(office)[-2].id
    with office.database.read() as connection:
        uids = {login: uid.hex for login, uid in connection.execute(select(Account.login, Account.uid))}
    lines = logged(office, LogAct.FINDING_ANSWERED, LogAct.WAIVER_ASKED, LogAct.WAIVER_APPROVED)
    assert [(act, by) for act, by, _ in lines] == [
        ("finding_answered", uids["secretary"]), ("waiver_asked", uids["secretary"]),
        ("waiver_approved", uids["approver"]),
    ]  # fmt: skip
    answer_, ask, approval = (about for _, _, about in lines)
    assert {"rule", "step", "round", "event", "answer", "paper"} == set(answer_)
    assert (answer_["rule"], ask["until_on"], approval["settles"]) == (TALK, str(TODAY + timedelta(30)), waiver)
    with office.database.read() as connection:
        for about in (answer_, ask):
            words = select(FindingText.field, FindingText.salt, FindingText.value)
            rows = connection.execute(words.where(FindingText.event_id == about["event"])).all()
            assert {field: about[field] for field, _, _ in rows} == {
                field: commitment(salt, value) for field, salt, value in rows
            }


def test_a_run_is_a_line_of_the_log_with_what_it_told(office):
    taken(office)
    first, *_ = logged(office, LogAct.AUDIT_RUN)
    assert {"run", "as_of", "told", "gone"} == set(first[2])
    assert (first[2]["told"], first[2]["gone"]) == (2, 0)


def test_only_a_run_that_finds_it_no_more_closes_it(office):
    answered(office)
    mends(office, "甲一")
    assert life(office).standing is Standing.ANSWERED
    taken(office)
    assert life(office).standing is Standing.GONE
    assert kinds(office) == [EventKind.FOUND, EventKind.ANSWERED, EventKind.GONE]


def test_what_comes_back_is_open_whatever_was_said_before(office):
    row = broken(office)
    answered(office)
    mends(office, "甲一")
    taken(office)
    breaks_again(office, row)
    assert listed(office, Standing.OPEN) == {"甲一", "甲二"}
    taken(office)
    assert (life(office).standing, life(office).reopened_on) == (Standing.OPEN, TODAY)
    assert kinds(office)[-1] is EventKind.REOPENED


def test_what_came_back_can_be_answered_before_a_run_says_so_and_is_told_as_back_all_the_same(office):
    row = broken(office)
    mends(office, "甲一")
    taken(office)
    breaks_again(office, row)
    answered(office)
    taken(office)
    assert life(office).standing is Standing.ANSWERED
    assert totals(office).reopened == 1
    assert kinds(office)[-2:] == [EventKind.ANSWERED, EventKind.REOPENED]


def test_a_finding_can_be_answered_before_any_run_and_is_new_to_the_first(fresh_office):
    fresh_office.open(OPENED, name="甲一")
    fresh_office.clock.day = TODAY
    answered(fresh_office)
    taken(fresh_office)
    assert totals(fresh_office).found == 1
    assert life(fresh_office).standing is Standing.ANSWERED


@pytest.mark.parametrize("who", ["approver", "organizer", "watcher", "auditor", "department"])
def test_the_branch_alone_answers_for_its_cases(office, who):
    with pytest.raises(NotEntitled):
        answered(office, who)


@pytest.mark.parametrize("who", ["elsewhere", "administrator"])
def test_who_does_not_see_the_case_is_told_that_there_is_none(office, who):
    for act in (answered, asked):
        with pytest.raises(UnknownCase):
            act(office, who)


def test_a_waiver_stands_from_its_approval_until_its_last_day_and_comes_back_after_it(office):
    asked(office, days=30)
    assert life(office).standing is Standing.ASKED
    assert totals(office).waived == 0
    settled(office)
    until = TODAY + timedelta(30)
    assert (life(office).standing, life(office).waived_until) == (Standing.WAIVED, until)
    assert kinds(office)[1:] == [EventKind.WAIVER_ASKED, EventKind.WAIVED]
    for day, standing, waived in ((until, Standing.WAIVED, 1), (until + timedelta(1), Standing.EXPIRED, 0)):
        office.clock.day = day
        taken(office)
        assert life(office).standing is standing
        assert totals(office).waived == waived
        assert listed(office, standing) == {"甲一"}


def test_an_expired_waiver_can_be_asked_for_anew(office):
    asked(office, days=1)
    settled(office)
    with pytest.raises(Unfit):
        asked(office)
    office.clock.day = TODAY + timedelta(2)
    asked(office)
    assert life(office).standing is Standing.ASKED


def test_an_answer_leaves_a_waiver_as_it_stands_and_counts_once_that_has_expired(office):
    asked(office, days=5)
    answered(office)
    assert life(office).standing is Standing.ASKED
    settled(office)
    answered(office)
    assert life(office).standing is Standing.WAIVED
    office.clock.day = TODAY + timedelta(6)
    answered(office)
    assert life(office).standing is Standing.ANSWERED


def test_what_is_declined_is_as_before_and_who_asked_may_take_it_back(office):
    asked(office)
    settled(office, agreed=False)
    assert life(office).standing is Standing.OPEN
    answered(office)
    asked(office)
    settled(office, "secretary", agreed=False)
    assert life(office).standing is Standing.ANSWERED
    with pytest.raises(UnknownFinding):
        settled(office)


@pytest.mark.parametrize("days", [0, -1, LONGEST_WAIVER + 1])
def test_a_waiver_ends_within_a_year(office, days):
    with pytest.raises(Unfit):
        asked(office, days=days)


def test_what_waited_beyond_its_last_day_is_not_approved(office):
    asked(office, days=1)
    office.clock.day = TODAY + timedelta(1)
    with pytest.raises(Unfit):
        settled(office)


def test_an_answer_says_something(office):
    for text, paper in (("", "谈7"), ("  ", "谈7"), (SAID, "")):
        with pytest.raises(Unfit):
            answered(office, text=text, paper=paper)
    with pytest.raises(UnsoundRequest):
        answered(office, text="长" * 3000)


def test_nothing_is_said_of_what_is_not_broken(office):
    mends(office, "甲一")
    for act in (answered, asked):
        with pytest.raises(UnknownFinding):
            act(office)


def test_the_same_click_twice_is_one_event(office):
    answered(office, key="once")
    answered(office, key="once")
    assert kinds(office) == [EventKind.FOUND, EventKind.ANSWERED]


def test_a_key_of_one_act_serves_no_other_act_and_no_other_finding(office):
    answered(office, key="once")
    with pytest.raises(Unfit):
        asked(office, key="once")
    with pytest.raises(Unfit):
        answered(office, name="甲二", key="once")
    assert life(office, "甲二").standing is Standing.OPEN


@pytest.mark.parametrize("key", HOSTILE)
def test_a_key_that_is_none_is_refused_with_words(office, key):
    for act in (answered, asked):
        with pytest.raises(UnsoundRequest, match="letters, digits or hyphens"):
            act(office, key=key)
    asked(office)
    with pytest.raises(UnsoundRequest):
        settled(office, key=key)


def test_words_can_be_erased_and_the_event_stays(office):
    answered(office)
    with office.database.write() as connection:
        connection.execute(delete(FindingText))
    assert told(office)[1].texts == {"answer": None, "paper": None}


def test_no_event_holds_a_name_or_a_word(office):
    answered(office, text="与甲一谈话")
    asked(office)
    with office.database.read() as connection:
        rows = connection.execute(select(FindingEvent)).all()
        assert not any("甲一" in str(row) or "党发" in str(row) for row in rows)
        assert connection.scalar(select(func.count()).select_from(FindingText)) == 4


def test_abilities_say_beforehand_what_would_be_refused(office):
    asked(office)
    expected = {  # who: may answer, may ask, may settle, may take back
        "secretary": (True, True, False, True),
        "commissioner": (True, True, False, False),
        "approver": (False, True, True, False),
        "auditor": (False, False, False, False),
    }
    for who, said in expected.items():
        found = changes(office, who).make(partial(_abilities, office))
        assert (found.answer is None, found.waive is None, found.settle is None, found.take_back) == said, who


def _abilities(office: Bureau, task: Task) -> Abilities:
    record = read_record(task.connection, task.laws, find_case(task.connection, task.actor, number(office)))
    return abilities(task, record, about(office), request_of(task, life(office).asked or 0)[0])


def test_the_list_of_what_is_closed_names_first_and_last_day(office):
    mends(office, "甲一")
    office.clock.day = TODAY + timedelta(9)
    taken(office)
    rows, following = changes(office, "approver").make(lambda task: closed(task, None))
    assert [(one.name, one.first_on, one.last_on, one.closed_on) for one in rows] == [
        ("甲一", TODAY, TODAY, TODAY + timedelta(9))
    ]
    assert following is None
    assert changes(office, "elsewhere").make(lambda task: closed(task, None)) == ((), None)
    assert changes(office, "administrator").make(lambda task: closed(task, None)) == ((), None)


def broken(office: Bureau, name: str = "甲一") -> dict[str, Any]:
    """Return the row of a finding, to put it back."""
    with office.database.read() as connection:
        query = select(*Finding.__table__.columns).where(identity(office, name).of(Finding))
        return dict(connection.execute(query).one()._mapping)  # noqa: SLF001 - its public name


def breaks_again(office: Bureau, row: dict[str, Any]) -> None:
    """Put a finding back."""
    with office.database.write() as connection:
        connection.execute(insert(Finding), row)


def listed(office: Bureau, standing: Standing) -> set[str]:
    """Return the people whose finding stands so: by the condition, and as the list tells it; both must agree."""
    day = office.clock.day
    query = select(Person.name).join(Finding, Finding.case_id == Person.case_id)
    with office.database.read() as connection:
        every = [name for one in Standing for name in connection.scalars(query.where(stands(one, day)))]
        assert sorted(every) == sorted(connection.scalars(query))  # each stands in one way
        found = set(connection.scalars(query.where(stands(standing, day))))
    with looking(office, "approver") as task:
        told = findings(task, FindingFilters(standing=standing))
        assert {one.name for one in told.rows} == found
        assert {one.life.standing for one in told.rows} <= {standing}
        assert told.total == len(told.rows)
    return found
