"""Undoing an import: entries withdrawn, values erased, what others did left alone and named."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from tests.engine.office import LAWS, LONG_AGO, Bureau
from tests.engine.soundness import faults
from tests.ledger_import.institute import (
    COMMITTEE,
    account,
    bring,
    count,
    only,
    person,
    record_of,
    records,
    workbook,
)
from workflow.cli.case_text import case_lines
from workflow.engine.acting import NotEntitled
from workflow.engine.batches import ImportUndone, NothingToUndo, UnknownBatch, batches, read_batch, recent
from workflow.engine.desk import Login
from workflow.engine.evidence import UnreadableEvidence
from workflow.engine.offices import actor_of
from workflow.engine.showing import show
from workflow.engine.task import ReasonNeeded, Task
from workflow.engine.undoing import Undone, undo_import
from workflow.ledger.import_report import RowKind
from workflow.store.tables import (
    Batch,
    Case,
    Entry,
    EntryValue,
    Finding,
    FindingEvent,
    FindingLife,
    FindingText,
    Member,
    Office,
    Organization,
    Person,
    Proposal,
    Submission,
    SubmissionSalt,
    Todo,
)

TALK, DECIDED = "派人谈话时间", "确定积极分子时间"


def undo(office: Bureau, batch: int | None, who: str = "organizer") -> Undone:
    return undo_import(office.desk, office.people[who], str(batch), reason="导错\r\n文件 ")


def whole(office: Bureau) -> list[str]:
    """Return the faults of all cases but for the values that an undoing has erased."""
    return [fault for fault in faults(office.database) if "values are gone" not in fault]


def test_what_came_with_a_batch_is_withdrawn_and_erased(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person(培养联系人1="甲"), person("李强"), roster=[])
    batch = bring(office, file).batch
    before = count(office, Entry)
    done = undo(office, batch)
    assert (done.cases, done.left, done.again) == (2, (), False)
    assert count(office, Entry) == before + done.entries == 2 * before  # nothing is deleted that was written
    assert [count(office, table) for table in (Person, Todo)] == [0, 0]
    assert whole(office) == []
    with office.database.read() as connection:
        kept = select(EntryValue.field, EntryValue.value).distinct()  # why it was undone, and nothing else
        assert connection.execute(kept).all() == [("reason", '"导错\\n文件"')]
        assert set(connection.scalars(select(Case.state))) == {""}
        names = [b.decode() for b in connection.scalars(select(Entry.body))]
    assert not any(name in body for body in names for name in ("张伟", "李强", "甲"))


def test_what_was_said_of_findings_is_erased_with_the_case(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person())).batch
    with office.database.write() as connection:
        case = connection.execute(select(Case.id)).scalar_one()
        said = {"case_id": case, "rule": "talk.within_a_month", "step": "talk", "round": 1, "kind": "answered",
                "at": office.clock(), "account_id": office.people["organizer"].account_id}  # fmt: skip
        event = connection.execute(insert(FindingEvent).returning(FindingEvent.id), said).scalar_one()
        words = {"event_id": event, "field": "answer", "salt": b"", "value": "张伟已补谈"}
        connection.execute(insert(FindingText), words)
    undo(office, batch)
    assert [count(office, table) for table in (FindingText, FindingEvent)] == [0, 1]


def test_no_waiver_stays_behind_when_the_case_is_erased(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person())).batch
    by = office.people["organizer"].account_id
    with office.database.write() as connection:
        case = connection.execute(select(Case.id)).scalar_one()
        connection.execute(delete(Finding))
        of = {"case_id": case, "step": "talk", "round": 1}
        for rule, stage in (("talk.one", "waived"), ("talk.two", "asked"), ("talk.gone", "closed")):
            said = {**of, "rule": rule, "kind": stage, "at": office.clock(), "account_id": by}
            event = connection.execute(insert(FindingEvent).returning(FindingEvent.id), said).scalar_one()
            held = {"waiver_id": event, "waived_until": date(2099, 1, 1), "asked_id": event}
            connection.execute(insert(FindingLife), {**of, "rule": rule, "stage": stage, **held})
    undo(office, batch)
    with office.database.read() as connection:
        lives = connection.execute(select(FindingLife)).all()
        told = connection.scalars(select(FindingEvent.rule).where(FindingEvent.kind == "gone")).all()
    assert {one.stage for one in lives} == {"closed"}
    assert [one.rule for one in lives if one.waived_until or one.asked_id or one.waiver_id] == ["talk.gone"]
    assert sorted(told) == ["talk.one", "talk.two"]  # what was closed before is told once


def test_a_dry_run_says_what_an_undoing_would_do_and_does_nothing(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "1.xlsx", person(), person("李强"))).batch
    later = bring(office, workbook(tmp_path / "2.xlsx", person(派人谈话时间=date(2024, 1, 20)), person("李强"))).batch
    before = count(office, Entry), count(office, Batch), count(office, Person)
    whom = office.people["organizer"]
    seen = undo_import(office.desk, whom, str(batch), dry_run=True)
    assert (seen.cases, seen.erased, [left.why.zh[:5] for left in seen.left]) == (1, 1, ["其后已有登"])
    more = undo_import(office.desk, whom, str(later), dry_run=True)
    assert (more.cases, more.erased, more.left) == (1, 0, ())
    assert (count(office, Entry), count(office, Batch), count(office, Person)) == before
    assert undo(office, batch) == seen
    with pytest.raises(NotEntitled):
        undo_import(office.desk, office.people["auditor"], str(batch), dry_run=True)


def test_an_import_is_undone_for_a_reason_that_is_told_with_both_batches(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person())).batch
    whom = office.people["organizer"]
    for reason, refused in (("", ReasonNeeded), (" \n", ReasonNeeded), ("长" * 2001, UnreadableEvidence)):
        with pytest.raises(refused, match="理由"):
            undo_import(office.desk, whom, str(batch), reason=reason)
    assert len(records(office)) == 1
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, whom.account_id, whom.office_id, office.clock.day)
        assert read_batch(connection, actor, str(batch)).reason is None
    undo(office, batch)
    with office.database.read() as connection:
        told = {row.id: read_batch(connection, actor, str(row.id)).reason for row in batches(connection, actor)}
    assert told == {batch: "导错\n文件", (batch or 0) + 1: "导错\n文件"}


def test_why_a_later_import_was_undone_stays_when_the_case_goes_with_an_earlier_one(
    office: Bureau, tmp_path: Path
) -> None:
    first = bring(office, workbook(tmp_path / "1.xlsx", person())).batch
    second = bring(office, workbook(tmp_path / "2.xlsx", person(**{DECIDED: date(2024, 7, 1)}))).batch
    whom = office.people["organizer"]
    for batch, reason in ((second, "理由乙"), (first, "理由甲")):
        undo_import(office.desk, whom, str(batch), reason=reason)
    assert records(office) == []
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, whom.account_id, whom.office_id, office.clock.day)
        told = {batch: read_batch(connection, actor, str(batch)).reason for batch in (first, second)}
        kept = connection.scalars(select(EntryValue.field).distinct()).all()
    assert (told, kept) == ({first: "理由甲", second: "理由乙"}, ["reason"])


def test_imports_are_listed_some_at_a_time_and_read_one_by_one(office: Bureau, tmp_path: Path) -> None:
    for number in range(3):
        bring(office, workbook(tmp_path / f"{number}.xlsx", person(f"某{number}")))
    with office.database.read() as connection:
        whom = office.people["organizer"]
        actor = actor_of(connection, LAWS.organizations, whom.account_id, whom.office_id, office.clock.day)
        everything = batches(connection, actor)
        first = recent(connection, actor, None, 2)
        assert [row.id for row in first] == [row.id for row in everything[:2]]
        rest = recent(connection, actor, first[-1].id, 2)
        assert [row.uid for row in rest] == [everything[2].uid]
        assert {row.cases for row in rest} == {None}  # not counted
        for name in (str(rest[0].id), rest[0].uid.hex, str(rest[0].uid)):
            assert read_batch(connection, actor, name) == rest[0]
        for name in ("99", "x", "9" * 30):
            with pytest.raises(UnknownBatch):
                read_batch(connection, actor, name)
        second = office.people["secretary2"]
        elsewhere = actor_of(connection, LAWS.organizations, second.account_id, second.office_id, office.clock.day)
        assert recent(connection, elsewhere) == ()
        with pytest.raises(UnknownBatch):
            read_batch(connection, elsewhere, str(rest[0].id))


def test_a_second_undoing_says_so_and_the_file_can_be_brought_again(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person())
    batch = bring(office, file).batch
    undo(office, batch)
    entries = count(office, Entry)
    assert undo(office, batch).again
    assert (count(office, Entry), count(office, Batch)) == (entries, 2)
    anew = bring(office, file)
    assert only(anew).kind is RowKind.NEW
    assert anew.batch not in (None, batch)
    assert len(records(office)) == 1


def test_a_later_batch_is_undone_first_and_leaves_what_was_before(office: Bureau, tmp_path: Path) -> None:
    first = bring(office, workbook(tmp_path / "1.xlsx", person())).batch
    second = bring(office, workbook(tmp_path / "2.xlsx", person(**{DECIDED: date(2024, 7, 1)}))).batch
    (left,) = undo(office, first).left
    assert "其后已有登记" in left.why.zh
    assert undo(office, second).cases == 1
    record = record_of(office, "张伟")
    assert (record.row.state, "activist.on" in record.view().values) == ("applicant", False)
    assert whole(office) == []
    assert undo(office, first).cases == 1
    assert records(office) == []


def test_a_case_in_which_somebody_acted_is_left_and_named(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person(), person("李强"))).batch
    case = record_of(office, "张伟").row.number
    office.take("secretary1", case, "talk held", date(2026, 11, 21), evidence={}, reason="补谈")
    waiting = undo(office, batch)
    assert [one.case for one in waiting.left] == [case]
    assert "等待第二人确认" in waiting.left[0].why.zh or "其后已有登记" in waiting.left[0].why.zh
    assert [name for name, _ in records(office)] == ["张伟"]
    assert record_of(office, "张伟").row.number == case
    assert count(office, Proposal) <= 1
    again = undo(office, batch)
    assert again.again
    assert [one.case for one in again.left] == [case]
    assert whole(office) == []


def test_corrections_that_wait_go_with_what_they_would_correct(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "1.xlsx", person(培养联系人1="甲"))).batch
    bring(office, workbook(tmp_path / "2.xlsx", person(培养联系人1="乙")))
    assert count(office, Proposal) == 1
    undo(office, batch)
    assert count(office, Proposal) == 0  # it would hold a name


def test_the_roster_stays(office: Bureau, tmp_path: Path) -> None:
    roster = [["甲", "第一党支部", "正式党员", date(2010, 1, 1), None, None, None]]
    batch = bring(office, workbook(tmp_path / "1.xlsx", person(), roster=roster)).batch
    undo(office, batch)
    assert count(office, Member) == 1


@pytest.mark.parametrize("who", ["secretary2", "auditor"])
def test_who_may_not_undo(office: Bureau, tmp_path: Path, who: str) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "secretary1").batch
    with pytest.raises((UnknownBatch, NotEntitled)):
        undo(office, batch, who)
    assert len(records(office)) == 1


@pytest.mark.parametrize("name", ["99", "x", "０", str(10**12), "0" * 32])
def test_a_batch_that_nobody_knows(office: Bureau, name: str) -> None:
    with pytest.raises(UnknownBatch):
        undo_import(office.desk, office.people["organizer"], name, reason="导错文件")


def test_batches_tell_of_each_other_and_an_undoing_is_not_undone(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "secretary1").batch
    undo(office, batch)
    who = office.people["department"]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, who.account_id, who.office_id, office.clock.day)
        newer, older = batches(connection, actor)
    assert (older.id, older.undone_by, older.cases, older.entries) == (batch, newer.id, 1, 3)
    assert (newer.undoes, newer.entries, newer.account) == (batch, 3, "organizer")
    with pytest.raises(NothingToUndo):
        undo(office, newer.id)


def test_an_undoing_that_is_broken_off_goes_on(office: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.engine.undoing.CHUNK", 2)
    batch = bring(office, workbook(tmp_path / "l.xlsx", *(person(f"人{number}") for number in "甲乙丙丁戊"))).batch

    def stop(done: int, of: int) -> None:
        assert of == 5
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(office.desk, office.people["organizer"], str(batch), stop, reason="导错文件")
    assert [name for name, _ in records(office)] == ["人戊"]
    done = undo(office, batch)
    assert (done.cases, done.again) == (1, False)
    assert (records(office), count(office, Batch)) == ([], 2)
    assert whole(office) == []


def test_the_next_day_an_import_is_undone_from_above_alone(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "secretary1").batch
    office.clock.day += timedelta(days=1)
    for who in ("secretary1", "commissioner1"):
        with pytest.raises(NotEntitled, match=COMMITTEE):
            undo(office, batch, who)
    assert len(records(office)) == 1
    assert undo(office, batch, "organizer").cases == 1


def test_on_the_day_itself_it_is_undone_by_who_made_it_or_from_above(office: Bureau, tmp_path: Path) -> None:
    file = workbook(tmp_path / "l.xlsx", person())
    for who in ("secretary1", "approver", "department"):
        batch = bring(office, file, "secretary1").batch
        with pytest.raises(NotEntitled):
            undo(office, batch, "commissioner1")
        assert undo(office, batch, who).cases == 1


def test_at_the_top_another_person_undoes_it_later(office: Bureau, tmp_path: Path) -> None:
    with office.database.write() as connection:
        for login in ("top", "top2"):
            office.people[login] = account(connection, login, login, "工委", "committee_secretary")
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "top").batch
    office.clock.day += timedelta(days=1)
    with pytest.raises(NotEntitled, match="工委"):
        undo(office, batch, "top")
    assert undo(office, batch, "top2").cases == 1


def test_who_has_an_interest_in_a_case_leaves_it(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person(), person("李强")), "secretary1").batch
    with office.database.write() as connection:
        own = update(Case).where(Case.id == select(Person.case_id).where(Person.name == "张伟").scalar_subquery())
        connection.execute(own.values(own_account_id=office.people["member"].account_id))
    done = undo(office, batch, "member")
    assert (done.cases, [one.why.zh for one in done.left]) == (1, ["不能办理本人的档案"])
    assert [name for name, _ in records(office)] == ["张伟"]
    assert undo(office, batch, "organizer").cases == 1


def test_who_imported_for_the_branch_does_not_undo_for_a_superior(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "secretary1").batch
    secretary = office.people["secretary1"].account_id
    with office.database.write() as connection:
        above = connection.scalar(select(Organization.id).where(Organization.name == COMMITTEE))
        seat = {"account_id": secretary, "organization_id": above, "role": "organizer", "from_on": LONG_AGO}
        office.people["up"] = Login(
            secretary, connection.execute(insert(Office).returning(Office.id), seat).scalar_one()
        )
    (left,) = undo(office, batch, "up").left
    assert "提出与审批须分开" in left.why.zh


def test_hashes_of_what_was_asked_say_nothing_any_more(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "1.xlsx", person(培养联系人1="甲"))).batch
    bring(office, workbook(tmp_path / "2.xlsx", person(培养联系人1="乙")))
    assert count(office, SubmissionSalt) == 1
    undo(office, batch)
    assert (count(office, SubmissionSalt), count(office, Submission)) == (0, 1)


def test_an_undone_case_says_so_and_nothing_is_done_about_it(office: Bureau, tmp_path: Path) -> None:
    batch = bring(office, workbook(tmp_path / "l.xlsx", person()), "secretary1").batch
    case = record_of(office, "张伟").row.number
    undo(office, batch)
    who = office.people["secretary1"]
    with office.database.read() as connection:
        actor = actor_of(connection, LAWS.organizations, who.account_id, who.office_id, office.clock.day)
        shown = show(Task(connection, LAWS, actor, office.clock()), case)
    assert (shown.name, shown.born_on, shown.now) == ("", None, ())
    assert "导入已撤销，个人信息已删除" in "\n".join(case_lines(shown, "zh"))
    assert "张伟" not in "\n".join(case_lines(shown, "zh"))
    before = count(office, Entry)
    for act in (
        lambda: office.take("secretary1", case, "apply received", date(2026, 11, 20)),
        lambda: office.offer("secretary1", case, "第二党支部", date(2026, 11, 20)),
        lambda: office.supplement("secretary1", case, "talk", {"paper": "谈字3号"}),
    ):
        with pytest.raises(ImportUndone):
            act()
    assert count(office, Entry) == before
