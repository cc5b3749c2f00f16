"""The sample ledger, imported: the record says what the workbook says, the audit finds the same; out and in again."""

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.engine.office import LAWS, Bureau
from tests.engine.soundness import faults
from tests.ledger_import.institute import FORM, SAMPLE, bring, institute, ledger_branches, records, sample_ledger
from workflow.case.facts import World
from workflow.case.values import ABSENT
from workflow.compliance.cases import LedgerCases
from workflow.engine.reading import CaseRecord
from workflow.engine.roster import roster_for
from workflow.ledger import LedgerRow
from workflow.ledger.exporting import export_ledger
from workflow.ledger.import_report import RowKind
from workflow.rules.verdict import Verdict
from workflow.store.database import Database
from workflow.store.tables import Batch, Entry, Member

LEDGER = sample_ledger()
BOOK = LAWS.book()
CASES = LedgerCases(LEDGER, BOOK, LAWS.calendar)


@pytest.fixture
def office(database: Database) -> Bureau:
    return institute(database, ledger_branches(LEDGER))


def differing(office: Bureau, found: list[tuple[LedgerRow, CaseRecord]]) -> list[tuple[int, Verdict, Verdict]]:
    """Return where the record and the workbook are not judged alike, every rule with and without a code."""
    on = office.clock.day
    differ = []
    with office.database.read() as connection:
        for row, record in found:
            values = record.view().values
            names = {value for value in values.values() if isinstance(value, str)}
            columns = BOOK.columns(values, World(LAWS.calendar, roster_for(connection, record.row.path, names)))
            pairs = zip(BOOK.judge_all(columns, on), BOOK.judge_all(CASES.columns(row), on), strict=True)
            differ += [(row.row, one, two) for one, two in pairs if one != two]
    return differ


def test_every_rule_says_of_the_record_what_it_says_of_the_workbook(office: Bureau) -> None:
    bring(office, SAMPLE)
    found = records(office)
    assert [name for name, _ in found] == [row.person for row in LEDGER.rows]
    assert all(record.view().state == record.row.state for _, record in found)
    assert len({record.row.state for _, record in found}) > 8
    pairs = list(zip(LEDGER.rows, (record for _, record in found), strict=True))
    assert differing(office, pairs) == []
    exchanged = list(zip(LEDGER.rows, (record for _, record in found[1:] + found[:1]), strict=True))
    assert differing(office, exchanged)  # the comparison can fail
    for _, record in found:  # what the form does not keep is absent, not blank
        values = record.view().values
        assert values["case.floating"] is values["approve.body"] is ABSENT
        assert "admit.invalid" not in values  # the form takes it as not given


def test_the_record_is_sound_and_neither_the_file_nor_its_export_changes_it_again(
    office: Bureau, tmp_path: Path
) -> None:
    first = bring(office, SAMPLE)
    assert first.report.complete
    assert {row.kind for row in first.report.rows} == {RowKind.NEW}
    assert {line.kind for line in first.report.members} == {RowKind.NEW}
    again = bring(office, SAMPLE)
    assert again.batch is None
    assert {row.kind for row in again.report.rows} == {RowKind.UNCHANGED}
    assert {line.kind for line in again.report.members} == {RowKind.UNCHANGED}
    with office.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Batch)) == 1
        assert connection.scalar(select(func.count()).select_from(Member)) == 204
        assert connection.scalar(select(func.count()).select_from(Entry).where(Entry.batch_id.is_(None))) == 0
    assert faults(office.database) == []
    path = tmp_path / "out.xlsx"
    with path.open("wb") as file:
        done = export_ledger(office.desk, office.people["organizer"], FORM, file)
    assert (done.people, done.members, done.sample) == (80, 204, True)
    back = bring(office, path)
    assert back.batch is None
    assert back.report.complete
    assert back.report.totals()["rows"] == {"new": 0, "unchanged": 80, "changed": 0, "ambiguous": 0, "left_out": 0}
    assert back.report.totals()["members"]["unchanged"] == 204
    sheet = openpyxl.load_workbook(path)["发展党员台账"]
    assert sheet["A1"].value == "发展党员台账（示例）"
    headers = [cell.value for cell in sheet[2]]
    assert headers == ["序号", "姓名", *(column.header for column in FORM.columns)]
    assert {row[headers.index("上级党委")].value for row in sheet.iter_rows(min_row=3)} == {"中共XX大学委员会"}


def test_a_file_without_a_column_says_nothing_of_it(office: Bureau, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book["发展党员台账"]
    place = next(cell.column for cell in sheet[2] if cell.value == "派人谈话时间")
    sheet.delete_cols(place)
    book.save(tmp_path / "short.xlsx")
    done = bring(office, tmp_path / "short.xlsx")
    assert done.report.absent == ("派人谈话时间",)
    assert {record.view().values["talk.on"] for _, record in records(office)} == {ABSENT}
    full = bring(office, SAMPLE)  # the column comes later: facts, not corrections
    kinds = {(cell.header, str(cell.what)) for row in full.report.rows for cell in row.cells}
    assert kinds == {("派人谈话时间", "fact")}
    assert replace(full.report, absent=()).complete
    assert bring(office, SAMPLE).batch is None
