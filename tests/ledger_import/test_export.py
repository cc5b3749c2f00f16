"""The record as a ledger: what is in effect, text that stays text, and nothing new when it comes back."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import insert, select, update

from tests.engine.office import Bureau, bureau
from tests.engine.test_lives import LIVES, live
from tests.ledger_import.institute import FORM, bring, institute, person, records, workbook
from tests.regulation.trace import traces
from workflow.engine.acting import NotEntitled
from workflow.engine.ledger_filters import LedgerFilters, Order, Urgency
from workflow.engine.scope import UnknownOrganization
from workflow.ledger.exporting import export_ledger
from workflow.ledger.import_report import RowKind
from workflow.ledger.written import UNKNOWN
from workflow.store.database import Database
from workflow.store.tables import EntryValue, Installation, Member, Penalty, Person

SHEET = "发展党员台账"


def export(office: Bureau, path: Path, who: str = "organizer", organization: str | None = None) -> Path:
    with path.open("wb") as file:
        export_ledger(office.desk, office.people[who], FORM, file, organization=organization)
    return path


def rows(path: Path, sheet: str = SHEET) -> list[dict[str, Any]]:
    _, header, *lines = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


@pytest.mark.parametrize("name", LIVES)
def test_a_life_lived_here_comes_back_unchanged(database: Database, tmp_path: Path, name: str) -> None:
    office = bureau(database)
    life = traces()[name]["entries"]
    case = live(office, [raw for raw in life if not raw.get("refused") and not raw.get("impossible")])
    back = bring(office, export(office, tmp_path / "l.xlsx"))
    assert [row.kind for row in back.report.rows] == [RowKind.UNCHANGED]
    assert (back.report.complete, back.batch, back.report.rows[0].case) == (True, None, case)
    assert {line.kind for line in back.report.members} == {RowKind.UNCHANGED}


def test_text_stays_text_whatever_it_begins_with(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    bring(office, workbook(tmp_path / "1.xlsx", person("=1+1党"), person("@甲", 推荐方式="+推荐")))
    with database.read() as connection:
        assert set(connection.scalars(select(Person.name))) == {"@甲"}  # a formula is no name
    path = export(office, tmp_path / "2.xlsx")
    sheet = openpyxl.load_workbook(path)[SHEET]
    assert {cell.data_type for row in sheet.iter_rows(min_row=3) for cell in row} <= {"s", "d", "n", "inlineStr"}
    assert rows(path)[0]["姓名"] == "@甲"
    assert rows(path)[0]["推荐方式"] == "+推荐"
    assert bring(office, path).report.totals()["rows"]["unchanged"] == 1


def test_what_no_cell_can_show_is_marked_and_never_blank(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    bring(office, workbook(tmp_path / "1.xlsx", person(派人谈话时间="待定", 培养联系人1="甲"),
                           roster=[["乙", "第一党支部", "党员", "不详", "警告", "不详", None]]))  # fmt: skip
    with database.write() as connection:  # as after an erasure
        # a Table is a FromClause to SQLAlchemy
        connection.execute(EntryValue.__table__.delete().where(EntryValue.field == "name_1"))  # type: ignore[attr-defined]
    path = export(office, tmp_path / "2.xlsx")
    assert (rows(path)[0]["派人谈话时间"], rows(path)[0]["培养联系人1"]) == (UNKNOWN, UNKNOWN)
    member = rows(path, "党员名册")[0]
    assert [member[name] for name in ("党员身份", "转正时间", "处分", "处分时间")] == [UNKNOWN] * 4
    back = bring(office, path).report
    assert back.totals()["rows"]["unchanged"] == back.totals()["members"]["unchanged"] == 1
    assert len(back.unreadable) == 6


def test_scope_and_chosen_organization(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    second = {"所在党支部": "第二党支部"}
    bring(office, workbook(tmp_path / "1.xlsx", person(), person("李强", **second)))
    assert [row["姓名"] for row in rows(export(office, tmp_path / "2.xlsx"))] == ["张伟", "李强"]
    assert [row["姓名"] for row in rows(export(office, tmp_path / "3.xlsx", "secretary2"))] == ["李强"]
    chosen = export(office, tmp_path / "4.xlsx", "department", "第二 党支部")
    assert [(row["序号"], row["姓名"]) for row in rows(chosen)] == [(1, "李强")]
    with pytest.raises(UnknownOrganization):
        export_ledger(office.desk, office.people["secretary1"], FORM, BytesIO(), organization="第二党支部")
    with pytest.raises(NotEntitled):
        export_ledger(office.desk, office.people["administrator"], FORM, BytesIO())
    assert len(records(office)) == 2


def test_what_is_filtered_as_on_the_screen(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    second = {"所在党支部": "第二党支部", "入党申请时间": date(2026, 11, 10)}
    members = [["乙", "第一党支部", "正式党员", date(2010, 1, 1), None, None, None]]
    bring(
        office,
        workbook(tmp_path / "1.xlsx", person(), person("李强", **second), person("李明", **second), roster=members),
    )

    def chosen(who: str = "organizer", **filters: Any) -> tuple[list[str], list[str]]:
        path = tmp_path / "chosen.xlsx"
        with path.open("wb") as file:
            done = export_ledger(office.desk, office.people[who], FORM, file, filters=LedgerFilters(**filters))
        roster = openpyxl.load_workbook(path).sheetnames[1:]
        names = [row["姓名"] for row in rows(path)]
        assert done.people == len(names)
        assert [row["序号"] for row in rows(path)] == list(range(1, len(names) + 1))
        return names, roster

    everybody = (["张伟", "李强", "李明"], ["党员名册"])
    assert chosen() == chosen(order=Order.DUE) == everybody
    assert chosen(urgency=Urgency.OVERDUE) == (["张伟"], [])
    assert chosen(name="李", step="talk") == (["李强", "李明"], [])
    place = UUID(office.organizations["第二党支部"][1])
    assert chosen(organization=place) == (["李强", "李明"], ["党员名册"])
    assert chosen(states=("activist",)) == ([], [])
    with pytest.raises(UnknownOrganization):
        chosen("secretary1", organization=place)


def test_only_a_sample_is_marked_as_one(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    for sample, mark in ((True, "（示例）"), (False, "")):
        with database.write() as connection:
            connection.execute(update(Installation).values(sample=sample))
        book = openpyxl.load_workbook(export(office, tmp_path / f"{sample}.xlsx"))
        assert [book[name]["A1"].value for name in book.sheetnames] == [f"{SHEET}{mark}", f"党员名册{mark}"]


def test_every_penalty_has_a_line_of_its_own(database: Database, tmp_path: Path) -> None:
    office = institute(database)
    branch = office.organizations["第一党支部"][0]
    with database.write() as connection:
        line = {"organization_id": branch, "name": "甲", "name_key": "甲", "standing": "full"}
        key = connection.execute(insert(Member).returning(Member.id), line).scalar_one()
        connection.execute(insert(Penalty), [{"member_id": key, "kind": kind} for kind in ("warning", "removal")])
    path = export(office, tmp_path / "l.xlsx")
    assert [row["处分"] for row in rows(path, "党员名册")] == ["警告", "撤销党内职务"]
    assert bring(office, path).report.totals()["members"]["unchanged"] == 1
