"""Imported cases go on at the desk: the next lawful step is taken, the gaps of the past refuse nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.engine.office import LAWS, Bureau, bureau
from tests.engine.soundness import faults
from tests.engine.test_lives import apart, live, plain, recorded_on, seat
from tests.ledger_import.institute import FORM, bring, institute, only, person, record_of, records, workbook
from tests.regulation.trace import traces
from workflow.case.facts import World
from workflow.case.values import ABSENT
from workflow.engine.reading import CaseRecord
from workflow.engine.requests import Supplement
from workflow.ledger.exporting import export_ledger
from workflow.rules.verdict import VerdictState
from workflow.store.database import Database
from workflow.store.tables import SubmissionStatus

LIFE = "lived across the change of 2026-05-11"
ENTRIES = [raw for raw in traces()[LIFE]["entries"] if not raw.get("refused") and not raw.get("impossible")]
STATES = {raw["state"]: place for place, raw in enumerate(ENTRIES, start=1) if "state" in raw}  # where each ends
SHEET = "发展党员台账"


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Bureau:
    """Give another installation, in which the first part of the life was lived."""
    shutil.copyfile(sqlite_template, tmp_path / "elsewhere.db")
    return bureau(Database(f"sqlite:///{tmp_path / 'elsewhere.db'}"))


def exported(office: Bureau, path: Path) -> Path:
    with path.open("wb") as file:
        export_ledger(office.desk, office.people["organizer"], FORM, file)
    return path


def go_on(office: Bureau, case: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Hand in further acts of a life; each is accepted as lawful."""
    for raw in (part for entry in entries for part in apart(entry)):
        step, outcome = raw["do"].split()
        evidence = {name: plain(step, name, value) for name, value in raw.get("with", {}).items()}
        office.clock.day = max(office.clock.day, recorded_on(step, raw))
        answer = office.take(seat(step, outcome, evidence.get("body")), case, raw["do"], raw["on"], evidence=evidence)
        assert answer.status is SubmissionStatus.RECORDED, (raw, answer.rules)
        assert "state" not in raw or answer.state == raw["state"], raw


@pytest.mark.parametrize("state", list(STATES)[:-1])
def test_a_life_goes_on_where_its_ledger_ends(
    elsewhere: Bureau, database: Database, tmp_path: Path, state: str
) -> None:
    place = STATES[state]
    live(elsewhere, ENTRIES[:place])
    office = bureau(database)
    office.clock.day = elsewhere.clock.day
    case = only_case(bring(office, exported(elsewhere, tmp_path / "l.xlsx"), "organizer"), office)
    assert office.state(case) == state
    go_on(office, case, ENTRIES[place:])
    assert office.state(case) == ENTRIES[-1]["state"]
    assert faults(office.database) == []


def only_case(imported: Any, office: Bureau) -> str:
    assert len(imported.report.rows) == 1
    ((_, record),) = records(office)
    return record.row.number


def test_gaps_of_the_past_refuse_nothing_and_stay_findings(
    elsewhere: Bureau, database: Database, tmp_path: Path
) -> None:
    place = STATES["pre_reviewed"]
    live(elsewhere, ENTRIES[:place])
    path = exported(elsewhere, tmp_path / "l.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    gaps = (
        "派人谈话时间",
        "推荐时间",
        "培养联系人1",
        "培养联系人2",
        "培养考察时间",
        "听取意见时间",
        "公示开始",
        "政审结论",
        "支委会审查时间",
    )
    for cell in sheet[2]:
        if cell.value in gaps:
            sheet.cell(3, cell.column).value = None
    book.save(path)
    office = bureau(database)
    office.clock.day = elsewhere.clock.day
    case = only_case(bring(office, path, "organizer"), office)
    go_on(office, case, ENTRIES[place:])
    ((_, record),) = records(office)
    assert {"V03-missing", "V05-missing", "V07-count", "V10-missing", "V17-missing"} <= found(record, office.clock.day)
    assert faults(office.database) == []


def found(record: CaseRecord, on: date) -> set[str]:
    """Return the codes of all violations."""
    book = record.book
    columns = book.columns(record.view().values, World(LAWS.calendar, None))
    verdicts = zip(book.judged, book.judge_all(columns, on), strict=True)
    return {
        judged.rule.wording_on(judged.governing_on(columns, on))[1].code(verdict.outcome)
        for judged, verdict in verdicts
        if verdict.state is VerdictState.VIOLATED and verdict.outcome
    }


def test_a_late_attested_entry_closes_a_finding(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    decided = {"确定积极分子时间": date(2024, 7, 1), "推荐时间": date(2024, 6, 1), "推荐方式": "党员推荐"}
    bring(office, workbook(tmp_path / "l.xlsx", person(**decided)), "secretary1")
    record = record_of(office, "张伟")
    assert "V03-missing" in found(record, office.clock.day)
    request = Supplement(
        key=office.key(), case=record.row.number, seen=record.row.head.entries, step="talk", occurred_on="2024-01-20",
        evidence={"talker": "甲", "paper": "谈字3号"}, reason="有原始记录",
    )  # fmt: skip
    office.confirm("commissioner1", office.submit("secretary1", request))
    record = record_of(office, "张伟")
    assert "V03-missing" not in found(record, office.clock.day)
    assert record.view().state == "activist"


def test_what_a_ledger_does_not_keep_is_blank_from_the_first_act_here_on(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    decided = {"确定积极分子时间": date(2026, 7, 1), "派人谈话时间": date(2024, 1, 20)}
    bring(office, workbook(tmp_path / "l.xlsx", person(**decided)), "secretary1")
    record = record_of(office, "张伟")
    values = record.view().values
    assert values["talk.talker"] is values["cultivate.paper"] is values["file_activist.paper"] is ABSENT
    office.take("approver", record.row.number, "file_activist filed", date(2026, 11, 21))
    values = record_of(office, "张伟").view().values
    assert "file_activist.paper" not in values
    assert values["talk.talker"] is values["cultivate.paper"] is ABSENT


def test_an_imported_case_that_moves_keeps_to_the_law_of_the_branch_it_was_in(
    database: Database, tmp_path: Path
) -> None:
    office = institute(database)
    bring(office, workbook(tmp_path / "l.xlsx", person(确定积极分子时间=date(2026, 7, 1))), "organizer")
    record = record_of(office, "张伟")
    office.offer("secretary1", record.row.number, "第二党支部", date(2026, 11, 21))
    office.take("secretary2", record.row.number, "move handed_over", date(2026, 11, 21), evidence={"checked": "yes"})
    moved = record_of(office, "张伟")
    assert moved.row.branch == "第二党支部"
    assert faults(office.database) == []
    assert only(bring(office, workbook(tmp_path / "2.xlsx", person(所在党支部="第二党支部")))).kind == "changed"
