"""An import is no back door: who attests which past, until which day, and of whom."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import insert, select

from tests.engine.office import LAWS, LONG_AGO
from tests.engine.soundness import faults
from tests.ledger_import.institute import (
    COMMITTEE,
    FORM,
    bring,
    count,
    only,
    person,
    record_of,
    records,
    why,
)
from workflow.engine.acting import NotEntitled
from workflow.engine.attesting import Past, Source, batch_of, open_cases
from workflow.engine.desk import Login
from workflow.engine.offices import actor_of
from workflow.engine.requests import Confirm, Withdraw
from workflow.engine.scope import OrganizationRow, organization_columns
from workflow.engine.task import Task
from workflow.ledger import read_ledger
from workflow.ledger.import_report import RowKind, What
from workflow.ledger.importing import read_and_import
from workflow.store.tables import Batch, Case, Entry, Office, Organization, Proposal, Submission, SubmissionStatus

TALK, DECIDED, LISTED = "派人谈话时间", "确定积极分子时间", "列为发展对象时间"
PRE_REVIEW, APPROVED, OATH = "预审通过时间", "党委审批时间", "宣誓时间"
CONSENT = "上级党委同意时间"
LONG = date(2022, 1, 5)
TARGET = {"入党申请时间": LONG, TALK: date(2022, 1, 10), DECIDED: date(2022, 6, 1), CONSENT: date(2023, 6, 20),
          LISTED: date(2023, 7, 1)}  # fmt: skip


def whats(row) -> dict[str, What]:
    return {cell.header: cell.what for cell in row.cells}


DECIDED_ABOVE = {
    "a pre-review": {PRE_REVIEW: date(2023, 8, 1)},
    "an approval": {"接收大会时间": date(2023, 8, 20), APPROVED: date(2023, 10, 1)},
    "an approval that cannot be read": {APPROVED: "待定"},
    "an oath, which shows that somebody approved": {OATH: date(2023, 10, 5)},
    "a meeting, which shows that somebody held the pre-review": {"接收大会时间": date(2023, 8, 20)},
    "full membership": {"转正大会时间": date(2024, 11, 1), "转正结论": "按期转正"},
}


@pytest.mark.parametrize("more", DECIDED_ABOVE.values(), ids=DECIDED_ABOVE)
@pytest.mark.parametrize("who", ["secretary1", "commissioner1"])
def test_a_branch_does_not_attest_what_takes_the_power_to_decide(office, write, who, more) -> None:
    file = write(person(**{**TARGET, **more}), person("李强", **TARGET))
    theirs, own = bring(office, file, who).report.rows
    assert (theirs.kind, own.kind) == (RowKind.LEFT_OUT, RowKind.NEW)
    assert "由其（党委、工委、组织部门）导入" in why(theirs)
    assert [(name, record.row.state) for name, record in records(office)] == [("李强", "target")]
    done = bring(office, file, "organizer")
    assert [row.kind for row in done.report.rows] == [RowKind.NEW, RowKind.UNCHANGED]
    assert faults(office.database) == []


@pytest.mark.parametrize("who", ["approver", "member", "organizer", "department"])
def test_offices_of_an_organization_with_power_attest_it(office, write, who) -> None:
    row = only(bring(office, write(person(**TARGET, **{PRE_REVIEW: date(2023, 8, 1)})), who))
    assert row.kind is RowKind.NEW
    assert office.state(record_of(office, "张伟").row.number) == "pre_reviewed"


def test_a_branch_adds_no_decision_to_a_case_either(office, write) -> None:
    bring(office, write(person(**TARGET)), "secretary1")
    more = person(**TARGET, **{"推荐方式": "党员推荐", PRE_REVIEW: date(2023, 8, 1)})
    done = bring(office, write(more), "secretary1")
    assert whats(only(done)) == {"推荐方式": What.WITHHELD, PRE_REVIEW: What.WITHHELD}
    assert (done.batch, done.report.complete, office.state(only(done).case)) == (None, False, "target")
    oath = only(bring(office, write(person(**TARGET, **{OATH: date(2023, 10, 5)})), "secretary1"))
    assert whats(oath) == {OATH: What.WITHHELD}
    own = only(bring(office, write(person(**TARGET, 推荐方式="党员推荐")), "secretary1"))
    assert whats(own) == {"推荐方式": What.FACT}
    assert whats(only(bring(office, write(more), "organizer"))) == {PRE_REVIEW: What.FACT}
    assert office.state(own.case) == "pre_reviewed"
    later = person(**TARGET, **{"推荐方式": "党员推荐", PRE_REVIEW: date(2023, 8, 1), "推荐时间": date(2022, 5, 1)})
    assert whats(only(bring(office, write(later), "secretary1"))) == {
        "推荐时间": What.FACT
    }  # a gap of the branch's own


def test_the_engine_asks_by_itself(office) -> None:
    who = office.people["secretary1"]
    with office.database.write() as connection:
        actor = actor_of(connection, LAWS.organizations, who.account_id, who.office_id, office.clock.day)
        task = Task(connection, LAWS, actor, office.clock())
        home = select(*organization_columns()).where(Organization.id == actor.organization_id)
        branch = OrganizationRow(*connection.execute(home).one())
        source = Source("form", "0" * 64, frozenset())
        past = Past(branch, "张伟", None, {"approve.on": LONG}, "probationary")
        with pytest.raises(NotEntitled):
            open_cases(task, batch_of(task, source), source, [past])


def test_what_came_after_the_first_import_is_no_past_of_a_branch(office, write) -> None:
    office.clock.day = date(2023, 1, 10)
    past = {key: day for key, day in TARGET.items() if day < office.clock.day}
    bring(office, write(person(**past)), "secretary1")
    office.clock.day = date(2026, 11, 21)
    row = only(
        bring(
            office,
            write(person(**TARGET, 推荐时间=date(2022, 5, 1), 培养考察时间="2022-12-01；2023-06-01")),
            "secretary1",
        )
    )
    assert whats(row) == {
        CONSENT: What.AT_DESK,
        LISTED: What.AT_DESK,
        "推荐时间": What.FACT,
        "培养考察时间": What.AT_DESK,
    }
    assert "首次导入（2023-01-10）之后" in why(next(cell for cell in row.cells if cell.header == LISTED))
    assert office.state(row.case) == "activist"
    again = only(bring(office, write(person(**TARGET)), "secretary1"))  # a later import does not move the line
    assert whats(again)[LISTED] is What.AT_DESK
    assert faults(office.database) == []


def test_a_later_fact_that_moves_the_state_does_not_prolong_the_past(office, write) -> None:
    office.clock.day = date(2023, 1, 10)
    bring(office, write(person(入党申请时间=LONG)), "secretary1")
    office.clock.day = date(2026, 11, 21)
    moved = only(bring(office, write(person(入党申请时间=LONG, **{DECIDED: date(2022, 6, 1)})), "secretary1"))
    assert moved.before is not None  # a second cutover stands in the record
    row = only(
        bring(
            office,
            write(person(入党申请时间=LONG, **{DECIDED: date(2022, 6, 1), LISTED: date(2023, 7, 1)})),
            "secretary1",
        )
    )
    assert whats(row) == {LISTED: What.AT_DESK}


def test_votes_of_a_later_meeting_go_to_the_desk_with_its_day(office, write) -> None:
    office.clock.day = date(2023, 1, 10)
    bring(office, write(person(入党申请时间=LONG)), "secretary1")
    office.clock.day = date(2026, 11, 21)
    more = {"接收大会时间": date(2023, 8, 1), "接收应到": 10, "接收赞成": 9}
    assert set(whats(only(bring(office, write(person(入党申请时间=LONG, **more)), "secretary1"))).values()) == {
        What.AT_DESK
    }


def test_whoever_has_the_power_takes_over_the_sheet_of_the_next_month(office, write) -> None:
    office.clock.day = date(2023, 1, 10)
    past = {key: day for key, day in TARGET.items() if day < office.clock.day}
    bring(office, write(person(**past)))
    office.clock.day = date(2026, 11, 21)
    row = only(bring(office, write(person(**TARGET))))
    assert whats(row)[LISTED] is What.FACT
    assert office.state(row.case) == "target"
    assert only(bring(office, write(person(**TARGET)))).cells == ()
    assert faults(office.database) == []


def test_a_case_begun_here_stays_at_the_desk_though_its_act_was_withdrawn(office, write) -> None:
    office.clock.day = date(2026, 11, 21)
    case = office.open(date(2026, 11, 20), who="secretary1", name="张伟").case
    office.submit("secretary1", Withdraw(key=office.key(), case=case, seen=2, number=2, reason="误登记"))
    row = only(bring(office, write(person(**TARGET)), "organizer"))
    assert set(whats(row).values()) == {What.AT_DESK}
    assert record_of(office, "张伟").row.head.entries == 3


def test_an_act_that_was_withdrawn_or_waits_ends_the_past_too(office, write) -> None:
    bring(office, write(person(入党申请时间=date(2026, 11, 10)), person("李强")), "secretary1")
    taken, waits = (record_of(office, name).row.number for name in ("张伟", "李强"))
    office.take("secretary1", taken, "talk held", date(2026, 11, 21))
    seen = office.seen(taken)
    office.submit("secretary1", Withdraw(key=office.key(), case=taken, seen=seen, number=seen, reason="误登记"))
    answer = office.take("secretary1", waits, "talk held", date(2026, 11, 21), reason="补谈")
    assert answer.status is SubmissionStatus.WAITING
    file = write(person(入党申请时间=date(2026, 11, 10), **{TALK: date(2026, 11, 15)}), person("李强", **{TALK: LONG}))
    first, second = bring(office, file).report.rows
    assert whats(first) == whats(second) == {TALK: What.AT_DESK}


def test_who_acted_for_the_branch_adds_nothing_for_a_superior(office, write) -> None:
    bring(office, write(person(**TARGET)), "secretary1")
    account_id = office.people["secretary1"].account_id
    with office.database.write() as connection:
        above = connection.scalar(select(Organization.id).where(Organization.name == COMMITTEE))
        seat = {"account_id": account_id, "organization_id": above, "role": "organizer", "from_on": LONG_AGO}
        made = connection.execute(insert(Office).returning(Office.id), seat).scalar_one()
    office.people["moved up"] = Login(account_id, made)
    more = write(person(**TARGET, **{PRE_REVIEW: date(2023, 8, 1)}))
    row = only(bring(office, more, "moved up"))
    assert whats(row) == {PRE_REVIEW: What.WITHHELD}
    assert "提出与审批须分开" in why(row.cells[0])
    assert whats(only(bring(office, more, "organizer"))) == {PRE_REVIEW: What.FACT}


def test_a_correction_that_was_declined_can_be_proposed_again(office, write) -> None:
    bring(office, write(person(**{TALK: date(2024, 1, 20)})), "secretary1")
    changed = write(person(**{TALK: date(2024, 1, 21)}))
    for _ in range(2):
        row = only(bring(office, changed, "secretary1"))
        assert whats(row) == {TALK: What.CORRECTION}
        with office.database.read() as connection:
            (proposal,) = connection.scalars(select(Proposal.submission_id))
        assert row.case is not None
        request = Confirm(key=office.key(), case=row.case, seen=office.seen(row.case), proposal=proposal, agreed=False)
        office.submit("commissioner1", request)
        assert count(office, Proposal) == 0
    with office.database.read() as connection:
        keys = list(connection.scalars(select(Submission.key).where(Submission.action == "correct")))
    assert len(set(keys)) == len(keys) == 2


def test_the_batch_bears_the_hash_of_the_bytes_that_were_read(office, write) -> None:
    file = write(person())
    digest = sha256(file.read_bytes()).hexdigest()
    ledger = read_ledger(file, FORM)
    file.write_bytes(b"exchanged meanwhile")
    assert ledger.file_hash == digest
    again = write(person())
    read_and_import(office.desk, office.people["organizer"], again, FORM)
    with office.database.read() as connection:
        assert connection.scalars(select(Batch.file_hash)).one() == sha256(again.read_bytes()).hexdigest()


def test_a_cell_of_too_many_days_is_unreadable(office, write) -> None:
    days = [date.fromordinal(date(2010, 1, 1).toordinal() + number).isoformat() for number in range(201)]
    for many, unread in ((days[:200], 0), (days, 1)):
        file = write(person(培养考察时间="；".join(many)))
        done = read_and_import(office.desk, office.people["organizer"], file, FORM, dry_run=True)
        assert [cell.header for cell in done.report.unreadable] == ["培养考察时间"] * unread
    assert (count(office, Case), count(office, Entry)) == (0, 0)
