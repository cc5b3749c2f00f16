"""What an import makes of each row: new, unchanged, new facts, proposed corrections, gone, ambiguous, left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select

from tests.engine.soundness import faults
from tests.ledger_import.institute import (
    FORM,
    account,
    bring,
    count,
    only,
    person,
    record_of,
    records,
    why,
    workbook,
)
from workflow.case.values import UNREADABLE
from workflow.engine.acting import NotEntitled
from workflow.engine.requests import Confirm, Supplement
from workflow.errors import Text
from workflow.ledger import read_ledger
from workflow.ledger.import_report import RowKind, What
from workflow.ledger.importing import Import, read_and_import
from workflow.store.tables import Batch, Case, EntryValue, Organization, Person, Proposal, SubmissionStatus, Todo

BORN = date(2000, 2, 10)
TALK, DECIDED, REVIEWS = "派人谈话时间", "确定积极分子时间", "培养考察时间"


def cells(row: Any) -> list[tuple[str, What, str, str]]:
    return [(cell.header, cell.what, cell.recorded, cell.found) for cell in row.cells]


def test_a_new_person_becomes_a_case_with_opening_attested_entries_and_cutover(office, write) -> None:
    done = bring(office, write(person(**{TALK: date(2024, 1, 20), "培养联系人1": "甲", "备注": "不读"})))
    assert (only(done).kind, only(done).state) == (RowKind.NEW, Text("入党申请人", "applicant"))
    record = record_of(office, "张伟")
    kinds = [(one.recorded.kind.value, one.recorded.step, one.recorded.outcome) for one in record.entries]
    assert kinds == [("opened", None, None), ("attested", "apply", None), ("attested", "talk", None),
                     ("attested", "contacts", None), ("cutover", None, "applicant")]  # fmt: skip
    assert record.row.branch == "第一党支部"
    assert record.entries[0].organization_id != record.row.organization_id  # the committee wrote it down
    with office.database.read() as connection:
        assert connection.execute(select(Person.name, Person.born_on)).one() == ("张伟", BORN)
        kept = set(connection.scalars(select(EntryValue.field)))
        assert {"person.name", "person.born_on", "name_1"} == kept
        assert connection.scalar(select(func.count()).select_from(Todo))
    assert faults(office.database) == []


def test_a_cell_that_cannot_be_read_stays_undecidable_and_is_named(office, write) -> None:
    done = bring(office, write(person(**{TALK: "待定"})))
    (cell,) = done.report.unreadable
    assert (cell.sheet, cell.row, cell.header, cell.shown) == ("发展党员台账", 3, TALK, "待定")
    assert not done.report.complete
    assert record_of(office, "张伟").view().values["talk.on"] is UNREADABLE
    assert only(bring(office, write(person(**{TALK: "待定"})))).kind is RowKind.UNCHANGED


def test_what_the_record_cannot_hold_is_unreadable_not_lost(office, write) -> None:
    done = bring(office, write(person(推荐方式="推" * 2001, 接收应到=5_000_000)))
    assert [cell.header for cell in done.report.unreadable] == ["推荐方式", "接收应到"]
    assert record_of(office, "张伟").view().values["activist.recommended_by"] is UNREADABLE
    assert faults(office.database) == []


def test_new_facts_are_attested_and_the_state_goes_as_far_as_they_show(office, write) -> None:
    bring(office, write(person()))
    more = person(**{TALK: date(2024, 1, 20), DECIDED: date(2024, 7, 1)})
    row = only(bring(office, write(more)))
    assert row.kind is RowKind.CHANGED
    assert (row.before, row.state) == (Text("入党申请人", "applicant"), Text("入党积极分子", "activist"))
    assert cells(row) == [(TALK, What.FACT, "", "2024-01-20"), (DECIDED, What.FACT, "", "2024-07-01")]
    assert office.state(row.case) == "activist"
    assert [kind for kind, *_ in office.kinds(row.case)][-3:] == ["attested", "attested", "cutover"]
    assert only(bring(office, write(more))).kind is RowKind.UNCHANGED
    assert faults(office.database) == []


def test_further_days_in_a_cell_of_several_are_new_facts(office, write) -> None:
    some = {DECIDED: date(2024, 7, 1), REVIEWS: "2025-01-01"}
    bring(office, write(person(**some)))
    row = only(bring(office, write(person(**{**some, REVIEWS: "2025-06-30；2025-01-01"}))))
    assert cells(row) == [(REVIEWS, What.FACT, "2025-01-01", "2025-01-01；2025-06-30")]
    assert record_of(office, "张伟").view().values["cultivate.reviews"] == (date(2025, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({TALK: date(2024, 1, 20)}, {TALK: date(2024, 1, 21)}, ("2024-01-20", "2024-01-21")),
        ({"培养联系人1": "甲"}, {"培养联系人1": "乙"}, ("甲", "乙")),
        ({"接收应到": 10}, {"接收应到": 11}, ("10", "11")),
        ({REVIEWS: "2025-01-01；2025-06-30"}, {REVIEWS: "2025-01-01；2025-07-30"},
         ("2025-01-01；2025-06-30", "2025-01-01；2025-07-30")),
        ({TALK: "待定"}, {TALK: date(2024, 1, 21)}, ("？", "2024-01-21")),
    ],
)  # fmt: skip
def test_a_changed_cell_is_proposed_once_and_changed_by_the_second_person(office, write, before, after, shown) -> None:
    bring(office, write(person(**before)))
    changed = write(person(**after))
    row = only(bring(office, changed))
    header = next(iter(after))
    assert cells(row) == [(header, What.CORRECTION, *shown)]
    case = row.case or ""
    seen = office.seen(case)
    again = only(bring(office, changed))
    assert cells(again) == [(header, What.WAITING, *shown)]
    assert count(office, Proposal) == 1
    elsewhere = bring(office, write(person(**after), person("李强"))).report.rows[0]  # another file that says the same
    assert cells(elsewhere) == [(header, What.WAITING, *shown)]
    assert count(office, Proposal) == 1
    with office.database.read() as connection:
        proposal = connection.scalars(select(Proposal.submission_id)).one()
    office.submit("approver", Confirm(key=office.key(), case=case, seen=seen, proposal=proposal))
    assert only(bring(office, changed)).kind is RowKind.UNCHANGED
    assert faults(office.database) == []


def test_a_cell_that_is_blank_in_the_file_changes_nothing(office, write) -> None:
    bring(office, write(person(**{TALK: date(2024, 1, 20)})))
    row = only(bring(office, write(person())))
    assert cells(row) == [(TALK, What.GONE, "2024-01-20", "")]
    assert count(office, Proposal) == 0
    assert record_of(office, "张伟").view().values["talk.on"] == date(2024, 1, 20)


def test_who_did_not_record_an_entry_is_told_that_it_cannot_be_proposed(office, write) -> None:
    bring(office, write(person(**{TALK: date(2024, 1, 20)})), "organizer")
    row = only(bring(office, write(person(**{TALK: date(2024, 1, 21)})), "secretary1"))
    assert [cell.what for cell in row.cells] == [What.REFUSED]
    assert "由登记该条的组织更正" in why(row.cells[0])
    assert count(office, Proposal) == 0


def test_namesakes_are_told_apart_by_day_of_birth_or_not_at_all(office, write) -> None:
    other = {"出生日期": date(1999, 1, 1)}
    bring(office, write(person(), person(**other), person(所在党支部="第二党支部")))
    assert len(records(office)) == 3
    done = bring(office, write(person(), person(**other), person(出生日期=date(1998, 1, 1))))
    assert [row.kind for row in done.report.rows] == [RowKind.UNCHANGED, RowKind.UNCHANGED, RowKind.NEW]
    for rows in ([person(出生日期=None)], [person(出生日期="不详")], [person("王芳"), person("王芳")],
                 [person("赵敏", 出生日期=None), person("赵敏")]):  # fmt: skip
        done = bring(office, write(*rows))
        assert {row.kind for row in done.report.rows} == {RowKind.AMBIGUOUS}
        assert done.batch is None
    assert len(records(office)) == 4


def test_two_cases_of_one_key_are_ambiguous(office, write) -> None:
    for _ in range(2):
        office.open(date(2026, 1, 5), who="secretary1", name="张伟")
    assert only(bring(office, write(person()))).kind is RowKind.AMBIGUOUS


def test_a_person_without_a_known_day_of_birth_is_known_again(office, write) -> None:
    file = write(person(出生日期=None), person("李强", 出生日期="不详"))
    bring(office, file)
    assert {row.kind for row in bring(office, file).report.rows} == {RowKind.UNCHANGED}


def test_a_row_that_belongs_to_no_branch_or_nobody_is_left_out(office, write) -> None:
    odd: dict[str, list[dict[str, Any]]] = {
        "没有这个党支部": [
            {"所在党支部": "第九党支部"},
            {"所在党支部": None},
            {"所在党支部": "第二党支部"},
        ],  # not in scope
        "没有可用的姓名": [{"姓名": "？"}, {"姓名": "长" * 101}],
    }
    done = bring(office, write(*({**person(), **one} for some in odd.values() for one in some)), "secretary1")
    assert [why(row).split("党支部")[0] for row in done.report.rows[:3]] == ["范围内没有这个"] * 3
    assert [why(row) for row in done.report.rows[3:]] == ["没有可用的姓名"] * 2
    assert {row.kind for row in done.report.rows} == {RowKind.LEFT_OUT}
    assert (done.batch, records(office)) == (None, [])


def test_a_name_that_several_branches_bear_is_not_guessed(office, write) -> None:
    with office.database.write() as connection:
        parent = office.organizations["中共XX大学委员会"][0]
        connection.execute(insert(Organization), {"kind": "branch", "name": "第一 党支部", "path": f"1.2.{99}.",
                                                  "parent_id": parent})  # fmt: skip
    assert "几个同名" in why(only(bring(office, write(person()))))


def test_who_may_not_record_imports_nothing(office, write) -> None:
    for who in ("auditor", "administrator"):
        with pytest.raises(NotEntitled):
            read_and_import(office.desk, office.people[who], write(person()), FORM)
    assert count(office, Batch) == 0


def test_branch_committee_and_department_import(office, write) -> None:
    for place, who in enumerate(("secretary1", "commissioner1", "organizer", "approver", "department")):
        assert only(bring(office, write(person(f"人{place}")), who)).kind is RowKind.NEW
    assert faults(office.database) == []


def test_nobody_imports_the_own_case(office, write) -> None:
    with office.database.write() as connection:
        office.people["own"] = account(connection, "own", "张伟", "第一党支部", "organization_commissioner")
    done = bring(office, write(person(), person("李强")), "own")
    assert [row.kind for row in done.report.rows] == [RowKind.LEFT_OUT, RowKind.NEW]
    bring(office, write(person()), "secretary1")
    record = record_of(office, "张伟")
    assert record.row.own_account_id == office.people["own"].account_id
    assert only(bring(office, write(person(**{TALK: date(2024, 1, 20)})), "own")).kind is RowKind.LEFT_OUT


def test_what_is_acted_on_here_is_recorded_at_the_desk_alone(office, write) -> None:
    case = office.open(date(2026, 1, 5), who="secretary1", name="张伟").case
    office.clock.day = date(2026, 11, 21)
    row = only(bring(office, write(person(**{"入党申请时间": date(2026, 1, 5), DECIDED: date(2026, 7, 10)}))))
    assert cells(row) == [(DECIDED, What.AT_DESK, "", "2026-07-10")]
    assert office.state(case) == "applicant"
    own = only(bring(office, write(person(入党申请时间=date(2026, 1, 6))), "secretary1"))
    assert [cell.what for cell in own.cells] == [What.CORRECTION]
    assert faults(office.database) == []


def test_a_late_attested_entry_closes_a_gap_and_conflicts_with_nothing(office, write) -> None:
    bring(office, write(person(**{DECIDED: date(2024, 7, 1)})), "secretary1")
    record = record_of(office, "张伟")
    answer = office.submit("secretary1", Supplement(
        key=office.key(), case=record.row.number, seen=record.row.head.entries, step="talk", occurred_on="2024-01-20",
        evidence={"paper": "谈字3号"}, reason="有原始记录"))  # fmt: skip
    assert answer.status is SubmissionStatus.WAITING
    office.confirm("commissioner1", answer)
    assert (
        only(bring(office, write(person(**{DECIDED: date(2024, 7, 1), TALK: date(2024, 1, 20)})))).kind
        is RowKind.UNCHANGED
    )
    assert faults(office.database) == []


ROSTER: list[list[object]] = [
    ["甲", "第一党支部", "正式党员", date(2010, 1, 1), None, None, None],
    ["乙", "第一党支部", "预备党员", None, None, None, None],
    ["丙", "第九党支部", "正式党员", date(2010, 1, 1), None, None, None],
]


def test_members_and_penalties_are_added_and_updated_never_deleted(office, write) -> None:
    first = bring(office, write(roster=ROSTER)).report.members
    assert [line.kind for line in first] == [RowKind.NEW, RowKind.NEW, RowKind.LEFT_OUT]
    later = [
        ["甲", "第一党支部", "正式党员", date(2010, 1, 2), "警告", date(2026, 1, 1), date(2026, 12, 31)],
        ["乙", "第一党支部", "正式党员", date(2026, 6, 1), None, None, None],
        ["丁", "第一党支部", "不详", None, None, None, None],
    ]
    report = bring(office, write(roster=later)).report
    changed, moved, new = report.members
    assert cells(changed) == [
        ("转正时间", What.UPDATED, "2010-01-01", "2010-01-02"),
        ("处分", What.FACT, "", "警告 2026-01-01"),
    ]
    assert cells(moved) == [
        ("党员身份", What.UPDATED, "预备党员", "正式党员"),
        ("转正时间", What.FACT, "", "2026-06-01"),
    ]
    assert (new.kind, len(report.unreadable)) == (RowKind.NEW, 1)
    assert [line.kind for line in bring(office, write(roster=later)).report.members] == [RowKind.UNCHANGED] * 3
    gone = bring(office, write(roster=[["甲", "第一党支部", "正式党员", None, None, None, None]])).report.members
    assert [cell.what for cell in gone[0].cells] == [What.GONE, What.GONE]
    longer = [["甲", "第一党支部", "正式党员", date(2010, 1, 2), "警告", date(2026, 1, 1), date(2027, 6, 30)]]
    (line,) = bring(office, write(roster=longer)).report.members
    assert cells(line) == [("影响期止", What.UPDATED, "2026-12-31", "2027-06-30")]
    assert bring(office, write(roster=longer)).report.members[0].kind is RowKind.UNCHANGED


def test_contradicting_lines_of_one_member_stay_as_they_are(office, write) -> None:
    two = [["甲", "第一党支部", "正式党员", date(2010, 1, 1), None, None, None],
           ["甲", "第一党支部", "预备党员", None, None, None, None]]  # fmt: skip
    assert {line.kind for line in bring(office, write(roster=two)).report.members} == {RowKind.NEW}
    assert {line.kind for line in bring(office, write(roster=two)).report.members} == {RowKind.UNCHANGED}
    assert {line.kind for line in bring(office, write(roster=two[:1])).report.members} == {RowKind.AMBIGUOUS}


@pytest.mark.parametrize("nth", [1, 3])
def test_what_is_broken_off_is_finished_by_importing_again(office, tmp_path, monkeypatch, nth) -> None:
    monkeypatch.setattr("workflow.ledger.importing.CHUNK", 2)
    file = workbook(tmp_path / "l.xlsx", *(person(f"人{number}") for number in "甲乙丙丁戊"), roster=ROSTER[:2])
    commits = 0

    def die(connection: Any) -> None:
        nonlocal commits
        commits += (
            connection.get_execution_options().get("jishi_mode") == "write" or office.database.dialect != "sqlite"
        )
        if commits == (nth if office.database.dialect == "sqlite" else 2 * nth + 1):
            raise KeyboardInterrupt

    engine = office.database._engine  # noqa: SLF001 - where a commit can be broken off
    event.listen(engine, "commit", die)
    with pytest.raises(KeyboardInterrupt):
        read_and_import(office.desk, office.people["organizer"], file, FORM)
    event.remove(engine, "commit", die)
    assert faults(office.database) == []
    left = len(records(office))
    assert left < 5
    done = read_and_import(office.desk, office.people["organizer"], file, FORM)
    assert done.report.totals()["rows"]["new"] == 5 - left
    assert [name for name, _ in records(office)] == ["人甲", "人乙", "人丙", "人丁", "人戊"]
    assert count(office, Batch) == 1
    assert faults(office.database) == []


def test_progress_and_json_tell_of_every_row(office, write) -> None:
    file = write(person(), person("李强"))
    heard: list[tuple[int, int]] = []
    run = Import(office.desk, office.people["organizer"], read_ledger(file, FORM), "0" * 64, dry_run=True)
    plain = run.run(lambda done, of: heard.append((done, of))).report.plain()
    assert heard == [(2, 2)]
    assert [(row["sheet"], row["row"], row["kind"]) for row in plain["rows"]] == [
        ("发展党员台账", 3, "new"), ("发展党员台账", 4, "new")]  # fmt: skip
    assert count(office, Case) == 0
