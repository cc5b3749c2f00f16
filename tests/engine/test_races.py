"""Two who act at once: one wins, everybody else is told clearly, and no lock is anybody's error."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tests.engine.office import Bureau, bureau
from tests.engine.origins import url_of
from tests.engine.race import SUBMITTING, race
from tests.engine.soundness import faults
from tests.engine.test_lives import live
from tests.regulation.trace import accepted, traces
from workflow.engine import desk, scope
from workflow.engine.desk import UnknownProposal
from workflow.engine.requests import Confirm, Correct, Offer, OpenCase, TakeStep, Withdraw
from workflow.engine.scope import UnknownOrganization
from workflow.engine.task import Answer, CaseChanged
from workflow.errors import WorkflowError
from workflow.rules.judge import StepRefused
from workflow.store import sqlite
from workflow.store.database import Database
from workflow.store.tables import Case, Organization, Proposal, Submission, SubmissionStatus, Transfer

ROOT = Path(__file__).resolve().parents[2]
MANY = 8
LIFE = "lived under the edition of 2026"
ON = date(2027, 8, 10)


@pytest.fixture
def office(fresh_office: Bureau) -> Bureau:
    """Give every test an office of its own."""
    return fresh_office


def lived(office: Bureau, through: str) -> str:
    """Return a case lived up to its last act of a step."""
    return live(office, list(accepted(traces()[LIFE], through)))


def takes(office: Bureau, case: str, do: str, on: date, times: int = 1, **more) -> list[TakeStep]:
    """Return the same act as several people would hand it in, each with a key of its own, all from the same form."""
    office.clock.day = max(office.clock.day, on)
    step, outcome = do.split()
    return [
        TakeStep(
            key=office.key(),
            case=case,
            seen=office.seen(case),
            step=step,
            outcome=outcome,
            occurred_on=on.isoformat(),
            **more,
        )
        for _ in range(times)
    ]


def parted(told: Sequence[Answer | Exception]) -> tuple[list[Answer], list[WorkflowError]]:
    """Return answers and refusals; anything else is a failure that a user would have seen."""
    assert [one for one in told if not isinstance(one, Answer | WorkflowError)] == []
    return [one for one in told if isinstance(one, Answer)], [one for one in told if isinstance(one, WorkflowError)]


def test_the_same_step_by_eight_is_written_once_and_seven_are_told_what_is_new(office: Bureau) -> None:
    case = lived(office, "training")
    seen = office.seen(case)
    told = race(office, [("secretary", one) for one in takes(office, case, "examine passed", ON, MANY)])
    answers, refusals = parted(told)
    assert [answer.entry for answer in answers] == [seen + 1]
    assert {type(refusal) for refusal in refusals} == {CaseChanged}
    assert [refusal.entries for refusal in refusals if isinstance(refusal, CaseChanged)] == [(seen + 1,)] * (MANY - 1)
    assert office.kinds(case)[seen:] == [("act", "examine", "passed")]
    with office.database.read() as connection:
        status = (
            select(Submission.status).join(Case).where(Case.number == case).order_by(Submission.id.desc()).limit(MANY)
        )
        assert Counter(connection.scalars(status)) == {SubmissionStatus.REFUSED: MANY - 1, SubmissionStatus.RECORDED: 1}


@pytest.mark.parametrize("through", ["training", "pre_review"])
def test_the_same_click_by_eight_is_written_once_and_all_get_the_same_answer(office: Bureau, through: str) -> None:
    case = lived(office, through)
    seen = office.seen(case)
    do = "examine passed" if through == "training" else "fill_form filled"
    told = race(office, [("secretary", one) for one in takes(office, case, do, date(2027, 8, 25)) * MANY])
    answers, refusals = parted(told)
    assert refusals == []
    assert {answer.entry for answer in answers} == {seen + 1}
    assert len(set(map(repr, (replace(answer, again=True) for answer in answers)))) == 1
    assert sorted(answer.again for answer in answers) == [False, *[True] * (MANY - 1)]
    assert office.seen(case) == seen + 1


def test_what_waits_for_a_second_person_waits_once_after_eight_clicks(office: Bureau) -> None:
    case = office.open(date(2026, 5, 20)).case
    request = takes(office, case, "talk held", date(2026, 7, 20), reason="出差")[0]
    answers, refusals = parted(race(office, [("secretary", request)] * MANY))
    assert refusals == []
    assert len({answer.proposal for answer in answers}) == 1
    with office.database.read() as connection:
        assert connection.scalars(select(Proposal.submission_id)).all() == [answers[0].proposal]


def test_a_refused_click_by_eight_is_refused_eight_times_and_recorded_once(office: Bureau) -> None:
    case = lived(office, "training")
    request = takes(office, case, "examine passed", date(2027, 8, 1))[0]  # before the training it presupposes
    answers, refusals = parted(race(office, [("secretary", request)] * MANY))
    assert answers == []
    assert StepRefused in {type(refusal) for refusal in refusals}
    assert len(refusals) == MANY
    with office.database.read() as connection:
        kept = select(func.count()).select_from(Submission).where(Submission.key == request.key)
        assert connection.scalar(kept) == 1


def test_eight_clicks_open_one_case(office: Bureau) -> None:
    office.clock.day = date(2026, 5, 20)
    request = OpenCase(key=office.key(), name="示例一", born_on="2000-02-10", occurred_on="2026-05-20")
    told = race(office, [("secretary", request)] * MANY, SUBMITTING[office.database.dialect])
    answers, refusals = parted(told)
    assert refusals == []
    assert len({answer.case for answer in answers}) == 1
    with office.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Case)) == 1


def test_two_approvers_one_wins_and_the_other_is_told(office: Bureau) -> None:
    case = lived(office, "superior_talk")
    on = date(2027, 10, 8)
    approved = takes(
        office,
        case,
        "approve approved",
        on,
        evidence={"body": "committee", "singly": True, "probation_from": "2027-09-06", "probation_to": "2028-09-06"},
    )[0]
    refused = takes(office, case, "approve refused", on, reason="材料不实")[0]
    answers, refusals = parted(race(office, [("approver", approved), ("member", refused)]))
    assert [type(refusal) for refusal in refusals] == [CaseChanged]
    assert answers[0].state == office.state(case)
    assert office.state(case) in {"probationary", "target"}


@pytest.mark.parametrize("second", [True, False], ids=["confirmed twice", "confirmed and declined"])
def test_a_proposal_is_settled_once(office: Bureau, second: bool) -> None:
    case = lived(office, "training")
    waiting = office.correct("secretary", case, 3, {"paper": "谈3号"})
    assert waiting.proposal is not None
    seen = office.seen(case)
    asked = [
        Confirm(key=office.key(), case=case, seen=seen, proposal=waiting.proposal, agreed=agreed)
        for agreed in (True, second)
    ]
    answers, refusals = parted(race(office, [("approver", asked[0]), ("member", asked[1])]))
    assert len(answers) == len(refusals) == 1
    assert type(refusals[0]) in {CaseChanged, UnknownProposal}
    assert office.seen(case) == seen + (answers[0].entry is not None)
    with office.database.read() as connection:
        assert connection.scalars(select(Proposal.submission_id)).all() == []


def test_a_step_and_the_confirmation_of_a_correction_do_not_both_count(office: Bureau) -> None:
    case = lived(office, "training")
    waiting = office.correct("secretary", case, 3, {"paper": "谈3号"})
    assert waiting.proposal is not None
    step = takes(office, case, "examine passed", ON)[0]
    confirm = Confirm(key=office.key(), case=case, seen=office.seen(case), proposal=waiting.proposal)
    answers, refusals = parted(race(office, [("secretary", step), ("approver", confirm)]))
    assert len(answers) == 1
    assert [type(refusal) for refusal in refusals] == [CaseChanged]


def test_a_step_and_a_proposed_correction_wait_for_each_other(office: Bureau) -> None:
    case = lived(office, "training")
    step = takes(office, case, "examine passed", ON)[0]
    correct = Correct(key=office.key(), case=case, seen=step.seen, number=3, evidence={"paper": "谈3号"}, reason="笔误")
    answers, refusals = parted(race(office, [("secretary", step), ("commissioner", correct)]))
    assert SubmissionStatus.RECORDED in {answer.status for answer in answers}
    assert office.seen(case) == step.seen + 1
    assert {type(refusal) for refusal in refusals} <= {
        CaseChanged
    }  # the step came first, or what waits is no entry yet


def offered(office: Bureau) -> str:
    """Return a case that is offered to the second branch."""
    case = lived(office, "contacts")
    office.offer("secretary", case, "二支部", date(2026, 8, 1))
    return case


def test_an_offered_case_is_taken_over_once(office: Bureau) -> None:
    case = offered(office)
    asked = takes(office, case, "move handed_over", date(2026, 8, 2), 2, evidence={"checked": True})
    answers, refusals = parted(race(office, [("elsewhere", asked[0]), ("elsewhere2", asked[1])]))
    assert len(answers) == 1
    assert [type(refusal) for refusal in refusals] == [CaseChanged]
    assert [kind for kind, step, _ in office.kinds(case) if step == "move"] == ["offered", "act"]


def test_an_offer_is_taken_up_or_taken_back(office: Bureau) -> None:
    case = offered(office)
    taken = takes(office, case, "move handed_over", date(2026, 8, 2), evidence={"checked": True})[0]
    back = Withdraw(key=office.key(), case=case, seen=taken.seen, number=taken.seen, reason="不转了")
    answers, refusals = parted(race(office, [("elsewhere", taken), ("secretary", back)]))
    assert len(answers) == len(refusals) == 1
    assert office.seen(case) == taken.seen + 1


def test_a_case_is_offered_to_one_branch_only(office: Bureau) -> None:
    case = lived(office, "contacts")
    office.clock.day = max(office.clock.day, date(2026, 8, 1))
    asked = [
        Offer(
            key=office.key(),
            case=case,
            seen=office.seen(case),
            to=office.organizations["二支部"][1],
            occurred_on="2026-08-01",
        )
        for _ in range(2)
    ]
    answers, refusals = parted(race(office, [("secretary", asked[0]), ("commissioner", asked[1])]))
    assert len(answers) == 1
    assert [type(refusal) for refusal in refusals] == [CaseChanged]


def at_statement(database: Database, at: str, meanwhile: Callable[[Connection], None]) -> None:
    """Let another connection do something, and commit it, when a statement is about to run for the first time."""
    engine = database._engine  # noqa: SLF001 - the seam between program and database
    heard: list[str] = []

    def arriving(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if at in statement and not heard:
            heard.append(at)
            with database.write() as other:
                meanwhile(other)

    event.listen(engine, "before_cursor_execute", arriving)


def close_second(connection: Connection) -> None:
    """Close the second branch since yesterday."""
    second = update(Organization).where(Organization.name == "二支部")
    connection.execute(second.values(until_on=date(2026, 5, 1)))


@pytest.mark.parametrize("what", ["opened", "taken over", "offered"])
def test_a_branch_that_was_closed_a_moment_ago_gets_no_case(postgresql_database: Database, what: str) -> None:
    office = bureau(postgresql_database)
    case = offered(office) if what == "taken over" else lived(office, "contacts")
    taking = {
        "opened": lambda: office.open(date(2026, 8, 2), who="elsewhere"),
        "taken over": lambda: office.take("elsewhere", case, "move handed_over", date(2026, 8, 2),
                                          evidence={"checked": True}),
        "offered": lambda: office.offer("secretary", case, "二支部", date(2026, 8, 2)),
    }[what]  # fmt: skip
    at_statement(postgresql_database, "FOR SHARE", close_second)
    with pytest.raises(UnknownOrganization):
        taking()
    with postgresql_database.read() as connection:
        second = select(Organization.id).where(Organization.name == "二支部").scalar_subquery()
        assert connection.scalar(select(func.count()).where(Case.organization_id == second)) == 0
        assert connection.scalar(select(func.count()).select_from(Transfer)) == (what == "taken over")


@pytest.mark.parametrize("what", ["opened", "taken over"])
def test_no_branch_is_closed_while_it_gets_a_case(postgresql_database: Database, what: str) -> None:
    office = bureau(postgresql_database)
    case = offered(office) if what == "taken over" else ""
    told = []

    def closing(connection: Connection) -> None:
        second = select(Organization.id).where(Organization.name == "二支部")
        try:
            connection.execute(second.with_for_update(nowait=True))  # as closing it does, without waiting
        except DBAPIError as error:
            told.append(type(error.orig).__name__)
            connection.rollback()

    at_statement(postgresql_database, "INSERT INTO entry ", closing)
    if what == "opened":
        office.open(date(2026, 8, 2), who="elsewhere")
    else:
        office.take("elsewhere", case, "move handed_over", date(2026, 8, 2), evidence={"checked": True})
    assert told == ["LockNotAvailable"]


def test_different_cases_do_not_wait_for_each_other_longer_than_they_must(office: Bureau) -> None:
    cases = [lived(office, "training") for _ in range(3)]
    told = race(office, [("secretary", takes(office, case, "examine passed", ON)[0]) for case in cases])
    answers, refusals = parted(told)
    assert refusals == []
    assert [answer.case for answer in answers] == cases


def test_without_the_lock_the_race_is_lost_and_seen(office: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reading without a lock lets several write at once; the constraints stop that, not clearly."""
    case, unlocked = lived(office, "training"), scope.find_case
    monkeypatch.setattr(desk, "find_case", lambda *which, lock: unlocked(*which, lock=not lock))
    monkeypatch.setitem(sqlite.BEGIN, "write", "SELECT 1")  # every statement stands alone
    asked = takes(office, case, "examine passed", ON, 2)
    told = race(office, [("secretary", one) for one in asked], re.compile("INSERT INTO entry "), together=True)
    assert (
        any(isinstance(one, SQLAlchemyError) for one in told)
        or len([one for one in told if isinstance(one, Answer)]) > 1
    )


@pytest.mark.parametrize("same", [False, True], ids=["each its own case", "all one case"])
def test_eight_processes_write_and_no_lock_reaches_anybody(office: Bureau, same: bool) -> None:
    each, cases = 4, [lived(office, "contacts") for _ in range(1 if same else MANY)]
    begin = max(office.clock.day, date(2026, 8, 1)) + timedelta(1)
    before = {case: office.seen(case) for case in cases}
    job = {
        "url": url_of(office.database),
        "who": [office.people["secretary"].account_id, office.people["secretary"].office_id],
        "cases": [cases[place % len(cases)] for place in range(MANY)],
        "each": each,
        "day": begin.isoformat(),
    }
    office.database.close()
    command = [sys.executable, "-m", "tests.engine.crew", json.dumps(job)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    told = Counter(word for line in done.stdout.splitlines() for word in json.loads(line))
    assert set(told) <= {"recorded", "CaseChanged"}, told
    assert told["recorded"] == MANY * each
    for case in cases:
        assert office.seen(case) == before[case] + MANY * each // len(cases)
    assert faults(office.database) == []
